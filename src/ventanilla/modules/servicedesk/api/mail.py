"""The log of the mail that came to the desk: what became of each and why; what was held is registered after all."""
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.api.shaping import CHANGES, READS, tickets_of
from ventanilla.modules.servicedesk.models import MailMessage
from ventanilla.modules.servicedesk.services.mail import MailRefused, parse, reprocess, set_aside
from ventanilla.modules.servicedesk.services.mail.receiving import raw_of
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.schemas import PersonRef, ReasonIn
from ventanilla.web.api.validators import next_page, small
from ventanilla.web.ui import downloads

router = Router(tags=["Mesa: correo"])
READ, WRITE = Bearer(scopes.DESK_READ), Bearer(scopes.DESK_WRITE)
Decision = Literal["", "opened", "replied", "held", "refused", "ignored"]
MOST = 20_000


class MailOut(Schema):
    """A mail that came; `decision` empty: not decided yet. `ticket` when the person may read it. `why` is `reason` in words."""

    id: int
    mailbox: str
    message_id: str
    sender: str
    sender_name: str
    subject: str
    sent_at: datetime | None
    received_at: datetime
    size: int
    state: Literal["received", "done", "failed"]
    decision: Decision
    reason: str
    why: str
    detail: str
    flags: list[str]
    ticket: UUID | None
    person: PersonRef | None


class MailFile(Schema):
    """A file that came with a mail."""

    name: str
    bytes: int


class MailDetail(MailOut):
    """A mail with its text (the first 20,000 letters) and the names of its files, as far as they can be read."""

    text: str
    files: list[MailFile]
    kept: bool = Field(description="Si se conservó el original")


class MailAsked(Schema):
    """Which mails; all together."""

    decision: Decision | None = None
    reason: str | None = Field(None, max_length=12)
    sender: str | None = Field(None, max_length=254)
    received_from: datetime | None = None
    received_to: datetime | None = None
    after: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(50, ge=1, le=200)


class MailPage(Schema):
    """A page; `next` is the address of the following one."""

    items: list[MailOut]
    next: str | None


def _out(row: MailMessage, tickets: dict[int, UUID]) -> dict[str, Any]:
    plain = ("message_id", "sender", "sender_name", "subject", "sent_at", "received_at", "size", "state", "decision", "reason", "detail",
             "flags", "why")
    return {n: getattr(row, n) for n in plain} | {
        "id": row.pk, "mailbox": row.mailbox.address, "ticket": tickets.get(row.case_id or 0), "person": shapes.person_ref(row.person)}


def _tickets(person: Person, rows: list[MailMessage]) -> dict[int, UUID]:
    return dict(tickets_of(person).filter(pk__in=[r.case_id for r in rows if r.case_id]).values_list("pk", "uuid"))


def _of(person: Person, number: int) -> MailMessage:
    return MailMessage.objects.visible_to(person).select_related("mailbox__team", "person", "raw").get(pk=small(number))


def _detail(person: Person, number: int) -> dict[str, Any]:
    row = _of(person, number)
    return _out(row, _tickets(person, [row])) | _read(row) | {"kept": row.raw_id is not None}


def _read(row: MailMessage) -> dict[str, Any]:
    try:
        mail = parse(raw_of(row))
    except (MailRefused, DocumentError, OSError):
        return {"text": "", "files": []}
    return {"text": mail.text[:MOST], "files": [{"name": a.name, "bytes": len(a.content)} for a in mail.attachments]}


@router.get("/mail", response={200: MailPage, **READS}, auth=READ, operation_id="list_mail",
            summary="El correo de los buzones que la persona puede leer, del más nuevo al más antiguo")
def mails(request: HttpRequest, asked: Query[MailAsked]) -> Any:
    """Empty for who reads no mailbox's team."""
    person = actor(request)
    equal = {"decision": asked.decision, "reason": asked.reason, "sender__iexact": asked.sender, "pk__lt": asked.after,
             "received_at__gte": shapes.aware(asked.received_from), "received_at__lt": shapes.aware(asked.received_to)}
    rows = MailMessage.objects.visible_to(person).filter(**{k: v for k, v in equal.items() if v is not None})
    found = list(rows.select_related("mailbox", "person").order_by("-pk")[:asked.limit + 1])
    shown = found[:asked.limit]
    tickets = _tickets(person, shown)
    return {"items": [_out(r, tickets) for r in shown], "next": next_page(request, shown[-1].pk if len(found) > asked.limit else None)}


@router.get("/mail/{int:message}", response={200: MailDetail, **READS}, auth=READ, operation_id="get_mail",
            summary="Un correo: qué llegó y qué se hizo con él")
def mail(request: HttpRequest, message: int) -> Any:
    """Its text is plain; HTML is never told."""
    return _detail(actor(request), message)


@router.get("/mail/{int:message}/raw", response={200: bytes, **READS}, auth=READ, operation_id="download_mail",
            summary="El correo como llegó (.eml), para conservarlo o volver a procesarlo",
            openapi_extra={"responses": {"200": {"description": "OK", "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}})
def raw(request: HttpRequest, message: int) -> Any:
    """404 when it was not kept."""
    person = actor(request)
    row = _of(person, message)
    if row.raw is None:
        raise MailMessage.DoesNotExist
    return downloads.download(row.raw.latest, actor=person, name=f"{row.digest[:16]}.eml", mail=row.pk, by="api")


@router.post("/mail/{int:message}/register", response={200: MailDetail, **CHANGES}, auth=WRITE, operation_id="register_mail",
             summary="Registrar un correo que se retuvo, se rechazó o no tuvo efecto")
def again(request: HttpRequest, message: int) -> Any:
    """Decided anew, as one that an agent has looked at. 409 when it is in a ticket already, or was not kept."""
    person = actor(request)
    reprocess(actor=person, message=_of(person, message))
    return _detail(person, message)


@router.post("/mail/{int:message}/discard", response={200: MailDetail, **CHANGES}, auth=WRITE, operation_id="discard_mail",
             summary="Descartar un correo que está en revisión, con su razón")
def discard(request: HttpRequest, message: int, data: ReasonIn) -> Any:
    """Nobody is told; it may still be registered. 409 when it does not wait."""
    person = actor(request)
    set_aside(actor=person, message=_of(person, message), reason=data.reason)
    return _detail(person, message)
