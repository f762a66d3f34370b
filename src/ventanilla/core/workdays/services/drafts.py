"""What a version will say before it is published, and its checks in words for people."""
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import WEEKDAYS, long_date
from ventanilla.lib.worktime import Amber, Coverage, Day, DayCount, Kind, WorkCalendar, compile_calendar

STANDARD_AMBER = Amber(fraction=0.75)
Ranges = tuple[tuple[int, int], ...]
Weekly = tuple[tuple[int, Ranges], ...]
MOST_DAYS: Final = 5_000
"""Days that differ in one version: fifty years of a calendar with a hundred a year."""
_RANGE: Final = re.compile(r"\s*(\d{1,2}):(\d{2})\s*(?:-|–|a)\s*(\d{1,2}):(\d{2})\s*")


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


@dataclass(frozen=True)
class Revision:
    """What the next version of a calendar changes; what it does not name stays as it is.

    `week`: hours of the weekdays (0 Monday) that change. `removed`: dates that follow the week again. `added`: days that differ; a date
    that already did is replaced.
    """

    note: str
    week: Mapping[int, Ranges] = field(default_factory=dict)
    added: tuple[Day, ...] = ()
    removed: frozenset[date] = frozenset()
    amber: Amber | None = None
    rule: DayCount | None = None
    uuid: UUID = field(default_factory=uuid4)


def revised(base: VersionDraft, revision: Revision) -> VersionDraft:
    """The draft of the next version: the one that holds, as revised. Raises Refused for a date to remove that follows the week already."""
    for day in sorted(revision.removed - {d.day for d in base.days}):
        raise Refused(_("El %(day)s ya sigue la semana.") % {"day": long_date(day)}, "remove")
    gone = revision.removed | {day.day for day in revision.added}
    days = sorted([d for d in base.days if d.day not in gone] + list(revision.added), key=lambda d: d.day)
    weekly = {**{n: base.coverage.on(n) for n in range(7)}, **revision.week}
    return replace(base, coverage=Coverage({n: ranges for n, ranges in weekly.items() if ranges}), days=tuple(days), note=revision.note,
                   amber=revision.amber or base.amber, rule=revision.rule or base.rule, uuid=revision.uuid)


def read_hours(text: str) -> Ranges:
    """Hours as people write them (`09:00-14:00, 15:00-18:00`; `00:00-24:00`; `22:00-06:00`; empty: closed) as minutes, in order.

    Raises Refused for what cannot be read and for ranges that overlap.
    """
    found = sorted(_range(part) for part in text.split(",") if part.strip())
    if any(a[1] > b[0] for a, b in pairwise(found)):
        raise Refused(_("Los horarios se enciman."), "hours")
    return tuple(found)


def _range(part: str) -> tuple[int, int]:
    match = _RANGE.fullmatch(part)
    if not match:
        raise Refused(_("Escriba horas como 09:00-14:00, 15:00-18:00."), "hours")
    h1, m1, h2, m2 = map(int, match.groups())
    start, end = h1 * 60 + m1, h2 * 60 + m2
    end += 1440 if end <= start else 0
    if m1 > 59 or m2 > 59 or start >= 1440 or end > start + 1440:
        raise Refused(_("«%(part)s» no es un horario.") % {"part": part.strip()}, "hours")
    return start, end


def written(ranges: Iterable[tuple[int, int]]) -> str:
    """Minutes as people write hours; an end after midnight is written as the hour of the next day. `read_hours` is its inverse."""
    return ", ".join(f"{_hour(start)}-{_hour(end) if end != 1440 else '24:00'}" for start, end in ranges)


def _hour(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def amber_rule(rule: str, value: float) -> Amber:
    """When the light turns amber, from its rule (`fraction`, `days`, `hours`) and its value."""
    if rule == "days":
        return Amber(days=round(value))
    return Amber(hours=value) if rule == "hours" else Amber(fraction=min(value, 1.0))


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
    if len(draft.days) > MOST_DAYS:
        yield _("El calendario tendría más de %(most)s días que no siguen la semana.") % {"most": f"{MOST_DAYS:,}"}
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
