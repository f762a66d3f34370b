"""From received to ready: antivirus, reading page by page, searchable PDF. Killed at any point it goes on
where it was.

Each page is stored as it comes, so a second run begins at the first page that is missing. Nothing here holds
a transaction open while a file is read.
"""
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ventanilla.core.audit.services import record
from ventanilla.core.documents import antivirus, hooks, sandbox, sniff, storage
from ventanilla.core.documents.models import Blob, DocumentVersion, Page, Source, State, packed
from ventanilla.core.documents.problems import FileRefused, NoRoom
from ventanilla.core.documents.text import PageText, Word
from ventanilla.core.orgs.models import Person

logger = logging.getLogger(__name__)
MAX_RESTARTS, LOCK_CLASS = 12, 0x0D0C
PROBLEMS_THAT_END = ("encrypted", "damaged", "pixels", "ratio", "no_ocr")


def process(version_id: int, original: int = 0) -> bool:
    """Bring a version to ready, failed or infected; False when another worker has it or there is nothing to
    do. A copy says what its `original` (a version) says, where that has been read.

    Raises ScannerDown while the configured antivirus does not answer (state `scanning`) and NoRoom while the disk
    is full (state `processing`); the task tries again.
    """
    with _alone(version_id) as mine:
        version = DocumentVersion.objects.select_related("blob", "document").filter(pk=version_id).first()
        if not mine or version is None or version.state in (State.READY, State.FAILED, State.INFECTED):
            return False
        if version.state != State.PROCESSING and not _scanned(version):
            return True
        with _room():
            if version.state == State.CLEAN and hooks.taken_apart(version):
                _set(version, state=State.READY, processed_at=timezone.now())
            elif not _copied(version, original):
                _read(version)
        return True


def still_waits(version_id: int) -> bool:
    """Whether the version is not ready, failed or infected yet."""
    return DocumentVersion.objects.waiting().filter(pk=version_id).exists()


@contextmanager
def _room() -> Iterator[None]:
    """A full disk is no fault of the file: what it breaks is NoRoom."""
    try:
        yield
    except FileRefused as refused:
        if refused.code != "disk_full":
            raise
        raise NoRoom from refused
    except OSError as error:
        if error.errno not in storage.FULL:
            raise
        raise NoRoom from error


@contextmanager
def _alone(version_id: int) -> Iterator[bool]:
    """A session lock of the database: it ends with the process, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, version_id % (1 << 31)])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, version_id % (1 << 31)])


def _set(version: DocumentVersion, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(version, name, value)
    version.save(update_fields=list(fields))


def _scanned(version: DocumentVersion) -> bool:
    """Whether the file may be opened: clean, or no scanner is configured."""
    if version.blob.quarantined:
        return _infected(version, "ya conocido")
    if antivirus.configured() and version.state != State.CLEAN:
        _set(version, state=State.SCANNING)
        with storage.opened(version.blob.sha256) as stream:
            found = antivirus.scan(stream)
        if found:
            return _infected(version, found)
    _set(version, state=State.CLEAN)
    return True


def _infected(version: DocumentVersion, signature: str) -> bool:
    """Quarantine the bytes for every document that has them; always False."""
    with transaction.atomic():
        Blob.objects.filter(pk=version.blob_id).update(quarantined=True)
        same = DocumentVersion.objects.select_related("document").filter(blob_id=version.blob_id)
        for each in same.exclude(state=State.INFECTED):
            _set(each, state=State.INFECTED, problem="infected", problem_details={"signature": signature},
                 processed_at=timezone.now())
            record("documents.infected", actor=None, institution_id=each.document.institution_id,
                   subject=f"document:{each.document.uuid}",
                   detail={"version": each.number, "signature": signature})
            hooks.processed(each)
    storage.quarantine(version.blob.sha256)
    return False


@dataclass
class _Reading:
    """What is known so far about the file being read."""

    version: DocumentVersion
    total: int = 0
    current: int = 0
    done: set[int] = field(default_factory=set)
    bad: dict[int, str] = field(default_factory=dict)
    failures: Counter[int] = field(default_factory=Counter)
    problem: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def first_missing(self) -> int:
        """The first page number that has no row yet."""
        number = 1
        while number in self.done or number in self.bad:
            number += 1
        return number


COPIED = ("problem", "problem_details", "page_count", "engine", "confidence", "searchable", "thumbnail")
ON_A_PAGE = ("number", "width", "height", "turn", "source", "confidence", "text", "packed_words", "problem", "preview_id")


def _copied(version: DocumentVersion, original_id: int) -> bool:
    """Take over what the original of a copy says; False when it is none, or was not read to its end."""
    same = DocumentVersion.objects.select_related("searchable", "thumbnail").filter(
        pk=original_id, blob_id=version.blob_id, filename=version.filename, state=State.READY)
    if not original_id or (original := same.first()) is None:
        return False
    with transaction.atomic():
        version.pages.all().delete()
        Page.objects.bulk_create(Page(version=version, **row) for row in original.pages.values(*ON_A_PAGE))
        _set(version, state=State.READY, processed_at=timezone.now(), **{name: getattr(original, name) for name in COPIED})
        _tell(version)
    return True


def _read(version: DocumentVersion) -> None:
    _set(version, state=State.PROCESSING)
    reading = _Reading(version, done=set(version.pages.values_list("number", flat=True)))
    with storage.local_copy(version.blob.sha256) as path:
        for _attempt in range(MAX_RESTARTS):
            outcome = _attempted(reading, path)
            if outcome.problem and not storage.has_room():
                raise NoRoom
            if not outcome.problem or _given_up(reading, outcome):
                break
        else:
            reading.problem = reading.problem or "time"
        searchable = _searchable(reading, path)
    _finish(reading, searchable)


def _given_up(reading: _Reading, outcome: sandbox.Outcome) -> bool:
    """After a child that died: try its page once more (somebody may have killed it), then leave that page
    out."""
    page = reading.current
    reading.failures[page] += 1
    if outcome.problem != "time" and reading.failures[page] == 1:
        return False
    if page == 0 or page in reading.done:
        reading.problem, reading.details = outcome.problem, {}
        return True
    _mark_bad(reading, page, outcome.problem)
    return False


def _attempted(reading: _Reading, path: Path) -> sandbox.Outcome:
    """One child over the pages that are missing; returns how it ended."""
    outcome, limits = sandbox.Outcome(), settings.FILE_LIMITS
    reading.current = 0
    with sandbox.folder() as folder:
        for message in sandbox.run(
            "read", folder=folder, inputs=[path], outcome=outcome, path=str(path), pixels=limits["pixels"],
            media_type=reading.version.blob.media_type, first=reading.first_missing, pages=limits["pages"],
            ratio=limits["ratio"],
        ):
            try:
                _take(reading, message, folder)
            except (KeyError, TypeError, ValueError, IndexError,
                    OSError) as error:  # a child that talks nonsense
                outcome.problem, outcome.error = "crash", f"{type(error).__name__}: {error}"
                break
    if outcome.problem:
        logger.warning("documents: version %s page %s: %s %s", reading.version.pk, reading.current,
                       outcome.problem, outcome.error)
    return outcome


def _take(reading: _Reading, message: dict[str, Any], folder: Path) -> None:
    kind = message["kind"]
    if kind == "head":
        reading.total = int(message["pages"])
    elif kind == "start":
        reading.current = int(message["page"])
    elif kind == "page":
        _store_page(reading, message, folder)
    elif kind == "bad":
        _mark_bad(reading, int(message["page"]), message["code"])
    elif kind == "problem":
        reading.problem, reading.details = message["code"], dict(message["details"])


def _store_page(reading: _Reading, message: dict[str, Any], folder: Path) -> None:
    number, rows = int(message["page"]), message["words"]
    preview = _kept_picture(folder / f"{number}.jpg") if message["preview"] else None
    text = _clean(PageText(number, 0, 0, tuple(Word(*row) for row in rows)).text)
    Page.objects.update_or_create(version=reading.version, number=number, defaults={
        "width": message["width"], "height": message["height"], "turn": message["turn"], "text": text,
        "source": message["source"], "confidence": message["confidence"], "packed_words": packed(rows),
        "preview": preview, "problem": ""})
    if message["thumbnail"] and reading.version.thumbnail_id is None:
        _set(reading.version, thumbnail=_kept_picture(folder / "thumbnail.jpg"))
    reading.done.add(number)


def _clean(text: str) -> str:
    """Text that the database accepts: no NUL and no lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _kept_picture(path: Path) -> Blob:
    blob = _kept(path, "image/jpeg")
    path.unlink()
    return blob


def _kept(path: Path, media_type: str) -> Blob:
    incoming = storage.keep_file(path)
    return Blob.objects.get_or_create(
        sha256=incoming.sha256, defaults={"size": incoming.size, "media_type": media_type})[0]


def _mark_bad(reading: _Reading, number: int, code: str) -> None:
    """A page that could not be read, or only in part, keeps its row so that numbers stay right."""
    reading.bad[number] = code
    Page.objects.update_or_create(
        version=reading.version, number=number, defaults={"problem": code},
        create_defaults={"width": 612, "height": 792, "source": Source.BLANK, "problem": code})
    reading.done.add(number)


def _searchable(reading: _Reading, path: Path) -> Blob | None:
    """The PDF with an invisible text layer, when any page was recognised; None otherwise or when it fails."""
    recognised = {
        str(page.number): {"turn": page.turn, "words": [_row(word) for word in page.words]}
        for page in reading.version.pages.filter(source=Source.OCR).iterator(chunk_size=200)}
    if not recognised:
        return None
    for _attempt in range(2):
        outcome = sandbox.Outcome()
        with sandbox.folder() as folder:
            for _ in sandbox.run("layer", folder=folder, inputs=[path], outcome=outcome, path=str(path),
                                 media_type=reading.version.blob.media_type, pages=recognised):
                pass
            if outcome.exit == 0 and (folder / "searchable.pdf").is_file():
                return _kept(folder / "searchable.pdf", "application/pdf")
        logger.warning("documents: version %s layer: %s %s", reading.version.pk, outcome.problem,
                       outcome.error)
    reading.problem = reading.problem or "no_layer"
    return None


def _row(word: Word) -> Sequence[Any]:
    return (word.text, word.x0, word.y0, word.x1, word.y1, word.confidence, word.line, word.block)


def _finish(reading: _Reading, searchable: Blob | None) -> None:
    version = reading.version
    code, details = _remark(reading)
    failed = code in (*PROBLEMS_THAT_END, "memory", "time", "crash") and not (reading.done - set(reading.bad))
    recognised = list(version.pages.filter(source=Source.OCR).values_list("confidence", flat=True))
    with transaction.atomic():
        _set(version, state=State.FAILED if failed else State.READY, problem=code, problem_details=details,
             page_count=max(reading.total, len(reading.done)), searchable=searchable,
             processed_at=timezone.now(),
             confidence=sum(recognised) / len(recognised) if recognised else None,
             engine=_engine_name() if recognised else "")
        _tell(version)


def _tell(version: DocumentVersion) -> None:
    """To the log and to who waits for it, that a version was read."""
    record("documents.read", actor=None, institution_id=version.document.institution_id, subject=f"document:{version.document.uuid}",
           detail={"version": version.number, "state": version.state, "pages": version.page_count, "problem": version.problem})
    hooks.processed(version)


def _engine_name() -> str:
    from ventanilla.core.documents.workshop import (
        ocr,  # the library is heavy: only where something was recognised
    )

    return ocr.engine_name()


def _remark(reading: _Reading) -> tuple[str, dict[str, Any]]:
    """The one thing to say about the file, the gravest first."""
    version, limit = reading.version, settings.FILE_LIMITS["pages"]
    if version.blob.media_type == "application/x-encrypted-office":
        return "encrypted", {}
    if reading.problem:
        return reading.problem, reading.details
    if reading.total > limit:
        return "pages", {"pages": reading.total, "limit": limit}
    if reading.bad:
        return _bad_pages(reading)
    if sniff.disguised(version.filename, version.blob.media_type):
        extension = version.filename.rpartition(".")[2].lower()
        return "disguised", {"extension": extension, "real": sniff.label(version.blob.media_type)}
    return "", {}


def _bad_pages(reading: _Reading) -> tuple[str, dict[str, Any]]:
    codes = set(reading.bad.values())
    if len(codes) == 1 and (reading.total == len(reading.bad) or codes == {"truncated"}):
        return codes.pop(), {}
    numbers = sorted(reading.bad)
    shown = ", ".join(str(n) for n in numbers[:20]) + ("…" if len(numbers) > 20 else "")
    return "some_pages", {"pages": shown}


def reprocess(*, actor: Person, version: DocumentVersion) -> None:
    """Read a version again from the beginning (a better engine, a language file that was missing).

    Infected versions stay infected. Until it is read again the version has no pages.
    """
    from ventanilla.core.documents import tasks

    with transaction.atomic():
        row = DocumentVersion.objects.select_for_update().select_related("document").get(
            pk=version.pk, document__institution_id=actor.institution_id)
        if row.state == State.INFECTED:
            return
        row.pages.all().delete()
        _set(row, state=State.RECEIVED, problem="", problem_details={}, processed_at=None, searchable=None)
        record("documents.reprocess", actor=actor, institution_id=actor.institution_id,
               subject=f"document:{row.document.uuid}", detail={"version": row.number})
        tasks.order([row.pk])
