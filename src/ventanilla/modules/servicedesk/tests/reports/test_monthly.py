"""The monthly report: equal, cell by cell, to what plain loops count; and the same tomorrow as it was told on its day."""
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.services.importing import IncidentJob, import_incidents
from ventanilla.modules.servicedesk.services.reports import Drill, Period, Report, Scope, monthly_report, rows_of, trend
from ventanilla.modules.servicedesk.services.reports.measures import DIMENSIONS, MEASURES
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.reports.oracle import cells, known, table

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")
FIRST = datetime(2026, 9, 21, 9, 0, tzinfo=ZONE)
REAL = Path(__file__).resolve().parents[7] / "shared/data/incidents/incident-event-log.csv"


@pytest.fixture
def d() -> Desk:
    return made()


def test_what_is_not_over_is_compared_with_as_many_days() -> None:
    with time_machine.travel(datetime(2026, 11, 21, 15, 0, tzinfo=ZONE), tick=False):
        spans = {text: (p.before.first, p.before.after) for text in ("2026", "2026-11", "2026-10", "2025") if (p := Period.parse(text))}
        known = Period.parse("2026-09", date(2026, 9, 10)).before
        march = Period.parse("2024-03", date(2024, 3, 31)).before
    assert spans == {"2026": (date(2025, 1, 1), date(2025, 11, 22)), "2026-11": (date(2026, 10, 1), date(2026, 10, 22)),
                     "2026-10": (date(2026, 9, 1), date(2026, 10, 1)), "2025": (date(2024, 1, 1), date(2025, 1, 1))}
    assert (known.first, known.after) == (date(2026, 8, 1), date(2026, 8, 11))
    assert (march.first, march.after) == (date(2024, 2, 1), date(2024, 3, 1))


def lived(d: Desk, seed: int, days: int) -> Iterator[datetime]:
    """Two months of a desk, hour by hour, through the verbs; yields the end of each day."""
    rng, open_cases = Random(seed), list[Case]()
    d.world.institution.policy["reopen_days"] = 365
    d.world.institution.save()
    people = [d.asker, d.asker_head, d.world.staff, d.world.north_1_head]
    for n in range(days):
        day = FIRST + timedelta(days=n)
        for hour in sorted(rng.sample(range(9), 2)) if day.weekday() < 5 else ():
            with time_machine.travel(day + timedelta(hours=hour, minutes=rng.randrange(60)), tick=False):
                _something(d, rng, open_cases, people)
        yield day + timedelta(hours=14)


def _something(d: Desk, rng: Random, cases: list[Case], people: list[Person]) -> None:
    if len(cases) < 3 or rng.random() < 0.3:
        who = rng.choice(people)
        cases.append(d.ticket(actor=who, requester=who, version=rng.choice([d.version, d.incident])))
        return
    case = Case.objects.get(pk=rng.choice(cases).pk)
    do: dict[str, list[Any]] = {
        "new": [lambda: desk.take(actor=d.agent, case=case), lambda: desk.resolve(actor=None, case=_taken(d, case), cause=d.cause, solution="x"),
                lambda: desk.reclassify(actor=d.agent, case=case, kind="incident", reason="falla")],
        "in_progress": [lambda: desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Listo"),
                        lambda: desk.hold(actor=d.agent, case=case, why=d.hold),
                        lambda: desk.prioritise(actor=d.agent, case=case, impact=1, urgency=rng.choice([1, 3]), reason="cambió"),
                        lambda: desk.assign(actor=d.agent, case=case, team=d.second, person=d.engineer, reason="segundo nivel")],
        "assigned": [lambda: desk.take(actor=d.engineer if case.unit_id == d.world.north_1.pk else d.agent, case=case)],
        "pending": [lambda: desk.resume(actor=None, case=case), lambda: desk.resolve(actor=None, case=case, cause=d.cause, solution="y")],
        "resolved": [lambda: desk.close(actor=None, case=case), lambda: desk.reopen(actor=_asker(case), case=case, reason="sigue igual")],
        "closed": [lambda: None, lambda: desk.reopen(actor=_asker(case), case=case, reason="volvió")],
    }
    if case.unit_id == d.world.north_1.pk and case.state == "in_progress":
        desk.resolve(actor=d.engineer, case=case, cause=d.cause, solution="Cambio de cable")
    elif case.state in do:
        rng.choice(do[case.state])()


def _taken(d: Desk, case: Case) -> Case:
    return desk.take(actor=d.agent, case=case)


def _asker(case: Case) -> Person:
    requester = case.ticket.requester
    assert requester
    return requester


def same(report: Report, d: Desk, as_of: datetime, *, with_trend: bool = True) -> None:
    """Every cell equals the oracle's."""
    period = report.period
    rows = known(d.world.institution.pk, as_of, period.until)
    assert dict(report.total.values) == cells(rows, period.since, period.until)
    for dimension in DIMENSIONS:
        told = {line.key: dict(line.values) for line in report.lines[dimension]}
        assert told == table(rows, dimension, period.since, period.until), dimension
    for month in report.trend if with_trend else ():
        one = Period.month(month.first, as_of)
        wanted = cells(known(d.world.institution.pk, as_of, one.until), one.since, one.until)
        assert (month.received, month.attended, month.resolve_met, month.resolve_promised) == (
            wanted["received"], wanted["attended"], wanted["resolve_met"], wanted["resolve_promised"])


def test_every_cell_is_what_plain_loops_count_as_of_any_day(d: Desk) -> None:
    snapshots: list[tuple[datetime, Report]] = []
    for n, evening in enumerate(lived(d, seed=7, days=50)):
        if n % 7 == 6:
            with time_machine.travel(evening, tick=False):
                period = Period.parse(f"{evening:%Y-%m}")
                assert period.as_of == evening
                report = monthly_report(Scope(d.world.institution), period)
                same(report, d, evening)
                snapshots.append((evening, report))
    with time_machine.travel(FIRST + timedelta(days=90), tick=False):
        assert sum(r.total.values["reopened"] for _at, r in snapshots) > 0
        assert any(0 < r.total.values["resolve_met"] < r.total.values["resolve_promised"] for _at, r in snapshots)
        for at, told in snapshots:
            again = monthly_report(Scope(d.world.institution), replace(told.period, as_of=at))
            assert again == told
        same(monthly_report(Scope(d.world.institution), Period.parse("2026-10")), d, FIRST + timedelta(days=90))


def test_a_request_that_became_a_change_counts_as_what_it_was_then(d: Desk) -> None:
    cases, told = list[Case](), list[tuple[datetime, Report]]()
    verbs = (lambda: cases.extend(d.ticket() for _n in range(3)), lambda: desk.take(actor=d.agent, case=cases[0]),
             lambda: desk.reclassify(actor=d.agent, case=cases[0], kind="change", reason="se cambia", change=desk.ChangeFacts(1)),
             lambda: desk.reclassify(actor=d.agent, case=cases[0], kind="request", reason="no era"),
             lambda: desk.reclassify(actor=d.agent, case=cases[1], kind="change", reason="se cambia", change=desk.ChangeFacts(1)),
             lambda: desk.resolve(actor=d.agent, case=desk.take(actor=d.agent, case=cases[0]), cause=d.cause, solution="Listo"))
    for n, verb in enumerate(verbs):
        with time_machine.travel(FIRST + timedelta(days=n, hours=1), tick=False):
            verb()
        evening = FIRST + timedelta(days=n, hours=9)
        with time_machine.travel(evening, tick=False):
            report = monthly_report(Scope(d.world.institution), Period.parse(f"{evening:%Y-%m}"))
            same(report, d, evening)
            told.append((evening, report))
    assert [r.total.values["received"] for _at, r in told] == [3, 3, 2, 3, 2, 2]
    with time_machine.travel(FIRST + timedelta(days=20), tick=False):
        for at, report in told:
            assert monthly_report(Scope(d.world.institution), replace(report.period, as_of=at)) == report


def test_each_figure_opens_exactly_its_rows(d: Desk) -> None:
    for _evening in lived(d, seed=3, days=20):
        pass
    with time_machine.travel(FIRST + timedelta(days=40), tick=False):
        scope, period = Scope(d.world.institution), Period.parse("2026-09")
        report = monthly_report(scope, period)
        for measure in MEASURES:
            assert len(rows_of(scope, period, Drill(measure))) == report.total.values[measure]
            for dimension in DIMENSIONS:
                for line in report.lines[dimension]:
                    rows = rows_of(scope, period, Drill(measure, dimension, line.key or ""))
                    assert len(rows) == line.values[measure], (measure, dimension, line.label)
        first = rows_of(scope, period, Drill(), limit=1)
        rest = rows_of(scope, period, Drill(), after=first[0].case_id)
        assert [r.case_id for r in (*first, *rest)] == [r.case_id for r in rows_of(scope, period, Drill())]


def test_who_measures_some_units_counts_only_those(d: Desk) -> None:
    with time_machine.travel(FIRST, tick=False):
        d.ticket()
        case = d.ticket()
        desk.assign(actor=d.agent, case=case, team=d.second)
    with time_machine.travel(FIRST + timedelta(days=1), tick=False):
        period = Period.parse("2026-09")
        counted = {name: monthly_report(Scope(d.world.institution, person), period).total.values["received"]
                   for name, person in (("manager", d.manager), ("second", d.world.north_1_head), ("south", d.world.south_head),
                                        ("staff", d.world.staff))}
        assert counted == {"manager": 2, "second": 1, "south": 0, "staff": 0}
        assert rows_of(Scope(d.world.institution, d.world.south_head), period, Drill()) == []


def test_shares_of_the_most_asked_service_and_unit(d: Desk) -> None:
    with time_machine.travel(FIRST, tick=False):
        for person in (d.asker, d.asker, d.world.staff):
            d.ticket(actor=person, requester=person)
    with time_machine.travel(FIRST + timedelta(days=1), tick=False):
        report = monthly_report(Scope(d.world.institution), Period.parse("2026-09"))
        unit, service = report.top["unit"], report.top["service"]
        assert unit and (unit.label, unit.count, round(unit.share, 4)) == (d.world.south.name, 2, 0.6667)
        assert service and (service.label, service.share) == ("Portal institucional", 1.0)
        empty = monthly_report(Scope(d.world.institution), Period.parse("2025-01"))
        assert empty.top == {"service": None, "unit": None} and empty.total.share("resolve_share") is None


@pytest.mark.parametrize(("text", "first", "after"), [
    ("2026-10", date(2026, 10, 1), date(2026, 11, 1)), ("2026", date(2026, 1, 1), date(2027, 1, 1)),
    ("", date(2026, 10, 1), date(2026, 11, 1)), ("2026-13", date(2026, 10, 1), date(2026, 11, 1)),
    ("9999-12", date(2026, 10, 1), date(2026, 11, 1)), ("0000", date(2026, 10, 1), date(2026, 11, 1)),
])
def test_periods_as_they_are_written(text: str, first: date, after: date) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 11, tzinfo=ZONE), tick=False):
        period = Period.parse(text, date(2026, 11, 2))
        assert (period.first, period.after) == (first, after)
        assert period.as_of == datetime(2026, 11, 3, tzinfo=ZONE)
        assert Period.parse(period.text) == replace(period, as_of=datetime(2026, 11, 21, 11, tzinfo=ZONE))
        assert Period.parse(text, date(2027, 1, 1)).as_of == datetime(2026, 11, 21, 11, tzinfo=ZONE)


@pytest.mark.shared_data
@pytest.mark.skipif(not REAL.exists(), reason="the real material is not beside the checkout")
def test_the_real_log_by_month_equals_what_the_file_says(d: Desk) -> None:
    import_incidents(IncidentJob(REAL, d.world.north, d.manager, d.level, dry=False))
    scope = Scope(d.world.institution)
    with REAL.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lives: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        lives.setdefault(row["number"], []).append(row)
    came, done = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    teams, total = Counter[tuple[str, str]](), Counter[str]()
    for events in lives.values():
        category, opened = events[-1]["category"].replace("?", "Sin servicio"), events[0]["opened_at"]
        came[opened[6:10] + opened[2:5], category] += 1
        total[opened[6:10] + opened[2:5]] += 1
        solved = ""
        for one, other in zip([{"incident_state": "", "sys_updated_at": ""}, *events], events, strict=False):
            ends = other["incident_state"] in ("Resolved", "Closed")
            if ends and one["incident_state"] not in ("Resolved", "Closed"):
                solved = other["sys_updated_at"]
            elif not ends:
                solved = ""
        done[solved[6:10] + solved[2:5], category] += 1
        teams[solved[6:10] + solved[2:5], events[-1]["assignment_group"].replace("?", "Sin equipo")] += 1
    for month in ("2016-02", "2016-03", "2016-04", "2016-05", "2016-12"):
        report = monthly_report(scope, Period.parse(month))
        assert report.total.values["received"] == total[month]
        assert {x.label: x.values["received"] for x in report.lines["service"] if x.values["received"]} == {
            c: n for (m, c), n in came.items() if m == month}
        assert {x.label: x.values["attended"] for x in report.lines["service"] if x.values["attended"]} == {
            c: n for (m, c), n in done.items() if m == month}
        assert {x.label: x.values["attended"] for x in report.lines["team"] if x.values["attended"]} == {
            t: n for (m, t), n in teams.items() if m == month}
    march = Period.parse("2016-03")
    same(monthly_report(scope, march), d, march.as_of, with_trend=False)
    assert sum(m.attended for m in trend(scope, Period.parse("2016-12"))) == 623
    early = Period.parse("2016-03", date(2016, 3, 20))
    same(monthly_report(scope, early), d, early.as_of, with_trend=False)
