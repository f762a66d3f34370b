"""Explain this clock: every stretch of a ticket's life with its cause; the stretches sum exactly to the time between."""
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Clock
from ventanilla.core.workdays.services import compiled
from ventanilla.lib.worktime import Pause, Segment, segments


@dataclass(frozen=True)
class Explanation:
    """A clock in full: goal and used time in seconds of coverage, and the stretches from start to end (aware)."""

    clock: Clock
    label: str
    goal: int
    used: int
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

    @property
    def late(self) -> bool:
        """Whether the goal was passed."""
        return self.clock.amount is not None and self.used > self.goal


LABELS = {"own": "Tiempo para tomarla", "resolve": "Tiempo para resolver"}


def explain(clock: Clock, now: datetime | None = None) -> Explanation:
    """From the start to the moment it stopped, or now. Seconds are whole; fractions are cut off."""
    until = clock.stopped_at if clock.state == "stop" and clock.stopped_at else now or timezone.now()
    until = max(until, clock.start)
    pauses = [Pause(p.since, p.until, p.reason) for p in clock.pauses.all()]
    found = segments(clock.start, until, compiled(clock.version_id), pauses)
    used = sum(s.seconds for s in found if s.cause == "counted")
    label = _(LABELS[clock.kind]) if clock.kind in LABELS else _("Acuerdo interno del equipo")
    return Explanation(clock, label, (clock.amount or 0) * 60, used, until, found)
