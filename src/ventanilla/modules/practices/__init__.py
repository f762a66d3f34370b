"""The registry of good practices: documenting them on the official form, reviewing, evaluating, measuring and transferring them.

May import `web`, `core` and `lib`. Start reading at `models/records.py` (a practice and its revisions) and `form/` (the official form
as data); `services/` are the verbs, `screens/` the pages.
"""
