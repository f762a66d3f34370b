"""Tickets: open one or many, list by key, read one with what may be done, explain its clocks."""
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router

from ventanilla.core import settled
from ventanilla.core.cases.listing import TOP
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api import fields as answers
from ventanilla.modules.servicedesk.api import rows, shaping
from ventanilla.modules.servicedesk.api import schemas as own
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.models import OfferingVersion, Service
from ventanilla.modules.servicedesk.services import TicketDraft, open_tickets
from ventanilla.modules.servicedesk.services.explaining import Explanation, explain
from ventanilla.modules.servicedesk.services.promising import clocks_of
from ventanilla.web.api import schemas, scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of

router = Router()


@router.post("/tickets", response={201: list[own.TicketOut], **shaping.CHANGES}, auth=Bearer(scopes.TICKETS),
             operation_id="open_tickets", summary="Abrir uno o varios tickets, cada uno con su número y sus relojes")
def open_many(request: HttpRequest, data: own.TicketsIn) -> Any:
    """With `Idempotency-Key` a repetition returns the same tickets, for ever."""
    person = actor(request)
    keys = [key_of(request, n) or uuid4() for n in range(1, len(data.tickets) + 1)]
    with settled.settled():
        offers = {slug: shaping.version_of(person, slug) for slug in dict.fromkeys(t.offering for t in data.tickets) if slug}
        drafts = [_draft(person, wanted, offers.get(wanted.offering or ""), key) for wanted, key in zip(data.tickets, keys, strict=True)]
        made = [c.pk for c in open_tickets(actor=person, drafts=drafts, whole=key_of(request) is not None)]
    return 201, [shaping.ticket_out(row) for row in rows.by_id(made)]


def _draft(person: Person, wanted: own.TicketIn, version: OfferingVersion | None, uuid: UUID) -> TicketDraft:
    plain = {n: getattr(wanted, n) for n in ("kind", "description", "requester_name", "requester_email", "beneficiary_name",
                                            "beneficiary_email", "channel", "impact", "urgency", "values")}
    return TicketDraft(
        wanted.subject, version=version, **plain,
        requester=_requester(person, wanted), beneficiary=shapes.person_of(person, wanted.beneficiary),
        unit=shapes.unit_of(person, wanted.unit) if wanted.unit else None,
        team=shaping.team_of(person, wanted.team) if wanted.team else None, service=_service(person, wanted.service),
        value_files=[str(d) for d in wanted.documents], documents=shaping.documents_of(person, wanted.documents),
        parent=_parent(person, wanted.parent),
        change=shaping.change_facts(person, wanted.risk, wanted.impact_text, wanted.model),
        received_at=shapes.aware(wanted.received_at) or timezone.now(), source="api", uuid=uuid)


def _requester(person: Person, wanted: own.TicketIn) -> Person | None:
    if wanted.requester:
        return shapes.person_of(person, wanted.requester)
    return None if wanted.requester_name else person


def _service(person: Person, slug: str | None) -> Service | None:
    if slug is None:
        return None
    row = Service.objects.filter(institution_id=person.institution_id, slug=slug, active=True).first()
    if row is None:
        raise Refused(_("Ese servicio no existe."), "service")
    return row


def _parent(person: Person, uuid: UUID | None) -> Case | None:
    if uuid is None:
        return None
    row = shaping.tickets_of(person).filter(uuid=uuid).first()
    if row is None:
        raise Refused(_("No existe ese ticket."), "parent")
    return row


class TicketFilters(answers.Answer):
    """What to list; all together. Answers of the form by `field`, `op` and `value`. `after` comes from `next`."""

    kind: own.Kind | None = None
    state: str | None = None
    folio: str | None = None
    team: str | None = None
    service: str | None = None
    offering: str | None = None
    priority: int | None = Field(None, ge=1, le=4)
    assignee: UUID | None = None
    requester: UUID | None = None
    asking_unit: UUID | None = None
    channel: own.Channel | None = None
    role: Literal["asked", "mine", "free"] | None = None
    open: bool | None = None
    overdue: bool = False
    received_from: datetime | None = None
    received_to: datetime | None = None
    after: int | None = Field(None, ge=1, le=TOP)
    limit: int = Field(50, ge=1, le=200)


@router.get("/tickets", response={200: own.TicketPage, **shaping.READS, 422: schemas.Problem}, auth=Bearer(scopes.READ),
            operation_id="list_tickets", summary="Tickets que la persona puede ver, del más nuevo al más antiguo")
def list_tickets(request: HttpRequest, filters: Annotated[TicketFilters, Query()]) -> Any:
    """Pages by key: follow `next` until it is null."""
    ids = list(_filtered(actor(request), filters).values_list("pk", flat=True)[:filters.limit + 1])
    following = None
    if len(ids) > filters.limit:
        query = request.GET.copy()
        query["after"] = str(ids[filters.limit - 1])
        following = f"{request.path}?{query.urlencode()}"
    shown = rows.by_id(ids[:filters.limit])
    values = answers.values_in(actor(request), [row.id for row in shown], filters.fields)
    return {"items": [shaping.ticket_out(row) | {"values": values.get(row.id, {})} for row in shown], "next": following}


def _filtered(person: Person, wanted: TicketFilters) -> QuerySet[Case]:
    equal = {
        "kind": wanted.kind, "state": wanted.state, "folio": wanted.folio, "ticket__team__name": wanted.team,
        "ticket__service__slug": wanted.service, "ticket__version__offering__slug": wanted.offering, "priority": wanted.priority,
        "assignee__uuid": wanted.assignee, "ticket__requester__uuid": wanted.requester, "ticket__unit__uuid": wanted.asking_unit,
        "ticket__channel": wanted.channel, "received_at__gte": shapes.aware(wanted.received_from),
        "received_at__lt": shapes.aware(wanted.received_to)}
    chosen = {name: value for name, value in equal.items() if value is not None}
    found = shaping.tickets_of(person).filter(pk__lt=wanted.after or TOP, **chosen).order_by("-pk")
    return _narrowed(person, found, wanted)


def _narrowed(person: Person, found: QuerySet[Case], wanted: TicketFilters) -> QuerySet[Case]:
    """What the ticket is to the person, whether something is owed, and an answer of its form."""
    if wanted.open is not None:
        found = found.filter(closed_at__isnull=wanted.open)
    if wanted.overdue:
        found = found.filter(closed_at=None, due_at__lt=timezone.now())
    if wanted.role == "asked":
        asks = person.pk, ("requester", "beneficiary", "liaison")
        found = found.filter(parties__person=asks[0], parties__role__in=asks[1]).distinct()
    elif wanted.role:
        found = found.filter(assignee=person) if wanted.role == "mine" else found.filter(assignee=None, closed_at=None)
    return answers.narrowed(person, found, wanted)


@router.get("/tickets/{uuid}", response={200: own.TicketDetail, 304: None, **shaping.READS}, auth=Bearer(scopes.READ),
            operation_id="get_ticket", summary="Un ticket con las acciones permitidas ahora")
def get_ticket(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """With `ETag`; `If-None-Match` answers 304."""
    person = actor(request)
    row = rows.visible(person, uuid, shaping.KINDS)
    case = row.case
    etag = shaping.etag_of(case, person)
    shapes.check_newer(request, etag)
    response.headers["ETag"] = etag
    return shaping.ticket_detail(row, person, case)


@router.get("/tickets/{uuid}/clocks", response={200: list[own.ClockOut], **shaping.READS}, auth=Bearer(scopes.READ),
            operation_id="list_clocks", summary="Los relojes del ticket, explicados tramo por tramo")
def clocks(request: HttpRequest, uuid: UUID) -> Any:
    """Who asks sees what is promised to them; internal agreements are the desk's."""
    person = actor(request)
    case = shaping.ticket_of(person, uuid)
    staff = shaping.staff_of(person, case)
    found = clocks_of(case) if staff or case.kind in ASKED else ()
    return [_clock(explain(c)) for c in found if staff or c.kind in ("own", "resolve")]


def _clock(one: Explanation) -> dict[str, Any]:
    plain = ("kind", "state", "start", "due_at", "amber_at", "stopped_at")
    return {name: getattr(one.clock, name) for name in plain} | {
        "label": one.label, "until": one.until, "goal": one.goal if one.clock.amount is not None else None, "used": one.used,
        "total": one.total, "late": one.late, "by_cause": one.by_cause(),
        "stretches": [{"start": s.start, "end": s.end, "cause": s.cause, "name": s.name, "seconds": s.seconds} for s in one.stretches]}
