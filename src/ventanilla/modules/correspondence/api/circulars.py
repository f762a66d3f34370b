"""Circulars: list them, send one, read what became of each addressee, remind whoever has not read it, cancel it as a whole."""
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from django.db.models import Max
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from ventanilla.core.cases.listing import PAGE, TOP
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.api.letters import documents_of, type_of
from ventanilla.modules.correspondence.models import Circular
from ventanilla.modules.correspondence.services.circulars import (
    MOST,
    Addressee,
    CircularDraft,
    addressees,
    letters_of,
    readable,
    send_circular,
)
from ventanilla.modules.correspondence.services.circulars_sent import cancel_circular, remind_circular
from ventanilla.web.api import schemas, scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.steps import ERRORS
from ventanilla.web.api.validators import next_page

router = Router(tags=["Correspondencia"])
WRITE = Bearer(scopes.WRITE)


class CircularIn(Schema):
    """One text of `unit` to `units` of the institution and to `outsiders`, as they are addressed.

    `type` is a name of the catalogue; `days`: the term of each for action, in working days; `remind_after`: working days after which
    whoever has not read it is reminded; `documents` are uploaded annexes.
    """

    unit: UUID
    type: str
    subject: str
    text: str = Field(max_length=50_000)
    units: list[UUID] = Field([], max_length=MOST)
    outsiders: list[Annotated[str, Field(max_length=300)]] = Field([], max_length=MOST)
    purpose: Literal["information", "action"] = "information"
    days: int | None = Field(None, ge=1, le=500)
    remind_after: int | None = Field(None, ge=1, le=500)
    documents: list[UUID] = []


class AddresseeOut(Schema):
    """What became of one letter of it; `case` is the letter's matter."""

    case: UUID
    folio: str
    name: str
    state_label: str
    read: bool
    read_at: datetime | None
    acknowledged_at: datetime | None
    answered_at: datetime | None
    verdict: str


class CircularOut(Schema):
    """A circular; `reminded_at`: the last time."""

    uuid: UUID
    subject: str
    text: str
    unit: schemas.UnitRef
    person: schemas.PersonRef
    at: datetime
    remind_at: datetime | None
    reminded_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str


class CircularDetail(CircularOut):
    """With those of its letters that one may read, in order of folio."""

    addressees: list[AddresseeOut]


class CircularPage(Schema):
    """A page; `next` is the address of the following one."""

    items: list[CircularOut]
    next: str | None


@router.get("", response={200: CircularPage, **ERRORS}, auth=Bearer(scopes.READ), operation_id="list_circulars",
            summary="Circulares, de la más nueva a la más antigua")
def list_circulars(request: HttpRequest, after: Annotated[int, Query(ge=1, le=TOP)] = TOP) -> Any:
    """Those of which one may read some letter, 50 a page; follow `next`."""
    rows = list(readable(actor(request)).filter(pk__lt=after).order_by("-pk").select_related("unit", "person").annotate(
        reminded=Max("reminders__at"))[:PAGE + 1])
    return {"items": [_brief(row, row.reminded) for row in rows[:PAGE]],
            "next": next_page(request, rows[PAGE - 1].pk if len(rows) > PAGE else None)}


@router.post("", response={201: CircularDetail, **ERRORS}, auth=WRITE, operation_id="send_circular", summary="Enviar una circular")
def send(request: HttpRequest, data: CircularIn) -> Any:
    """A letter with its own consecutive folio for each addressee; with `Idempotency-Key` a repetition returns the same ones."""
    person = actor(request)
    sent = send_circular(actor=person, draft=CircularDraft(
        shapes.unit_of(person, data.unit), type_of(person, data.type), data.subject, data.text,
        shapes.units_of(person, data.units), data.purpose, Term(data.days) if data.days else None,
        key_of(request) or uuid4(), data.outsiders, annexes=documents_of(person, data.documents), remind_after=data.remind_after))
    return 201, _out(person, sent)


@router.get("/{uuid}", response={200: CircularDetail, **ERRORS}, auth=Bearer(scopes.READ), operation_id="get_circular",
            summary="Una circular y qué pasó con cada destinatario")
def get_circular(request: HttpRequest, uuid: UUID) -> Any:
    """404 when no letter of it is visible."""
    person = actor(request)
    return _out(person, readable(person).get(uuid=uuid))


@router.post("/{uuid}/remind", response={200: CircularDetail, **ERRORS}, auth=WRITE, operation_id="remind_circular",
             summary="Recordar la circular a quien no la ha leído")
def remind(request: HttpRequest, uuid: UUID) -> Any:
    """Each person once; refused when everybody has read it and within an hour of the last reminder."""
    person = actor(request)
    found = readable(person).get(uuid=uuid)
    remind_circular(actor=person, circular=found, uuid=key_of(request))
    return _out(person, readable(person).get(pk=found.pk))


@router.post("/{uuid}/cancel", response={200: CircularDetail, **ERRORS}, auth=WRITE, operation_id="cancel_circular",
             summary="Cancelar la circular con todos sus oficios")
def cancel(request: HttpRequest, uuid: UUID, data: schemas.ReasonIn) -> Any:
    """Every folio stays visible as cancelled; what was read, answered or delivered stays."""
    person = actor(request)
    return _out(person, cancel_circular(actor=person, circular=readable(person).get(uuid=uuid), reason=data.reason))


def _brief(row: Circular, reminded: datetime | None) -> dict[str, Any]:
    plain = ("uuid", "subject", "text", "at", "remind_at", "cancelled_at", "cancel_reason")
    return {name: getattr(row, name) for name in plain} | {
        "unit": shapes.unit_ref(row.unit), "person": shapes.person_ref(row.person), "reminded_at": reminded}


def _out(person: Person, row: Circular) -> dict[str, Any]:
    letters = letters_of(person).filter(letter__circular=row).values_list("pk", flat=True)
    return _brief(row, row.reminders.values_list("at", flat=True).first()) | {
        "addressees": [_told(one) for one in addressees(list(letters))]}


def _told(one: Addressee) -> dict[str, Any]:
    case, seen, answer = one.letter.case, one.acknowledged, one.answer
    return {"case": case.uuid, "folio": case.folio, "name": one.name, "state_label": one.state, "read": one.read,
            "read_at": one.turn.read_at if one.turn else one.letter.delivered_at, "acknowledged_at": seen and seen.at,
            "answered_at": answer and answer.at, "verdict": (answer and answer.verdict) or ""}
