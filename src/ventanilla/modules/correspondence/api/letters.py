"""Letters: register them, read their facts, correct, conclude, reopen, cancel, archive; the types of document."""
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.services import TurnDraft
from ventanilla.core.cases.terms import Term
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence import services
from ventanilla.modules.correspondence.models import ArchiveFile, Letter, LetterType
from ventanilla.modules.correspondence.models.letters import Order
from ventanilla.modules.correspondence.services import Correction, DeliveryDraft, LetterDraft, PlaceDraft
from ventanilla.modules.correspondence.services.correcting import edition, facts_of
from ventanilla.modules.correspondence.services.registering_again import files_of
from ventanilla.modules.correspondence.services.registering_again import register_again as again
from ventanilla.modules.correspondence.services.registration import ANONYMOUS, Sender
from ventanilla.web.api import schemas, scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.steps import ANSWERS, ERRORS, changed, turn_draft

router = Router(tags=["Correspondencia"])
WRITE = Bearer(scopes.WRITE)
KEYS = 1000
"""More than the letters of a request, and than the turns of a letter: the keys of turns begin behind it."""


class SenderIn(Schema):
    """Who sends; `unit` for an internal letter. `order` "anonymous", with nothing else, when the letter does not say who."""

    order: Literal["federal", "state", "municipal", "organisation", "citizen", "internal", "anonymous"] = "state"
    organisation: str = Field("", max_length=200)
    signatory: str = Field("", max_length=200)
    post: str = Field("", max_length=200)
    unit: UUID | None = None


class LetterIn(Schema):
    """A letter to register in `unit`; `type` is a name of the catalogue; `documents` are uploaded files."""

    unit: UUID
    type: str
    subject: str
    sender: SenderIn
    direction: Literal["incoming", "outgoing", "internal"] = "incoming"
    number: str = Field("", max_length=80)
    dated: date | None = None
    received_at: datetime | None = None
    addressee_unit: UUID | None = None
    addressee: str = Field("", max_length=300)
    sheets: int = Field(1, ge=0, le=100000)
    annexes: str = Field("", max_length=300)
    medium: Literal["paper", "courier", "email", "portal"] = "portal"
    priority: Literal[1, 2, 3] = 3
    level: Literal[0, 1, 2] = 0
    days: int | None = Field(None, ge=1, le=1000)
    due_at: datetime | None = None
    documents: list[UUID] = []


class RoutedIn(LetterIn):
    """A letter to register in `unit`, and in `turns` to whom it is turned at once: both or none. `type` is a name of the catalogue;
    `documents` are uploaded files."""

    turns: list[schemas.Destination] = Field([], max_length=50)


class LettersIn(Schema):
    """One letter or many: all of them or none."""

    letters: list[RoutedIn] = Field(min_length=1, max_length=500)


class AgainIn(LetterIn):
    """The letter as it is registered again; `keep` are files of the cancelled one that go along."""

    keep: list[UUID] = []


class LetterOut(schemas.CaseOut):
    """A letter with its facts."""

    direction: str
    type: str
    number: str
    dated: date | None
    sender: str
    addressee: str
    sheets: int
    annexes: str
    medium: str
    delivered_at: datetime | None
    delivery_means: str
    delivered_to: str
    delivery_note: str


class DeliveryIn(Schema):
    """When, how and to whom a sent letter was delivered; `documents` are the uploaded acuse."""

    at: datetime
    means: Literal["courier", "email", "personal"]
    recipient: str = Field(max_length=200)
    note: str = Field("", max_length=200)
    documents: list[UUID] = []


class CorrectIn(Schema):
    """The facts to correct (those not named stay as they are), and why."""

    reason: str
    type: str | None = None
    subject: str | None = None
    sender: SenderIn | None = None
    number: str | None = Field(None, max_length=80)
    dated: date | None = None
    addressee: str | None = Field(None, max_length=300)
    sheets: int | None = Field(None, ge=0, le=100000)
    annexes: str | None = Field(None, max_length=300)
    medium: Literal["paper", "courier", "email", "portal"] | None = None
    priority: Literal[1, 2, 3] | None = None


class ArchiveIn(Schema):
    """In which expediente, and how many sheets."""

    file: UUID
    sheets: int = Field(ge=1)


class RefileIn(ArchiveIn):
    """The other expediente, and why."""

    reason: str


class TypeOut(Schema):
    """A type of document and its usual term in working days."""

    name: str
    days: int | None


@router.post("", response={201: list[schemas.CaseOut], **ERRORS}, auth=Bearer(scopes.REGISTER),
             operation_id="register_letters", summary="Registrar uno o varios documentos, cada uno con su folio")
def register(request: HttpRequest, data: LettersIn) -> Any:
    """With `Idempotency-Key` a repetition returns the same folios, for ever."""
    person = actor(request)
    keys = [key_of(request, n) or uuid4() for n in range(1, len(data.letters) + 1)]
    drafts = [_draft(person, letter, key) for letter, key in zip(data.letters, keys, strict=True)]
    turns = _turns(request, person, data)
    with transaction.atomic():
        cases = services.register(actor=person, drafts=drafts)
        spine.route_many(actor=person, sent=[(case, to) for case, to in zip(cases, turns, strict=True) if to])
    return 201, [shapes.case_out(c) for c in cases]


def _turns(request: HttpRequest, person: Person, data: LettersIn) -> list[list[TurnDraft]]:
    """The turns of each letter, with keys of their own behind those of the letters. Raises MissingScope for a token that only registers."""
    if any(letter.turns for letter in data.letters):
        WRITE.authenticate(request, request.headers.get("Authorization", "").partition(" ")[2])
    return [[turn_draft(person, to, key_of(request, n * KEYS + m) or uuid4()) for m, to in enumerate(letter.turns, 1)]
            for n, letter in enumerate(data.letters, 1)]


def _draft(person: Person, wanted: LetterIn, uuid: UUID) -> LetterDraft:
    due = shapes.aware(wanted.due_at)
    return LetterDraft(
        shapes.unit_of(person, wanted.unit), type_of(person, wanted.type), wanted.subject,
        _sender(person, wanted.sender),
        direction=wanted.direction, number=wanted.number, dated=wanted.dated,
        received_at=shapes.aware(wanted.received_at) or timezone.now(),
        addressee_unit=shapes.unit_of(person, wanted.addressee_unit) if wanted.addressee_unit else None,
        addressee=wanted.addressee, sheets=wanted.sheets, annexes=wanted.annexes, medium=wanted.medium,
        priority=wanted.priority, level=wanted.level, documents=documents_of(person, wanted.documents),
        term=Term(wanted.days, due_at=due) if wanted.days or due else None, source="api", uuid=uuid)


def _sender(person: Person, wanted: SenderIn) -> Sender:
    if wanted.order == "anonymous":
        if wanted.organisation or wanted.signatory or wanted.post or wanted.unit:
            raise Refused(_("Un remitente anónimo no lleva nombre, cargo ni unidad."), "order")
        return Sender(Order.CITIZEN, signatory=ANONYMOUS)
    return Sender(wanted.order, wanted.organisation, wanted.signatory, wanted.post,
                  shapes.unit_of(person, wanted.unit) if wanted.unit else None)


def type_of(person: Person, name: str) -> LetterType:
    """By its name in the catalogue. Raises Refused."""
    row = LetterType.objects.filter(institution_id=person.institution_id, name=name, active=True).first()
    if row is None:
        raise Refused(_("Ese tipo de documento no está en el catálogo."), "type")
    return row


def documents_of(person: Person, uuids: list[UUID]) -> list[Document]:
    """What this person uploaded. Raises Refused when one is not theirs."""
    mine = list(Document.objects.filter(uuid__in=uuids, institution_id=person.institution_id, created_by=person))
    if len(mine) != len(set(uuids)):
        raise Refused(_("Algún documento no existe o no lo subió usted."), "documents")
    return mine


@router.get("/types", response={200: list[TypeOut], **ERRORS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="list_letter_types", summary="Tipos de documento")
def types(request: HttpRequest) -> Any:
    """The active ones, in order."""
    rows = LetterType.objects.filter(institution_id=actor(request).institution_id, active=True)
    return [{"name": t.name, "days": t.amount} for t in rows]


@router.get("/{uuid}", response={200: LetterOut, **ERRORS}, auth=Bearer(scopes.READ), operation_id="get_letter",
            summary="Los datos de un documento registrado")
def get_letter(request: HttpRequest, uuid: UUID) -> Any:
    """404 when it is not visible."""
    case = shapes.case_of(actor(request), uuid)
    letter = Letter.objects.select_related("type", "sender_unit").get(case=case)
    plain = ("direction", "number", "dated", "sender", "addressee", "sheets", "annexes", "medium", "delivered_at", "delivery_means",
             "delivered_to", "delivery_note")
    return shapes.case_out(case) | {name: getattr(letter, name) for name in plain} | {"type": letter.type.name}


def _step(request: HttpRequest, response: HttpResponse, uuid: UUID, verb: Any, reason: str) -> Any:
    person = actor(request)
    case = shapes.case_of(person, uuid)
    return changed(request, response, case, lambda: verb(actor=person, case=case, reason=reason))


@router.post("/{uuid}/conclude", response=ANSWERS, auth=WRITE, operation_id="conclude_letter", summary="Concluir")
def conclude(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ReasonIn) -> Any:
    """With how it was attended; refused while turns are open."""
    return _step(request, response, uuid, services.conclude, data.reason)


@router.post("/{uuid}/reopen", response=ANSWERS, auth=WRITE, operation_id="reopen_letter", summary="Reabrir")
def reopen(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ReasonIn) -> Any:
    """With the reason."""
    return _step(request, response, uuid, services.reopen, data.reason)


@router.post("/{uuid}/cancel", response=ANSWERS, auth=WRITE, operation_id="cancel_letter", summary="Cancelar el folio")
def cancel(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ReasonIn) -> Any:
    """The folio stays visible as cancelled."""
    return _step(request, response, uuid, services.cancel, data.reason)


@router.post("/{uuid}/again", response={201: schemas.CaseOut, **ERRORS}, auth=Bearer(scopes.REGISTER),
             operation_id="register_letter_again", summary="Registrar de nuevo un documento cancelado")
def register_again(request: HttpRequest, uuid: UUID, data: AgainIn) -> Any:
    """With another folio, tied to the cancelled one; once. With `Idempotency-Key` a repetition returns the same folio."""
    person = actor(request)
    case = shapes.case_of(person, uuid)
    keep = [row.document for row in files_of(case) if row.document.uuid in data.keep]
    if len(keep) != len(set(data.keep)):
        raise Refused(_("Algún archivo no es de ese documento."), "keep")
    draft = _draft(person, data, key_of(request) or uuid4())
    return 201, shapes.case_out(again(actor=person, draft=draft, cancelled=case, keep=keep))


@router.post("/{uuid}/correct", response=ANSWERS, auth=WRITE, operation_id="correct_letter", summary="Corregir datos")
def correct(request: HttpRequest, response: HttpResponse, uuid: UUID, data: CorrectIn) -> Any:
    """The old values stay in the history. With `If-Match`, 412 when the letter changed meanwhile."""
    person = actor(request)
    case = shapes.case_of(person, uuid)
    draft = _correction(person, case, data)
    return changed(request, response, case, lambda: services.correct(actor=person, case=case, draft=draft, reason=data.reason))


@router.post("/{uuid}/due", response=ANSWERS, auth=WRITE, operation_id="set_letter_due", summary="Cambiar el vencimiento")
def set_due(request: HttpRequest, response: HttpResponse, uuid: UUID, data: schemas.ExtendIn) -> Any:
    """Its turns keep theirs; never sooner than an open one."""
    person = actor(request)
    case, due = shapes.case_of(person, uuid), shapes.aware(data.due_at) or data.due_at
    return changed(request, response, case, lambda: services.set_due(actor=person, case=case, due_at=due, reason=data.reason))


@router.post("/{uuid}/delivery", response=ANSWERS, auth=WRITE, operation_id="note_letter_delivery", summary="Anotar la entrega")
def deliver(request: HttpRequest, response: HttpResponse, uuid: UUID, data: DeliveryIn) -> Any:
    """Of a letter that was sent: it concludes it."""
    person = actor(request)
    case = shapes.case_of(person, uuid)
    draft = DeliveryDraft(shapes.aware(data.at) or timezone.now(), data.means, data.recipient, data.note,
                          documents_of(person, data.documents))
    return changed(request, response, case, lambda: services.note_delivery(actor=person, case=case, draft=draft))


def _correction(person: Person, case: Case, data: CorrectIn) -> Correction:
    letter = Letter.objects.select_related("type", "sender_unit").get(case=case)
    named = data.dict(exclude_unset=True, exclude={"reason", "type", "sender"})
    sender = _sender(person, data.sender) if data.sender else Sender(
        letter.order, letter.organisation, letter.signatory, letter.post, letter.sender_unit)
    plain = ("subject", "number", "dated", "addressee", "sheets", "annexes", "medium", "priority")
    values = {n: v for n, v in facts_of(case, letter).items() if n in plain} | {n: v for n, v in named.items() if v is not None}
    return Correction(type_of(person, data.type) if data.type else letter.type, sender=sender, seen=edition(case), **values)


@router.post("/{uuid}/archive", response=ANSWERS, auth=WRITE, operation_id="archive_letter",
             summary="Enviar al archivo de trámite")
def archive(request: HttpRequest, response: HttpResponse, uuid: UUID, data: ArchiveIn) -> Any:
    """Into an open expediente of the unit in charge."""
    person = actor(request)
    case, draft = shapes.case_of(person, uuid), _place(person, data)
    return changed(request, response, case, lambda: services.archive(actor=person, case=case, draft=draft))


@router.post("/{uuid}/refile", response=ANSWERS, auth=WRITE, operation_id="refile_letter", summary="Pasar a otro expediente")
def refile(request: HttpRequest, response: HttpResponse, uuid: UUID, data: RefileIn) -> Any:
    """Of an archived letter; nothing leaves an expediente that is closed."""
    person = actor(request)
    case, draft = shapes.case_of(person, uuid), _place(person, data)
    return changed(request, response, case, lambda: services.refile(actor=person, case=case, draft=draft, reason=data.reason))


def _place(person: Person, data: ArchiveIn) -> PlaceDraft:
    file = ArchiveFile.objects.filter(uuid=data.file, institution_id=person.institution_id).first()
    if file is None:
        raise Refused(_("No existe ese expediente."), "file")
    return PlaceDraft(file, data.sheets)
