"""An independent reading of the rules of a ticket's clocks: it lists every open second and strikes out those that do not count.

Written from `docs/modules/servicedesk.md` ("Clocks"), not from the code. Which minutes are open is read off the wall clock by
`lib.tests.worktime_oracle.World`. Moments are whole UTC seconds; None: there is no such moment.
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ventanilla.lib.tests.worktime_oracle import World
from ventanilla.lib.tests.worktime_worlds import WORLDS

Seconds = NDArray[np.int64]
WAITING = frozenset({"pending", "approval"})
ENDED = frozenset({"resolved", "closed", "cancelled", "rejected"})
TAKEN = frozenset({"in_progress", "pending", "resolved"})


@dataclass(frozen=True)
class Event:
    """At `at` the ticket came to `state`."""

    at: int
    state: str


@dataclass(frozen=True)
class Told:
    """What a clock has to say at the end of a history."""

    due: int | None
    used: int
    state: str
    stopped: int | None


@cache
def open_seconds(name: str) -> Seconds:
    """Every open second of a world, in order."""
    return seconds_of(WORLDS[name])


def seconds_of(world: World) -> Seconds:
    """The seconds of its open minutes."""
    minutes = np.array(sorted(world.owner), np.int64)
    return (minutes[:, None] * 60 + np.arange(60)).ravel()


def told(opened: Seconds, bounds: tuple[int, int], clock: str, goal: int | None, life: Sequence[Event], now: int) -> Told:
    """Due moment, seconds used, state and end of a clock of goal `goal` (seconds) at `now`.

    `opened` are the open seconds of the world and `bounds` its horizon; `life[0]` is the reception.
    """
    start, stopped = life[0].at, _end(clock, life)
    lost = list(_still(clock, life, stopped))
    until = now if stopped is None else stopped
    counted = _without(_enough(opened, start, until, goal or 0, lost), lost)
    used = int((counted < until).sum())
    return Told(_due(counted, start, goal, bounds), used, _state(clock, life, stopped), stopped)


def _due(counted: Seconds, start: int, goal: int | None, bounds: tuple[int, int]) -> int | None:
    """The end of the last second of the goal; a goal of nothing is due at once."""
    if goal is None or not bounds[0] <= start < bounds[1]:
        return None
    if goal == 0:
        return start
    return int(counted[goal - 1]) + 1 if counted.size >= goal else None


def _enough(opened: Seconds, start: int, until: int, goal: int, lost: Sequence[tuple[int, int | None]]) -> Seconds:
    """The open seconds from `start` to `until`, and as many more as the goal and what is struck out can take."""
    first, last = np.searchsorted(opened, [start, until])
    ends = [opened[-1] + 1 if until is None and opened.size else until or 0 for _since, until in lost]
    struck = sum(int(np.searchsorted(opened, end) - np.searchsorted(opened, since)) for (since, _u), end in zip(lost, ends, strict=True))
    return opened[first:max(int(last), int(first) + goal + struck)]


def _without(seconds: Seconds, spans: Sequence[tuple[int, int | None]]) -> Seconds:
    """The seconds outside all spans: struck out one span after the other."""
    kept = np.ones(seconds.size, np.bool_)
    for since, until in spans:
        low = np.searchsorted(seconds, since)
        high = seconds.size if until is None else np.searchsorted(seconds, until)
        kept[low:high] = False
    return seconds[kept]


def _end(clock: str, life: Sequence[Event]) -> int | None:
    """When it stopped for good: `own` when somebody took the ticket; any when it ended and was not opened again."""
    taken = next((e.at for e in life if e.state in TAKEN), None) if clock == "own" else None
    return _last_end(life) if taken is None else taken


def _last_end(life: Sequence[Event]) -> int | None:
    """Since when the ticket has ended, now."""
    found = None
    for event in life:
        found = (event.at if found is None else found) if event.state in ENDED else None
    return found


def _still(clock: str, life: Sequence[Event], stopped: int | None) -> Iterator[tuple[int, int | None]]:
    """Stretches in which it does not count: waiting, or ended before it was opened again; none after it stopped."""
    for event, after in zip(life, [*life[1:], None], strict=True):
        if stopped is not None and event.at >= stopped:
            return
        if event.state in WAITING | ENDED:
            yield event.at, after.at if after else None


def _state(clock: str, life: Sequence[Event], stopped: int | None) -> str:
    if stopped is not None:
        return "stop"
    return "pause" if life[-1].state in WAITING else "run"
