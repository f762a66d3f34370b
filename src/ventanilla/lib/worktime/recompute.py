"""What a change of calendar would flip: the same cases by the old and by the new calendar."""
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ventanilla.lib.worktime.calendar import WorkCalendar
from ventanilla.lib.worktime.kernel import thresholds
from ventanilla.lib.worktime.light import lights
from ventanilla.lib.worktime.terms import Amber, Pauses, Term
from ventanilla.lib.worktime.zones import Ints


@dataclass(frozen=True, slots=True)
class Cases:
    """Running clocks of one rule: UTC seconds, one entry per case; `stopped` clocks keep their moments."""

    start: Ints
    term: Term
    amber: Amber
    pauses: Pauses | None
    stopped: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Change:
    """New moments of all cases, and which of them differ.

    `moved`: the due moment differs; `amber_moved`: the amber moment differs; `before` and `after` are
    indices into `light.ORDER` at the moment of the preview; `flipped`: the colour changes.
    """

    amber_at: Ints
    due_at: Ints
    moved: NDArray[np.bool_]
    amber_moved: NDArray[np.bool_]
    before: NDArray[np.int8]
    after: NDArray[np.int8]

    @property
    def flipped(self) -> NDArray[np.bool_]:
        """Cases whose colour changes."""
        flipped: NDArray[np.bool_] = self.before != self.after
        return flipped

    @property
    def touched(self) -> NDArray[np.bool_]:
        """Cases of which anything has to be written."""
        return self.moved | self.amber_moved


def recompute(cases: Cases, amber_at: Ints, due_at: Ints, calendar: WorkCalendar, now: int) -> Change:
    """Compare the stored moments (`amber_at`, `due_at`) with those by a new calendar; writes nothing.

    Stopped clocks are left as they are: what was concluded is not judged anew.
    """
    amber, due = thresholds(cases.start, cases.term, calendar, cases.amber, cases.pauses)
    amber, due = np.where(cases.stopped, amber_at, amber), np.where(cases.stopped, due_at, due)
    return Change(
        amber, due, due != due_at, amber != amber_at,
        lights(now, amber_at, due_at, cases.stopped), lights(now, amber, due, cases.stopped),
    )
