"""Mi bandeja through its page: words in working days, what may be ticked, one step on many turns, constant queries."""
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Tray, Turn
from ventanilla.web.inbox import bulk

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def desk(w, client):
    """The inbox of the northern head."""
    client.force_login(w.north_head.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def sent(w, n, purpose="action"):
    return [make.turn(make.letter(w), w.head, w.north, purpose=purpose)[0] for _ in range(n)]


def test_each_by_its_verb_and_each_refusal_told(w, desk):
    turns = sent(w, 3)
    read = sent(w, 1, "information")[0]
    bulk.VERBS["accept"](actor=w.north_head, turn=turns[0])
    answer = desk.post("/bandeja/?luz=", {"paso": "accept", "turno": [t.pk for t in (*turns, read)]}, follow=True)
    page = answer.content.decode()
    assert "Se aceptaron 2 turnos." in page
    assert f"{turns[0].case.folio}: Ya no es posible: está en «En atención»" in page
    assert f"{read.case.folio}: Es para conocimiento: márquelo como leído." in page
    assert set(Turn.objects.filter(purpose="action").values_list("state", flat=True)) == {"accepted"}
    desk.post("/bandeja/", {"paso": "acknowledge", "turno": [read.pk]})
    read.refresh_from_db()
    assert (read.state, read.read_by_id) == ("read", w.north_head.pk)


def test_what_one_may_not_see_is_not_named(w, client):
    turn = sent(w, 1)[0]
    client.force_login(w.south_head.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.post("/bandeja/", {"paso": "accept", "turno": [turn.pk, 987654321]}, follow=True).content.decode()
    assert "Ya no está en su bandeja." in page and turn.case.folio not in page
    turn.refresh_from_db()
    assert turn.state == "sent"


@pytest.mark.parametrize("data", [{}, {"paso": "conclude", "turno": "1"}])
def test_other_steps_do_not_exist_here(desk, data):
    assert desk.post("/bandeja/", data).status_code == 404


def test_only_what_a_step_could_take_may_be_ticked(w, desk):
    turn = sent(w, 1)[0]
    assert f'name="turno" value="{turn.pk}"' in desk.get("/bandeja/").content.decode()
    bulk.VERBS["accept"](actor=w.north_head, turn=turn)
    assert 'name="turno"' not in desk.get("/bandeja/").content.decode()


def test_the_light_is_told_in_working_days(w, desk):
    sent(w, 1)
    due = timezone.now() + timedelta(days=28)
    Tray.objects.update(due_at=due, order_at=due, amber_at=due - timedelta(days=2))
    assert "días hábiles" in desk.get("/bandeja/").content.decode()


def test_queries_do_not_grow_with_the_rows(w, desk):
    sent(w, 2)
    Tray.objects.update(due_at=timezone.now(), order_at=timezone.now())
    desk.get("/bandeja/")

    def count():
        with CaptureQueriesContext(connection) as found:
            assert desk.get("/bandeja/").status_code == 200
        return len(found)

    few = count()
    sent(w, 8)
    assert count() == few


def test_twelve_queries_are_enough_for_the_head_of_many_units(w, client):
    sent(w, 3)
    client.force_login(w.head.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in ("/bandeja/", "/bandeja/?pestana=espera", "/listas/correspondencia/"):
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        assert len(found) <= 12, address
