"""Files as a browser posts them."""
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from ventanilla.core.documents.models import Document
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services.intake import FileDraft, store
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused


def store_files(*, actor: Person, files: Sequence[Any], role: str = "") -> list[Document]:
    """Store posted files as documents of the actor's institution. Raises Refused, with the field `files`."""
    try:
        versions = store(actor=actor, files=[FileDraft(f.name or "archivo", f.file, role=role) for f in files
                                             if isinstance(f, UploadedFile) and f.file is not None])
    except DocumentError as problem:
        raise Refused(problem.message, "files") from problem
    return [v.document for v in versions]
