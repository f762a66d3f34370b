"""What a version will say before it is published, and its checks in words for people."""
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import WEEKDAYS, long_date
from ventanilla.lib.worktime import Amber, Coverage, Day, DayCount, Kind, WorkCalendar, compile_calendar

STANDARD_AMBER = Amber(fraction=0.75)
Weekly = tuple[tuple[int, tuple[tuple[int, int], ...]], ...]


@dataclass(frozen=True)
class VersionDraft:
    """A state of a calendar: weekly hours, days that differ, amber rule, day count.

    `uuid` comes from the form: publishing the same draft twice publishes it once.
    """

    coverage: Coverage
    days: tuple[Day, ...] = ()
    note: str = ""
    amber: Amber = STANDARD_AMBER
    rule: DayCount = field(default_factory=DayCount)
    uuid: UUID = field(default_factory=uuid4)


def period(first: date, last: date, *, kind: Kind, name: str, source: str) -> tuple[Day, ...]:
    """A vacation period or suspension as days, both ends included. Raises Refused for dates in disorder."""
    if last < first or (last - first).days > 366:
        raise Refused(_("El periodo termina antes de empezar o dura más de un año."), "last")
    return tuple(
        Day(first + timedelta(n), kind, name, source) for n in range((last - first).days + 1)
    )


def check(draft: VersionDraft) -> None:
    """Raise Refused, in Spanish, for what cannot be published."""
    for problem in _problems(draft):
        raise Refused(problem, "days")


def compile_draft(draft: VersionDraft, zone: str) -> WorkCalendar:
    """The calendar of a draft, for previews and for published versions; equal contents share one."""
    weekly = tuple(sorted((day, draft.coverage.on(day)) for day in range(7)))
    return _compiled(weekly, tuple(sorted(draft.days, key=lambda d: d.day)), zone)


@lru_cache(maxsize=32)
def _compiled(weekly: Weekly, days: tuple[Day, ...], zone: str) -> WorkCalendar:
    return compile_calendar(Coverage(dict(weekly)), days, zone=zone)


def _problems(draft: VersionDraft) -> Iterator[str]:
    if not draft.coverage.usual():
        yield _("El calendario no tiene ningún horario de atención.")
    yield from _overlaps(draft.coverage)
    for day, count in Counter(special.day for special in draft.days).items():
        if count > 1:
            yield _("El %(day)s aparece dos veces.") % {"day": long_date(day)}
    for special in draft.days:
        if not (special.name.strip() and special.source.strip()):
            yield _("Falta el nombre o la fuente del %(day)s.") % {"day": long_date(special.day)}


def _overlaps(coverage: Coverage) -> Iterator[str]:
    """Ranges of one weekday, or of neighbouring ones, that share a minute."""
    week = [(day * 1440 + a, day * 1440 + b, day % 7) for day in range(8) for a, b in coverage.on(day % 7)]
    for (_a, end, _day), (start, _b, day) in pairwise(sorted(week)):
        if start < end:
            yield _("Los horarios del %(day)s se enciman.") % {"day": WEEKDAYS[day]}
