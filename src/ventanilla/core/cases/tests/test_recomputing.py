"""A holiday declared afterwards: the preview says what flips, applying moves case, turns and trays alike."""
import time
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import numpy as np
import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests import make

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.clocks import recount
from ventanilla.core.cases.models import Case, Clock, Move, Tray, Turn
from ventanilla.core.cases.services import recomputing
from ventanilla.core.cases.terms import Term
from ventanilla.core.cases.tests.test_places import somebody_waits_for_us
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.core.workdays.services import draft_of, publish_version
from ventanilla.lib.worktime import Day, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def declare(w, days):
    """Publish a version in which the next `days` days are closed by decree."""
    calendar = Calendar.objects.get(institution=w.institution)
    held = CalendarVersion.objects.filter(calendar=calendar).newest().get()
    draft = draft_of(held)
    known = {d.day for d in draft.days}
    today = timezone.localdate()
    new = [Day(today + timedelta(n), Kind.CONTINGENCY, "Contingencia", "Decreto") for n in range(1, days + 1)]
    kept = tuple(d for d in draft.days if d.day not in {n.day for n in new})
    assert known
    publish_version(actor=None, calendar=calendar, draft=replace(draft, days=(*kept, *new)))
    return calendar


def test_preview_then_apply(w):
    case = make.letter(w, term=Term(3))
    turn = make.turn(case, w.head, w.north, term=Term(2))[0]
    child = make.turn(case, w.north_head, w.north_1, parent=turn, term=Term(2))[0]
    calendar = declare(w, 10)
    found = recomputing.preview(calendar)
    assert (found.looked_at, found.moved) == (3, 3)
    before = {t.pk: t.due_at for t in Turn.objects.all()}
    assert Case.objects.get(pk=case.pk).due_at == case.due_at
    recomputing.apply(actor=w.admin, calendar=calendar)
    case.refresh_from_db()
    turns = {t.pk: t for t in Turn.objects.all()}
    assert all(turns[pk].due_at > due for pk, due in before.items())
    assert turns[child.pk].due_at <= turns[turn.pk].due_at <= case.due_at
    assert set(Tray.objects.filter(case=case).values_list("due_at", flat=True)) == {
        case.due_at, turns[turn.pk].due_at, turns[child.pk].due_at}
    assert Move.objects.filter(verb="recompute", case=case).count() == 1
    assert set(Clock.objects.values_list("version", flat=True)) == {found.version.pk}


def test_what_is_concluded_or_set_by_hand_stays(w):
    from ventanilla.modules.correspondence.services import conclude
    done = make.letter(w, term=Term(3))
    conclude(actor=w.head, case=done, reason="Ya")
    by_hand = make.letter(w, term=Term(due_at=timezone.now() + timedelta(days=5)))
    found = recomputing.apply(actor=w.admin, calendar=declare(w, 10))
    assert (found.looked_at, found.moved) == (1, 0)
    by_hand.refresh_from_db()
    assert Clock.objects.get(case=by_hand).due_at == by_hand.due_at


def test_only_who_administers_calendars(w):
    with pytest.raises(NotAllowed):
        recomputing.apply(actor=w.head, calendar=declare(w, 1))


def test_a_fraction_of_a_second_moves_nothing(w):
    """A version without differences changes no moment, also of what began or waited in the middle of a second."""
    case = make.letter(w, term=Term(3))
    begun = timezone.now().replace(microsecond=700_000)
    Clock.objects.filter(case=case).update(start=begun, amount=90, term_unit="workminutes")
    clock = Clock.objects.get(case=case)
    clock.pauses.create(since=begun + timedelta(minutes=3, microseconds=100_000), until=begun + timedelta(hours=30), reason="Espera")
    recount(clock)
    clock.save()
    calendar = Calendar.objects.get(institution=w.institution)
    held = CalendarVersion.objects.filter(calendar=calendar).newest().get()
    publish_version(actor=None, calendar=calendar, draft=draft_of(held))
    assert recomputing.preview(calendar).moved == 0


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.booleans()), max_size=40))
def test_levels(drawn):
    """What hangs comes after what it hangs from, as walking up tells, in whatever order the clocks come."""
    parents = {n + 1: above % (n + 1) for n, (above, _, _) in enumerate(drawn)}  # of turns 1, 2…: an earlier one, or none
    clocks = [0, *(n + 1 for n, (_, runs, _) in enumerate(drawn) if runs), *(n + 1 for n, (_, runs, two) in enumerate(drawn) if runs and two)]
    clocks.sort(key=lambda turn: (turn * 7) % 11)

    def walked(turn):
        return 0 if not turn else 1 + (walked(parents[turn]) if parents[turn] in clocks else 0)

    found = recomputing.levels(np.array(clocks, np.int64), np.array([parents.get(turn, 0) for turn in clocks], np.int64))
    assert found.tolist() == [walked(turn) for turn in clocks]


def test_no_levels_of_nothing():
    none = np.zeros(0, np.int64)
    assert not recomputing.levels(none, none).size


@pytest.mark.django_db(transaction=True)
def test_what_somebody_decided_while_it_was_computed_stays():
    """Deadlines are computed, then written: a matter that somebody changed between the two waits for the next time."""
    w, said = make.world(), []
    case, apart = make.letter(w, term=Term(30)), make.letter(w, term=Term(30))
    extended, returned, beside = make.turn(case, w.head, w.north, w.south, w.north_1, term=Term(2))
    other = make.turn(apart, w.head, w.north, term=Term(2))[0]
    day, calendar = timezone.now().replace(microsecond=0) + timedelta(days=9), declare(w, 3)

    def apply():
        try:
            said.append(recomputing.apply(actor=w.admin, calendar=calendar))
        except Exception as failure:
            said.append(failure)
        finally:
            connection.close()

    applying, end = Thread(target=apply), time.monotonic() + 120
    with transaction.atomic():
        spine.extend(actor=w.head, turn=extended, due_at=day, reason="Pidió más días")
        spine.return_turn(actor=w.south_head, turn=returned, reason="No es de aquí")
        applying.start()
        while not somebody_waits_for_us():
            assert time.monotonic() < end, "nobody waits"
            time.sleep(0.01)
    applying.join(120)
    assert isinstance(said[0], recomputing.Preview), said

    def dues():
        found = {t.pk: t.due_at for t in Turn.objects.all()}
        assert found == dict(Clock.objects.exclude(turn_id=None).values_list("turn_id", "due_at"))
        return found

    now = dues()
    assert (now[extended.pk], now[returned.pk], now[beside.pk]) == (day, returned.due_at, beside.due_at) and now[other.pk] > other.due_at
    assert recomputing.waiting(calendar) == 3 and not Move.objects.filter(case=case, verb="recompute").exists()
    recomputing.apply(actor=w.admin, calendar=calendar)
    now = dues()
    assert (now[extended.pk], now[returned.pk]) == (day, returned.due_at) and now[beside.pk] > beside.due_at
    assert recomputing.waiting(calendar) == 0
