"""A folder of files becomes letters: each is stored, read (recognised when it is an image), registered and findable.

Idempotent by the bytes: a file that is a letter already gives that letter back, and a killed import goes on where it
was. Start reading at `import_folder`.
"""
import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError, connection

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.documents.models import WAITING, DocumentVersion
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.documents.services.processing import process
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.correspondence.models import Letter, LetterType
from ventanilla.modules.correspondence.services.registration import LetterDraft, Sender, register

SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".docx", ".odt"})
PATIENCE = 600
"""Seconds to wait for another process that is reading the same file."""
MAX_SUBJECT = 300


@dataclass(frozen=True)
class Plan:
    """Where the letters go: the unit, who registers, of which type; without `read` the tasks read the files later."""

    unit: Unit
    person: Person
    type: LetterType
    read: bool = True
    processes: int = 2


@dataclass(frozen=True)
class Outcome:
    """What became of a file; `problem` (Spanish) when it did not become a letter."""

    path: Path
    folio: str = ""
    subject: str = ""
    pages: int = 0
    confidence: float | None = None
    phrase: str = ""
    known: bool = False
    problem: str = ""


def files_in(folder: Path) -> list[Path]:
    """The files that can be letters, at any depth, in order of name. Raises Refused for what is not a folder."""
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise Refused(f"No existe la carpeta «{folder}».", "folder")
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file() and not p.name.startswith("."))


def import_folder(folder: Path, plan: Plan, tell: Callable[[Outcome], None] = lambda outcome: None) -> list[Outcome]:
    """Make a letter of every file; several are read at once, folios follow the order of the names.

    Raises NotAllowed when the person may not register in the unit.
    """
    require(plan.person, cap.REGISTER, plan.unit.pk)
    outcomes = []
    with ThreadPoolExecutor(plan.processes) as readers:
        for path, version in zip(paths := files_in(folder), readers.map(lambda p: _read(p, plan), paths), strict=True):
            outcomes.append(_registered(path, version, plan))
            tell(outcomes[-1])
    return outcomes


def _read(path: Path, plan: Plan) -> DocumentVersion | str:
    """The stored and read file, or what is wrong with it."""
    try:
        draft = FileDraft(path.name, path, title=path.stem[:300], role="scan", uuid=_key(path, plan, "document"))
        version = _stored(plan.person, draft)
        if plan.read:
            _wait(version)
        return version
    except (DocumentError, OSError) as problem:
        return getattr(problem, "message", "") or str(problem)
    finally:
        connection.close()


def _stored(person: Person, draft: FileDraft) -> DocumentVersion:
    """Stored once: the same bytes may be in another file that is being stored at this very moment."""
    try:
        return store(actor=person, files=[draft])[0]
    except IntegrityError:
        return store(actor=person, files=[draft])[0]


def _key(path: Path, plan: Plan, what: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"ventanilla:{plan.unit.institution.uuid}:{what}:{digest(path)}")


def digest(path: Path) -> str:
    """SHA-256 of the file, 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _wait(version: DocumentVersion) -> None:
    """Read it here, or wait for whoever reads it already."""
    until = time.monotonic() + PATIENCE
    while version.state in WAITING and time.monotonic() < until:
        if not process(version.pk):
            time.sleep(0.5)
        version.refresh_from_db()


def _registered(path: Path, version: DocumentVersion | str, plan: Plan) -> Outcome:
    if isinstance(version, str):
        return Outcome(path, problem=version)
    key = f"sha256:{version.blob.sha256}"
    known = Letter.objects.filter(institution_id=plan.unit.institution_id, legacy_key=key).select_related("case").first()
    try:
        case = known.case if known else _register(path, version, plan, key)
    except (Refused, NotAllowed) as problem:
        return Outcome(path, problem=problem.message)
    return Outcome(path, case.folio, case.subject, version.page_count, version.confidence,
                   found_phrase(plan.person, case, version), known is not None, version.reason)


def _register(path: Path, version: DocumentVersion, plan: Plan, key: str) -> Case:
    draft = LetterDraft(plan.unit, plan.type, subject_of(version) or path.stem, Sender(), medium="portal", source="import",
                        sheets=max(1, version.page_count), documents=[version.document], letter={"legacy_key": key},
                        uuid=_key(path, plan, "letter"))
    return register(actor=plan.person, drafts=[draft])[0]


_ASUNTO = re.compile(r"^\s*asunto\s*[:.]\s*(.{8,})$", re.IGNORECASE | re.MULTILINE)


def subject_of(version: DocumentVersion) -> str:
    """What the first page says after "Asunto:", else its first line that says something; empty when nothing does."""
    text = _first_page(version)
    if found := _ASUNTO.search(text):
        return clean_text(found[1])[:MAX_SUBJECT]
    return next((clean_text(line)[:MAX_SUBJECT] for line in text.splitlines() if _says(line)), "")


def _first_page(version: DocumentVersion) -> str:
    return str(version.pages.order_by("number").values_list("text", flat=True).first() or "")


def _says(line: str) -> bool:
    words = re.findall(r"[^\W\d_]{3,}", line)
    return len(words) >= 3 and sum(map(len, words)) >= 0.6 * len(line.strip())


def found_phrase(person: Person, case: Case, version: DocumentVersion) -> str:
    """A phrase of the first page by which this person's search finds the letter; empty when there is none."""
    for phrase in _phrases(_first_page(version)):
        hits = search(person, Wanted(f'"{phrase}"', limit=200)).hits
        if any(hit.case_id == case.pk for hit in hits):
            return phrase
    return ""


def _phrases(text: str, most: int = 6) -> Iterator[str]:
    """Runs of five plain words within a line, the longest lines first: what a person would type."""
    lines = sorted(text.splitlines(), key=len, reverse=True)
    runs = (match[0] for line in lines for match in re.finditer(r"(?:[^\W\d_]{2,} ){4}[^\W\d_]{3,}", line))
    for phrase, _n in zip(runs, range(most), strict=False):
        yield phrase


def totals(outcomes: Sequence[Outcome]) -> str:
    """One line about everything that was done."""
    fresh = sum(1 for o in outcomes if o.folio and not o.known)
    known = sum(1 for o in outcomes if o.known)
    lost = sum(1 for o in outcomes if not o.folio)
    return f"{fresh:,} registrados, {known:,} ya estaban, {lost:,} con problema, {sum(o.pages for o in outcomes):,} páginas"
