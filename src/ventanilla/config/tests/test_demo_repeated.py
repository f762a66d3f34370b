"""The demo's repeated fault is there, and is found, on whatever day the demo is made: weekdays, the first of January, vacations, a leap day."""
import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from ventanilla.config import demo_data
from ventanilla.config.demo_data import desk_tables as words
from ventanilla.config.demo_data.calendars import easter
from ventanilla.config.demo_data.desk_lives import Arrival, arrivals, repeated
from ventanilla.config.demo_data.worktime import OfficeTime
from ventanilla.lib.recurrence import Item, Ticket, proposals
from ventanilla.lib.worktime.federal import federal_days
from ventanilla.modules.servicedesk.services.candidates import DAYS

MONDAY = datetime(2026, 11, 16, 15, 5, tzinfo=UTC)
MOMENTS = {
    **{f"weekday {n}": MONDAY + timedelta(days=n, hours=n) for n in range(7)}, "Monday at dawn": datetime(2026, 11, 23, 6, 10, tzinfo=UTC),
    "Sunday night": datetime(2026, 11, 22, 23, 20, tzinfo=UTC), "first of January": datetime(2027, 1, 1, 18, tzinfo=UTC),
    "end of a long vacation": datetime(2027, 1, 6, 15, tzinfo=UTC), "first day after it": datetime(2027, 1, 7, 15, 1, tzinfo=UTC),
    "in the summer vacation": datetime(2026, 8, 1, 17, tzinfo=UTC), "end of February": datetime(2027, 2, 28, 23, tzinfo=UTC),
    "leap day": datetime(2028, 2, 29, 16, tzinfo=UTC)}


def units() -> dict[str, Any]:
    """The units that ask, by code."""
    with (Path(demo_data.__file__).parent / "units.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: SimpleNamespace(pk=n, level=row["level"]) for n, row in enumerate(rows, start=1)}


def came(now: datetime, seed: int) -> list[Arrival]:
    """What is asked in the two years before a moment. The demo moves the last of them nearer to now, which makes them denser still."""
    first = min(now.date() - timedelta(days=730), date(now.year - 1, 1, 1))
    off = {day.day for day in federal_days(first.year, now.year + 2)}
    for year in range(first.year - 1, now.year + 2):
        for begin, length in ((easter(year) - timedelta(6), 12), (date(year, 7, 21), 12), (date(year, 12, 22), 16)):
            off |= {begin + timedelta(days=n) for n in range(length)}
    setup: Any = SimpleNamespace(rng=Random(seed), org=SimpleNamespace(units=units()))
    return arrivals(setup, OfficeTime(first, now.date() + timedelta(days=400), off), first, now)


def told(now: datetime, seed: int) -> tuple[list[Ticket], set[int]]:
    """The incidents that the desk looks at that night, and which of them tell the fault. Failures of systems name a system, as in the demo."""
    rng, everything = Random(seed + 1), came(now, seed)
    fault = repeated([row.name for _at, row, _unit in everything])
    rows = []
    for n, (at, row, unit) in enumerate(everything):
        subject = fault.get(n) or rng.choice(row.subjects)
        systems = [rng.randrange(2, 10)] if row.form == words.SYSTEM_FORM else []
        if row.kind == "incident" and at >= now - timedelta(days=DAYS):
            rows.append(Ticket(n, at, f"{subject} {subject}. Unidad {unit.pk}.", (*systems, *([1] if n in fault else [])), unit.pk, ""))
    return rows, set(fault)


@pytest.mark.parametrize("seed", [2026, 7])
@pytest.mark.parametrize("name", MOMENTS)
def test_the_fault_told_in_three_ways_is_dense_enough_and_found(name: str, seed: int) -> None:
    tickets, fault = told(MOMENTS[name], seed)
    assert len(fault) == words.REPEATED_AMONG - words.REPEATED_AMONG // words.REPEATED_BUT
    assert fault <= {ticket.id for ticket in tickets}, "all of them lie within what the desk looks at"
    assert {subject for subject in words.REPEATED for t in tickets if t.id in fault and subject in t.text} == set(words.REPEATED)
    found = proposals(tickets, {n: Item("Sistema de escrituración" if n == 1 else f"Sistema {n}", "sistema") for n in range(1, 10)})
    shared = [(len(fault & set(p.tickets)), p.evidence.words) for p in found]
    assert any(n >= 0.75 * len(fault) and "liberacion" in dict(said) for n, said in shared), shared


def test_the_same_seed_tells_the_same() -> None:
    now = MOMENTS["Sunday night"]
    assert told(now, 5) == told(now, 5) != told(now, 6)


def test_which_tickets_tell_it_is_counted_and_not_dated() -> None:
    services = ["Otro", words.REPEATED_OF] * words.REPEATED_AMONG * 2
    found = repeated(services)
    assert min(found) > len(services) // 2 and {n % 2 for n in found} == {1}
    assert repeated(["Otro"] * 5) == {} and len(repeated([words.REPEATED_OF] * 4)) == 3
