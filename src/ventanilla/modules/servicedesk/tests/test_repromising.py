"""A service level is edited: what was foreseen of the open tickets is what happens, once, also when it is cut in the middle."""
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import Objective
from ventanilla.modules.servicedesk.services.levels import drop_objective
from ventanilla.modules.servicedesk.services.promises import escalating, repromising
from ventanilla.modules.servicedesk.services.promises.repromising import applying
from ventanilla.modules.servicedesk.tests.clocks.ticket import Ticket, Yard, yard
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as make_desk

ZONE = ZoneInfo("America/Mexico_City")
MONDAY = datetime(2026, 11, 9, 10, tzinfo=ZONE)


@pytest.fixture
def d(db: Any) -> Desk:
    return make_desk()


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def edited(made: Yard, rng: Random) -> None:
    """One of the things that happen to a level: other minutes, a goal of a kind, one less, one more, another calendar."""
    level, other = made.levels["A"], made.levels["B"]
    what = rng.choice(("minutes", "kind", "less", "own", "team", "calendar"))
    rows = list(Objective.objects.filter(level=level))
    if what == "minutes":
        Objective.objects.filter(level=level, metric="resolve").update(minutes=rng.choice((30, 200, 2_000)))
    elif what == "less":
        rng.choice(rows).delete()
    elif what == "calendar":
        type(level).objects.filter(pk=level.pk).update(calendar=other.calendar if level.calendar_id is None else None)
        level.refresh_from_db()
    else:
        metric = {"kind": "resolve", "own": "own", "team": "team"}[what]
        team = {"team": made.d.first} if what == "team" else {}
        Objective.objects.update_or_create(level=level, metric=metric, kind=rng.choice(("request", "incident", "")),
                                           priority=rng.randrange(5), **team, defaults={"minutes": rng.choice((20, 90, 700))})


def seen(level: Any) -> dict[int, tuple[Any, ...]]:
    """What the tickets of a level show, and the moves they had."""
    rows = Case.objects.filter(ticket__level=level, closed_at=None)
    return {c.pk: (c.due_at, c.amber_at, Move.objects.filter(case=c).count()) for c in rows}


@pytest.mark.django_db
def test_what_is_foreseen_is_what_happens_to_lives_of_every_sort() -> None:
    made = yard(make_desk())
    manager, latest = made.d.manager, datetime(2026, 12, 1, tzinfo=ZONE)
    for seed in range(9):
        life = Ticket(made, Random(seed))
        for _step in range(life.rng.choice((1, 3, 5))):
            life.step()
        latest = max(latest, life.at)
    made.levels["A"].refresh_from_db()
    for seed in range(10):
        edited(made, Random(seed))
        with at(latest + timedelta(hours=7 * seed)):
            level = made.levels["A"]
            before, foreseen = seen(level), repromising.foresee({level.pk: repromising.as_it_is(level)}, timezone.now())
            done = repromising.apply(actor=manager, target=level, reason="Cambió")
            assert [s.case_id for s in done.shifts] == [s.case_id for s in foreseen.shifts]
            after, shifts = seen(level), {s.case_id: s for s in foreseen.shifts}
            for pk, row in after.items():
                moved = pk in shifts
                assert row[2] == before[pk][2] + moved, seed
                assert row[0] == (shifts[pk].due_after if moved else before[pk][0]), (seed, pk, shifts.get(pk))
                assert not moved or shifts[pk].due_before == before[pk][0]
            assert repromising.apply(actor=manager, target=level).shifts == []
            assert seen(level) == after


def test_flips_are_counted_and_a_job_cut_in_the_middle_goes_on(d: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with at(MONDAY):
        cases = [d.ticket() for _n in range(5)]
        desk.take(actor=d.agent, case=cases[0])
        desk.hold(actor=d.agent, case=cases[0], why=d.hold)
        desk.assign(actor=d.agent, case=cases[1], team=d.first)
    with at(MONDAY + timedelta(hours=3)):
        Objective.objects.filter(level=d.level, metric="own").delete()
        Objective.objects.filter(level=d.level, metric="resolve", priority=0).update(minutes=120)
        found = repromising.foresee({d.level.pk: repromising.as_it_is(d.level)}, timezone.now())
        assert (found.looked_at, len(found.shifts)) == (5, 5)
        assert [s.case_id for s in found.become_late] == []  # four were late already, for nobody took them in an hour; one waits
        Objective.objects.filter(level=d.level, metric="resolve", priority=0).update(minutes=900)
        found = repromising.foresee({d.level.pk: repromising.as_it_is(d.level)}, timezone.now())
        assert {s.case_id for s in found.stop_being_late} == {c.pk for c in cases[1:]} and not found.become_late
        assert Clock.objects.filter(case=cases[2], kind="resolve", amount=480).exists()      # nothing has changed yet
        with pytest.raises(NotAllowed):
            repromising.apply(actor=d.asker, target=d.level)
        assert applying._part(d.manager, d.level, [c.pk for c in cases[:2]], "Se cortó") == 2
        monkeypatch.setattr(applying, "AT_ONCE", 1)
        assert repromising.order(actor=d.manager, target=d.level) is None and repromising.running(d.level) == "todo"
        assert repromising.order(actor=d.manager, target=d.level) is None
        assert applying.apply_and_tell(actor=d.manager, target=d.level) == 3
        assert applying.apply_and_tell(actor=d.manager, target=d.level) == 0
    assert Move.objects.filter(verb="recompute").count() == 5
    assert {c.amount for c in Clock.objects.filter(case__in=cases, kind="resolve")} == {900}
    assert Entry.objects.filter(verb="servicedesk.repromise").count() == 1


def test_foreseeing_and_looking_read_as_often_for_one_ticket_as_for_many(d: Desk) -> None:
    escalating.begin_with_usual(actor=d.manager, level=d.level)
    Objective.objects.filter(level=d.level, metric="resolve", priority=0).update(minutes=77)
    Objective.objects.create(level=d.level, metric="team", team=d.first, minutes=99)
    counts = []
    for n in (1, 5):
        ids = [d.ticket().pk for _n in range(n)]
        with CaptureQueriesContext(connection) as seen:
            repromising.foresee({d.level.pk: repromising.as_it_is(d.level)}, timezone.now())
        counts.append(len(seen))
        with CaptureQueriesContext(connection) as seen:
            escalating.rearm(ids, timezone.now())
        counts.append(len(seen))
    assert counts[:2] == counts[2:] and max(counts) <= 14, counts


def test_who_keeps_a_goal_sees_what_flips_before_it_is_saved_and_before_it_is_applied(d: Desk) -> None:
    keeper = d.world.admin
    with at(MONDAY):
        case = d.ticket()
        desk.take(actor=d.agent, case=case)
    goal = Objective.objects.get(level=d.level, metric="resolve", priority=0)
    with at(MONDAY + timedelta(hours=3)):
        browser = Client()
        browser.force_login(keeper.user)  # type: ignore[arg-type] - people of the desk sign in
        address = reverse("admin_area:catalogue_row", args=["metas-de-servicio", goal.pk])
        sent = {"level": d.level.pk, "metric": "resolve", "kind": "request", "priority": 0, "minutes": 60, "team": ""}
        shown = browser.post(address, sent)
        page = shown.content.decode()
        assert "quedarían vencidos" in page and "Esto es lo que pasará" in page
        assert Objective.objects.get(pk=goal.pk).minutes == 480
        seal = page.split('name="seen" value="')[1].split('"')[0]
        answer = browser.post(address, {**sent, "confirm": "1", "seen": seal})
        assert (answer.status_code, answer["Location"]) == (302, reverse("level_effects", args=[d.level.pk]))
        assert Clock.objects.get(case=case, kind="resolve").amount == 480
        waits = browser.get(answer["Location"]).content.decode()
        assert case.folio not in waits and "quedarían vencidos" in waits      # to keep catalogues is not to read tickets
        manager = Client()
        manager.force_login(d.manager.user)  # type: ignore[arg-type] - people of the desk sign in
        assert case.folio in manager.get(answer["Location"]).content.decode()
        assert manager.post(answer["Location"]).status_code == 302
        assert Clock.objects.get(case=case, kind="resolve").amount == 60
        assert "Todos los tickets abiertos siguen lo que se promete" in manager.get(answer["Location"]).content.decode()
        assert manager.get(reverse("service_levels")).status_code == 200
        assert "Solicitud" in manager.get(reverse("service_level", args=[d.level.pk])).content.decode()
        with pytest.raises(NotAllowed):
            drop_objective(actor=d.manager, objective=goal)
        assert browser.post(reverse("objective_drop", args=[d.level.pk, goal.pk])).status_code == 302
    assert not Objective.objects.filter(pk=goal.pk).exists()
