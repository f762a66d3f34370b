"""Measures of the working time kernel, each against one binary search per case (`np.searchsorted`).

No database. Cases start at random in two years, have 0 to 4 pauses (2 on average) of up to five days, and
run on a calendar with lunch and the federal days of fifty years.
"""
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from ventanilla.lib.worktime import (
    Amber,
    Cases,
    Coverage,
    Pauses,
    Term,
    Unit,
    WorkCalendar,
    compile_calendar,
    deadline,
    elapsed,
    federal_days,
    latest_start,
    recompute,
    thresholds,
)

RUNS = 5
TERMS = {Unit.WORKHOURS: 60, Unit.WORKDAYS: 15, Unit.CALENDAR_DAYS: 20}


def bench(size: int) -> list[dict[str, Any]]:
    """Rows for `size` cases: p50 and p95 in seconds of five runs, cases per second, ratio to the floor."""
    calendar = compile_calendar(Coverage.office((540, 840), (900, 1080)), federal_days(2000, 2049))
    starts, pauses = _cases(size)
    floor = _times(lambda: np.searchsorted(calendar.opens, starts))
    rows = [_row("floor: searchsorted", size, 0, floor, floor)]
    for what, run in _measures(calendar, starts, pauses).items():
        rows.append(_row(what, size, int(pauses.starts.size), _times(run), floor))
    return rows


def bench_worktime(size: int = 1_000_000) -> tuple[float, float]:
    """Median seconds of `size` deadlines in working hours with pauses, and of their floor."""
    rows = {row["what"]: row["p50"] for row in bench(size)}
    return rows["deadline, workhours"], rows["floor: searchsorted"]


def _cases(size: int) -> tuple[Any, Pauses]:
    rng = np.random.default_rng(20261121)
    starts = rng.integers(1_700_000_000, 1_763_000_000, size)
    counts = rng.integers(0, 5, size)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    begins = np.repeat(starts, counts) + rng.integers(0, 20 * 86_400, int(offsets[-1]))
    return starts, Pauses(offsets, begins, begins + rng.integers(0, 5 * 86_400, begins.size))


def _measures(calendar: WorkCalendar, starts: Any, pauses: Pauses) -> dict[str, Callable[[], object]]:
    terms = {unit: Term(amount, unit) for unit, amount in TERMS.items()}
    days, amber = terms[Unit.WORKDAYS], Amber(fraction=0.75)
    turned, due = thresholds(starts, days, calendar, amber, pauses)
    cases = Cases(starts, days, amber, pauses, np.zeros(starts.size, bool))
    measures: dict[str, Callable[[], object]] = {
        f"deadline, {unit.value}": lambda term=term: deadline(starts, term, calendar, pauses)  # type: ignore[misc]
        for unit, term in terms.items()
    }
    return measures | {
        "deadline, workhours, no pauses": lambda: deadline(starts, terms[Unit.WORKHOURS], calendar),
        "amber and due, workdays": lambda: thresholds(starts, days, calendar, amber, pauses),
        "latest start, workdays": lambda: latest_start(due, days, calendar, pauses),
        "elapsed, workhours": lambda: elapsed(starts, due, terms[Unit.WORKHOURS], calendar, pauses),
        "recompute: what flips": lambda: recompute(cases, turned, due, calendar, 1_750_000_000),
    }


def _times(run: Callable[[], object]) -> list[float]:
    found = []
    for _ in range(RUNS):
        start = perf_counter()
        run()
        found.append(perf_counter() - start)
    return sorted(found)


def _row(what: str, size: int, pauses: int, times: list[float], floor: list[float]) -> dict[str, Any]:
    median = times[RUNS // 2]
    return {
        "what": what, "size": size, "pauses": pauses, "p50": round(median, 4), "p95": round(times[-1], 4),
        "per_second": round(size / median), "ratio": round(median / floor[RUNS // 2], 1),
    }
