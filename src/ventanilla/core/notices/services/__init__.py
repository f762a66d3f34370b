"""Verbs of notices: tell people, mark as read, choose, write digests, send mail, read an outbox in safe order.

May import models of `notices`, `orgs` and `audit`. Start reading at `telling.py`.
"""
from ventanilla.core.notices.services.centre import choose, mark_read, preferences_of
from ventanilla.core.notices.services.digests import write_digests
from ventanilla.core.notices.services.sending import send_waiting
from ventanilla.core.notices.services.telling import SPANISH, NoticeDraft, notify, notify_many

__all__ = ["SPANISH", "NoticeDraft", "choose", "mark_read", "notify", "notify_many", "preferences_of", "send_waiting",
           "write_digests"]
