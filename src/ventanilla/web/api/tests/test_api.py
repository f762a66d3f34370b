"""The API does what the buttons do: rights, scopes, keys, validators, problems; and its document is true."""
import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests import make

from ventanilla.core.cases.models import Case, Note, Turn
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.web.api import services
from ventanilla.web.api.models import ApiToken
from ventanilla.web.api.scopes import SCOPES

pytestmark = pytest.mark.django_db
SNAPSHOT = Path(__file__).parent / "openapi.json"


@pytest.fixture
def w():
    return make.world()


class Program:
    """A client with a person's token."""

    def __init__(self, person, scopes=tuple(SCOPES)):
        _token, self.secret = services.create_token(actor=person, name="Pruebas", scopes=scopes, days=1)
        self.client = Client()

    def get(self, path, **headers):
        return self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.secret}", **headers})

    def post(self, path, data=None, **headers):
        return self.client.post(f"/api/v1{path}", json.dumps(data if data is not None else {}),
                                content_type="application/json",
                                headers={"Authorization": f"Bearer {self.secret}", **headers})


def letter(w, **extra):
    return {"unit": str(w.root.uuid), "type": "Oficio", "subject": "Solicitud de escrituración",
            "sender": {"order": "state", "organisation": "Secretaría de Finanzas"}, **extra}


def test_the_document_is_valid_openapi_3_1_and_as_written_down():
    found = Client().get("/api/v1/openapi.json").json()
    OpenAPIV31SpecValidator(found).validate()
    text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert SNAPSHOT.read_text(encoding="utf-8") == text, (
        "the API changed; when that is meant: python -m django api_snapshot --settings=ventanilla.config.settings")


def test_the_document_names_the_scope_that_each_operation_asks_for(w):
    """An integrator reads there which permissions a token needs; any other token is refused by that very name."""
    narrow, said, got = Program(w.head, ["notices:read"]), {}, {}
    for path, item in Client().get("/api/v1/openapi.json").json()["paths"].items():
        for method, told in item.items():
            said[told["operationId"]] = (told["security"][0]["Bearer"] or ["notices:read"])[0]
            named = {one["name"]: "1" if one["schema"].get("type") == "integer" else str(uuid4()) for one in told.get("parameters", ())}
            answer = narrow.client.generic(method.upper(), path.format(**named), content_type="application/json",
                                           headers={"Authorization": f"Bearer {narrow.secret}"})
            refused = re.search(r'scope="([^"]+)"', answer.get("WWW-Authenticate", "")) if answer.status_code == 403 else None
            got[told["operationId"]] = refused[1] if refused else "notices:read"
    assert got == said
    assert (said["register_letters"], said["me"], said["list_webhooks"]) == ("letters:register", "notices:read", "webhooks:write")


def test_a_body_that_is_no_json_is_told_in_spanish(w):
    answer = Client().post("/api/v1/letters", "{no", content_type="application/json",
                           headers={"Authorization": f"Bearer {Program(w.head).secret}"})
    assert (answer.status_code, answer.json()["detail"]) == (400, "El cuerpo debe ser JSON.")


def test_an_anonymous_letter_is_registered_as_such(w):
    program = Program(w.head)
    assert program.post("/letters", {"letters": [letter(w, sender={"order": "anonymous"})]}).status_code == 201
    case = Case.objects.get()
    assert (case.letter.order, case.letter.organisation, case.letter.signatory) == ("citizen", "", "Anónimo")
    named = program.post("/letters", {"letters": [letter(w, sender={"order": "anonymous", "signatory": "Ana Peña"})]})
    assert named.status_code == 422 and named.json()["field"] == "order"
    assert "anonymous" in Client().get("/api/v1/openapi.json").json()["components"]["schemas"]["SenderIn"]["description"]


def test_a_letter_lives_its_life(w):
    head, north = Program(w.head), Program(w.north_head)
    made = head.post("/letters", {"letters": [letter(w)]}, **{"Idempotency-Key": str(uuid4())})
    assert made.status_code == 201, made.content
    uuid = made.json()[0]["uuid"]
    routed = head.post(f"/cases/{uuid}/route", {"turns": [{"unit": str(w.north.uuid), "days": 3}]})
    assert routed.status_code == 200, routed.content
    turn = routed.json()["turns"][0]["uuid"]
    assert [a["name"] for a in north.get(f"/cases/{uuid}").json()["turns"][0]["actions"]][:2] == ["accept", "answer"]
    assert north.post(f"/turns/{turn}/accept").status_code == 200
    assert north.post(f"/turns/{turn}/answer", {"text": "Va"}).status_code == 200
    assert head.post(f"/turns/{turn}/send-back", {"reason": "Falta"}).status_code == 200
    assert north.post(f"/turns/{turn}/answer", {"text": "Completo"}).status_code == 200
    assert head.post(f"/turns/{turn}/approve").json()["state"] == "attended"
    assert head.post(f"/letters/{uuid}/conclude", {"reason": "Atendido"}).json()["state"] == "concluded"
    assert [m["verb"] for m in head.get(f"/cases/{uuid}/moves").json()] == [
        "register", "route", "accept", "answer", "send_back", "answer", "approve", "complete", "conclude"]


def test_return_reassign_extend_withdraw_and_notes(w):
    head, north = Program(w.head), Program(w.north_head)
    case = make.letter(w)
    first, second = make.turn(case, w.head, w.north, w.south)
    assert north.post(f"/turns/{first.uuid}/return", {"reason": ""}).status_code == 422
    assert north.post(f"/turns/{first.uuid}/return", {"reason": "No es de aquí"}).status_code == 200
    assert head.post(f"/turns/{second.uuid}/reassign", {"unit": str(w.north.uuid), "reason": "Sí"}).status_code == 200
    later = head.post(f"/turns/{second.uuid}/extend", {"due_at": "2040-01-05T18:00:00-06:00", "reason": "Más"})
    assert later.status_code == 200, later.content
    assert head.post(f"/turns/{second.uuid}/withdraw", {"reason": "Ya no"}).status_code == 200
    assert head.post(f"/cases/{case.uuid}/notes", {"text": "Ojo"}).status_code == 201


def test_who_may_not_gets_404_on_every_address(w):
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]
    other = Program(w.south_head)
    for path in (f"/cases/{case.uuid}", f"/cases/{case.uuid}/moves", f"/cases/{case.uuid}/documents", f"/letters/{case.uuid}"):
        assert other.get(path).status_code == 404
    for path in (f"/turns/{turn.uuid}/accept", f"/cases/{case.uuid}/notes"):
        answer = other.post(path, {"text": "x"})
        assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"
    assert other.get("/cases").json()["items"] == []


def test_scopes_expiry_and_revocation(w):
    program = Program(w.head, ["cases:read"])
    assert program.get("/cases").status_code == 200
    denied = program.post("/letters", {"letters": [letter(w)]})
    assert denied.status_code == 403 and "letters:register" in denied.json()["detail"]
    assert denied["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="letters:register"'
    services.revoke_token(actor=w.head, token=ApiToken.objects.get(person=w.head))
    late = Program(w.head, ["cases:read"])
    ApiToken.objects.filter(revoked_at=None).update(expires_at=timezone.now())
    for no_more in (program, late):
        told = no_more.get("/cases")
        assert (told.status_code, told["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')
    none = Client().get("/api/v1/cases")
    assert (none.status_code, none["WWW-Authenticate"]) == (401, "Bearer") and none.json()["title"] != told.json()["title"]
    with pytest.raises(Refused):
        services.create_token(actor=w.head, name="x", scopes=["todo"], days=1)


def test_the_same_key_registers_once_and_another_request_is_refused(w):
    program, key = Program(w.head), {"Idempotency-Key": str(uuid4())}
    first = program.post("/letters", {"letters": [letter(w), letter(w)]}, **key)
    again = program.post("/letters", {"letters": [letter(w), letter(w)]}, **key)
    assert first.json() == again.json() and again["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 2
    assert program.post("/letters", {"letters": [letter(w)]}, **key).status_code == 422
    assert program.post("/letters", {"letters": [letter(w)]}, **{"Idempotency-Key": "uno"}).status_code == 422


def test_a_failed_request_keeps_nothing_and_may_be_corrected(w):
    program, key = Program(w.head), {"Idempotency-Key": str(uuid4())}
    assert program.post("/letters", {"letters": [letter(w, subject=" ")]}, **key).json()["field"] == "subject"
    assert program.post("/letters", {"letters": [letter(w)]}, **key).status_code == 201


def test_a_repeated_note_and_accept_are_the_same_thing_once(w):
    north = Program(w.north_head)
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    key = {"Idempotency-Key": str(uuid4())}
    answers = [north.post(f"/turns/{turn.uuid}/accept", **key) for _n in range(2)]
    assert [a.status_code for a in answers] == [200, 200] and answers[0].json() == answers[1].json()
    assert north.post(f"/turns/{turn.uuid}/accept").status_code == 409
    note = {"Idempotency-Key": str(uuid4())}
    [north.post(f"/cases/{turn.case.uuid}/notes", {"text": "Ojo"}, **note) for _n in range(2)]
    assert Note.objects.count() == 1


def test_validators(w):
    program, case = Program(w.head), make.letter(w)
    etag = program.get(f"/cases/{case.uuid}")["ETag"]
    assert program.get(f"/cases/{case.uuid}", **{"If-None-Match": etag}).status_code == 304
    assert program.get(f"/cases/{case.uuid}", **{"If-None-Match": "*"}).status_code == 304
    make.turn(case, w.head, w.north)
    assert program.get(f"/cases/{case.uuid}", **{"If-None-Match": etag}).status_code == 200
    body = {"turns": [{"unit": str(w.south.uuid)}]}
    stale = program.post(f"/cases/{case.uuid}/route", body, **{"If-Match": etag})
    assert stale.status_code == 412 and Turn.objects.count() == 1
    fresh = program.get(f"/cases/{case.uuid}")["ETag"]
    done = program.post(f"/cases/{case.uuid}/route", body, **{"If-Match": fresh})
    assert done.status_code == 200 and done["ETag"] != fresh
    assert program.post(f"/cases/{case.uuid}/notes", {"text": "Ojo"}, **{"If-Match": etag}).status_code == 201, "a note only adds"
    told = Client().get("/api/v1/openapi.json").json()["paths"]
    assert "412" not in told["/api/v1/cases/{uuid}/notes"]["post"]["responses"] and "412" in told["/api/v1/cases/{uuid}/route"]["post"]["responses"]


def test_a_validator_that_compression_marked_weak_is_still_the_present_state(w):
    program, case = Program(w.head), make.letter(w, subject="Solicitud larga " * 40)
    etag = program.get(f"/cases/{case.uuid}", **{"Accept-Encoding": "gzip"})["ETag"]
    assert etag.startswith("W/")
    body = {"turns": [{"unit": str(w.south.uuid)}]}
    assert program.post(f"/cases/{case.uuid}/route", body, **{"If-Match": etag}).status_code == 200
    assert program.post(f"/cases/{case.uuid}/route", body, **{"If-Match": etag}).status_code == 412


def test_a_missing_address_or_method_is_told_as_a_problem(w):
    program = Program(w.head)
    for answer, status in ((program.get("/nada"), 404), (program.post("/nada/mas", {}), 404), (program.post("/units", {}), 405)):
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert program.post("/units", {})["Allow"] == "GET, HEAD"


def test_head_is_answered_as_get_without_its_body(w):
    program, case = Program(w.head), make.letter(w)
    path = f"/cases/{case.uuid}"
    known, told = program.get(path), program.client.head(f"/api/v1{path}", headers={"Authorization": f"Bearer {program.secret}"})
    assert (told.status_code, told["ETag"], told["Content-Type"], told.content) == (200, known["ETag"], known["Content-Type"], b"")
    assert program.client.head(f"/api/v1{path}").status_code == 401
    only_sent = program.client.head(f"/api/v1{path}/route", headers={"Authorization": f"Bearer {program.secret}"})
    assert (only_sent.status_code, only_sent["Allow"]) == (405, "POST")


def test_pages_follow_by_key_and_filters_hold(w):
    program = Program(w.head)
    for n in range(5):
        make.letter(w, subject=f"Oficio {n}")
    seen, path = [], "/cases?limit=2"
    while path:
        page = program.get(path).json()
        seen += [c["subject"] for c in page["items"]]
        path = page["next"] and page["next"].removeprefix("/api/v1")
    assert seen == [f"Oficio {n}" for n in (4, 3, 2, 1, 0)]
    assert len(program.get("/cases?state=registered&open=true&limit=3").json()["items"]) == 3
    assert program.get("/cases?overdue=true").json()["items"] == []
    assert program.get(f"/cases?unit={w.south.uuid}").json()["items"] == []
    assert program.get("/cases?limit=0").status_code == 422


def test_hostile_input_is_422_never_500(w):
    program = Program(w.head)
    for body in ({}, {"letters": []}, {"letters": [{}]}, {"letters": [letter(w, unit="x")]}, {"letters": [letter(w, level=9)]},
                 {"letters": [letter(w, dated="9999-12-31")]}, {"letters": [letter(w, received_at="1899-01-01T00:00:00")]},
                 {"letters": [letter(w, subject="a" * 10000)]}, {"letters": [letter(w, unit=str(uuid4()))]},
                 {"letters": [letter(w, type="Nada")]}, {"letters": [letter(w, documents=[str(uuid4())])]}):
        answer = program.post("/letters", body)
        assert answer.status_code == 422 and answer.json()["title"], (body, answer.content)
    raw = program.client.post("/api/v1/letters", b"{", content_type="application/json",
                              headers={"Authorization": f"Bearer {program.secret}"})
    assert raw.status_code == 400 and raw["Content-Type"] == "application/problem+json"


def test_files_go_up_and_come_down_only_with_the_matter(w, django_capture_on_commit_callbacks):
    from django.core.files.uploadedfile import SimpleUploadedFile
    program, case = Program(w.head), make.letter(w)
    made = program.client.post("/api/v1/documents", {"file": SimpleUploadedFile("Año.txt", b"hola"), "case": str(case.uuid)},
                               headers={"Authorization": f"Bearer {program.secret}"})
    assert made.status_code == 201, made.content
    listed = program.get(f"/cases/{case.uuid}/documents").json()
    assert [d["sha256"] for d in listed] == [made.json()["sha256"]]
    assert Program(w.south_head).get(f"/documents/{made.json()['uuid']}/content").status_code == 404
    down = program.get(f"/documents/{made.json()['uuid']}/content")
    assert down.status_code in (200, 422)  # 422 while a configured antivirus has not looked at it


def test_no_request_gives_a_letter_its_own_paper(w):
    from django.core.files.uploadedfile import SimpleUploadedFile
    program, case, told = Program(w.head), make.letter(w), []
    for role in ("letter", "receipt", "scan"):
        given = {"file": SimpleUploadedFile("oficio.txt", b"Falso"), "case": str(case.uuid), "role": role}
        told.append(program.client.post("/api/v1/documents", given, headers={"Authorization": f"Bearer {program.secret}"}).status_code)
    assert told == [422, 422, 201] and [a.role for a in case.attachments.all()] == ["scan"]


def test_me_catalogues_and_notices(w):
    program = Program(w.head)
    assert program.get("/me").json()["person"]["name"] == w.head.name
    assert {u["name"] for u in program.get("/units").json()} >= {"Dirección Norte", "Dirección General"}
    assert str(w.staff.uuid) in {p["uuid"] for p in program.get(f"/people?unit={w.north_1.uuid}").json()}
    assert program.get("/instructions").json()[0]["text"] == "Para su atención"
    assert program.get("/letters/types").json() == [{"name": "Oficio", "days": 5}]
    notice = notify(recipients=[w.head.pk], draft=NoticeDraft("system", "Listo", "k1"))[0]
    assert program.get("/notices").json()["unread"] == 1
    assert Program(w.south_head).post(f"/notices/{notice.uuid}/read").status_code == 404
    assert program.post(f"/notices/{notice.uuid}/read").status_code == 204
    assert program.get("/notices").json()["unread"] == 0
