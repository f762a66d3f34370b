"""Requests of personal data for programs: the list, one, registering, its steps with the answer, and the report.

Searching and ticking stay on the pages: what is somebody's is decided by a person who looks. Every right is asked by the verbs.
"""
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from ventanilla.core.cases.moving import allowed_steps, lock_case
from ventanilla.core.exports.typeset import TypesetError
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.models import SubjectRequest
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.core.privacy.services.opposition import lift
from ventanilla.core.privacy.services.reports import access_report
from ventanilla.web.api import schemas, scopes, shapes, validators
from ventanilla.web.api.auth import Bearer, able, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.steps import CHECKED
from ventanilla.web.api.steps import ERRORS as CHANGES

PREFIX: Final = ""
router = Router(tags=["Datos personales"])
READS = {n: CHANGES[n] for n in (401, 403, 404, 422)}
READ, WRITE = Bearer(scopes.PRIVACY_READ, able(cap.PRIVACY_ATTEND)), Bearer(scopes.PRIVACY_WRITE, able(cap.PRIVACY_ATTEND))
RightName = Literal["access", "rectification", "cancellation", "opposition"]
KEY: Final = "Subject-Request-Key"


class SubjectRequestOut(schemas.CaseOut):
    """A request: its matter, what is asked for and for whom."""

    rights: list[RightName]
    holder: str
    channel: str


class SubjectRequestDetail(SubjectRequestOut):
    """With what the person wrote, the answer, and what may be done now."""

    representative: str
    email: str
    details: str
    identity: str
    proven_at: datetime | None
    extended_at: datetime | None
    partial: bool
    denial: str
    resolution: str
    fulfilment: str
    actions: list[schemas.Action]


class SubjectRequestPage(Schema):
    """A page; `next` is the address of the following one."""

    items: list[SubjectRequestOut]
    next: str | None


class SubjectRequestsAsked(Schema):
    """Which requests; `open`: those that have not ended."""

    state: str | None = None
    right: RightName | None = None
    open: bool | None = None
    after: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(50, ge=1, le=200)


class SubjectRequestIn(Schema):
    """What came in person, in writing or by telephone."""

    rights: list[RightName] = Field(min_length=1, max_length=4)
    holder: str = Field(max_length=200, examples=["María José Núñez Ríos"])
    details: str = Field(max_length=verbs.LONGEST, examples=["Quiero saber qué datos míos tienen"])
    representative: str = Field("", max_length=200)
    email: str = Field("", max_length=254)
    channel: Literal["counter", "mail", "phone"] = "counter"


class AttendingIn(Schema):
    """What the step needs: `reason` (require, lapse, extend, deny, lift, desist), `identity` (admit), `text` (resolve, fulfil), and
    `ground` (deny)."""

    reason: str = Field("", max_length=2000)
    identity: str = Field("", max_length=300)
    text: str = Field("", max_length=8000)
    ground: str = Field("", max_length=12)
    partial: bool = False


STEPS: Final[dict[str, Callable[[Person, SubjectRequest, AttendingIn], object]]] = {
    "require": lambda who, row, said: verbs.require_proof(actor=who, request=row, reason=said.reason),
    "admit": lambda who, row, said: verbs.admit(actor=who, request=row, identity=said.identity),
    "lapse": lambda who, row, said: verbs.lapse(actor=who, request=row, reason=said.reason),
    "extend": lambda who, row, said: verbs.extend_answer(actor=who, request=row, reason=said.reason),
    "resolve": lambda who, row, said: verbs.resolve(actor=who, request=row, text=said.text, partial=said.partial),
    "deny": lambda who, row, said: verbs.deny(actor=who, request=row, ground=said.ground, reason=said.reason),
    "fulfil": lambda who, row, said: verbs.fulfil(actor=who, request=row, text=said.text),
    "lift": lambda who, row, said: lift(actor=who, request=row, reason=said.reason),
    "desist": lambda who, row, said: verbs.desist(actor=who, request=row, reason=said.reason),
}
StepName = Literal["require", "admit", "lapse", "extend", "resolve", "deny", "fulfil", "lift", "desist"]


def _of(person: Person, uuid: UUID) -> SubjectRequest:
    """404 for what the person does not attend."""
    return SubjectRequest.objects.attended_by(person).select_related("case__unit", "case__institution", "institution").get(case__uuid=uuid)


def _out(row: SubjectRequest) -> dict[str, Any]:
    return shapes.case_out(row.case) | {name: getattr(row, name) for name in ("rights", "holder", "channel")}


def _detail(person: Person, row: SubjectRequest) -> dict[str, Any]:
    plain = ("representative", "email", "details", "identity", "proven_at", "extended_at", "partial", "denial", "resolution", "fulfilment")
    steps = [step for step in allowed_steps(person, row.case) if step.name in STEPS]
    return _out(row) | {name: getattr(row, name) for name in plain} | {"actions": shapes.actions_out(steps)}


@router.get("/subject-requests", response={200: SubjectRequestPage, **READS}, auth=READ, operation_id="list_subject_requests",
            summary="Solicitudes de datos personales que atiende la persona, de la más nueva a la más antigua")
def listing(request: HttpRequest, asked: Annotated[SubjectRequestsAsked, Query()]) -> Any:
    """Pages by key: follow `next` until it is null."""
    wanted = {"case__state": asked.state, "rights__contains": [asked.right] if asked.right else None, "pk__lt": asked.after,
              "case__closed_at__isnull": asked.open}
    rows = SubjectRequest.objects.attended_by(actor(request)).select_related("case__unit", "case__institution").order_by("-pk").filter(
        **{name: value for name, value in wanted.items() if value is not None})[:asked.limit + 1]
    found = list(rows)
    return {"items": [_out(row) for row in found[:asked.limit]],
            "next": validators.next_page(request, found[asked.limit - 1].pk if len(found) > asked.limit else None)}


@router.post("/subject-requests", response={201: SubjectRequestDetail, **CHANGES}, auth=WRITE, operation_id="register_subject_request",
             summary="Registrar una solicitud que llegó en persona, por escrito o por teléfono")
def register(request: HttpRequest, response: HttpResponse, data: SubjectRequestIn) -> Any:
    """The key for the person comes once, in the header `Subject-Request-Key`: it is not kept with the answer of an `Idempotency-Key`."""
    person = actor(request)
    made = verbs.register_request(actor=person, institution=person.institution, draft=verbs.RequestDraft(
        **data.dict(), uuid=key_of(request) or uuid4()))
    response.headers[KEY] = made.key
    return 201, _detail(person, _of(person, made.request.case.uuid))


@router.get("/subject-requests/{uuid}", response={200: SubjectRequestDetail, 304: None, **READS}, auth=READ,
            operation_id="get_subject_request", summary="Una solicitud de datos personales y lo que puede hacerse ahora")
def one(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """With `ETag`; `If-None-Match` answers 304."""
    person = actor(request)
    row = _of(person, uuid)
    etag = shapes.etag_of(row.case, person)
    shapes.check_newer(request, etag)
    response.headers["ETag"] = etag
    return _detail(person, row)


@router.post("/subject-requests/{uuid}/steps/{step}", response={200: SubjectRequestDetail, **CHECKED}, auth=WRITE,
             operation_id="take_subject_request_step", summary="Dar un paso: requerir, acreditar, ampliar, resolver, negar, cumplir…")
def step(request: HttpRequest, response: HttpResponse, uuid: UUID, step: StepName, data: AttendingIn) -> Any:
    """The same as on the page. `If-Match` refuses (412) when it changed meanwhile."""
    person = actor(request)
    row = _of(person, uuid)
    with transaction.atomic():
        shapes.check_match(request, lock_case(row.pk), person)
        STEPS[step](person, row, data)
        now = _of(person, uuid)
        response.headers["ETag"] = shapes.etag_of(now.case, person)
    return _detail(person, now)


@router.get("/subject-requests/{uuid}/report.json", response={200: dict[str, Any], **CHANGES}, auth=READ,
            operation_id="subject_request_report", summary="El informe de acceso: lo que se marcó como de la persona, con su fundamento")
def report(request: HttpRequest, uuid: UUID) -> Any:
    """409 before identity is proven, or while nothing is ticked. Each making is an entry of the log."""
    return _report(request, uuid, "json", "application/json; charset=utf-8")


@router.get("/subject-requests/{uuid}/report.pdf", response={200: bytes, **CHANGES}, auth=READ,
            operation_id="subject_request_report_pdf", summary="El mismo informe, en PDF")
def report_pdf(request: HttpRequest, uuid: UUID) -> Any:
    """As the JSON one."""
    return _report(request, uuid, "pdf", "application/pdf")


def _report(request: HttpRequest, uuid: UUID, kind: str, media: str) -> HttpResponse:
    person = actor(request)
    try:
        made = access_report(actor=person, request=_of(person, uuid), kind=kind)
    except TypesetError as error:
        raise Refused(_("No se pudo hacer el PDF; pida el informe en JSON.")) from error
    return HttpResponse(made, content_type=media, headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})
