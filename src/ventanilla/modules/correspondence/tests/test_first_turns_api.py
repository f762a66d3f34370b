"""Letters that a program registers and turns in one request."""
import json
from uuid import uuid4

import pytest
from django.test import Client
from tests import make

from ventanilla.core.cases.models import Case, RoutingRule, Turn
from ventanilla.web.api import scopes
from ventanilla.web.api.services import create_token

pytestmark = pytest.mark.django_db
ALL = (scopes.REGISTER, scopes.WRITE)


@pytest.fixture
def w():
    return make.world()


def post(person, data, key=None, allowed=ALL):
    _token, secret = create_token(actor=person, name="Pruebas", scopes=allowed, days=1)
    headers = {"Authorization": f"Bearer {secret}"} | ({"Idempotency-Key": str(key)} if key else {})
    answer = Client().post("/api/v1/letters", json.dumps(data), content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def letter(w, *units, **turn):
    return {"unit": str(w.root.uuid), "type": "Oficio", "subject": "Solicitud de escrituración",
            "sender": {"order": "state", "organisation": "Secretaría de Finanzas"},
            "turns": [{"unit": str(unit.uuid), **turn} for unit in units]}


def test_each_is_turned_where_it_says_and_once(w):
    data = {"letters": [letter(w, w.north, w.south, text="Revisar"), letter(w), letter(w, w.north, purpose="information")]}
    key = uuid4()
    first, again = post(w.clerk, data, key), post(w.clerk, data, key)
    assert first[0] == again[0] == 201 and [c["folio"] for c in first[1]] == [c["folio"] for c in again[1]]
    cases = list(Case.objects.order_by("pk"))
    assert [sorted(c.turns.values_list("unit_id", "purpose")) for c in cases] == [
        sorted([(w.north.pk, "action"), (w.south.pk, "action")]), [], [(w.north.pk, "information")]]
    assert [c.state for c in cases] == ["routed", "registered", "attended"]


def test_one_that_may_not_go_there_keeps_all_from_being_registered(w):
    RoutingRule.objects.create(institution=w.institution, order=1, relation="subordinate", purpose="action", allowed=False, reason="Pase por su dirección.")
    status, told = post(w.clerk, {"letters": [letter(w), letter(w, w.north)]})
    assert status == 422 and told["detail"] == "Pase por su dirección."
    assert not Case.objects.exists() and not Turn.objects.exists()


def test_a_key_that_only_registers_does_not_turn(w):
    status, told = post(w.clerk, {"letters": [letter(w, w.north)]}, allowed=(scopes.REGISTER,))
    assert status == 403 and scopes.WRITE in told["detail"] and not Case.objects.exists()
    assert post(w.clerk, {"letters": [letter(w)]}, allowed=(scopes.REGISTER,))[0] == 201
