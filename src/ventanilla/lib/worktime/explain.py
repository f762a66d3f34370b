"""Why one case is due when it is: the inputs that are stored, and the steps rendered from them."""
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from ventanilla.lib.worktime.axes import CalendarDays, WorkDays, axis, pick
from ventanilla.lib.worktime.calendar import EPOCH, NAT, WorkCalendar
from ventanilla.lib.worktime.coverage import Day, Kind
from ventanilla.lib.worktime.kernel import amber_of, thresholds
from ventanilla.lib.worktime.terms import OPEN, Amber, DayCount, Pauses, Term, Unit
from ventanilla.lib.worktime.zones import Ints


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of one case; aware moments, `end` None while it runs."""

    start: datetime
    end: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that decides a due moment besides the calendar; kept as JSON beside it.

    `term` None: no term, or a due moment set `by_hand`. `cap` is the due moment of the parent less its
    margin: the case is due no later; `cap_name` names the parent.
    """

    start: datetime
    term: Term | None
    amber: Amber
    pauses: tuple[Pause, ...] = ()
    cap: datetime | None = None
    cap_name: str = ""
    by_hand: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; moments in ISO 8601, UTC."""
        plain = asdict(self)
        plain |= {"start": _iso(self.start), "cap": _iso(self.cap), "by_hand": _iso(self.by_hand)}
        plain["pauses"] = [{**asdict(p), "start": _iso(p.start), "end": _iso(p.end)} for p in self.pauses]
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Inputs":
        """The inverse of `as_json`; raises KeyError or ValueError for anything else."""
        term = plain["term"]
        pauses = (Pause(_moment(p["start"]), _maybe(p["end"]), p["reason"]) for p in plain["pauses"])
        return cls(
            _moment(plain["start"]),
            term and Term(term["amount"], Unit(term["unit"]), DayCount(**term["rule"])),
            Amber(**plain["amber"]), tuple(pauses), _maybe(plain["cap"]), plain["cap_name"],
            _maybe(plain["by_hand"]),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a derivation.

    Kinds: received, counted_from, weekend, skipped, added, paused, last_day, by_hand, capped, due, none,
    amber, uncertain. `at` and `until` are aware moments, `day` and `last` local dates, both ends included.
    """

    kind: str
    at: datetime | None = None
    until: datetime | None = None
    day: date | None = None
    last: date | None = None
    name: str = ""
    source: str = ""
    number: float = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """The moments of one case, aware, in the calendar's zone; None: never. `own` is due without the cap."""

    due_at: datetime | None
    amber_at: datetime | None
    own: datetime | None

    @property
    def capped(self) -> bool:
        """Whether the parent's moment held."""
        return self.due_at != self.own


def decide(inputs: Inputs, calendar: WorkCalendar) -> Decision:
    """The moments of one case, by the same kernel as for a million. Raises ValueError for a naive moment."""
    start = stamp(inputs.start)
    own, turn = _own(inputs, calendar, np.array([start], np.int64))
    if inputs.cap is None or (own is not None and own <= inputs.cap):
        return Decision(own, turn, own)
    cap = stamp(inputs.cap)
    turn = aware(int(amber_of(start, cap, calendar, inputs.amber)[0]), calendar)
    return Decision(aware(cap, calendar), turn, own)


def explain(inputs: Inputs, calendar: WorkCalendar) -> tuple[Step, ...]:
    """How the moments of one case come about."""
    found = decide(inputs, calendar)
    start = np.array([stamp(inputs.start)], np.int64)
    return (
        *_beginning(inputs, calendar, start), *(_skipped(inputs, calendar, found.own) if inputs.term else ()),
        *(Step("paused", p.start, p.end, name=p.reason) for p in inputs.pauses),
        *_ending(inputs, found, calendar),
    )


def _own(inputs: Inputs, calendar: WorkCalendar, start: Ints) -> tuple[datetime | None, datetime | None]:
    """Due and amber moment without a cap."""
    if inputs.by_hand:
        turn = amber_of(start, stamp(inputs.by_hand), calendar, inputs.amber)
        return inputs.by_hand.astimezone(calendar.zone), aware(int(turn[0]), calendar)
    if inputs.term is None:
        return None, None
    pauses = Pauses.of([[(stamp(p.start), stamp(p.end) if p.end else OPEN) for p in inputs.pauses]])
    amber, due = thresholds(start, inputs.term, calendar, inputs.amber, pauses)
    return aware(int(due[0]), calendar), aware(int(amber[0]), calendar)


def aware(moment: int, calendar: WorkCalendar) -> datetime | None:
    """A kernel moment as an aware datetime in the calendar's zone; NAT is None."""
    return None if moment == NAT else datetime.fromtimestamp(moment, UTC).astimezone(calendar.zone)


def stamp(moment: datetime) -> int:
    """An aware datetime as whole UTC seconds, fractions cut off. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return int(moment.timestamp() // 1)


def local_date(number: int) -> date:
    """A day number of the calendar as a date."""
    return date.fromordinal(int(number) + EPOCH)


def _beginning(inputs: Inputs, calendar: WorkCalendar, start: Ints) -> list[Step]:
    local, term = inputs.start.astimezone(calendar.zone), inputs.term
    if term is None:
        return [Step("received", local)]
    received = Step("received", local, name="late" if _late(term, calendar, local, start) else "")
    ruler = axis(calendar, term.unit, term.rule)
    first = ruler.first(start)
    amount = float(term.amount)
    if isinstance(ruler, WorkDays | CalendarDays):
        days = ruler.calendar.day if isinstance(ruler, WorkDays) else np.arange(ruler.size) + ruler.origin
        position = int(first[0])
        day = local_date(days[position]) if 0 <= position < days.size else None
        return [received, Step("counted_from", day=day, name=term.unit.value, number=amount)]
    opening = aware(int(ruler.opening(first)[0]), calendar)
    return [received, Step("counted_from", at=opening, name=term.unit.value, number=amount)]


def _late(term: Term, calendar: WorkCalendar, local: datetime, start: Ints) -> bool:
    """Whether the term in days counts the reception on a later day than that of the clock."""
    if term.unit is Unit.WORKHOURS or term.rule.late == "same_day":
        return False
    received = pick(calendar.day, np.searchsorted(calendar.day_shut, start, side="right"))
    return int(received[0]) != NAT and local_date(received[0]) > local.date()


def _skipped(inputs: Inputs, calendar: WorkCalendar, due: datetime | None) -> list[Step]:
    if due is None:
        return []
    low = inputs.start.astimezone(calendar.zone).date().toordinal()
    days = [date.fromordinal(n) for n in range(low, due.date().toordinal() + 1)]
    closed = [day for day in days if not calendar.is_working(day)]
    weekly = [d for d in closed if d not in calendar.specials or not calendar.coverage.on(d.weekday())]
    added = [
        day for day in days
        if day in calendar.specials and calendar.specials[day].kind is Kind.WORKING and day not in closed
    ]
    steps = [Step("weekend", day=day) for day in weekly]
    steps += _grouped([day for day in closed if day not in weekly], set(weekly), calendar.specials)
    return steps + [_named("added", day, day, calendar.specials[day]) for day in added]


def _grouped(days: Sequence[date], between: set[date], specials: Mapping[date, Day]) -> list[Step]:
    """Neighbouring days of one name and source as one step; weekly closed days do not part them."""
    steps: list[Step] = []
    for day in days:
        special = specials[day]
        previous = steps[-1] if steps else None
        if previous and (previous.name, previous.source) == (special.name, special.source) and (
            _touch(previous.last or day, day, between)
        ):
            steps[-1] = _named("skipped", previous.day or day, day, special)
        else:
            steps.append(_named("skipped", day, day, special))
    return steps


def _touch(last: date, day: date, between: set[date]) -> bool:
    gap = range(last.toordinal() + 1, day.toordinal())
    return all(date.fromordinal(n) in between for n in gap)


def _named(kind: str, day: date, last: date, special: Day) -> Step:
    return Step(kind, day=day, last=last, name=special.name, source=special.source)


def _ending(inputs: Inputs, found: Decision, calendar: WorkCalendar) -> list[Step]:
    own, end, amber = found.own, found.due_at, found.amber_at
    if end is None:
        running = "paused" if any(p.end is None for p in inputs.pauses) else "horizon"
        return [Step("none", name=running if inputs.term else "no_term", last=calendar.last)]
    steps = [_written(end, calendar, capped=found.capped)] if inputs.by_hand else []
    if own and inputs.term and inputs.term.unit is not Unit.WORKHOURS and not inputs.by_hand:
        steps.append(Step("last_day", day=own.date()))
    if found.capped:
        steps.append(Step("capped", at=end, name=inputs.cap_name))
    steps += [Step("due", at=end), Step("amber", at=amber)]
    known = max(calendar.specials, default=None)
    if known is not None and end.date().year > known.year:
        steps.append(Step("uncertain", last=known))
    return steps


def _written(end: datetime, calendar: WorkCalendar, *, capped: bool) -> Step:
    """The moment that a person wrote, with its day when that is no working one (unless another moment holds instead)."""
    day = end.date()
    if capped or calendar.is_working(day):
        return Step("by_hand")
    return Step("by_hand", day=day, name=calendar.specials[day].name if day in calendar.specials else "")


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
