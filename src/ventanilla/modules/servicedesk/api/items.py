"""What a ticket is about, and what a change collides with; all of it for the ticket's desk only."""
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api import shaping
from ventanilla.modules.servicedesk.api.cmdb import ItemRef
from ventanilla.modules.servicedesk.models import TicketItem
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.collisions import Collision, collisions_of
from ventanilla.modules.servicedesk.services.items import tie_item, ties_of, untie_item
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.schemas import PersonRef

router = Router()
Role = Literal["affected", "changed", "cause"]


class TicketItemIn(Schema):
    """An item, by its uuid, and what it is for the ticket."""

    item: UUID
    role: Role = "affected"


class TicketItemOut(Schema):
    """An item of a ticket; `by` is empty when a form or an import tied it."""

    item: ItemRef
    role: Role
    source: Literal["desk", "form", "import"]
    by: PersonRef | None
    at: datetime


class CollisionOut(Schema):
    """What a change meets in its window; `why` are the sentences of the reason; `asks`: going ahead needs a reason."""

    kind: Literal["blackout", "change", "promise", "window"]
    title: str
    since: datetime
    until: datetime
    why: list[str]
    asks: bool
    ticket: UUID | None = Field(None, description="El otro ticket, cuando quien pregunta puede leerlo")


def _tie(row: TicketItem) -> dict[str, Any]:
    item = {"uuid": row.item.uuid, "name": row.item.name, "code": row.item.code}
    return {"item": item, "role": row.role, "source": row.source, "by": shapes.person_ref(row.by), "at": row.at}


@router.get("/tickets/{uuid}/items", response={200: list[TicketItemOut], **shaping.READS}, auth=Bearer(scopes.READ),
            operation_id="list_ticket_items", summary="Los elementos de configuración de que trata el ticket (sólo la mesa de servicio)")
def list_items(request: HttpRequest, uuid: UUID) -> Any:
    """Those that the person may see by name."""
    person = actor(request)
    return [_tie(row) for row in ties_of(person, shaping.desk_ticket(person, uuid))[0]]


@router.post("/tickets/{uuid}/items", response={201: TicketItemOut, **shaping.CHANGES}, auth=Bearer(scopes.WRITE),
             operation_id="add_ticket_item", summary="Anotar que el ticket trata de un elemento")
def add_item(request: HttpRequest, uuid: UUID, data: TicketItemIn) -> Any:
    """Said again, nothing changes."""
    person = actor(request)
    case = shaping.desk_ticket(person, uuid)
    item = choosable(person, person.institution_id).filter(uuid=data.item).first()
    if item is None:
        raise Refused(_("No hay un elemento así que usted pueda ver."), "item")
    return 201, _tie(tie_item(actor=person, case=case, item=item, role=data.role))


@router.delete("/tickets/{uuid}/items/{item}", response={204: None, **shaping.CHANGES}, auth=Bearer(scopes.WRITE),
               operation_id="remove_ticket_item", summary="El ticket no trata de ese elemento")
def remove_item(request: HttpRequest, uuid: UUID, item: UUID, role: Role = "affected") -> Any:
    """404 when it was not tied so."""
    person = actor(request)
    case = shaping.desk_ticket(person, uuid)
    untie_item(actor=person, tie=TicketItem.objects.readable_by(person).get(case=case, item__uuid=item, role=role))
    return 204, None


@router.get("/tickets/{uuid}/collisions", response={200: list[CollisionOut], **shaping.READS}, auth=Bearer(scopes.READ),
            operation_id="list_collisions", summary="Con qué choca un cambio en su ventana, y por qué")
def list_collisions(request: HttpRequest, uuid: UUID) -> Any:
    """Nothing for what is no change, or has no window yet."""
    person = actor(request)
    return [_collision(c) for c in collisions_of(shaping.desk_ticket(person, uuid), person)]


def _collision(found: Collision) -> dict[str, Any]:
    return {"kind": found.kind, "title": found.title, "since": found.since, "until": found.until, "why": list(found.why),
            "asks": found.asks, "ticket": found.case.uuid if found.case else None}
