"""Turns on call: never two at once, a weekly rota, who is called now, and what that changes in assignment and escalation."""
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import make
from tests.pages import as_, text

from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs.models import Absence, Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import OnCall, Team
from ventanilla.modules.servicedesk.services.on_call import (
    OnCallDraft,
    RotaDraft,
    called_of,
    drop_turn,
    now_on_call,
    plan_rota,
    save_turn,
)
from ventanilla.modules.servicedesk.services.rules.recipients import Circle
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 13, 20, tzinfo=UTC)  # a Saturday afternoon in Mexico City


@pytest.fixture
def d() -> Desk:
    return made()


def member(d: Desk, name: str, **extra: object) -> Person:
    who = make.person(d.world.institution, d.world.north, "staff", name=name)
    d.first.memberships.create(person=who, **extra)
    return who


def turn(d: Desk, who: Person, since: datetime, days: int = 7, **extra: int) -> OnCall:
    return save_turn(actor=d.manager, draft=OnCallDraft(d.first, who, since, since + timedelta(days=days), **extra))


@time_machine.travel(NOW, tick=False)
def test_two_turns_of_a_place_never_overlap_and_the_database_says_so(d: Desk) -> None:
    ana, beto = member(d, "Ana"), member(d, "Beto")
    first = turn(d, ana, NOW)
    with pytest.raises(Refused, match="ya tiene la guardia Ana"):
        turn(d, beto, NOW + timedelta(days=6))
    assert turn(d, beto, NOW + timedelta(days=7)) and turn(d, beto, NOW, order=2), "the next one begins where it ends; another place"
    with pytest.raises(IntegrityError, match="oncall_apart"), transaction.atomic():
        OnCall.objects.create(institution=first.institution, team=d.first, person=beto, starts_at=first.starts_at, ends_at=first.ends_at)
    draft = OnCallDraft(d.first, ana, first.starts_at, first.ends_at, uuid=first.uuid)
    assert save_turn(actor=d.manager, draft=draft) == first and Entry.objects.filter(verb="on_call.edit").count() == 0, "sent twice is once"
    for wrong, field in ((OnCallDraft(d.first, d.engineer, NOW, NOW + timedelta(days=1), 3), "person"),
                         (OnCallDraft(d.first, ana, NOW, NOW, 3), "ends_at"),
                         (OnCallDraft(d.first, ana, NOW - timedelta(days=9), NOW - timedelta(days=8), 3), "ends_at")):
        with pytest.raises(Refused) as refused:
            save_turn(actor=d.manager, draft=wrong)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        save_turn(actor=d.engineer, draft=draft)


@time_machine.travel(NOW, tick=False)
def test_outside_hours_who_has_the_turn_gets_it_and_is_told(d: Desk) -> None:
    always, ana, beto = member(d, "Olga", on_call=True), member(d, "Ana"), member(d, "Beto")
    d.first.automatic = True
    d.first.save()
    assert now_on_call(d.first) == [always] and d.ticket().assignee == always, "without turns, who is always on call"
    turn(d, ana, NOW - timedelta(hours=1))
    turn(d, beto, NOW - timedelta(hours=1), order=2)
    assert now_on_call(d.first) == [ana]
    case = d.ticket(subject="El portal no abre")
    assert case.assignee == ana and Circle.around({case.pk}).of("on_call", case) == {ana.pk}
    day = NOW.astimezone(ZoneInfo("America/Mexico_City")).date()
    Absence.objects.create(person=ana, valid_from=day, valid_to=day + timedelta(days=3))
    assert now_on_call(d.first) == [beto] and d.ticket(subject="Otra cosa").assignee == beto, "away: the second place"
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        assert now_on_call(d.first) == [always]


@time_machine.travel(NOW, tick=False)
def test_a_weekly_rota_keeps_the_hour_on_the_wall_and_is_made_once(d: Desk) -> None:
    ana, beto = member(d, "Ana"), member(d, "Beto")
    draft = RotaDraft(d.first, [beto, ana], NOW + timedelta(days=2), 5, uuid=uuid4())
    rows = plan_rota(actor=d.manager, draft=draft)
    assert [r.person for r in rows] == [beto, ana, beto, ana, beto]
    assert all(a.ends_at == b.starts_at for a, b in pairwise(rows)) and len(
        {r.starts_at.astimezone(ZoneInfo("America/Mexico_City")).time() for r in rows}) == 1
    assert {r.pk for r in plan_rota(actor=d.manager, draft=draft)} == {r.pk for r in rows} and OnCall.objects.count() == 5
    with pytest.raises(Refused, match="ya tiene la guardia"):
        plan_rota(actor=d.manager, draft=RotaDraft(d.first, [ana], NOW + timedelta(days=30), 3))
    assert OnCall.objects.count() == 5, "all or none"
    drop_turn(actor=d.manager, turn=rows[0])
    assert OnCall.objects.count() == 4 and Entry.objects.filter(verb="on_call.drop").count() == 1


@time_machine.travel(NOW, tick=False)
def test_turns_are_kept_by_page_and_by_program(d: Desk) -> None:
    ana, beto = member(d, "Ana"), member(d, "Beto")
    boss, agent, path = as_(d.manager), as_(ana), reverse("on_call")
    said = {"uuid": str(uuid4()), "team": d.first.pk, "person--text": "ana prueba", "starts_at": "2026-06-13T18:00", "ends_at": "2026-06-20T18:00",
            "order": 1}
    assert boss.post(reverse("on_call_new"), said).status_code == 302
    row = OnCall.objects.get()
    assert row.person == ana and "Ana Prueba López" in text(agent.get(path)) and agent.get(reverse("on_call_new")).status_code == 404
    assert as_(d.asker).get(path).status_code == 404
    shown = boss.post(reverse("on_call_new"), {**said, "uuid": str(uuid4())})
    assert shown.status_code == 422 and "ya tiene la guardia Ana" in shown.content.decode()
    rota = {"uuid": str(uuid4()), "team": d.first.pk, "people--text": "beto prueba; ana prueba", "starts_at": "2026-06-20T18:00", "weeks": 2,
            "order": 1}
    assert boss.post(reverse("on_call_rota"), rota).status_code == 302
    assert list(OnCall.objects.values_list("person", flat=True)) == [ana.pk, beto.pk, ana.pk]
    manager, reader = Program(d.manager), Program(ana)
    assert reader.ok("GET", "/on-call/now")[0] == {"team": d.first.name, "people": []}
    listed = manager.ok("GET", "/on-call", None)["items"]
    one = f"/on-call/{listed[-1]['uuid']}"
    assert len(listed) == 3 and manager.ok("PATCH", one, {"person": str(beto.uuid)})["person"]["uuid"] == str(beto.uuid)
    assert manager.no("PATCH", one, {"ends_at": "2026-06-22T18:00:00-06:00"})[0] in (409, 422)
    assert reader.no("DELETE", one)[0] == 404 and boss.post(reverse("on_call_drop", args=[row.pk])).status_code == 302
    assert not OnCall.objects.filter(pk=row.pk).exists()


@time_machine.travel(NOW, tick=False)
def test_ten_more_teams_cost_no_statement_more(d: Desk) -> None:
    def asked() -> list[int]:
        counts = []
        for look in (lambda: as_(d.agent).get(reverse("on_call")), lambda: Program(d.agent).ok("GET", "/on-call/now")):
            with CaptureQueriesContext(connection) as queries:
                look()
            counts.append(len(queries))
        return counts

    member(d, "Olga", on_call=True)
    asked()
    few = asked()
    expected = [(d.first.name, "Olga Prueba López"), (d.second.name, "")]
    for n in range(10):
        team = Team.objects.create(institution=d.world.institution, unit=d.world.north, name=f"Guardia {n}", tier=3)
        who, other = (make.person(d.world.institution, d.world.north, "staff", name=f"{name}{n}") for name in ("Primera", "Segunda"))
        for person in (who, other):
            team.memberships.create(person=person, on_call=person == other)
        if n % 2:
            save_turn(actor=d.manager, draft=OnCallDraft(team, who, NOW, NOW + timedelta(days=1)))
        expected.append((team.name, (who if n % 2 else other).name))
    assert asked() == few, "one statement for all teams"
    assert [(t.name, ", ".join(p.name for p in people)) for t, people in called_of(Team.objects.order_by("pk"))] == expected
    shown = as_(d.agent).get(reverse("on_call")).content.decode()
    assert re.findall(r"<dt>([^<]+)</dt><dd>(?:<span[^>]*>)?([^<]+)<", shown) == [
        (name, people or "Nadie") for name, people in sorted(expected, key=lambda e: Team.objects.get(name=e[0]).tier)]
