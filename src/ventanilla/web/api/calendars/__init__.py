"""Calendars for programs: which holds where, publishing, foreseeing, applying, and what a calendar computes.

Everybody of an institution reads its calendars; publishing, foreseeing and applying are of who keeps them (`admin.calendars`). The
verbs are those of the pages of the administration area. Start reading at `reading.py`.
"""
from ventanilla.web.api.calendars import applying, counting, reading, revising
from ventanilla.web.api.calendars.shared import router

__all__ = ["applying", "counting", "reading", "revising", "router"]
