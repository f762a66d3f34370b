"""Authorisations: those that wait for the person, those of a ticket, and the person's answer."""
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.api import schemas as own
from ventanilla.modules.servicedesk.api import shaping
from ventanilla.modules.servicedesk.models import Approval
from ventanilla.modules.servicedesk.services.approving import due_from
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor

router = Router()
MOST = 200


@router.get("/approvals", response={200: list[own.WaitingOut], **shaping.READS}, auth=Bearer(scopes.READ),
            operation_id="list_waiting_approvals", summary="Lo que espera la autorización de la persona")
def waiting(request: HttpRequest) -> Any:
    """The oldest first, at most 200."""
    rows = due_from(actor(request)).select_related("case__unit").order_by("asked_at", "pk")[:MOST]
    return [{"label": a.label, "asked_at": a.asked_at, "ticket": shapes.case_out(a.case)} for a in rows]


@router.get("/tickets/{uuid}/approvals", response={200: list[own.ApprovalOut], **shaping.READS}, auth=Bearer(scopes.READ),
            operation_id="list_approvals", summary="Las autorizaciones de un ticket")
def of_ticket(request: HttpRequest, uuid: UUID) -> Any:
    """In the order in which they were asked."""
    case = shaping.ticket_of(actor(request), uuid)
    plain = ("step", "label", "quorum", "retrospective", "verdict", "reason", "asked_at", "at")
    rows = Approval.objects.filter(case=case).select_related("person").order_by("asked_at", "step", "pk")
    return [{name: getattr(a, name) for name in plain} | {"person": shapes.person_ref(a.person)} for a in rows]


@router.post("/tickets/{uuid}/decision", response={200: own.TicketDetail, **shaping.CHECKED}, auth=Bearer(scopes.WRITE),
             operation_id="decide_ticket", summary="Autorizar o no lo que se pidió a la persona")
def decide(request: HttpRequest, response: HttpResponse, uuid: UUID, data: own.VerdictIn) -> Any:
    """404 when nothing was asked of the person, or when they ask for or implement it themselves."""
    person = actor(request)
    case = shaping.ticket_of(person, uuid)
    return shaping.changed(request, response, case, person, lambda: desk.decide(
        actor=person, case=case, verdict=data.verdict, reason=data.reason))
