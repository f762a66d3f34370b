"""Filled official forms become practices: the file is kept whole, what was read waits in an open revision, doubts wait for a person."""
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

import pikepdf
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.practices.form import definition, generations
from ventanilla.modules.practices.models import FieldReading, Practice, PracticeImport
from ventanilla.modules.practices.reading import model as read
from ventanilla.modules.practices.reading.model import Reading
from ventanilla.modules.practices.services.log import note
from ventanilla.modules.practices.services.papers import RECORD, values_of_record
from ventanilla.modules.practices.services.permissions import require_unit
from ventanilla.modules.practices.services.records import PracticeDraft, create_practices, newest, refresh_columns

MOST: Final = 20 * 2**20
"""Bytes of a form; a filled one has some hundred thousand."""
MOST_RECORD: Final = 4 * 2**20
ROLE: Final = "practice_form"


@dataclass(frozen=True)
class FormFile:
    """A file to import. `again`: also when the same bytes were imported before. `uuid` is that of the practice to be made."""

    name: str
    data: bytes
    again: bool = False
    uuid: UUID = field(default_factory=uuid4)


@dataclass
class Imported:
    """What became of a file: the practice, or `known` (the same bytes were imported before), or `problem` (Spanish)."""

    name: str
    practice: Practice | None = None
    known: bool = False
    problem: str = ""


def import_forms(*, actor: Person, unit: Unit, files: Sequence[FormFile]) -> list[Imported]:
    """Each file in its own transaction, so that one that cannot be read leaves the others. Raises NotAllowed."""
    require_unit(actor, unit)
    done = []
    for one in files:
        try:
            done.append(_import(actor, unit, one))
        except (Refused, DocumentError) as refusal:
            done.append(Imported(one.name, problem=refusal.message))
    return done


@transaction.atomic
def _import(actor: Person, unit: Unit, file: FormFile) -> Imported:
    if not file.data:
        raise Refused(_("El archivo está vacío."))
    if len(file.data) > MOST:
        raise Refused(_("El archivo pasa de 20 MB: no parece un formulario lleno."))
    version = store(actor=actor, files=[FileDraft(file.name, io.BytesIO(file.data), role=ROLE)])[0]
    if not file.again and (twin := _twin(actor, version.blob.sha256)):
        return Imported(file.name, twin, known=True)
    found = reading_of(file.name, file.data)
    if not found.is_form:
        raise Refused(_("No se encontró el formulario oficial de buenas prácticas en «%(name)s».") % {"name": file.name[:80]})
    return Imported(file.name, keep_reading(actor=actor, unit=unit, version=version, found=found, uuid=file.uuid))


def _twin(actor: Person, sha256: str) -> Practice | None:
    """The practice that the same bytes gave before, where the actor may read it."""
    earlier = PracticeImport.objects.filter(institution_id=actor.institution_id, digest=sha256).values("revision__practice")
    return Practice.objects.visible_to(actor).filter(pk__in=earlier).order_by("-pk").first()


def reading_of(name: str, data: bytes) -> Reading:
    """What a file says: the record attached to our own PDF when it is there and whole, else what its text says."""
    if data[:5] == b"%PDF-" and (attached := attached_record(data)):
        generation, values = attached
        return _as_read(generation, values, data)
    from ventanilla.modules.practices import reading  # late: the readers of other files load much

    return reading.read_file(name, data)


def attached_record(data: bytes) -> tuple[str, dict[str, Any]] | None:
    """Generation and values of the record attached to a PDF of ours; None when there is none, or it was altered."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if RECORD not in pdf.attachments:
                return None
            text = pdf.attachments[RECORD].get_file().read_bytes()
        found = values_of_record(json.loads(text)) if len(text) <= MOST_RECORD else None
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, RuntimeError):
        return None
    return found if found and found[0] in generations() else None


def _as_read(generation: str, values: dict[str, Any], data: bytes) -> Reading:
    """An attached record as a reading without doubts."""
    fields = {key: read.FieldReading(key, values.get(key)) for key in definition(generation).fields}
    return Reading(generation, fields, (), (), (), data)


@transaction.atomic
def keep_reading(*, actor: Person, unit: Unit, version: DocumentVersion, found: Reading, uuid: UUID | None = None) -> Practice:
    """Begin a practice with what was read; contradictions wait with every reading. Raises NotAllowed."""
    draft = PracticeDraft(unit, found.generation, found.values(), "imported", uuid or uuid4())
    practice = create_practices(actor=actor, drafts=[draft])[0]
    revision = newest(practice)
    if PracticeImport.objects.filter(revision=revision).exists():
        return practice
    imported = PracticeImport.objects.create(
        institution_id=actor.institution_id, revision=revision, document=version.document, filename=version.filename,
        digest=version.blob.sha256, generation=found.generation, warnings=list(found.warnings), person=actor, at=timezone.now(),
        residue=[{"text": r.text[:2000], "place": str(r.place), "why": r.why, "explained": r.explained} for r in found.residue])
    FieldReading.objects.bulk_create(_readings(imported, found))
    refresh_columns(practice, revision)
    note("practice.import", actor=actor, practice=practice, generation=found.generation, sha256=imported.digest,
         warnings=imported.warnings, pending=practice.pending)
    return practice


def _readings(imported: PracticeImport, found: Reading) -> Iterator[FieldReading]:
    asked = {key: c.sentence for c in found.contradictions for key in c.keys}
    for key, one in found.fields.items():
        if one.value is None and not one.raw and not one.warnings and not one.waiting:
            continue
        yield FieldReading(
            imported=imported, key=key, value=one.value, raw=one.raw[:20_000], place=str(one.place or ""), confidence=one.confidence,
            marks=[{"option": m.option, "box": m.box, "checked": m.checked, "line": m.line} for m in one.marks],
            warnings=list(one.warnings), alternatives=[{"value": a.value, "why": a.why} for a in one.alternatives],
            question=one.question or asked.get(key, ""), decision="pending" if one.waiting else "")
