"""What managers keep, by API: rules with their rehearsal, periods without changes, proposed problems, the mail of the desk."""
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.services import process
from ventanilla.modules.servicedesk.models import Blackout, Candidate, Mailbox, MailMessage, NotificationRule
from ventanilla.modules.servicedesk.services.mail import receive
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db
RULE = {"name": "Lo urgente", "event": "opened", "recipients": ["manager"], "condition": {"all": [
    {"field": "kind", "op": "in", "value": ["request"]}]}, "texts": [{"subject": "{numero}: {asunto}", "body": "Lo pidió {pide}"}]}


@pytest.fixture
def d() -> Desk:
    return made()


def statements(program: Program, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        program.ok("GET", path)
    return len(asked)


def test_a_manager_makes_rehearses_and_switches_rules(d: Desk) -> None:
    manager = Program(d.manager)
    words = manager.ok("GET", "/notification-vocabulary")
    assert {"opened", "resolved"} <= {e["key"] for e in words["events"]} and "in" in words["operators"]
    rule = manager.ok("POST", "/notification-rules", RULE)
    path = f"/notification-rules/{rule['id']}"
    assert (rule["active"], rule["texts"][0]["service"], rule["changed_by"]["uuid"]) == (False, None, str(d.manager.uuid))
    for wrong, field in (({"event": "nada"}, "event"), ({"recipients": []}, "recipients"), ({"texts": []}, "subject"),
                         ({"condition": {"field": "nada"}}, "condition"), ({"texts": [{"subject": "{clave}"}]}, "subject"),
                         ({"people": [str(uuid4())]}, "people"), ({"texts": [{"subject": "x", "service": "nada"}]}, "texts")):
        assert manager.no("PUT", path, RULE | wrong) == (422, field)
    d.ticket()
    found = manager.ok("GET", f"{path}/rehearsal")
    told = {e["person"]["name"] for e in found["examples"]}
    assert (found["tickets"], found["messages"], {p["name"] for p in found["people"]}) == (1, len(found["examples"]), told)
    assert d.asker.name in found["examples"][0]["body"]
    etag = manager.send("GET", path)["ETag"]
    own = {**RULE, "texts": [*RULE["texts"], {"service": "portal", "subject": "Del portal: {asunto}"}]}
    assert [t["service"] for t in manager.ok("PUT", path, own, **{"If-Match": etag})["texts"]] == [None, "portal"]
    assert manager.no("PUT", path, RULE, **{"If-Match": etag})[0] == 412
    assert manager.ok("POST", f"{path}/switch", {"active": True})["active"]
    other = manager.ok("POST", "/notification-rules", RULE | {"name": "Otra"})
    assert manager.no("POST", "/notification-rules", RULE) == (422, "name")
    manager.ok("POST", f"/notification-rules/{other['id']}/move", {"up": True})
    assert [r["name"] for r in manager.ok("GET", "/notification-rules")] == ["Otra", "Lo urgente"]
    before = statements(manager, "/notification-rules")
    for n in range(3):
        manager.ok("POST", "/notification-rules", RULE | {"name": f"Regla {n}", "people": [str(d.agent.uuid)]})
    assert statements(manager, "/notification-rules") == before <= 9


def test_rules_are_for_managers_of_the_institution(d: Desk) -> None:
    path = f"/notification-rules/{Program(d.manager).ok('POST', '/notification-rules', RULE)['id']}"
    stranger = Program(made().manager)
    for who in (Program(d.engineer), Program(d.asker)):
        assert who.no("GET", "/notification-rules")[0] == who.no("POST", "/notification-rules", RULE)[0] == 404
        assert who.no("PUT", path, RULE)[0] == who.no("POST", f"{path}/switch")[0] == 404
    for end in ("", "/rehearsal"):
        assert stranger.no("GET", path + end)[0] == 404
    assert stranger.no("PUT", path, RULE)[0] == stranger.no("POST", f"{path}/move")[0] == 404
    assert Program(d.manager, ("desk:read",)).no("POST", f"{path}/switch")[0] == 403
    assert Program(d.world.admin).ok("GET", path)["name"] == "Lo urgente" and NotificationRule.objects.count() == 1


def period(**more: Any) -> dict[str, Any]:
    now = timezone.now()
    return {"name": "Cierre", "reason": "Fin del ejercicio", "starts_at": now.isoformat(), "ends_at": (now + timedelta(days=3)).isoformat(), **more}


def test_periods_without_changes_are_declared_corrected_and_called_off(d: Desk) -> None:
    manager, engineer, key = Program(d.manager), Program(d.engineer), {"Idempotency-Key": str(uuid4())}
    made_now = manager.ok("POST", "/blackouts", said := period(), **key)
    assert manager.ok("POST", "/blackouts", said, **key) == made_now and Blackout.objects.count() == 1
    path = f"/blackouts/{made_now['uuid']}"
    assert engineer.ok("GET", path)["name"] == "Cierre" and engineer.no("POST", "/blackouts", period())[0] == 404
    assert engineer.no("PATCH", path, {"name": "Otro"})[0] == engineer.no("POST", f"{path}/call-off")[0] == 404
    assert Program(d.asker).no("GET", "/blackouts")[0] == Program(made().manager).no("GET", path)[0] == 404
    assert manager.no("POST", "/blackouts", period(reason="")) == (422, "reason")
    assert manager.no("POST", "/blackouts", period(ends_at="2020-01-01T00:00:00-06:00")) == (422, "ends_at")
    assert manager.no("POST", "/blackouts", period(type="nada")) == (422, "type")
    etag = manager.send("GET", path)["ETag"]
    changed = manager.ok("PATCH", path, {"name": "Cierre anual"}, **{"If-Match": etag})
    assert (changed["name"], changed["reason"], changed["starts_at"]) == ("Cierre anual", made_now["reason"], made_now["starts_at"])
    assert manager.no("PATCH", path, {"name": "x"}, **{"If-Match": etag})[0] == 412
    for n in range(3):
        manager.ok("POST", "/blackouts", period(name=f"Otro {n}"))
    page = engineer.ok("GET", "/blackouts?limit=3")
    assert len(page["items"]) == 3 and [b["name"] for b in engineer.ok("GET", page["next"])["items"]] == ["Cierre anual"]
    assert not manager.ok("POST", f"{path}/call-off")["active"] and manager.no("PATCH", path, {"name": "x"})[0] == 409
    assert [b["uuid"] for b in engineer.ok("GET", "/blackouts?past=true")["items"]] == [made_now["uuid"]]


def candidate(d: Desk, *cases: Case) -> str:
    now = timezone.now()
    row = Candidate.objects.create(
        institution=d.world.institution, tickets=[c.pk for c in cases], place="days:7", first_at=now, last_at=now, strength=30.0,
        found_at=now, seen_at=now, evidence={"words": [["portal", 2]], "units": [[d.world.south.pk, 2]], "cis": [[10**9, 2]], "expected": 0.4})
    return f"/problem-candidates/{row.pk}"


def test_a_proposed_problem_is_accepted_or_dismissed_once(d: Desk) -> None:
    agent, cases = Program(d.agent), [d.ticket(version=d.incident, subject=f"No abre el portal {n}") for n in "ab"]
    path, other = candidate(d, *cases), candidate(d, cases[0])
    (found, _second) = agent.ok("GET", "/problem-candidates")
    assert found["tickets"] == [str(c.uuid) for c in cases] and found["words"] == [{"what": "portal", "count": 2}]
    assert (found["units"], found["items"], found["expected"]) == ([{"what": d.world.south.name, "count": 2}], [], 0.4)
    assert agent.no("POST", f"{path}/accept") == (422, "subject") and agent.no("POST", f"{other}/dismiss") == (422, "reason")
    problem = agent.ok("POST", f"{path}/accept", {"subject": "El portal no abre"})
    told = agent.ok("GET", path)
    assert (told["state"], told["problem"], told["decided_by"]["uuid"]) == ("accepted", problem["uuid"], str(d.agent.uuid))
    assert agent.no("POST", f"{path}/accept", {"subject": "Otra vez"})[0] == 409
    assert agent.ok("POST", f"{other}/dismiss", {"reason": "Fue un simulacro"})["reason"] == "Fue un simulacro"
    assert agent.ok("GET", "/problem-candidates") == [] and len(agent.ok("GET", "/problem-candidates?state=dismissed")) == 1
    for who in (d.asker, d.engineer, made().agent):  # of no team, of one that does not read these, of another institution
        lower = Program(who)
        assert lower.no("GET", path)[0] == lower.no("POST", f"{path}/accept", {"subject": "x"})[0] == 404


def test_the_mail_log_tells_what_was_done_and_registers_what_was_held(d: Desk) -> None:
    agent = Program(d.agent)
    box = Mailbox.objects.create(institution=d.world.institution, address="mesa@example.org", team=d.first, agent=d.agent)
    for n in range(3):
        receive(box=box, raw=f"From: nadie@example.com\nMessage-ID: <{n}@example.com>\nSubject: No abre {n}\n\nNo abre el portal\n".encode())
    page = agent.ok("GET", "/mail?decision=held&limit=2")
    assert [m["subject"] for m in page["items"]] == ["No abre 2", "No abre 1"] and page["items"][0]["why"] == "Quien escribe no tiene cuenta"
    assert [m["subject"] for m in agent.ok("GET", page["next"])["items"]] == ["No abre 0"]
    path = f"/mail/{page['items'][0]['id']}"
    told = agent.ok("GET", path)
    assert (told["text"].strip(), told["files"], told["kept"], told["ticket"]) == ("No abre el portal", [], True, None)
    process(MailMessage.objects.get(pk=told["id"]).raw.latest.pk)  # type: ignore[union-attr]
    assert b"Message-ID: <2@example.com>" in b"".join(agent.send("GET", f"{path}/raw").streaming_content)
    done = agent.ok("POST", f"{path}/register")
    assert done["decision"] == "opened" and agent.ok("GET", f"/tickets/{done['ticket']}")["requester_name"]
    assert agent.no("POST", f"{path}/register")[0] == 409 and MailMessage.objects.filter(decision="opened").count() == 1
    before = statements(agent, "/mail?limit=1")
    assert statements(agent, "/mail?limit=50") == before <= 9
    for who in (d.asker, d.engineer, made().agent):
        lower = Program(who)
        assert lower.ok("GET", "/mail")["items"] == []
        assert {lower.no("GET", path)[0], lower.no("GET", f"{path}/raw")[0], lower.no("POST", f"{path}/register")[0]} == {404}
    assert agent.no("GET", "/mail/99999999999999999999999")[0] == 404
