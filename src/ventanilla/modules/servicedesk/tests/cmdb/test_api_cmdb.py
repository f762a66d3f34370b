"""The configuration database through API v1: the same verbs, the same rights, the same answers."""
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem, Relation
from ventanilla.modules.servicedesk.tests.cmdb.making import estate
from ventanilla.web.api.scopes import CMDB_READ, CMDB_WRITE
from ventanilla.web.api.services import create_token

pytestmark = pytest.mark.django_db


def program(person: Any, *scopes: str) -> Client:
    _row, secret = create_token(actor=person, name="x", scopes=list(scopes or (CMDB_READ, CMDB_WRITE)), days=1)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send(c: Client, method: str, path: str, data: Any = None, **headers: str) -> Any:
    return getattr(c, method)(f"/api/v1/{path}", data or {}, content_type="application/json", headers=headers)


def test_an_item_is_written_and_read() -> None:
    e = estate()
    c, key = program(e.keeper), str(uuid4())
    data = {"type": "servidor", "name": "Servidor", "code": "A-1", "attributes": {"memoria": 64}, "unit": str(e.world.north.uuid),
            "redundancy": [{"name": "Nodos", "amount": 1}]}
    made = send(c, "post", "cis", data, **{"Idempotency-Key": key})
    again = send(c, "post", "cis", data, **{"Idempotency-Key": key})
    assert made.status_code == 201 and again.json()["uuid"] == made.json()["uuid"] and ConfigurationItem.objects.count() == 1
    uuid = made.json()["uuid"]
    assert made.json()["attributes"] == {"memoria": 64} and made.json()["unit"]["name"] == "Dirección Norte"
    changed = send(c, "patch", f"cis/{uuid}", {"name": "Servidor 1", "attributes": {"ip": "10.0.0.1"}, "reason": "x"}).json()
    assert changed["attributes"] == {"memoria": 64, "ip": "10.0.0.1"} and changed["code"] == "A-1" and changed["unit"]
    assert send(c, "patch", f"cis/{uuid}", {"unit": None}).json()["unit"] is None
    wrong = send(c, "patch", f"cis/{uuid}", {"attributes": {"memoria": "mucha"}})
    assert wrong.status_code == 422 and wrong.json()["field"] == "attribute:memoria"
    both = send(c, "post", "cis", {"type": "servidor", "name": "Otro", "code": "A-1", "attributes": {"memoria": "mucha"}}).json()
    assert [row["field"] for row in both["errors"]] == ["code", "attribute:memoria"] and all(row["detail"] for row in both["errors"])
    assert c.get(f"/api/v1/cis/{uuid}", {"day": "2020-01-01"}).status_code == 404
    assert [i["name"] for i in c.get("/api/v1/cis", {"q": "a-1"}).json()["items"]] == ["Servidor 1"]
    assert send(c, "post", f"cis/{uuid}/steps/retire", {"reason": "Viejo"}).json()["state"] == "retired"
    assert send(c, "post", f"cis/{uuid}/steps/resume", {"reason": ""}).status_code == 409


def test_relations_and_impact() -> None:
    e = estate()
    c = program(e.keeper)
    a, b, spare = e.item("Sistema", "sistema", unit=e.world.north), e.item("Servidor"), e.item("Otro")
    made = send(c, "post", "ci-relations", {"type": "depende-de", "source": str(a.uuid), "target": str(b.uuid)})
    assert made.status_code == 201 and made.json()["other"]["name"] == "Servidor"
    assert [(r["reads"], r["direction"]) for r in c.get(f"/api/v1/cis/{b.uuid}/relations").json()] == [("sostiene a", "in")]
    answer = c.get(f"/api/v1/cis/{b.uuid}/impact", {"also": str(spare.uuid)}).json()
    assert [(h["name"], h["effect"], h["why"]) for h in answer["hurt"]] == [("Sistema", "down", ["Sistema depende de Servidor"])]
    assert answer["tell"][0]["person"]["name"] == e.world.north_head.name
    needs = c.get(f"/api/v1/cis/{a.uuid}/impact", {"direction": "down"}).json()
    assert [(h["name"], h["single_point"]) for h in needs["hurt"]] == [("Servidor", True)]
    same = send(c, "post", "ci-relations", {"type": "depende-de", "source": str(a.uuid), "target": str(a.uuid)})
    assert same.status_code == 422
    address = f"ci-relations/{made.json()['uuid']}"
    assert send(c, "patch", address, {"since": "2025-01-02", "until": "2025-03-01"}).json()["until"] == "2025-03-01"
    assert send(c, "patch", address, {"until": None}).json() | {"other": 0} == made.json() | {"other": 0, "since": "2025-01-02"}
    assert send(c, "patch", address, {"group": "Nadie"}).json()["field"] == "group"
    assert send(c, "delete", address).status_code == 204 and Relation.objects.get().valid_to
    again = send(c, "post", "ci-relations", {"type": "depende-de", "source": str(a.uuid), "target": str(b.uuid)}).json()["uuid"]
    assert send(c, "delete", f"ci-relations/{again}").status_code == 204 and Relation.objects.count() == 1


def test_an_item_is_not_changed_over_what_somebody_else_changed() -> None:
    e = estate()
    c, address = program(e.keeper), f"cis/{e.item('Servidor').uuid}"
    etag = c.get(f"/api/v1/{address}")["ETag"]
    assert c.get(f"/api/v1/{address}", headers={"If-None-Match": etag}).status_code == 304
    changed = send(c, "patch", address, {"name": "Servidor 1"}, **{"If-Match": etag})
    assert changed.status_code == 200 and changed["ETag"] == c.get(f"/api/v1/{address}")["ETag"] != etag
    stale = send(c, "patch", address, {"name": "Servidor 2"}, **{"If-Match": etag})
    assert (stale.status_code, stale["Content-Type"]) == (412, "application/problem+json") and stale.json()["detail"]
    assert c.get(f"/api/v1/{address}").json() == changed.json()
    assert send(c, "patch", address, {"name": "Servidor 2"}, **{"If-Match": changed["ETag"]}).json()["name"] == "Servidor 2"


def test_a_relation_is_read_and_not_changed_over_what_somebody_else_changed() -> None:
    e = estate()
    c, a, b = program(e.keeper), e.item("Sistema", "sistema", unit=e.world.north), e.item("Servidor")
    made = send(c, "post", "ci-relations", {"type": "depende-de", "source": str(a.uuid), "target": str(b.uuid)}).json()
    address = f"ci-relations/{made['uuid']}"
    read = c.get(f"/api/v1/{address}")
    assert read.json() == made and c.get(f"/api/v1/{address}", headers={"If-None-Match": read["ETag"]}).status_code == 304
    changed = send(c, "patch", address, {"since": "2025-01-02"}, **{"If-Match": read["ETag"]})
    assert changed.json()["since"] == "2025-01-02" and changed["ETag"] == c.get(f"/api/v1/{address}")["ETag"] != read["ETag"]
    stale = send(c, "patch", address, {"until": "2025-03-01"}, **{"If-Match": read["ETag"]})
    assert stale.status_code == 412 and Relation.objects.get().valid_to is None
    assert program(e.world.head).get(f"/api/v1/{address}").status_code == 404, "who sees neither item"


def test_of_a_relation_whose_group_changed_the_etag_is_that_of_the_one_that_holds_now() -> None:
    e = estate()
    c, a, b = program(e.keeper), e.item("Sistema", "sistema", unit=e.world.north), e.item("Servidor")
    send(c, "patch", f"cis/{a.uuid}", {"redundancy": [{"name": "Nodos", "amount": 1}]})
    made = send(c, "post", "ci-relations", {"type": "depende-de", "source": str(a.uuid), "target": str(b.uuid), "since": "2025-01-02"})
    old = f"ci-relations/{made.json()['uuid']}"
    etag = c.get(f"/api/v1/{old}")["ETag"]
    changed = send(c, "patch", old, {"group": "Nodos"}, **{"If-Match": etag})
    assert changed.status_code == 200 and changed.json()["uuid"] != made.json()["uuid"]
    assert changed["ETag"] == c.get(f"/api/v1/ci-relations/{changed.json()['uuid']}")["ETag"]
    assert c.get(f"/api/v1/{old}")["ETag"] != etag and Relation.objects.count() == 2


def test_who_looked_at_an_item_says_so() -> None:
    e = estate()
    item = e.item("Servidor")
    before = item.changed_at
    done = send(program(e.keeper), "post", f"cis/{item.uuid}/confirm")
    assert done.status_code == 200 and done.json()["changed_at"] > before.isoformat()
    assert send(program(e.world.staff), "post", f"cis/{item.uuid}/confirm").status_code in (403, 404)


def test_types_are_told_with_what_they_inherit() -> None:
    e = estate()
    c = program(e.reader)
    server = next(t for t in c.get("/api/v1/ci-types").json() if t["slug"] == "servidor")
    assert server["parent"] == "equipo" and [a["name"] for a in server["attributes"]][:4] == ["marca", "modelo", "garantia", "ip"]
    assert {t["slug"] for t in c.get("/api/v1/ci-relation-types").json()} == set(e.ties)


def test_rights_are_those_of_the_person_and_of_the_token() -> None:
    e, other = estate(), estate()
    item = e.item("Servidor", unit=e.world.north)
    for who in (other.keeper, e.world.south_head):
        c = program(who)
        assert c.get("/api/v1/cis").json()["items"] == [] and c.get(f"/api/v1/cis/{item.uuid}").status_code == 404
        assert c.get(f"/api/v1/cis/{item.uuid}/impact").status_code == 404
        assert send(c, "patch", f"cis/{item.uuid}", {"name": "X"}).status_code == 404
    head = program(e.world.north_head)
    assert head.get(f"/api/v1/cis/{item.uuid}").status_code == 200 and head.get(f"/api/v1/cis/{item.uuid}/impact").status_code == 404
    assert send(program(e.reader), "post", "cis", {"type": "servidor", "name": "X"}).status_code == 404
    assert send(program(e.keeper, CMDB_READ), "post", "cis", {"type": "servidor", "name": "X"}).status_code == 403
