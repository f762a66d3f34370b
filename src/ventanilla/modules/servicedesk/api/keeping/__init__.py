"""Keeping of the service catalogue: its tables, and the drafts, trials, publication and retirement of what is offered.

May import the module's services, its API and `web.admin_area` (rows are written by the verb that the pages use).
Start reading at `offerings.py`, then `kept.py` (the routes that every table has) and `tables.py` (the tables).
"""
