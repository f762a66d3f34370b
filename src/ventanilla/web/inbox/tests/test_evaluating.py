"""Several answers read on one page and accepted together: from Mi bandeja and from their list, only one's own to evaluate."""
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import make
from tests.pages import as_

from ventanilla.core.cases import services
from ventanilla.core.cases.models import Answer, Turn
from ventanilla.core.cases.services import AnswerDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def answered(w, n, *files):
    turns = [make.turn(make.letter(w), w.head, w.north)[0] for _n in range(n)]
    for turn in turns:
        services.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Procede la escritura", [make.document(w, name) for name in files]))
        turn.refresh_from_db()
    return turns


def words(response):
    return " ".join(response.content.decode().split())


def post(person, follow=True, **data):
    return as_(person).post(reverse("answers_evaluate"), data, follow=follow)


def test_they_are_read_first_and_those_still_ticked_are_accepted(w):
    first, second, third = answered(w, 3, "Dictamen.pdf")
    tray = words(as_(w.head).get("/bandeja/?pestana=evaluar"))
    assert all(f'name="turno" value="{turn.pk}"' in tray for turn in (first, second, third)) and reverse("answers_evaluate") in tray
    page = post(w.head, turno=[t.pk for t in (first, second, third)], consulta="pestana=evaluar")
    assert page.status_code == 200 and "Procede la escritura" in words(page) and "Dictamen.pdf" in words(page)
    assert not Answer.objects.exclude(verdict="").exists(), "nothing before it was read"
    done = post(w.head, turno=[first.pk, third.pk], consulta="pestana=evaluar", hacer=1)
    assert done.redirect_chain[0][0].endswith("/bandeja/?pestana=evaluar") and "Se aceptaron 2 respuestas." in words(done)
    assert [Turn.objects.get(pk=t.pk).state for t in (first, second, third)] == ["closed", "answered", "closed"]
    again = post(w.head, turno=[first.pk, third.pk], hacer=1)
    assert f"{first.case.folio}: no está por evaluar: su turno está en «Atendido»." in words(again)


def test_from_the_list_of_answers_and_back_to_it(w):
    turn, other = answered(w, 2)
    services.approve(actor=w.head, turn=other)
    rows = list(Answer.objects.order_by("pk").values_list("pk", flat=True))
    assert reverse("answers_evaluate") in words(as_(w.head).get(reverse("screen", args=["respuestas"])))
    page = post(w.head, fila=rows, consulta="evaluacion=none")
    assert turn.case.folio in words(page) and f"{other.case.folio}: no está por evaluar" in words(page)
    done = post(w.head, turno=[turn.pk], de="respuestas", consulta="evaluacion=none", hacer=1)
    assert done.redirect_chain[0][0] == "/listas/respuestas/?evaluacion=none"
    assert Turn.objects.get(pk=turn.pk).state == "closed"


def test_nobody_accepts_what_they_answered_nor_what_is_not_theirs(w):
    turn = answered(w, 1)[0]
    assert "Usted escribió esta respuesta" in words(post(w.north_head, turno=[turn.pk], hacer=1))
    hidden = words(post(w.south_head, turno=[turn.pk], hacer=1))
    assert turn.case.folio not in hidden and "Marque al menos una respuesta por evaluar." in hidden
    own = make.turn(make.letter(w), w.head, w.north)[0]
    Turn.objects.filter(pk=own.pk).update(person=w.head)
    services.answer(actor=w.head, turn=Turn.objects.get(pk=own.pk), draft=AnswerDraft("Yo"))
    assert "Usted escribió esta respuesta" in words(post(w.head, turno=[own.pk], hacer=1))
    assert set(Turn.objects.values_list("state", flat=True)) == {"answered"}


def test_the_page_and_the_step_ask_no_more_for_many(w):
    client = as_(w.head)

    def statements(turns, **extra):
        with CaptureQueriesContext(connection) as asked:
            client.post(reverse("answers_evaluate"), {"turno": [t.pk for t in turns], **extra})
        return len(asked)

    counts = []
    statements(answered(w, 1), hacer=1)
    for n in (2, 8):
        turns = answered(w, n)
        counts.append((statements(turns), statements(turns, hacer=1)))
    assert counts[0] == counts[1]
