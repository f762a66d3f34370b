"""English dates and lists, by the same names as in `spanish`: what writes a sentence takes whichever of the two the reader reads.

Moments are formatted as given, or in `zone`.
"""
from collections.abc import Sequence
from datetime import date, datetime, tzinfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def long_date(day: date, *, weekday: bool = False) -> str:
    """"November 21, 2026", or "Saturday, November 21, 2026"."""
    return f"{day_and_month(day, weekday=weekday)}, {day.year}"


def day_and_month(day: date, *, weekday: bool = True) -> str:
    """"Monday, November 16"."""
    text = f"{MONTHS[day.month - 1]} {day.day}"
    return f"{WEEKDAYS[day.weekday()]}, {text}" if weekday else text


def long_moment(moment: datetime, zone: tzinfo | None = None) -> str:
    """"Friday, November 13, 2026, 16:40"."""
    local = moment.astimezone(zone) if zone else moment
    return f"{long_date(local, weekday=True)}, {local:%H:%M}"


def every(weekday: int) -> str:
    """"Saturdays"; 0 is Monday."""
    return f"{WEEKDAYS[weekday]}s"


def listed(words: Sequence[str]) -> str:
    """"a, b and c"."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
