"""The import of iTop's exports: counts and texts equal, a second run changes nothing, a dry run keeps nothing, odd files are told."""
import base64
import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from ventanilla.core.cases.models import Attachment, Case, Note
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.itop.importing import ItopJob, import_itop
from ventanilla.modules.servicedesk.itop.importing.reading import entries
from ventanilla.modules.servicedesk.itop.profile import LIFECYCLES
from ventanilla.modules.servicedesk.models import Change, Problem, Ticket, TicketItem
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem, Relation
from ventanilla.modules.servicedesk.services.cmdb import impact_of
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as build

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ventanilla.modules.servicedesk.tests.itop.urls")]
SAID = ("Se recibió el reporte.\n\n  Con sangría, «comillas» y ñ.", "Ya quedó; a < b & c > d")
HIDDEN = "Ojo: la garantía venció."


@pytest.fixture
def d() -> Desk:
    return build()


def log_text(*said: tuple[str, str, str]) -> str:
    """A log as iTop writes it into a CSV file, the newest entry first."""
    return "\n".join(f"========== {at} : {who} (7) ============\n\n{text}\n" for at, who, text in reversed(said))


def table(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def answer(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    objects = {f"{name}::{r['id']}": {"code": 0, "class": name, "key": r["id"], "fields": {k: v for k, v in r.items() if k != "id"}} for r in rows}
    (folder / f"{name}.json").write_text(json.dumps({"objects": objects, "code": 0}), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, d: Desk) -> Path:
    """People, a request with both logs (CSV), an incident that hangs from it (JSON), a problem, a change, items, relations, a file."""
    table(tmp_path, "Person", [{"id": "11", "name": "López", "first_name": "Agustina", "email": d.agent.email},
                               {"id": "12", "name": "Peña", "first_name": "Ramón", "email": "ramon@example.org"}])
    table(tmp_path, "UserRequest", [{
        "id": "1", "ref": "R-000001", "title": "La impresora no sirve", "description": "<p>Desde ayer</p>", "status": "closed", "impact": "2",
        "urgency": "4", "start_date": "2024-03-04 09:00:00", "assignment_date": "2024-03-04 09:20:00", "resolution_date": "2024-03-05 10:00:00",
        "close_date": "2024-03-08 10:00:00", "last_update": "2024-03-08 10:00:00", "caller_id": "12", "caller_name": "Ramón Peña",
        "agent_id": "11", "agent_name": "Agustina López", "team_name": "Mesa de ayuda", "service_name": "Impresión", "origin": "phone",
        "org_name": "Dirección Sur", "resolution_code": "hardware repair", "solution": "Se cambió el rodillo", "pending_reason": "",
        "public_log": log_text(("2024-03-04 09:20:00", "Agustina López", SAID[0]), ("2024-03-05 10:00:00", "Ramón Peña", SAID[1])),
        "private_log": log_text(("2024-03-04 11:00:00", "Técnico Externo", HIDDEN))}])
    answer(tmp_path, "Incident", [{
        "id": "2", "ref": "I-000002", "title": "Sin red", "status": "escalated_ttr", "start_date": "2024-03-04 12:00:00", "impact": "1",
        "urgency": "1", "assignment_date": "2024-03-04 12:05:00", "agent_id": "11", "agent_name": "Agustina López", "parent_request_id": "1",
        "team_name": "Redes de fuera", "public_log": {"entries": [
            {"date": "2024-03-04 12:30:00", "user_login": "Ramón Peña", "user_id": "12", "message": SAID[1]}]}}])
    answer(tmp_path, "Problem", [{"id": "3", "ref": "P-000003", "title": "Rodillos", "status": "assigned", "start_date": "2024-03-06 09:00:00"}])
    answer(tmp_path, "NormalChange", [{
        "id": "4", "ref": "C-000004", "title": "Cambiar todas", "status": "plannedscheduled", "creation_date": "2024-03-07 09:00:00",
        "start_date": "2024-04-01 20:00:00", "end_date": "2024-04-01 22:00:00", "fallback": "Poner las viejas"}])
    answer(tmp_path, "Server", [{"id": "100", "name": "SRV-01", "serialnumber": "S1", "status": "production", "business_criticity": "high"}])
    answer(tmp_path, "ApplicationSolution", [{"id": "101", "name": "Sistema de créditos", "status": "production"}])
    answer(tmp_path, "DBServer", [{"id": "102", "name": "PostgreSQL", "status": "obsolete", "system_id": "100"}])
    table(tmp_path, "lnkApplicationSolutionToFunctionalCI", [{"id": "1", "applicationsolution_id": "101", "functionalci_id": "100"}])
    table(tmp_path, "lnkFunctionalCIToTicket", [{"id": str(n), "ticket_id": ticket, "functionalci_id": item, "impact_code": code} for n, (
        ticket, item, code) in enumerate((("2", "100", "manual"), ("4", "101", ""), ("2", "101", "computed"), ("77", "100", "manual")))])
    (tmp_path / "impacts.json").write_text(json.dumps({"relations": {"Server::100": [{"key": "ApplicationSolution::101"}]}}), encoding="utf-8")
    answer(tmp_path, "Attachment", [{"id": "9", "item_class": "UserRequest", "item_id": "1", "contents": {
        "data": base64.b64encode(b"%PDF-1.4 prueba").decode(), "mimetype": "application/pdf", "filename": "factura.pdf"}}])
    return tmp_path


def job(d: Desk, folder: Path, dry: bool = False) -> ItopJob:
    return ItopJob(folder, d.world.north, d.agent, d.level, dry=dry)


def rows() -> dict[str, int]:
    """How many rows every table has; the log and the rest that only grows is in it too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'")
        names = [r[0] for r in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            found[name] = cursor.fetchone()[0]
    return found


def test_everything_comes_with_its_texts_and_twice_is_once(d: Desk, folder: Path) -> None:
    tally = import_itop(job(d, folder))
    assert tally.made | {"people": 0} == {"people": 0, "items": 3, "relations": 1, "tickets": 4, "entries": 4, "files": 1, "ties": 2}, tally.problems
    assert tally.refused == 1 and any("dado de baja" in p for p in tally.problems), "a relation of what was retired"
    request = Case.objects.get(folio="R-000001")
    said = list(Note.objects.filter(case=request).order_by("at").values_list("text", "public", "private", "person__given_name"))
    assert said == [(SAID[0], True, False, "Agustina"), (HIDDEN, False, True, "Técnico"), (SAID[1], True, False, "Ramón")]
    ticket = Ticket.objects.get(pk=request.pk)
    assert (request.state, request.source, request.assignee, ticket.resolved_by) == ("closed", "import", d.agent, d.agent)
    assert (ticket.solution, ticket.cause.name, ticket.service.name, ticket.unit) == (
        "Se cambió el rodillo", "hardware repair", "Impresión", d.world.south)
    assert ticket.requester.name == "Ramón Peña" and not ticket.requester.active and ticket.requester.user is None
    assert Attachment.objects.get(case=request).document.title.startswith("factura")
    incident = Ticket.objects.get(case__folio="I-000002")
    assert (incident.case.kind, incident.case.state, incident.parent) == ("incident", "in_progress", request)
    change = Change.objects.get(case__folio="C-000004")
    assert (change.case.state, change.back_out, Problem.objects.count()) == ("planned", "Poner las viejas", 1)
    before = rows()
    again = import_itop(job(d, folder))
    assert rows() == before and not any(again.made.values()), "a second run changes nothing"
    assert (again.known["tickets"], again.known["entries"], again.known["items"], again.known["files"]) == (4, 4, 3, 1)


def test_the_items_are_a_graph(d: Desk, folder: Path) -> None:
    import_itop(job(d, folder))
    server = ConfigurationItem.objects.get(name="SRV-01")
    assert (server.serial, server.criticality, Relation.objects.count()) == ("S1", 3, 1)
    ties = TicketItem.objects.order_by("case__folio").values_list("case__folio", "item__name", "role", "source")
    assert list(ties) == [("C-000004", "Sistema de créditos", "changed", "import"), ("I-000002", "SRV-01", "affected", "import")]
    with pytest.raises(Exception, match="permiso"):
        impact_of(d.asker, [server.pk])


def test_what_is_said_later_is_added(d: Desk, folder: Path) -> None:
    import_itop(job(d, folder))
    data = json.loads((folder / "Incident.json").read_text())
    log = data["objects"]["Incident::2"]["fields"]["public_log"]["entries"]
    log.insert(0, {"date": "2024-03-05 08:00:00", "user_login": "Agustina López", "user_id": "11", "message": "Vamos"})
    (folder / "Incident.json").write_text(json.dumps(data))
    again = import_itop(job(d, folder))
    assert (again.made["entries"], again.made["tickets"]) == (1, 0)
    assert list(Note.objects.filter(case__folio="I-000002").order_by("at").values_list("text", flat=True)) == [SAID[1], "Vamos"]


def test_a_dry_run_counts_and_keeps_nothing(d: Desk, folder: Path) -> None:
    before = rows()
    tally = import_itop(job(d, folder, dry=True))
    assert tally.made["tickets"] == 4 and tally.made["files"] == 1 and rows() == before


def test_the_command_tells_what_it_did(d: Desk, folder: Path) -> None:
    out = StringIO()
    (folder / "Problem.csv").write_text("id;title;status;start_date\n7;Raro;inexistente;2024-01-01\n8;Sin fecha;new;mañana\n;Sin número;new;2024-01-01\nsobra;x\n")
    call_command("import_itop", str(folder), institution=d.world.institution.slug, person=d.agent.email, stdout=out)
    text = out.getvalue()
    assert "4 tickets (0 ya estaban)" in text and "inexistente" in text and "mañana" in text and "Problem.csv, renglón 4" in text
    assert Person.objects.filter(institution=d.world.institution, active=False).count() == 2


@pytest.mark.parametrize(("name", "text"), [("UserRequest.json", "{"), ("nada.txt", "x"), ("x.json", "[]")])
def test_a_folder_that_cannot_be_read_is_refused(d: Desk, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(Refused):
        import_itop(job(d, tmp_path))
    with pytest.raises(Refused):
        import_itop(job(d, tmp_path / "no"))


def test_both_shapes_of_a_log_say_the_same() -> None:
    text = log_text(("2024-01-01 10:00:00", "A B", "uno\n\ndos"), ("2024-01-02 10:00:00", "C (x) D", "tres ===="))
    answer = {"entries": [{"date": "2024-01-02 10:00:00", "user_login": "C (x) D", "message": "tres ===="},
                          {"date": "2024-01-01 10:00:00", "user_login": "A B", "message": "uno\n\ndos"}]}
    assert entries(text) == entries(answer) and len(entries(text)) == 2
    assert entries("") == entries(None) == []
    assert [e.text for e in entries("sin encabezado")] == ["sin encabezado"], "nothing that was said is lost"
    assert set(LIFECYCLES) == {"UserRequest", "Incident", "Problem", "NormalChange", "RoutineChange", "EmergencyChange"}
