"""Filled official forms become practices: the file is kept whole, what was read waits in an open revision, doubts wait for a person."""
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.documents.text import PageText
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.practices import reading
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import FieldReading, Practice, PracticeArrival, PracticeImport
from ventanilla.modules.practices.reading import model as read
from ventanilla.modules.practices.reading.codes import SENTENCES
from ventanilla.modules.practices.reading.model import Notice, Reading
from ventanilla.modules.practices.services.carrying import Brought, brought_of, lost_by, opened, take_in
from ventanilla.modules.practices.services.log import note
from ventanilla.modules.practices.services.permissions import require_unit
from ventanilla.modules.practices.services.records import PracticeDraft, create_practices, newest, refresh_columns
from ventanilla.modules.practices.tasks import read_arrival

MOST: Final = 40 * 2**20
"""Bytes of a form; a filled one has some hundred thousand, the rest are the files that travel inside."""
ROLE: Final = "practice_form"
LOUD: Final = ("evidencia_perdida", "evidencia_de_varios", "evidencia_incompleta")


@dataclass(frozen=True)
class FormFile:
    """A file to import. `again`: also when the same bytes were imported before. `uuid` is that of the practice to be made."""

    name: str
    data: bytes
    again: bool = False
    uuid: UUID = field(default_factory=uuid4)


@dataclass
class Imported:
    """What became of a file: the practice, or the `arrival` that waits for recognition, or `problem` (Spanish).

    `known`: the same bytes were imported before, or wait already.
    """

    name: str
    practice: Practice | None = None
    known: bool = False
    problem: str = ""
    arrival: PracticeArrival | None = None
    further: int = 0
    """So many other forms in the same file wait for a decision (`services.further`)."""
    told: Sequence[str] = ()
    """What must be said at once: sentences about files that did not come along."""


def import_forms(*, actor: Person, unit: Unit, files: Sequence[FormFile], at_once: bool = True) -> list[Imported]:
    """Each file in its own transaction, so that one that cannot be read leaves the others. Raises NotAllowed.

    Not `at_once`, what only recognition can read (many seconds) becomes an arrival that a job reads: so from a page.
    """
    require_unit(actor, unit)
    done = []
    for one in files:
        try:
            done.append(_import(actor, unit, one, at_once))
        except (Refused, DocumentError) as refusal:
            done.append(Imported(one.name, problem=refusal.message))
    return done


@transaction.atomic
def _import(actor: Person, unit: Unit, file: FormFile, at_once: bool) -> Imported:
    if not file.data:
        raise Refused(_("El archivo está vacío."))
    if len(file.data) > MOST:
        raise Refused(_("El archivo pasa de 40 MB: no parece un formulario lleno."))
    version = store(actor=actor, files=[FileDraft(file.name, io.BytesIO(file.data), role=ROLE)])[0]
    earlier = _earlier(actor, file.name, version.blob.sha256)
    if earlier and not file.again:
        return earlier
    found, brought = reading_of(file.name, file.data, recognise=at_once)
    if found is None:
        return Imported(file.name, arrival=_awaited(actor, unit, version, file.uuid))
    require_form(found, file.name)
    practice = keep_reading(actor=actor, unit=unit, version=version, found=found, brought=brought, uuid=file.uuid)
    told = [_(SENTENCES[code]) for code in found.warnings if code in LOUD]
    return Imported(file.name, practice, further=len(found.others), told=told)


def require_form(found: Reading | None, name: str) -> Reading:
    """The reading. Raises Refused for one that is no official form."""
    if found is None or not found.is_form:
        raise Refused(_("No se encontró el formulario oficial de buenas prácticas en «%(name)s».") % {"name": name[:80]})
    return found


def _awaited(actor: Person, unit: Unit, version: DocumentVersion, uuid: UUID) -> PracticeArrival:
    """The file waits, and a task is ordered with it."""
    arrival, made = PracticeArrival.objects.get_or_create(uuid=uuid, institution_id=actor.institution_id, person=actor, defaults={
        "unit": unit, "version": version, "filename": version.filename, "at": timezone.now()})
    if made:
        record("practice.arrival", actor=actor, institution_id=actor.institution_id, subject=f"practice-arrival:{arrival.pk}",
               detail={"sha256": version.blob.sha256})
        read_arrival.defer(arrival_id=arrival.pk)
    return arrival


def _earlier(actor: Person, name: str, sha256: str) -> Imported | None:
    """What the same bytes became before, or wait to become, where the actor may read it. Sent twice at once, the second waits here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('practices.import'), hashtext(%s))", [sha256])
    if twin := _twin(actor, sha256):
        return Imported(name, twin, known=True)
    waiting = PracticeArrival.objects.visible_to(actor).open().filter(version__blob__sha256=sha256).first()
    return Imported(name, known=True, arrival=waiting) if waiting else None


def _twin(actor: Person, sha256: str) -> Practice | None:
    """The practice that the same bytes gave before, where the actor may read it."""
    earlier = PracticeImport.objects.filter(institution_id=actor.institution_id, digest=sha256).filter(part=1).values("revision__practice")
    return Practice.objects.visible_to(actor).filter(pk__in=earlier).order_by("-pk").first()


def reading_of(name: str, data: bytes, *, recognise: bool = True,
               known: Mapping[int, PageText] | None = None) -> tuple[Reading | None, Brought | None]:
    """What a file says, and the record and files of ours that it brought along.

    Of our own PDF the values are those of its record when it is there and whole; else what its text or its picture says. Of a Word document
    the text counts: somebody may have written in it since. Not to `recognise`, None when only recognition could tell; `known` pages are
    not recognised again. Raises Refused.
    """
    inside = opened(data)
    brought = brought_of(inside)
    if brought and data[:5] == b"%PDF-":
        said = reading.read_unrecognised(name, data)
        return (_of_nobody(said, brought), None) if said and said.others else (_as_read(brought, data), brought)
    found = reading.read_file(name, data, known) if recognise else reading.read_unrecognised(name, data)
    if found and found.others and brought:
        return _of_nobody(found, brought), None
    if found and lost_by(inside):
        found = _with(found, "evidencia_perdida")
    return (_noted(found, brought) if found and brought else found), brought


def _of_nobody(found: Reading, brought: Brought) -> Reading:
    """Of several forms in one file nobody knows to which the record and the files inside belong: they stay in the original."""
    return _with(found, "evidencia_de_varios") if brought.files else found


def _as_read(brought: Brought, data: bytes) -> Reading:
    """An attached record as a reading without doubts."""
    fields = {key: read.FieldReading(key, brought.values.get(key)) for key in definition(brought.generation).fields}
    return _noted(Reading(brought.generation, fields, (), (), (), data), brought)


def _noted(found: Reading, brought: Brought) -> Reading:
    return _with(found, "evidencia_incompleta") if brought.left_behind else found


def _with(found: Reading, code: str) -> Reading:
    return replace(found, notices=(*found.notices, Notice(code, "", 1)))


@transaction.atomic
def keep_reading(*, actor: Person, unit: Unit, version: DocumentVersion, found: Reading, brought: Brought | None = None,
                 uuid: UUID | None = None) -> Practice:
    """Begin a practice with what was read and brought; contradictions wait with every reading. Raises NotAllowed, Refused."""
    draft = PracticeDraft(unit, found.generation, found.values(), "imported", uuid or uuid4())
    practice = create_practices(actor=actor, drafts=[draft])[0]
    revision = newest(practice)
    if PracticeImport.objects.filter(revision=revision).exists():
        return practice
    imported = PracticeImport.objects.create(
        institution_id=actor.institution_id, revision=revision, document=version.document, filename=version.filename,
        digest=version.blob.sha256, generation=found.generation, warnings=list(found.warnings), person=actor, at=timezone.now(),
        part=found.part, others=[_offer(one) for one in found.others],
        residue=[{"text": r.text[:2000], "place": str(r.place), "why": r.why, "explained": r.explained} for r in found.residue])
    FieldReading.objects.bulk_create(_readings(imported, found))
    files = take_in(actor=actor, practice=practice, brought=brought) if brought else 0
    refresh_columns(practice, revision)
    note("practice.import", actor=actor, practice=practice, generation=found.generation, sha256=imported.digest,
         warnings=imported.warnings, pending=practice.pending, files=files)
    return practice


def _offer(one: Reading) -> dict[str, Any]:
    return {"number": one.part, "name": str(one.values().get("nombre") or "")[:300], "generation": one.generation, "place": str(one.lines),
            "practice": None, "left": False}


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
