"""The period of a report: whole local months, and the moment as of which it tells."""
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from django.utils import timezone

from ventanilla.core.indicators.periods import add_months, month_start

_MONTH = re.compile(r"(\d{4})-(\d{2})$")
_YEAR = re.compile(r"(\d{4})$")


@dataclass(frozen=True)
class Period:
    """Local months from `first` (a first day) up to, not including, `after`; as known at `as_of` (aware)."""

    first: date
    after: date
    as_of: datetime

    @classmethod
    def parse(cls, text: str, day: date | None = None) -> Self:
        """`2026-10` is a month, `2026` a year; anything else the month before this one. `day`: as known when it ended.

        Without `day` it is as known now.
        """
        now = timezone.now()
        as_of = min(now, moment(day + timedelta(days=1))) if day else now
        if (found := _MONTH.match(text)) and 1 <= int(found[2]) <= 12 and 1970 <= int(found[1]) <= 9000:
            return cls.month(date(int(found[1]), int(found[2]), 1), as_of)
        if (found := _YEAR.match(text)) and 1970 <= int(found[1]) <= 9000:
            return cls(date(int(text), 1, 1), date(int(text) + 1, 1, 1), as_of)
        return cls.month(add_months(month_start(timezone.localdate()), -1), as_of)

    @classmethod
    def month(cls, first: date, as_of: datetime) -> Self:
        """The month that begins then."""
        return cls(first, add_months(first, 1), as_of)

    @property
    def is_year(self) -> bool:
        """Twelve months from January on."""
        return self.first.month == 1 and self.after == date(self.first.year + 1, 1, 1)

    @property
    def text(self) -> str:
        """As `parse` reads it."""
        return str(self.first.year) if self.is_year else f"{self.first:%Y-%m}"

    @property
    def since(self) -> datetime:
        """The first moment."""
        return moment(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return moment(self.after)

    @property
    def running(self) -> bool:
        """It was not over yet at the moment as of which it tells."""
        return self.as_of < self.until

    @property
    def before(self) -> Self:
        """The period before, as known at the same moment; of one that is not over, only as many days of it: like with like."""
        months = 12 if self.is_year else 1
        after = self.first
        if self.running and self.as_of > self.since:
            last = timezone.localtime(self.as_of - timedelta(microseconds=1)).date()
            after = min(self.first, add_months(last, -months) + timedelta(days=last.day))
        return type(self)(add_months(self.first, -months), after, self.as_of)

    @property
    def trend(self) -> Self:
        """The twelve months that end with it."""
        return type(self)(add_months(self.after, -12), self.after, self.as_of)

    @property
    def months(self) -> list[date]:
        """The first day of each of its months."""
        found, day = [], self.first
        while day < self.after:
            found.append(day)
            day = add_months(day, 1)
        return found


def moment(day: date) -> datetime:
    """Local midnight at which the day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))
