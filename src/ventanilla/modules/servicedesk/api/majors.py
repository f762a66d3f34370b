"""Major incidents: what those whom they touch are told, who says that one affects them, and the public messages of the desk."""
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS, desk_ticket
from ventanilla.modules.servicedesk.models import MajorAffected, MajorMessage
from ventanilla.modules.servicedesk.services.catalogue import offered
from ventanilla.modules.servicedesk.services.major_telling import (
    MAX_HEADLINE,
    MAX_TEXT,
    MessageDraft,
    publish_message,
    say_affected,
)
from ventanilla.modules.servicedesk.services.touching import MajorNotice, notice_of, notices_for, notices_of_service
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.schemas import PersonRef, UnitRef
from ventanilla.web.api.validators import changed, told

router = Router()


class MajorNoticeOut(Schema):
    """A major incident as those whom it touches are told: nothing of its ticket but the name of its service.

    `text`, `told_at` and `next_at` are of the last public message; `affected`: this person said that it affects them.
    """

    uuid: UUID
    service: str
    headline: str
    since: datetime
    text: str
    told_at: datetime | None
    next_at: datetime | None
    affected: bool


class MajorMessageIn(Schema):
    """A public message; `headline` empty: as before. `next_at`: when more will be said."""

    text: str = Field(max_length=MAX_TEXT, examples=["Ya encontramos la causa. Mientras tanto use la versión web."])
    headline: str = Field("", max_length=MAX_HEADLINE, examples=["No se puede entrar al correo"])
    next_at: datetime | None = None


class MajorMessageOut(Schema):
    """A public message as it was said."""

    uuid: UUID
    headline: str
    text: str
    next_at: datetime | None
    by: PersonRef
    at: datetime


class AffectedOut(Schema):
    """Who said that it affects them, and where they worked then."""

    person: PersonRef
    unit: UnitRef | None
    at: datetime


class MajorTold(Schema):
    """What was said of a major incident, the newest first, and whom it affects."""

    messages: list[MajorMessageOut]
    affected: list[AffectedOut]


def _out(notice: MajorNotice) -> dict[str, Any]:
    return asdict(notice)


@router.get("/major-incidents", response={200: list[MajorNoticeOut], **READS}, auth=Bearer(scopes.READ),
            operation_id="list_major_incidents", summary="Incidentes mayores en curso que pueden afectar a la persona")
def notices(request: HttpRequest, offering: str | None = None) -> Any:
    """What the portal's home says; with `offering` (its key), what its form says."""
    person = actor(request)
    version = offered(person, offering) if offering else None
    found = notices_for(person) if offering is None else notices_of_service(person, version.offering.service_id) if version else []
    return [_out(one) for one in found]


@router.post("/major-incidents/{uuid}/affected", response={200: MajorNoticeOut, **CHANGES}, auth=Bearer(scopes.TICKETS),
             operation_id="say_affected", summary="Decir que un incidente mayor le afecta, sin otra solicitud")
def affects(request: HttpRequest, uuid: UUID) -> Any:
    """Twice is once. 404 when it is over, or not for this person."""
    return _said(request, uuid, affected=True)


@router.delete("/major-incidents/{uuid}/affected", response={200: MajorNoticeOut, **CHANGES}, auth=Bearer(scopes.TICKETS),
               operation_id="say_not_affected", summary="Decir que un incidente mayor ya no le afecta")
def affects_no_more(request: HttpRequest, uuid: UUID) -> Any:
    """Twice is once."""
    return _said(request, uuid, affected=False)


def _said(request: HttpRequest, uuid: UUID, *, affected: bool) -> dict[str, Any]:
    person = actor(request)
    say_affected(actor=person, uuid=uuid, affected=affected)
    return _out(notice_of(person, uuid))


def _told(case: Case) -> dict[str, Any]:
    said = MajorMessage.objects.filter(case=case).select_related("by")
    plain = ("uuid", "headline", "text", "next_at", "at")
    affected = MajorAffected.objects.filter(case=case).select_related("person", "unit")
    return {"messages": [{n: getattr(m, n) for n in plain} | {"by": shapes.person_ref(m.by)} for m in said],
            "affected": [{"person": shapes.person_ref(a.person), "unit": shapes.unit_ref(a.unit), "at": a.at} for a in affected]}


@router.get("/tickets/{uuid}/major-messages", response={200: MajorTold, 304: None, **READS}, auth=Bearer(scopes.READ),
            operation_id="list_major_messages", summary="Lo que se dijo de un incidente mayor, y a quién afecta")
def messages(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """For its desk. With `ETag`."""
    return told(request, response, _told(desk_ticket(actor(request), uuid)))


@router.post("/tickets/{uuid}/major-messages", response={201: MajorTold, **CHECKED}, auth=Bearer(scopes.WRITE),
             operation_id="publish_major_message", summary="Publicar cómo va un incidente mayor, para quienes afecta")
def publish(request: HttpRequest, response: HttpResponse, uuid: UUID, data: MajorMessageIn) -> Any:
    """By its desk. `Idempotency-Key` holds for ever; `If-Match` refuses (412) when somebody said something meanwhile."""
    person: Person = actor(request)
    case = desk_ticket(person, uuid)
    draft = MessageDraft(data.text, data.headline, shapes.aware(data.next_at), key_of(request) or uuid4())
    return 201, changed(request, response, case, lambda: _told(case), lambda: publish_message(actor=person, case=case, draft=draft))
