"""Verbs and calculations of working time. Start reading at `dues.py`.

May import models of `workdays` and `orgs`, `audit`, and the kernel of `lib.worktime`.
"""
from ventanilla.core.workdays.services.calendars import compiled, draft_of, units_of, version_above, version_for, versions_for
from ventanilla.core.workdays.services.drafts import Revision, amber_rule, read_hours, revised, written
from ventanilla.core.workdays.services.dues import Deadline, dates_of_reader, days_since, derivation, due, due_many, in_words
from ventanilla.core.workdays.services.publishing import (
    CalendarChange,
    VersionDraft,
    check_end,
    compile_draft,
    create_calendar,
    first_draft,
    open_calendar,
    period,
    publish_version,
    standard_calendar,
    update_calendar,
)
from ventanilla.core.workdays.services.spending import Spent, latest_start, spent

__all__ = [
    "CalendarChange", "Deadline", "Revision", "Spent", "VersionDraft", "amber_rule", "check_end", "compile_draft", "compiled",
    "create_calendar", "dates_of_reader", "days_since", "derivation", "draft_of", "due", "due_many", "first_draft", "in_words",
    "latest_start", "open_calendar", "period", "publish_version", "read_hours", "revised", "spent", "standard_calendar", "units_of",
    "update_calendar", "version_above", "version_for", "versions_for", "written",
]
