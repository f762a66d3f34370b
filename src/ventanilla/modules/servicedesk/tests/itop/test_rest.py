"""The façade as a script sees it: who may come in, codes, queries, creating and changing, related items; the private log stays."""
import base64
import json
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.core.cases.models import Attachment, Case, Note
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Role
from ventanilla.core.orgs.services import give
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.itop.oql import parse
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.itop.words import plain
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem, RelationType
from ventanilla.modules.servicedesk.services.cmdb import RelationDraft, install_standard, relate
from ventanilla.modules.servicedesk.services.entries import EntryDraft
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as build
from ventanilla.modules.servicedesk.tests.itop.scripts import PATH, Script

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ventanilla.modules.servicedesk.tests.itop.urls")]
CANARY = "tlacuilo-privado"


@pytest.fixture
def d() -> Desk:
    return build()


def raw(data: dict, **headers: str) -> dict:
    return Client().post(PATH, data, headers=headers).json()


def test_what_is_missing_or_wrong_has_the_code_that_scripts_know(d: Desk) -> None:
    agent = Script(d.agent)
    who = {"auth_user": agent.user, "auth_pwd": agent.secret}
    ask = {"version": "1.3", "json_data": json.dumps({"operation": "list_operations"})}
    assert raw(ask | who)["code"] == 0
    assert raw({k: v for k, v in (ask | who).items() if k != "version"})["code"] == 2
    assert raw({"version": "1.3"} | who)["code"] == 3
    assert raw({"version": "1.3", "json_data": "{"} | who)["code"] == 4
    assert raw({"version": "1.3", "json_data": "[" * 99999} | who)["code"] == 4
    assert raw(ask)["code"] == 5
    assert raw(ask | {"auth_user": agent.user})["code"] == 6
    assert raw(ask | who | {"auth_pwd": "x"})["code"] == raw(ask | who | {"auth_user": d.asker.email})["code"] == 1
    assert raw(ask | who | {"version": "9"})["code"] == 10
    assert agent.ask("core/delete")["code"] == 11
    assert agent.ask("core/get", **{"class": "Nada"}, key=1)["code"] == 100
    assert Script(d.agent, ("cases:read",)).ask("core/create", **{"class": "UserRequest"}, fields={})["code"] == 1


def test_a_token_comes_by_any_of_the_known_ways_and_a_password_never(d: Desk) -> None:
    from tests import make

    agent = Script(d.agent)
    ask = {"version": "1.3", "json_data": json.dumps({"operation": "list_operations"})}
    basic = base64.b64encode(f"{agent.user}:{agent.secret}".encode()).decode()
    for headers in ({"Auth-Token": agent.secret}, {"Authorization": f"Bearer {agent.secret}"}, {"Authorization": f"Basic {basic}"}):
        assert raw(ask, **headers)["code"] == 0
    assert raw(ask | {"auth_token": agent.secret})["code"] == 0
    assert raw(ask | {"auth_user": agent.user, "auth_pwd": make.PASSWORD})["code"] == 1
    assert agent.ask("core/check_credentials", user=agent.user, password=agent.secret)["authorized"] is True
    assert agent.ask("core/check_credentials", user=agent.user, password=make.PASSWORD)["authorized"] is False
    assert len(agent.ask("list_operations")["operations"]) == 7


def test_a_script_opens_reads_and_changes_a_request(d: Desk) -> None:
    agent = Script(d.agent)
    key = agent.create("UserRequest", org_id={"name": "Dirección Sur"}, caller_id=f"SELECT Person WHERE email = '{d.asker.email}'",
                       title="La impresora", description="<p>No&nbsp;imprime</p><p>desde ayer</p>", impact="1", urgency="2", origin="phone",
                       servicesubcategory_id={"name": "Actualización del sitio"}, public_log="Se recibió", private_log={"add_item": {
                           "message": "Ver garantía"}})
    found = agent.get("UserRequest", key)[0]
    assert (found["title"], found["description"], found["org_name"]) == ("La impresora", "No\xa0imprime\ndesde ayer", "Dirección Sur")
    assert (found["priority"], found["urgency"], found["origin"], found["status"]) == ("1", "1", "phone", "new")
    assert [e["message"] for e in found["public_log"]["entries"]] == ["Se recibió"]
    assert [e["message"] for e in found["private_log"]["entries"]] == ["Ver garantía"]
    case = Case.objects.get(pk=key)
    assert (case.ticket.requester, case.ticket.unit, case.source) == (d.asker, d.world.south, "api")
    changed = agent.ask("core/update", **{"class": "UserRequest"}, key={"ref": case.folio}, comment="Error de dedo", output_fields="title,impact",
                        fields={"title": "La otra impresora", "impact": 3, "public_log": {"items": [{"message": "uno"}, {"message": "dos"}]}})
    assert changed["code"] == 0 and changed["objects"][f"UserRequest::{key}"]["message"] == "updated", changed
    assert changed["objects"][f"UserRequest::{key}"]["fields"] == {"title": "La otra impresora", "impact": "3"}
    assert Note.objects.filter(case=case, public=True).count() == 3
    refused = agent.ask("core/update", **{"class": "UserRequest"}, key=key, fields={"caller_id": 1, "title": "x"})
    assert refused["code"] == 100 and "caller_id" in refused["message"]
    assert Case.objects.get(pk=key).subject == "La otra impresora", "whole or not at all"


def test_without_team_and_offering_it_comes_to_the_first_team(d: Desk) -> None:
    agent = Script(d.agent)
    key = agent.create("Incident", title="Sin red", agent_id=d.agent.pk)
    ticket = Ticket.objects.get(pk=key)
    assert (ticket.team, ticket.case.kind, ticket.case.assignee, ticket.case.state) == (d.first, "incident", d.agent, "assigned")
    assert agent.ask("core/create", **{"class": "Incident"}, fields={"title": "x", "nada": 1})["code"] == 100
    assert agent.ask("core/create", **{"class": "Person"}, fields={"name": "x"})["code"] == 100
    assert Script(d.asker).ask("core/create", **{"class": "Incident"}, fields={"title": "x", "team_id": d.first.pk})["code"] == 1


def test_a_person_is_found_by_the_name_that_was_given(d: Desk) -> None:
    agent = Script(d.agent)
    found = next(iter(agent.ask("core/get", **{"class": "Person"}, key=d.asker.pk, output_fields="name")["objects"].values()))
    name = found["fields"]["name"]
    assert " " in name
    for key in (f"SELECT Person WHERE name = '{name}'", {"name": name}):
        keys = {int(one["key"]) for one in agent.ask("core/get", **{"class": "Person"}, key=key)["objects"].values()}
        assert d.asker.pk in keys, key


def test_created_with_a_key_is_created_once(d: Desk) -> None:
    agent, key = Script(d.agent), str(uuid4())
    data = {"version": "1.3", "auth_token": agent.secret,
            "json_data": json.dumps({"operation": "core/create", "class": "Incident", "fields": {"title": "Una vez"}})}
    first, again = (raw(data, **{"Idempotency-Key": key}) for _n in range(2))
    assert list(first["objects"]) == list(again["objects"]) and Case.objects.filter(subject="Una vez").count() == 1


def test_queries(d: Desk) -> None:
    agent = Script(d.agent)
    cases = [d.ticket(subject=f"Asunto {n} de la red") for n in range(4)]
    desk.take(actor=d.agent, case=cases[0])
    desk.resolve(actor=d.agent, case=cases[0], cause=d.cause, solution="Ya")
    agent.create("NormalChange", title="Un cambio")

    def count(query: str, name: str = "UserRequest") -> int:
        return len(agent.get(name, query, "id"))
    assert count("SELECT UserRequest") == 4 and count("SELECT Ticket", "Ticket") == 5 and count("SELECT Change", "Change") == 1
    assert count("SELECT UserRequest AS r WHERE r.status = 'new' AND r.title LIKE '%RED'") == 3
    assert count("SELECT UserRequest WHERE status IN ('resolved', 'closed') OR id = " + str(cases[1].pk)) == 2
    assert count("SELECT UserRequest WHERE status != 'resolved'") == count("SELECT UserRequest WHERE operational_status = 'ongoing'") == 3
    assert count("SELECT UserRequest WHERE NOT (status NOT IN ('resolved')) AND ISNULL(agent_id)") == 0
    assert count("SELECT UserRequest WHERE start_date > DATE_SUB(NOW(), INTERVAL 1 DAY) AND agent_id = 0") == 3
    assert count("SELECT UserRequest WHERE start_date < '2020-01-01'") == 0
    assert count(f"SELECT UserRequest WHERE agent_id = {d.agent.pk} AND resolution_code = '{d.cause.name}'") == 1
    assert count({"ref": cases[2].folio}) == 1 and count(str(cases[3].pk)) == 1 and count("SELECT Team", "Team") == 2
    page = agent.ask("core/get", **{"class": "UserRequest"}, key="SELECT UserRequest", limit="3", page="2", output_fields="id")
    assert len(page["objects"]) == 1 and page["message"] == "Found: 1"
    assert agent.ask("core/get", **{"class": "UserRequest"}, key=999999) == {"objects": None, "code": 0, "message": "Found: 0"}
    for wrong in ("SELECT", "SELECT UserRequest WHERE", "SELECT UserRequest WHERE nada = 1", "SELECT UserRequest WHERE title =", "borra todo",
                  "SELECT UserRequest WHERE private_log LIKE '%a%'", "SELECT UserRequest JOIN Team ON x = y", "SELECT Team", "'"):
        assert agent.ask("core/get", **{"class": "UserRequest"}, key=wrong)["code"] == 100, wrong


@settings(max_examples=200)
@given(st.text(max_size=80).map(lambda t: f"SELECT UserRequest WHERE {t}"))
def test_no_text_breaks_the_reader(text: str) -> None:
    from django.utils import timezone

    try:
        parse(text, timezone.now())
    except ItopError as problem:
        assert problem.code == 100


@pytest.mark.parametrize(("text", "said"), [
    ("a < b y c > d", "a < b y c > d"), ("<p>Uno</p><p>Dos &amp; tres</p>", "Uno\nDos & tres"), ("renglón<br>otro", "renglón\notro"),
    ("el servidor <srv01>", "el servidor <srv01>")])
def test_markup_is_taken_out_and_nothing_else(text: str, said: str) -> None:
    assert plain(text) == said


def test_the_private_log_never_leaves_the_desk(d: Desk) -> None:
    case = d.ticket()
    desk.add_entry(actor=d.agent, ticket=case, draft=EntryDraft(CANARY, private=True))
    asker = Script(d.asker)
    for fields in ("*", "private_log,id", "public_log"):
        answer = asker.ask("core/get", **{"class": "UserRequest"}, key=case.pk, output_fields=fields)
        assert answer["code"] == 0 and CANARY not in json.dumps(answer) and "private_log" not in json.dumps(answer)
    assert CANARY not in json.dumps(asker.ask("core/update", **{"class": "UserRequest"}, key=case.pk, fields={"public_log": "Hola"}))
    refused = asker.ask("core/update", **{"class": "UserRequest"}, key=case.pk, fields={"private_log": "Hola"})
    assert refused["code"] == 1 and Note.objects.filter(case=case, private=True).count() == 1
    assert Script(d.world.south_1_head).get("UserRequest", case.pk) == []
    assert CANARY in json.dumps(Script(d.agent).get("UserRequest", case.pk))


def test_a_stimulus_needs_its_right_and_its_fields(d: Desk) -> None:
    agent, asker, case = Script(d.agent), Script(d.asker), d.ticket()
    assert asker.stimulate("UserRequest", case.pk, "assign", team_id=d.first.pk)["code"] == 1
    assert agent.stimulate("UserRequest", case.pk, "assign", team_id=d.first.pk, agent_id=d.agent.pk)["code"] == 0
    missing = agent.stimulate("UserRequest", case.pk, "resolve")
    assert missing["code"] == 100 and "solution" in missing["message"]
    assert agent.stimulate("UserRequest", case.pk, "resolve", solution="Ya", resolution_code=d.cause.name, public_log="Listo")["code"] == 0
    assert Ticket.objects.get(pk=case.pk).cause == d.cause
    assert Note.objects.get(case=case).text == "Listo"
    assert agent.stimulate("Team", d.first.pk, "assign")["code"] == 100


def test_a_file_is_attached(d: Desk) -> None:
    agent, case = Script(d.agent), d.ticket()
    data = base64.b64encode(b"Un archivo de texto\n").decode()
    answer = agent.ask("core/create", **{"class": "Attachment"}, fields={
        "item_class": "UserRequest", "item_id": case.pk, "contents": {"data": data, "filename": "nota.txt", "mimetype": "text/plain"}})
    assert answer["code"] == 0, answer
    assert Attachment.objects.get(case=case).document.title.startswith("nota")


def test_items_and_who_is_hurt_by_them(d: Desk) -> None:
    w = d.world
    install_standard(actor=None, institution=w.institution)
    role = Role.objects.create(institution=w.institution, slug="cmdb", name="CMDB", capabilities=[cap.CMDB_READ, cap.CMDB_WRITE], clearance=0)
    give(actor=None, person=d.agent, role="cmdb", unit=w.root)
    assert role.pk
    agent = Script(d.agent)
    server = agent.create("Server", name="SRV-01", serialnumber="ABC", managementip="10.0.0.1", business_criticity="high", org_id=w.north.pk)
    system = agent.create("ApplicationSolution", name="Sistema de créditos")
    kind = RelationType.objects.get(institution=w.institution, slug="se-ejecuta-en")
    rows = ConfigurationItem.objects.in_bulk([int(server), int(system)])
    relate(actor=None, draft=RelationDraft(kind, rows[int(system)], rows[int(server)]))
    found = agent.get("FunctionalCI", "SELECT FunctionalCI WHERE finalclass = 'Server'")[0]
    assert (found["name"], found["managementip"], found["status"], found["business_criticity"]) == ("SRV-01", "10.0.0.1", "production", "high")
    hurt = agent.ask("core/get_related", **{"class": "Server"}, key=server, relation="impacts", depth=4, redundancy=True, direction="down")
    assert hurt["message"] == "Scope: 1; Related objects: 1", hurt
    assert hurt["relations"] == {f"Server::{server}": [{"key": f"ApplicationSolution::{system}"}]}
    needs = agent.ask("core/get_related", **{"class": "ApplicationSolution"}, key=system, relation="depends on")
    assert set(needs["objects"]) == {f"Server::{server}", f"ApplicationSolution::{system}"}
    assert agent.ask("core/update", **{"class": "Server"}, key=server, fields={"status": "obsolete", "ram": "64"}, comment="Baja")["code"] == 0
    assert ConfigurationItem.objects.get(pk=server).state == "retired"
    assert Script(d.asker).get("Server", server) == []
    assert Script(d.asker).ask("core/create", **{"class": "Server"}, fields={"name": "x"})["code"] == 1


def test_the_number_of_queries_does_not_grow_with_the_answer(d: Desk, django_assert_max_num_queries) -> None:
    agent = Script(d.agent)
    for n in range(10):
        d.ticket(subject=f"Ticket {n}")
    agent.get("UserRequest", "SELECT UserRequest")
    with django_assert_max_num_queries(16):
        assert len(agent.get("UserRequest", "SELECT UserRequest")) == 10
