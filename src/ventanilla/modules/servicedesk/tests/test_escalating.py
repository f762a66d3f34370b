"""Thresholds of a service level: on working time, exactly once each, with what else they do."""
from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.core.cases.telling.deadlines import tell_deadlines
from ventanilla.core.notices.models import Mark, Notice
from ventanilla.core.orgs.models import Appointment
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import Alarm, Escalated, Escalation, Objective, ServiceLevel
from ventanilla.modules.servicedesk.services.explaining import explain
from ventanilla.modules.servicedesk.services.promises import escalating
from ventanilla.modules.servicedesk.services.promises.escalating import EscalationDraft, look, rearm, rearm_moved, save_escalation
from ventanilla.modules.servicedesk.services.promises.escalating.reaching import raised
from ventanilla.modules.servicedesk.services.promising import priority_of
from ventanilla.modules.servicedesk.tests.clocks.ticket import Ticket, yard
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as make_desk

ZONE = ZoneInfo("America/Mexico_City")
MONDAY = datetime(2026, 11, 9, 10, tzinfo=ZONE)
POINTS = (50, 75, 90, 100, 120)


@pytest.fixture
def d(db: Any) -> Desk:
    return make_desk()


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def threshold(d: Desk, percent: int | None, *tell: str, **more: Any) -> Escalation:
    """A threshold of the time to resolve, made before anything happened."""
    with at(MONDAY - timedelta(days=30)):
        return save_escalation(actor=d.manager, level=d.level, draft=EscalationDraft("resolve", percent, tell, **more))


def after(hours: float, case: Case) -> Counter[int]:
    """A look so long after Monday at ten, with the relay up to date; who was told how often in all."""
    with at(MONDAY + timedelta(hours=hours)):
        rearm_moved(list(Move.objects.filter(case=case).select_related("case")))
        look(timezone.now())
    return Counter(Notice.objects.filter(case_id=case.pk, dedupe__startswith="escalated:").values_list("person_id", flat=True))


def test_each_point_is_told_once_to_whom_it_names_and_waiting_does_not_count(d: Desk) -> None:
    d.first.memberships.filter(person=d.agent).update(lead=True)
    for percent, role in ((50, "holder"), (75, "lead"), (100, "manager"), (120, "head")):
        threshold(d, percent, role)
    with at(MONDAY):
        case = d.ticket()
        desk.take(actor=d.agent, case=case)       # 480 minutes: half at 14:00, nine hours a day
    assert after(3.9, case) == {}
    assert after(4, case) == after(4.1, case) == {d.agent.pk: 1}
    with at(MONDAY + timedelta(hours=5)):
        desk.hold(actor=d.agent, case=case, why=d.hold)
    assert after(24, case) == {d.agent.pk: 1} and not Alarm.objects.exists()
    with at(MONDAY + timedelta(hours=26)):
        desk.resume(actor=d.agent, case=case)     # Tuesday at noon, with five hours used
    assert after(26.9, case) == {d.agent.pk: 1}
    assert after(27, case) == {d.agent.pk: 2}
    assert d.manager.pk not in after(28.9, case)
    assert after(29, case)[d.manager.pk] == after(30.5, case)[d.manager.pk] == 1      # eight hours: Tuesday at 15:00
    assert after(30.6, case) == after(400, case) == {d.agent.pk: 3, d.manager.pk: 2}   # 96 minutes more; both conclude there
    shown = Client()
    shown.force_login(d.manager.user)  # type: ignore[arg-type] - people of the desk sign in
    page = shown.get(reverse("ticket_clock", args=[case.pk])).content.decode()
    assert "Avisos de este reloj" in page and "120 %" in page
    assert Escalated.objects.count() == 4 and not Alarm.objects.exists()


def test_random_lives_have_reached_exactly_what_their_used_time_says(db: Any) -> None:
    made = yard(make_desk())
    with at(datetime(2026, 1, 5, 10, tzinfo=ZONE)):
        for name in "AB":
            for point in POINTS:
                save_escalation(actor=made.d.manager, level=made.levels[name], draft=EscalationDraft("resolve", point, ("holder",)))
    for seed in range(8):
        life = Ticket(made, Random(seed))
        for _step in range(life.rng.choice((3, 6, 9))):
            life.step()
            with at(life.at + timedelta(seconds=1)):
                rearm([life.case.pk], timezone.now())
                look(timezone.now())
                _compared(life, seed)
    rows = Escalated.objects.order_by("pk")
    assert rows.count() > 10
    for row in rows:
        assert Notice.objects.filter(dedupe__startswith=f"escalated:{row.pk}:").count() == len(row.done["told"])


def _compared(life: Ticket, seed: int) -> None:
    clock = Clock.objects.filter(case=life.case, kind="resolve", state="run", amount__isnull=False).first()
    if clock is None or life.level == "C":
        return
    used = explain(clock, timezone.now()).used
    standing = set(Escalated.objects.filter(clock=clock, cleared_at=None, escalation__level__name=f"Nivel {life.level}").values_list(
        "escalation__percent", flat=True))
    assert clock.amount
    assert standing == {p for p in POINTS if used * 100 >= p * clock.amount * 60}, (seed, life.log)


def test_without_points_of_its_own_a_level_tells_as_always_and_the_usual_two_as_rows_tell_the_same(d: Desk) -> None:
    told: list[set[tuple[Any, ...]]] = []
    for own in (False, True):
        if own:
            with at(MONDAY - timedelta(days=30)):
                assert len(escalating.begin_with_usual(actor=d.manager, level=d.level)) == 6
                assert escalating.begin_with_usual(actor=d.manager, level=d.level) == []
        with at(MONDAY):
            taken, free = d.ticket(), d.ticket()
            desk.take(actor=d.agent, case=taken)
            tell_deadlines(timezone.now())
        for hours in (0.8, 1.1, 7, 25):
            with at(MONDAY + timedelta(hours=hours)):
                rearm([taken.pk, free.pk], timezone.now())
                look(timezone.now())
                tell_deadlines(timezone.now())
        rows = Notice.objects.filter(case_id__in=[taken.pk, free.pk], kind="ticket_late")
        told.append({(n.kind, n.person_id, n.case_id == taken.pk, n.title.split(":")[0]) for n in rows})
        assert rows.count() == len(set(rows.values_list("dedupe", flat=True)))
        Mark.objects.filter(pk="deadlines").delete()
    assert told[0] == told[1] and len(told[0]) >= 4


def test_points_that_are_reached_at_once_tell_each_person_the_furthest_and_raise_once(d: Desk) -> None:
    threshold(d, 75, "holder", raises=True)
    threshold(d, 90, "holder", raises=True)
    threshold(d, 100, "manager", team=d.second)
    with at(MONDAY):
        case = d.ticket()
        desk.take(actor=d.agent, case=case)
    told = after(30, case)
    assert told[d.agent.pk] == 1
    now = Case.objects.select_related("ticket__team").get(pk=case.pk)
    assert (now.priority, now.ticket.team, now.state) == (3, d.second, "assigned")
    verbs = list(Move.objects.filter(case=case).order_by("pk").values_list("verb", "actor"))[-2:]
    assert verbs == [("prioritise", None), ("assign", None)]
    assert after(31, case).total() == told.total() and Move.objects.filter(case=case).count() == 4
    assert "Escalamiento: llegó al 90 % del tiempo para resolver" in Move.objects.filter(case=case, verb="prioritise").get().reason


def test_a_promise_that_is_extended_is_reached_again_and_one_that_shrinks_is_not(d: Desk) -> None:
    threshold(d, 50, "holder")
    with at(MONDAY):
        case = d.ticket()
        desk.take(actor=d.agent, case=case)
    assert after(4, case).total() == 1
    with at(MONDAY + timedelta(hours=4, minutes=30)):
        desk.prioritise(actor=d.agent, case=case, impact=1, urgency=1, reason="Es urgente")       # two hours: past it long ago
    assert after(5, case).total() == 1
    Objective.objects.create(level=d.level, metric="resolve", priority=3, minutes=960)
    with at(MONDAY + timedelta(hours=5)):
        desk.prioritise(actor=d.agent, case=case, impact=2, urgency=2, reason="Ya no")
    assert after(5.5, case).total() == 1
    assert after(24, case).total() == 2       # eight hours: Tuesday at ten
    assert [bool(e.cleared_at) for e in Escalated.objects.order_by("pk")] == [True, False]


def test_what_lies_before_a_point_was_made_is_not_told_and_off_is_off(d: Desk) -> None:
    with at(MONDAY):
        case = d.ticket()
        desk.take(actor=d.agent, case=case)
    with at(MONDAY + timedelta(hours=5)):
        held = save_escalation(actor=d.manager, level=d.level, draft=EscalationDraft("resolve", 50, ("holder",)))
        late = save_escalation(actor=d.manager, level=d.level, draft=EscalationDraft("resolve", 75, ("holder",)))
    assert after(5.5, case) == {}
    with at(MONDAY + timedelta(hours=5.6)):
        escalating.switch_escalation(actor=d.manager, escalation=late, active=False)
    assert after(7, case) == {} and not Alarm.objects.exists()
    with at(MONDAY + timedelta(hours=7)):
        with pytest.raises(NotAllowed):
            escalating.switch_escalation(actor=d.asker, escalation=held, active=False)
        with pytest.raises(Refused, match="en ese punto"):
            save_escalation(actor=d.manager, level=d.level, draft=EscalationDraft("resolve", 50, ("lead",)))
        with pytest.raises(Refused, match="a quién"):
            save_escalation(actor=d.manager, level=d.level, draft=EscalationDraft("resolve", 60))
        other = ServiceLevel.objects.create(institution=d.world.institution, name="Otro")
        with pytest.raises(NotAllowed):
            save_escalation(actor=d.manager, level=other, draft=EscalationDraft("resolve", 50, ("lead",)), escalation=held)


def test_a_post_is_told_through_whoever_holds_it_when_they_may_read_it(d: Desk) -> None:
    mine = Appointment.objects.filter(person=d.manager).select_related("post").first()
    theirs = Appointment.objects.filter(person=d.asker_head).select_related("post").first()
    assert mine and theirs
    threshold(d, 50, post=mine.post)
    threshold(d, 60, post=theirs.post)
    with at(MONDAY):
        case = d.ticket(requester=d.asker)
        desk.take(actor=d.agent, case=case)
    assert after(6, case) == {d.manager.pk: 1}


def test_a_problem_that_has_no_priority_to_raise_is_only_told(d: Desk) -> None:
    assert [raised(*w) for w in ((3, 3), (3, 2), (2, 2), (1, 2), (1, 1))] == [(3, 1), (3, 1), (2, 1), (1, 1), (1, 1)]
    for impact in (1, 2, 3):
        for urgency in (1, 2, 3):
            before = priority_of(impact, urgency)
            assert priority_of(*raised(impact, urgency)) == max(1, before - 1)
    threshold(d, 50, "holder", raises=True, team=d.second)
    with at(MONDAY):
        case = desk.open_ticket(actor=d.agent, draft=desk.TicketDraft("Cambio", kind="change", team=d.first, level=d.level, requester=d.agent))
        Case.objects.filter(pk=case.pk).update(state="implementing")
    assert after(6, case).total() >= 1
    assert Move.objects.filter(case=case).count() == 1


def test_the_page_keeps_points_and_says_what_they_do(d: Desk) -> None:
    browser = Client()
    browser.force_login(d.manager.user)  # type: ignore[arg-type] - people of the desk sign in
    level = reverse("service_level", args=[d.level.pk])
    assert "Se avisa como siempre" in browser.get(level).content.decode()
    sent = {"metric": "resolve", "percent": 90, "tell": ["holder", "lead"], "post": "", "raises": "on", "team": d.second.pk}
    assert browser.post(reverse("threshold_new", args=[d.level.pk]), sent).status_code == 302
    held = Escalation.objects.get()
    page = browser.get(level).content.decode()
    assert "Al 90 % del tiempo para resolver" in page and "sube la prioridad" in page and "pasa a «Redes»" in page
    wrong = browser.post(reverse("threshold", args=[d.level.pk, held.pk]), {**sent, "percent": 5000})
    assert wrong.status_code == 422
    assert browser.post(reverse("threshold_step", args=[d.level.pk, held.pk, "apagar"])).status_code == 302
    assert "Apagado" in browser.get(level).content.decode()
    outside = Client()
    outside.force_login(d.asker.user)  # type: ignore[arg-type] - people of the desk sign in
    assert outside.get(level).status_code == 404
