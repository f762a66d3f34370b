"""Figures by API: boards, the monthly report and its tickets as known on a date, systems, fields, surveys with their intervals."""
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ventanilla.core.cases.models import Case
from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.statistics import wilson
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.modules.servicedesk import services as verbs
from ventanilla.modules.servicedesk.models import Tile
from ventanilla.modules.servicedesk.screens.dashboards.measures import LIBRARY
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.test_fields import FIELDS, asks, form

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=ZoneInfo("America/Mexico_City"))
OPINION = {"sections": [{"key": "s", "title": "Servicio", "fields": [
    {"key": "trato", "type": "scale", "label": "¿Cómo le atendimos?", "choices": [
        {"value": "bien", "label": "Bien", "score": 1}, {"value": "mal", "label": "Mal", "score": 0}]},
    {"key": "clave", "type": "text", "label": "Clave", "private": True}]}]}


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def d() -> Desk:
    """Three tickets of a Monday; the first was solved two hours later."""
    d = made()
    d.version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    with at(MONDAY):
        cases = [d.ticket(subject=f"Actualizar {n}", version=d.version, values={"tramo": "a" if n else "b"}) for n in range(3)]
        verbs.take(actor=d.agent, case=cases[0])
    with at(MONDAY + timedelta(hours=2)):
        verbs.resolve(actor=d.agent, case=Case.objects.get(pk=cases[0].pk), cause=d.cause, solution="Se publicó")
    return d


def ask(d: Desk, path: str, days: int = 8) -> Any:
    with at(MONDAY + timedelta(days=days)):
        return Program(d.manager).ok("GET", path)


def test_the_monthly_report_and_the_tickets_behind_it(d: Desk) -> None:
    report = ask(d, "/reports/monthly?period=2026-11")
    assert (report["total"]["values"]["received"], report["total"]["values"]["attended"], report["total"]["shares"]["resolve_share"]) == (3, 1, 1)
    assert report["lines"]["service"][0]["label"] == "Portal institucional" == report["top"]["service"]["label"]
    assert len(report["trend"]) == 12 and {x["key"] for x in report["definitions"]} >= set(report["total"]["values"])
    key = report["lines"]["team"][0]["key"]
    rows = ask(d, f"/reports/monthly/tickets?period=2026-11&measure=received&dimension=team&key={key}&limit=2")
    assert len(rows["items"]) == 2 and len(ask(d, rows["next"])["items"]) == 1
    assert ask(d, "/reports/monthly/tickets?period=2026-11&measure=attended")["items"][0]["state"] == "resolved"


def test_it_tells_what_was_known_on_a_date(d: Desk) -> None:
    with at(MONDAY + timedelta(days=3)):
        verbs.reopen(actor=d.agent, case=Case.objects.get(subject="Actualizar 0"), reason="Volvió")
    assert ask(d, "/reports/monthly?period=2026-11")["total"]["values"]["attended"] == 0
    then = ask(d, "/reports/monthly?period=2026-11&day=2026-11-10")
    assert then["total"]["values"]["attended"] == 1 and then["period"]["as_of"].startswith("2026-11-11T00:00:00-06:00")
    assert then == ask(d, "/reports/monthly?period=2026-11&day=2026-11-10", days=20)
    manager = Program(d.manager)
    assert manager.no("GET", "/reports/monthly?period=noviembre")[0] == manager.no("GET", "/reports/monthly/tickets?measure=nada")[0] == 422
    assert manager.no("GET", "/reports/monthly?day=9999-12-31") == (422, "day")
    for who in (d.engineer, d.asker, d.world.admin):
        assert {Program(who).no("GET", f"/reports/{p}")[0] for p in ("monthly", "monthly/tickets", "systems", "fields")} == {404}
    assert ask(made(), "/reports/monthly?period=2026-11")["total"]["values"]["received"] == 0, "another institution"


def test_reports_by_field_and_by_system(d: Desk) -> None:
    name = next(f["name"] for f in ask(d, "/reports/fields") if f["type"] == "choice")
    found = ask(d, f"/reports/fields/{name}?period=2026-11")
    assert (found["asked"], found["answered"]) == (3, 3) and [x["values"]["received"] for x in found["lines"]] == [2, 1]
    key = found["lines"][0]["key"]
    assert len(ask(d, f"/reports/fields/{name}/tickets?period=2026-11&key={key}")["items"]) == 2
    assert Program(d.manager).no("GET", "/reports/fields/nada")[0] == 404
    assert ask(d, "/reports/systems?period=2026-11")["systems"] == []


def test_every_measure_of_the_board_is_told_and_one_arranges_only_ones_own(d: Desk) -> None:
    manager, asker = Program(d.manager), Program(d.asker)
    board = manager.ok("GET", "/boards")
    assert board["profile"] == "manager" and {m["measure"] for m in board["library"]} == set(LIBRARY)
    with at(MONDAY + timedelta(days=1)):
        then = Program(d.manager)
        for measure in LIBRARY:
            told = then.ok("GET", f"/boards/{measure}")
            assert all(len(row["values"]) == len(told["columns"]) - 1 for row in told["rows"]), measure
        assert then.ok("GET", "/boards/semaforo")["total"] == 2
    arranged = manager.ok("PUT", "/boards", {"tiles": [{"measure": "plazo", "wide": True}, {"measure": "libres"}]})
    assert arranged["tiles"] == [{"measure": "plazo", "wide": True, "narrowed": {}}, {"measure": "libres", "wide": False, "narrowed": {}}]
    narrowed = [{"measure": "libres", "narrowed": {"equipo": str(d.second.pk)}}]
    assert manager.ok("PUT", "/boards", {"tiles": narrowed})["tiles"][0]["narrowed"] == {"equipo": str(d.second.pk)}
    assert manager.no("PUT", "/boards", {"tiles": [{"measure": "libres", "narrowed": {"color": "rojo"}}]}) == (422, "tiles")
    assert manager.no("PUT", "/boards", {"tiles": [{"measure": "nada"}]}) == (422, "tiles")
    assert asker.no("GET", "/boards/semaforo")[0] == 404 and asker.no("PUT", "/boards", {"tiles": [{"measure": "semaforo"}]})[0] == 422
    assert asker.ok("GET", "/boards/pedidos")["total"] == 2 and Tile.objects.exclude(person=d.manager).count() == 0
    assert manager.ok("PUT", "/boards", {"tiles": []})["tiles"] == board["tiles"], "the preset again"


def test_surveys_tell_n_rate_and_intervals_and_rows_without_private_answers(d: Desk) -> None:
    survey = published(d.world.institution, OPINION, "opinion")
    case = Case.objects.get(subject="Actualizar 0")
    for n in range(5):
        done = n < 4
        Response.objects.create(institution=d.world.institution, instrument=survey.instrument, version=survey, case=case, invited_at=MONDAY,
                                state="open", values={})
        if done:
            row = Response.objects.latest("pk")
            row.values, row.state, row.submitted_at = {"trato": "bien" if n else "mal", "clave": "xoconostle"}, "submitted", MONDAY
            row.save()
            row.field_values.create(institution=d.world.institution, case=case, key="trato", text=row.values["trato"])
    manager = Program(d.manager)
    (one,) = (s for s in manager.ok("GET", "/surveys") if s["slug"] == "opinion")
    path = f"/surveys/{one['uuid']}"
    found = manager.ok("GET", f"{path}/results?since=2026-11-09&until=2026-11-09")
    assert (found["submitted"], found["invited"], found["rate"]) == (4, 5, 0.8)
    low = wilson(4, 5)
    assert found["rate_interval"] == {"low": low.low, "high": low.high}
    (question,) = found["questions"]
    assert [(o["label"], o["count"], o["share"]) for o in question["options"]] == [("Bien", 3, 0.75), ("Mal", 1, 0.25)]
    assert manager.ok("GET", f"{path}/results?since=2026-11-10")["submitted"] == 0 and found["months"][0]["submitted"] == 4
    page = manager.ok("GET", f"{path}/answers?limit=3")
    assert len(page["items"]) == 3 and len(manager.ok("GET", page["next"])["items"]) == 1
    assert page["items"][0]["folio"] == case.folio and "xoconostle" not in str(page)
    with CaptureQueriesContext(connection) as few:
        manager.ok("GET", f"{path}/answers?limit=1")
    with CaptureQueriesContext(connection) as many:
        manager.ok("GET", f"{path}/answers?limit=4")
    assert len(few) == len(many) <= 12
    assert Program(d.world.admin).ok("GET", f"{path}/answers")["items"] == [], "administering never implies reading"
    assert Program(d.asker).no("GET", "/surveys")[0] == Program(made().manager).no("GET", f"{path}/results")[0] == 404
    assert manager.no("GET", f"{path}/results?since=0001-01-01")[0] == 422
