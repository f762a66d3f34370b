"""What an office declares: weekly hours, and the days that differ with their name, kind and source."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

DAY_MINUTES = 1440
Range = tuple[int, int]


class Kind(StrEnum):
    """Why a day differs from the weekly pattern."""

    FEDERAL = "federal"
    STATE = "state"
    LOCAL = "local"
    VACATION = "vacation"
    SUSPENSION = "suspension"
    CONTINGENCY = "contingency"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Day:
    """One date that differs. `hours` None: closed (or, for `working`, the office's usual hours).

    With `hours` the day has exactly those, whatever its kind: a contingency that closes at noon is
    `Day(…, Kind.CONTINGENCY, hours=((540, 720),))` and still counts as a working day.
    """

    day: date
    kind: Kind
    name: str
    source: str = ""
    hours: tuple[Range, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse hours outside 00:00-48:00."""
        _checked(self.hours or ())


@dataclass(frozen=True, slots=True)
class Coverage:
    """Weekly hours: weekday (0 = Monday) -> ranges of local wall-clock minutes.

    A range may end past midnight (22:00-06:00 is `(1320, 1800)`) and belongs to the day on which it
    begins: a holiday removes the ranges that begin on it. Lunch is a gap between two ranges. True 24/7 is
    `(0, 1440)` on all seven days: no minute is lost at midnight. Empty ranges are ignored.
    """

    weekdays: Mapping[int, tuple[Range, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse weekdays outside 0-6 and ranges outside 00:00-48:00."""
        if not set(self.weekdays) <= set(range(7)):
            raise ValueError("weekday must be 0 (Monday) to 6 (Sunday)")
        for ranges in self.weekdays.values():
            _checked(ranges)

    @classmethod
    def office(cls, *ranges: Range, weekdays: Iterable[int] = range(5)) -> "Coverage":
        """The same ranges on several weekdays; without ranges 09:00-18:00."""
        return cls({weekday: ranges or ((540, 1080),) for weekday in weekdays})

    @classmethod
    def always(cls) -> "Coverage":
        """24 hours, seven days."""
        return cls({weekday: ((0, DAY_MINUTES),) for weekday in range(7)})

    def on(self, weekday: int) -> tuple[Range, ...]:
        """The non-empty ranges of a weekday."""
        return tuple(r for r in self.weekdays.get(weekday, ()) if r[1] > r[0])

    def of(self, special: Day) -> tuple[Range, ...]:
        """The ranges of a day that differs; a working day without hours of its own takes the usual ones."""
        if special.hours is not None:
            return tuple(r for r in special.hours if r[1] > r[0])
        if special.kind is not Kind.WORKING:
            return ()
        return self.on(special.day.weekday()) or self.usual()

    def usual(self) -> tuple[Range, ...]:
        """The ranges of the first weekday that has any."""
        return next((self.on(w) for w in range(7) if self.on(w)), ())


def _checked(ranges: Iterable[Range]) -> None:
    for start, end in ranges:
        if not (0 <= start < DAY_MINUTES and start <= end <= start + DAY_MINUTES):
            raise ValueError(f"a range begins within its day and lasts at most 24 hours: {start}-{end}")
