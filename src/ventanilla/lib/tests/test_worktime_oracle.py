"""The kernel against the minute-by-minute oracle, and its laws, on random histories.

VENTANILLA_EXAMPLES says how many histories per law (80; thousands for a deep run).
"""
import os
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ventanilla.lib.tests import worktime_oracle as oracle
from ventanilla.lib.tests.worktime_worlds import WORLDS, compiled
from ventanilla.lib.worktime import (
    NAT,
    OPEN,
    Amber,
    Coverage,
    Day,
    DayCount,
    Kind,
    Pauses,
    Term,
    Unit,
    compile_calendar,
    deadline,
    elapsed,
    latest_start,
    thresholds,
)

FEW = settings(
    max_examples=int(os.environ.get("VENTANILLA_EXAMPLES", "80")),
    suppress_health_check=list(HealthCheck),
)
UNITS = (Unit.WORKHOURS, Unit.WORKDAYS, Unit.CALENDAR_DAYS)


@st.composite
def histories(draw):
    """A world, a start and pauses in minutes (often on boundaries), and an amount."""
    name = draw(st.sampled_from(sorted(WORLDS)))
    world = WORLDS[name]
    low, high = world.bounds
    borders = {m for ms in world.minutes.values() for m in (ms[0], ms[-1] + 1)}
    edges = sorted(m for m in borders if m < high) or [low]
    moments = st.one_of(st.integers(low, high - 1), st.sampled_from(edges))
    pauses = draw(st.lists(st.tuples(moments, moments | st.none()), max_size=4))
    pauses = [(a, b) if b is None or a <= b else (b, a) for a, b in pauses]
    return name, draw(moments), pauses, draw(st.integers(0, 12) | st.integers(0, 4000))


def csr(pauses):
    return Pauses.of([[(a * 60, OPEN if b is None else b * 60) for a, b in pauses]])


def minutes(moments):
    assert moments[0] == NAT or moments[0] % 60 == 0
    return None if moments[0] == NAT else int(moments[0]) // 60


@FEW
@given(histories())
def test_hours_equal_the_oracle(history):
    name, start, pauses, goal = history
    calendar = compiled(name)
    due = deadline(start * 60, Term(goal / 60, Unit.WORKHOURS), calendar, csr(pauses))
    assert minutes(due) == oracle.hours(WORLDS[name], start, goal, pauses)


@FEW
@given(histories(), st.integers(0, 30_000))
def test_elapsed_equals_the_oracle(history, span):
    name, start, pauses, _goal = history
    end = min(start + span, WORLDS[name].bounds[1] - 1)
    term = Term(0, Unit.WORKHOURS)
    used = elapsed(start * 60, end * 60, term, compiled(name), csr(pauses))
    assert used[0] == oracle.used(WORLDS[name], start, end, pauses) * 60


@FEW
@given(histories(), st.sampled_from(["touched", "whole"]))
def test_working_days_equal_the_oracle(history, paused_day):
    name, start, pauses, goal = history
    rule = DayCount(paused_day=paused_day)
    due = deadline(start * 60, Term(goal % 30, Unit.WORKDAYS, rule), compiled(name), csr(pauses))
    assert minutes(due) == oracle.workdays(WORLDS[name], start, goal % 30, pauses, paused_day)


@FEW
@given(histories(), st.sampled_from(["touched", "whole"]), st.booleans())
def test_calendar_days_equal_the_oracle(history, paused_day, roll):
    name, start, pauses, goal = history
    rule = DayCount(paused_day=paused_day, roll="next_workday" if roll else "none")
    due = deadline(start * 60, Term(goal % 30, Unit.CALENDAR_DAYS, rule), compiled(name), csr(pauses))
    assert minutes(due) == oracle.calendar_days(WORLDS[name], start, goal % 30, pauses, paused_day, roll)


def term_of(unit, goal):
    return Term(goal / 60 if unit is Unit.WORKHOURS else goal % 25, unit)


RULES = st.builds(
    DayCount, late=st.sampled_from(["next_workday", "same_day"]),
    paused_day=st.sampled_from(["touched", "whole"]), roll=st.sampled_from(["next_workday", "none"]),
    close=st.sampled_from(["coverage_end", "midnight"]),
)


@FEW
@given(histories(), st.sampled_from(UNITS), RULES)
def test_the_inverse_is_the_last_start_that_is_due_in_time(history, unit, rule):
    name, start, pauses, goal = history
    calendar, spans = compiled(name), csr(pauses)
    term = Term(term_of(unit, goal).amount, unit, rule)
    due = deadline(start * 60, term, calendar, spans)
    if due[0] == NAT:
        return
    last = latest_start(due, term, calendar, spans)
    assert last[0] >= start * 60
    assert deadline(last, term, calendar, spans)[0] == due[0]
    later = deadline(last + 1, term, calendar, spans)
    assert later[0] > due[0] or later[0] == NAT


@FEW
@given(histories(), st.sampled_from(UNITS))
def test_the_term_has_been_used_at_its_deadline(history, unit):
    name, start, pauses, goal = history
    term, spans = term_of(unit, goal), csr(pauses)
    due = deadline(start * 60, term, compiled(name), spans)
    if due[0] == NAT:
        return
    used = elapsed(start * 60, due, term, compiled(name), spans)[0]
    wanted = term.goal(1)[0]
    assert used >= wanted if unit is Unit.CALENDAR_DAYS else used == wanted


@FEW
@given(histories(), st.sampled_from(UNITS), st.integers(1, 500))
def test_a_longer_term_and_a_later_start_are_never_due_earlier(history, unit, more):
    name, start, pauses, goal = history
    calendar, spans = compiled(name), csr(pauses)
    goal %= 2000
    goals = (goal % 20, goal % 20 + more % 5)
    short, long = (deadline(start * 60, term_of(unit, g), calendar, spans)[0] for g in goals)
    assert long >= short or long == NAT
    late = deadline((start + more) * 60, term_of(unit, goal % 20), calendar, spans)[0]
    assert late >= short or late == NAT


@FEW
@given(histories(), st.sampled_from(UNITS), st.randoms(use_true_random=False))
def test_pauses_never_shorten_and_their_order_is_the_same(history, unit, random):
    name, start, pauses, goal = history
    term, calendar = term_of(unit, goal), compiled(name)
    plain = deadline(start * 60, term, calendar)[0]
    due = deadline(start * 60, term, calendar, csr(pauses))[0]
    assert due == NAT or due >= plain
    mixed = [*pauses, *pauses]
    random.shuffle(mixed)
    assert deadline(start * 60, term, calendar, csr(mixed))[0] == due


@FEW
@given(histories(), st.integers(0, 20_000), st.integers(0, 20_000))
def test_time_used_adds_up(history, first, second):
    name, start, pauses, _goal = history
    top = (WORLDS[name].bounds[1] - 1) * 60
    a, b, c = start * 60, min(start * 60 + first * 37, top), min(start * 60 + (first + second) * 37, top)
    term, spans, calendar = Term(0, Unit.WORKHOURS), csr(pauses), compiled(name)
    parts = elapsed(a, b, term, calendar, spans) + elapsed(b, c, term, calendar, spans)
    assert parts[0] == elapsed(a, c, term, calendar, spans)[0]


@FEW
@given(st.integers(0, 40), st.integers(0, 60 * 24 * 60), st.integers(1, 25), st.sampled_from(UNITS))
@example(7, 0, 0, Unit.WORKHOURS)
def test_another_holiday_never_makes_a_deadline_earlier(offset, minute, amount, unit):
    def due(days):
        calendar = compile_calendar(
            Coverage.office(), days, first=date(2026, 5, 1), last=date(2026, 9, 30),
        )
        start = calendar.begin + minute * 60
        return deadline(start, Term(amount, unit), calendar)[0]

    holiday = Day(date.fromordinal(date(2026, 6, 1).toordinal() + offset), Kind.LOCAL, "fiesta patronal")
    assert due([holiday]) >= due([])


@FEW
@given(histories(), st.sampled_from(UNITS), st.sampled_from(
    [Amber(fraction=0.0), Amber(fraction=0.75), Amber(fraction=1.0), Amber(days=2), Amber(hours=5)]))
def test_amber_lies_between_start_and_due(history, unit, amber):
    name, start, pauses, goal = history
    turn, due = thresholds(start * 60, term_of(unit, goal), compiled(name), amber, csr(pauses))
    assert due[0] == deadline(start * 60, term_of(unit, goal), compiled(name), csr(pauses))[0]
    assert turn[0] == due[0] == NAT or start * 60 <= turn[0] <= due[0]


@pytest.mark.parametrize("unit", UNITS)
def test_a_million_is_a_million_times_one(unit):
    """The same cases alone and together; 2,000 stand for the million."""
    rng = np.random.default_rng(20261121)
    name = "puente y vacaciones"
    calendar, count = compiled(name), 2_000
    starts = rng.integers(calendar.begin, calendar.end, count)
    lists = [
        [(int(s + a), int(s + a + b)) for a, b in rng.integers(0, 900_000, (rng.integers(0, 4), 2))]
        for s in starts
    ]
    amounts = rng.integers(0, 20, count)
    together = deadline(starts, Term(amounts, unit), calendar, Pauses.of(lists))
    alone = [
        deadline(s, Term(a, unit), calendar, Pauses.of([p]))[0]
        for s, a, p in zip(starts, amounts, lists, strict=True)
    ]
    assert together.tolist() == alone
