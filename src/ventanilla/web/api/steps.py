"""Changing matters: route, accept, answer, evaluate, return… The same verbs as the buttons.

`If-Match` with the ETag of the case refuses (412) when it changed meanwhile; `Idempotency-Key` makes a repetition harmless.
"""
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from ventanilla.core.cases import services
from ventanilla.core.cases.models import Attachment, Case, Turn
from ventanilla.core.cases.moving import lock_case
from ventanilla.core.cases.services import AnswerDraft, TurnDraft
from ventanilla.core.cases.terms import Term
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.web.api import schemas, scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of

router = Router(tags=["Acciones"])
CHECKED = {n: schemas.Problem for n in (401, 403, 404, 409, 412, 422)}
"""Of an operation that looks at `If-Match` (`shapes.unless_changed`): the reference names the header for these alone."""
ERRORS = {n: said for n, said in CHECKED.items() if n != 412}
ANSWERS = {200: schemas.CaseDetail, **CHECKED}
WRITE = Bearer(scopes.WRITE)


def changed(request: HttpRequest, response: HttpResponse, case: Case, verb: Callable[[], object]) -> dict[str, Any]:
    """Hold the case, check `If-Match`, do it, and tell the new state with its ETag."""
    person = actor(request)
    with transaction.atomic():
        shapes.check_match(request, lock_case(case.pk), person)
        verb()
        with_unit = Case.objects.select_related("unit").get(pk=case.pk)
        made = shapes.case_detail(with_unit, person)
        response.headers["ETag"] = shapes.etag_of(with_unit, person)
    return made


def _on_turn(request: HttpRequest, response: HttpResponse, uuid: UUID, verb: Callable[[Person, Turn], object]) -> Any:
    person = actor(request)
    turn = shapes.turn_of(person, uuid)
    return changed(request, response, turn.case, lambda: verb(person, turn))


def turn_draft(person: Person, wanted: schemas.Destination, uuid: UUID) -> TurnDraft:
    """The draft of one destination of a request."""
    due = shapes.aware(wanted.due_at)
    term = Term(wanted.days, due_at=due) if wanted.days or due else None
    return TurnDraft(shapes.unit_of(person, wanted.unit), shapes.person_of(person, wanted.person), wanted.purpose,
                     text=wanted.text, term=term, uuid=uuid)


@router.post("/cases/{uuid}/route", response=ANSWERS, auth=WRITE, operation_id="route_case", summary="Turnar")
def route(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.RouteIn) -> Any:
    """To one or several units or people, from the unit in charge or from the holder of `parent`."""
    person = actor(request)
    case = shapes.case_of(person, uuid)
    parent = shapes.turn_of(person, data.parent) if data.parent else None
    if parent and parent.case_id != case.pk:
        raise Refused(_("Ese turno es de otro asunto."), "parent")
    drafts = [turn_draft(person, d, key_of(request, n) or uuid4()) for n, d in enumerate(data.turns, 1)]
    return changed(request, response, case,
                   lambda: services.route(actor=person, case=case, drafts=drafts, parent=parent))


@router.post("/cases/{uuid}/notes", response={201: schemas.NoteOut, **ERRORS}, auth=WRITE, operation_id="add_note",
             summary="Agregar una nota")
def add_note(request: HttpRequest, uuid: UUID, data: schemas.NoteIn) -> Any:
    """A public note is seen by the requester; of a ticket, one that is not public is read by the desk only. It only adds: `If-Match` is
    not looked at."""
    person = actor(request)
    case = shapes.case_of(person, uuid)
    note = services.add_note(actor=person, case=case, text=data.text, side=services.side_of(person, case, public=data.public),
                             uuid=key_of(request) or uuid4())
    return 201, {"uuid": note.uuid, "person": shapes.person_ref(note.person), "text": note.text, "public": note.public,
                 "at": note.at}


@router.post("/turns/{uuid}/accept", response=ANSWERS, auth=WRITE, operation_id="accept_turn", summary="Aceptar")
def accept(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """The unit takes the turn."""
    return _on_turn(request, response, uuid, lambda who, turn: services.accept(actor=who, turn=turn))


@router.post("/turns/{uuid}/acknowledge", response=ANSWERS, auth=WRITE, operation_id="acknowledge_turn",
             summary="Marcar como leído")
def acknowledge(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """A turn for information was read."""
    return _on_turn(request, response, uuid, lambda who, turn: services.acknowledge(actor=who, turn=turn))


@router.post("/turns/{uuid}/answer", response=ANSWERS, auth=WRITE, operation_id="answer_turn", summary="Responder")
def answer(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.AnswerIn) -> Any:
    """The answer waits for evaluation by who routed the turn."""
    draft = _answer(actor(request), data, key_of(request))
    return _on_turn(request, response, uuid, lambda who, turn: services.answer(actor=who, turn=turn, draft=draft))


@router.post("/turns/{uuid}/report", response=ANSWERS, auth=WRITE, operation_id="report_turn", summary="Informar avance")
def report(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.AnswerIn) -> Any:
    """Progress: the turn stays with the unit."""
    draft = _answer(actor(request), data, key_of(request))
    return _on_turn(request, response, uuid, lambda who, turn: services.report(actor=who, turn=turn, draft=draft))


def _answer(person: Person, data: schemas.AnswerIn, key: UUID | None) -> AnswerDraft:
    """Only files that the person uploaded and that belong to no matter yet."""
    mine = Document.objects.filter(uuid__in=data.documents, institution_id=person.institution_id, created_by=person)
    taken = set(Attachment.objects.filter(document__in=mine).values_list("document_id", flat=True))
    files = [d for d in mine if d.pk not in taken]
    if len(files) != len(set(data.documents)):
        raise Refused(_("Algún documento no existe, no es suyo o ya está en un asunto."), "documents")
    return AnswerDraft(data.text, files, uuid=key or uuid4())


@router.post("/turns/{uuid}/approve", response=ANSWERS, auth=WRITE, operation_id="approve_turn",
             summary="Aceptar la respuesta")
def approve(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ReasonIn) -> Any:
    """The turn is done."""
    return _on_turn(request, response, uuid,
                    lambda who, turn: services.approve(actor=who, turn=turn, reason=data.reason))


@router.post("/turns/{uuid}/send-back", response=ANSWERS, auth=WRITE, operation_id="send_back_turn",
             summary="Devolver la respuesta")
def send_back(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ReasonIn) -> Any:
    """The unit corrects it; the clock runs again."""
    return _on_turn(request, response, uuid,
                    lambda who, turn: services.send_back(actor=who, turn=turn, reason=data.reason))


@router.post("/turns/{uuid}/withdraw-answer", response=ANSWERS, auth=WRITE, operation_id="withdraw_answer",
             summary="Retirar la respuesta")
def withdraw_answer(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ReasonIn) -> Any:
    """While nobody evaluated it: it stays as withdrawn, and the turn is the unit's again."""
    return _on_turn(request, response, uuid,
                    lambda who, turn: services.withdraw_answer(actor=who, turn=turn, reason=data.reason))


@router.post("/turns/{uuid}/return", response=ANSWERS, auth=WRITE, operation_id="return_turn",
             summary="Devolver con motivo")
def return_turn(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ReasonIn) -> Any:
    """Back to who sent it."""
    return _on_turn(request, response, uuid,
                    lambda who, turn: services.return_turn(actor=who, turn=turn, reason=data.reason))


@router.post("/turns/{uuid}/withdraw", response=ANSWERS, auth=WRITE, operation_id="withdraw_turn",
             summary="Retirar el turno")
def withdraw(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ReasonIn) -> Any:
    """With everything open below it."""
    return _on_turn(request, response, uuid,
                    lambda who, turn: services.withdraw(actor=who, turn=turn, reason=data.reason))


@router.post("/turns/{uuid}/reassign", response=ANSWERS, auth=WRITE, operation_id="reassign_turn", summary="Reasignar")
def reassign(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ReassignIn) -> Any:
    """To another unit or person; the due date stays."""
    me = actor(request)
    unit, person = shapes.unit_of(me, data.unit), shapes.person_of(me, data.person)
    return _on_turn(request, response, uuid, lambda who, turn: services.reassign(
        actor=who, turn=turn, unit=unit, person=person, reason=data.reason))


@router.post("/turns/{uuid}/extend", response=ANSWERS, auth=WRITE, operation_id="extend_turn", summary="Ampliar plazo")
def extend(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ExtendIn) -> Any:
    """Never beyond the turn above it."""
    due = shapes.aware(data.due_at) or data.due_at
    return _on_turn(request, response, uuid, lambda who, turn: services.extend(
        actor=who, turn=turn, due_at=due, reason=data.reason))
