"""Teams in Mi bandeja: what waits for mine and nobody took, by team and by hand, against plain Python; nobody else's; constant queries."""
import random
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases import inbox
from ventanilla.core.cases.models import Case, Tray
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import forget
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import Team
from ventanilla.modules.servicedesk.services.queues import queues_of
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def busy(d: Desk, seed: int) -> tuple[list[Case], list[Team]]:
    """Tickets of three teams in one unit and one in another: some taken, some assigned, waiting or resolved and closed."""
    chance = random.Random(seed)
    third = Team.objects.create(institution=d.world.institution, unit=d.world.north, name="Sistemas")
    fourth = Team.objects.create(institution=d.world.institution, unit=d.world.north, name="Campo")
    teams = [d.first, third, fourth, d.second]
    cases = [d.ticket(subject=f"Asunto {n}") for n in range(14)]
    for case in cases:
        team = chance.choice(teams)
        desk.assign(actor=d.manager, case=case, team=team)
        what = chance.randrange(5) if team.unit_id == d.world.north.pk else 0
        if what in (1, 2, 3):
            desk.take(actor=d.agent, case=case)
        if what == 2:
            desk.hold(actor=d.agent, case=case, why=d.hold)
        if what == 3:
            desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Ya")
            desk.close(actor=d.manager, case=case)
    return cases, teams


def oracle(person: Person, tab: int, teams: set[int] | None, hands: str, units: set[int]) -> set[int]:
    """Case by case, without any of the inbox's statements."""
    found = set()
    for row in Tray.objects.filter(tab=tab).select_related("case__ticket"):
        seen = row.person_id == person.pk or (row.unit_id in units and row.case.level == 0)
        in_team = teams is None or (row.side == "owner" and row.case.ticket.team_id in teams)
        in_hands = {"": True, "nobody": row.side == "owner" and row.case.assignee_id is None, "mine": row.person_id == person.pk}[hands]
        if seen and in_team and in_hands:
            found.add(row.case_id)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_every_part_of_the_tray_equals_plain_python(d: Desk, seed: int) -> None:
    _cases, teams = busy(d, seed)
    forget(d.agent)
    choices = {q.id: q for q in queues_of(d.agent)}
    assert set(choices) == {t.pk for t in teams if t.unit_id == d.world.north.pk}, "the other team's unit is not the agent's"
    assert [q.mine for q in queues_of(d.agent)] == [True, False, False]
    for hands in ("", "nobody", "mine"):
        for chosen in (None, [], *([q] for q in choices.values()), list(choices.values())):
            for tab in Tray.Tab.values:
                found = inbox.look(d.agent, inbox.Place(tab, teams=chosen, hands=hands), timezone.now())
                wanted = oracle(d.agent, tab, None if chosen is None else {q.id for q in chosen}, hands, {d.world.north.pk})
                shown = set(Tray.objects.filter(pk__in=found.keys).values_list("case_id", flat=True))
                assert (shown, found.more, found.counts[tab]) == (wanted, False, len(wanted)), (hands, chosen, tab)


def test_what_nobody_took_is_said_and_found_and_leaves_when_it_is_taken(d: Desk) -> None:
    mine, other = d.ticket(subject="De mi equipo"), d.ticket(subject="De otro equipo")
    third = Team.objects.create(institution=d.world.institution, unit=d.world.north, name="Sistemas")
    desk.assign(actor=d.manager, case=mine, team=d.first)
    desk.assign(actor=d.manager, case=other, team=third)
    client = as_(d.agent)
    page = text(client.get("/bandeja/"))
    assert "1 asunto de sus equipos espera a que alguien lo tome." in page and "Equipo Sistemas" in page and "Nadie lo ha tomado" in page
    free = client.get("/bandeja/", {"pestana": "atender", "equipo": "mios", "atiende": "nadie"})
    assert "De mi equipo" in text(free) and "De otro equipo" not in text(free)
    assert "De otro equipo" in text(client.get("/bandeja/", {"equipo": str(third.pk)}))
    tabs = re.findall(r'href="\?pestana=espera([^"]*)"', free.content.decode())
    assert tabs == ["&amp;equipo=mios&amp;atiende=nadie"], "the choice goes along from tab to tab"
    desk.take(actor=d.agent, case=mine)
    page = text(client.get("/bandeja/"))
    assert "espera a que alguien" not in page and f"Atiende {d.agent.name}" in page
    assert "De mi equipo" in text(client.get("/bandeja/", {"atiende": "yo"}))


def test_nobody_elses_team_can_be_asked_for(d: Desk) -> None:
    other, hidden = made(make.world()), d.ticket(subject="CANARIO del norte")
    desk.assign(actor=d.manager, case=hidden, team=d.first)
    for person, number in ((other.agent, d.first.pk), (d.world.south_1_head, d.first.pk), (d.agent, 987654321)):
        assert as_(person).get("/bandeja/", {"equipo": str(number)}).status_code == 404
    page = as_(d.world.south_head).get("/bandeja/", {"equipo": "mios", "atiende": "nadie"})
    assert page.status_code == 200 and "CANARIO" not in page.content.decode() and 'name="equipo"' not in page.content.decode()
    d.first.memberships.create(person=d.world.south_1_head)
    page = as_(d.world.south_1_head).get("/bandeja/", {"equipo": "mios"})
    assert "CANARIO" not in page.content.decode(), "being in a team opens no tray: grants do"
    for wrong in ("x", "-1", "9" * 40, "1 OR 1=1"):
        assert as_(d.agent).get("/bandeja/", {"equipo": wrong, "atiende": wrong}).status_code == 404


def test_a_team_that_moved_keeps_what_it_left_behind(d: Desk) -> None:
    case = d.ticket(subject="Quedó en el norte")
    desk.assign(actor=d.manager, case=case, team=d.first)
    for unit in (d.world.north_1, d.world.north_2):
        Team.objects.filter(pk=d.first.pk).update(unit=unit)
    d.first.refresh_from_db()
    assert d.first.former_units == [d.world.north.pk, d.world.north_1.pk]
    assert "Quedó en el norte" in text(as_(d.agent).get("/bandeja/", {"equipo": "mios", "atiende": "nadie"}))
    Team.objects.filter(pk=d.first.pk).update(unit=d.world.north)
    d.first.refresh_from_db()
    assert d.first.former_units == [d.world.north.pk, d.world.north_1.pk, d.world.north_2.pk]


def test_queries_do_not_grow_with_teams_or_tickets(d: Desk) -> None:
    client: Any = as_(d.agent)

    def count(**asked: str) -> int:
        client.get("/bandeja/", asked)
        with CaptureQueriesContext(connection) as found:
            assert client.get("/bandeja/", asked).status_code == 200
        return len(found)

    desk.assign(actor=d.manager, case=d.ticket(), team=d.first)
    few = [count(), count(equipo="mios", atiende="nadie")]
    for n in range(6):
        team = Team.objects.create(institution=d.world.institution, unit=d.world.north, name=f"Equipo {n}")
        team.memberships.create(person=d.agent)
        desk.assign(actor=d.manager, case=d.ticket(), team=team)
    many = [count(), count(equipo="mios", atiende="nadie")]
    assert many == few and max(many) <= 12, (few, many)


def test_after_a_step_the_next_ticket_of_the_part_is_offered(d: Desk) -> None:
    """One put on hold waits for nobody here; one just taken is the agent's own to attend to."""
    first, second = d.ticket(subject="Uno"), d.ticket(subject="Dos")
    desk.take(actor=d.agent, case=first)
    agent, tray = as_(d.agent), "http://testserver/bandeja/?pestana=atender"
    agent.get(reverse("ticket", args=[first.pk]), headers={"Referer": tray})
    done = agent.post(reverse("ticket_action", args=[first.pk, "hold"]), {"why": d.hold.pk, "uuid": uuid4()}, follow=True)
    assert re.search(rf"data-onward[^>]*>[^<]*{second.folio}</a>", text(done))
    agent.get(reverse("ticket", args=[second.pk]), headers={"Referer": "http://testserver" + reverse("ticket", args=[first.pk])})
    taken = agent.post(reverse("ticket_action", args=[second.pk, "take"]), {"uuid": uuid4()}, follow=True)
    assert Case.objects.get(pk=second.pk).assignee == d.agent and "data-onward" not in text(taken)
