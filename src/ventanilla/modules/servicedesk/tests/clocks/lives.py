"""Random lives of tickets, and what the product says of their clocks: the same fold and kernel that imports and reports use."""
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Final

import numpy as np

from ventanilla.core.cases.kinds import kind_of
from ventanilla.lib.tests.worktime_worlds import WORLDS, compiled
from ventanilla.lib.worktime import NAT, OPEN, Amber, Pause, Pauses, Term, Unit, elapsed, segments, stamp, thresholds
from ventanilla.modules.servicedesk.services.importing.clocks import Counted
from ventanilla.modules.servicedesk.services.importing.past import Happened, Promise
from ventanilla.modules.servicedesk.tests.clocks.oracle import Event, Seconds, Told, open_seconds, told

NEXT: Final = {
    "new": ("assigned", "in_progress", "in_progress", "approval", "new", "cancelled"),
    "approval": ("new", "new", "rejected", "cancelled"), "rejected": ("new",),
    "assigned": ("in_progress", "in_progress", "pending", "resolved", "assigned", "cancelled"),
    "in_progress": ("pending", "pending", "resolved", "resolved", "assigned", "in_progress", "cancelled"),
    "pending": ("in_progress", "in_progress", "pending", "resolved", "assigned"),
    "resolved": ("closed", "in_progress"), "closed": ("in_progress",), "cancelled": (),
}
"""Where a request may go (a state to itself: its priority or its service changed)."""
CLOCKS: Final = ("own", "resolve")


@dataclass(frozen=True)
class Life:
    """What happened to a ticket and what is promised of it in the end: seconds by clock (None: nothing)."""

    events: tuple[Event, ...]
    goals: tuple[int | None, int | None]
    now: int


def random_life(rng: Random, bounds: tuple[int, int], edges: Sequence[int]) -> Life:
    """Up to twelve steps with gaps from nothing to days, often exactly on an opening or a close."""
    at, state = _moment(rng, bounds, edges), "new"
    events = [Event(at, state)]
    for _step in range(rng.choice((0, 1, 2, 3, 4, 6, 8, 12))):
        if not NEXT[state]:
            break
        at, state = _later(rng, at, edges), rng.choice(NEXT[state])
        events.append(Event(at, state))
    return Life(tuple(events), (_goal(rng), _goal(rng)), _later(rng, at, edges))


def _moment(rng: Random, bounds: tuple[int, int], edges: Sequence[int]) -> int:
    low, high = bounds
    return rng.choice(edges) if edges and rng.random() < 0.3 else rng.randrange(low, low + (high - low) * 2 // 3)


def _later(rng: Random, at: int, edges: Sequence[int]) -> int:
    """The next moment: at once, soon, within days, or on the next edge of open time."""
    how = rng.random()
    if how < 0.2 and (after := edges[bisect_left(edges, at):][:4]):
        return rng.choice(after)
    return at + rng.randrange(rng.choice((1, 60, 3600, 6 * 3600, 30 * 3600, 4 * 86_400)))


def _goal(rng: Random) -> int | None:
    """Minutes of coverage, in seconds: nothing, none, minutes, hours, days."""
    return rng.choice((None, 0, 60, 900, 3600, rng.randrange(1, 61) * 60, rng.randrange(1, 600) * 60, rng.randrange(1, 2400) * 60))


def edges_of(opened: Seconds) -> Sequence[int]:
    """Openings and closes."""
    if not opened.size:
        return ()
    gaps = np.flatnonzero(np.diff(opened) > 1)
    return sorted({int(opened[0]), int(opened[-1]) + 1, *(opened[gaps] + 1).tolist(), *opened[gaps + 1].tolist()})


def lives(world: str, seed: int, count: int) -> list[Life]:
    """The same ones for the same seed."""
    rng, found = Random(f"{world}:{seed}"), WORLDS[world]
    low, high = (m * 60 for m in found.bounds)
    edges = [e for e in edges_of(open_seconds(world)) if e < high]
    return [random_life(rng, (low, high), edges) for _ in range(count)]


def expected(world: str, life: Life) -> list[Told]:
    """By the oracle."""
    bounds = tuple(m * 60 for m in WORLDS[world].bounds)
    return [told(open_seconds(world), bounds, clock, goal, life.events, life.now)  # type: ignore[arg-type]
            for clock, goal in zip(CLOCKS, life.goals, strict=True)]


def found(world: str, many: Sequence[Life]) -> list[list[Told]]:
    """By the product: pauses from the fold, all due moments and all used seconds by one call of the kernel each."""
    folded = [[_folded(clock, life) for clock in CLOCKS] for life in many]
    flat = [c for pair in folded for c in pair]
    spans = [[(stamp(p.since), stamp(p.until) if p.until else OPEN) for p in c.pauses] for c in flat]
    starts = np.array([stamp(c.promise.start) for c in flat], np.int64)
    goals = np.array([g or 0 for life in many for g in life.goals], np.float64)
    ends = np.array([stamp(c.stopped_at) if c.stopped_at else life.now for life, pair in zip(many, folded, strict=True) for c in pair])
    pauses, calendar = Pauses.of(spans), compiled(world)
    _amber, dues = thresholds(starts, Term(goals / 3600, Unit.WORKHOURS), calendar, Amber(fraction=0.75), pauses)
    used = elapsed(starts, ends, Term(0, Unit.WORKHOURS), calendar, pauses)
    promised = [g is not None for life in many for g in life.goals]
    rows = [Told(int(d) if p and d != NAT else None, int(u), c.state, stamp(c.stopped_at) if c.stopped_at else None)
            for d, u, c, p in zip(dues.tolist(), used.tolist(), flat, promised, strict=True)]
    return [rows[n:n + 2] for n in range(0, len(rows), 2)]


def _folded(clock: str, life: Life) -> Counted:
    counted = Counted(Promise(clock, None, 0, moment(life.events[0].at)))
    counted.live([Happened(moment(e.at), moment(e.at), "", e.state) for e in life.events], kind_of("request"))
    return counted


def explained(world: str, life: Life, clock: str) -> tuple[int, int]:
    """Seconds counted and seconds in all, as "explain this clock" tells them."""
    counted = _folded(clock, life)
    until = counted.stopped_at or moment(life.now)
    told = segments(counted.promise.start, until, compiled(world), [Pause(p.since, p.until, p.reason) for p in counted.pauses])
    return sum(s.seconds for s in told if s.cause == "counted"), sum(s.seconds for s in told)


def moment(seconds: int) -> datetime:
    """Aware, UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def differences(world: str, seed: int, count: int, explain_each: int = 200) -> list[str]:
    """Every life of which product and oracle say something different; one in `explain_each` is explained too."""
    many, wrong = lives(world, seed, count), []
    for number, (life, ours) in enumerate(zip(many, found(world, many), strict=True)):
        theirs = expected(world, life)
        if ours != theirs:
            wrong.append(f"{world} {seed} {number}: {life} found {ours} expected {theirs}")
        if number % explain_each == 0:
            for clock, one in zip(CLOCKS, theirs, strict=True):
                until = life.now if one.stopped is None else one.stopped
                if explained(world, life, clock) != (one.used, until - life.events[0].at):
                    wrong.append(f"{world} {seed} {number}: {clock} explained as {explained(world, life, clock)}, not {one}")
    return wrong
