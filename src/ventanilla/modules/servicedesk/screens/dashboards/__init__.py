"""Dashboards: tiles of named measures, each counted over the list of tickets with the filters that its drill uses.

Start reading at `measures.py`; pages are in `pages.py`.
"""
