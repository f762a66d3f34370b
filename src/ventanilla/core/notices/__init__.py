"""Notices in the application and by e-mail, written as outbox rows.

May import `core.orgs`, `core.audit`, `core.workdays`, `lib`; knows no case and no move. Who is told what of a
matter is said in `core.cases.telling`. Start reading at `services/telling.py` (`notify`), then `services/sending.py`.
"""
