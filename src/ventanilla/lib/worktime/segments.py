"""Every second between two moments with its cause: counted, paused, closed or a named day."""
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ventanilla.lib.worktime.calendar import WorkCalendar
from ventanilla.lib.worktime.explain import Pause, aware, stamp


class Segment(NamedTuple):
    """Aware moments in the calendar's zone; cause `counted`, `paused`, `closed` or `special`."""

    start: datetime
    end: datetime
    cause: str
    name: str

    @property
    def seconds(self) -> int:
        """Length in seconds of real time."""
        return int(self.end.timestamp() - self.start.timestamp())


def segments(
    start: datetime, end: datetime, calendar: WorkCalendar, pauses: Sequence[Pause] = (),
) -> list[Segment]:
    """The segments from `start` to `end`, without gaps; those `counted` sum to `elapsed` in hours."""
    low, high = stamp(start), stamp(end)
    spans = [(stamp(p.start), stamp(p.end) if p.end else high, p.reason) for p in pauses]
    cuts = {low, high, *(m for span in spans for m in span[:2] if low < m < high)}
    midnights = calendar.clock.midnight(_days(low, high, calendar))
    edges = np.concatenate((calendar.opens, calendar.closes, midnights))
    cuts |= {int(m) for m in edges[(edges > low) & (edges < high)]}
    found: list[tuple[int, int, str, str]] = []
    for a, b in pairwise(sorted(cuts)):
        cause, name = _cause(a, calendar, spans)
        if found and found[-1][2:] == (cause, name):
            a, _b, *_same = found.pop()
        found.append((a, b, cause, name))
    return [_segment(one, calendar) for one in found]


def _segment(one: tuple[int, int, str, str], calendar: WorkCalendar) -> Segment:
    start, end = aware(one[0], calendar), aware(one[1], calendar)
    assert start is not None and end is not None
    return Segment(start, end, one[2], one[3])


def _days(low: int, high: int, calendar: WorkCalendar) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    first, last = calendar.clock.day(np.array([low, high], np.int64))
    return np.arange(first, last + 1, dtype=np.int64)


def _cause(moment: int, calendar: WorkCalendar, spans: Sequence[tuple[int, int, str]]) -> tuple[str, str]:
    found = int(np.searchsorted(calendar.opens, moment, side="right")) - 1
    if found >= 0 and moment < calendar.closes[found]:
        paused = next((span for span in spans if span[0] <= moment < span[1]), None)
        return ("paused", paused[2]) if paused else ("counted", "")
    local = aware(moment, calendar)
    special = calendar.specials.get(local.date()) if local else None
    return ("special", special.name) if special and not calendar.is_working(special.day) else ("closed", "")
