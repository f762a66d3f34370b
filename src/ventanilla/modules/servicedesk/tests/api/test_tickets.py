"""The service desk by API: open, list, take steps, speak, decide; the private side stays the desk's; liaisons."""
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Case, Note
from ventanilla.core.documents.models import Document
from ventanilla.core.notices.models import Mail
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as build
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token

pytestmark = pytest.mark.django_db
CANARY = "xochiquetzal-privado"


@pytest.fixture
def d() -> Desk:
    return build()


class Program:
    """A client with a person's token."""

    def __init__(self, person: Person, scopes: tuple[str, ...] = tuple(SCOPES)) -> None:
        _row, self.secret = create_token(actor=person, name="Pruebas", scopes=scopes, days=1)
        self.client = Client()

    def get(self, path: str, **headers: str):
        return self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.secret}", **headers})

    def post(self, path: str, data=None, **headers: str):
        return self.client.post(f"/api/v1{path}", json.dumps(data or {}), content_type="application/json",
                                headers={"Authorization": f"Bearer {self.secret}", **headers})


def asked(d: Desk, **extra):
    return {"subject": "Actualizar la página", "offering": d.version.offering.slug, **extra}


def test_a_ticket_lives_its_life(d: Desk) -> None:
    asker, agent = Program(d.asker), Program(d.agent)
    made = asker.post("/tickets", {"tickets": [asked(d), asked(d, subject="Otra")]}, **{"Idempotency-Key": str(uuid4())})
    assert made.status_code == 201, made.content
    first, second = made.json()
    assert (first["state"], first["channel"], first["requester"]["uuid"]) == ("new", "api", str(d.asker.uuid))
    assert first["folio"] != second["folio"]
    path = f"/tickets/{first['uuid']}"
    assert {a["name"] for a in asker.get(path).json()["actions"]} == {"cancel"}
    assert agent.post(f"{path}/steps/assign", {"team": d.first.name, "person": str(d.agent.uuid)}).json()["state"] == "assigned"
    assert agent.post(f"{path}/steps/take").json()["assignee"]["uuid"] == str(d.agent.uuid)
    held = agent.post(f"{path}/steps/hold", {"hold_reason": d.hold.text, "reason": "Falta el texto"})
    assert held.json()["held_for"] == d.hold.text
    assert asker.post(f"{path}/entries", {"text": "Va el texto"}).status_code == 201
    assert agent.get(path).json()["state"] == "in_progress"
    assert agent.post(f"{path}/steps/resolve", {"cause": "no hay"}).status_code == 422
    done = agent.post(f"{path}/steps/resolve", {"cause": d.cause.name, "solution": "Se publicó"})
    assert (done.json()["state"], done.json()["cause"]) == ("resolved", d.cause.name)
    assert asker.post(f"{path}/steps/close").json()["state"] == "closed"


def test_a_repetition_opens_nothing_and_a_changed_ticket_is_not_overwritten(d: Desk) -> None:
    asker, agent, key = Program(d.asker), Program(d.agent), str(uuid4())
    first = asker.post("/tickets", {"tickets": [asked(d)]}, **{"Idempotency-Key": key})
    again = asker.post("/tickets", {"tickets": [asked(d)]}, **{"Idempotency-Key": key})
    assert first.json() == again.json() and again["Idempotency-Replayed"] == "true"
    path = f"/tickets/{first.json()[0]['uuid']}"
    etag = agent.get(path)["ETag"]
    assert agent.get(path, **{"If-None-Match": etag}).status_code == 304
    assert agent.post(f"{path}/steps/take", {}, **{"If-Match": etag}).status_code == 200
    assert agent.post(f"{path}/steps/cancel", {"reason": "x"}, **{"If-Match": etag}).status_code == 412
    assert agent.post(f"{path}/steps/take").status_code == 409
    assert agent.post(f"{path}/steps/nada").status_code == 404


def test_the_private_side_never_leaves_the_desk(d: Desk) -> None:
    asker, agent = Program(d.asker), Program(d.agent)
    case = d.ticket()
    path = f"/tickets/{case.uuid}"
    before = asker.get(path)["ETag"]
    file = Document.objects.create(institution=d.world.institution, title=f"{CANARY}.pdf", created_by=d.agent)
    said = agent.post(f"{path}/entries", {"text": CANARY, "private": True, "documents": [str(file.uuid)]})
    assert said.status_code == 201, said.content
    agent.post(f"{path}/time", {"minutes": 5, "text": CANARY})
    for end in ("", "/entries", "/approvals", "/clocks"):
        answer = asker.get(path + end)
        assert answer.status_code == 200 and CANARY not in answer.content.decode()
    for end in ("/checklist", "/time"):
        assert asker.get(path + end).status_code == 404
    assert asker.get(path)["ETag"] == before, "what cannot be read does not change the validator"
    assert asker.get(f"/tickets/{case.uuid}/entries?after={said.json()['uuid']}").status_code == 404
    assert asker.post(f"{path}/entries", {"text": "x", "private": True}).status_code == 404
    assert CANARY in agent.get(f"{path}/entries").content.decode()
    assert asker.get(f"/cases/{case.uuid}/documents").json() == []
    assert Note.objects.filter(case=case).count() == 1


def test_who_may_not_gets_404_and_who_lacks_the_scope_403(d: Desk) -> None:
    case = d.ticket()
    other, reader = Program(d.world.south_1_head), Program(d.agent, ("cases:read",))
    for end in ("", "/entries", "/clocks", "/approvals", "/checklist", "/time"):
        assert other.get(f"/tickets/{case.uuid}{end}").status_code == 404
    for end in ("steps/take", "entries", "decision", "follow"):
        assert other.post(f"/tickets/{case.uuid}/{end}", {"text": "x", "verdict": True}).status_code == 404
    assert reader.post(f"/tickets/{case.uuid}/steps/take").status_code == 403
    assert reader.post("/tickets", {"tickets": [asked(d)]}).status_code == 403
    assert Program(d.asker).post(f"/tickets/{case.uuid}/steps/take").status_code == 404, "not a step of who asks"
    assert Program(d.asker).post("/tickets", {"tickets": [{"subject": "x", "team": d.first.name}]}).status_code == 404


def test_the_list_is_filtered_and_paged(d: Desk) -> None:
    cases = [d.ticket(subject=f"Ticket {n}") for n in range(5)]
    d.ticket(actor=d.agent, version=None, kind="incident", team=d.first, requester=None, requester_name="Ciudadana", subject="Falla")
    desk.take(actor=d.agent, case=cases[0])
    agent = Program(d.agent)
    page = agent.get("/tickets?limit=4").json()
    rest = agent.client.get(page["next"], headers={"Authorization": f"Bearer {agent.secret}"}).json()
    assert len(page["items"]) == 4 and len(rest["items"]) == 2 and rest["next"] is None
    def found(query: str) -> int:
        return len(agent.get(f"/tickets?{query}").json()["items"])
    assert (found("kind=incident"), found("role=mine"), found("role=free"), found("state=new")) == (1, 1, 5, 5)
    assert (found(f"offering={d.version.offering.slug}"), found("service=portal"), found("overdue=true")) == (5, 5, 0)
    assert (found(f"folio={cases[1].folio}"), found("team=Redes"), found("field=sistema&value=7")) == (1, 0, 0)
    assert len(Program(d.asker).get("/tickets?role=asked").json()["items"]) == 5


def test_the_list_asks_the_database_a_constant_number_of_times(d: Desk, django_assert_max_num_queries) -> None:
    for n in range(12):
        d.ticket(subject=f"Ticket {n}")
    agent = Program(d.agent)
    agent.get("/tickets")
    with django_assert_max_num_queries(12):
        assert len(agent.get("/tickets").json()["items"]) == 12


def test_clocks_are_explained_to_the_second(d: Desk) -> None:
    case = d.ticket()
    found = {c["kind"]: c for c in Program(d.asker).get(f"/tickets/{case.uuid}/clocks").json()}
    assert set(found) == {"own", "resolve"} and found["own"]["goal"] == 3600
    for clock in found.values():
        assert sum(s["seconds"] for s in clock["stretches"]) == clock["total"] == sum(clock["by_cause"].values())


def test_an_authorisation_is_asked_and_given(d: Desk) -> None:
    agent, head = Program(d.agent), Program(d.world.south_head)
    case = d.ticket()
    waits = agent.post(f"/tickets/{case.uuid}/steps/ask_approval", {"people": [str(d.world.south_head.uuid)]})
    assert waits.json()["state"] == "approval", waits.content
    assert [w["ticket"]["uuid"] for w in head.get("/approvals").json()] == [str(case.uuid)]
    assert head.post(f"/tickets/{case.uuid}/decision", {"verdict": False}).status_code == 422
    assert head.post(f"/tickets/{case.uuid}/decision", {"verdict": True}).json()["state"] == "new"
    assert [a["verdict"] for a in agent.get(f"/tickets/{case.uuid}/approvals").json()] == ["yes"]
    assert Program(d.asker).post(f"/tickets/{case.uuid}/decision", {"verdict": True}).status_code == 404


def test_a_change_is_planned_authorised_done_and_reviewed(d: Desk) -> None:
    manager, head = Program(d.manager), Program(d.world.head)
    made = manager.post("/tickets", {"tickets": [{"subject": "Migrar", "kind": "change", "team": d.first.name}]})
    assert made.status_code == 201, made.content
    path = f"/tickets/{made.json()[0]['uuid']}"
    start = timezone.now() + timedelta(days=2)
    assert manager.post(f"{path}/steps/assign", {"team": d.first.name}).json()["state"] == "assigned"
    plan = {"risk": 2, "plan": "Copiar", "back_out": "Volver", "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=2)).isoformat(), "implementer": str(d.agent.uuid)}
    assert manager.post(f"{path}/steps/plan", {}).status_code == 422
    assert manager.post(f"{path}/steps/plan", {"plan": plan}).json()["state"] == "planned"
    assert manager.post(f"{path}/steps/submit", {"people": [str(d.world.head.uuid)]}).json()["state"] == "approval"
    assert head.post(f"{path}/decision", {"verdict": True}).json()["state"] == "approved"
    for step, state in (("implement", "implementing"), ("finish", "implemented")):
        assert manager.post(f"{path}/steps/{step}").json()["state"] == state
    assert manager.post(f"{path}/steps/review", {"review": "Bien"}).status_code == 422  # who implemented it
    other = Program(make.person(d.world.institution, d.world.north, "desk_manager"))
    assert other.post(f"{path}/steps/review", {"review": "Bien"}).json()["state"] == "closed"


def test_every_step_of_every_flow_has_a_verb() -> None:
    from ventanilla.modules.servicedesk.api.doing import NOT_HERE, run_of

    names = {s.name for flow in FLOWS for s in flow.steps}
    assert {n for n in names if run_of(n) is None} == names & NOT_HERE


def test_the_catalogue_is_what_one_may_ask_for(d: Desk) -> None:
    asker, agent = Program(d.asker), Program(d.agent)
    assert {o["slug"] for o in asker.get("/offerings").json()} == {d.version.offering.slug, d.incident.offering.slug}
    sheet = asker.get(f"/offerings/{d.version.offering.slug}").json()
    assert {p["minutes"] for p in sheet["promises"]} == {60, 480} and sheet["form"] is None
    assert asker.get("/offerings/nada").status_code == 404
    for path, name in (("/teams", "Mesa de ayuda"), ("/causes", d.cause.name), ("/hold-reasons", d.hold.text)):
        assert name in [r["name"] for r in agent.get(path).json()]
        assert asker.get(path).status_code == 404


def test_a_liaison_is_appointed_by_letter(d: Desk) -> None:
    agent, head, asker = Program(d.agent), Program(d.world.south_head), Program(d.asker)
    made = agent.post("/liaisons", {"unit": str(d.world.south.uuid), "person": str(d.asker.uuid), "letter": "OF-1"})
    assert made.status_code == 201, made.content
    path = f"/liaisons/{made.json()['id']}"
    assert asker.post(f"{path}/validate").status_code == 404, "nobody validates themselves"
    assert head.post(f"{path}/validate").json()["state"] == "validated"
    day = timezone.localdate().isoformat()
    assert agent.post(f"{path}/complete", {"agreement": day, "training": day}).json()["state"] == "active"
    assert not Mail.objects.filter(subject__contains="contraseña").exists(), "they had an account already"
    assert [r["id"] for r in agent.get("/liaisons").json()] == [made.json()["id"]]
    assert Program(d.world.north_1_head).get("/liaisons").status_code == 200
    assert head.post(f"{path}/end", {"letter": "OF-2"}).json()["state"] == "ended"
    assert agent.get("/liaisons/99999999999999999999").status_code == 404
    assert make.PASSWORD not in made.content.decode() and Case.objects.count() == 0


def test_a_liaison_without_an_account_gets_one_and_the_link(d: Desk) -> None:
    person = make.person(d.world.institution, d.world.south, None)
    person.user, person.email = None, "enlace@sur.example"
    person.save()
    agent, day = Program(d.agent), timezone.localdate().isoformat()
    path = f"/liaisons/{agent.post('/liaisons', {'unit': str(d.world.south.uuid), 'person': str(person.uuid), 'letter': 'OF-1'}).json()['id']}"
    Program(d.world.south_head).post(f"{path}/validate")
    assert agent.post(f"{path}/complete", {"agreement": day}).json()["state"] == "validated"
    assert not Mail.objects.filter(subject__contains="contraseña").exists()
    assert agent.post(f"{path}/complete", {"agreement": day, "training": day}).json()["state"] == "active"
    assert Mail.objects.get(subject__contains="contraseña").person_id == person.pk
