"""A term the other way round: from when it is still met, and what a stretch of time holds, with the cause of every second."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.core.workdays.services.calendars import compiled
from ventanilla.core.workdays.services.dues import term_of
from ventanilla.lib import worktime as wt

LONGEST: Final = timedelta(days=366)
"""The longest stretch that is told second by second."""


@dataclass(frozen=True)
class Spent:
    """What a stretch holds: open seconds less the pauses, complete working days and calendar days as terms count them, and its parts,
    which sum to the whole.
    """

    open_seconds: int
    workdays: int
    calendar_days: int
    segments: list[wt.Segment]


def latest_start(
    *, due_at: datetime, amount: float, version: CalendarVersion, term_unit: str = "workdays", pauses: Sequence[wt.Pause] = (),
) -> datetime | None:
    """The last moment from which a term is still due at `due_at` (aware) or before: the inverse of `due`.

    None when there is none within the calendar. Raises ValueError for a negative amount, an unknown unit or a naive moment.
    """
    found = int(wt.latest_start([wt.stamp(due_at)], term_of(amount, term_unit, version), compiled(version.pk), _columns(pauses))[0])
    return None if found == wt.NAT else datetime.fromtimestamp(found, UTC)


def spent(*, since: datetime, until: datetime, version: CalendarVersion, pauses: Sequence[wt.Pause] = ()) -> Spent:
    """What lies between two aware moments. Raises Refused when it ends before it begins, is longer than LONGEST or lies outside."""
    _possible(since, until, version)
    calendar, columns = compiled(version.pk), _columns(pauses)
    used = [int(wt.elapsed([wt.stamp(since)], [wt.stamp(until)], wt.Term(0, unit, version.rule), calendar, columns)[0]) for unit in wt.Unit]
    by_unit = dict(zip(wt.Unit, used, strict=True))
    return Spent(by_unit[wt.Unit.WORKHOURS], by_unit[wt.Unit.WORKDAYS], by_unit[wt.Unit.CALENDAR_DAYS],
                 wt.segments(since, until, calendar, pauses))


def _possible(since: datetime, until: datetime, version: CalendarVersion) -> None:
    calendar = compiled(version.pk)
    if until < since:
        raise Refused(_("El fin es anterior al principio."), "until")
    if until - since > LONGEST:
        raise Refused(_("El lapso dura más de un año; divídalo."), "until")
    if not calendar.covers(np.array([wt.stamp(since), wt.stamp(until)], np.int64)).all():
        raise Refused(_("La fecha está fuera del calendario, que va de %(first)s a %(last)s.")
                      % {"first": calendar.first.year, "last": calendar.last.year}, "since")


def _columns(pauses: Sequence[wt.Pause]) -> wt.Pauses | None:
    return wt.Pauses.of([[(wt.stamp(p.start), wt.stamp(p.end) if p.end else wt.OPEN) for p in pauses]]) if pauses else None
