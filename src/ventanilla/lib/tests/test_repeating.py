"""Rules that repeat against a calendar walked day by day; clocks that change in another zone; rules outside the subset."""
import random
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.lib.repeating import DAYS, Rule, RuleError, Series

FIRST = date(2024, 1, 1)


def walked(rule: Rule, first: date, since: date, until: date, holidays: frozenset[date] | None) -> list[date]:
    """The dates by looking at every day, without any arithmetic of periods."""
    def working(day: date) -> bool:
        return day.weekday() < 5 and day not in (holidays or ())

    found = set()
    for n in range((until - since).days + 40):
        day = since + timedelta(days=n)
        if not _in_period(rule, first, day) or not _nominal(rule, day, working if holidays is not None else None):
            continue
        if holidays is not None and rule.month_days:
            while not working(day):
                day -= timedelta(days=1)
        if holidays is not None and rule.weekdays and not rule.nth and not working(day):
            continue
        found.add(day)
    return sorted(d for d in found if max(first, since) <= d <= until)


def _in_period(rule: Rule, first: date, day: date) -> bool:
    if rule.frequency == "WEEKLY":
        weeks = ((day - timedelta(days=day.weekday())) - (first - timedelta(days=first.weekday()))).days // 7
        return weeks % rule.interval == 0
    months = (day.year - first.year) * 12 + day.month - first.month
    return (months if rule.frequency == "MONTHLY" else day.year - first.year) % rule.interval == 0


def _nominal(rule: Rule, day: date, working: object) -> bool:
    size = monthrange(day.year, day.month)[1]
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days:
        return day.day in rule.month_days or day.day - size - 1 in rule.month_days
    if not rule.nth:
        return day.weekday() in rule.weekdays
    days = [d for n in range(1, size + 1) if (d := day.replace(day=n)).weekday() in rule.weekdays and (working is None or working(d))]  # type: ignore[operator]
    place = rule.nth - 1 if rule.nth > 0 else rule.nth
    return -len(days) <= place < len(days) and days[place] == day


def rules() -> st.SearchStrategy[Rule]:
    days = st.sets(st.integers(0, 6), min_size=1, max_size=5).map(lambda s: tuple(sorted(s)))
    every = st.integers(1, 7)
    places = st.sets(st.sampled_from([1, 2, 14, 15, 28, 29, 30, 31, -1, -2, -15]), min_size=1, max_size=3).map(lambda s: tuple(sorted(s)))
    return st.one_of(
        st.builds(lambda n, d: Rule("WEEKLY", n, d), every, days), st.builds(lambda n, d: Rule("MONTHLY", n, (), d), every, places),
        st.builds(lambda n, d, k: Rule("MONTHLY", n, d, (), (), k), every, days, st.sampled_from([1, 2, 3, 4, 5, -1, -2, 10, -10])),
        st.builds(lambda n, m: Rule("YEARLY", n, (), (28, 31), m), every, st.sets(st.sampled_from([1, 3, 5, 7, 8, 10, 12]), min_size=1).map(
            lambda s: tuple(sorted(s)))))


@settings(max_examples=60)
@given(rules(), st.integers(0, 900), st.integers(0, 400), st.booleans(), st.integers(0, 10**6))
def test_dates_are_those_of_a_calendar_walked_day_by_day(rule: Rule, late: int, size: int, by_calendar: bool, seed: int) -> None:
    rng = random.Random(seed)
    holidays = frozenset(FIRST + timedelta(days=rng.randrange(1800)) for _n in range(60)) if by_calendar else None
    first = FIRST + timedelta(days=seed % 40)
    since = FIRST + timedelta(days=late)
    until = since + timedelta(days=size)
    working = (lambda d: d.weekday() < 5 and d not in holidays) if holidays is not None else None
    assert rule.dates(first, since, until, working) == walked(rule, first, since, until, holidays)
    assert Rule.parse(rule.text) == rule


def test_business_days_of_the_month_in_plain_cases() -> None:
    holidays = {date(2026, 11, 30), date(2026, 11, 16)}

    def working(day: date) -> bool:
        return day.weekday() < 5 and day not in holidays

    last = Rule.parse("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1")
    november = (FIRST, date(2026, 11, 1), date(2026, 11, 30))
    assert last.dates(*november) == [date(2026, 11, 30)] and last.dates(*november, working) == [date(2026, 11, 27)]
    payday = Rule.parse("FREQ=MONTHLY;BYMONTHDAY=15,-1")
    assert payday.dates(*november) == [date(2026, 11, 15), date(2026, 11, 30)]
    assert payday.dates(*november, working) == [date(2026, 11, 13), date(2026, 11, 27)]
    assert Rule.parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29").dates(FIRST, date(2025, 1, 1), date(2029, 1, 1)) == [date(2028, 2, 29)]


def test_what_is_no_rule_of_the_subset_is_refused() -> None:
    for text in ("", "FREQ=DAILY", "FREQ=SECONDLY;BYDAY=MO", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=MO;COUNT=3",
                 "FREQ=WEEKLY;BYDAY=MO;INTERVAL=0", "FREQ=WEEKLY;BYDAY=MO;INTERVAL=999", "FREQ=MONTHLY;BYDAY=MO", "FREQ=MONTHLY;BYMONTHDAY=0",
                 "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1",
                 "FREQ=MONTHLY;BYMONTHDAY=uno", "hola", "FREQ=WEEKLY;BYDAY=MO;X=1", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,2"):
        with pytest.raises(RuleError):
            Rule.parse(text)
    assert Rule.parse(" freq=weekly;byday=SU,MO ").text == "FREQ=WEEKLY;BYDAY=MO,SU" and len(DAYS) == 7


def series(rule: str, start: datetime, hours: float, zone: str, **extra: object) -> Series:
    return Series(Rule.parse(rule), start, start + timedelta(hours=hours), zone, **extra)  # type: ignore[arg-type]


def test_the_wall_clock_holds_when_another_zone_changes_its_hour() -> None:
    """New York left summer time on 2026-11-01 at 2:00 and begins it on 2026-03-08; Mexico City has none."""
    nightly = series("FREQ=WEEKLY;BYDAY=SA", datetime(2026, 10, 24, 22), 8, "America/New_York")
    found = list(nightly.spans(datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC)))
    assert [(b.isoformat()[5:16], e - b) for b, e in found] == [
        ("10-25T02:00", timedelta(hours=8)), ("11-01T02:00", timedelta(hours=9)), ("11-08T03:00", timedelta(hours=8))]
    for begins, ends in found:
        local = begins.astimezone(ZoneInfo("America/New_York")), ends.astimezone(ZoneInfo("America/New_York"))
        assert (local[0].hour, local[1].hour) == (22, 6)
    assert [b.astimezone(ZoneInfo("America/Mexico_City")).hour for b, _e in found] == [20, 20, 21]
    gap = series("FREQ=WEEKLY;BYDAY=SU", datetime(2026, 3, 1, 2, 30), 1, "America/New_York")
    spans = list(gap.spans(datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC)))
    assert [(f"{b:%H:%M}", f"{e:%H:%M}") for b, e in spans] == [("06:30", "07:30"), ("06:30", "07:30")], "half past two is left out"
    twice = series("FREQ=WEEKLY;BYDAY=SU", datetime(2026, 10, 25, 0, 30), 1, "America/New_York")
    [first, second] = list(twice.spans(datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)))
    assert second[1] - second[0] == timedelta(hours=2) and first[1] - first[0] == timedelta(hours=1), "both times of the hour are inside"


def test_ends_left_out_dates_and_times_that_began_before_the_window() -> None:
    weekend = series("FREQ=WEEKLY;BYDAY=FR", datetime(2026, 11, 6, 20), 60, "America/Mexico_City", skipped=[date(2026, 11, 20)],
                     last=datetime(2026, 12, 1, tzinfo=UTC))
    sunday = datetime(2026, 11, 15, 18, tzinfo=UTC)
    assert len(list(weekend.spans(sunday, sunday + timedelta(minutes=1)))) == 1, "it began on Friday"
    assert [b.day for b, _e in weekend.following(sunday, 5)] == [14, 28] and weekend.following(datetime(2027, 1, 1, tzinfo=UTC), 2) == []


def test_the_cost_does_not_grow_with_the_age_of_the_rule() -> None:
    """It begins with the week, month or year that is asked for, however old the rule is."""
    old, now = date(1, 1, 3), date(2026, 11, 21)
    found = [Rule.parse(text)._period(old, now) for text in (
        "FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=WEEKLY;INTERVAL=5;BYDAY=MO", "FREQ=MONTHLY;INTERVAL=7;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")]
    assert all(day and 0 <= (now - day).days < 365 for day in found) and found[0] == date(2026, 11, 16) and found[3] == date(2026, 1, 1)
    assert len(Rule.parse("FREQ=WEEKLY;BYDAY=MO").dates(FIRST, FIRST, date(2099, 1, 1))) == 1000
    assert Rule.parse("FREQ=WEEKLY;BYDAY=MO").dates(FIRST, date(9500, 1, 1), date(9999, 1, 1)) == []
