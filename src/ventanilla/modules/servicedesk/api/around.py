"""Around a ticket: who is told of it, who is asked instead, ready texts, its imported past, and the catalogue on paper."""
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.api.schemas import ApprovalOut
from ventanilla.modules.servicedesk.api.shaping import CHANGES, READS, desk_ticket, ticket_of
from ventanilla.modules.servicedesk.models import CannedAnswer, ImportedEvent, Offering
from ventanilla.modules.servicedesk.services import approving, printing
from ventanilla.modules.servicedesk.services.opinions import opinions_of
from ventanilla.modules.servicedesk.services.promising import priority_of
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.validators import small

router = Router()
PDF: dict[str, Any] = {"responses": {"200": {"description": "OK", "content": {
    "application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}}


class WatcherIn(Schema):
    """Whom to tell of what happens to the ticket."""

    person: UUID


class InsteadIn(Schema):
    """Of whom the authorisation was asked, and of whom it is asked now."""

    gone: UUID
    person: UUID


class CannedOut(Schema):
    """A ready text; of one team, or of all."""

    title: str
    text: str
    team: str | None


class ImportedOut(Schema):
    """An event of a ticket in the system it came from: every value as it stood, and what is odd in it."""

    sequence: int
    at: datetime | None
    state: str
    flags: list[str]
    values: dict[str, str]
    system: str
    source: str


class AnswerOut(Schema):
    """A question of the survey and what was answered, in words."""

    question: str
    answer: str


class OpinionOut(Schema):
    """A survey that somebody answered about the ticket; `who` is empty for who has no account, `score` is 0 to 100."""

    who: str
    at: datetime
    score: float | None
    answers: list[AnswerOut]


class PriorityOut(Schema):
    """The priority (1 critical to 4 low) of an impact and an urgency, both 1 high to 3 low."""

    impact: int
    urgency: int
    priority: int


@router.post("/tickets/{uuid}/watchers", response={204: None, **CHANGES}, auth=Bearer(scopes.WRITE), operation_id="add_watcher",
             summary="Avisar a alguien más de lo que pase con el ticket")
def add_watcher(request: HttpRequest, uuid: UUID, data: WatcherIn) -> Any:
    """By the desk; twice is once."""
    person = actor(request)
    case = desk_ticket(person, uuid)
    desk.watch(actor=person, case=case, person=_person(person, data.person, "person"))
    return 204, None


def _person(person: Person, uuid: UUID, field: str, *, active: bool = True) -> Person:
    rows = Person.objects.filter(institution_id=person.institution_id, uuid=uuid)
    row = (rows.filter(active=True) if active else rows).first()
    if row is None:
        raise Refused(_("No existe esa persona."), field)
    return row


@router.post("/tickets/{uuid}/approvals/instead", response={201: ApprovalOut, **CHANGES}, auth=Bearer(scopes.WRITE),
             operation_id="ask_instead", summary="Pedir a otra persona la autorización de quien no la puede dar")
def ask_instead(request: HttpRequest, uuid: UUID, data: InsteadIn) -> Any:
    """Of who left, is away or does the work now. By the desk."""
    person = actor(request)
    case = desk_ticket(person, uuid)
    row = approving.ask_instead(actor=person, case=case, gone=_person(person, data.gone, "gone", active=False),
                                person=_person(person, data.person, "person"))
    plain = ("step", "label", "quorum", "retrospective", "verdict", "reason", "asked_at", "at")
    return 201, {n: getattr(row, n) for n in plain} | {"person": shapes.person_ref(row.person)}


@router.get("/tickets/{uuid}/imported", response={200: list[ImportedOut], **READS}, auth=Bearer(scopes.READ),
            operation_id="list_imported_events",
            summary="Lo que se trajo de otro sistema con el ticket, suceso por suceso (sólo la mesa de servicio)")
def imported(request: HttpRequest, uuid: UUID, after: int = 0) -> Any:
    """In order, at most 1,000 at a time; `after` is the last `sequence` that the client has. Empty for a ticket of this system."""
    case = desk_ticket(actor(request), uuid)
    rows = ImportedEvent.objects.filter(case=case, sequence__gt=min(max(after, 0), 2**31 - 1)).select_related("log").order_by("sequence")
    return [{"sequence": e.sequence, "at": e.at, "state": e.state, "flags": e.flags, "values": e.as_dict(), "system": e.log.system,
             "source": e.log.source} for e in rows[:1000]]


@router.get("/tickets/{uuid}/opinions", response={200: list[OpinionOut], **READS}, auth=Bearer(scopes.READ), operation_id="list_opinions",
            summary="Lo que se opinó de cómo se atendió el ticket")
def opinions(request: HttpRequest, uuid: UUID) -> Any:
    """To the desk everything that was answered, to anybody else what they answered themselves; never private questions."""
    person = actor(request)
    found = opinions_of(person, ticket_of(person, uuid))
    return [{"who": one.who, "at": one.at, "score": one.score,
             "answers": [{"question": a.field.label, "answer": a.text} for a in one.answers]} for one in found]


@router.get("/canned-answers", response={200: list[CannedOut], **READS}, auth=Bearer(scopes.CATALOGUES, works_somewhere),
            operation_id="list_canned_answers", summary="Respuestas preparadas (sólo la mesa de servicio)")
def canned(request: HttpRequest) -> Any:
    """The active ones, by title."""
    person = actor(request)
    rows = CannedAnswer.objects.filter(institution_id=person.institution_id, active=True).select_related("team")
    return [{"title": c.title, "text": c.text, "team": c.team.name if c.team else None} for c in rows]


@router.get("/priorities", response={200: list[PriorityOut], **READS}, auth=Bearer(scopes.CATALOGUES), operation_id="list_priorities",
            summary="La prioridad que resulta de cada impacto y urgencia")
def priorities(request: HttpRequest) -> Any:
    """The same for every institution."""
    actor(request)
    return [{"impact": i, "urgency": u, "priority": priority_of(i, u)} for i in (1, 2, 3) for u in (1, 2, 3)]


@router.get("/catalogue.pdf", response={200: bytes, **READS}, auth=Bearer(scopes.CATALOGUES), operation_id="print_catalogue",
            summary="El catálogo en PDF, como estaba un día", openapi_extra=PDF)
def catalogue_pdf(request: HttpRequest, day: date | None = None) -> Any:
    """What the person may ask for, at the end of that local day (today without one, or for a day to come)."""
    today = timezone.localdate()
    wanted = min(day or today, today)
    if wanted.year < 1970:
        raise Refused(_("Ese día no se puede consultar."), "day")
    return _pdf(printing.catalogue_pdf(actor(request), wanted), f"catalogo-{wanted:%Y-%m-%d}.pdf")


@router.get("/offerings/{slug}/versions/{int:number}.pdf", response={200: bytes, **READS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="print_offering", summary="La ficha de una versión en PDF", openapi_extra=PDF)
def sheet(request: HttpRequest, slug: str, number: int) -> Any:
    """404 for what the person may not see."""
    person = actor(request)
    offering = Offering.objects.filter(institution_id=person.institution_id, slug=slug).first()
    version = printing.sheet_of(person, offering.pk, number) if offering and 0 < small(number) < 2**31 else None
    if version is None:
        raise Http404
    return _pdf(printing.sheet_pdf(person, version), f"{slug}-v{number}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"})
