"""Explain this clock: every stretch of a ticket's life with its cause; the stretches sum exactly to the time between."""
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from ventanilla.core.cases.models import Clock
from ventanilla.core.workdays.services import compiled
from ventanilla.lib.worktime import NAT, OPEN, Pause, Pauses, Segment, Term, Unit, elapsed, segments, stamp

TERM: Final = Term(1, Unit.WORKHOURS)
"""What is used of a clock is open seconds, however long it may run."""


@dataclass(frozen=True)
class Measured:
    """A clock with its goal and what is used of it, in seconds of coverage."""

    clock: Clock
    label: str
    goal: int
    used: int

    @property
    def late(self) -> bool:
        """Whether the goal was passed."""
        return self.clock.amount is not None and self.used > self.goal


@dataclass(frozen=True)
class Explanation(Measured):
    """A clock in full: also the stretches from start to end (aware)."""

    until: datetime
    stretches: list[Segment]

    @property
    def total(self) -> int:
        """Seconds of real time from start to end; equals the sum of the stretches."""
        return sum(s.seconds for s in self.stretches)

    def by_cause(self) -> dict[str, int]:
        """Seconds by cause: counted, paused, closed, special."""
        found = dict.fromkeys(("counted", "paused", "closed", "special"), 0)
        for one in self.stretches:
            found[one.cause] += one.seconds
        return found


LABELS = {"own": noop("Tiempo para tomarla"), "resolve": noop("Tiempo para resolver")}


def explain(clock: Clock, now: datetime | None = None) -> Explanation:
    """From the start to the moment it stopped, or now. Seconds are whole; fractions are cut off."""
    until = _until(clock, now)
    pauses = [Pause(p.since, p.until, p.reason) for p in clock.pauses.all()]
    found = segments(clock.start, until, compiled(clock.version_id), pauses)
    used = sum(s.seconds for s in found if s.cause == "counted")
    return Explanation(clock, _label(clock), (clock.amount or 0) * 60, used, until, found)


def measure(clock: Clock, now: datetime | None = None) -> Measured:
    """The same figures by the kernel alone: what is used of a year costs as little as of an hour."""
    start, until = stamp(clock.start), stamp(_until(clock, now))
    pauses = [(stamp(p.since), stamp(p.until) if p.until else OPEN) for p in clock.pauses.all()]
    used = int(elapsed(start, until, TERM, compiled(clock.version_id), Pauses.of([pauses]))[0])
    return explain(clock, now) if used == NAT else Measured(clock, _label(clock), (clock.amount or 0) * 60, used)


def _until(clock: Clock, now: datetime | None) -> datetime:
    until = clock.stopped_at if clock.state == "stop" and clock.stopped_at else now or timezone.now()
    return max(until, clock.start)


def _label(clock: Clock) -> str:
    return _(LABELS[clock.kind]) if clock.kind in LABELS else _("Acuerdo interno del equipo")
