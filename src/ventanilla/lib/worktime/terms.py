"""Terms as a norm states them, how their days are counted, when the light turns amber, and pauses."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ventanilla.lib.worktime.zones import Ints

OPEN = int(np.iinfo(np.int64).max)
"""End of a pause that still runs."""


class Unit(StrEnum):
    """What a term counts."""

    WORKDAYS = "workdays"
    WORKHOURS = "workhours"
    CALENDAR_DAYS = "calendar_days"


@dataclass(frozen=True, slots=True)
class DayCount:
    """How days are counted. The defaults are Mexican administrative practice.

    Sources: Ley Federal de Procedimiento Administrativo art. 28 (terms in days leave out non-working
    days), art. 38 (a term begins on the day after the notification takes effect) and art. 29 (a last day
    that is not a working day moves to the next one); the procedural codes of the states follow them.
    What arrives after the closing hour or on a non-working day counts as received on the next working day.

    late        "next_workday" as above, or "same_day": the date of reception is the date on the clock.
    first       "next_day": day 1 is the day after reception, or "same_day": it is the day of reception.
    paused_day  "touched": a day with any paused second of coverage does not count, so that a suspended
                term resumes on the following day (LFPA art. 17-A), or "whole": only days paused
                from opening to close do not.
    roll        calendar days only: a last day without coverage moves to the "next_workday", or "none".
    close       due at the "coverage_end" of the last day, or at its "midnight" (24:00 local).
    """

    late: str = "next_workday"
    first: str = "next_day"
    paused_day: str = "touched"
    roll: str = "next_workday"
    close: str = "coverage_end"

    def __post_init__(self) -> None:
        """Refuse words that are not in the table above."""
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                raise ValueError(f"{name} must be one of {words}")


_WORDS = {
    "late": ("next_workday", "same_day"), "first": ("next_day", "same_day"),
    "paused_day": ("touched", "whole"), "roll": ("next_workday", "none"),
    "close": ("coverage_end", "midnight"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """An amount of working days, working hours or calendar days (one number, or an array of one per case).

    Days are whole; hours may have fractions and are rounded to the second. Raises ValueError when negative.
    """

    amount: Any
    unit: Unit = Unit.WORKDAYS
    rule: DayCount = field(default_factory=DayCount)

    def __post_init__(self) -> None:
        """Refuse negative amounts and fractions of days."""
        amount = np.asarray(self.amount, dtype=np.float64)
        if not bool(np.all(amount >= 0)):
            raise ValueError("a term cannot be negative")
        if self.unit is not Unit.WORKHOURS and bool(np.any(amount % 1)):
            raise ValueError("a term in days is a whole number")

    def goal(self, count: int) -> Ints:
        """The amount in days, or in seconds for hours, one per case."""
        factor = 3600 if self.unit is Unit.WORKHOURS else 1
        goal = np.rint(np.asarray(self.amount, np.float64) * factor).astype(np.int64)
        return np.broadcast_to(goal, (count,))


@dataclass(frozen=True, slots=True)
class Amber:
    """When the light turns amber: exactly one of a fraction of the term used, or so long before it is due.

    `fraction` 0.75: when three quarters of the term have been used (in days: at the opening of the first
    day after the complete days that fit in them). `days` 2: at the opening of the second working day
    before the one on which it is due. `hours` 4: when four hours of open time remain. It always falls in
    open time and is never before the start nor after the due moment.
    """

    fraction: float | None = None
    days: int | None = None
    hours: float | None = None

    def __post_init__(self) -> None:
        """Refuse none or several rules, and values out of range."""
        given = [v for v in (self.fraction, self.days, self.hours) if v is not None]
        if len(given) != 1 or given[0] < 0 or (self.fraction or 0) > 1:
            raise ValueError("give one of fraction (0 to 1), days or hours")


@dataclass(frozen=True, slots=True)
class Pauses:
    """Pauses of n cases in CSR form: those of case i are `offsets[i]:offsets[i + 1]`, in any order.

    `starts` and `ends` are UTC seconds, half-open; `ends` may be `OPEN`. They may overlap and nest: their
    union counts once. Raises ValueError when a pause ends before it begins or the offsets do not fit.
    """

    offsets: Ints
    starts: Ints
    ends: Ints

    def __post_init__(self) -> None:
        """Refuse broken offsets and pauses that end before they begin."""
        if self.offsets[0] != 0 or self.offsets[-1] != self.starts.size or self.ends.size != self.starts.size:
            raise ValueError("offsets do not fit the pauses")
        if bool(np.any(np.diff(self.offsets) < 0)) or bool(np.any(self.ends < self.starts)):
            raise ValueError("a pause ends before it begins")

    @classmethod
    def of(cls, cases: Sequence[Iterable[tuple[int, int]]]) -> "Pauses":
        """From one list of (start, end) per case."""
        lists = [list(case) for case in cases]
        flat = np.array([pair for case in lists for pair in case], dtype=np.int64).reshape(-1, 2)
        sizes = np.array([0, *(len(case) for case in lists)], dtype=np.int64)
        return cls(np.cumsum(sizes), flat[:, 0].copy(), flat[:, 1].copy())

    @property
    def rows(self) -> NDArray[np.int64]:
        """The case of each pause."""
        return np.repeat(np.arange(self.offsets.size - 1), np.diff(self.offsets))


def seconds(moments: ArrayLike) -> Ints:
    """UTC seconds as a one-dimensional array."""
    return np.atleast_1d(np.asarray(moments, dtype=np.int64))
