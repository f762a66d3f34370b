"""Mi bandeja and search: pages over `core.cases.inbox` and `core.cases.search`.

May import `web.ui`, `web.screens` and the core. Start reading at `views.py`.
"""
