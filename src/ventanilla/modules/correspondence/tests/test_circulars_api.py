"""Circulars for programs: sent once, read by whom they concern, reminded of and cancelled, with the rights of the pages."""
import json
from uuid import uuid4

import pytest
from django.test import Client
from tests import make

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Turn
from ventanilla.core.notices.models import Notice
from ventanilla.modules.correspondence.models import Circular
from ventanilla.web.api import scopes
from ventanilla.web.api.services import create_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def ask(person, method, path, data=None, key=None, allowed=(scopes.READ, scopes.WRITE)):
    _token, secret = create_token(actor=person, name="Pruebas", scopes=allowed, days=1)
    headers = {"Authorization": f"Bearer {secret}"} | ({"Idempotency-Key": str(key)} if key else {})
    answer = Client().generic(method, f"/api/v1/circulars{path}", json.dumps(data or {}), "application/json", headers=headers)
    return answer.status_code, answer.json()


def draft(w, **extra):
    return {"unit": str(w.root.uuid), "type": "Oficio", "subject": "Cierre de ejercicio", "text": "Calendario.",
            "units": [str(w.north.uuid), str(w.south.uuid)], "outsiders": ["Colegio de Notarios"], **extra}


def test_one_key_is_one_circular(w):
    key = uuid4()
    told = [ask(w.head, "POST", "", draft(w), key) for _twice in range(2)]
    assert [status for status, _body in told] == [201, 201] and told[0] == told[1]
    assert told[0][1]["uuid"] == str(Circular.objects.get().uuid) == str(key)
    assert [one["name"] for one in told[0][1]["addressees"]] == [w.north.name, w.south.name, "Colegio de Notarios"]
    assert len({one["folio"] for one in told[0][1]["addressees"]}) == 3


def test_what_is_too_long_is_refused_and_not_cut(w):
    """As on screen: a whole book would be kept, and indexed, once for each addressee."""
    for change in ({"text": "x" * 50_001}, {"outsiders": ["x" * 301]}, {"subject": "x" * 4001}):
        status, _told = ask(w.head, "POST", "", draft(w, **change))
        assert status == 422
    assert not Circular.objects.exists()


def test_each_reads_of_it_what_they_may_read(w):
    uuid = ask(w.head, "POST", "", draft(w))[1]["uuid"]
    spine.acknowledge(actor=w.north_head, turn=Turn.objects.get(unit=w.north))
    seen = {name: ask(person, "GET", f"/{uuid}") for name, person in (("head", w.head), ("north", w.north_head))}
    assert [one["read"] for one in seen["head"][1]["addressees"]] == [True, False, False]
    assert [one["name"] for one in seen["north"][1]["addressees"]] == [w.north.name]
    assert seen["north"][1]["addressees"][0]["acknowledged_at"]
    listed = {name: len(ask(person, "GET", "")[1]["items"]) for name, person in (("head", w.head), ("north", w.north_head))}
    assert listed == {"head": 1, "north": 1}


def test_nobody_reads_a_circular_that_is_not_theirs(w):
    uuid = ask(w.head, "POST", "", draft(w, units=[str(w.north.uuid)], outsiders=[]))[1]["uuid"]
    assert ask(w.south_head, "GET", f"/{uuid}")[0] == 404
    assert ask(w.south_head, "GET", "")[1] == {"items": [], "next": None}
    for step, data in (("remind", None), ("cancel", {"reason": "Porque sí"})):
        assert ask(w.south_head, "POST", f"/{uuid}/{step}", data)[0] == 404


def test_it_is_reminded_of_and_cancelled(w):
    uuid = ask(w.head, "POST", "", draft(w))[1]["uuid"]
    status, told = ask(w.head, "POST", f"/{uuid}/remind")
    assert status == 200 and told["reminded_at"]
    assert Notice.objects.filter(kind="reminder").count() == 2
    assert ask(w.head, "POST", f"/{uuid}/remind")[0] == 409, "just reminded"
    assert ask(w.north_head, "POST", f"/{uuid}/cancel", {"reason": "No es mía"})[0] in (403, 404)
    status, told = ask(w.head, "POST", f"/{uuid}/cancel", {"reason": "Cambió la fecha"})
    assert (status, told["cancel_reason"]) == (200, "Cambió la fecha") and told["cancelled_at"]
    assert ask(w.head, "GET", "")[1]["items"][0]["cancelled_at"] == told["cancelled_at"]


def test_what_is_wrong_is_named(w):
    assert ask(w.head, "POST", "", draft(w, type="Nada"))[1]["field"] == "type"
    assert ask(w.head, "POST", "", draft(w, units=[str(w.north.uuid), str(uuid4())]))[1]["field"] == "units"
    status, told = ask(w.head, "POST", "", draft(w, units=[], outsiders=[]))
    assert (status, told["field"]) == (422, "addressees")
    assert ask(w.head, "POST", "", draft(w), allowed=(scopes.READ,))[0] == 403
    assert not Circular.objects.exists()
