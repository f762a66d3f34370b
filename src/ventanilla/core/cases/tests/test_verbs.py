"""The life of a case through its verbs: routed, nested, answered, sent back, concluded; and what is refused."""
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests import make

from ventanilla.core.cases import services
from ventanilla.core.cases.models import Access, Answer, Case, Move, Tray, Turn
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.services import AnswerDraft, TurnDraft
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import ArchiveSeries

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def tabs(case):
    return sorted(Tray.objects.filter(case=case).values_list("unit__name", "side", "tab"))


def done(turn, actor, router, text="Atendido"):
    services.answer(actor=actor, turn=turn, draft=AnswerDraft(text))
    turn.refresh_from_db()
    services.approve(actor=router, turn=turn)


def test_a_letter_goes_from_the_counter_to_the_archive(w):
    case = make.letter(w)
    north, south = make.turn(case, w.head, w.north, w.south)
    child = make.turn(case, w.north_head, w.north_1, parent=north)[0]
    done(child, w.north_1_head, w.north_head)
    services.answer(actor=w.north_head, turn=Turn.objects.get(pk=north.pk), draft=AnswerDraft("Va"))
    services.send_back(actor=w.head, turn=Turn.objects.get(pk=north.pk), reason="Falta el anexo")
    done(Turn.objects.get(pk=north.pk), w.north_head, w.head, "Con anexo")
    done(south, w.south_head, w.head)
    case.refresh_from_db()
    assert case.state == "attended"
    letters.conclude(actor=w.head, case=case, reason="Atendido por oficio")
    case.refresh_from_db()
    series = ArchiveSeries.objects.get(institution=w.institution)
    file = letters.open_file(actor=w.head, unit=w.root, series=series, title="Escrituras", box="12", shelf="B")
    place = letters.archive(actor=w.head, case=case, draft=letters.PlaceDraft(file, 3))
    case.refresh_from_db()
    assert (case.state, place.position) == ("archived", 1) and case.closed_at
    assert Tray.objects.filter(case=case).exclude(tab=Tray.Tab.DONE).count() == 0


def test_where_it_waits_while_it_is_routed(w):
    case = make.letter(w)
    assert tabs(case) == [("Dirección General", "owner", 1)]
    turn = make.turn(case, w.head, w.north)[0]
    assert tabs(case) == [("Dirección General", "owner", 3), ("Dirección Norte", "holder", 1)]
    child = make.turn(case, w.north_head, w.north_1, parent=turn)[0]
    services.answer(actor=w.north_1_head, turn=child, draft=AnswerDraft("Listo"))
    assert tabs(case) == [("Departamento Norte Uno", "holder", 3), ("Dirección General", "owner", 3),
                          ("Dirección Norte", "holder", 3), ("Dirección Norte", "router", 2)]


def test_the_parent_cannot_answer_or_conclude_with_open_children(w):
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]
    make.turn(case, w.north_head, w.north_1, parent=turn)
    turn.refresh_from_db()
    with pytest.raises(Refused):
        services.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Ya"))
    with pytest.raises(Refused):
        letters.conclude(actor=w.head, case=case, reason="Ya")


def test_the_database_itself_refuses_a_closed_parent_over_open_children(w):
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]
    make.turn(case, w.north_head, w.north_1, parent=turn)
    with pytest.raises(IntegrityError), transaction.atomic():
        Turn.objects.filter(pk=turn.pk).update(state="closed", closed_at=timezone.now())
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_only_those_involved_see_it(w):
    case = make.letter(w)
    make.turn(case, w.head, w.north)
    assert Case.objects.visible_to(w.north_head).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(w.south_head).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(w.nobody).exists()


def test_a_confidential_matter_needs_clearance(w):
    case = make.letter(w, level=2)
    assert Case.objects.visible_to(w.head).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(w.clerk).filter(pk=case.pk).exists()


def test_who_may_not_gets_the_answer_of_a_thing_that_does_not_exist(w):
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]
    with pytest.raises(NotAllowed):
        services.accept(actor=w.south_head, turn=turn)
    with pytest.raises(NotAllowed):
        make.turn(case, w.north_head, w.north_1)


def test_a_step_the_state_does_not_allow_is_refused_with_the_state(w):
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]
    services.return_turn(actor=w.north_head, turn=turn, reason="No es de aquí")
    with pytest.raises(Refused, match="Devuelto"):
        services.accept(actor=w.north_head, turn=turn)
    case.refresh_from_db()
    assert case.state == "registered"


def test_a_reason_is_needed(w):
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    with pytest.raises(Refused, match="motivo"):
        services.return_turn(actor=w.north_head, turn=turn, reason="  ")


def test_sending_the_same_form_twice_is_one_turn_and_one_answer(w):
    case, key = make.letter(w), uuid4()
    first = services.route(actor=w.head, case=case, drafts=[TurnDraft(w.north, uuid=key)])
    again = services.route(actor=w.head, case=case, drafts=[TurnDraft(w.north, uuid=key)])
    draft = AnswerDraft("Va")
    services.answer(actor=w.north_head, turn=first[0], draft=draft)
    services.answer(actor=w.north_head, turn=first[0], draft=draft)
    assert first == again and Answer.objects.count() == 1


def test_not_to_itself_not_in_a_circle_not_to_a_closed_unit(w):
    case = make.letter(w)
    with pytest.raises(Refused):
        make.turn(case, w.head, w.root)
    turn = make.turn(case, w.head, w.north)[0]
    child = make.turn(case, w.north_head, w.north_1, parent=turn)[0]
    with pytest.raises(Refused, match="círculo"):
        make.turn(case, w.north_1_head, w.north, parent=child)
    w.south.valid_to = timezone.localdate()
    w.south.save()
    with pytest.raises(Refused, match="dejó de existir"):
        make.turn(case, w.head, w.south)


def test_a_child_never_is_due_after_its_parent(w):
    case = make.letter(w, term=Term(3))
    turn = make.turn(case, w.head, w.north, term=Term(10))[0]
    child = make.turn(case, w.north_head, w.north_1, parent=turn, term=Term(5))[0]
    case.refresh_from_db()
    assert child.due_at <= turn.due_at <= case.due_at


def test_extending_needs_a_reason_and_stays_within_the_parent(w):
    turn = make.turn(make.letter(w), w.head, w.north, term=Term(5))[0]
    child = make.turn(turn.case, w.north_head, w.north_1, parent=turn, term=Term(2))[0]
    with pytest.raises(Refused, match="del turno del que sale"):
        services.extend(actor=w.north_head, turn=child, due_at=turn.due_at + timedelta(days=1), reason="Más")
    services.extend(actor=w.north_head, turn=child, due_at=turn.due_at, reason="Más")
    child.refresh_from_db()
    assert child.due_at == turn.due_at


def test_withdrawing_takes_what_hangs_below(w):
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    child = make.turn(turn.case, w.north_head, w.north_1, parent=turn)[0]
    turn.refresh_from_db()
    services.withdraw(actor=w.head, turn=turn, reason="Por error")
    child.refresh_from_db()
    turn.refresh_from_db()
    assert (turn.state, child.state) == ("cancelled", "cancelled")


def test_reassigning_moves_the_tray_and_opens_the_case_to_the_new_unit(w):
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    services.reassign(actor=w.head, turn=turn, unit=w.south, person=None, reason="Le corresponde")
    assert Tray.objects.get(turn_id=turn.pk, side="holder").unit == w.south
    assert Case.objects.visible_to(w.south_head).filter(pk=turn.case_id).exists()


def test_information_turns_are_read_and_do_not_hold_the_case(w):
    case = make.letter(w)
    info = make.turn(case, w.head, w.south, purpose="information")[0]
    action = make.turn(case, w.head, w.north)[0]
    done(action, w.north_head, w.head)
    case.refresh_from_db()
    assert case.state == "attended"
    services.acknowledge(actor=w.south_head, turn=info)
    info.refresh_from_db()
    assert info.read_by == w.south_head and info.state == "read"


def test_progress_does_not_close_the_turn(w):
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    services.report(actor=w.north_head, turn=turn, draft=AnswerDraft("Vamos a la mitad"))
    turn.refresh_from_db()
    assert turn.state == "accepted" and turn.answers.get().partial


def test_a_turn_to_a_person_waits_for_that_person_only_by_name(w):
    case = make.letter(w, unit=w.north_1, actor=w.north_1_head)
    turn = make.turn(case, w.north_1_head, w.north_1, person=w.staff)[0]
    assert Tray.objects.get(turn_id=turn.pk).person == w.staff
    assert Access.objects.filter(case=case, token=-w.staff.pk).exists()


def test_every_verb_leaves_one_move_and_the_buttons_follow_the_flow(w):
    case = make.letter(w)
    make.turn(case, w.head, w.north)
    assert list(Move.objects.filter(case=case).order_by("id").values_list("verb", flat=True)) == ["register", "route"]
    case.refresh_from_db()
    assert [s.name for s in allowed_steps(w.head, case)] == ["route", "correct", "set_due"]
    assert allowed_steps(w.north_head, case) == ()


def test_moves_cannot_be_rewritten(w):
    make.letter(w)
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.update(reason="otra cosa")


def test_withdrawing_without_the_right_touches_nothing_below(w):
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    child = make.turn(turn.case, w.north_head, w.north_1, parent=turn)[0]
    with pytest.raises(NotAllowed):
        services.withdraw(actor=w.staff, turn=turn, reason="No me toca")
    child.refresh_from_db()
    assert child.state == "sent"


def test_a_turn_is_not_extended_beyond_its_case(w):
    case = make.letter(w, term=Term(3))
    turn = make.turn(case, w.head, w.north, term=Term(2))[0]
    with pytest.raises(Refused, match="del turno del que sale"):
        services.extend(actor=w.head, turn=turn, due_at=case.due_at + timedelta(days=1), reason="Más")
