"""The service desk in API v1: tickets and their steps, knowledge, reports, rules, mail, configuration, keeping of the catalogue.

May import the module's services, the counting of its boards, and `web.api`. Every right is asked by the same verbs as the buttons
use. Start reading at `tickets.py`, then `doing.py` (the steps of the flow) and `catalogue.py`; `keeping/` is for who keeps the
catalogue.
"""
from ninja import Router

from ventanilla.modules.servicedesk.api import (
    approvals,
    around,
    assigning,
    blackouts,
    boards,
    candidates,
    catalogue,
    cmdb,
    doing,
    entries,
    fields,
    hanging,
    helping,
    items,
    knowledge,
    liaison_papers,
    liaisons,
    mail,
    majors,
    on_call,
    reports,
    reports_more,
    rules,
    solving,
    surveys,
    tickets,
)
from ventanilla.modules.servicedesk.api.keeping import configuration, forms, levels, offerings, tables, trying

PREFIX = ""
router = Router(tags=["Mesa de servicio"])
PARTS = (
    tickets, fields, doing, entries, items, approvals, solving, hanging, around, catalogue, liaisons, liaison_papers, cmdb, knowledge,
    majors, helping, candidates, blackouts, on_call, rules, assigning, mail, boards, reports, reports_more, surveys, offerings, tables,
    levels, configuration, trying, forms)
for part in PARTS:
    router.add_router("", part.router)
