"""The flows by the other ways in: every (state, step) pair through the API, every state by mail, every state of iTop by CSV.

Through pages: `test_flow_pairs.py`. The 529 pairs of the compatibility profile: `itop/test_profile.py`.
"""
import csv
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from ventanilla.core.cases.models import Case, Move, Note
from ventanilla.lib.flow import Flow
from ventanilla.modules.servicedesk.flow import FLOWS, INCIDENT_FLOW, REQUEST_FLOW
from ventanilla.modules.servicedesk.itop.importing import ItopJob, import_itop
from ventanilla.modules.servicedesk.itop.profile import LIFECYCLES
from ventanilla.modules.servicedesk.itop.states import statuses
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.mail import receive
from ventanilla.modules.servicedesk.tests.api.test_tickets import Program
from ventanilla.modules.servicedesk.tests.desk import Desk, desk
from ventanilla.modules.servicedesk.tests.mail.mails import mail, mailbox
from ventanilla.modules.servicedesk.tests.test_flow_pairs import BECOMES, BY_SYSTEM, ELSEWHERE, landed, put

pytestmark = pytest.mark.django_db


def data(d: Desk, flow: Flow, other: Case) -> dict[str, Any]:
    """Everything that any step may ask for, as the API names it."""
    plan = {"risk": 1 if flow.slug == "simple_change" else 2, "plan": "Uno", "back_out": "Dos", "starts_at": "2030-01-10T20:00:00-06:00", "ends_at": "2030-01-10T22:00:00-06:00",
            "implementer": str(d.engineer.uuid)}
    return {"team": d.first.name, "hold_reason": d.hold.text, "cause": d.cause.name, "solution": "Se hizo", "reason": "Así es", "impact": 2,
            "urgency": 2, "kind": BECOMES.get(flow.slug), "offering": "el-sitio-no-responde" if flow.slug in ("request", "problem") else None, "root_cause": "Un cable", "plan": plan,
            "people": [str(d.asker_head.uuid)], "review": "Bien", "action": "Cambiar el cable", "into": str(other.uuid),
            "subject": "Lo otro", "facts": {"subject": "Lo otro"}, "uuid": str(uuid4())}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda f: f.slug)
def test_by_the_api_a_step_works_exactly_where_the_table_has_the_arrow(flow: Flow) -> None:
    d = desk()
    case, other = (open_ticket(actor=d.manager, draft=TicketDraft(s, kind=flow.slug, team=d.first, requester=d.agent)) for s in ("Uno", "Otro"))
    program, wrong = Program(d.manager), []
    for state in flow.states:
        for name in sorted({s.name for s in flow.steps}):
            possible = flow.find(name, state) is not None and name not in BY_SYSTEM | ELSEWHERE
            told = taken(program, (case, other), flow, state, name, data(d, flow, other))
            wrong += [] if told == possible else [(state, name, told)]
    assert wrong == []


def taken(program: Program, pair: tuple[Case, Case], flow: Flow, state: str, name: str, sent: dict[str, Any]) -> bool:
    """Whether the step was taken from that state; nothing of it stays. What was not is 404 or 409, and changes nothing."""
    case, other = pair
    with transaction.atomic():
        put(case, flow, state, other)
        Ticket.objects.filter(pk=case.pk).update(major=name == "stand_down")
        before = Move.objects.filter(case=case).count()
        answer = program.post(f"/tickets/{case.uuid}/steps/{name}", sent if name != "split" else {**sent, "kind": None})
        after = list(Move.objects.filter(case=case).order_by("pk"))[before:]
        assert (answer.status_code == 200) == bool(after) and answer.status_code in (200, 404, 409), (state, name, answer.content)
        if after and (step := flow.find(name, state)):
            assert (after[0].verb, after[0].from_state, after[0].to_state) == (name, state, landed(flow, step, state))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
    return bool(after)


ENDED = ("closed", "cancelled", "rejected")


@pytest.mark.parametrize("flow", [REQUEST_FLOW, INCIDENT_FLOW], ids=lambda f: f.slug)
def test_a_mail_speaks_in_every_state_and_only_wakes_what_waits(flow: Flow) -> None:
    """Who asked resumes what waits for them; what is over gets a new ticket; nothing else of a mail moves a ticket. An agent moves none."""
    d = desk()
    box = mailbox(d)
    first = receive(box=box, raw=mail(d.asker.user.email, number="primero"))  # type: ignore[union-attr] - people of the desk sign in
    case, other = first.case, open_ticket(actor=d.manager, draft=TicketDraft("Otro", kind=flow.slug, team=d.first, requester=d.agent))
    assert case
    for state in flow.states:
        for person in (d.asker, d.agent):
            with transaction.atomic():
                put(case, flow, state, other)
                got = receive(box=box, raw=mail(person.user.email, "Re: No abre el portal", "Sigue igual", in_reply_to=first.message_id))
                now, wakes = Case.objects.get(pk=case.pk).state, person == d.asker and state == "pending"
                assert now == ("in_progress" if wakes else state), (state, person.name)
                if person == d.asker and state in ENDED:
                    assert (got.decision, Ticket.objects.get(pk=got.case_id).parent_id) == ("opened", case.pk)
                else:
                    assert got.decision == "replied" and got.case == (other if state == "merged" else case), state
                    assert Note.objects.get(case=got.case_id).private == (person == d.agent)
                transaction.set_rollback(True)


def test_every_state_of_itop_comes_by_csv_and_is_shown_as_it_was(tmp_path: Path) -> None:
    """Lateness is no state of ours: an escalated ticket comes in the state that it had, and its clocks say the rest."""
    d, number = desk(), 0
    for name, life in LIFECYCLES.items():
        rows = []
        for state in life.states:
            number += 1
            rows.append({"id": number, "ref": f"X-{number:06}", "title": f"{name} {state}", "status": state,
                         "start_date": "2024-03-04 09:00:00", "creation_date": "2024-03-04 09:00:00", "assignment_date": "2024-03-04 09:20:00",
                         "end_date": "2024-03-05 09:00:00", "last_update": "2024-03-06 10:00:00", "team_name": "Mesa de ayuda",
                         "resolution_date": "2024-03-05 10:00:00", "close_date": "2024-03-06 10:00:00"})
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    tally = import_itop(ItopJob(tmp_path, d.world.north, d.agent, d.level, dry=False))
    cases = {c.subject: c for c in Case.objects.filter(source="import")}
    assert len(cases) + tally.refused == number and tally.refused == len([p for p in tally.problems if "no es de" in p])
    shown, wrong = statuses(cases.values(), timezone.now()), []
    for name, life in LIFECYCLES.items():
        reached = {t for arrows in life.arrows.values() for t in arrows.values()} | {life.states[0]}
        for state in life.states:
            case = cases.get(f"{name} {state}")
            told = shown[case.pk] if case else None
            if state in reached and not state.startswith("escalated") and told not in (state, *LATE.get(state, ())):
                wrong.append((name, state, case and case.state, told))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert wrong == []


LATE = {"new": ("escalated_tto",), "assigned": ("escalated_ttr",)}
"""A ticket of 2024 that was never resolved is late by now."""
