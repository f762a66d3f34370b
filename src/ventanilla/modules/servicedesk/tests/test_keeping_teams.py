"""Teams, members and mailboxes kept by a service manager: what is theirs, what is only read, and that no place opens what was closed."""
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Role
from ventanilla.core.orgs.services import delegate, give
from ventanilla.core.orgs.services.grants import Delegation
from ventanilla.core.orgs.services.roles import RoleDraft, save_role
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import Mailbox, Membership, Offering, Team
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.keepers import holder, save, two_desks
from ventanilla.modules.servicedesk.tests.mail.mails import mailbox
from ventanilla.modules.servicedesk.tests.test_fields import as_, text
from ventanilla.web.admin_area.registry import catalogue_of
from ventanilla.web.admin_area.services import drop_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return two_desks()


def place(actor: Person, team: Team, who: Person, **more: Any) -> Membership:
    values: dict[str, Any] = {"team": team, "person": who, "lead": False, "on_call": False, "skills": [], "capacity": None, **more}
    return save(actor, "integrantes", Membership(), **values)


def keeper(d: Desk, *capabilities: str) -> Person:
    """Who keeps the catalogue of the north with exactly these capabilities beside it."""
    role = save_role(actor=None, institution=d.world.institution, draft=RoleDraft("Lleva el catálogo", (cap.DESK_CATALOGUE, *capabilities)))
    return make.person(d.world.institution, d.world.north, role.slug)


def test_a_manager_makes_a_team_of_their_unit_with_members_limits_and_skills(d: Desk) -> None:
    manager, w = holder(d, "desk_manager"), d.world
    team = save(manager, "equipos", Team(institution=w.institution), name="Correo", unit=w.north, tier=2, automatic=True, active=True)
    one = make.person(w.institution, w.north, "desk_agent")
    row = place(manager, team, one, skills=["Portal institucional"], capacity=5, lead=True)
    assert (row.skills, row.capacity) == (["portal"], 5)
    assert save(manager, "integrantes", row, capacity=9, on_call=True).capacity == 9
    client = as_(manager)
    page = text(client.get(reverse("admin_area:catalogue", args=["equipos"])))
    assert "Correo" in page and "Redes" not in page
    assert one.name in text(client.get(reverse("admin_area:catalogue", args=["integrantes"])))
    form = text(client.get(reverse("admin_area:new_row", args=["equipos"])))
    assert "Dirección Norte" in form and "Dirección Sur" not in form
    assert client.post(reverse("admin_area:drop_row", args=["integrantes", row.pk])).status_code == 302
    assert not team.memberships.exists() and Entry.objects.filter(verb="catalogues.drop", actor_id=manager.pk).count() == 1
    assert Entry.objects.filter(verb="catalogues.save", subject=f"equipos:{team.pk}", actor_id=manager.pk).exists()


def test_teams_of_others_stay_out_of_reach(d: Desk) -> None:
    manager, theirs = holder(d, "desk_manager"), d.second.memberships.get()
    program, client = Program(manager), as_(manager)
    assert client.get(reverse("admin_area:catalogue_row", args=["equipos", d.second.pk])).status_code == 404
    assert client.get(reverse("admin_area:catalogue_row", args=["integrantes", theirs.pk])).status_code == 404
    assert client.post(reverse("admin_area:drop_row", args=["integrantes", theirs.pk])).status_code == 404
    assert program.no("PATCH", f"/catalogue/teams/{d.second.pk}", {"active": False})[0] == 404
    assert program.no("DELETE", f"/catalogue/members/{theirs.pk}")[0] == 404
    for call in (lambda: save(manager, "equipos", d.second, active=False), lambda: save(manager, "integrantes", theirs, lead=True),
                 lambda: drop_row(actor=manager, catalogue=catalogue_of("integrantes"), row=theirs)):
        with pytest.raises(NotAllowed):
            call()
    for call in (lambda: save(manager, "equipos", d.first, unit=d.world.north_1), lambda: place(manager, d.second, d.agent)):
        with pytest.raises(Refused):
            call()
    with pytest.raises(Refused, match="fuera de lo que usted lleva"):
        save(manager, "equipos", Team(institution=d.world.institution), name="Otra", unit=d.world.south, tier=1, active=True)
    assert program.send("DELETE", f"/catalogue/teams/{d.first.pk}").status_code == 405, "a team is retired, not taken away"
    with pytest.raises(NotAllowed):
        drop_row(actor=manager, catalogue=catalogue_of("equipos"), row=d.first)


def test_who_attends_there_already_or_is_of_the_managers_units_gets_a_place_and_nobody_else(d: Desk) -> None:
    manager, w = holder(d, "desk_manager"), d.world
    attends = make.person(w.institution, w.south, None)
    give(actor=None, person=attends, role="desk_agent", unit=w.north)
    place(manager, d.first, attends)                                    # it gives nothing that the administration did not
    ours = make.person(w.institution, w.north, None)
    place(manager, d.first, ours)                                       # of the manager's unit, and the manager attends there
    stranger = make.person(w.institution, w.south, "staff")             # attends elsewhere
    gone = make.person(w.institution, w.north, None)
    Person.objects.filter(pk=gone.pk).update(active=False)
    for who, why in ((stranger, "Pida a la administración"), (Person.objects.get(pk=gone.pk), "no está activa")):
        with pytest.raises(Refused, match=why) as refused:
            place(manager, d.first, who)
        assert refused.value.field == "person"
    row = Membership.objects.get(person=ours)
    with pytest.raises(Refused):
        save(manager, "integrantes", row, person=stranger)              # neither by changing who it is
    assert Program(manager).no("POST", "/catalogue/members", {"team": "Mesa de ayuda", "person": str(stranger.uuid)}) == (422, "person")
    place(d.world.admin, d.first, stranger)                             # the administration decides for all
    save(manager, "integrantes", Membership.objects.get(person=stranger), capacity=3)   # and the manager keeps the place


@pytest.mark.parametrize("held", [(), (cap.READ,), (cap.ANSWER,)])
def test_nobody_gives_what_they_do_not_hold(d: Desk, held: tuple[str, ...]) -> None:
    person, ours = keeper(d, *held), make.person(d.world.institution, d.world.north, None)
    with pytest.raises(Refused, match="Sólo se da lo que se tiene"):
        place(person, d.first, ours)
    with pytest.raises(Refused):
        place(person, d.first, person)                                  # nor to themselves
    place(person, d.first, holder(d, "desk_agent"))                     # who attends there already comes in all the same


def test_what_was_lent_is_not_lent_on(d: Desk) -> None:
    manager, w = holder(d, "desk_manager"), d.world
    deputy, ours, today = make.person(w.institution, w.north, None), make.person(w.institution, w.north, None), timezone.localdate()
    role = Role.objects.get(institution=w.institution, slug="desk_manager")
    delegate(actor=manager, delegator=manager, draft=Delegation(deputy, role, w.north, today, today + timedelta(days=5)))
    with pytest.raises(Refused, match="Sólo se da lo que se tiene"):
        place(deputy, d.first, ours)
    with pytest.raises(Refused):
        place(deputy, d.first, deputy)                                  # it would outlast the delegation


def test_a_place_refused_leaves_what_was_closed_closed(d: Desk) -> None:
    """The way round that the rule shuts: a keeper without READ who comes into a team that shares by itself would be given its tickets."""
    person = keeper(d)
    save(person, "equipos", d.first, automatic=True)
    for actor in (person, d.world.admin):
        with pytest.raises(Refused):
            place(actor, d.first, actor)
    case = d.ticket()
    assert Case.objects.get(pk=case.pk).assignee_id == d.agent.pk
    assert not Case.objects.visible_to(person).exists() and not Case.objects.visible_to(d.world.admin).exists()


def test_a_team_is_not_carried_to_a_unit_with_people_whom_the_manager_could_not_bring_there(d: Desk) -> None:
    w = d.world
    manager = holder(d, "desk_manager")
    only = save_role(actor=None, institution=w.institution, draft=RoleDraft("Sólo catálogo", (cap.DESK_CATALOGUE,)))
    give(actor=None, person=manager, role=only.slug, unit=w.south)
    manager = Person.objects.get(pk=manager.pk)
    ours = make.person(w.institution, w.north, None)
    place(manager, d.first, ours)
    with pytest.raises(Refused) as refused:
        save(manager, "equipos", d.first, unit=w.south)
    assert refused.value.field == "unit" and Team.objects.get(pk=d.first.pk).unit == w.north
    d.first.refresh_from_db()
    d.first.memberships.all().delete()
    assert save(manager, "equipos", d.first, unit=w.south).unit == w.south


def boxes(d: Desk) -> tuple[Mailbox, Mailbox, Mailbox]:
    """Of the manager's team; of their team for what others attend; of others."""
    theirs = Offering.objects.get(slug="un-nodo-de-red")
    return (mailbox(d, address="mesa@example.org", host="imap.example.org"),
            mailbox(d, address="mixto@example.org", offering=theirs),
            mailbox(d, address="redes@example.org", team=d.second, agent=d.engineer, offering=theirs))


def test_mailboxes_of_their_teams_are_kept_shared_ones_are_read_and_those_of_others_are_not_there(d: Desk) -> None:
    own, mixed, others = boxes(d)
    manager = holder(d, "desk_manager")
    client, program = as_(manager), Program(manager)
    assert save(manager, "buzones", own, unknown="refuse", most_per_hour=5).most_per_hour == 5
    page = text(client.get(reverse("admin_area:catalogue", args=["buzones"])))
    assert "mixto@example.org" in page and "La administración" in page and "redes@example.org" not in page
    shown = text(client.get(reverse("admin_area:catalogue_row", args=["buzones", mixed.pk])))
    assert "lo cambia la administración" in shown and "<form method" not in shown.split("<main")[1].split("</main")[0]
    assert client.post(reverse("admin_area:catalogue_row", args=["buzones", mixed.pk]), {"active": ""}).status_code == 409
    assert client.get(reverse("admin_area:catalogue_row", args=["buzones", others.pk])).status_code == 404
    with pytest.raises(Refused, match="lo cambia la administración"):
        save(manager, "buzones", mixed, active=False)
    with pytest.raises(NotAllowed):
        save(manager, "buzones", others, active=False)
    listed = program.ok("GET", "/catalogue/mailboxes")["items"]
    assert {(b["address"], b["kept"]) for b in listed} == {("mesa@example.org", True), ("mixto@example.org", False)}
    assert program.no("PATCH", f"/catalogue/mailboxes/{mixed.pk}", {"active": False})[0] == 409
    assert program.no("GET", f"/catalogue/mailboxes/{others.pk}")[0] == 404
    for change in ({"team": d.second}, {"offering": others.offering}):
        with pytest.raises(Refused):
            save(manager, "buzones", Mailbox.objects.get(pk=own.pk), **change)
    assert program.ok("PATCH", f"/catalogue/mailboxes/{own.pk}", {"active": False})["active"] is False


def test_how_a_mailbox_is_read_stays_with_the_administration_and_no_password_is_told(d: Desk, settings: Any) -> None:
    """Whoever could name another server would be sent the password of the configuration."""
    settings.IMAP_PASSWORDS = {"mesa@example.org": "ahuehuete-secreto"}
    own, _mixed, _others = boxes(d)
    manager = holder(d, "desk_manager")
    client, program = as_(manager), Program(manager)
    address = reverse("admin_area:catalogue_row", args=["buzones", own.pk])
    page = text(client.get(address))
    assert "Lo pone la administración" in page and "ahuehuete" not in page + str(program.ok("GET", "/catalogue/mailboxes"))
    sent = {"address": "x@example.org", "team": d.first.pk, "offering": "", "agent": d.agent.pk, "unknown": "hold", "host": "evil.example.net",
            "port": "143", "user": "x", "folder": "Otra", "most_per_hour": "7", "active": "on"}
    assert client.post(address, sent).status_code == 302
    own.refresh_from_db()
    assert (own.address, own.host, own.port, own.tls, own.folder, own.most_per_hour) == (
        "mesa@example.org", "imap.example.org", 993, True, "INBOX", 7)
    for change in ({"host": "evil.example.net"}, {"port": 143}, {"tls": False}, {"user": "x"}, {"folder": "x"}, {"address": "y@example.org"}):
        assert program.no("PATCH", f"/catalogue/mailboxes/{own.pk}", change) == (422, next(iter(change)))
    made = program.ok("POST", "/catalogue/mailboxes", {"address": "nuevo@example.org", "team": "Mesa de ayuda", "agent": str(d.agent.uuid)})
    assert (made["host"], made["kept"]) == ("", True), "it is read when the administration says how"
    assert program.no("POST", "/catalogue/mailboxes", {"address": "z@example.org", "team": "Mesa de ayuda", "agent": str(d.agent.uuid),
                                                       "host": "evil.example.net"}) == (422, "host")
    assert save(d.world.admin, "buzones", own, host="imap2.example.org").host == "imap2.example.org"
