"""A team goes to another unit, or its unit gets hours of its own: what was foreseen of the open tickets is what happens, once."""
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.core.cases.services import recomputing
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Unit
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.roles import RoleDraft, save_role
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.core.workdays.models import Calendar
from ventanilla.core.workdays.services import create_calendar, draft_of, publish_version, standard_calendar
from ventanilla.lib.worktime import Coverage
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import Team
from ventanilla.modules.servicedesk.services.promises import repromising
from ventanilla.modules.servicedesk.services.promises.repromising import applying
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.clocks.ticket import Ticket, Yard, yard
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as make_desk
from ventanilla.modules.servicedesk.tests.test_fields import as_, text
from ventanilla.modules.servicedesk.tests.test_repromising import MONDAY, at

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")
AFTERNOON = MONDAY + timedelta(hours=4)
"""14:00: eight hours end on Tuesday at 13:00 by the office's hours, and today at 22:00 round the clock."""
MORNINGS = Coverage({day: ((540, 660),) for day in range(5)})
ALWAYS = Coverage.always()


def hours_for(d: Desk, unit: Unit, coverage: Coverage) -> Calendar:
    """A calendar of that unit; again publishes its next version."""
    made = Calendar.objects.filter(unit=unit).first() or create_calendar(
        actor=d.world.admin, institution=d.world.institution, name="Otro horario", unit=unit)
    draft = replace(draft_of(standard_calendar(d.world.institution)), coverage=coverage, uuid=uuid4())
    publish_version(actor=d.world.admin, calendar=made, draft=draft)
    return made


def lives(made: Yard, many: int) -> datetime:
    """Tickets of every sort; the moment after the last of what happened to them."""
    latest = datetime(2026, 12, 1, tzinfo=ZONE)
    for seed in range(many):
        life = Ticket(made, Random(seed))
        for _step in range(life.rng.choice((1, 3, 5))):
            life.step()
        latest = max(latest, life.at)
    for level in made.levels.values():
        level.refresh_from_db()
    return latest + timedelta(hours=7)


def seen(**of: Any) -> dict[int, tuple[Any, ...]]:
    """What open tickets show, and the moves they had."""
    return {c.pk: (c.due_at, Move.objects.filter(case=c).count()) for c in Case.objects.filter(closed_at=None, **of)}


def test_what_is_foreseen_of_a_team_is_what_happens_to_lives_of_every_sort() -> None:
    made = yard(make_desk())
    d = made.d
    latest = lives(made, 8)
    with at(latest):
        hours_for(d, d.world.south, MORNINGS)
        hours_for(d, d.world.south_1, ALWAYS)
    for n, unit in enumerate((d.world.south, d.world.south_1, d.world.north)):
        with at(latest + timedelta(hours=3 * n)):
            team = Team.objects.get(pk=d.first.pk)
            before, others = seen(ticket__team=team), seen(ticket__team=d.second)
            team.unit = unit
            foreseen = repromising.foresee(repromising.of_team(team), timezone.now(), team)
            assert seen(ticket__team=team) == before, "foreseeing writes nothing"
            Team.objects.filter(pk=team.pk).update(unit=unit)
            assert seen(ticket__team=team) == before, "and neither does saving"
            done = repromising.apply(actor=d.world.admin, target=team, reason="Cambió")
            assert [s.case_id for s in done.shifts] == [s.case_id for s in foreseen.shifts] and (n or done.shifts)
            shifts = {s.case_id: s for s in foreseen.shifts}
            for pk, (due, moves) in seen(ticket__team=team).items():
                assert moves == before[pk][1] + (pk in shifts)
                assert due == (shifts[pk].due_after if pk in shifts else before[pk][0])
            assert seen(ticket__team=d.second) == others
            assert repromising.apply(actor=d.world.admin, target=team).shifts == []


def test_hours_of_a_unit_reach_its_tickets_as_their_own_rules_say() -> None:
    """Two ways to the same: the core's recomputation of a calendar, and what the desk's rule of a promise would do ticket by ticket."""
    made = yard(make_desk())
    d = made.d
    latest, promised = lives(made, 10), {level.pk: repromising.as_it_is(level) for level in made.levels.values()}
    with at(latest):
        assert not repromising.foresee(promised, timezone.now()).shifts
        for coverage in (MORNINGS, ALWAYS):
            calendar = hours_for(d, d.world.north, coverage)
            expected = repromising.foresee(promised, timezone.now())
            before = seen()
            assert expected.shifts and recomputing.waiting(calendar)
            recomputing.apply(actor=d.world.admin, calendar=calendar)
            after, shifts = seen(), {s.case_id: s.due_after for s in expected.shifts}
            assert {pk: due for pk, (due, _n) in after.items()} == {pk: shifts.get(pk, before[pk][0]) for pk in before}
            assert not repromising.foresee(promised, timezone.now()).shifts and not recomputing.waiting(calendar)
    by_level = Clock.objects.exclude(state="stop").filter(case__ticket__level=made.levels["B"])
    assert {c.version.calendar.name for c in by_level.select_related("version__calendar")} <= {"24/7"}, "the level names its own"


def moved(d: Desk) -> tuple[Case, Unit]:
    """A ticket that would be late by the hours of the south, where the manager keeps the catalogue too."""
    hours_for(d, d.world.south, ALWAYS)
    return desk.take(actor=d.agent, case=d.ticket()), d.world.south


def manager_of(d: Desk, *units: Unit) -> Any:
    person = make.person(d.world.institution, d.world.north, "desk_manager")
    for unit in units:
        give(actor=None, person=person, role="desk_manager", unit=unit)
    return person


def test_who_moves_a_team_sees_what_flips_before_it_is_saved_and_applies_it_or_not() -> None:
    with at(AFTERNOON):
        d = make_desk()
        case, south = moved(d)
        manager = manager_of(d, south)
        d.first.memberships.all().delete()          # whom the manager could not bring to the south
    with at(MONDAY + timedelta(hours=20)):
        browser, address = as_(manager), reverse("admin_area:catalogue_row", args=["equipos", d.first.pk])
        sent = {"name": d.first.name, "unit": south.pk, "tier": 1, "active": "on"}
        assert browser.post(address, {**sent, "unit": d.world.north.pk, "name": "Mesa"}).status_code == 302, "without effects it is saved"
        page = text(browser.post(address, sent))
        assert "quedarían vencidos" in page and case.folio in page and Team.objects.get(pk=d.first.pk).unit == d.world.north
        seal = page.split('name="seen" value="')[1].split('"')[0]
        answer = browser.post(address, {**sent, "confirm": "1", "seen": seal})
        effects = reverse("team_effects", args=[d.first.pk])
        assert (answer.status_code, answer["Location"]) == (302, effects)
        assert Team.objects.get(pk=d.first.pk).unit == south and Case.objects.get(pk=case.pk).due_at == case.due_at
        waits = text(browser.get(effects))
        assert "Dejar los plazos como están" in waits and case.folio in waits
        for stranger in (d.asker, manager_of(d)):
            assert as_(stranger).get(effects).status_code == as_(stranger).post(effects).status_code == 404
        assert browser.post(effects).status_code == 302
        assert Case.objects.get(pk=case.pk).due_at < timezone.now() and "Todos los tickets abiertos siguen" in text(browser.get(effects))
    assert Entry.objects.filter(verb="servicedesk.repromise_team", subject=f"team:{d.first.pk}", actor_id=manager.pk).count() == 1


def test_the_same_by_a_program() -> None:
    with at(AFTERNOON):
        d = make_desk()
        case, south = moved(d)
        d.first.memberships.all().delete()
        manager = Program(manager_of(d, south))
    with at(MONDAY + timedelta(hours=20)):
        path = f"/catalogue/teams/{d.first.pk}"
        found = manager.ok("GET", f"{path}/effects?unit={south.uuid}")
        assert (found["become_late"], [t["folio"] for t in found["tickets"]]) == (1, [case.folio])
        assert manager.ok("GET", f"{path}/effects")["changed"] == 0 and manager.no("GET", f"{path}/effects?unit={uuid4()}") == (422, "unit")
        manager.ok("PATCH", path, {"unit": str(south.uuid)})
        assert manager.ok("GET", f"{path}/effects")["become_late"] == 1 and Case.objects.get(pk=case.pk).due_at == case.due_at
        for stranger in (d.asker, d.agent, manager_of(d)):
            assert Program(stranger).no("GET", f"{path}/effects")[0] == Program(stranger).no("POST", f"{path}/apply")[0] == 404
        assert manager.ok("POST", f"{path}/apply")["effects"]["changed"] == 1
        assert manager.ok("POST", f"{path}/apply") == {"done": True, "effects": {
            "looked_at": 1, "changed": 0, "moved": 0, "become_late": 0, "stop_being_late": 0, "tickets": []}}


def test_a_job_cut_in_the_middle_goes_on_and_ordering_twice_is_one_job(monkeypatch: pytest.MonkeyPatch) -> None:
    with at(AFTERNOON):
        d = make_desk()
        _case, south = moved(d)
        cases = [d.ticket() for _n in range(3)]
        Team.objects.filter(pk=d.first.pk).update(unit=south)
        team = Team.objects.select_related("unit").get(pk=d.first.pk)
        admin = d.world.admin
        with pytest.raises(NotAllowed):
            repromising.apply(actor=manager_of(d), target=team)
        assert applying._part(admin, team, [cases[0].pk], "Se cortó") == 1
        monkeypatch.setattr(applying, "AT_ONCE", 1)
        for _again in range(2):
            assert repromising.order(actor=admin, target=team) is None and repromising.running(team) == "todo"
        assert not repromising.running(d.level), "another thing than the level of the same number"
        assert applying.apply_and_tell(actor=admin, target=team) == 3
        assert applying.apply_and_tell(actor=admin, target=team) == 0
    assert Move.objects.filter(verb="recompute").count() == 4


def test_a_unit_gets_a_calendar_on_the_page_with_what_it_would_flip() -> None:
    """Who keeps calendars sees how many; the rows only who reads them; saving changes no deadline."""
    with at(AFTERNOON):
        d = make_desk()
        w = d.world
        hours_for(d, w.north, ALWAYS)                    # the north's hold below too, until north_1 has its own
        Team.objects.filter(pk=d.first.pk).update(unit=w.north_1)
        d.first.refresh_from_db()
        case = desk.take(actor=w.north_1_head, case=d.ticket())
    with at(MONDAY + timedelta(hours=20)):
        role = save_role(actor=None, institution=w.institution, draft=RoleDraft("Lleva calendarios", (cap.ADMIN_CALENDARS, cap.READ)))
        reader = make.person(w.institution, w.north_1, role.slug)
        browser, address = as_(reader), reverse("admin_area:new_calendar")
        sent = {"name": "De ventanilla", "unit": w.north_1.pk}
        assert case.folio not in text(as_(w.admin).post(address, sent))
        page = text(browser.post(address, sent))
        assert "dejarían de estar vencidos" in page and case.folio in page and not Calendar.objects.filter(unit=w.north_1).exists()
        seal = page.split('name="seen" value="')[1].split('"')[0]
        answer = browser.post(address, {**sent, "confirm": "1", "seen": seal})
        made = Calendar.objects.get(unit=w.north_1)
        recompute = reverse("admin_area:recompute", args=[made.pk])
        assert answer["Location"] == recompute and Case.objects.get(pk=case.pk).due_at == case.due_at
        assert case.folio in text(browser.get(recompute)) and as_(d.agent).get(recompute).status_code == 404
        assert browser.post(recompute).status_code == 302
        assert Case.objects.get(pk=case.pk).due_at > case.due_at
        assert "al día" in text(browser.get(recompute))


def test_foreseeing_a_team_reads_as_often_for_one_ticket_as_for_many() -> None:
    d, counts = make_desk(), []
    hours_for(d, d.world.south, ALWAYS)
    for many in (1, 6):
        for _n in range(many):
            d.ticket()
        team = Team.objects.get(pk=d.first.pk)
        team.unit = d.world.south
        repromising.foresee(repromising.of_team(team), timezone.now(), team)      # calendars are compiled once in a process
        with CaptureQueriesContext(connection) as asked:
            assert repromising.foresee(repromising.of_team(team), timezone.now(), team).shifts
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12, counts


@pytest.fixture(autouse=True)
def real_time() -> Any:
    """Each test sets its own moments."""
    with time_machine.travel(MONDAY, tick=True):
        yield
