"""Documents: upload, attach to a matter, list, download. Who may read the matter may read its files."""
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Router, UploadedFile

from ventanilla.core.cases.models import Attachment
from ventanilla.core.cases.services import attach, refuse_sealed
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.web.api import schemas, scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.ui import downloads

router = Router(tags=["Documentos"])
ERRORS = {n: schemas.Problem for n in (401, 403, 404, 409, 422)}
ROLES = ("annex", "evidence", "scan")
"""What a request may say of its file; what the institution wrote itself comes only of the verb that writes it."""


def document_out(version: DocumentVersion, role: str) -> dict[str, Any]:
    """DocumentOut."""
    document = version.document
    return {"uuid": document.uuid, "title": document.title, "role": role, "media_type": version.blob.media_type,
            "bytes": version.blob.size, "sha256": version.blob.sha256, "at": version.created_at,
            "url": f"/api/v1/documents/{document.uuid}/content"}


@router.post("/documents", response={201: schemas.DocumentOut, **ERRORS}, auth=Bearer(scopes.FILES_WRITE),
             operation_id="upload_document", summary="Subir un archivo (multipart), y adjuntarlo si se dice a qué asunto")
def upload(request: HttpRequest, file: File[UploadedFile], case: Form[UUID | None] = None,
           role: Form[str] = "annex") -> Any:
    """Any type is accepted. Without `case` it waits for an answer or registration that names it."""
    person = actor(request)
    if role not in ROLES:
        raise Refused(_("La función del archivo no es válida."), "role")
    target = shapes.case_of(person, case) if case else None
    if target:
        refuse_sealed(target)
    source = file.file or BytesIO(b"")
    version = store(actor=person, files=[FileDraft(file.name or "archivo", source, uuid=key_of(request) or uuid4())])[0]
    if target and not Attachment.objects.filter(document=version.document).exists():
        attach(actor=person, case=target, documents=[version.document], role=role)
    return 201, document_out(version, role)


@router.get("/cases/{uuid}/documents", response={200: list[schemas.DocumentOut], **ERRORS},
            auth=Bearer(scopes.FILES_READ), operation_id="list_documents", summary="Archivos de un asunto")
def list_documents(request: HttpRequest, uuid: UUID) -> Any:
    """The newest version of each."""
    case = shapes.case_of(actor(request), uuid)
    roles = dict(Attachment.objects.readable_by(actor(request)).filter(case=case).values_list("document_id", "role"))
    versions = DocumentVersion.objects.filter(document__in=roles).select_related("document", "blob").latest_only()
    return [document_out(v, roles[v.document_id]) for v in versions]


@router.get("/documents/{uuid}/content", response={200: bytes, **ERRORS}, auth=Bearer(scopes.FILES_READ),
            operation_id="download_document", summary="Descargar un archivo",
            openapi_extra={"responses": {"200": {"description": "OK", "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}})
def download(request: HttpRequest, uuid: UUID) -> Any:
    """As it arrived, as an attachment; logged. 404 when its matter is not visible."""
    person = actor(request)
    attachment = Attachment.objects.readable_by(person).select_related("case").get(document__uuid=uuid)
    return downloads.download(attachment.document.latest, actor=person, case_id=attachment.case_id, by="api")
