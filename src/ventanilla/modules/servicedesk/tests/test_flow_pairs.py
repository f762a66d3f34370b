"""Every (state, step) pair of every flow through the page of the step: it works exactly where the table has the arrow."""
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ventanilla.core.cases.models import Case, Move
from ventanilla.lib.flow import Flow, Step
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.models import Change, Ticket
from ventanilla.modules.servicedesk.reclassification import WAYS
from ventanilla.modules.servicedesk.screens.actions import PAGES, STEPS
from ventanilla.modules.servicedesk.services import TicketDraft, merge, open_ticket
from ventanilla.modules.servicedesk.tests.desk import Desk, desk

pytestmark = pytest.mark.django_db
BY_SYSTEM = {"approve", "reject"}
ELSEWHERE = {"absorb", "release"}  # the survivor's side of a merge and of its undoing
BECOMES = {"request": "incident", "incident": "request", "problem": "incident", "change": "emergency_change", "simple_change": "change",
           "emergency_change": "change"}


def landed(flow: Flow, step: Step, state: str) -> str:
    """Where a step leads; a reclassification lands as its own table says."""
    return WAYS[flow.slug, BECOMES[flow.slug]][state] if step.name == "reclassify" else step.lands(state)


def data(d: Desk, flow: Flow, other: Case) -> dict[str, Any]:
    """Everything that any step may ask for."""
    return {"team": d.first.pk, "person": "", "why": d.hold.pk, "note": "x", "cause": d.cause.pk, "solution": "Se hizo", "reason": "Así es",
            "impact": 2, "urgency": 2, "kind": BECOMES.get(flow.slug, ""), "version": d.incident.pk if flow.slug in ("request", "problem") else "", "root_cause": "Un cable",
            "workaround": "Reiniciar", "symptoms": "", "risk": 1 if flow.slug == "simple_change" else 2, "impact_text": "", "plan": "Uno", "back_out": "Dos", "starts_at": "2030-01-10T20:00",
            "ends_at": "2030-01-10T22:00", "implementer": d.engineer.pk, "people": [d.asker_head.pk], "quorum": 1, "review": "Bien",
            "text": "Cambiar el cable", "owner": "", "due_on": "",
            "folio": other.folio, "subject": "Lo otro", "description": "", "channel": "phone", "requester": d.agent.pk, "uuid": str(uuid4())}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda f: f.slug)
def test_a_step_works_exactly_where_the_table_has_the_arrow(flow: Flow) -> None:
    d = desk()
    case = open_ticket(actor=d.manager, draft=TicketDraft("Algo", kind=flow.slug, team=d.first, requester=d.agent))
    other = open_ticket(actor=d.manager, draft=TicketDraft("Lo mismo", kind=flow.slug, team=d.first, requester=d.agent))
    browser = Client()
    browser.force_login(d.manager.user)  # type: ignore[arg-type] - people of the desk sign in
    names = {s.name for s in flow.steps} - BY_SYSTEM - ELSEWHERE
    assert names <= set(STEPS) | set(PAGES)
    for state in flow.states:
        for name in sorted(names):
            assert taken(browser, (case, other), flow, state, name, data(d, flow, other)) == (flow.find(name, state) is not None), (state, name)


def taken(browser: Client, pair: tuple[Case, Case], flow: Flow, state: str, name: str, posted: dict[str, Any]) -> bool:
    """Whether the posted step was taken from that state; nothing of it stays."""
    case, other = pair
    with transaction.atomic():
        put(case, flow, state, other)
        Ticket.objects.filter(pk=case.pk).update(major=name == "stand_down")
        before = Move.objects.filter(case=case).count()
        answer = browser.post(reverse("ticket_action", args=[case.pk, name]), posted)
        after = list(Move.objects.filter(case=case).order_by("pk"))[before:]
        step = flow.find(name, state)
        if after and step:
            assert (after[0].verb, after[0].from_state, after[0].to_state) == (name, state, landed(flow, step, state))
        assert answer.status_code == 302, answer.content.decode()[:2000]
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
    return bool(after)


def put(case: Case, flow: Flow, state: str, other: Case) -> None:
    """The case as if it had come to that state; one that is merged was merged into the other."""
    now = timezone.now()
    if state == "merged" and (undo := flow.find("unmerge", state)):
        Case.objects.filter(pk=case.pk).update(state=undo.target)
        merge(actor=case.registrar, case=case, survivor=other)  # type: ignore[arg-type] - somebody registered it
        return
    Case.objects.filter(pk=case.pk).update(state=state, kind=flow.slug, closed_at=now if flow.is_end(state) else None)
    Change.objects.filter(pk=case.pk).update(starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=4))
