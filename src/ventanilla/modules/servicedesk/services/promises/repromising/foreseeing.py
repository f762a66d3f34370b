"""What another promise would do to the open tickets of service levels: due moments, lights, and which of them flip. Writes nothing.

The rules are those of a promise that changes in mid-life (`promising.keep_promise`), over columns instead of one ticket at a time;
a test compares the two.
"""
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Clock, Move, Pause
from ventanilla.core.cases.shifts import Foreseen, Shift
from ventanilla.core.orgs.models import Unit
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.core.workdays.services import versions_for
from ventanilla.lib.worktime import light
from ventanilla.modules.servicedesk.models import Objective, ServiceLevel, Team, Ticket
from ventanilla.modules.servicedesk.services.importing.clocks import Counted, Stretch, governing, set_dues
from ventanilla.modules.servicedesk.services.importing.past import Promise
from ventanilla.modules.servicedesk.services.promising import MOVES, chosen, clock_kind, life, lived, said_by

CHUNK = 2_000
"""Tickets that are looked at together: memory stays flat however many there are."""


@dataclass(frozen=True)
class Promised:
    """What a service level promises, as it is or as it would be: its objectives, and its own calendar (None: the team's hours)."""

    objectives: Sequence[Objective]
    calendar_id: int | None


def as_it_is(level: ServiceLevel) -> Promised:
    """What the level promises now."""
    return Promised(list(Objective.objects.filter(level=level)), level.calendar_id)


def of_team(team: Team) -> dict[int, Promised]:
    """What the levels of the team's open tickets promise now."""
    levels = ServiceLevel.objects.filter(pk__in=Ticket.objects.filter(team=team.pk, case__closed_at=None).values("level"))
    return {level.pk: Promised(list(level.objectives.all()), level.calendar_id) for level in levels.prefetch_related("objectives")}


def foresee(levels: Mapping[int, Promised], now: datetime, team: Team | None = None) -> Foreseen:
    """What would change at `now` (aware) if the levels with these ids promised this; nothing has changed yet.

    `team`: only its tickets, and as if it were of the unit that this row says.
    """
    found, last = Foreseen(), 0
    rows = Case.objects.filter(closed_at=None, ticket__level__in=list(levels), ticket__team__isnull=False)
    rows = rows.filter(ticket__team=team.pk) if team else rows
    rows = rows.select_related("ticket__team__unit").order_by("pk")
    while part := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = part[-1].pk
        for case in part if team else ():
            case.ticket.team = team
        found.looked_at += len(part)
        found.shifts += _shifts(part, levels, now)
    return found


@dataclass
class _Facts:
    """What is read for many tickets at once."""

    clocks: dict[int, list[Clock]]
    pauses: dict[int, list[Pause]]
    hours: dict[int, CalendarVersion]
    units: dict[int, CalendarVersion]
    moves: dict[int, list[tuple[datetime, str, str, str, Mapping[str, object]]]]

    def version(self, case: Case, promised: Promised) -> CalendarVersion:
        """Whose hours count (as `promising.version_of`)."""
        return self.hours[promised.calendar_id] if promised.calendar_id else self.units[_team(case).unit_id]


def _team(case: Case) -> Team:
    """Those without a team are not read."""
    assert case.ticket.team
    return case.ticket.team


def _level(case: Case) -> int:
    assert case.ticket.level_id
    return case.ticket.level_id


def _shifts(cases: Sequence[Case], levels: Mapping[int, Promised], now: datetime) -> list[Shift]:
    wanted = {c.pk: _wanted(c, levels[_level(c)]) for c in cases}
    facts = _read(cases, wanted, levels)
    after = {c.pk: _after(c, wanted[c.pk], facts, (facts.version(c, levels[_level(c)]), now)) for c in cases}
    changed = {pk: clocks for pk, clocks in after.items() if any(c.id < 0 for c in clocks)}
    fresh = [c for clocks in changed.values() for c in clocks if c.id < 0]
    set_dues(fresh, {**{v.pk: v for v in facts.hours.values()}, **{v.pk: v for v in facts.units.values()},
                     **CalendarVersion.objects.in_bulk({c.promise.version_id for c in fresh})})
    return [_shift(c, changed[c.pk], now) for c in cases if c.pk in changed]


def _wanted(case: Case, promised: Promised) -> dict[str, int | None]:
    """Minutes by kind of clock; when nothing fits one without a goal, an explicit "none"."""
    held = chosen(promised.objectives, _team(case).pk, case.priority, case.kind)
    return {clock_kind(o): o.minutes for o in held} or {"resolve": None}


def _read(cases: Sequence[Case], wanted: Mapping[int, Mapping[str, int | None]], levels: Mapping[int, Promised]) -> _Facts:
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(case__in=cases, turn_id=None).order_by("pk"):
        clocks[clock.case_id].append(clock)
    pauses: dict[int, list[Pause]] = defaultdict(list)
    for pause in Pause.objects.filter(clock__case__in=cases, clock__turn_id=None).order_by("since"):
        pauses[pause.clock_id].append(pause)
    calendars = {p.calendar_id for p in levels.values() if p.calendar_id}
    hours = {v.calendar_id: v for v in CalendarVersion.objects.filter(calendar__in=calendars).newest()}
    units: dict[int, Unit] = {_team(c).unit_id: _team(c).unit for c in cases}
    missing = [pk for pk, promise in wanted.items() if set(promise) - {c.kind for c in clocks[pk]}]
    return _Facts(clocks, pauses, hours, versions_for(units.values()), _moves(missing))


def _moves(case_ids: Iterable[int]) -> dict[int, list[tuple[datetime, str, str, str, Mapping[str, object]]]]:
    found: dict[int, list[tuple[datetime, str, str, str, Mapping[str, object]]]] = defaultdict(list)
    for case_id, *row in Move.objects.filter(case__in=list(case_ids), turn_id=None).order_by("id").values_list("case", *MOVES):
        found[case_id].append(tuple(row))
    return found


def _after(case: Case, wanted: Mapping[str, int | None], facts: _Facts, hours: tuple[CalendarVersion, datetime]) -> list[Counted]:
    """Every clock of a ticket afterwards; what changed has an id below zero, and its moments are still to be counted."""
    version, now = hours
    rows = {c.kind: c for c in facts.clocks[case.pk]}
    found = [_followed(case, row, wanted, facts, hours) for row in rows.values()]
    for kind in sorted(set(wanted) - set(rows)):
        start = now if kind.startswith("team") else case.received_at
        made = lived(kind, start, life(facts.moves[case.pk], case, case.kind, start), (now, case.state, case.kind, ""))
        made.promise, made.id = Promise(kind, wanted[kind], version.pk, start), -1
        found.append(made)
    return found


def _followed(case: Case, row: Clock, wanted: Mapping[str, int | None], facts: _Facts, hours: tuple[CalendarVersion, datetime]) -> Counted:
    """A clock that there is, by the rules of `promising._follow`."""
    (version, now), inner, stopped = hours, row.kind.startswith("team"), row.state == "stop"
    held = [Stretch(p.since, p.until, p.reason) for p in facts.pauses[row.pk]]
    promise = Promise(row.kind, row.amount, row.version_id, row.start)
    kept = Counted(promise, row.state, row.stopped_at, held, row.due_at, row.amber_at, row.pk)
    if inner and row.kind not in wanted:
        if not stopped:
            kept.state, kept.stopped_at, kept.id = "stop", now, -row.pk
        return kept
    if not inner and stopped and row.amount is not None:
        return kept
    if stopped and inner:
        _back(case, kept, now, said_by(((to, detail) for _at, to, _why, _verb, detail in facts.moves[case.pk]), case.state))
    minutes, of = wanted.get(row.kind), version.pk if row.kind in wanted else row.version_id
    if (minutes, of, kept.state) != (row.amount, row.version_id, row.state):
        kept.promise, kept.id = Promise(row.kind, minutes, of, row.start), -row.pk
        kept.due_at = kept.amber_at = None
    return kept


def _back(case: Case, kept: Counted, now: datetime, said: Mapping[str, object]) -> None:
    """A team's agreement goes on; what it stood still is a pause."""
    kept.pauses.append(Stretch(kept.stopped_at or now, now, ""))
    kept.state, kept.stopped_at = kind_of(case.kind).mode(kept.promise.kind, case.state, said), None
    if kept.state == "pause":
        kept.pauses.append(Stretch(now, None, ""))


def _shift(case: Case, clocks: Sequence[Counted], now: datetime) -> Shift:
    due, amber = governing(clocks)
    before = light(now, case.amber_at, case.due_at)
    return Shift(case.pk, case.due_at.astimezone(UTC) if case.due_at else None, due, before, light(now, amber, due))
