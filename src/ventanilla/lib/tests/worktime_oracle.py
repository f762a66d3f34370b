"""An independent, naive reading of the rules of `lib.worktime`: it walks minute by minute and day by day.

Written from the docstrings, with nothing but the standard library. Moments are UTC minutes since 1970
(every range, change of offset and tested moment is a whole minute); None means that there is no moment.
"""
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

Spans = list[tuple[int, int | None]]


@dataclass(frozen=True)
class World:
    """A zone, weekly ranges, special days (ranges or () when closed) and the dates that exist."""

    zone: str
    weekly: dict[int, tuple[tuple[int, int], ...]]
    first: date
    last: date
    special: dict[date, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def minute(self, day: date, hour: int = 0, minute: int = 0) -> int:
        return int(datetime.combine(day, time(hour, minute), ZoneInfo(self.zone)).timestamp()) // 60

    @cached_property
    def bounds(self) -> tuple[int, int]:
        return self.minute(self.first), self.minute(self.last + timedelta(1))

    @cached_property
    def wall(self) -> dict[int, tuple[date, int]]:
        """What the clock on the wall shows at each minute."""
        found = {}
        for m in range(*self.bounds):
            local = datetime.fromtimestamp(m * 60, UTC).astimezone(ZoneInfo(self.zone))
            found[m] = (local.date(), local.hour * 60 + local.minute)
        return found

    def ranges(self, day: date) -> tuple[tuple[int, int], ...]:
        return self.special[day] if day in self.special else self.weekly.get(day.weekday(), ())

    @cached_property
    def owner(self) -> dict[int, date]:
        """Open minutes, and the day to whose ranges each belongs."""
        found = {}
        for m, (day, shown) in self.wall.items():
            for owner, position in ((day - timedelta(1), shown + 1440), (day, shown)):
                inside = any(a <= position < b for a, b in self.ranges(owner))
                if inside and self.first <= owner <= self.last:
                    found[m] = owner
        return found

    @cached_property
    def minutes(self) -> dict[date, list[int]]:
        """The open minutes of each working day."""
        found: dict[date, list[int]] = {}
        for m, day in self.owner.items():
            found.setdefault(day, []).append(m)
        return dict(sorted(found.items()))

    @cached_property
    def whole(self) -> dict[date, list[int]]:
        """All minutes of each date."""
        found: dict[date, list[int]] = {}
        for m, (day, _shown) in self.wall.items():
            found.setdefault(day, []).append(m)
        return found


def paused(minute: int, pauses: Spans) -> bool:
    return any(a <= minute and (b is None or minute < b) for a, b in pauses)


def hours(world: World, start: int, goal: int, pauses: Spans) -> int | None:
    """The end of the `goal`th open, unpaused minute from `start`."""
    low, high = world.bounds
    if not low <= start < high:
        return None
    if goal == 0:
        return start
    for m in range(start, high):
        if m in world.owner and not paused(m, pauses):
            goal -= 1
            if goal == 0:
                return m + 1
    return None


def used(world: World, start: int, end: int, pauses: Spans) -> int:
    return sum(1 for m in range(start, end) if m in world.owner and not paused(m, pauses))


def received(world: World, start: int) -> date | None:
    """The first working day after whose closing `start` does not lie."""
    for day, minutes in world.minutes.items():
        close = minutes[-1] + 1
        shown_on = world.wall.get(close, (date.max, 0))[0]
        if start < close or (start == close and shown_on == day):
            return day
    return None


def workdays(world: World, start: int, goal: int, pauses: Spans, paused_day: str = "touched") -> int | None:
    low, high = world.bounds
    day = received(world, start) if low <= start < high else None
    if day is None:
        return None
    if goal == 0:
        return max(world.minutes[day][-1] + 1, start)
    lost = any if paused_day == "touched" else all
    for later, minutes in world.minutes.items():
        if later > day and not lost(paused(m, pauses) for m in minutes):
            goal -= 1
            if goal == 0:
                return minutes[-1] + 1
    return None


def calendar_days(
    world: World, start: int, goal: int, pauses: Spans, paused_day: str = "touched", roll: bool = True,
) -> int | None:
    low, high = world.bounds
    day = received(world, start) if low <= start < high else None
    if day is None:
        return None
    lost = any if paused_day == "touched" else all
    while goal > 0:
        day += timedelta(1)
        if day > world.last:
            return None
        goal -= not lost(paused(m, pauses) for m in world.whole[day])
    if not roll and day not in world.minutes:
        return world.whole[day][-1] + 1
    return next((max(m[-1] + 1, start) for d, m in world.minutes.items() if d >= day), None)
