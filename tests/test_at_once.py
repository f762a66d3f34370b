"""Two people at once on what is taken back: an answer, a circular, a cancelled folio, a letter in the wrong expediente."""
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests import make
from tests.racing import one_wins, race
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Answer, Case, Move, Turn
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import ArchivePlace, ArchiveSeries, Circular
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular
from ventanilla.modules.correspondence.services.circulars_sent import cancel_circular, remind_circular
from ventanilla.modules.correspondence.services.registering_again import register_again
from ventanilla.modules.correspondence.services.registration import Sender

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def w() -> make.World:
    return make.world()


@pytest.mark.parametrize("verdict", ["accepted", "sent_back"])
def test_one_withdraws_the_answer_while_another_evaluates_it(w: make.World, verdict: str) -> None:
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Va"))
    evaluate = {"accepted": lambda: spine.approve(actor=w.head, turn=turn) or True,
                "sent_back": lambda: spine.send_back(actor=w.head, turn=turn, reason="Falta") or True}[verdict]
    one_wins(race(lambda: spine.withdraw_answer(actor=w.north_head, turn=turn, reason="Falta un anexo") or True, evaluate))
    turn.refresh_from_db()
    landed = {"accepted": "closed", "sent_back": "sent_back", "withdrawn": "accepted"}
    assert turn.state == landed[Answer.objects.get(turn=turn).verdict]
    assert Move.objects.filter(case=turn.case, verb__in=["withdraw_answer", "approve", "send_back"]).count() == 1


def test_two_people_move_letters_between_the_same_two_expedientes_both_ways(w: make.World) -> None:
    series = ArchiveSeries.objects.get(institution=w.institution)
    one, two = files = [letters.open_file(actor=w.head, unit=w.root, series=series, title=f"Vivienda {n}") for n in (1, 2)]
    cases = [make.letter(w) for _ in range(8)]
    for n, case in enumerate(cases):
        letters.conclude(actor=w.head, case=case, reason="Atendido")
        letters.archive(actor=w.head, case=case, draft=letters.PlaceDraft(files[n % 2], 1))
    other = make.person(w.institution, w.root, "head")

    def move(actor: Any, mine: list[Case], to: Any) -> Callable[[], object]:
        return lambda: [letters.refile(actor=actor, case=case, draft=letters.PlaceDraft(to, 1), reason="Era del otro") for case in mine]

    done = race(move(w.head, cases[0::2], two), move(other, cases[1::2], one))
    assert not any(isinstance(d, Exception) for d in done), done
    places = {file.pk: sorted(ArchivePlace.objects.filter(file=file).values_list("case_id", "position")) for file in files}
    assert [[case for case, _n in places[file.pk]] for file in files] == [[c.pk for c in cases[1::2]], [c.pk for c in cases[0::2]]]
    assert all(len({n for _case, n in rows}) == 4 for rows in places.values()), places
    assert Move.objects.filter(verb="refile").count() == 8


def circular(w: make.World) -> Circular:
    return send_circular(actor=w.head, draft=CircularDraft(w.root, w.oficio, "Cierre", "Calendario.", [w.north, w.south, w.north_1], "action"))


def test_two_people_cancel_or_remind_of_a_circular_at_once(w: make.World) -> None:
    sent, other = circular(w), make.person(w.institution, w.root, "assistant")
    one_wins(race(*(lambda who=who: remind_circular(actor=who, circular=sent) for who in (w.head, other))))
    assert sent.reminders.count() == 1
    one_wins(race(*(lambda who=who: cancel_circular(actor=who, circular=sent, reason=f"Por {who}") for who in (w.head, other))))
    assert Move.objects.filter(verb="cancel_circular").count() == 3


def test_a_circular_is_cancelled_while_its_addressees_answer(w: make.World) -> None:
    sent = circular(w)
    turns = {t.unit_id: t for t in Turn.objects.filter(case__letter__circular=sent)}
    answers = [(w.north_1_head, w.north_1), (w.south_head, w.south), (w.north_head, w.north)]
    done = race(lambda: cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha"),
                *(lambda who=who, unit=unit: spine.answer(actor=who, turn=turns[unit.pk], draft=AnswerDraft("Va")) for who, unit in answers))
    assert isinstance(done[0], Circular), done
    assert all(isinstance(d, (Answer, Refused)) for d in done[1:]), done
    assert set(Turn.objects.filter(case__letter__circular=sent).values_list("state", "case__state")) == {("cancelled", "cancelled")}
    assert Answer.objects.count() == sum(isinstance(d, Answer) for d in done[1:]), "what was answered stays in the history"


def test_two_people_register_a_cancelled_letter_again_at_once(w: make.World) -> None:
    case = make.letter(w)
    letters.cancel(actor=w.head, case=case, reason="Folio de más")
    draft = letters.LetterDraft(w.root, w.oficio, "Solicitud", Sender("state", "Secretaría de Finanzas"))
    one_wins(race(*(lambda who=who: register_again(actor=who, draft=replace(draft, uuid=uuid4()), cancelled=case) for who in (w.head, w.clerk))))
    assert Case.objects.count() == 2
