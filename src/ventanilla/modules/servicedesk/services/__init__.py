"""Verbs of the service desk, by subject: opening, working, closing, entries, approvals, promises, liaisons, the catalogue.

May import the module's models and the core. Start reading at `opening.py`, then `working.py`.
"""
from ventanilla.modules.servicedesk.services.approving import ask_approvals, decide
from ventanilla.modules.servicedesk.services.checklist import add_item, drop_item, drop_time, log_time, tick
from ventanilla.modules.servicedesk.services.closing import cancel, close, reopen, resolve
from ventanilla.modules.servicedesk.services.entries import EntryDraft, add_entry, unwatch, watch
from ventanilla.modules.servicedesk.services.hanging import hang
from ventanilla.modules.servicedesk.services.kinds import ChangeFacts
from ventanilla.modules.servicedesk.services.merging import merge, undo_merge
from ventanilla.modules.servicedesk.services.opening import TicketDraft, open_ticket, open_tickets
from ventanilla.modules.servicedesk.services.reclassifying import reclassify
from ventanilla.modules.servicedesk.services.splitting import SplitDraft, split
from ventanilla.modules.servicedesk.services.working import assign, hold, prioritise, resume, take

__all__ = ["ChangeFacts", "EntryDraft", "SplitDraft", "TicketDraft", "add_entry", "add_item", "ask_approvals", "assign", "cancel", "close",
           "decide", "drop_item", "drop_time", "hang", "hold", "log_time", "merge", "open_ticket", "open_tickets", "prioritise",
           "reclassify", "reopen", "resolve", "resume", "split", "take", "tick", "undo_merge", "unwatch", "watch"]
