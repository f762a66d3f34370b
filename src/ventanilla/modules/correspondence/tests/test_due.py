"""Another due date for a registered letter: who may, what it does to its turns, and how it is told."""
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests import make

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.derivation import derivation_of
from ventanilla.core.cases.models import Clock, Move
from ventanilla.core.cases.telling import tell_moves
from ventanilla.core.cases.terms import Term
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import long_moment
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.services.papers import _file_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    with time_machine.travel(make.at(date(2026, 11, 23))):
        yield make.world()


def day(n):
    return timezone.localdate() + timedelta(days=n)


def end(n):
    return make.at(day(n), 18)


def due_in(w, n, **extra):
    return make.letter(w, term=Term(due_at=end(n)), **extra)


def moved(w, case, n, who=None):
    return letters.set_due(actor=who or w.head, case=case, due_at=end(n), reason="Quien lo envió dio una prórroga")


def test_more_time_for_the_letter_lets_its_turns_have_more(w):
    case = due_in(w, 5)
    turn = make.turn(case, w.head, w.north, term=Term(due_at=end(30)))[0]
    assert turn.due_at == end(5)                                        # capped by the letter
    with pytest.raises(Refused, match="No puede vencer después"):
        spine.extend(actor=w.head, turn=turn, due_at=end(20), reason="Prórroga")
    moved(w, case, 20)
    case.refresh_from_db()
    turn.refresh_from_db()
    assert (case.due_at, case.state, turn.due_at) == (end(20), "routed", end(5))
    assert case.amber_at and end(5) < case.amber_at <= end(20)
    spine.extend(actor=w.head, turn=turn, due_at=end(20), reason="Prórroga")
    assert "El vencimiento se fijó a mano" in " ".join(derivation_of(case))
    assert Clock.objects.get(case=case, turn_id=None).due_at == end(20)


def test_what_is_refused_names_why(w):
    case = due_in(w, 10)
    make.turn(case, w.head, w.north, term=Term(due_at=end(8)))
    for n, said in ((10, "El asunto ya vence en esa fecha"), (-1, "debe estar en el futuro"), (7, "Hay turnos derivados que vencen después")):
        with pytest.raises(Refused, match=said):
            moved(w, case, n)
    with pytest.raises(Refused, match="motivo"):
        letters.set_due(actor=w.head, case=case, due_at=end(12), reason=" ")
    assert not Move.objects.filter(verb="set_due").exists()
    moved(w, case, 8)                                                   # as late as its turn


def test_a_letter_without_a_term_gets_one_and_a_concluded_one_none(w):
    w.oficio.amount = None
    w.oficio.save()
    case = make.letter(w)
    assert case.due_at is None
    moved(w, case, 6, w.clerk)
    case.refresh_from_db()
    assert case.due_at == end(6)
    letters.conclude(actor=w.head, case=case, reason="Atendido")
    with pytest.raises(Refused):
        moved(w, case, 9)


def test_only_who_registers_or_concludes_there(w):
    case = due_in(w, 10)
    make.turn(case, w.head, w.north)
    for who in (w.north_head, w.staff):
        with pytest.raises(NotAllowed):
            moved(w, case, 12, who)


def test_by_its_page_it_is_told_to_those_who_have_it_and_in_the_history(w):
    case = due_in(w, 10)
    turn = make.turn(case, w.head, w.north)[0]
    client = Client()
    client.force_login(w.head.user)
    assert f"/correspondencia/{case.pk}/set_due/" in client.get(f"/correspondencia/{case.pk}/").content.decode()
    wanted = {"uuid": uuid4(), "due": day(15).isoformat(), "reason": "Prórroga concedida"}
    said = " ".join(client.post(f"/correspondencia/{case.pk}/set_due/", wanted, follow=True).content.decode().split())
    case.refresh_from_db()
    before, after = (long_moment(timezone.localtime(m)) for m in (end(10), case.due_at))
    assert "Los turnos conservan el suyo" in said and f"<del>«{before}»</del> → <ins>«{after}»</ins>" in said
    assert f"Vencimiento: «{before}» → «{after}»" in _file_data(case)["events"][-1]["what"]
    tell_moves(Move.objects.filter(case=case, verb="set_due").select_related("case"))
    told = Notice.objects.get(person=w.north_head, kind="extended")
    assert told.title == f"Cambió el vencimiento del asunto: {case.folio}"
    spine.extend(actor=w.head, turn=turn, due_at=end(12), reason="Le hace falta")
    assert "Vencimiento: «" in _file_data(case)["events"][-1]["what"]


def test_notices_of_a_turn_say_from_whom_it_comes_and_until_when(w):
    case = due_in(w, 20)
    turn = make.turn(case, w.head, w.north, term=Term(due_at=end(5)))[0]
    spine.extend(actor=w.head, turn=turn, due_at=end(9), reason="Prórroga")
    moved(w, case, 30)
    quiet = make.turn(due_in(w, 20, subject="Lo que no se dice", level=2), w.head, w.north, term=Term(due_at=end(5)))[0]
    tell_moves(list(Move.objects.filter(verb__in=("route", "extend", "set_due")).select_related("case").order_by("pk")))
    bodies = dict(Notice.objects.filter(person=w.north_head, case_id=case.pk).values_list("kind", "body"))
    assert bodies["turn"] == f"{case.subject}\n{w.root.name}\nVence el {long_moment(end(9))}."  # as it stands when it is told
    assert set(Notice.objects.filter(person=w.north_head, kind="extended").values_list("body", flat=True)) == {
        f"{case.subject}\nVence el {long_moment(end(n))}.\nMotivo: {why}" for n, why in ((9, "Prórroga"), (30, "Quien lo envió dio una prórroga"))}
    body = Notice.objects.filter(case_id=quiet.case_id, kind="turn").values_list("body", flat=True).distinct().get()
    assert body == f"Asunto reservado: ábralo para verlo.\nVence el {long_moment(end(5))}."
