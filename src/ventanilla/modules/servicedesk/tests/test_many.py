"""One action on many tickets: each with its own right, step and log entry; told row by row; sent again it is once; bounded."""
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.pages import as_, text

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, Move
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import RoundStep
from ventanilla.modules.servicedesk.services import major, many, solving
from ventanilla.modules.servicedesk.services.many import MOST, Order, do_to_many
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def pks(*cases: Case) -> list[int]:
    return [c.pk for c in cases]


def test_each_is_told_and_a_round_is_done_once(d: Desk) -> None:
    free, other, closed = (d.ticket(subject=f"Ticket {n}") for n in range(3))
    desk.take(actor=d.agent, case=closed)
    desk.resolve(actor=d.agent, case=closed, cause=d.cause, solution="Se corrigió")
    order = Order("take", uuid=uuid4())
    steps = do_to_many(actor=d.agent, cases=pks(free, other, closed), order=order)
    assert [(s.case_id, s.done) for s in steps] == [(free.pk, True), (other.pk, True), (closed.pk, False)] and steps[2].why
    assert {Case.objects.get(pk=c.pk).assignee for c in (free, other)} == {d.agent}
    written = Entry.objects.filter(verb="request.take", institution_id=d.world.institution.pk)
    moves, entries = Move.objects.count(), written.count()
    assert [s.pk for s in do_to_many(actor=d.agent, cases=pks(free, other, closed), order=order)] == [s.pk for s in steps]
    assert (Move.objects.count(), written.count()) == (moves, entries) and entries == 3
    with pytest.raises(NotAllowed):
        do_to_many(actor=d.manager, cases=pks(free), order=order)


def test_rights_are_asked_for_each_and_what_is_not_seen_does_not_exist(d: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, theirs = d.ticket(), d.ticket(subject="De la mesa")
    desk.assign(actor=d.manager, case=mine, team=d.second)
    steps = do_to_many(actor=d.engineer, cases=pks(mine, theirs), order=Order("take"))
    assert [s.case_id for s in steps if s.done] == [mine.pk] and theirs.pk not in [s.case_id for s in steps if s.done]
    with pytest.raises(NotAllowed):
        do_to_many(actor=d.asker, cases=pks(mine), order=Order("take"))
    monkeypatch.setattr(many, "MOST", 1)
    with pytest.raises(Refused, match="Marque 1 tickets"):
        do_to_many(actor=d.manager, cases=pks(mine, theirs), order=Order("take"))
    assert MOST == 200 and not RoundStep.objects.filter(case=theirs, done=True).exists()


def test_the_page_assigns_holds_resolves_and_ties_what_was_ticked(d: Desk) -> None:
    rows = [d.ticket(subject=f"El correo {n}") for n in range(2)]
    page, agent = reverse("tickets_many"), as_(d.manager)
    ticked = {"fila": pks(*rows)}
    listed = text(agent.get(reverse("screen", args=["tickets"]), {"mio": "free", "equipo": d.first.pk}))
    assert "Atender los marcados" in listed and d.first.name in listed
    assert "Atender 2 tickets a la vez" in text(agent.post(page, ticked)) and as_(d.asker).post(page, ticked).status_code == 404

    def send(**said: object) -> str:
        answer = agent.post(page, {**ticked, "uuid": str(uuid4()), **said})
        return answer.content.decode()

    assert "Este dato hace falta" in send(action="assign")
    assert "Hecho: 2; no se pudo: 0" in send(action="assign", team=d.first.pk, **{"person--text": d.agent.name})
    assert {Case.objects.get(pk=c.pk).assignee for c in rows} == {d.agent}
    agent = as_(d.agent)
    assert "Hecho: 2" in send(action="prioritise", impact=1, urgency=1, reason="Es de todos", cause="nada")
    assert "Hecho: 2" in send(action="hold", why=d.hold.pk, note="Falta el oficio")
    problem = solving.open_problem(actor=d.agent, incidents=[rows[0]], subject="El servidor de correo se cae")
    assert "no es un problema ni un incidente mayor" in send(action="tie", folio=rows[0].folio)
    assert "Hecho: 2" in send(action="tie", folio=problem.folio.lower())
    assert "Hecho: 2" in send(action="resolve", cause=d.cause.pk, solution="Se reinició")
    again = send(action="take")
    assert "Hecho: 0; no se pudo: 2" in again and rows[1].folio in again
    assert Case.objects.get(pk=rows[0].pk).ticket.cause == d.cause and "close" in {
        s.name for s in major.steps_of(d.asker, Case.objects.get(pk=rows[0].pk))}
