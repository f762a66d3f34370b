"""Promises, assignment, repeating periods and the file of a liaison by API: the verbs of the pages, with the same rights."""
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.services import process
from ventanilla.modules.servicedesk.models import LiaisonPaper, Objective
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def test_a_level_is_changed_foreseen_and_applied(d: Desk) -> None:
    manager, admin = Program(d.manager), Program(d.world.admin)
    case = d.ticket()
    path = f"/service-levels/{d.level.pk}"
    level = manager.ok("GET", path)
    assert (level["name"], len(level["goals"]), level["thresholds"], level["applying"]) == ("Estándar", 5, [], False)
    assert manager.ok("GET", f"{path}/effects")["changed"] == 0
    goal = Objective.objects.get(level=d.level, metric="resolve", priority=0)
    assert manager.no("PATCH", f"/catalogue/objectives/{goal.pk}", {"minutes": 60})[0] == 404, "who keeps the catalogue writes goals"
    before = manager.ok("GET", f"/tickets/{case.uuid}")["due_at"]
    admin.ok("PATCH", f"/catalogue/objectives/{goal.pk}", {"minutes": 30})
    assert manager.ok("GET", f"/tickets/{case.uuid}")["due_at"] == before, "open tickets keep theirs until it is applied"
    found = manager.ok("GET", f"{path}/effects")
    assert (found["looked_at"], found["changed"], [t["folio"] for t in found["tickets"]]) == (1, 1, [case.folio])
    done = manager.ok("POST", f"{path}/apply")
    assert done["done"] and done["effects"]["changed"] == 1 and manager.ok("GET", f"{path}/effects")["changed"] == 0
    assert manager.ok("GET", f"/tickets/{case.uuid}")["due_at"] < before
    assert admin.send("DELETE", f"/catalogue/objectives/{goal.pk}").status_code == 204 and not Objective.objects.filter(pk=goal.pk).exists()
    for who in (d.engineer, d.asker, made().manager):
        lower = Program(who)
        assert {lower.no("GET", path)[0], lower.no("GET", f"{path}/effects")[0], lower.no("POST", f"{path}/apply")[0]} == {404}


def test_thresholds_are_kept_by_managers(d: Desk) -> None:
    manager = Program(d.manager)
    path = f"/service-levels/{d.level.pk}/thresholds"
    made_now = manager.ok("POST", path, {"metric": "resolve", "percent": 75, "tell": ["holder", "lead"]})
    assert (made_now["active"], made_now["tell"]) == (True, ["holder", "lead"])
    assert manager.no("POST", path, {"metric": "resolve", "percent": 75, "tell": ["lead"]}) == (422, "percent")
    assert manager.no("POST", path, {"percent": 90}) == (422, "tell") and manager.no("POST", path, {"post": 10**9}) == (422, "post")
    one = f"{path}/{made_now['id']}"
    assert manager.ok("PUT", one, {"percent": 80, "tell": ["manager"], "raises": True})["raises"]
    assert not manager.ok("POST", f"{one}/switch", {"active": False})["active"]
    assert len(manager.ok("POST", f"{path}/usual")["thresholds"]) == 1, "nothing more: there is one already"
    for who in (d.engineer, made().manager):
        assert {Program(who).no("PUT", one, {"percent": 80, "tell": ["lead"]})[0], Program(who).no("POST", f"{one}/switch")[0]} == {404}


def test_rules_of_assignment(d: Desk) -> None:
    manager, words = Program(d.manager), Program(d.manager).ok("GET", "/assignment-vocabulary")
    assert {"kind", "service"} <= {f["key"] for f in words["facts"]} and {s["key"] for s in words["strategies"]} >= {"load", "round"}
    asked: dict[str, Any] = {"name": "A redes", "team": "Redes", "condition": {"all": [{"field": "kind", "op": "in", "value": ["request"]}]}}
    rule = manager.ok("POST", "/assignment-rules", asked)
    path = f"/assignment-rules/{rule['id']}"
    d.ticket()
    assert manager.ok("GET", f"{path}/rehearsal")["got"] == 1
    assert manager.ok("POST", f"{path}/switch", {"active": True})["active"]
    assert Program(d.asker).ok("POST", "/tickets", {"tickets": [{"subject": "x", "offering": d.version.offering.slug}]})[0]["team"] == "Redes"
    etag = manager.send("GET", path)["ETag"]
    changed = manager.ok("PUT", path, {**asked, "strategy": "person", "person": str(d.engineer.uuid)}, **{"If-Match": etag})
    assert changed["person"]["uuid"] == str(d.engineer.uuid) and manager.no("PUT", path, asked, **{"If-Match": etag})[0] == 412
    assert manager.no("PUT", path, {**asked, "strategy": "person"}) == (422, "person") and manager.no("POST", "/assignment-rules", asked)[0] == 422
    with CaptureQueriesContext(connection) as few:
        manager.ok("GET", "/assignment-rules")
    for n in range(3):
        manager.ok("POST", "/assignment-rules", {**asked, "name": f"Regla {n}"})
    with CaptureQueriesContext(connection) as many:
        assert len(manager.ok("GET", "/assignment-rules")) == 4
    assert len(many) == len(few)
    manager.ok("POST", f"{path}/move", {"up": False})
    assert [r["name"] for r in manager.ok("GET", "/assignment-rules")][:2] == ["Regla 0", "A redes"]
    for who in (d.engineer, made().manager):
        assert {Program(who).no("GET", path)[0], Program(who).no("PUT", path, asked)[0], Program(who).no("POST", f"{path}/move")[0]} == {404}


def test_a_period_that_repeats(d: Desk) -> None:
    manager = Program(d.manager)
    start = (timezone.localtime() + timedelta(days=1)).replace(hour=20)  # another date in UTC than here
    data = {"name": "Fines de semana", "reason": "Nadie atiende", "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=2)).isoformat(), "repeat": {"rule": "FREQ=WEEKLY;BYDAY=SA,SU"}}
    found = manager.ok("POST", "/blackouts", data)
    assert found["repeats"] == "Cada sábado y domingo" and len(found["next"]) == 10
    path, day = f"/blackouts/{found['uuid']}", found["next"][0]["day"]
    assert manager.ok("PATCH", path, {"name": "Sábados y domingos"})["repeat"]["rule"] == found["repeat"]["rule"]
    skipped = manager.ok("POST", f"{path}/skip", {"day": day})
    assert skipped["repeat"]["skipped"] == [day] and skipped["next"][0]["day"] > day
    assert manager.no("POST", f"{path}/skip", {"day": "2027-01-04"})[0] == 409, "a Monday"
    assert manager.no("POST", "/blackouts", {**data, "repeat": {"rule": "FREQ=SECONDLY"}}) == (422, "rule")
    assert manager.ok("PATCH", path, {"repeat": None})["repeats"] == ""


def test_the_file_of_a_liaison(d: Desk) -> None:
    agent, head = Program(d.agent), Program(d.world.south_head)
    liaison = agent.ok("POST", "/liaisons", {"unit": str(d.world.south.uuid), "person": str(d.asker.uuid), "letter": "OF-1"})
    path = f"/liaisons/{liaison['id']}"
    assert agent.no("POST", f"{path}/letter")[0] == 409, "the head has not validated"
    head.ok("POST", f"{path}/validate")
    paper = {"kind": "agreement", "dated": "2026-01-05", "file": SimpleUploadedFile("acuerdo.txt", b"Firmado")}
    filed = agent.upload(f"{path}/papers", **paper)
    assert filed.status_code == 201 and [(p["kind"], p["file"]) for p in filed.json()] == [("agreement", True)], filed.content
    assert agent.ok("GET", path)["agreement_at"] == "2026-01-05"
    one = f"{path}/papers/{filed.json()[0]['uuid']}"
    process(DocumentVersion.objects.latest("pk").pk)
    assert b"".join(agent.send("GET", f"{one}/content").streaming_content) == b"Firmado"
    assert agent.upload(f"{path}/papers", kind="other", dated="2026-01-05").status_code == 422
    letter = next(p for p in agent.ok("POST", f"{path}/letter") if p["issued"])
    assert letter["number"] and len(agent.ok("POST", f"{path}/letter")) == 2
    assert agent.no("POST", f"{one}/withdraw") == (422, "reason") and head.no("POST", f"{one}/withdraw", {"reason": "x"})[0] == 404
    assert [p["kind"] for p in agent.ok("POST", f"{one}/withdraw", {"reason": "Era de otra persona"})] == ["appointment"]
    for who in (d.world.north_1_head, made().agent):
        other = Program(who) if who.institution_id != d.agent.institution_id else None
        if other:
            assert {other.no("GET", f"{path}/papers")[0], other.no("GET", f"{one}/content")[0], other.no("POST", f"{path}/letter")[0]} == {404}
    assert LiaisonPaper.objects.count() == 2
