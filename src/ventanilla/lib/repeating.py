"""Things that repeat: a checked subset of iCalendar's RRULE (RFC 5545, section 3.3.10), and the times at which they happen.

A rule repeats by weeks on weekdays, by months on days of the month or on the n-th of some weekdays, or by years on a date. Dates are
found by `dateutil.rrule` from the period in which they are asked for, so the cost depends on how many are asked for and never on how
long the rule has been running. Times of the day are those of the wall in a time zone, whatever the clocks do in between.
"""
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, Self
from zoneinfo import ZoneInfo

from dateutil import rrule

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES: Final[dict[str, Literal[0, 1, 2]]] = {"WEEKLY": rrule.WEEKLY, "MONTHLY": rrule.MONTHLY, "YEARLY": rrule.YEARLY}
MOST_APART: Final = 60
MOST: Final = 1000
"""Dates given for one question at most."""
BACK: Final = 31
"""Days within which a working day before a date is looked for."""
Working = Callable[[date], bool]
Span = tuple[datetime, datetime]
_NUMBER: Final = re.compile(r"-?\d{1,2}")


class RuleError(ValueError):
    """It is no rule of the subset."""


@dataclass(frozen=True)
class Rule:
    """When something happens again: every `interval` weeks on `weekdays` (0 Monday); months on `month_days` (-1 the last) or on the
    `nth` (-1 the last) of the `weekdays`; or years on that day of the months.
    """

    frequency: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    nth: int = 0

    def __post_init__(self) -> None:
        shape = (bool(self.weekdays), bool(self.month_days), bool(self.months), bool(self.nth))
        allowed = {"WEEKLY": [(True, False, False, False)], "MONTHLY": [(False, True, False, False), (True, False, False, True)],
                   "YEARLY": [(False, True, True, False)]}
        if shape not in allowed.get(self.frequency, ()) or not 1 <= self.interval <= MOST_APART or not self._in_range():
            raise RuleError(self.text)

    def _in_range(self) -> bool:
        parts = ((self.weekdays, 0, 6), (self.month_days, -31, 31), (self.months, 1, 12), ((self.nth,), -31, 31))
        sound = all(low <= n <= high for values, low, high in parts for n in values) and 0 not in self.month_days
        return sound and (not self.months or any(_there(month, day) for month in self.months for day in self.month_days))

    @classmethod
    def parse(cls, text: str) -> Self:
        """From its text; raises RuleError for anything else than the subset (also COUNT and UNTIL: the end is kept apart)."""
        try:
            given = dict(part.split("=", 1) for part in text.strip().upper().split(";"))
        except ValueError:
            raise RuleError(text) from None
        days = [d for d in given.pop("BYDAY", "").split(",") if d]
        if not set(days) <= set(DAYS):
            raise RuleError(text)
        frequency, interval, nth = given.pop("FREQ", ""), _numbers(given.pop("INTERVAL", "1")), _numbers(given.pop("BYSETPOS", "0"))
        month_days, months = _numbers(given.pop("BYMONTHDAY", "")), _numbers(given.pop("BYMONTH", ""))
        if given or len(interval) != 1 or len(nth) != 1:
            raise RuleError(text)
        return cls(frequency, interval[0], tuple(sorted(DAYS.index(d) for d in set(days))), month_days, months, nth[0])

    @property
    def text(self) -> str:
        """As iCalendar writes it."""
        parts = (("FREQ", self.frequency), ("INTERVAL", str(self.interval) if self.interval != 1 else ""),
                 ("BYMONTH", ",".join(map(str, self.months))), ("BYMONTHDAY", ",".join(map(str, self.month_days))),
                 ("BYDAY", ",".join(DAYS[d] for d in self.weekdays if d in range(7))), ("BYSETPOS", str(self.nth) if self.nth else ""))
        return ";".join(f"{key}={value}" for key, value in parts if value)

    def dates(self, first: date, since: date, until: date, working: Working | None = None) -> list[date]:
        """The dates in [since, until] and not before `first`, from whose week, month or year intervals count; MOST at most.

        With `working`, days of the month are counted by it: the n-th day is the n-th that works, a date on which nobody works is
        moved to the working day before, and a weekday on which nobody works is left out.
        """
        low = max(first, since)
        found = self._nominal(first, low, until + timedelta(days=BACK if working and self.frequency != "WEEKLY" else 0))
        if working:
            found = [moved for day in found if (moved := self._worked(day, working))]
        return sorted({day for day in found if low <= day <= until})[:MOST]

    def _nominal(self, first: date, low: date, until: date) -> list[date]:
        begin = self._period(first, low)
        if begin is None or until < low:
            return []
        rows = rrule.rrule(
            FREQUENCIES[self.frequency], dtstart=datetime.combine(begin, time.min), interval=self.interval,
            byweekday=self.weekdays or None, bymonthday=self.month_days or None, bymonth=self.months or None, bysetpos=self.nth or None,
            until=datetime.combine(until, time.min))
        return [row.date() for _n, row in zip(range(MOST + 400), rows, strict=False)]

    def _period(self, first: date, low: date) -> date | None:
        """The first day of the last period of the rule that begins on or before `low`; None beyond what dates can say."""
        if low.year > 9000:
            return None
        if self.frequency == "WEEKLY":
            monday = first - timedelta(days=first.weekday())
            return monday + timedelta(weeks=(low - monday).days // 7 // self.interval * self.interval)
        apart = self.interval * (12 if self.frequency == "YEARLY" else 1)
        start = first.year * 12 + (first.month - 1 if self.frequency == "MONTHLY" else 0)
        month = start + (low.year * 12 + low.month - 1 - start) // apart * apart
        return date(month // 12, month % 12 + 1, 1)

    def _worked(self, day: date, working: Working) -> date | None:
        if self.weekdays and not self.nth:
            return day if working(day) else None
        if self.nth:
            return self._nth_working(day, working)
        return next((d for n in range(BACK) if working(d := day - timedelta(days=n))), None)

    def _nth_working(self, day: date, working: Working) -> date | None:
        """The n-th of the weekdays of that month on which work is done."""
        start = day.replace(day=1)
        month = [d for n in range(31) if (d := start + timedelta(days=n)).month == start.month]
        found = [d for d in month if d.weekday() in self.weekdays and working(d)]
        place = self.nth - 1 if self.nth > 0 else self.nth
        return found[place] if -len(found) <= place < len(found) else None


def _numbers(text: str) -> tuple[int, ...]:
    parts = [p for p in text.split(",") if p]
    if not all(_NUMBER.fullmatch(p) for p in parts):
        raise RuleError(text)
    return tuple(sorted({int(p) for p in parts}))


def _there(month: int, day: int) -> bool:
    """Whether some year has such a day."""
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return abs(day) <= longest


# --- times ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Series:
    """Something that lasts from `start` to `end` (naive, on the wall of `zone`), and again by its rule.

    `last` (aware): nothing begins so late that it would be over after it. `skipped` are dates on which it does not begin after all.
    """

    rule: Rule
    start: datetime
    end: datetime
    zone: str
    last: datetime | None = None
    skipped: Sequence[date] = ()

    def spans(self, since: datetime, until: datetime, working: Working | None = None) -> Iterator[Span]:
        """The times (aware, in UTC) that overlap [since, until), in order."""
        zone, lasting = ZoneInfo(self.zone), self.end - self.start
        low = (since.astimezone(zone) - lasting).date() - timedelta(days=2)
        high = until.astimezone(zone).date() + timedelta(days=1)
        for day in self.rule.dates(self.start.date(), low, high, working):
            start = datetime.combine(day, self.start.time())
            begins, ends = opening(start, zone), closing(start + lasting, zone)
            late = self.last is not None and begins + lasting > self.last
            if begins < until and ends > since and not late and day not in self.skipped:
                yield begins, ends

    def following(self, after: datetime, count: int, working: Working | None = None) -> list[Span]:
        """The next times that are not over at `after`, `count` at most, looked for within the next years."""
        found: list[Span] = []
        for days in (100, 1000, 30000):
            found = list(self.spans(after, after + timedelta(days=days), working))[:count]
            if len(found) == count:
                break
        return found


def opening(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which a wall clock shows this: where it shows it twice, or leaves it out, the earlier of the two readings."""
    return min(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def closing(wall: datetime, zone: ZoneInfo) -> datetime:
    """The same for an end: the later reading, so that nothing between is left out and a time never ends before it began."""
    return max(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
