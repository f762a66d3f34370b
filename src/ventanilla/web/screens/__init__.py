"""One declaration gives a list: filters, saved views, search, sort, paging by key, JSON, CSV, XLSX, PDF.

May import `web.ui` and the core. Start reading at `screen.py` (what is declared), then `views.py`.
A screen that needs more than two overrides becomes a plain view; the engine never grows an option for one caller.
"""
