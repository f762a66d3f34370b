"""XLSX, CSV, PDF (typst) and DOCX of any table or template; knows nothing of HTTP.

May import `core.cases` and below. Start reading at `tables.py`.
"""
