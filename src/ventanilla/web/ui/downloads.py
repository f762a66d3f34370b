"""Handing out a document as it arrived: one way for pages and programs, so that the log always says who took it."""
from pathlib import PurePath
from typing import Any, TypeVar
from urllib.parse import quote

from django.http import FileResponse, HttpResponse

from ventanilla.core.audit.services import record
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import open_searchable, open_version
from ventanilla.core.orgs.models import Person

Answer = TypeVar("Answer", HttpResponse, FileResponse)


def download(version: DocumentVersion, *, actor: Person, institution_id: int | None = None, case_id: int | None = None, name: str = "",
             text: bool = False, **detail: Any) -> FileResponse:
    """The bytes as they arrived, as an attachment that no browser shows; logged with `detail`, by default in the actor's institution.

    `text`: the PDF in which one can search and copy, where one was made.
    The caller has decided that `actor` may read it. Raises NotServed: not looked at for viruses yet, or quarantined.
    """
    text = text and version.searchable_id is not None
    stream = open_searchable(version) if text else open_version(version)
    said = {"version": version.number, "sha256": version.blob.sha256, **({"text": True} if text else {}), **detail}
    record("document.download", actor=actor, institution_id=institution_id or actor.institution_id, case_id=case_id,
           subject=f"document:{version.document_id}", detail=said)
    own = f"{PurePath(version.filename).stem}-con-texto.pdf" if text else version.filename
    return attachment(FileResponse(stream, content_type="application/octet-stream"), name or own)


def download_or_why(version: DocumentVersion, **given: Any) -> HttpResponse | FileResponse:
    """The same for a page: what may not be handed out is told in words (409)."""
    try:
        return download(version, **given)
    except DocumentError as problem:
        return HttpResponse(problem.message, status=409, content_type="text/plain; charset=utf-8")


def attachment(response: Answer, name: str) -> Answer:
    """That answer, to be saved under `name` and never shown by the browser."""
    safe = name.replace("/", "-").replace("\\", "-")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(safe)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
