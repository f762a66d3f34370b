"""Notices in the application and by e-mail, written as outbox rows.

May import `core.orgs`, `core.audit`, `core.workdays`, `lib`. Start reading at `services.py`.
"""
