"""Taking files in: bytes first (hashed, whole or not at all), then rows, audit and the task in one
transaction."""
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from ventanilla.core.audit.services import Line, record_many
from ventanilla.core.documents import sniff, storage, tasks
from ventanilla.core.documents.models import Blob, Document, DocumentVersion
from ventanilla.core.documents.problems import FileRefused
from ventanilla.core.orgs.models import Person


@dataclass(frozen=True)
class FileDraft:
    """A file to store: a binary stream or a path. `uuid` is client-made: the same uuid again is the same
    document."""

    name: str
    source: IO[bytes] | Path
    title: str = ""
    role: str = ""
    uuid: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class _Kept:
    draft: FileDraft
    incoming: storage.Incoming
    media_type: str


def clean_name(name: str) -> str:
    """The name without folders, control and direction marks, at most 255 letters, its extension kept."""
    base = PurePosixPath(name.replace("\\", "/")).name
    letters = "".join(c for c in unicodedata.normalize("NFC", base)
                      if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    stem, dot, extension = letters.strip().rpartition(".")
    if dot and len(extension) <= 10:
        return f"{(stem or 'archivo')[:255 - len(extension) - 1]}.{extension}"
    return letters.strip()[:255] or "archivo"


def store(*, actor: Person, files: Sequence[FileDraft]) -> list[DocumentVersion]:
    """Store files as new documents of the actor's institution, each with version 1, and order their
    processing.

    Any type is accepted. A draft whose uuid is already a document of the institution gives its first version
    back. Raises FileRefused (Spanish `message`): empty, too large, disk full, not received whole; then
    nothing is stored.
    """
    known = _already_stored(actor, files)
    with ExitStack() as stack:
        kept = [stack.enter_context(_kept(draft)) for draft in files if draft.uuid not in known]
        with transaction.atomic():
            blobs = _blobs(kept)
            documents = Document.objects.bulk_create([
                Document(institution_id=actor.institution_id, uuid=k.draft.uuid, created_by=actor,
                         title=(k.draft.title or clean_name(k.draft.name))[:300], role=k.draft.role)
                         for k in kept])
            new = _versions(actor, list(zip(documents, kept, strict=True)), blobs)
    by_uuid = known | {version.document.uuid: version for version in new}
    return [by_uuid[draft.uuid] for draft in files]


def stand_in(*, actor: Person, name: str, size: int) -> Document:
    """The document of a file that was only tried: a row without bytes, for a transaction that is going to be undone.

    Raises FileRefused for what `store` would refuse by its size, RuntimeError outside of a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a stand-in is undone with its transaction")
    if size <= 0:
        raise FileRefused("empty", clean_name(name))
    if size > settings.FILE_LIMITS["bytes"]:
        raise FileRefused("too_big", clean_name(name), limit=settings.FILE_LIMITS["bytes"] // (1024 * 1024))
    return Document.objects.create(institution_id=actor.institution_id, created_by=actor, title=clean_name(name)[:300])


def _already_stored(actor: Person, files: Sequence[FileDraft]) -> dict[UUID, DocumentVersion]:
    rows = DocumentVersion.objects.select_related("document", "blob").filter(
        number=1, document__institution_id=actor.institution_id, document__uuid__in=[f.uuid for f in files])
    return {version.document.uuid: version for version in rows}


@contextmanager
def _kept(draft: FileDraft) -> Iterator[_Kept]:
    """The bytes in their final place, before any row speaks of them."""
    name = clean_name(draft.name)
    with ExitStack() as stack:
        source = draft.source
        stream = stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
        incoming = stack.enter_context(storage.received(stream, name))
        media_type = sniff.media_type(incoming.path)
        storage.keep(incoming)
        yield _Kept(draft, incoming, media_type)


def _blobs(kept: Sequence[_Kept]) -> dict[str, Blob]:
    rows = {k.incoming.sha256: Blob(sha256=k.incoming.sha256, size=k.incoming.size, media_type=k.media_type)
            for k in kept}
    Blob.objects.bulk_create(sorted(rows.values(), key=lambda b: b.sha256), ignore_conflicts=True)
    return {blob.sha256: blob for blob in Blob.objects.filter(sha256__in=list(rows))}


def _versions(actor: Person, rows: Sequence[tuple[Document, _Kept]], blobs: dict[str, Blob],
              numbers: dict[int, int] | None = None) -> list[DocumentVersion]:
    versions = DocumentVersion.objects.bulk_create([
        DocumentVersion(document=document, number=(numbers or {}).get(document.pk, 1), created_by=actor,
                        blob=blobs[k.incoming.sha256], filename=clean_name(k.draft.name)) for document,
                        k in rows])
    record_many([Line(
        "documents.store", v.document.institution_id, f"document:{v.document.uuid}", actor.pk,
        detail={"version": v.number, "sha256": v.blob.sha256, "bytes": v.blob.size,
                "type": v.blob.media_type},
        personal={"filename": v.filename, "title": v.document.title}) for v in versions])
    tasks.order([version.pk for version in versions])
    return versions


def add_version(*, actor: Person, document: Document, draft: FileDraft) -> DocumentVersion:
    """Store the next version of a document; earlier versions stay. Raises FileRefused as `store` does.

    The same bytes as the newest version give that version back (a resend is the same thing once).
    """
    with _kept(draft) as kept, transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk, institution_id=actor.institution_id)
        newest = locked.versions.select_related("blob").order_by("-number").first()
        if newest is not None and newest.blob.sha256 == kept.incoming.sha256:
            return newest
        number = (locked.versions.aggregate(n=Max("number"))["n"] or 0) + 1
        return _versions(actor, [(locked, kept)], _blobs([kept]), {locked.pk: number})[0]


def lock(*, actor: Person, versions: Sequence[DocumentVersion]) -> None:
    """From now on the versions can never be removed (they are part of a registered matter)."""
    ids = [version.pk for version in versions]
    with transaction.atomic():
        fresh = DocumentVersion.objects.filter(pk__in=ids, locked_at=None,
                                               document__institution_id=actor.institution_id)
        changed = list(fresh.values_list("document__uuid", "number"))
        fresh.update(locked_at=timezone.now())
        record_many([Line("documents.lock", actor.institution_id, f"document:{uuid}", actor.pk,
                          detail={"version": number}) for uuid, number in changed])


def rename(*, actor: Person, document: Document, title: str) -> None:
    """Give the document another title (1 to 300 letters)."""
    with transaction.atomic():
        mine = Document.objects.filter(pk=document.pk, institution_id=actor.institution_id)
        mine.update(title=title.strip()[:300])
        record_many([Line("documents.rename", actor.institution_id, f"document:{document.uuid}", actor.pk,
                          personal={"title": title.strip()[:300]})])
