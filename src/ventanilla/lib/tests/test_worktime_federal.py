"""Federal days by rule against a table of 2018-2027 and against an independent library."""
import csv
from datetime import date
from pathlib import Path

import holidays
import pytest

from ventanilla.lib.worktime import Coverage, compile_calendar, federal_days

TABLE = Path(__file__).parents[5] / "shared" / "data" / "methods" / "mx-federal-holidays-2018-2027.csv"
ALLOWED: set[date] = set()
"""Days on which table and rule may differ. There are none."""
ALLOWED_LIBRARY: set[date] = set()
"""Days on which the library and LFT art. 74 may differ, 1990-2049. There are none."""


@pytest.mark.shared_data
@pytest.mark.skipif(not TABLE.exists(), reason="the table of federal holidays is not beside the checkout")
def test_the_rule_gives_the_table():
    with TABLE.open(encoding="utf-8") as file:
        table = {date.fromisoformat(row["date"]) for row in csv.DictReader(file)}
    assert table ^ {day.day for day in federal_days(2018, 2027)} == ALLOWED


def test_the_rule_agrees_with_an_independent_library():
    theirs = set(holidays.country_holidays("MX", years=range(1990, 2050)))
    assert theirs ^ {day.day for day in federal_days(1990, 2049)} == ALLOWED_LIBRARY


@pytest.mark.parametrize(("day", "source"), [
    (date(2018, 12, 1), "LFT art. 74-VII"), (date(2024, 10, 1), "LFT art. 74-VII"),
    (date(2030, 10, 1), "LFT art. 74-VII"), (date(2026, 11, 16), "LFT art. 74-VI"),
    (date(2026, 2, 2), "LFT art. 74-II"), (date(2004, 11, 20), "LFT art. 74-VI"),
])
def test_each_day_has_its_fraction(day, source):
    assert {d.source for d in federal_days(day.year, day.year) if d.day == day} == {source}


def test_no_handover_day_in_other_years():
    for year in (2019, 2023, 2025, 2026, 2029):
        assert not [d for d in federal_days(year, year) if d.source == "LFT art. 74-VII"]
    assert date(2024, 12, 1) not in {d.day for d in federal_days(2024, 2024)}


def test_working_days_of_2026():
    """261 weekdays less seven days of rest, of which all fall on weekdays."""
    calendar = compile_calendar(
        Coverage.office(), federal_days(2026, 2026), first=date(2026, 1, 1), last=date(2026, 12, 31),
    )
    assert calendar.day.size == 254
