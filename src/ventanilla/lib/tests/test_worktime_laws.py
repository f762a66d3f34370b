"""Laws of a clock beside those of `test_worktime_oracle.py`: what happens in closed time, a week later, and twice."""
from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.lib.tests.test_worktime_oracle import FEW, UNITS, csr, histories, term_of
from ventanilla.lib.tests.worktime_worlds import GAP, LUNCH, NIGHT, WORLDS, compiled
from ventanilla.lib.worktime import (
    NAT,
    Amber,
    Cases,
    Coverage,
    Pauses,
    Term,
    Unit,
    compile_calendar,
    deadline,
    recompute,
    thresholds,
)

WEEK = 7 * 86_400
STEADY = [compile_calendar(Coverage(weekly), first=date(2026, 1, 5), last=date(2026, 12, 27)) for weekly in (LUNCH, NIGHT, GAP)]
"""Without holidays or changes of the hour, every week is like the one before."""


@FEW
@given(histories(), st.sampled_from(UNITS), st.randoms(use_true_random=False))
def test_a_pause_in_closed_time_changes_nothing(history, unit, random):
    name, start, pauses, goal = history
    world, calendar, term = WORLDS[name], compiled(name), term_of(unit, goal)
    closed = [m for m in range(*world.bounds, 97) if m not in world.owner and unit is not Unit.CALENDAR_DAYS]
    begins = random.sample(closed, min(3, len(closed)))
    spans = [(m, next((n for n in range(m, m + 600) if n in world.owner), m + 600)) for m in begins]
    assert deadline(start * 60, term, calendar, csr([*pauses, *spans]))[0] == deadline(start * 60, term, calendar, csr(pauses))[0]


@FEW
@given(st.sampled_from(STEADY), st.integers(0, 90 * 86_400), st.lists(st.tuples(st.integers(0, 20 * 86_400), st.integers(0, 9 * 86_400)),
                                                                   max_size=3), st.integers(0, 30), st.integers(1, 12), st.sampled_from(UNITS))
def test_a_week_later_everything_is_a_week_later(calendar, after, gaps, goal, weeks, unit):
    start, shift = calendar.begin + after, weeks * WEEK
    pauses = [(start + a, start + a + b) for a, b in gaps]
    now = thresholds(start, Term(goal, unit), calendar, Amber(fraction=0.75), Pauses.of([pauses]))
    later = thresholds(start + shift, Term(goal, unit), calendar, Amber(fraction=0.75), Pauses.of([[(a + shift, b + shift) for a, b in pauses]]))
    assert NAT not in (now[0][0], later[0][0])
    assert [int(m[0]) + shift for m in now] == [int(m[0]) for m in later]


@FEW
@given(st.lists(histories(), min_size=1, max_size=8), st.sampled_from(UNITS))
def test_recomputing_twice_changes_nothing_the_second_time(many, unit):
    name = many[0][0]
    bounds = WORLDS[name].bounds
    starts = np.array([bounds[0] + s % (bounds[1] - bounds[0]) for _n, s, _p, _g in many], np.int64) * 60
    cases = Cases(starts, Term(np.array([g % 20 for *_rest, g in many]), unit), Amber(days=1), None, np.zeros(starts.size, np.bool_))
    nothing = np.full(starts.size, NAT, np.int64)
    once = recompute(cases, nothing, nothing, compiled(name), int(starts[0]))
    twice = recompute(cases, once.amber_at, once.due_at, compiled(name), int(starts[0]))
    assert not twice.touched.any() and not twice.flipped.any()


def test_the_steady_calendars_have_no_special_week():
    for calendar in STEADY:
        mondays = [calendar.clock.midnight(np.array([(date(2026, 1, 5) + timedelta(7 * n) - date(1970, 1, 1)).days]))[0] for n in range(40)]
        spent = np.diff(calendar.worked(np.array(mondays)))
        assert set(spent[1:].tolist()) == {int(spent[1])}
