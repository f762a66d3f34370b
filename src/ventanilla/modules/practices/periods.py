"""Months, quarters and years as pairs of local days, both included. Pure Python."""
from collections.abc import Iterator
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}
Period = tuple[date, date]


def starting(frequency: str, day: date) -> Period:
    """The period of that frequency that the day lies in. Raises KeyError for an unknown frequency."""
    length = MONTHS[frequency]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return first, _plus(first, length) - timedelta(days=1)


def following(frequency: str, period: Period) -> Period:
    """The one after it."""
    return starting(frequency, period[1] + timedelta(days=1))


def between(frequency: str, since: date, until: date) -> Iterator[Period]:
    """Every period that begins on or after the one of `since` and has ended by `until`."""
    period = starting(frequency, since)
    while period[1] <= until:
        yield period
        period = following(frequency, period)


def _plus(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
