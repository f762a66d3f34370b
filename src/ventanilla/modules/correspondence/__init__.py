"""Correspondence: official letters from the counter to the archive.

May import `web`, `core`, `lib`. Start reading at `models`, then `services`.
"""
