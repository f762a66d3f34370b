"""An answer that its unit takes back before anybody evaluated it: who may, what is left of it, and who is told."""
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Answer, Case, Clock, Move, Tray
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.cases.telling import tell_moves
from ventanilla.core.indicators import reading
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.services.outgoing import AnswerLetter, answer_letter
from ventanilla.modules.correspondence.services.papers import whole_pdf
from ventanilla.modules.correspondence.tests.test_sent import pdf_text, signed_in
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def turn(w):
    return make.turn(make.letter(w), w.head, w.north)[0]


def answered(w, turn, text="Procede."):
    return spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft(text))


def may_withdraw(person, turn):
    turn.refresh_from_db()
    return "withdraw_answer" in {s.name for s in allowed_steps(person, turn.case, turn)}


def test_the_unit_has_its_turn_again_and_the_answer_stays_as_withdrawn(w, turn):
    said = answered(w, turn)
    spine.withdraw_answer(actor=w.north_head, turn=turn, reason="Falta un anexo")
    said.refresh_from_db()
    turn.refresh_from_db()
    assert (turn.state, turn.answered_at, turn.closed_at) == ("accepted", None, None)
    assert (said.verdict, said.verdict_by, said.verdict_reason, said.text) == ("withdrawn", w.north_head, "Falta un anexo", "Procede.")
    assert set(Tray.objects.filter(turn_id=turn.pk).values_list("side", "tab")) == {("holder", Tray.Tab.TO_DO)}
    assert "Falta un anexo" not in Entry.objects.get(verb="letter.withdraw_answer", case_id=turn.case_id).detail
    again = answered(w, turn, "Va completo.")
    spine.approve(actor=w.head, turn=turn)
    turn.refresh_from_db()
    assert turn.state == "closed" and Answer.objects.get(pk=again.pk).verdict == "accepted"


def test_what_it_waited_for_evaluation_gives_no_more_time(w, turn):
    before = Clock.objects.get(turn_id=turn.pk)
    answered(w, turn)
    spine.withdraw_answer(actor=w.north_head, turn=turn, reason="Falta un anexo")
    clock = Clock.objects.get(turn_id=turn.pk)
    assert (clock.state, clock.due_at, clock.stopped_at) == ("run", before.due_at, None)


def test_whoever_answers_for_the_unit_may_and_whoever_evaluates_sends_back(w, turn):
    colleague = make.person(w.institution, w.north, "staff")
    answered(w, turn)
    assert may_withdraw(w.north_head, turn) and may_withdraw(colleague, turn)
    assert not any(may_withdraw(who, turn) for who in (w.head, w.clerk, w.north_1_head))
    with pytest.raises(NotAllowed):
        spine.withdraw_answer(actor=w.head, turn=turn, reason="No")
    spine.approve(actor=w.head, turn=turn)
    with pytest.raises(Refused, match="Atendido"):
        spine.withdraw_answer(actor=w.north_head, turn=turn, reason="Tarde")


def test_whoever_comes_to_evaluate_it_is_told_why_there_is_nothing_to_evaluate(w, turn):
    answered(w, turn)
    spine.withdraw_answer(actor=w.north_head, turn=turn, reason="Falta un anexo")
    for act in (lambda: spine.approve(actor=w.head, turn=turn), lambda: spine.send_back(actor=w.head, turn=turn, reason="No")):
        with pytest.raises(Refused, match="retiró su respuesta: espere la nueva"):
            act()
    page = signed_in(w.head).get(reverse("turn_action", args=[turn.pk, "approve"]), follow=True).content.decode()
    assert "espere la nueva" in page
    with pytest.raises(NotAllowed):
        spine.approve(actor=w.south_head, turn=turn)
    spine.withdraw(actor=w.head, turn=turn, reason="Ya no hace falta")
    with pytest.raises(Refused, match="Retirado"):
        spine.approve(actor=w.head, turn=turn)


def test_those_who_wait_for_it_and_everybody_above_are_told_why(w, turn):
    below = make.turn(turn.case, w.north_head, w.north_1, parent=turn)[0]
    spine.answer(actor=w.north_1_head, turn=below, draft=AnswerDraft("Va"))
    spine.withdraw_answer(actor=w.north_1_head, turn=below, reason="Era otro anexo")
    moves = list(Move.objects.filter(case=turn.case, verb="withdraw_answer").select_related("case"))
    for _twice in range(2):
        tell_moves(moves)
    told = Notice.objects.filter(title__contains="retiró su respuesta")
    assert {w.head.pk, w.north_head.pk} <= set(told.values_list("person_id", flat=True))
    assert w.north_1_head.pk not in told.values_list("person_id", flat=True)
    assert told.count() == told.values("person").distinct().count() and "Era otro anexo" in told.first().body


def test_its_letter_keeps_the_folio_and_loses_its_validity(w, turn):
    letter = answer_letter(actor=w.north_head, turn=turn, draft=AnswerLetter("Procede."), uuid=uuid4())
    spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Procede.", letter=letter))
    spine.withdraw_answer(actor=w.north_head, turn=turn, reason="Falta un anexo")
    assert Case.objects.get(pk=letter.pk).state == "returned"
    assert f"Oficio {letter.folio} (retirado, sin validez)" in pdf_text(whole_pdf(turn.case))
    page = signed_in(w.north_head).get(reverse("letter", args=[letter.pk])).content.decode()
    assert "no tiene validez" in page and "La respuesta se retiró." in page and "Falta un anexo" in page


def test_the_page_withdraws_tells_what_happened_and_offers_the_text_again(w, turn):
    answered(w, turn, "Procede la solicitud.")
    north, address = signed_in(w.north_head), reverse("turn_action", args=[turn.pk, "withdraw_answer"])
    assert "Procede la solicitud." in north.get(address).content.decode()
    assert north.post(address, {"uuid": "6b0e8a0e-0000-4000-8000-000000000001", "reason": " "}).status_code == 422
    assert north.post(address, {"uuid": "6b0e8a0e-0000-4000-8000-000000000001", "reason": "Falta un anexo"}).status_code == 302
    for client in (north, signed_in(w.head)):
        page = client.get(reverse("letter", args=[turn.case_id])).content.decode()
        assert [words for words in (" · retirada", "retiró la respuesta", "Procede la solicitud.", "Falta un anexo") if words not in page] == []
    form = north.get(reverse("turn_action", args=[turn.pk, "answer"])).content.decode()
    assert "Procede la solicitud.</textarea>" in form
    assert turn.case.folio in signed_in(w.head).get("/listas/respuestas/?evaluacion=withdrawn").content.decode()


def test_a_program_withdraws(w, turn):
    answered(w, turn)
    _token, secret = create_token(actor=w.north_head, name="Pruebas", scopes=tuple(SCOPES), days=1)
    done = Client().post(f"/api/v1/turns/{turn.uuid}/withdraw-answer", {"reason": "Falta un anexo"}, "application/json",
                         headers={"Authorization": f"Bearer {secret}"})
    assert done.status_code == 200, done.content
    assert Answer.objects.get(turn=turn).verdict == "withdrawn"


def test_it_was_neither_sent_nor_received_nor_carried(w, turn):
    day = timezone.localdate()

    def counted():
        units = ("answers_sent", w.north), ("answers_received", w.root), ("deliveries", w.north)
        return [reading.total(slug, [unit.pk], day, day) for slug, unit in units]

    def listed():
        page = signed_in(w.head).get("/listas/respuestas.json?evaluacion=sent").json()
        return len(page["filas"])

    answered(w, turn)
    assert (counted(), listed()) == ([1, 1, 1], 1)
    spine.withdraw_answer(actor=w.north_head, turn=turn, reason="Falta un anexo")
    assert (counted(), listed()) == ([0, 0, 0], 0)
    answered(w, turn, "Va completo.")
    spine.approve(actor=w.head, turn=turn)
    assert (counted(), listed()) == ([1, 1, 1], 1)
