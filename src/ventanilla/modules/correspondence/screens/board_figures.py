"""What the board counts, read once for page and files: totals, figures by unit and by step, what waits, times, adoption, savings."""
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from django.http import Http404, QueryDict

from ventanilla.core.indicators import reading
from ventanilla.core.indicators.periods import DAY, previous
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence.screens.periods import Period, period_of
from ventanilla.modules.correspondence.services import figures
from ventanilla.modules.correspondence.services.adoption import Adopter, adoption
from ventanilla.modules.correspondence.services.savings import Saving, savings

PENDING: Final = "turns_pending"
SHOWN: Final = ("letters", "turns_received", "turns_sent", PENDING, "answers_sent", "answers_received", "turns_concluded",
                "cases_concluded")
"""The figures of the board, in their order."""
STORED: Final = ("files_attached", "file_bytes")
ONLY: Final = dict.fromkeys(("cases_concluded", *STORED), "letter")
"""Measures that count cases of every module: which part of them is meant here."""
FLOWS: Final = (*(s for s in SHOWN if s != PENDING), "letters_by_type", *STORED)
Counts = Counter[tuple[str, int | None, str | None]]


def counted(cells: Sequence[reading.Cell]) -> Counts:
    """By measure, unit and part; None sums all units, or all parts (of those meant here)."""
    found: Counts = Counter()
    for c in cells:
        if ONLY.get(c.measure, c.part) != c.part:
            continue
        for key in {(c.unit, c.part), (c.unit, None), (None, c.part), (None, None)}:  # once each, also when not asked by unit
            found[c.measure, *key] += c.value
    return found


@dataclass
class Board:
    """The figures of the units that a person may measure, in a period. Each is read when it is first asked for, with one query."""

    person: Person
    units: list[Unit]
    chosen: Unit | None
    period: Period

    @cached_property
    def ids(self) -> list[int]:
        """The numbers of the units."""
        return [u.pk for u in self.units]

    @cached_property
    def by_id(self) -> dict[int, Unit]:
        """The units by number."""
        return {u.pk: u for u in self.units}

    @cached_property
    def cover(self) -> list[tuple[int, bool]]:
        """The fewest units, each alone or with all that hangs below it, that are exactly those counted: a list can be asked for them."""
        mine = set(self.ids)
        paths = Unit.objects.under(*mine).values_list("pk", "path")
        entire = mine - {above for pk, path in paths if pk not in mine for above in path}
        return [(u.pk, u.pk in entire) for u in self.units if entire.isdisjoint(u.path[:-1])]

    @cached_property
    def before(self) -> tuple[date, date]:
        """The period before."""
        return previous(self.period.start, self.period.end)

    @cached_property
    def now(self) -> Counts:
        """What happened in the period."""
        return counted(reading.cells(FLOWS, self.ids, self.period.start, self.period.end, by=("unit", "part")))

    @cached_property
    def then(self) -> Counts:
        """What happened in the period before."""
        return counted(reading.cells(FLOWS, self.ids, *self.before, by=("part",)))

    @cached_property
    def pending(self) -> dict[int, int]:
        """Turns open at the end of the period, by unit."""
        points = reading.series(PENDING, self.ids, self.period.start, self.period.end, period="between", by="unit")
        return {int(p.key or 0): p.value for p in points}

    @cached_property
    def pending_then(self) -> int:
        """Turns open at the end of the period before."""
        return reading.total(PENDING, self.ids, *self.before)

    def figure(self, slug: str) -> tuple[int, int]:
        """A figure in the period, and in the one before."""
        if slug == PENDING:
            return sum(self.pending.values()), self.pending_then
        return self.now[slug, None, None], self.then[slug, None, None]

    def of_unit(self, slug: str, unit: int) -> int:
        """A figure of one unit in the period."""
        return self.pending.get(unit, 0) if slug == PENDING else self.now[slug, unit, None]

    def in_term(self, unit: int | None = None) -> float | None:
        """The share of the turns concluded that were answered in time; None without any."""
        done = self.now["turns_concluded", unit, None]
        return self.now["turns_concluded", unit, "on_time"] / done if done else None

    @cached_property
    def steps(self) -> dict[str, list[int]]:
        """Every figure of all units together, for each step of the period."""
        return {slug: next(iter(rows.values()), [0] * len(self.period.steps)) for slug, rows in self._by_step(()).items()}

    @cached_property
    def unit_steps(self) -> dict[str, dict[int | None, list[int]]]:
        """Every figure by unit and step."""
        return self._by_step(("unit",))

    def _by_step(self, by: tuple[str, ...]) -> dict[str, dict[int | None, list[int]]]:
        days = self.period.steps
        place = {day: n for n, day in enumerate(days)}
        found: dict[str, dict[int | None, list[int]]] = {slug: {} for slug in (*FLOWS, PENDING)}
        for c in reading.cells(FLOWS, self.ids, self.period.start, self.period.end, period=self.period.step, by=(*by, "part")):
            if ONLY.get(c.measure, c.part) == c.part:
                found[c.measure].setdefault(c.unit, [0] * len(days))[place[c.start]] += c.value
        found[PENDING] = self._stock(by)
        return found

    def _stock(self, by: tuple[str, ...]) -> dict[int | None, list[int]]:
        """Open turns at the end of each step: what there was stays until it changes."""
        start, end, step = self.period.start, self.period.end, self.period.step
        days = self.period.steps
        changes: dict[int | None, dict[int, int]] = {}
        for p in reading.series(PENDING, self.ids, start, end, period=step, by=by[0] if by else None):
            place = bisect_right(days, p.start) - 1
            changes.setdefault(p.key if isinstance(p.key, int) else None, {})[place] = p.value
        return {key: list(_carried(values, len(days))) for key, values in changes.items()}

    @cached_property
    def loads(self) -> list[figures.Load]:
        """What waits now, the worst first."""
        return figures.loads(self.ids)

    @cached_property
    def stages(self) -> tuple[list[figures.Stage], list[figures.Stage]]:
        """How long each stage took, in the period and in the one before."""
        zone = self.person.institution.time_zone
        now, then = self.period.moments(zone), Period("", *self.before).moments(zone)
        return figures.stage_hours(self.ids, *now), figures.stage_hours(self.ids, *then)

    @cached_property
    def adoption(self) -> list[Adopter]:
        """Who uses the system."""
        return adoption(self.ids, self.period.start, self.period.end)

    @cached_property
    def started(self) -> list[tuple[int, int]]:
        """Units that had started, and units programmed, at the end of each step."""
        ends = [last for _first, last in self.period.spans]
        zone = self.person.institution.time_zone
        moments = [Period("", day, day).moments(zone)[1] for day in ends]
        return [(sum(1 for a in self.adoption if a.first and a.first < moment and a.since <= day),
                 sum(1 for a in self.adoption if a.since <= day)) for day, moment in zip(ends, moments, strict=True)]

    @cached_property
    def savings(self) -> list[Saving]:
        """Money not spent."""
        return savings(self.person.institution_id, self.ids, self.period.start, self.period.end)

    @cached_property
    def stored_before(self) -> dict[str, int]:
        """Files and bytes that there were before the period: what its series adds to."""
        total: Counter[str] = Counter()
        for c in reading.cells(STORED, self.ids, reading.BEGINNING, self.period.start - DAY, by=("part",)):
            total[c.measure] += c.value if c.part == ONLY[c.measure] else 0
        return {slug: total[slug] for slug in STORED}


def _carried(values: dict[int, int], length: int) -> Iterator[int]:
    last = 0
    for n in range(length):
        last = values.get(n, last)
        yield last


def board_of(person: Person, params: QueryDict) -> Board:
    """The board that a person asks for. Raises Http404 for who measures nothing, and for a unit that is not theirs to measure."""
    allowed = reach_of(person).within(cap.MEASURE)
    wanted = params.get("unidad", "")
    rows = Unit.objects.filter(pk__in=allowed, institution=person.institution)
    chosen = rows.filter(pk=whole(wanted) or 0).first() if wanted else None
    if not allowed or (wanted and chosen is None):
        raise Http404
    return Board(person, list(rows.under(chosen.pk) if chosen else rows), chosen, period_of(params))
