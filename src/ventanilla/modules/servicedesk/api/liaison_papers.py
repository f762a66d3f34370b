"""The file of a liaison's appointment: its papers, filed and withdrawn, and the appointment letter of our own."""
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, UploadedFile

from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.api.liaisons import seen
from ventanilla.modules.servicedesk.api.shaping import CHANGES, READS
from ventanilla.modules.servicedesk.models import Liaison, LiaisonPaper
from ventanilla.modules.servicedesk.services import liaison_papers as verbs
from ventanilla.web.admin_area.accounts import inviting
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.schemas import PersonRef, ReasonIn
from ventanilla.web.api.validators import small
from ventanilla.web.ui import downloads

router = Router(tags=["Mesa de servicio"])
READ, WRITE = Bearer(scopes.CATALOGUES), Bearer(scopes.LIAISONS)
Kind = Literal["request", "appointment", "training", "agreement", "change", "other"]


class PaperOut(Schema):
    """A paper of the file; `matter` is the folio of a matter of correspondence, when the reader may read it. `issued`: our own letter."""

    uuid: UUID
    kind: Kind
    number: str
    dated: date
    issued: bool
    file: bool
    matter: str
    at: datetime
    by: PersonRef | None


def _of(person: Person, number: int) -> Liaison:
    return seen(person).get(pk=small(number))


def _papers(person: Person, liaison: Liaison) -> list[dict[str, Any]]:
    plain = ("uuid", "kind", "number", "dated", "issued", "at")
    return [{n: getattr(f.paper, n) for n in plain} | {"file": f.version is not None, "matter": f.case.folio if f.case else "",
                                                      "by": shapes.person_ref(f.paper.by)} for f in verbs.papers_of(person, liaison)]


@router.get("/liaisons/{int:liaison}/papers", response={200: list[PaperOut], **READS}, auth=READ, operation_id="list_liaison_papers",
            summary="Los documentos del expediente de un enlace, por fecha")
def papers(request: HttpRequest, liaison: int) -> Any:
    """Those that were withdrawn are left out."""
    person = actor(request)
    return _papers(person, _of(person, liaison))


@router.post("/liaisons/{int:liaison}/papers", response={201: list[PaperOut], **CHANGES}, auth=WRITE, operation_id="file_liaison_paper",
             summary="Agregar un documento al expediente (multipart): un archivo, o el folio de un asunto")
def file_paper(request: HttpRequest, liaison: int, kind: Form[Kind], dated: Form[date], number: Form[str] = "", folio: Form[str] = "",
               file: File[UploadedFile | None] = None) -> Any:
    """With `Idempotency-Key` a repetition files it once, for ever. Answers with the whole file."""
    person = actor(request)
    row = _of(person, liaison)
    with inviting(row.person):
        verbs.file_paper(actor=person, liaison=row, draft=verbs.PaperDraft(kind, dated, number, file, folio, key_of(request) or uuid4()))
    return 201, _papers(person, row)


@router.post("/liaisons/{int:liaison}/letter", response={201: list[PaperOut], **CHANGES}, auth=WRITE, operation_id="issue_liaison_letter",
             summary="Expedir el nombramiento, con su número; otra vez, es el mismo")
def issue(request: HttpRequest, liaison: int) -> Any:
    """By the desk, of a liaison whom the head validated."""
    person = actor(request)
    row = _of(person, liaison)
    verbs.compose(actor=person, paper=verbs.issue_appointment(actor=person, liaison=row))
    return 201, _papers(person, row)


@router.get("/liaisons/{int:liaison}/papers/{uuid}/content", response={200: bytes, **READS}, auth=READ,
            operation_id="download_liaison_paper", summary="Descargar un documento del expediente",
            openapi_extra={"responses": {"200": {"description": "OK", "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}})
def download(request: HttpRequest, liaison: int, uuid: UUID) -> Any:
    """As it arrived; the log says who took it."""
    person = actor(request)
    row = _of(person, liaison)
    version = verbs.version_of(row, uuid)
    if version is None:
        raise DocumentVersion.DoesNotExist
    return downloads.download(version, actor=person, liaison=row.pk, by="api")


@router.post("/liaisons/{int:liaison}/papers/{uuid}/withdraw", response={200: list[PaperOut], **CHANGES}, auth=WRITE,
             operation_id="withdraw_liaison_paper", summary="Retirar del expediente un documento que se agregó por error")
def withdraw(request: HttpRequest, liaison: int, uuid: UUID, data: ReasonIn) -> Any:
    """By the desk, with the reason; it stays in the log."""
    person = actor(request)
    row = _of(person, liaison)
    paper = LiaisonPaper.objects.select_related("liaison").get(liaison=row, uuid=uuid)
    verbs.withdraw_paper(actor=person, paper=paper, reason=data.reason)
    return _papers(person, row)
