"""A step taken in many cases at once leaves what the same step leaves when it is taken in one after the other."""
import json
import random
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Answer, Attachment, Case, Clock, Move, RoutingRule, SearchRow, Turn
from ventanilla.core.cases.services import AnswerDraft, TurnDraft
from ventanilla.core.cases.telling import people
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs.models import Absence, Unit
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.setup import AlreadySent, NotAllowed, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def left(case):
    """Everything that hangs from a case, its own keys written as their places."""
    turns = list(Turn.objects.filter(case=case).order_by("pk"))
    keys = {turn.pk: f"turn {n}" for n, turn in enumerate(turns)} | {case.pk: "case"}
    own = str(case.pk)

    def plain(rows):
        return sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)

    def said(detail):
        return {k: [keys.get(v, v) for v in value] if k == "turns" else value for k, value in detail.items() if k != "answer"}

    case = Case.objects.get(pk=case.pk)
    facts = ("purpose", "state", "unit_id", "person_id", "from_unit_id", "from_person_id", "text", "due_at", "amber_at", "sent_at", "closed_at")
    moves = [(m.verb, m.from_state, m.to_state, m.actor_id, m.acting_for_id, m.unit_id, m.reason, m.at, keys.get(m.turn_id), said(m.detail))
             for m in Move.objects.filter(case=case).order_by("pk")]
    entries = [(e.verb, e.actor_id, e.acting_for_id, e.subject.split(":")[0], said(json.loads(e.detail)))
               for e in Entry.objects.filter(case_id=case.pk).exclude(verb="letter.register").order_by("pk")]
    return {
        "case": (case.state, case.due_at, case.amber_at, case.closed_at), "moves": moves, "entries": entries,
        "turns": [[keys.get(t.parent_id), *(getattr(t, name) for name in facts)] for t in turns],
        "clocks": plain([keys.get(c["turn_id"]), {k: v for k, v in c.items() if k not in ("id", "case_id", "turn_id")}]
                        for c in Clock.objects.filter(case=case).values()),
        "trays": plain([keys.get(y["turn_id"]), {k: v for k, v in y.items() if k not in ("id", "case_id", "turn_id")}]
                       for y in case.trays.values()),
        "access": sorted(case.access.values_list("token", flat=True)),
        "tokens": sorted(SearchRow.objects.get(kind="letter", ref=own).tokens)}


def same(one, many):
    for single, of_many in zip(one, many, strict=True):
        assert left(single) == left(of_many)


@pytest.fixture
def still():
    with time_machine.travel(timezone.now(), tick=False):
        yield


def pairs(w, **extra):
    """Four cases for one after the other, and four like them for all at once."""
    return tuple([make.letter(w, term=Term(n), **extra) for n in (3, 8, 8, 20)] for _side in range(2))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("still")
def test_routing_and_withdrawing_many_is_routing_and_withdrawing_each(w, seed):
    one, many = pairs(w)
    chance = random.Random(seed)
    Absence.objects.create(person=w.head, acting=w.clerk, valid_from=timezone.localdate(), valid_to=timezone.localdate() + timedelta(days=2))
    plans = [dict(unit=chance.choice([w.north, w.south, w.north_1]), purpose=chance.choice(["action", "information"]), text=f"Va {n}",
                  term=chance.choice([None, Term(2), Term(60)])) for n in range(4)]
    for case, plan in zip(one, plans, strict=True):
        spine.route(actor=w.head, case=case, drafts=[TurnDraft(**plan)])
    spine.route_each(actor=w.head, sent=[(case, TurnDraft(**plan)) for case, plan in zip(many, plans, strict=True)])
    same(one, many)
    for cases in (one, many):
        for turn in Turn.objects.filter(case__in=cases, unit=w.north, purpose="action").order_by("pk"):
            below = spine.route(actor=w.north_head, case=turn.case, parent=turn, drafts=[TurnDraft(w.north_1), TurnDraft(w.north_2)])
            spine.answer(actor=w.north_1_head, turn=below[0], draft=AnswerDraft("Listo"))
    for case in one:
        spine.withdraw_each(Turn.objects.filter(case=case, parent=None).open(), "Ya no")
        spine.complete_when_done(case.pk)
    spine.withdraw_each(Turn.objects.filter(case__in=many, parent=None).open().order_by("pk"), "Ya no")
    spine.complete_when_done(*(case.pk for case in many))
    assert not Turn.objects.filter(case__in=[*one, *many]).open().exists()
    same(one, many)


@pytest.mark.usefixtures("still")
def test_concluding_and_opening_many_again_is_doing_it_in_each(w):
    one, many = pairs(w)
    for step in ("conclude", "cancel_circular"):
        for case in one:
            spine.take_step(actor=None if step == "cancel_circular" else w.head, case=case, step=step, reason="Así")
        spine.take_step_each(actor=None if step == "cancel_circular" else w.head, cases=many, step=step, reason="Así")
        same(one, many)
    assert {c.state for c in Case.objects.filter(pk__in=[c.pk for c in many])} == {"cancelled"}


def test_who_stands_in_for_somebody_is_named_in_each(w):
    Absence.objects.create(person=w.head, acting=w.clerk, valid_from=timezone.localdate(), valid_to=timezone.localdate() + timedelta(days=2))
    w.clerk.grants.all().delete()
    cases = [make.letter(w) for _n in range(2)]
    spine.route_each(actor=w.clerk, sent=[(case, TurnDraft(w.north)) for case in cases])
    entries = Entry.objects.filter(verb="letter.route", case_id__in=[case.pk for case in cases])
    assert list(entries.values_list("actor_id", "acting_for_id")) == [(w.clerk.pk, w.head.pk)] * 2


def test_one_that_may_not_keeps_all_as_they_were(w):
    cases = [make.letter(w) for _n in range(3)]
    other = make.letter(w, actor=w.south_head, unit=w.south)
    before = Move.objects.count()
    with pytest.raises(NotAllowed):
        spine.route_each(actor=w.north_head, sent=[(case, TurnDraft(w.north_1)) for case in cases])
    with pytest.raises(Refused, match="misma unidad"):
        spine.route_each(actor=w.head, sent=[(cases[0], TurnDraft(w.north)), (cases[1], TurnDraft(w.root))])
    rule = RoutingRule.objects.create(institution=w.institution, relation="subordinate", allowed=False, reason="Sólo por su dirección")
    with pytest.raises(Refused, match="Sólo por su dirección"):
        spine.route_each(actor=w.head, sent=[(cases[0], TurnDraft(w.north))])
    rule.delete()
    make.turn(other, w.south_head, w.south_1)
    with pytest.raises(Refused, match="1 turno sin atender"):
        spine.take_step_each(actor=None, cases=[*cases, other], step="cancel_circular", reason="Así")
    with pytest.raises(Refused, match="motivo"):
        spine.take_step_each(actor=w.head, cases=cases, step="cancel")
    assert {c.state for c in Case.objects.filter(pk__in=[c.pk for c in cases])} == {"registered"}
    assert Move.objects.count() == before + 1, "only the turn to the department"


def test_one_named_twice_is_a_mistake_of_the_program_and_moves_nothing(w):
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]
    before = Move.objects.count()
    for act in (lambda: spine.withdraw_each([turn, turn], "Ya no"), lambda: spine.take_step_each(actor=w.head, cases=[case, case], step="correct"),
                lambda: spine.route_each(actor=w.head, sent=[(case, TurnDraft(w.south)), (case, TurnDraft(w.north_1))])):
        with pytest.raises(ValueError, match="twice"):
            act()
    assert Move.objects.count() == before


def test_none_at_all_is_nothing_to_do(w):
    before = Move.objects.count(), Entry.objects.count()
    assert spine.route_each(actor=w.head, sent=[]) == [] == spine.attach_each(actor=w.head, given=[])
    spine.take_step_each(actor=w.head, cases=[], step="conclude")
    spine.withdraw_each([], "Nada")
    assert spine.complete_when_done() is False and (Move.objects.count(), Entry.objects.count()) == before


def test_nothing_is_asked_for_none_and_no_more_for_many(w):
    def statements(work):
        with CaptureQueriesContext(connection) as asked:
            work()
        return len(asked)

    assert statements(lambda: spine.withdraw_each([], "Nada")) == 0
    counts = []
    for n in (2, 8):
        cases = [make.letter(w) for _n in range(n)]
        documents = [make.document(w) for _n in range(n)]
        counts.append([
            statements(lambda cases=cases: spine.route_each(actor=w.head, sent=[(case, TurnDraft(w.north)) for case in cases])),
            statements(lambda cases=cases: spine.withdraw_each(Turn.objects.filter(case__in=cases).open(), "Ya no")),
            statements(lambda cases=cases: spine.take_step_each(actor=None, cases=cases, step="cancel_circular", reason="Así")),
            statements(lambda cases=cases, documents=documents: spine.attach_each(actor=w.head, given=[
                Attachment(case=case, document=document) for case, document in zip(cases, documents, strict=True)]))])
    assert counts[0] == counts[1]


def test_whoever_holds_a_turn_is_found_for_many_units_at_once_the_nearest_of_each(w):
    away = {"valid_from": timezone.localdate(), "valid_to": timezone.localdate() + timedelta(days=2)}
    Absence.objects.create(person=w.south_head, acting=w.nobody, **away)
    w.south_1_head.grants.all().delete()                # nobody there: whoever is given the unit above with what hangs from it
    give(actor=None, person=w.south_head, role="assistant", unit=w.south, subtree=True)
    give(actor=None, person=w.head, role="assistant", unit=w.root, subtree=True)
    expected = {w.north.pk: {w.north_head.pk}, w.north_1.pk: {w.north_1_head.pk, w.staff.pk}, w.north_2.pk: {w.north_2_head.pk},
                w.south.pk: {w.south_head.pk, w.nobody.pk}, w.south_1.pk: {w.south_head.pk, w.nobody.pk}}
    units = Unit.objects.filter(pk__in=expected)
    turns = [Turn(unit=unit) for unit in units] + [Turn(unit=w.north, person=w.staff)]
    with CaptureQueriesContext(connection) as asked:
        found = people.holders_of_each(turns, 0)
    assert len(asked) <= 2 and found == [*(expected[unit.pk] for unit in units), {w.staff.pk}]


@pytest.mark.usefixtures("still")
def test_sending_many_turns_on_is_sending_each_on(w):
    one, many = pairs(w)
    held = [[make.turn(case, w.head, w.north)[0] for case in cases] for cases in (one, many)]
    plans = [[TurnDraft(w.north_1, text=f"Va {n}", term=Term(2)), TurnDraft(w.north_2, purpose="information")] for n in range(4)]
    for turn, drafts in zip(held[0], plans, strict=True):
        spine.route(actor=w.north_head, case=turn.case, parent=turn, drafts=drafts)
    sent = [(turn, [TurnDraft(d.unit, d.person, d.purpose, text=d.text, term=d.term) for d in drafts])
            for turn, drafts in zip(held[1], plans, strict=True)]
    made = spine.route_many(actor=w.north_head, sent=sent)
    assert [(t.parent_id, t.unit_id) for t in made] == [(turn.pk, d.unit.pk) for turn, drafts in sent for d in drafts]
    same(one, many)
    moves = Move.objects.count()
    again = spine.route_many(actor=w.north_head, sent=sent)
    assert {t.pk for t in again} == {t.pk for t in made} and Move.objects.count() == moves, "the same keys send nothing more"
    more = [(turn, [*drafts, TurnDraft(w.south)]) for turn, drafts in sent]
    with pytest.raises(AlreadySent):
        spine.route_many(actor=w.north_head, sent=more)
    assert Move.objects.count() == moves


@pytest.mark.usefixtures("still")
def test_routing_many_letters_each_to_several_is_routing_each(w):
    one, many = pairs(w)
    plan = [TurnDraft(w.north, purpose="information"), TurnDraft(w.south)]
    for case in one:
        spine.route(actor=w.head, case=case, drafts=[TurnDraft(d.unit, purpose=d.purpose) for d in plan])
    spine.route_many(actor=w.head, sent=[(case, [TurnDraft(d.unit, purpose=d.purpose) for d in plan]) for case in many])
    same(one, many)


def answered(w, cases, **extra):
    turns = [make.turn(case, w.head, w.north)[0] for case in cases]
    for turn in turns:
        spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Procede", **extra))
    return turns


@pytest.mark.usefixtures("still")
def test_accepting_many_answers_is_accepting_each(w):
    one, many = pairs(w)
    held = [answered(w, cases) for cases in (one, many)]
    for turn in held[0]:
        spine.approve(actor=w.head, turn=turn)
    spine.approve_each(actor=w.head, turns=held[1])
    same(one, many)
    assert {c.state for c in Case.objects.filter(pk__in=[c.pk for c in many])} == {"attended"}
    judged = Answer.objects.filter(turn__in=held[1])
    assert set(judged.values_list("verdict", "verdict_by_id", "verdict_at")) == {("accepted", w.head.pk, timezone.now())}


def test_one_answer_that_is_ones_own_or_was_judged_keeps_all_waiting(w):
    turns = answered(w, [make.letter(w) for _n in range(2)])
    own = make.turn(make.letter(w), w.head, w.north)[0]
    Turn.objects.filter(pk=own.pk).update(person=w.head)
    own.refresh_from_db()
    spine.answer(actor=w.head, turn=own, draft=AnswerDraft("Yo mismo"))
    with pytest.raises(NotAllowed):
        spine.approve_each(actor=w.head, turns=[*turns, own])
    spine.approve(actor=w.head, turn=turns[1])
    with pytest.raises(Refused, match="Atendido"):
        spine.approve_each(actor=w.head, turns=turns)
    assert list(Answer.objects.order_by("pk").values_list("verdict", flat=True)) == ["", "accepted", ""]


def test_sending_on_and_accepting_ask_no_more_for_many(w):
    def statements(work):
        with CaptureQueriesContext(connection) as asked:
            work()
        return len(asked)

    counts = []
    for n in (2, 8):
        turns = [make.turn(make.letter(w), w.head, w.north)[0] for _n in range(n)]
        rows = list(Turn.objects.filter(pk__in=[t.pk for t in turns]).select_related("case"))
        waiting = answered(w, [make.letter(w) for _n in range(n)])
        counts.append([
            statements(lambda rows=rows: spine.route_many(actor=w.north_head, sent=[(turn, [TurnDraft(w.north_1)]) for turn in rows])),
            statements(lambda waiting=waiting: spine.approve_each(actor=w.head, turns=waiting))])
    assert counts[0] == counts[1]
