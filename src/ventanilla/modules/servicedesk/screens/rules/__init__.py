"""Pages of the notification rules: list, editor without code, rehearsal against the last month.

May import the module's services and `web`. Start reading at `pages.py`.
"""
