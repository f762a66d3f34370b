"""Results and awards from outside, and the pictures and certificates that are printed with their captions."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.documents.models import Document, DocumentVersion
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.flow import AUTHOR
from ventanilla.modules.practices.models import EvidenceFile, ExternalResult, Practice
from ventanilla.modules.practices.services.lifecycle_relations import must


@dataclass(frozen=True)
class ResultDraft:
    """A result or award from outside: which body, which year, which place of how many, and the file that proves it."""

    title: str
    body: str
    year: int
    kind: str = "result"
    place: int | None = None
    of: int | None = None
    value: Decimal | None = None
    unit_label: str = ""
    document: Document | None = None
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def add_result(*, actor: Person, practice: Practice, draft: ResultDraft) -> ExternalResult:
    """Keep it. Idempotent by uuid. Raises NotAllowed, Refused."""
    must(actor, practice, AUTHOR)
    if known := ExternalResult.objects.filter(uuid=draft.uuid, practice=practice).first():
        return known
    if not draft.title.strip() or not draft.body.strip():
        raise Refused(_("Escriba el nombre y la institución."), "title" if not draft.title.strip() else "body")
    if not 1900 <= draft.year <= timezone.localdate().year:
        raise Refused(_("El año no puede ser posterior al actual."), "year")
    if draft.of is not None and (draft.place is None or draft.place > draft.of):
        raise Refused(_("El lugar no puede ser mayor que el número de participantes."), "of")
    _own(practice, draft.document)
    row = ExternalResult.objects.create(
        institution_id=practice.institution_id, practice=practice, uuid=draft.uuid, kind=draft.kind, title=draft.title.strip()[:200],
        body=draft.body.strip()[:200], year=draft.year, place=draft.place, of=draft.of, value=draft.value,
        unit_label=draft.unit_label.strip()[:60],
        document=draft.document, person=actor, at=timezone.now())
    _log("result", actor, practice, {"result": row.pk, "title": row.title, "body": row.body, "year": row.year})
    return row


def _own(practice: Practice, document: Document | None) -> None:
    if document and document.institution_id != practice.institution_id:
        raise NotAllowed


def _log(verb: str, actor: Person, practice: Practice, detail: dict[str, object]) -> None:
    record(f"practices.{verb}", actor=actor, institution_id=practice.institution_id, subject=f"practice:{practice.pk}", detail=detail)


@transaction.atomic
def drop_result(*, actor: Person, result: ExternalResult) -> None:
    """Take it away; the log keeps it. Raises NotAllowed."""
    must(actor, result.practice, AUTHOR)
    _log("result_drop", actor, result.practice, {"result": result.pk, "title": result.title, "year": result.year})
    result.delete()


@dataclass(frozen=True)
class FileDraft:
    """A file with the caption that is printed under it."""

    document: Document
    caption: str
    kind: str = "picture"
    order: int = 100
    public: bool = True


@transaction.atomic
def add_evidence(*, actor: Person, practice: Practice, drafts: Sequence[FileDraft]) -> list[EvidenceFile]:
    """Add files to the practice; a document that is there already is not added again. Raises NotAllowed, Refused (no caption)."""
    must(actor, practice, AUTHOR)
    Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
    known = list(EvidenceFile.objects.filter(practice=practice, document__in=[d.document for d in drafts]))
    drafts = [d for d in drafts if d.document.pk not in {row.document_id for row in known}]
    for draft in drafts:
        _own(practice, draft.document)
        if not draft.caption.strip():
            raise Refused(_("Escriba qué muestra la imagen o el documento: se imprime al pie."), "caption")
    rows = EvidenceFile.objects.bulk_create(
        EvidenceFile(institution_id=practice.institution_id, practice=practice, document=d.document, kind=d.kind, order=d.order,
                     public=d.public,
                     caption=d.caption.strip()[:300], person=actor, at=timezone.now()) for d in drafts)
    if rows:
        _log("evidence", actor, practice, {"documents": [r.document_id for r in rows]})
    return [*known, *rows]


@transaction.atomic
def drop_evidence(*, actor: Person, evidence: EvidenceFile) -> None:
    """Take a file out of the practice; the document itself stays. Raises NotAllowed."""
    must(actor, evidence.practice, AUTHOR)
    _log("evidence_drop", actor, evidence.practice, {"document": evidence.document_id, "caption": evidence.caption})
    evidence.delete()


def newest_versions(documents: Sequence[int]) -> dict[int, DocumentVersion]:
    """The newest version of each document, by the document's number."""
    rows = DocumentVersion.objects.filter(document__in=documents).select_related("blob", "document").latest_only()
    return {v.document_id: v for v in rows}
