"""The service desk in API v1: tickets and their steps, entries, clocks, approvals, the catalogue, liaisons.

May import the module's services and `web.api`. Every right is asked by the same verbs as the buttons use.
Start reading at `tickets.py`, then `doing.py` (the steps of the flow) and `catalogue.py`.
"""
from ninja import Router

from ventanilla.modules.servicedesk.api import approvals, catalogue, cmdb, doing, entries, fields, items, liaisons, tickets

PREFIX = ""
router = Router(tags=["Mesa de servicio"])
for part in (tickets, fields, doing, entries, items, approvals, catalogue, liaisons, cmdb):
    router.add_router("", part.router)
