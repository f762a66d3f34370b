"""How tickets hang together: parents and children, and the ties between kinds."""
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.api.shaping import CHANGES, READS, desk_ticket, ticket_of, tickets_of
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.services import solving
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.schemas import CaseOut

router = Router(tags=["Mesa: problemas"])
READ, WRITE = Bearer(scopes.READ), Bearer(scopes.WRITE)
Link = Literal["caused_by", "known_as", "fixed_by", "duplicates", "continues"]


class LinkIn(Schema):
    """Another ticket, and what it is to this one."""

    ticket: UUID
    kind: Link


class LinkOut(Schema):
    """A tie of two tickets; `back`: it is the other one that is tied to this."""

    kind: str
    back: bool
    ticket: CaseOut


class HangingOut(Schema):
    """Parent, children and ties that the person may read."""

    parent: CaseOut | None
    children: list[CaseOut]
    links: list[LinkOut]


class UnlinkIn(LinkIn):
    """A tie that is taken away, and why; `back`: it is the other one that is tied to this."""

    back: bool = False
    reason: str = Field("", max_length=2000, examples=["Era de otro servicio"])


class ParentIn(Schema):
    """From which ticket it hangs; null: from none."""

    parent: UUID | None = None


def _hanging(person: Person, case: Case) -> dict[str, Any]:
    """HangingOut. Four queries."""
    seen = tickets_of(person).select_related("unit")
    links = CaseLink.objects.filter(Q(case=case, other__in=seen) | Q(other=case, case__in=seen)).order_by("pk")
    found = {c.pk: c for c in seen.filter(pk__in={pk for r in links for pk in (r.case_id, r.other_id)})}
    children = seen.filter(pk__in=Ticket.objects.filter(parent=case).values("case_id")).order_by("pk")
    parent = seen.filter(pk=case.ticket.parent_id).first() if case.ticket.parent_id else None
    return {"parent": shapes.case_out(parent) if parent else None, "children": [shapes.case_out(c) for c in children],
            "links": [_link(r, case, found) for r in links]}


def _link(row: CaseLink, case: Case, found: dict[int, Case]) -> dict[str, Any]:
    back = row.other_id == case.pk
    return {"kind": row.kind, "back": back, "ticket": shapes.case_out(found[row.case_id if back else row.other_id])}


@router.get("/tickets/{uuid}/links", response={200: HangingOut, **READS}, auth=READ, operation_id="list_ticket_links",
            summary="De qué ticket depende, cuáles dependen de él y con cuáles se relaciona")
def links(request: HttpRequest, uuid: UUID) -> Any:
    """Only tickets that the person may read."""
    person = actor(request)
    return _hanging(person, ticket_of(person, uuid))


@router.post("/tickets/{uuid}/links", response={200: HangingOut, **CHANGES}, auth=WRITE, operation_id="link_tickets",
             summary="Relacionar el ticket con otro")
def add_link(request: HttpRequest, uuid: UUID, data: LinkIn) -> Any:
    """Twice is once; a circle is refused. By the desk."""
    person = actor(request)
    case = ticket_of(person, uuid)
    solving.tie(actor=person, case=case, other=_other(person, data.ticket, "ticket"), kind=data.kind)
    return _hanging(person, case)


@router.post("/tickets/{uuid}/links/remove", response={200: HangingOut, **CHANGES}, auth=WRITE, operation_id="unlink_tickets",
             summary="Quitar una relación con otro ticket, con su motivo")
def remove_link(request: HttpRequest, uuid: UUID, data: UnlinkIn) -> Any:
    """By the desk of either. Merges are undone by their step; what says where a ticket came from stays."""
    person = actor(request)
    case, other = ticket_of(person, uuid), _other(person, data.ticket, "ticket")
    pair = {"case": other, "other": case} if data.back else {"case": case, "other": other}
    link = CaseLink.objects.filter(kind=data.kind, **pair).first()
    if link is None:
        raise Refused(_("No están relacionados así."), "ticket")
    solving.untie(actor=person, link=link, reason=data.reason)
    return _hanging(person, case)


@router.put("/tickets/{uuid}/parent", response={200: HangingOut, **CHANGES}, auth=WRITE, operation_id="hang_ticket",
            summary="Hacer depender el ticket de otro, o de ninguno")
def hang(request: HttpRequest, uuid: UUID, data: ParentIn) -> Any:
    """A circle and a closed parent are refused. By the desk."""
    person = actor(request)
    parent = _other(person, data.parent, "parent") if data.parent else None
    desk.hang(actor=person, case=desk_ticket(person, uuid), parent=parent)
    return _hanging(person, ticket_of(person, uuid))


def _other(person: Person, uuid: UUID, field: str) -> Case:
    row = tickets_of(person).filter(uuid=uuid).first()
    if row is None:
        raise Refused(_("No hay otro ticket así que usted pueda ver."), field)
    return row
