"""A request from the catalogue to its end, with every second explained; who may do what; the two logs."""
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from tests import make

from ventanilla.core.cases.models import Attachment, Case, Clock, Move, Note, Tray
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.models import Approval, Liaison, Membership, ProblemStep, Team, Ticket
from ventanilla.modules.servicedesk.services import EntryDraft, housekeeping, liaisons, solving
from ventanilla.modules.servicedesk.services.effects import effect_of
from ventanilla.modules.servicedesk.services.explaining import explain
from ventanilla.modules.servicedesk.services.promising import clocks_of
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Mexico_City")
MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=ZONE)


@pytest.fixture
def d() -> Desk:
    return made()


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def test_the_database_knows_every_state() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, state, ends, waits FROM cases_state WHERE kind = ANY (%s)", [[f.slug for f in FLOWS]])
        assert set(cursor.fetchall()) == {(f.slug, s, f.is_end(s), f.mode(s) == "pause") for f in FLOWS for s in f.states}


def test_a_request_from_the_catalogue_to_its_end_with_every_second_explained(d: Desk) -> None:
    with at(MONDAY):
        case = d.ticket()
    assert (case.state, case.unit_id, case.priority) == ("new", d.world.north.pk, 4)
    assert {c.kind: c.due_at for c in clocks_of(case)} == {
        "own": MONDAY + timedelta(hours=1), "resolve": datetime(2026, 11, 9, 18, tzinfo=ZONE)}
    with at(MONDAY + timedelta(minutes=30)):
        desk.take(actor=d.agent, case=case)
    with at(MONDAY + timedelta(hours=2)):
        desk.hold(actor=d.agent, case=case, why=d.hold)
    waiting = Case.objects.get(pk=case.pk)
    assert waiting.due_at is None and Tray.objects.get(case=case).tab == Tray.Tab.WAITING
    with at(MONDAY + timedelta(hours=5)):
        desk.add_entry(actor=d.asker, ticket=waiting, draft=EntryDraft("Aquí está lo que faltaba"))
    assert Case.objects.get(pk=case.pk).state == "in_progress"
    with at(MONDAY + timedelta(hours=6)):
        desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Se publicó la página")
        desk.close(actor=d.asker, case=case)
    own, resolve = (explain(c) for c in clocks_of(case))
    assert (own.used, own.total, own.late) == (1800, 1800, False)
    assert (resolve.used, resolve.total) == (3 * 3600, 6 * 3600)
    assert resolve.by_cause() == {"counted": 10800, "paused": 10800, "closed": 0, "special": 0}


def test_two_agents_take_one_ticket(d: Desk) -> None:
    case = d.ticket()
    desk.take(actor=d.agent, case=case)
    with pytest.raises(Refused):
        desk.take(actor=d.manager, case=case)


def test_who_asks_sees_the_public_side_only(d: Desk) -> None:
    case = d.ticket()
    desk.add_entry(actor=d.agent, ticket=case, draft=EntryDraft("CANARIO-7: la contraseña del servidor", private=True))
    desk.add_entry(actor=d.agent, ticket=case, draft=EntryDraft("Estamos en eso"))
    assert [n.text for n in Note.objects.readable_by(d.asker).filter(case=case)] == ["Estamos en eso"]
    assert Note.objects.readable_by(d.agent).filter(case=case).count() == 2
    assert not Note.objects.readable_by(d.world.nobody).exists() and not Attachment.objects.readable_by(d.world.nobody).exists()
    with pytest.raises(NotAllowed):
        desk.add_entry(actor=d.asker, ticket=case, draft=EntryDraft("x", private=True))
    assert not Notice.objects.filter(body__contains="CANARIO").exists()


def test_the_liaison_reads_and_asks_for_their_unit(d: Desk) -> None:
    Liaison.objects.create(institution=d.world.institution, unit=d.world.south, person=d.world.south_head, state="active",
                           requested_at=MONDAY, validated_at=MONDAY, agreement_at=MONDAY.date(), trained_at=MONDAY.date())
    case = d.ticket()
    assert Case.objects.visible_to(d.world.south_head).filter(pk=case.pk).exists()
    assert {s.name for s in allowed_steps(d.world.south_head, case)} == {"cancel"}
    for_staff = d.ticket(actor=d.world.south_head, requester=d.world.south_head, beneficiary=d.asker)
    assert Case.objects.visible_to(d.asker).filter(pk=for_staff.pk).exists()
    with pytest.raises(NotAllowed):
        d.ticket(actor=d.asker, beneficiary=d.world.south_head)


def test_what_is_resolved_while_it_waits_still_says_when_it_was_due(d: Desk) -> None:
    with at(MONDAY):
        case = d.ticket()
        desk.take(actor=d.agent, case=case)
    with at(MONDAY + timedelta(hours=1)):
        desk.hold(actor=d.agent, case=case, why=d.hold)
    with at(MONDAY + timedelta(hours=3)):
        desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Listo")
    clock = Clock.objects.get(case=case, kind="resolve")
    assert (clock.state, clock.due_at) == ("stop", datetime(2026, 11, 10, 11, tzinfo=ZONE))
    assert Case.objects.get(pk=case.pk).due_at == clock.due_at


def test_another_priority_counts_from_the_beginning_with_the_same_pauses(d: Desk) -> None:
    with at(MONDAY):
        case = d.ticket()
    with at(MONDAY + timedelta(minutes=10)):
        desk.prioritise(actor=d.agent, case=case, impact=1, urgency=1, reason="Está caído todo")
    case.refresh_from_db()
    assert case.priority == 1 and case.due_at == MONDAY + timedelta(minutes=15)
    assert Clock.objects.get(case=case, kind="resolve").due_at == MONDAY + timedelta(hours=2)


def test_the_second_level_has_an_agreement_of_its_own(d: Desk) -> None:
    with at(MONDAY):
        case = d.ticket()
    with at(MONDAY + timedelta(hours=1)):
        desk.assign(actor=d.agent, case=case, team=d.second, person=d.engineer)
    case.refresh_from_db()
    assert (case.unit_id, case.assignee_id, case.state) == (d.world.north_1.pk, d.engineer.pk, "assigned")
    inner = Clock.objects.get(case=case, kind=f"team{d.second.pk}")
    assert inner.due_at == MONDAY + timedelta(hours=5)
    desk.take(actor=d.engineer, case=case)
    with pytest.raises(Refused):
        desk.assign(actor=d.agent, case=case, team=d.second, person=d.asker)


def test_reopening_within_the_window_adds_the_time_in_which_it_was_closed(d: Desk) -> None:
    with at(MONDAY):
        case = d.ticket()
        desk.take(actor=d.agent, case=case)
    with at(MONDAY + timedelta(hours=1)):
        desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Listo")
    with at(MONDAY + timedelta(hours=3)):
        desk.reopen(actor=d.asker, case=case, reason="Sigue igual")
    assert Clock.objects.get(case=case, kind="resolve").due_at == datetime(2026, 11, 10, 11, tzinfo=ZONE)
    assert Ticket.objects.get(pk=case.pk).reopened == 1
    with at(MONDAY + timedelta(hours=4)):
        desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Ahora sí")
    with at(MONDAY + timedelta(days=30)), pytest.raises(Refused):
        desk.reopen(actor=d.asker, case=case, reason="Otra vez")


def test_reclassifying_keeps_number_clocks_and_log(d: Desk) -> None:
    case = d.ticket()
    clocks, moves = list(Clock.objects.filter(case=case).values()), Move.objects.filter(case=case).count()
    desk.reclassify(actor=d.agent, case=case, kind="incident", reason="No pide: algo falla")
    now = Case.objects.get(pk=case.pk)
    assert (now.kind, now.folio, now.state) == ("incident", case.folio, "new")
    assert list(Clock.objects.filter(case=case).values()) == clocks
    assert Move.objects.filter(case=case).count() == moves + 1


def test_an_approval_by_quorum_and_nobody_approves_what_they_ask(d: Desk) -> None:
    case = d.ticket()
    head = d.world.south_head
    desk.ask_approvals(actor=None, case=case, wanted=[{"label": "Jefatura", "who": "head"}])
    assert [a.person_id for a in Approval.objects.filter(case=case)] == [head.pk]
    assert Case.objects.get(pk=case.pk).state == "approval"
    assert all(c.state == "pause" for c in clocks_of(case))
    with pytest.raises(NotAllowed):
        desk.decide(actor=d.asker, case=case, verdict=True)
    with pytest.raises(Refused):
        desk.decide(actor=head, case=case, verdict=False)
    assert desk.decide(actor=head, case=case, verdict=True).state == "new"
    own = d.ticket(actor=head, requester=head)
    with pytest.raises(Refused, match="sólo hay 0"):
        desk.ask_approvals(actor=None, case=own, wanted=[{"label": "Quien solicita", "who": [head.pk]}])


def test_without_a_promise_there_is_an_explicit_none(d: Desk) -> None:
    bare = Team.objects.create(institution=d.world.institution, unit=d.world.north, name="Sin acuerdo")
    case = d.ticket(actor=d.agent, version=None, kind="incident", team=bare)
    clock = clocks_of(case)[0]
    assert (clock.kind, clock.due_at, case.due_at) == ("resolve", None, None)


def test_a_team_that_shares_by_itself_gives_it_to_who_knows_and_has_least(d: Desk) -> None:
    Team.objects.filter(pk=d.first.pk).update(automatic=True)
    skilled = make.person(d.world.institution, d.world.north, "head", name="Sabe")
    d.first.memberships.create(person=skilled, skills=["portal"])
    d.version.refresh_from_db()
    case = Case.objects.get(pk=d.ticket().pk)
    assert (case.assignee_id, case.state) == (skilled.pk, "assigned")
    Membership.objects.filter(person=skilled).update(skills=[])
    assert Case.objects.get(pk=d.ticket().pk).assignee_id == d.agent.pk


def test_the_people_of_an_appointment_are_told_before_it_ends_when_it_ends_and_it_is_extended(d: Desk) -> None:
    with at(MONDAY):
        row = Liaison.objects.create(institution=d.world.institution, unit=d.world.south, person=d.asker, requested_at=MONDAY,
                                     until=MONDAY.date() + timedelta(days=31))
        assert housekeeping.remind_liaisons() == 0
    for days in (1, 2):  # told once
        with at(MONDAY + timedelta(days=days)):
            assert housekeeping.remind_liaisons() == 1
    told = Notice.objects.filter(person=d.asker, url=f"/mesa/enlaces/{row.pk}/")
    assert [n.title for n in told] == ["Está por terminar un nombramiento de enlace"]
    assert told.get().body.startswith(f"El de {d.asker.name}, de {d.world.south.name}, termina el ")
    with at(MONDAY + timedelta(days=3)):
        for letter, until, field in (("", None, "letter"), ("SDS/9", MONDAY.date(), "until")):
            with pytest.raises(Refused) as refusal:
                liaisons.extend(actor=d.manager, liaison=row, letter=letter, until=until)
            assert refusal.value.field == field
        with pytest.raises(NotAllowed):
            liaisons.extend(actor=d.asker, liaison=row, letter="SDS/9", until=None)
        liaisons.extend(actor=d.manager, liaison=row, letter="SDS/9", until=MONDAY.date() + timedelta(days=20))
        assert housekeeping.remind_liaisons() == 1 and told.all().count() == 2
    with at(MONDAY + timedelta(days=21)):
        assert housekeeping.end_liaisons() == 1
    assert told.order_by("-pk")[0].title == "Terminó el nombramiento de enlace" and told.all().count() == 3


def test_time_alone_closes_what_was_resolved_and_ends_liaisons(d: Desk) -> None:
    with at(MONDAY):
        case = d.ticket()
        desk.take(actor=d.agent, case=case)
        desk.resolve(actor=d.agent, case=case, cause=d.cause, solution="Listo")
        row = Liaison.objects.create(institution=d.world.institution, unit=d.world.south, person=d.asker, requested_at=MONDAY,
                                     until=MONDAY.date())
    assert housekeeping.close_resolved(MONDAY + timedelta(days=6)) == 0
    assert housekeeping.close_resolved(MONDAY + timedelta(days=8)) == 1
    assert Case.objects.get(pk=case.pk).state == "closed"
    with at(MONDAY):
        assert housekeeping.end_liaisons() == 0
    with at(MONDAY + timedelta(days=1)):
        assert housekeeping.end_liaisons() == 1
    row.refresh_from_db()
    assert row.state == "ended"


def test_an_incident_becomes_a_problem_a_known_error_and_its_plan_is_measured(d: Desk) -> None:
    incidents = [d.ticket(version=d.incident, subject=f"No abre {n}") for n in range(3)]
    problem = solving.open_problem(actor=d.agent, incidents=incidents, subject="El servidor se satura")
    assert set(problem.linked_from.values_list("case_id", flat=True)) == {c.pk for c in incidents}
    solving.take_reasoned(actor=d.agent, case=problem, step="take")
    with pytest.raises(Refused):
        solving.identify(actor=d.agent, case=problem, root_cause=" ")
    solving.identify(actor=d.agent, case=problem, root_cause="Faltan conexiones", workaround="Reiniciar")
    known = solving.to_known_error(actor=d.agent, problem=problem, symptoms="Error 502", workaround="Reiniciar el servicio")
    assert known.known_error.root_cause == "Faltan conexiones" and known.kind == "known_error"
    step = solving.add_step(actor=d.agent, case=problem, draft=solving.StepDraft("Ampliar", owner=d.engineer, definitive=True))
    assert effect_of(problem) is None
    done = solving.finish_step(actor=d.engineer, step=step).done_at
    assert effect_of(problem) is None and done, "a day has to pass"
    ProblemStep.objects.filter(pk=step.pk).update(done_at=done - timedelta(days=10))
    Case.objects.filter(kind="incident").update(received_at=done - timedelta(days=15))
    effect = effect_of(problem)
    assert effect and (effect.days, effect.before, effect.since) == (10, 9.0, 0.0)
    with pytest.raises(NotAllowed):
        solving.tie(actor=d.asker, case=incidents[0], other=known, kind="known_as")


def test_a_hundred_at_once_never_make_two_active_liaisons(d: Desk) -> None:
    rows = [Liaison(institution=d.world.institution, unit=d.world.south, person=p, state="active", requested_at=MONDAY,
                    validated_at=MONDAY, agreement_at=MONDAY.date(), trained_at=MONDAY.date()) for p in (d.asker, d.asker_head)]
    rows[0].save()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows[1].save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Liaison.objects.create(institution=d.world.institution, unit=d.world.root, person=d.asker, state="active", requested_at=MONDAY)
