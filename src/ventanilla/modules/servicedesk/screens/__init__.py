"""Pages of the service desk: the portal of those who ask, the record of a ticket with a page per step, the desk's own pages.

May import the module's services and forms, and `web`. Start reading at `record.py`, then `actions.py` and `portal.py`.
"""
