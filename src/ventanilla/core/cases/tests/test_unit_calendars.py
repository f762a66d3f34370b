"""A unit gets a calendar of its own: what runs there is foreseen, then applied, as what is registered there from now on is counted."""
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, Clock, Turn
from ventanilla.core.cases.services import recomputing
from ventanilla.core.cases.terms import Term, Wish, dues
from ventanilla.core.orgs.models import Institution, Unit
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.core.workdays.models import Calendar
from ventanilla.core.workdays.services import create_calendar, draft_of, publish_version, standard_calendar, units_of
from ventanilla.core.workdays.services.drafts import VersionDraft
from ventanilla.lib.worktime import Coverage

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")
MONDAY = datetime(2026, 11, 9, 10, tzinfo=ZONE)
MORNINGS = Coverage({day: ((540, 660),) for day in range(5)})      # two hours a day
ALWAYS = Coverage({day: ((0, 1440),) for day in range(7)})


@pytest.fixture
def w() -> Iterator[make.World]:
    with time_machine.travel(MONDAY, tick=False):
        yield make.world()


def draft(institution: Institution, coverage: Coverage) -> VersionDraft:
    return replace(draft_of(standard_calendar(institution)), coverage=coverage, uuid=uuid4())


def own(w: make.World, unit: Unit, coverage: Coverage) -> Calendar:
    made = create_calendar(actor=w.admin, institution=w.institution, name=f"De {unit.name}", unit=unit)
    publish_version(actor=w.admin, calendar=made, draft=draft(w.institution, coverage))
    return made


def hours(n: int) -> Term:
    return Term(n, "workhours")


def seen() -> dict[str, Any]:
    return {"clocks": dict(Clock.objects.values_list("pk", "due_at")), "cases": dict(Case.objects.values_list("pk", "due_at")),
            "turns": dict(Turn.objects.values_list("pk", "due_at"))}


def test_what_a_new_calendar_would_flip_is_told_and_nothing_is_written(w: make.World) -> None:
    case = make.letter(w, unit=w.north, actor=w.north_head, term=hours(4))
    elsewhere = make.letter(w, unit=w.south, actor=w.south_head, term=hours(4))
    before = seen()
    with time_machine.travel(MONDAY + timedelta(hours=7), tick=False):          # 17:00: both are late since 14:00
        found = recomputing.preview(Calendar(institution=w.institution, unit=w.north), draft(w.institution, MORNINGS))
        assert (found.looked_at, found.moved) == (1, 1)
        [shift] = found.foreseen.stop_being_late
        assert shift.case_id == case.pk and shift.due_before == case.due_at and not found.foreseen.become_late
        assert seen() == before and elsewhere.pk not in found.cases
        calendar = own(w, w.north, MORNINGS)
        assert recomputing.waiting(calendar) == 1 and seen() == before, "nothing changes until it is applied"
        with pytest.raises(NotAllowed):
            recomputing.apply(actor=w.north_head, calendar=calendar)
        recomputing.apply(actor=w.admin, calendar=calendar)
        case.refresh_from_db()
        assert case.due_at == shift.due_after and recomputing.waiting(calendar) == 0
        assert recomputing.apply(actor=w.admin, calendar=calendar).moved == 0, "twice is once"
    assert {"cases.recompute"} == set(Entry.objects.filter(subject=f"calendar:{calendar.pk}", verb__startswith="cases.").values_list("verb", flat=True))


def test_it_is_counted_as_what_is_registered_there_from_now_on(w: make.World) -> None:
    """The oracle is the way by which new matters get their deadlines."""
    made = [make.letter(w, unit=unit, actor=head, term=Term(amount, of)) for unit, head in (
        (w.north, w.north_head), (w.north_1, w.north_1_head), (w.south, w.south_head)) for amount, of in (
        (2, "workdays"), (3, "workhours"), (90, "workminutes"), (4, "calendar_days"))]
    recomputing.apply(actor=w.admin, calendar=own(w, w.north, MORNINGS))
    for clock in Clock.objects.select_related("case__unit").filter(case__in=made):
        [expected] = dues([Wish(clock.case.unit, clock.start, Term(clock.amount, clock.term_unit))])
        assert (clock.due_at, clock.amber_at, clock.version_id) == (expected.due_at, expected.amber_at, expected.version.pk)
        assert clock.case.due_at == clock.due_at


def test_a_nearer_calendar_holds_and_one_of_another_unit_does_not_reach(w: make.World) -> None:
    nearer = own(w, w.north_1, ALWAYS)
    case = make.letter(w, unit=w.north_1, actor=w.north_1_head, term=hours(4))
    calendar = own(w, w.north, MORNINGS)
    assert set(units_of(calendar)) == {w.north.pk, w.north_2.pk} and units_of(nearer) == [w.north_1.pk]
    assert units_of(Calendar.objects.get(institution=w.institution, unit=None)) == []
    assert recomputing.waiting(calendar) == recomputing.waiting(nearer) == 0
    assert Clock.objects.get(case=case).version.calendar == nearer
    other = make.world()
    make.letter(other, unit=other.north, actor=other.north_head, term=hours(4))
    assert recomputing.waiting(calendar) == 0


def test_turns_stay_within_what_they_hang_from_across_calendars(w: make.World) -> None:
    """Above on the institution's calendar and below on one of their own: neither is left due after what it hangs from."""
    own(w, w.north_2, ALWAYS)
    case = make.letter(w, term=Term(6))
    middle = make.turn(case, w.head, w.north, term=Term(5))[0]
    low = make.turn(case, w.north_head, w.north_1, parent=middle, term=Term(4))[0]
    side = make.turn(case, w.north_head, w.north_2, parent=middle, term=Term(4))[0]
    for coverage in (MORNINGS, ALWAYS, Coverage({0: ((540, 600),)})):
        calendar = Calendar.objects.filter(unit=w.north).first() or own(w, w.north, coverage)
        publish_version(actor=w.admin, calendar=calendar, draft=draft(w.institution, coverage))
        recomputing.apply(actor=w.admin, calendar=calendar)
        rows = {t.pk: t.due_at for t in Turn.objects.all()}
        case.refresh_from_db()
        assert rows[low.pk] <= rows[middle.pk] and rows[side.pk] <= rows[middle.pk] <= case.due_at
        assert Clock.objects.get(turn_id=side.pk).version.calendar.unit == w.north_2, "it keeps its own calendar"
        assert Clock.objects.get(turn_id=low.pk).version.calendar == calendar
    # the one above moves earlier: what hangs from it, counted by another calendar, is due no later
    institution = Calendar.objects.get(institution=w.institution, unit=None)
    publish_version(actor=w.admin, calendar=institution, draft=draft(w.institution, ALWAYS))
    recomputing.apply(actor=w.admin, calendar=institution)
    case.refresh_from_db()
    assert all(t.due_at <= case.due_at for t in Turn.objects.filter(case=case))


def test_what_is_done_by_hand_or_concluded_stays(w: make.World) -> None:
    from ventanilla.modules.correspondence.services import conclude

    done = make.letter(w, unit=w.north, actor=w.north_head, term=Term(3))
    conclude(actor=w.north_head, case=done, reason="Ya")
    by_hand = make.letter(w, unit=w.north, actor=w.north_head, term=Term(due_at=MONDAY + timedelta(days=5)))
    before = seen()
    found = recomputing.apply(actor=w.admin, calendar=own(w, w.north, MORNINGS))
    assert (found.looked_at, found.moved) == (1, 0) and seen() == before
    assert Clock.objects.get(case=by_hand).version.calendar.unit == w.north
