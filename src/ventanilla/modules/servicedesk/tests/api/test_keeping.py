"""Keeping of the catalogue by API: tables, drafts, trial, publication, retirement; types, files and documents of the configuration."""
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.services import process
from ventanilla.core.questionnaires.tests.kit import again, published
from ventanilla.modules.servicedesk.models import Offering, OfferingVersion, ServiceFamily
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.cmdb.making import estate
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.test_fields import FIELDS, form

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def add(program: Program, table: str, **data: Any) -> str:
    """The path of a new row."""
    return f"/catalogue/{table}/{program.ok('POST', f'/catalogue/{table}', data)['id']}"


def test_a_desk_is_set_up_by_a_program(d: Desk) -> None:
    admin, w = Program(d.world.admin), d.world
    add(admin, "families", name="Correo")
    service = admin.ok("POST", "/catalogue/services", {"name": "Correo electrónico", "family": "Correo", "owner": str(d.agent.uuid)})
    assert (service["family"], service["owner"]["uuid"], service["slug"]) == (
        "Correo", str(d.agent.uuid), "correo-electronico")
    add(admin, "levels", name="Urgente")
    add(admin, "objectives", level="Urgente", metric="resolve", priority=1, minutes=60)
    team = admin.ok("POST", "/catalogue/teams", {"name": "Servidores", "unit": str(w.north_1.uuid), "tier": 2})
    assert team["unit"]["uuid"] == str(w.north_1.uuid)
    member = admin.ok("POST", "/catalogue/members", {"team": "Servidores", "person": str(d.engineer.uuid), "skills": ["Correo electrónico"]})
    assert member["skills"] == ["correo-electronico"]
    slug = admin.ok("POST", "/catalogue/offerings", {
        "name": "Cuenta nueva", "service": "correo-electronico", "team": "Servidores", "level": "Urgente", "impact": 1, "urgency": 1, "description": "Se abre",
        "tasks": ["Crear la cuenta", ""], "approvals": [{"who": "head"}, {"who": "people", "people": [str(d.agent.uuid)]}]})["offering"]["slug"]
    assert admin.ok("POST", f"/catalogue/offerings/{slug}/publish")["state"] == "published"
    asked = Program(d.asker).ok("POST", "/tickets", {"tickets": [{"subject": "Una cuenta", "offering": slug}]})
    assert asked[0]["team"] == "Servidores" and {p["minutes"] for p in Program(d.asker).ok("GET", f"/offerings/{slug}")["promises"]} == {60}


def test_rows_are_changed_retired_and_never_those_of_others(d: Desk) -> None:
    admin, other = Program(d.world.admin), Program(made().world.admin)
    path = add(admin, "families", name="Redes", order=5)
    etag = admin.send("GET", path)["ETag"]
    assert admin.send("GET", path, **{"If-None-Match": etag}).status_code == 304
    changed = admin.ok("PATCH", path, {"active": False}, **{"If-Match": etag})
    assert (changed["name"], changed["order"], changed["active"]) == ("Redes", 5, False)
    assert admin.no("PATCH", path, {"active": True}, **{"If-Match": etag})[0] == 412
    assert [f["name"] for f in admin.ok("GET", "/catalogue/families?active=false")["items"]] == ["Redes"]
    assert admin.no("POST", "/catalogue/families", {"name": "Redes"})[0] == 409, "there is one already"
    assert other.no("GET", path)[0] == other.no("PATCH", path, {"name": "Mía"})[0] == 404
    assert admin.no("POST", "/catalogue/services", {"name": "x", "family": "No hay"}) == (422, "family")
    assert admin.no("POST", "/catalogue/teams", {"name": "Sin unidad"}) == (422, "unit")
    assert admin.no("POST", "/catalogue/objectives", {"level": d.level.name, "minutes": 0})[0] == 422
    assert admin.no("PATCH", f"/catalogue/teams/{d.first.pk}", {"unit": str(uuid4())}) == (422, "unit")
    for who in (d.agent, d.manager, d.asker):
        lower = Program(who)
        assert lower.no("GET", "/catalogue/families")[0] == lower.no("POST", "/catalogue/families", {"name": 7})[0] == 404
        assert lower.no("PATCH", path, {"name": "Mía"})[0] == lower.no("GET", "/catalogue/offerings")[0] == 404
    assert Program(d.world.admin, ("catalogues:read",)).no("PATCH", path, {})[0] == 403
    page = admin.ok("GET", "/catalogue/objectives?limit=2")
    assert len(page["items"]) == 2 and len(admin.ok("GET", page["next"])["items"]) == 2
    assert ServiceFamily.objects.filter(name="Mía").count() == 0


def test_tables_and_versions_cost_the_same_however_long_they_are(d: Desk) -> None:
    admin, slug = Program(d.world.admin), d.version.offering.slug
    paths = ("/catalogue/services", "/catalogue/members", "/catalogue/offerings", f"/catalogue/offerings/{slug}/versions")

    def cost() -> list[int]:
        found = []
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                admin.ok("GET", path)
            found.append(len(asked))
        return found

    admin.ok("PATCH", f"/catalogue/offerings/{slug}/draft", {"description": "Uno", "approvals": [{"who": "people", "people": [str(d.agent.uuid)]}]})
    admin.ok("POST", f"/catalogue/offerings/{slug}/publish")
    before = cost()
    for n in range(4):
        admin.ok("PATCH", f"/catalogue/offerings/{slug}/draft", {"description": f"Otra {n}"})
        admin.ok("POST", f"/catalogue/offerings/{slug}/publish")
        add(admin, "services", name=f"Servicio {n}", family="Sitios web", owner=str(d.engineer.uuid))
        add(admin, "members", team="Redes", person=str([d.agent, d.manager, d.asker, d.asker_head][n].uuid))
    assert cost() == before and max(before) <= 8


def test_an_offering_is_not_published_over_what_somebody_else_changed(d: Desk) -> None:
    admin = Program(d.world.admin)
    path = f"/catalogue/offerings/{d.version.offering.slug}"
    admin.ok("PATCH", f"{path}/draft", {"description": "Cambios", "hours": "9 a 18"})
    seen = admin.send("GET", f"{path}/draft")["ETag"]
    kept = admin.send("PATCH", f"{path}/draft", {"hours": "9 a 15"}, **{"If-Match": seen})
    assert kept["ETag"] == admin.send("GET", f"{path}/draft")["ETag"] != seen
    assert admin.no("POST", f"{path}/publish", **{"If-Match": seen})[0] == 412
    assert admin.ok("GET", path)["draft"] == 2, "it is a draft still"
    assert admin.ok("POST", f"{path}/publish", **{"If-Match": kept["ETag"]})["hours"] == "9 a 15"


def test_a_draft_is_the_same_when_it_is_read_later() -> None:
    with time_machine.travel("2026-11-23T10:00:00-06:00", tick=False) as clock:
        admin, path = Program((d := made()).world.admin), f"/catalogue/offerings/{d.version.offering.slug}/draft"
        admin.ok("PATCH", path, {"hours": "9 a 18"})
        before = admin.send("GET", path)
        clock.shift(420)
        after = admin.send("GET", path)
        assert before.json()["promises"] != after.json()["promises"] and before["ETag"] == after["ETag"]
        assert admin.send("GET", path, **{"If-None-Match": before["ETag"]}).status_code == 304
        assert admin.ok("PATCH", path, {"hours": "9 a 15"}, **{"If-Match": before["ETag"]})["version"]["hours"] == "9 a 15"


def test_an_offering_is_drafted_tried_compared_published_renewed_and_retired(d: Desk) -> None:
    admin, slug = Program(d.world.admin), d.version.offering.slug
    path = f"/catalogue/offerings/{slug}"
    questions = published(d.world.institution, form(*FIELDS), "datos", "request_form")
    assert admin.no("GET", f"{path}/draft")[0] == 404
    draft = admin.ok("PATCH", f"{path}/draft", {"description": "Cambios", "form": "datos", "hours": "9 a 18", "level": None,
                                                "routing": [{"field": "tramo", "value": "b", "team": "Redes"}]})
    assert draft["version"]["form"] == {"slug": "datos", "version": 1} and draft["version"]["level"] is None
    assert {"field": "horario de atención", "before": "", "after": "9 a 18"} in draft["differences"]
    etag = admin.send("GET", f"{path}/draft")["ETag"]
    assert admin.ok("PATCH", f"{path}/draft", {"level": d.level.name}, **{"If-Match": etag})["version"]["hours"] == "9 a 18"
    assert admin.no("PATCH", f"{path}/draft", {"hours": "x"}, **{"If-Match": etag})[0] == 412
    for wrong, field in (({"routing": [{"field": "tramo", "value": "z", "team": "Redes"}]}, "routing"), ({"form": "nada"}, "form"),
                         ({"team": "nada"}, "team"), ({"service": "nada"}, "service"), ({"level": "nada"}, "level"),
                         ({"approvals": [{"who": "people", "people": [str(d.agent.uuid)], "quorum": 2}]}, "approvals")):
        assert admin.no("PATCH", f"{path}/draft", wrong) == (422, field)
    tried = admin.ok("GET", f"{path}/simulation?at=2026-11-23T10:00:00-06:00")
    assert {p["minutes"] for p in tried} == {60, 480} and all(p["due_at"].startswith("2026-11-2") for p in tried)
    assert Program(d.asker).ok("GET", f"/offerings/{slug}")["version"] == 1, "nothing is offered before it is published"
    assert admin.ok("POST", f"{path}/publish")["routing"] == [{"field": "tramo", "value": "b", "team": "Redes"}]
    assert Program(d.asker).ok("GET", f"/offerings/{slug}")["form"]["sections"]
    again(questions.instrument, form(*FIELDS[:3]))
    renewed = admin.ok("POST", f"{path}/renew")
    assert (renewed["number"], renewed["form"]) == (3, {"slug": "datos", "version": 2})
    assert [v["number"] for v in admin.ok("GET", f"{path}/versions")] == [3, 2, 1]
    assert admin.no("POST", f"{path}/retire") == (422, "reason")
    assert admin.ok("POST", f"{path}/retire", {"reason": "Ya no se hace"})["published"] is None
    assert Program(d.asker).no("GET", f"/offerings/{slug}")[0] == 404 and admin.no("POST", f"{path}/retire", {"reason": "x"})[0] == 409
    assert OfferingVersion.objects.filter(offering=d.version.offering, state="published").count() == 0
    assert Program(d.asker).no("POST", "/tickets", {"tickets": [{"subject": "x", "offering": slug}]}) == (422, "offering")


def test_a_repetition_makes_one_offering_for_ever(d: Desk) -> None:
    admin, key, asked = Program(d.world.admin), {"Idempotency-Key": str(uuid4())}, {"name": "Nueva", "service": "portal", "team": "Redes"}
    first = admin.ok("POST", "/catalogue/offerings", asked, **key)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_keptanswer")  # as after seven days
    assert admin.ok("POST", "/catalogue/offerings", asked, **key)["offering"]["uuid"] == first["offering"]["uuid"]
    assert Offering.objects.filter(name="Nueva").count() == 1
    assert admin.no("POST", "/catalogue/offerings", asked) == (422, "name")
    assert admin.no("POST", "/catalogue/offerings", {**asked, "name": "¿?"}) == (422, "name")


def test_the_catalogue_is_printed_for_who_asks(d: Desk) -> None:
    asker = Program(d.asker)
    for path in ("/catalogue.pdf?day=2020-01-01", f"/offerings/{d.version.offering.slug}/versions/1.pdf"):
        answer = asker.send("GET", path)
        assert answer.status_code == 200 and answer.content[:5] == b"%PDF-" and answer["Content-Type"] == "application/pdf"
    assert asker.no("GET", "/offerings/nada/versions/1.pdf")[0] == asker.no("GET", "/catalogue.pdf?day=0001-01-01")[0] - 18 == 404


def test_the_configuration_is_kept_by_a_program() -> None:
    e = estate()
    admin, keeper, reader = Program(e.world.admin), Program(e.keeper), Program(e.reader)
    kind = admin.ok("POST", "/ci-types", {"label": "Cámara", "attributes": [{"label": "Resolución", "kind": "number", "unit": "MP"}]})
    assert kind["slug"] == "camara" and kind["attributes"][0]["name"] == "resolucion"
    etag = admin.send("GET", "/ci-types/camara")["ETag"]
    assert admin.ok("PUT", "/ci-types/camara", {"label": "Cámara IP", "parent": "equipo"}, **{"If-Match": etag})["parent"] == "equipo"
    assert admin.no("PUT", "/ci-types/camara", {"label": "x"}, **{"If-Match": etag})[0] == 412
    assert admin.no("POST", "/ci-types", {"label": "Otra", "parent": "nada"}) == (422, "parent")
    assert keeper.no("POST", "/ci-types", {"label": "x"})[0] == keeper.no("GET", "/ci-types/camara")[0] == 404
    assert admin.ok("POST", "/ci-types/standard")["added"] >= 0
    text = "tipo,nombre,inventario\nServidor,Uno,A-1\nServidor,Dos,A-2\n"

    def file(content: str = text) -> SimpleUploadedFile:
        return SimpleUploadedFile("carga.csv", content.encode())

    plan = keeper.upload("/ci-loads/plan", file=file(), what="items").json()
    assert (plan["added"], plan["problems"], ConfigurationItem.objects.count()) == (2, [], 0), plan
    assert keeper.upload("/ci-loads", file=file(), what="items", digest="0" * 64).status_code == 422
    load = keeper.upload("/ci-loads", file=file(), what="items", digest=plan["digest"]).json()
    assert (load["added"], load["obstacles"], ConfigurationItem.objects.count()) == (2, [], 2)
    assert [x["id"] for x in keeper.ok("GET", "/ci-loads")["items"]] == [load["id"]]
    found = {f["key"]: f["count"] for f in reader.ok("GET", "/ci-findings")}
    assert found["unrelated"] == found["unowned"] == 2
    item = ConfigurationItem.objects.earliest("pk")
    assert keeper.upload(f"/cis/{item.uuid}/documents", file=SimpleUploadedFile("manual.txt", b"Encender")).status_code == 201
    (document,) = reader.ok("GET", f"/cis/{item.uuid}/documents")
    process(DocumentVersion.objects.get(document__uuid=document["uuid"]).pk)
    content = reader.send("GET", f"/cis/{item.uuid}/documents/{document['uuid']}")
    assert b"".join(content.streaming_content) == b"Encender" and reader.send("GET", f"/cis/{item.uuid}/label.pdf").content[:5] == b"%PDF-"
    assert reader.no("GET", "/ci-loads")[0] == reader.upload("/ci-loads/plan", what="items").status_code == 404
    assert keeper.no("POST", f"/ci-loads/{load['id']}/undo")[0] == 409, "something came after it"
