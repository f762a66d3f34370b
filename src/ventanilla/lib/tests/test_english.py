"""A derivation read in English names no day nor month in Spanish; dates are checked against the platform's own calendar."""
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ventanilla.lib import english, spanish

ZONE = ZoneInfo("America/Mexico_City")
DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(0, 800, 3)]


@pytest.mark.parametrize("day", DAYS)
def test_dates_are_those_of_the_calendar(day: date) -> None:
    assert english.long_date(day, weekday=True) == f"{day:%A, %B} {day.day}, {day.year}"
    assert english.long_date(day) == f"{day:%B} {day.day}, {day.year}" and english.day_and_month(day) == f"{day:%A, %B} {day.day}"


def test_moments_stand_in_their_zone() -> None:
    moment = datetime(2026, 11, 14, 5, 7, tzinfo=ZoneInfo("UTC"))
    assert english.long_moment(moment, ZONE) == "Friday, November 13, 2026, 23:07"


def test_lists_and_days_of_every_week() -> None:
    assert [english.listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert english.every(5) == "Saturdays" and (spanish.every(5), spanish.every(0)) == ("sábados", "lunes")
