"""Named measures and series: one definition and one SQL each.

May import `core.cases` and below. Start reading at `registry.py`.
"""
