"""The two logs of a ticket, its checklist and the time worked: the private side is never told to who is not of the desk."""
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from ninja import Router

from ventanilla.core.cases.models import Note
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.api import schemas as own
from ventanilla.modules.servicedesk.api import shaping
from ventanilla.modules.servicedesk.models import ChecklistItem, TimeEntry
from ventanilla.modules.servicedesk.services import EntryDraft
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of

router = Router()
MOST = 1000


def _entry(note: Note) -> dict[str, Any]:
    return {"uuid": note.uuid, "person": shapes.person_ref(note.person), "text": note.text, "private": note.private, "at": note.at}


@router.get("/tickets/{uuid}/entries", response={200: list[own.EntryOut], **shaping.READS}, auth=Bearer(scopes.READ),
            operation_id="list_entries", summary="Lo que se ha dicho en el ticket, de lo más antiguo a lo más nuevo")
def list_entries(request: HttpRequest, uuid: UUID, after: UUID | None = None) -> Any:
    """At most 1,000 at a time; `after` is the uuid of the last one that the client has."""
    person = actor(request)
    rows = Note.objects.readable_by(person).filter(case=shaping.ticket_of(person, uuid)).select_related("person").order_by("pk")
    if after:
        rows = rows.filter(pk__gt=rows.get(uuid=after).pk)
    return [_entry(n) for n in rows[:MOST]]


@router.post("/tickets/{uuid}/entries", response={201: own.EntryOut, **shaping.CHANGES}, auth=Bearer(scopes.WRITE),
             operation_id="add_entry", summary="Decir algo en la bitácora pública o en la interna")
def add_entry(request: HttpRequest, uuid: UUID, data: own.EntryIn) -> Any:
    """Who is not of the desk writes only the public one; a ticket that waited is resumed by the answer of who asked."""
    person = actor(request)
    case = shaping.ticket_of(person, uuid)
    if data.private and not shaping.staff_of(person, case):
        raise NotAllowed
    draft = EntryDraft(data.text, data.private, shaping.documents_of(person, data.documents),
                       shaping.people_of(person, data.mentioned, "mentioned"), uuid=key_of(request) or uuid4())
    return 201, _entry(desk.add_entry(actor=person, ticket=case, draft=draft))


def _item(row: ChecklistItem) -> dict[str, Any]:
    return {"id": row.pk, "text": row.text, "done_at": row.done_at, "done_by": shapes.person_ref(row.done_by)}


@router.get("/tickets/{uuid}/checklist", response={200: list[own.ChecklistItemOut], **shaping.READS}, auth=Bearer(scopes.READ),
            operation_id="list_checklist", summary="La lista de pasos (sólo la mesa de servicio)")
def checklist(request: HttpRequest, uuid: UUID) -> Any:
    """In order."""
    case = shaping.desk_ticket(actor(request), uuid)
    return [_item(r) for r in ChecklistItem.objects.filter(case=case).select_related("done_by")]


@router.post("/tickets/{uuid}/checklist/{item}", response={200: own.ChecklistItemOut, **shaping.CHANGES}, auth=Bearer(scopes.WRITE),
             operation_id="tick_item", summary="Marcar un paso como hecho, o quitar la marca")
def tick(request: HttpRequest, uuid: UUID, item: int, data: own.DoneIn) -> Any:
    """404 for a step of another ticket."""
    person = actor(request)
    return _item(desk.tick(actor=person, case=shaping.desk_ticket(person, uuid), item_id=item, done=data.done))


@router.post("/tickets/{uuid}/checklist", response={201: own.ChecklistItemOut, **shaping.CHANGES}, auth=Bearer(scopes.WRITE),
             operation_id="add_checklist_item", summary="Agregar un paso a la lista")
def add_item(request: HttpRequest, uuid: UUID, data: own.ChecklistItemIn) -> Any:
    """After the others; of a ticket that has not ended. With `Idempotency-Key` a repetition counts once."""
    person = actor(request)
    return 201, _item(desk.add_item(actor=person, case=shaping.desk_ticket(person, uuid), text=data.text))


@router.delete("/tickets/{uuid}/checklist/{item}", response={204: None, **shaping.CHANGES}, auth=Bearer(scopes.WRITE),
               operation_id="drop_checklist_item", summary="Quitar de la lista un paso que no se ha hecho")
def drop_item(request: HttpRequest, uuid: UUID, item: int) -> Any:
    """404 for a step of another ticket; the log keeps its words."""
    person = actor(request)
    desk.drop_item(actor=person, case=shaping.desk_ticket(person, uuid), item_id=item)
    return 204, None


def _time(row: TimeEntry) -> dict[str, Any]:
    return {"id": row.pk, "person": shapes.person_ref(row.person), "minutes": row.minutes, "text": row.text, "at": row.at}


@router.get("/tickets/{uuid}/time", response={200: list[own.TimeOut], **shaping.READS}, auth=Bearer(scopes.READ),
            operation_id="list_time", summary="El tiempo trabajado (sólo la mesa de servicio)")
def worked(request: HttpRequest, uuid: UUID) -> Any:
    """In order of entry."""
    case = shaping.desk_ticket(actor(request), uuid)
    return [_time(r) for r in TimeEntry.objects.filter(case=case).select_related("person").order_by("pk")[:MOST]]


@router.post("/tickets/{uuid}/time", response={201: own.TimeOut, **shaping.CHANGES}, auth=Bearer(scopes.WRITE),
             operation_id="log_time", summary="Anotar minutos trabajados")
def log_time(request: HttpRequest, uuid: UUID, data: own.TimeIn) -> Any:
    """With `Idempotency-Key` a repetition counts once."""
    person = actor(request)
    return 201, _time(desk.log_time(actor=person, case=shaping.desk_ticket(person, uuid), minutes=data.minutes, text=data.text))


@router.delete("/tickets/{uuid}/time/{entry}", response={204: None, **shaping.CHANGES}, auth=Bearer(scopes.WRITE),
               operation_id="drop_time", summary="Quitar minutos que se anotaron por error")
def drop_time(request: HttpRequest, uuid: UUID, entry: int) -> Any:
    """By who wrote them, or by who concludes in the unit of the team; the log keeps what they were."""
    person = actor(request)
    desk.drop_time(actor=person, case=shaping.desk_ticket(person, uuid), entry_id=entry)
    return 204, None


@router.post("/tickets/{uuid}/follow", response={204: None, **shaping.CHANGES}, auth=Bearer(scopes.WRITE),
             operation_id="follow_ticket", summary="Dar seguimiento al ticket: recibir aviso de lo que pase")
def follow(request: HttpRequest, uuid: UUID) -> Any:
    """For the person of the token; twice is once."""
    person = actor(request)
    desk.watch(actor=person, case=shaping.ticket_of(person, uuid), person=person)
    return 204, None


@router.delete("/tickets/{uuid}/follow", response={204: None, **shaping.CHANGES}, auth=Bearer(scopes.WRITE), operation_id="unfollow_ticket",
               summary="Dejar de seguir el ticket")
def unfollow(request: HttpRequest, uuid: UUID) -> Any:
    """For the person of the token; what they could read they still can."""
    person = actor(request)
    desk.unwatch(actor=person, case=shaping.ticket_of(person, uuid))
    return 204, None
