"""The report by system against a count of its own: plain loops over raw rows, working time minute by minute; its pages and its file."""
import random
import statistics
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook
from tests.pages import as_, text

from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import Cause, PastTicketItem, Ticket, TicketItem
from ventanilla.modules.servicedesk.services.items import tie_item, untie_item
from ventanilla.modules.servicedesk.services.reports import Drill, Period, Scope, rows_of
from ventanilla.modules.servicedesk.services.reports.systems import by_system
from ventanilla.modules.servicedesk.services.solving import StepDraft, add_step, identify, open_problem, to_known_error
from ventanilla.modules.servicedesk.tests.cmdb.floor import Floor, floor, holding
from ventanilla.modules.servicedesk.tests.reports.oracle import Hours

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")
FIRST = datetime(2026, 9, 28, 10, 0, tzinfo=ZONE)
LATER = datetime(2026, 11, 12, 12, 0, tzinfo=ZONE)
OCTOBER = (datetime(2026, 10, 1, tzinfo=ZONE), datetime(2026, 11, 1, tzinfo=ZONE))


@pytest.fixture
def f() -> Floor:
    return floor()


def lived(f: Floor, count: int = 14) -> list[Case]:
    """Tickets from September to November: some wait, some are reopened, some have two systems, some none."""
    d, rng = f.d, random.Random(11)
    causes = [d.cause, Cause.objects.create(institution=d.world.institution, name="Saturación")]
    cases = []
    for n in range(count):
        at = FIRST + timedelta(days=n * 3, minutes=rng.randrange(300))
        with time_machine.travel(at, tick=False) as clock:
            case = d.ticket(actor=d.agent, subject=f"Falla {n}", version=rng.choice((d.version, d.incident)))
            for item in ((f.system,), (f.pay,), (f.system, f.pay), (f.one,), ())[n % 5]:
                tie_item(actor=d.agent, case=case, item=item)
            clock.shift(timedelta(minutes=rng.randrange(5, 90)))
            desk.take(actor=d.agent, case=case)
            if n % 3 == 0:
                desk.hold(actor=d.agent, case=case, why=d.hold)
                clock.shift(timedelta(hours=rng.randrange(1, 60)))
                desk.resume(actor=d.agent, case=case)
            clock.shift(timedelta(minutes=rng.randrange(20, 2000)))
            if n % 7 != 6:
                desk.resolve(actor=d.agent, case=case, cause=causes[n % 2], solution="Se hizo")
                if n % 4 == 0:
                    clock.shift(timedelta(minutes=30))
                    desk.reopen(actor=d.agent, case=case, reason="Sigue igual")
                    clock.shift(timedelta(minutes=200))
                    desk.resolve(actor=d.agent, case=case, cause=causes[n % 2], solution="Ahora sí")
        cases.append(case)
    return cases


def counted(f: Floor, since: datetime, until: datetime) -> dict[int, dict[str, Any]]:
    """The same figures by item, from raw rows with plain Python; no SQL of the module."""
    found: dict[int, dict[str, Any]] = defaultdict(lambda: {"received": 0, "incidents": 0, "attended": 0, "reopened": 0, "minutes": [],
                                                            "causes": Counter()})
    for tie in {(t.case_id, t.item_id) for t in TicketItem.objects.filter(item__type__slug__in=["servicio", "sistema"])}:
        case, line = Case.objects.get(pk=tie[0]), found[tie[1]]
        moves = list(Move.objects.filter(case=case).order_by("id"))
        ends = [m for m in moves if m.to_state == "resolved"]
        solved = ends[-1].at if ends and moves[-1].to_state in ("resolved", "closed") else None
        if since <= case.received_at < until:
            line["received"] += 1
            line["incidents"] += case.kind == "incident"
        if solved and since <= solved < until:
            line["attended"] += 1
            line["reopened"] += any(m.verb == "reopen" for m in moves)
            line["minutes"].append(_minutes(case, solved))
            if case.kind == "incident":
                cause = Ticket.objects.get(pk=case.pk).cause
                assert cause
                line["causes"][cause.name] += 1
    return {k: v for k, v in found.items() if v["received"] or v["attended"]}


def _minutes(case: Case, solved: datetime) -> float:
    """Open seconds of each waking stretch of the ticket, on its calendar, day by day."""
    clock = Clock.objects.get(case=case, kind="resolve", turn_id=None)
    hours, at, total = Hours(clock.version_id), clock.start, 0
    for pause in clock.pauses.order_by("since"):
        total += hours.seconds(at, min(pause.since, solved)) if pause.since < solved else 0
        at = pause.until or solved
    return (total + (hours.seconds(at, solved) if at < solved else 0)) / 60


def test_the_report_equals_an_independent_count_and_opens_its_rows(f: Floor) -> None:
    lived(f)
    with time_machine.travel(LATER, tick=False):
        period = Period.month(date(2026, 10, 1), LATER)
        scope = Scope(f.d.world.institution)
        with CaptureQueriesContext(connection) as queries:
            lines = by_system(scope, period)
        expected = counted(f, *OCTOBER)
        assert {line.item_id for line in lines} == set(expected) == {f.system.pk, f.pay.pk} and len(queries) < 25
        for line in lines:
            want = expected[line.item_id or 0]
            assert (line.received, line.incidents, line.attended, line.reopened) == (
                want["received"], want["incidents"], want["attended"], want["reopened"])
            assert line.median == pytest.approx(statistics.median(want["minutes"]))
            assert line.p90 == pytest.approx(statistics.quantiles(want["minutes"], n=10, method="inclusive")[8])
            assert dict(line.causes) == dict(want["causes"])
            for measure, n in (("received", line.received), ("attended", line.attended), ("reopened", line.reopened)):
                assert len(rows_of(scope, period, Drill(measure, "system", line.key))) == n
        assert sum(v["reopened"] for v in expected.values()) and any(v["causes"] for v in expected.values())


def test_what_was_learned_of_a_system(f: Floor) -> None:
    d = f.d
    with time_machine.travel(FIRST + timedelta(days=10), tick=False):
        first = d.ticket(actor=d.agent, version=d.incident)
        tie_item(actor=d.agent, case=first, item=f.system)
        problem = open_problem(actor=d.agent, incidents=[first], subject="Pagos se satura")
        desk.take(actor=d.agent, case=problem)
        identify(actor=d.agent, case=problem, root_cause="Sin índice en la tabla de recibos")
        add_step(actor=d.agent, case=problem, draft=StepDraft("Crear el índice", definitive=True))
        error = to_known_error(actor=d.agent, problem=problem, symptoms="Tarda", workaround="Esperar cinco minutos")
    with time_machine.travel(LATER, tick=False):
        period = Period.month(date(2026, 10, 1), LATER)
        line = by_system(Scope(d.world.institution, d.manager), period)[0]
        assert [(x.case.pk, x.workaround, x.steps, x.done) for x in line.lessons] == [
            (error.pk, "Esperar cinco minutos", 0, 0), (problem.pk, "", 1, 0)]
        page = text(as_(d.manager).get(reverse("desk_report_system"), {"periodo": "2026-10", "clave": line.key}))
        assert "Sin índice en la tabla de recibos" in page and "Esperar cinco minutos" in page and "Plan: 0 de 1 pasos hechos" in page
        assert as_(d.manager).get(reverse("desk_report_system"), {"periodo": "2026-10", "clave": "ci:999999999"}).status_code == 404


def test_the_pages_open_their_rows_and_the_file_holds_the_same(f: Floor) -> None:
    lived(f, 8)
    d = f.d
    manager = as_(holding(d.manager, "desk_manager"))
    with time_machine.travel(LATER, tick=False):
        page = text(manager.get(reverse("desk_report_systems"), {"periodo": "2026-10"}))
        assert "El sistema con más solicitudes es" in page and "Sistema de pagos" in page and "Servidor uno" not in page
        rows = text(manager.get(reverse("desk_report_rows"), {"periodo": "2026-10", "cifra": "received", "por": "system", "clave": f"ci:{f.pay.pk}"}))
        assert "Pago de mensualidades" in rows and "Falla" in rows
        assert manager.get(reverse("desk_report_rows"), {"por": "system", "clave": "ci:x"}).status_code == 200
        book = manager.get(reverse("desk_report_file", args=["sistemas", "xlsx"]), {"periodo": "2026-10"})
        sheet = CalamineWorkbook.from_filelike(BytesIO(book.content)).get_sheet_by_index(0).to_python()
        lines = by_system(Scope(d.world.institution, d.manager), Period.month(date(2026, 10, 1), LATER))
        told = [row for row in sheet if row[0] in {x.label for x in lines}]
        assert [(r[0], r[1], r[3]) for r in told] == [(x.label, x.received, x.attended) for x in lines]
        assert as_(d.asker).get(reverse("desk_report_systems")).status_code == 404


def test_the_report_as_of_a_past_date_is_the_one_that_was_seen_then(f: Floor) -> None:
    """Ties, solutions, causes and lessons that came or went afterwards do not change what was told."""
    d, scope = f.d, Scope(f.d.world.institution)
    cases = lived(f, 8)
    other = Cause.objects.create(institution=d.world.institution, name="Otra causa")
    then = datetime(2026, 10, 20, 12, 0, tzinfo=ZONE)

    def seen(moment: datetime) -> dict[str, Any]:
        with time_machine.travel(moment, tick=False):
            asked = Period.month(date(2026, 10, 1), then)
            lines = {x.label: (x.received, x.incidents, x.attended, x.reopened, x.median, x.p90, x.causes,
                               [(y.case.pk, y.state, y.text, y.done) for y in x.lessons]) for x in by_system(scope, asked)}
            rows = {x: sorted(r.case_id for r in rows_of(scope, asked, Drill("received", "system", f"ci:{x}"))) for x in (f.system.pk, f.pay.pk)}
            return {"lines": lines, "rows": rows}

    with time_machine.travel(then - timedelta(days=4), tick=False):
        problem = open_problem(actor=d.agent, incidents=[next(c for c in cases if c.kind == "incident")], subject="Pagos se satura")
        tie_item(actor=d.agent, case=problem, item=f.system)
        desk.take(actor=d.agent, case=problem)
    first = seen(then)
    assert first["lines"] and first["rows"][f.system.pk] and first["lines"]["Sistema de pagos"][-1] == [(problem.pk, "En investigación", "", 0)]
    with time_machine.travel(LATER, tick=False):
        for tie in TicketItem.objects.filter(item__in=[f.system, f.pay]):
            untie_item(actor=d.agent, tie=tie)
        for case in cases:
            tie_item(actor=d.agent, case=case, item=f.pay)
        identify(actor=d.agent, case=problem, root_cause="Sin índice")
        add_step(actor=d.agent, case=problem, draft=StepDraft("Crear el índice", definitive=True))
    with time_machine.travel(then + timedelta(hours=2), tick=False):
        solved = Ticket.objects.filter(resolved_at__range=(then - timedelta(days=14), then), case__state="resolved").latest("resolved_at").case
        desk.reopen(actor=d.agent, case=solved, reason="Otra vez")
        desk.resolve(actor=d.agent, case=solved, cause=other, solution="De otro modo")
    assert seen(LATER + timedelta(days=1)) == first
    with time_machine.travel(LATER + timedelta(days=1), tick=False):
        now = {x.label: x.received for x in by_system(scope, Period.month(date(2026, 10, 1), LATER + timedelta(hours=12)))}
        assert set(now) == {"Pago de mensualidades"} and sum(now.values()) > first["lines"]["Sistema de pagos"][0]
        again = tie_item(actor=d.agent, case=cases[0], item=f.system)
        untie_item(actor=d.agent, tie=again)
    assert seen(LATER + timedelta(days=2)) == first and PastTicketItem.objects.filter(case=cases[0]).count() == 2


def test_a_tie_of_a_form_that_was_answered_anew_is_known_as_it_was(f: Floor) -> None:
    with time_machine.travel(FIRST, tick=False):
        case = f.d.ticket(actor=f.d.agent, version=f.d.incident)
        TicketItem.objects.create(institution=f.d.world.institution, case=case, item=f.system, source="form", at=FIRST)
    with time_machine.travel(LATER, tick=False):
        [tie] = TicketItem.objects.all()
        untie_item(actor=f.d.agent, tie=tie)
    past = PastTicketItem.objects.get()
    assert (past.since, past.until, past.source, past.tie) == (FIRST, LATER, "form", tie.pk)
