"""Files as a browser posts them."""
import hashlib
from collections.abc import Sequence
from typing import IO, Any
from uuid import uuid4, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from ventanilla.core.documents.models import Document
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services.intake import FileDraft, clean_name, store
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused


def store_files(*, actor: Person, files: Sequence[Any], role: str = "", key: str = "") -> list[Document]:
    """Store posted files as documents of the actor's institution. Raises Refused, with the field `files`.

    `key` is the form's own uuid: the same files sent again with it by the same person are the same documents, also when the form was
    killed between its files and its verb; the same file chosen twice is one.
    """
    posted = [f for f in files if isinstance(f, UploadedFile) and f.file is not None]
    try:
        with transaction.atomic():
            _one_at_a_time(actor, key)
            drafts = {draft.uuid: draft for draft in (_draft(actor, key, role, f) for f in posted)}
            versions = store(actor=actor, files=list(drafts.values()))
    except DocumentError as problem:
        raise Refused(problem.message, "files") from problem
    return [v.document for v in versions]


def _one_at_a_time(actor: Person, key: str) -> None:
    """A second click waits for the first, and finds its documents."""
    if key:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"files:{actor.pk}:{key[:40]}"])


def _draft(actor: Person, key: str, role: str, file: "UploadedFile[Any]") -> FileDraft:
    """With the uuid of its document: without a key a new one, else one of person, form, name and content."""
    name, stream = file.name or "archivo", stream_of(file)
    uuid = uuid5(actor.uuid, f"file:{key[:40]}:{digest_of(stream)}:{clean_name(name)}") if key else uuid4()
    return FileDraft(name, stream, role=role, uuid=uuid)


def stream_of(file: "UploadedFile[Any]") -> IO[bytes]:
    """The bytes of a posted file."""
    assert file.file is not None
    return file.file


def digest_of(stream: Any) -> str:
    """SHA-256 of a stream, which is left at its beginning."""
    stream.seek(0)
    found = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    return found
