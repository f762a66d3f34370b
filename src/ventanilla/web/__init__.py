"""The HTTP side of the core; it holds no rules.

May import `core` and `lib`. Start reading at `screens` (lists) and `ui` (page parts).
"""
