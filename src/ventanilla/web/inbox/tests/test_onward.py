"""After a step that leaves nothing to do in a matter opened from Mi bandeja, the message offers the next one of the part in which it
was opened, in its order; to nobody else."""
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import as_

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Turn
from ventanilla.core.cases.places import refresh
from ventanilla.web.inbox.onward import COOKIE, MOST, case_at

pytestmark = pytest.mark.django_db
TRAY = "http://testserver/bandeja/"


@pytest.fixture
def w():
    return make.world()


def routed(w, n, unit=None):
    """Turns to the unit, each due a day after the one before."""
    found, now = [make.turn(make.letter(w, subject=f"Asunto {i}"), w.head, unit or w.north)[0] for i in range(n)], timezone.now()
    for i, turn in enumerate(found):
        Turn.objects.filter(pk=turn.pk).update(due_at=now + timedelta(days=i + 1))
    refresh([turn.case_id for turn in found])
    return found


def open_(client, turn, came=TRAY):
    client.get(record(turn), headers={"Referer": came} if came else {})


def record(turn):
    return reverse("letter", args=[turn.case_id])


def said_after(client, turn, step="answer", **data):
    """The words and the link of the message after a step."""
    sent = {"uuid": uuid4(), "text": "Va", "reason": "No es de aquí"} | data
    page = client.post(reverse("turn_action", args=[turn.pk, step]), sent, follow=True).content.decode()
    found = re.search(r'<div class="messages">(.*?)</div>\s*</div>', page, re.DOTALL)[1]
    link = re.search(r'<a href="([^"]*)"', found)
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", found).split())), unescape(link[1]) if link else ""


def test_the_next_one_is_that_of_the_tray_and_so_on_to_the_last(w):
    first, second, third = routed(w, 3)
    client = as_(w.north_head)
    open_(client, second)
    words, link = said_after(client, second)
    assert words == f"La respuesta se envió a quien turnó. Siguiente de la bandeja: {third.case.folio}" and link == record(third)
    open_(client, third, "http://testserver" + record(second))  # by the link that was offered
    words, link = said_after(client, third)
    assert words.endswith(f"Era lo último. Lo primero que queda en la bandeja: {first.case.folio}") and link == record(first)
    words, link = said_after(client, first, "return")
    assert words.endswith("Era lo último de la bandeja. Volver a la bandeja") and link == "/bandeja/?"


def test_while_the_person_owes_something_there_it_offers_nothing_and_keeps_the_place(w):
    _first, second, third = routed(w, 3)
    client = as_(w.north_head)
    open_(client, second)
    assert said_after(client, second, "accept") == ("El turno quedó aceptado.", "")
    assert said_after(client, second)[1] == record(third)
    case = make.letter(w)
    turn = make.turn(case, w.head, w.south)[0]
    spine.answer(actor=w.south_head, turn=turn, draft=spine.AnswerDraft("Va"))
    head = as_(w.head)
    open_(head, turn, TRAY + "?pestana=evaluar")
    assert said_after(head, turn, "approve") == ("La respuesta quedó aceptada.", "")  # it waits to be concluded


def test_the_part_is_the_one_in_which_it_was_opened(w):
    routed(w, 2)
    red, other, last = routed(w, 3)
    Turn.objects.filter(pk__in=[red.pk, last.pk]).update(due_at=timezone.now() - timedelta(hours=1))
    refresh([red.case_id, last.case_id])
    client = as_(w.north_head)
    open_(client, red, TRAY + "?pestana=atender&luz=rojo&despues=")
    assert said_after(client, red)[1] == record(last)
    words, link = said_after(client, last)
    assert "Era lo último de la bandeja." in words and link == "/bandeja/?pestana=atender&luz=rojo"
    assert not other.answers.exists()


def test_who_works_down_a_list_is_offered_nothing(w):
    first, second, third, _fourth = routed(w, 4)
    client = as_(w.north_head)
    open_(client, first, "")
    assert said_after(client, first)[1] == ""
    open_(client, second)
    open_(client, second, "http://testserver/listas/turnos/")
    assert said_after(client, second)[1] == ""
    open_(client, third, "http://otro.example/bandeja/")
    assert said_after(client, third)[1] == ""


def test_what_was_not_in_that_part_is_not_of_it(w):
    """A folio jumped to from the page of the inbox."""
    routed(w, 2)
    turn = routed(w, 1)[0]
    client = as_(w.north_head)
    open_(client, turn, TRAY + "?pestana=concluidos")
    assert said_after(client, turn)[1] == ""


def test_a_part_that_no_longer_is_or_a_cookie_of_somebody_else_is_nothing(w):
    first, second, third = routed(w, 3)
    client = as_(w.north_head)
    open_(client, first, TRAY + "?pestana=nada")
    assert said_after(client, first)[1] == ""
    open_(client, second)
    client.force_login(make.person(w.institution, w.north, "head").user)
    assert client.cookies[COOKIE].value and said_after(client, second)[1] == ""
    for wrong in ("", "x", f"{w.north_head.pk}.%ff%00=&&=", f"{w.north_head.pk}." + "a" * 9000):
        client.cookies[COOKIE] = wrong
        for came in (TRAY, "http://[", "x" * 5000):
            assert client.get(record(third), headers={"Referer": came}).status_code == 200


def test_it_keeps_the_last_ones_only_and_costs_other_pages_nothing(w):
    found = routed(w, MOST + 2)
    client, plain = as_(w.north_head), as_(w.north_head)
    for turn in found:
        open_(client, turn)
    assert client.cookies[COOKIE].value.count("correspondencia") == MOST
    assert said_after(client, found[0])[1] == ""

    def count(browser, turn, **headers):
        browser.get(record(turn), headers=headers)
        with CaptureQueriesContext(connection) as seen:
            browser.get(record(turn), headers=headers)
        return len(seen)

    assert count(client, found[-1], Referer=TRAY) == count(plain, found[-1])


def test_a_subject_is_only_words_in_the_message(w):
    first, second = make.letter(w), make.letter(w, subject='<i>"Cursivas"</i>')
    head = as_(w.head)
    head.get(reverse("letter", args=[first.pk]), headers={"Referer": TRAY})
    page = head.post(reverse("letter_action", args=[first.pk, "conclude"]), {"uuid": uuid4(), "reason": "Listo"}, follow=True).content.decode()
    assert f"Siguiente de la bandeja: {second.folio}" in page and "&lt;i&gt;" in page and "<i>" not in page


def test_only_records_have_a_case(w):
    turn = routed(w, 1)[0]
    assert case_at(record(turn)) == turn.case_id
    assert [case_at(path) for path in ("/bandeja/", "/correspondencia/0/", "/correspondencia/circulares/1/", f"{record(turn)}route/")] == [None] * 4


@pytest.mark.parametrize("query", ["q=%00", "pestana=nada", "despues=zzz", "equipo=x", "unidad=" + "9" * 30, "%26" * 900, "ambito=%00&q=%FF"])
def test_a_step_is_told_as_done_whatever_stands_in_the_cookie(w, query):
    turn, _next = routed(w, 2)
    client = as_(w.north_head)
    client.cookies[COOKIE] = f"{w.north_head.pk}." + urlencode({record(turn): query})
    sent = client.post(reverse("turn_action", args=[turn.pk, "answer"]), {"uuid": uuid4(), "text": "Va"})
    turn.refresh_from_db()
    assert (sent.status_code, turn.state) == (302, "answered")
