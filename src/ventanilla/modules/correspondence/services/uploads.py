"""Files that arrive before or with a letter: uploads waiting to be registered, and what was read from them."""
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import Document, DocumentVersion
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, pages, store_capture
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.modules.correspondence.models import Batch, Upload
from ventanilla.modules.correspondence.services.fingerprints import fingerprint_registered
from ventanilla.modules.correspondence.services.registration import LetterDraft, register

REGISTRABLE = ("ready", "failed")
"""States of a version in which it can be registered: read, or not to be read at all."""
MOST_AFTER = 500
READ_PAGES = 3
"""A letter says who, when and what on its first pages; the rest is annexes."""


def store_photos(*, actor: Person, photos: Sequence[Any], key: str = "") -> list[Document]:
    """Photos of the pages of one paper, in order, as one document (a PDF of them all); none without photos.

    `key` is the form's own uuid: the same photos sent again with it are the same document. Raises Refused, with the field
    `photos`.
    """
    drafts = [FileDraft(f.name or "foto.jpg", f.file) for f in photos if isinstance(f, UploadedFile) and f.file is not None]
    if not drafts:
        return []
    title = gettext("Captura del %(when)s") % {"when": f"{timezone.localtime():%d-%m-%Y %H.%M}"}
    try:
        uuid = uuid5(actor.uuid, f"capture:{key[:40]}:{_digest(drafts)}") if key else uuid4()
        return [store_capture(actor=actor, photos=drafts, title=title, uuid=uuid).document]
    except DocumentError as problem:
        raise Refused(problem.message, "photos") from problem


def _digest(drafts: Sequence[FileDraft]) -> str:
    """One digest of all photos in their order; each is left at its beginning."""
    found = hashlib.sha256()
    for draft in drafts:
        assert not isinstance(draft.source, Path)
        found.update(hashlib.file_digest(draft.source, "sha256").digest())  # type: ignore[arg-type]
        draft.source.seek(0)
    return found.hexdigest()


@transaction.atomic
def add_uploads(*, actor: Person, unit: Unit, documents: Sequence[Document], batch: Batch | None = None,
                separators: bool = False) -> list[Upload]:
    """Put documents into the unit's stack of what is still to be registered. Raises NotAllowed.

    `separators`: they are batches, which the worker splits at their separator sheets (`batches.split_clean`).
    """
    require(actor, cap.REGISTER, unit.pk)
    known = set(Upload.objects.filter(document__in=documents).values_list("document_id", flat=True))
    made = Upload.objects.bulk_create(
        Upload(institution_id=unit.institution_id, unit=unit, person=actor, batch=batch, document=d, separators=separators)
        for d in documents if d.pk not in known)
    for version in DocumentVersion.objects.filter(document__in=documents, state="ready").latest_only():
        read_upload(version)
    return made


def stack_of(person: Person) -> Any:
    """What waits to be registered in the units where the person registers, oldest first."""
    units = reach_of(person).within(cap.REGISTER)
    return Upload.objects.filter(unit_id__in=units, case=None).select_related("document", "unit", "batch").order_by("pk")


def stack_read(person: Person) -> Any:
    """What waits, each with the state of its latest file as `reads`."""
    latest = DocumentVersion.objects.filter(document=OuterRef("document")).order_by("-number").values("state")[:1]
    return stack_of(person).annotate(reads=Subquery(latest))


def scans_after(person: Person, keys: str) -> list[UUID]:
    """The scans that can be registered after these, in the order in which one goes down the stack: those that the person brought first,
    from there on and then from the top."""
    done = keys_of(keys)
    here = Upload.objects.filter(uuid__in=done).aggregate(last=Max("pk"))["last"] or 0
    left = stack_read(person).filter(reads__in=REGISTRABLE).exclude(uuid__in=done).values_list("person_id", "pk", "uuid")[:MOST_AFTER]
    return [uuid for *_where, uuid in sorted(left, key=lambda row: (row[0] != person.pk, row[1] < here, row[1]))]


def with_versions(uploads: Sequence[Upload]) -> list[tuple[Upload, DocumentVersion]]:
    """Each with the latest version of its file, in one query."""
    versions = DocumentVersion.objects.filter(document__in=[u.document_id for u in uploads]).latest_only().select_related("blob")
    latest = {v.document_id: v for v in versions}
    return [(u, latest[u.document_id]) for u in uploads if u.document_id in latest]


def keys_of(text: str) -> list[UUID]:
    """Uuids separated by commas, each once, at most 50; anything else in it is passed over."""
    wanted: dict[UUID, None] = {}
    for key in text.split(","):
        with suppress(ValueError):
            wanted[UUID(key.strip())] = None
    return list(wanted)[:50]


def waiting_uploads(person: Person, keys: str) -> list[Upload]:
    """The uploads with these uuids (separated by commas) that still wait and that the person may register."""
    wanted = keys_of(keys)
    found = {u.uuid: u for u in stack_of(person).filter(uuid__in=wanted)} if wanted else {}
    return [found[k] for k in wanted if k in found]


def cases_of_uploads(person: Person, keys: str) -> list[int]:
    """Numbers of the cases that became of these uploads of the person's institution."""
    done = Upload.objects.filter(institution_id=person.institution_id, uuid__in=keys_of(keys)).exclude(case=None)
    return [number for number in done.values_list("case_id", flat=True) if number]


@transaction.atomic
def register_with_uploads(*, actor: Person, draft: LetterDraft, uploads: Sequence[Upload],
                          documents: Sequence[Document]) -> Case:
    """Register a letter with what was uploaded before and with it. Raises NotAllowed and Refused."""
    locked = list(Upload.objects.select_for_update().filter(pk__in=[u.pk for u in uploads]).order_by("pk"))
    known = Case.objects.filter(uuid=draft.uuid).exists()
    if not known and (taken := next((u for u in locked if u.case_id), None)):
        raise Refused(gettext("«%(name)s» ya se registró con otro folio.") % {"name": taken.document}, "uploads")
    fields = {**draft.__dict__, "documents": [*(u.document for u in locked), *documents]}
    case = register(actor=actor, drafts=[LetterDraft(**fields)])[0]
    Upload.objects.filter(pk__in=[u.pk for u in locked]).update(case=case)
    fingerprint_registered(case, [u.document for u in locked])
    return case


def read_upload(version: DocumentVersion) -> Mapping[str, Any] | None:
    """When a waiting upload has been read: keep what its first pages seem to say, to be confirmed by a person."""
    upload = Upload.objects.filter(document_id=version.document_id, case=None).select_related("unit").first()
    if upload is None or version.state != "ready":
        return None
    from ventanilla.modules.correspondence.services.proposals import propose

    first = [page for page in pages(version) if page.number <= READ_PAGES]
    upload.reading = propose(first, upload.institution_id)
    upload.save(update_fields=["reading"])
    return upload.reading


@transaction.atomic
def discard_upload(*, actor: Person, upload_uuid: UUID) -> None:
    """Take a document out of the stack without registering it. Raises NotAllowed when it is not in the actor's stack."""
    upload = stack_of(actor).select_for_update(of=("self",)).filter(uuid=upload_uuid).first()
    if upload is None:
        raise NotAllowed
    record("letter.discard_upload", actor=actor, institution_id=upload.institution_id, subject=f"document:{upload.document_id}")
    upload.delete()
