"""A unit gets a calendar of its own: what runs there is foreseen, then applied, as what is registered there from now on is counted."""
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import tasks
from ventanilla.core.cases.models import Case, Clock, Turn
from ventanilla.core.cases.services import foreseeing, recomputing
from ventanilla.core.cases.services.ending_calendars import change_calendar, to_foresee
from ventanilla.core.cases.terms import Term, Wish, dues
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Institution, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.orgs.services.units import move_unit
from ventanilla.core.workdays.models import Calendar
from ventanilla.core.workdays.services import (
    CalendarChange,
    create_calendar,
    draft_of,
    publish_version,
    standard_calendar,
    units_of,
)
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
    assert set(units_of(Calendar.objects.get(institution=w.institution, unit=None))) == {w.root.pk, w.south.pk, w.south_1.pk}
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


def foresee_change(calendar: Calendar, day: date | None) -> recomputing.Preview | None:
    asked = to_foresee(calendar, day)
    return recomputing.foresee(*asked) if asked else None


def ended(w: make.World, calendar: Calendar, day: date) -> Calendar:
    return change_calendar(actor=w.admin, calendar=calendar, change=CalendarChange(calendar.name, day))


def test_what_ends_goes_on_as_what_is_registered_there_from_now_on(w: make.World) -> None:
    """The oracle is the way by which new matters get their deadlines, in the unit, below it, and where a nearer one holds."""
    calendar, nearer = own(w, w.north, MORNINGS), own(w, w.north_1, ALWAYS)
    made = {unit: make.letter(w, unit=unit, actor=actor, term=hours(9)) for unit, actor in (
        (w.north, w.north_head), (w.north_1, w.north_1_head), (w.north_2, make.person(w.institution, w.north_2, "head")), (w.south, w.south_head))}
    general, before = Calendar.objects.get(institution=w.institution, unit=None), seen()
    foreseen = foresee_change(calendar, MONDAY.date())
    assert foreseen and (foreseen.looked_at, foreseen.moved) == (2, 2) and seen() == before
    calendar = ended(w, calendar, MONDAY.date())
    assert seen() == before and recomputing.waiting(general) == 2 and recomputing.waiting(calendar) == 0
    assert set(units_of(general)) == {u.pk for u in Unit.objects.filter(institution=w.institution)} - {w.north_1.pk} and not units_of(calendar)
    assert recomputing.apply(actor=w.admin, calendar=general).moved == 2
    for unit, case in made.items():
        case.refresh_from_db()
        assert case.due_at == dues([Wish(unit, case.received_at, hours(9))])[0].due_at
    assert recomputing.waiting(general) == recomputing.waiting(nearer) == 0
    entry = Entry.objects.get(verb="workdays.update_calendar")
    assert entry.actor_id == w.admin.pk and entry.subject == f"calendar:{calendar.pk}"


def test_what_ends_below_another_goes_on_by_that_one(w: make.World) -> None:
    above, calendar = own(w, w.north, ALWAYS), own(w, w.north_1, MORNINGS)
    case = make.letter(w, unit=w.north_1, actor=w.north_1_head, term=hours(9))
    ended(w, calendar, MONDAY.date())
    assert recomputing.waiting(Calendar.objects.get(institution=w.institution, unit=None)) == 0
    assert recomputing.apply(actor=w.admin, calendar=above).moved == 1
    assert Case.objects.get(pk=case.pk).due_at == case.received_at + timedelta(hours=9)


def test_on_the_day_it_ends_new_matters_change_and_whoever_decided_it_is_told_once(w: make.World) -> None:
    calendar, friday = own(w, w.north, ALWAYS), MONDAY.date() + timedelta(days=4)
    ended(w, calendar, friday)
    case = make.letter(w, unit=w.north, actor=w.north_head, term=hours(5))
    assert case.due_at == MONDAY + timedelta(hours=5), "it holds until then"
    with connection.cursor() as cursor:
        cursor.execute("SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = 'cases.calendar_end'")
        [(found, at)] = cursor.fetchall()
    asked = json.loads(found) if isinstance(found, str) else found
    assert timezone.localtime(at).date() == friday and asked["day"] == friday.isoformat()
    tasks.tell_calendar_end(w.admin.pk, calendar.pk, MONDAY.date().isoformat())
    assert not Notice.objects.filter(person=w.admin), "its end was moved"
    with time_machine.travel(MONDAY + timedelta(days=4), tick=False):
        later = make.letter(w, unit=w.north, actor=w.north_head, term=hours(9))
        assert later.due_at == dues([Wish(w.south, later.received_at, hours(9))])[0].due_at
        for _again in range(2):
            tasks.tell_calendar_end(**asked)
        [notice] = Notice.objects.filter(person=w.admin)
        assert calendar.name in notice.title and "1 plazo corre" in notice.body


def test_it_holds_again_and_a_second_one_is_never_made(w: make.World) -> None:
    calendar = own(w, w.north, ALWAYS)
    ended(w, calendar, MONDAY.date())
    case = make.letter(w, unit=w.north, actor=w.north_head, term=hours(9))
    calendar.refresh_from_db()
    with pytest.raises(Refused, match="ya tiene un calendario"):
        create_calendar(actor=w.admin, institution=w.institution, name="Otro", unit=w.north)
    with pytest.raises(Refused, match="dejó de valer"):
        publish_version(actor=w.admin, calendar=calendar, draft=draft(w.institution, MORNINGS))
    foreseen = foresee_change(calendar, None)
    assert foreseen and foreseen.moved == 1
    change_calendar(actor=w.admin, calendar=calendar, change=CalendarChange("Otra vez"))
    calendar.refresh_from_db()
    assert calendar.name == "Otra vez" and recomputing.apply(actor=w.admin, calendar=calendar).moved == 1
    assert Case.objects.get(pk=case.pk).due_at == MONDAY + timedelta(hours=9)


def test_what_cannot_end(w: make.World) -> None:
    calendar, general = own(w, w.north, ALWAYS), Calendar.objects.get(institution=w.institution, unit=None)
    for row, day in ((calendar, MONDAY.date() - timedelta(days=1)), (general, MONDAY.date())):
        for refused in (lambda row=row, day=day: foresee_change(row, day), lambda row=row, day=day: ended(w, row, day)):
            with pytest.raises(Refused) as no:
                refused()
            assert no.value.field == "valid_to"
    with pytest.raises(NotAllowed):
        change_calendar(actor=w.north_head, calendar=calendar, change=CalendarChange("Mío"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Calendar.objects.filter(pk=general.pk).update(valid_to=MONDAY.date())


# --- units that move ------------------------------------------------------------------------------------------


def moves(w: make.World, unit: Unit, parent: Unit) -> None:
    move_unit(actor=w.admin, unit=Unit.objects.get(pk=unit.pk), parent=parent)


@pytest.mark.parametrize("first", ["ends", "moves", "moves only"])
def test_clocks_of_a_unit_that_moved_away_follow_what_holds_for_it_now(w: make.World, first: str) -> None:
    """The oracle is the way by which new matters get their deadlines."""
    calendar, general = own(w, w.north, MORNINGS), Calendar.objects.get(institution=w.institution, unit=None)
    case = make.letter(w, unit=w.north_1, actor=w.north_1_head, term=hours(9))
    turn = make.turn(make.letter(w), w.head, w.north_1, term=hours(9))[0]
    stays = make.letter(w, unit=w.north_2, actor=make.person(w.institution, w.north_2, "head"), term=hours(9))
    before = seen()
    if first == "ends":
        ended(w, calendar, MONDAY.date())
        moves(w, w.north_1, w.south)
    else:
        moves(w, w.north_1, w.south)
        if first == "moves":
            ended(w, calendar, MONDAY.date())
    assert seen() == before, "nothing changes until it is applied"
    theirs = {Clock.objects.get(case=case).pk, Clock.objects.get(turn_id=turn.pk).pk}
    left = theirs | ({Clock.objects.get(case=stays).pk} if first != "moves only" else set())
    assert recomputing.waiting(general) == len(left) and recomputing.waiting(calendar) == 0
    found = recomputing.apply(actor=w.admin, calendar=general)
    assert set(found.clocks.tolist()) == left and recomputing.waiting(general) == 0
    for clock in Clock.objects.filter(pk__in=left):
        [expected] = dues([Wish(Unit.objects.get(pk=w.north_1.pk), clock.start, hours(9))])
        assert (clock.due_at, clock.version_id) == (expected.due_at, expected.version.pk)
    assert Entry.objects.filter(verb="cases.recompute", subject=f"calendar:{general.pk}").count() == 1
    assert Clock.objects.get(case=stays).version.calendar == (general if first != "moves only" else calendar)


def test_what_moves_below_another_calendar_follows_that_one(w: make.World) -> None:
    calendar, other = own(w, w.north, MORNINGS), own(w, w.south, ALWAYS)
    case = make.letter(w, unit=w.north_1, actor=w.north_1_head, term=hours(9))
    moves(w, w.north_1, w.south)
    ended(w, calendar, MONDAY.date())
    assert recomputing.waiting(Calendar.objects.get(institution=w.institution, unit=None)) == 0
    assert recomputing.apply(actor=w.admin, calendar=other).moved == 1
    assert Case.objects.get(pk=case.pk).due_at == case.received_at + timedelta(hours=9)


# --- more than one waits for ----------------------------------------------------------------------------------


def test_of_many_clocks_a_request_counts_and_a_job_foresees(w: make.World, monkeypatch: pytest.MonkeyPatch) -> None:
    calendar, general = own(w, w.north, MORNINGS), Calendar.objects.get(institution=w.institution, unit=None)
    case = make.letter(w, unit=w.north, actor=w.north_head, term=hours(9))
    monkeypatch.setattr(recomputing, "LARGE", 0)
    with monkeypatch.context() as patch:
        patch.setattr(recomputing, "_load", None)  # no clock is read
        asked = to_foresee(calendar, MONDAY.date())
        assert asked and recomputing.foresee(*asked) is None and recomputing.looked_at(asked[0]) == 1
        ended(w, calendar, MONDAY.date())
        assert [foreseeing.foreseen(actor=w.admin, calendar=general) for _again in range(3)] == [None] * 3
        assert recomputing.running(general, foreseeing.TASK) == "todo" and recomputing.running(general) == ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [foreseeing.TASK])
        [(found,)] = cursor.fetchall()
    tasks.foresee(**(json.loads(found) if isinstance(found, str) else found))
    kept = foreseeing.foreseen(actor=w.admin, calendar=general)
    assert kept and kept.at == timezone.now() and (kept.found.looked_at, kept.found.moved) == (1, 1)
    assert Notice.objects.get(person=w.admin).url == f"/administracion/calendarios/{general.pk}/recalcular/"
    assert Case.objects.get(pk=case.pk).due_at == case.due_at, "nothing is written"
    recomputing.apply(actor=w.admin, calendar=general)
    assert foreseeing.foreseen(actor=w.admin, calendar=general) is None, "what was foreseen has happened"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [foreseeing.TASK])
        assert cursor.fetchone() == (1,), "and none waits that would be foreseen"
    with pytest.raises(NotAllowed):
        foreseeing.foreseen(actor=w.north_head, calendar=general)


def test_of_those_that_flip_only_some_are_kept_by_name_and_all_are_counted(w: make.World, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [make.letter(w, unit=w.north, actor=w.north_head, term=hours(4)) for _n in range(3)]
    calendar = own(w, w.north, MORNINGS)
    monkeypatch.setattr(recomputing, "LARGE", 0)
    monkeypatch.setattr(foreseeing, "LISTED", 2)
    with time_machine.travel(MONDAY + timedelta(hours=7), tick=False):  # late since 14:00 by the institution's
        foreseeing.foresee_and_tell(actor=w.admin, calendar=calendar)
        kept = foreseeing.foreseen(actor=w.admin, calendar=calendar)
    assert kept and kept.found.stop_being_late == 3 and not kept.found.become_late
    assert [s.case_id for s in kept.found.foreseen.shifts] == [c.pk for c in cases[:2]]
