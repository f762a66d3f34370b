"""Each edge that users of other systems complained about, by hand-computed moments."""
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ventanilla.lib.worktime import (
    NAT,
    OPEN,
    Amber,
    Cases,
    Coverage,
    Day,
    DayCount,
    Kind,
    Light,
    Pauses,
    Term,
    Unit,
    compile_calendar,
    days_before,
    deadline,
    elapsed,
    federal_days,
    latest_start,
    light,
    lights,
    recompute,
    thresholds,
    working_days,
)

MEXICO = ZoneInfo("America/Mexico_City")
HOURS = Unit.WORKHOURS
OFFICE = compile_calendar(Coverage.office(), federal_days(2020, 2030))
LUNCH = compile_calendar(Coverage.office((540, 840), (960, 1140)), federal_days(2020, 2030))
ALWAYS = compile_calendar(Coverage.always())


def at(text, zone=MEXICO):
    """"2026-11-13 16:40" on the wall of a zone, as UTC seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def shown(moments, zone=MEXICO):
    moment = int(np.atleast_1d(moments)[0])
    return None if moment == NAT else f"{datetime.fromtimestamp(moment, UTC).astimezone(zone):%Y-%m-%d %H:%M}"


def due(start, amount, unit=HOURS, calendar=OFFICE, pauses=(), rule=None):
    spans = Pauses.of([[(at(a), at(b) if b else OPEN) for a, b in pauses]])
    return shown(deadline(at(start), Term(amount, unit, rule or DayCount()), calendar, spans))


@pytest.mark.parametrize(("start", "hours", "expected"), [
    ("2026-11-18 09:00", 9, "2026-11-18 18:00"),  # start on the opening, end on the close
    ("2026-11-18 18:00", 1, "2026-11-19 10:00"),  # start on the close
    ("2026-11-18 08:59", 1, "2026-11-18 10:00"),  # before the opening
    ("2026-11-20 17:00", 2, "2026-11-23 10:00"),  # over a weekend
    ("2026-11-13 17:00", 2, "2026-11-17 10:00"),  # over a weekend and a holiday
    ("2026-11-18 12:00", 0, "2026-11-18 12:00"),  # nothing to do
    ("2026-11-21 12:00", 0, "2026-11-21 12:00"),  # nothing to do, on a Saturday
    ("2024-02-28 17:00", 10, "2024-02-29 18:00"),  # leap day
])
def test_boundaries_in_hours(start, hours, expected):
    assert due(start, hours) == expected


def test_a_lunch_split_counts_both_halves():
    assert due("2026-11-18 13:30", 1, calendar=LUNCH) == "2026-11-18 16:30"
    assert due("2026-11-18 09:00", 5, calendar=LUNCH) == "2026-11-18 14:00"
    assert due("2026-11-18 15:00", 5, Unit.WORKDAYS, LUNCH) == "2026-11-25 19:00"


def test_true_24_7_loses_no_minute():
    assert ALWAYS.opens.size == 1
    assert due("2026-11-18 23:30", 24 * 365, calendar=ALWAYS) == "2027-11-18 23:30"
    assert due("2026-11-18 00:00", 1, Unit.WORKDAYS, ALWAYS) == "2026-11-20 00:00"
    assert due("2026-11-17 23:59", 1, Unit.WORKDAYS, ALWAYS) == "2026-11-19 00:00"


def test_a_window_across_midnight_belongs_to_the_day_on_which_it_begins():
    nights = Coverage({4: ((1320, 1800),)})
    calendar = compile_calendar(nights, [Day(date(2026, 11, 27), Kind.LOCAL, "fiesta")])
    assert due("2026-11-20 23:00", 7, calendar=calendar) == "2026-11-21 06:00"
    assert due("2026-11-20 23:00", 8, calendar=calendar) == "2026-12-04 23:00"
    assert due("2026-11-21 03:00", 1, Unit.WORKDAYS, calendar) == "2026-12-05 06:00"


def test_zero_length_windows_are_no_coverage():
    calendar = compile_calendar(Coverage({0: ((600, 600),)}))
    assert calendar.day.size == 0
    assert due("2026-11-18 12:00", 1, calendar=calendar) is None


@pytest.mark.parametrize("unit", list(Unit))
def test_without_a_future_window_there_is_explicitly_no_deadline(unit):
    closed = compile_calendar(Coverage({}))
    for moment in (at("2026-11-18 12:00"), at("1999-01-01 00:00"), NAT, at("2150-01-01 00:00")):
        assert deadline(moment, Term(1, unit), closed)[0] == NAT
        assert latest_start(moment, Term(1, unit), closed)[0] == NAT
        assert thresholds(moment, Term(1, unit), closed, Amber(days=1))[0][0] == NAT
    ending = compile_calendar(Coverage.office(), last=date(2026, 11, 20))
    assert deadline(at("2026-11-20 17:00"), Term(5, unit), ending)[0] == NAT
    assert deadline(at("2026-11-18 09:00"), Term(10**9, unit), OFFICE)[0] == NAT


@pytest.mark.parametrize(("pauses", "expected"), [
    (["18 10:00/18 11:00"], "2026-11-18 14:00"),
    (["18 13:00/18 15:00"], "2026-11-18 13:00"),  # begins at the deadline: too late
    (["18 12:59/18 15:00"], "2026-11-18 15:01"),
    (["18 09:00/18 10:00"], "2026-11-18 14:00"),  # begins at the start
    (["17 09:00/18 10:00"], "2026-11-18 14:00"),  # begins before the start
    (["18 18:30/19 08:00"], "2026-11-18 13:00"),  # wholly in closed time
    (["18 10:00/18 12:00", "18 11:00/18 11:30"], "2026-11-18 15:00"),  # nested
    (["18 10:00/18 12:00", "18 10:00/18 12:00"], "2026-11-18 15:00"),  # two reasons at once
    (["18 10:00/18 11:30", "18 11:00/18 12:00"], "2026-11-18 15:00"),  # overlapping
    (["18 10:00/18 11:00", "18 11:00/18 12:00"], "2026-11-18 15:00"),  # one after the other
    (["18 10:00/18 10:00"], "2026-11-18 13:00"),  # no length
    (["18 12:00/18 14:00", "18 14:30/18 16:00"], "2026-11-18 16:30"),  # the second by the running deadline
    (["18 12:30/"], None),  # still running
    (["18 13:00/"], "2026-11-18 13:00"),
])
def test_pauses_in_hours(pauses, expected):
    pairs = [[f"2026-11-{end}" if end else "" for end in pause.split("/")] for pause in pauses]
    assert due("2026-11-18 09:00", 4, pauses=pairs) == expected


def test_a_pause_over_holiday_and_weekend_takes_only_open_time():
    pause = ("2026-11-13 17:00", "2026-11-17 10:00")
    assert due("2026-11-13 16:00", 3, pauses=[pause]) == "2026-11-17 12:00"


def test_a_suspended_term_resumes_on_the_following_day():
    pause = ("2026-11-24 10:00", "2026-11-26 10:00")
    assert due("2026-11-20 12:00", 5, Unit.WORKDAYS, pauses=[pause]) == "2026-12-02 18:00"
    whole = DayCount(paused_day="whole")
    assert due("2026-11-20 12:00", 5, Unit.WORKDAYS, pauses=[pause], rule=whole) == "2026-11-30 18:00"
    halves = [("2026-11-24 09:00", "2026-11-24 12:00"), ("2026-11-24 12:00", "2026-11-24 18:00")]
    assert due("2026-11-20 12:00", 5, Unit.WORKDAYS, pauses=halves, rule=whole) == "2026-11-30 18:00"
    evening = ("2026-11-24 19:00", "2026-11-25 08:00")
    assert due("2026-11-20 12:00", 5, Unit.WORKDAYS, pauses=[evening]) == "2026-11-27 18:00"
    late = ("2026-11-27 18:00", "2026-12-10 08:00")
    assert due("2026-11-20 12:00", 5, Unit.WORKDAYS, pauses=[late]) == "2026-11-27 18:00"


@pytest.mark.parametrize(("start", "expected"), [
    ("2026-11-13 16:40", "2026-12-07 18:00"),  # Friday before a long weekend
    ("2026-11-13 18:00", "2026-12-07 18:00"),  # at the closing hour: not after it
    ("2026-11-13 18:01", "2026-12-08 18:00"),  # after it: received on Tuesday 17
    ("2026-11-16 11:00", "2026-12-08 18:00"),  # holiday
    ("2026-11-17 06:00", "2026-12-08 18:00"),  # before the opening
])
def test_fifteen_working_days(start, expected):
    assert due(start, 15, Unit.WORKDAYS) == expected


def test_the_second_after_the_close_is_late():
    moments = np.array([at("2026-11-18 18:00"), at("2026-11-18 18:00") + 1])
    assert [shown(m) for m in deadline(moments, Term(1), OFFICE)] == ["2026-11-19 18:00", "2026-11-20 18:00"]


def test_options_of_the_day_count():
    count = lambda **words: due("2026-11-13 19:00", 2, Unit.WORKDAYS, rule=DayCount(**words))  # noqa: E731
    assert count() == "2026-11-19 18:00"
    assert count(late="same_day") == "2026-11-18 18:00"
    assert count(first="same_day") == "2026-11-18 18:00"
    assert count(late="same_day", first="same_day") == "2026-11-17 18:00"
    assert count(close="midnight") == "2026-11-20 00:00"


def test_calendar_days_move_to_a_working_day():
    assert due("2026-11-13 12:00", 1, Unit.CALENDAR_DAYS) == "2026-11-17 18:00"
    assert due("2026-11-13 12:00", 1, Unit.CALENDAR_DAYS, rule=DayCount(roll="none")) == "2026-11-15 00:00"
    assert due("2026-11-13 12:00", 5, Unit.CALENDAR_DAYS, rule=DayCount(roll="none")) == "2026-11-18 18:00"


def test_days_and_hours_are_different_things():
    assert due("2026-11-18 16:00", 1, Unit.WORKDAYS) == "2026-11-19 18:00"
    assert due("2026-11-18 16:00", 9) == "2026-11-19 16:00"
    assert due("2026-11-18 16:00", 24) == "2026-11-23 13:00"


def test_a_contingency_that_closes_the_office_today():
    closes = Day(date(2026, 11, 18), Kind.CONTINGENCY, "contingencia ambiental", "Gaceta", ((540, 720),))
    calendar = compile_calendar(Coverage.office(), [closes])
    assert due("2026-11-18 11:00", 2, calendar=calendar) == "2026-11-19 10:00"
    assert due("2026-11-17 11:00", 1, Unit.WORKDAYS, calendar) == "2026-11-18 12:00"
    assert due("2026-11-18 13:00", 1, Unit.WORKDAYS, calendar) == "2026-11-20 18:00"


def test_a_working_saturday_takes_the_usual_hours():
    calendar = compile_calendar(Coverage.office(), [Day(date(2026, 11, 21), Kind.WORKING, "reposición")])
    assert due("2026-11-20 17:00", 2, calendar=calendar) == "2026-11-21 10:00"


def test_daylight_saving_until_2022():
    night = compile_calendar(Coverage({w: ((1320, 1800),) for w in range(7)}))
    spring, autumn = at("2022-04-02 22:00"), at("2022-10-29 22:00")
    assert elapsed(spring, at("2022-04-03 12:00"), Term(0, HOURS), night)[0] == 7 * 3600
    assert elapsed(autumn, at("2022-10-30 12:00"), Term(0, HOURS), night)[0] == 9 * 3600
    assert due("2022-04-02 22:00", 4, calendar=ALWAYS) == "2022-04-03 03:00"
    assert due("2022-10-29 22:00", 4, calendar=ALWAYS) == "2022-10-30 01:00"
    assert due("2023-04-01 22:00", 4, calendar=ALWAYS) == "2023-04-02 02:00"


@pytest.mark.parametrize(("zone", "day", "expected"), [
    ("America/Tijuana", date(2026, 3, 8), 1), ("America/Ciudad_Juarez", date(2026, 3, 8), 1),
    ("America/Tijuana", date(2026, 11, 1), 3), ("America/Hermosillo", date(2026, 3, 8), 2),
    ("America/Cancun", date(2022, 4, 3), 2), ("America/Mexico_City", date(2022, 4, 3), 1),
    ("America/Mexico_City", date(2026, 4, 5), 2),
])
def test_a_window_over_the_changed_hour(zone, day, expected):
    """01:00 to 03:00 lasts one hour when the clock goes forward, three when it goes back."""
    calendar = compile_calendar(Coverage({w: ((60, 180),) for w in range(7)}), zone=zone, first=day, last=day)
    assert calendar.total == expected * 3600


def test_amber_never_turns_at_night():
    turn, end = thresholds(at("2026-11-18 09:00"), Term(18, HOURS), OFFICE, Amber(fraction=0.5))
    assert (shown(turn), shown(end)) == ("2026-11-19 09:00", "2026-11-19 18:00")
    turn, _end = thresholds(at("2026-11-13 16:40"), Term(15), OFFICE, Amber(days=2))
    assert shown(turn) == "2026-12-03 09:00"
    turn, _end = thresholds(at("2026-11-13 16:40"), Term(15), OFFICE, Amber(fraction=0.75))
    assert shown(turn) == "2026-12-02 09:00"
    turn, _end = thresholds(at("2026-11-18 09:00"), Term(10, HOURS), OFFICE, Amber(hours=2))
    assert shown(turn) == "2026-11-18 17:00"
    turn, _end = thresholds(at("2026-11-18 16:00"), Term(1), OFFICE, Amber(days=5))
    assert shown(turn) == "2026-11-18 16:00"


def test_changing_term_or_calendar_while_paused_keeps_the_pause():
    pauses = [("2026-11-18 10:00", "2026-11-18 12:00")]
    assert due("2026-11-18 09:00", 4, pauses=pauses) == "2026-11-18 15:00"
    assert due("2026-11-18 09:00", 8, pauses=pauses) == "2026-11-19 10:00"
    assert due("2026-11-18 09:00", 4, calendar=LUNCH, pauses=pauses) == "2026-11-18 17:00"


def test_a_longer_term_and_back_is_the_same_term():
    """Priority raised, then lowered: due moments depend on what holds, not on how it came about."""
    first, raised, again = (due("2026-11-18 09:00", hours) for hours in (4, 2, 4))
    assert first == again != raised


def test_reopening_is_a_pause_from_answer_to_reopening():
    assert due("2026-11-18 09:00", 4, pauses=[("2026-11-18 11:00", "2026-11-25 11:00")]) == "2026-11-25 13:00"
    assert due("2026-11-18 09:00", 4, pauses=[("2026-11-18 14:00", "2026-11-25 11:00")]) == "2026-11-18 13:00"


def test_latest_start_by_hand():
    last = lambda end, amount, unit: shown(latest_start(at(end), Term(amount, unit), OFFICE))  # noqa: E731
    assert last("2026-11-18 18:00", 9, HOURS) == "2026-11-18 09:00"
    assert last("2026-11-17 10:00", 2, HOURS) == "2026-11-13 17:00"
    assert last("2026-12-07 18:00", 15, Unit.WORKDAYS) == "2026-11-13 18:00"
    assert last("2026-12-07 17:59", 15, Unit.WORKDAYS) == "2026-11-12 18:00"


def test_the_margin_of_a_parent():
    assert shown(days_before(at("2026-11-18 18:00"), 2, OFFICE)) == "2026-11-13 18:00"
    assert shown(days_before(at("2026-11-18 12:30"), 0, OFFICE)) == "2026-11-18 12:30"
    assert shown(days_before(at("2026-11-18 12:30"), 1, OFFICE)) == "2026-11-17 18:00"


def test_working_days_between_dates():
    assert working_days(at("2026-11-13 09:00"), at("2026-11-18 18:00"), OFFICE)[0] == 2
    assert working_days(at("2026-11-18 09:00"), at("2026-11-13 18:00"), OFFICE)[0] == -2
    assert working_days(at("2026-11-14 09:00"), at("2026-11-15 18:00"), OFFICE)[0] == 0


def test_lights_agree_one_by_one_and_together():
    amber, end = at("2026-11-18 09:00"), at("2026-11-19 18:00")
    moments = {amber - 1: Light.GREEN, amber: Light.AMBER, end: Light.AMBER, end + 1: Light.RED}
    for now, expected in moments.items():
        aware = [datetime.fromtimestamp(m, UTC) for m in (now, amber, end)]
        assert light(*aware) is expected
        assert list(Light)[lights(now, np.array([amber]), np.array([end]), np.array([False]))[0]] is expected
        assert light(*aware, state="stop") is Light.DONE
    assert light(datetime.fromtimestamp(amber, UTC), None, None) is Light.NONE
    codes = lights(amber, np.array([NAT, NAT]), np.array([NAT, end]), np.array([False, True]))
    assert [list(Light)[c] for c in codes] == [Light.NONE, Light.DONE]
    assert {one.word for one in Light} == {"En tiempo", "Por vencer", "Vencido", "Sin plazo", "Concluido"}


def test_a_holiday_declared_afterwards_shows_what_flips():
    starts = np.array([at("2026-11-17 12:00"), at("2026-11-10 12:00"), at("2026-11-17 12:00")])
    amber, end = thresholds(starts, Term(2), OFFICE, Amber(days=1))
    holiday = Day(date(2026, 11, 18), Kind.SUSPENSION, "suspensión de labores", "Gaceta")
    calendar = compile_calendar(Coverage.office(), [*federal_days(2020, 2030), holiday])
    cases = Cases(starts, Term(2), Amber(days=1), None, np.array([False, False, True]))
    change = recompute(cases, amber, end, calendar, at("2026-11-19 19:00"))
    assert change.moved.tolist() == [True, False, False]
    assert shown(change.due_at[0]) == "2026-11-20 18:00"
    assert [(list(Light)[a], list(Light)[b]) for a, b in zip(change.before, change.after, strict=True)] == [
        (Light.RED, Light.AMBER), (Light.RED, Light.RED), (Light.DONE, Light.DONE),
    ]
    assert change.flipped.tolist() == change.touched.tolist() == [True, False, False]
    again = recompute(cases, change.amber_at, change.due_at, calendar, at("2026-11-19 19:00"))
    assert not again.touched.any()


@pytest.mark.parametrize("wrong", [
    lambda: Term(-1), lambda: Term(1.5), lambda: Term([1, -2]), lambda: Amber(),
    lambda: Amber(days=1, hours=1), lambda: Amber(fraction=1.5), lambda: DayCount(late="maybe"),
    lambda: Coverage({7: ((0, 60),)}),
    lambda: Coverage({0: ((60, 0),)}), lambda: Coverage({0: ((0, 1500),)}), lambda: Pauses.of([[(10, 5)]]),
    lambda: compile_calendar(Coverage.office(), first=date(2026, 2, 1), last=date(2026, 1, 1)),
    lambda: compile_calendar(Coverage.office(), first=date(1899, 1, 1)), lambda: federal_days(2027, 2026),
    lambda: deadline([0, 1], Term(1), OFFICE, Pauses.of([[]])),
])
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError):
        wrong()
