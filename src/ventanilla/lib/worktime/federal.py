"""The days of obligatory rest in Mexico, by rule.

Source: Ley Federal del Trabajo art. 74, fractions I to VIII. Fraction IX (election days) is set by the
electoral laws for each election and is entered as data. The move to Mondays is of 2006-01-17 (DOF); the
change of federal government is on 1 October every six years from 2024, and was on 1 December until 2018.
"""
from collections.abc import Iterator
from datetime import date

from ventanilla.lib.worktime.coverage import Day, Kind

_FIXED = (
    (1, 1, "I", "Año Nuevo"), (5, 1, "IV", "Día del Trabajo"),
    (9, 16, "V", "Día de la Independencia"), (12, 25, "VIII", "Navidad"),
)
_MOVED = (  # month, which Monday, since when, day before, fraction, name
    (2, 1, 2006, 5, "II", "conmemoración del 5 de febrero"),
    (3, 3, 2007, 21, "III", "conmemoración del 21 de marzo"),  # 2006, bicentenary: still on the 21st
    (11, 3, 2006, 20, "VI", "conmemoración del 20 de noviembre"),
)
_HANDOVER = "transmisión del Poder Ejecutivo Federal"


def federal_days(first_year: int, last_year: int) -> list[Day]:
    """The days of LFT art. 74 I-VIII from one year to another (both included), in order, with their source.

    Valid from 1970. Raises ValueError for years in disorder.
    """
    if first_year > last_year:
        raise ValueError("the years are in disorder")
    return sorted(
        (day for year in range(first_year, last_year + 1) for day in _year(year)), key=lambda d: d.day,
    )


def nth_monday(year: int, month: int, nth: int) -> date:
    """The nth Monday of a month."""
    first = date(year, month, 1)
    return first.replace(day=1 + (-first.weekday()) % 7 + 7 * (nth - 1))


def _year(year: int) -> Iterator[Day]:
    for month, day, fraction, name in _FIXED:
        yield _rest(date(year, month, day), fraction, name)
    for month, nth, since, plain, fraction, name in _MOVED:
        moved = nth_monday(year, month, nth) if year >= since else date(year, month, plain)
        yield _rest(moved, fraction, name)
    if year % 6 == 2:
        yield _rest(date(year, 10, 1) if year >= 2024 else date(year, 12, 1), "VII", _HANDOVER)


def _rest(day: date, fraction: str, name: str) -> Day:
    return Day(day, Kind.FEDERAL, name, f"LFT art. 74-{fraction}")
