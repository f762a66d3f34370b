"""Requests of personal data for programs: the same rights, steps and refusals as on the pages."""
from typing import Any
from uuid import uuid4

import pytest

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case
from ventanilla.core.privacy.models import Finding, SubjectRequest
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.core.privacy.tests.making import HOLDER, Office, office
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.web.api import scopes
from ventanilla.web.api.models import KeptAnswer

pytestmark = pytest.mark.django_db
HERE = "/subject-requests"
SENT = {"rights": ["access"], "holder": HOLDER, "details": "Todo lo mío"}


@pytest.fixture
def o() -> Office:
    return office()


def test_a_request_lives_its_life(o: Office) -> None:
    officer = Program(o.officer)
    made = officer.send("POST", HERE, SENT, **{"Idempotency-Key": str(uuid4())})
    assert made.status_code == 201, made.content
    uuid, key = made.json()["uuid"], made["Subject-Request-Key"]
    row = SubjectRequest.objects.get(case__uuid=uuid)
    assert verbs.by_key(key) == row and row.channel == "counter"
    assert not any(key.encode() in bytes(kept.body) for kept in KeptAnswer.objects.all()), "the key is not kept"
    one = f"{HERE}/{uuid}"
    assert {a["name"] for a in officer.ok("GET", one)["actions"]} == {"require", "admit", "desist"}
    assert officer.ok("POST", f"{one}/steps/require", {"reason": "Falta su identificación"})["state"] == "proving"
    assert officer.ok("POST", f"{one}/steps/admit", {"identity": "Credencial"})["state"] == "processing"
    assert officer.ok("POST", f"{one}/steps/extend", {"reason": "Son muchos archivos"})["extended_at"]
    told = officer.ok("POST", f"{one}/steps/resolve", {"text": "Procede", "partial": True})
    assert (told["state"], told["resolution"], told["partial"]) == ("resolved", "Procede", True)
    assert officer.no("GET", f"{one}/report.json")[0] == 409, "nothing was ticked"
    Finding.objects.create(request=row, source="orgs.person", ref=o.w.staff.pk, ticked_by=o.officer, ticked_at=row.case.received_at)
    assert officer.ok("GET", f"{one}/report.json")["folio"] == row.case.folio
    assert officer.send("GET", f"{one}/report.pdf").content.startswith(b"%PDF")
    assert Entry.objects.filter(verb="privacy.report").count() == 2
    assert officer.ok("POST", f"{one}/steps/fulfil", {"text": "Se entregó"})["closed_at"]


def test_the_list_is_filtered_and_paged(o: Office) -> None:
    rows = [o.request("access"), o.request("opposition"), o.proven("access")]
    officer = Program(o.officer)
    uuids = [str(Case.objects.get(pk=row.pk).uuid) for row in reversed(rows)]
    first = officer.ok("GET", f"{HERE}?limit=2")
    assert [i["uuid"] for i in first["items"]] == uuids[:2]
    last = officer.ok("GET", first["next"])
    assert [i["uuid"] for i in last["items"]] == uuids[2:] and last["next"] is None
    assert [i["uuid"] for i in officer.ok("GET", f"{HERE}?right=opposition")["items"]] == uuids[1:2]
    assert [i["uuid"] for i in officer.ok("GET", f"{HERE}?state=processing&open=true")["items"]] == uuids[:1]
    assert officer.ok("GET", f"{HERE}?open=false")["items"] == []


def test_who_does_not_attend_them_learns_nothing(o: Office) -> None:
    uuid = str(Case.objects.get(pk=o.request("access").pk).uuid)
    for person in (o.w.head, o.w.admin, o.w.staff, office().officer):
        program = Program(person)
        assert program.send("GET", f"{HERE}/{uuid}").status_code == 404
        assert program.send("POST", f"{HERE}/{uuid}/steps/admit", {"identity": "x"}).status_code == 404
    assert Program(o.w.staff).send("GET", HERE).status_code == 404
    assert Program(office().officer).ok("GET", HERE)["items"] == []
    assert Program(o.officer, (scopes.PRIVACY_READ,)).no("POST", HERE, SENT)[0] == 403
    assert Program(o.officer, (scopes.READ,)).no("GET", HERE)[0] == 403


@pytest.mark.parametrize(("step", "data", "status"), [
    ("admit", {}, 422), ("resolve", {"text": "Procede"}, 409), ("deny", {"ground": "no", "reason": "x"}, 422), ("extend", {"reason": "x"}, 409),
    ("erase", {}, 422)])
def test_what_cannot_be_is_refused_as_on_the_page(o: Office, step: str, data: dict[str, Any], status: int) -> None:
    uuid = Case.objects.get(pk=o.request("access").pk).uuid
    assert Program(o.officer).no("POST", f"{HERE}/{uuid}/steps/{step}", data)[0] == status


def test_a_step_on_what_changed_meanwhile_is_refused(o: Office) -> None:
    officer = Program(o.officer)
    row = o.request("access")
    one = f"{HERE}/{Case.objects.get(pk=row.pk).uuid}"
    etag = officer.send("GET", one)["ETag"]
    assert officer.send("GET", one, **{"If-None-Match": etag}).status_code == 304
    verbs.require_proof(actor=o.officer, request=row, reason="Falta")
    assert officer.no("POST", f"{one}/steps/admit", {"identity": "INE"}, **{"If-Match": etag})[0] == 412
