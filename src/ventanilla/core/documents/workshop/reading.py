"""Reading one file page by page: what the `read` job does. Every page is a message, so nothing grows with
the file."""
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from ventanilla.core.documents.text import PageText, Word
from ventanilla.core.documents.workshop import images, limits, ocr, office, pdf
from ventanilla.core.documents.workshop.images import Problem

Emit = Callable[[dict[str, Any]], None]
ODF = "application/vnd.oasis.opendocument."
OOXML = "application/vnd.openxmlformats-officedocument."
PICTURES = {"image/jpeg", "image/png", "image/tiff", "image/webp", "image/bmp", "image/gif"}
PREVIEW_DPI = 110.0


def read(job: dict[str, Any], emit: Emit) -> None:
    """Emit `head` (pages in the file), then per page `start` and `page` or `bad`; a `problem` ends the
    reading.

    Job: path, media_type, first (page to begin with), pages, pixels, ratio, seconds, folder (previews are
    written there).
    """
    _reader(job["media_type"])(job, emit)
    emit({"kind": "end"})


def readable(media_type: str) -> bool:
    """Whether there is a reader for this type; everything else is kept and not opened."""
    return _find(media_type) is not None


def _reader(media_type: str) -> Callable[[dict[str, Any], Emit], None]:
    return _find(media_type) or (lambda job, emit: emit({"kind": "head", "pages": 0}))


def _find(media_type: str) -> Callable[[dict[str, Any], Emit], None] | None:
    if media_type == "application/pdf":
        return _read_pdf
    if media_type in PICTURES:
        return _read_picture
    return _read_text if _lines_of(media_type) else None


def _turns(job: dict[str, Any], count: int, emit: Emit) -> Iterator[int]:
    """The page numbers still to read, each announced and given its own CPU seconds."""
    emit({"kind": "head", "pages": count})
    for number in range(job["first"], min(count, job["pages"]) + 1):
        emit({"kind": "start", "page": number})
        limits.allow_cpu(job["seconds"])
        yield number


def _read_pdf(job: dict[str, Any], emit: Emit) -> None:
    with pdf.opened(Path(job["path"])) as document:
        for number in _turns(job, len(document), emit):
            try:
                _pdf_page(document, number, job, emit)
            except Problem as problem:
                emit({"kind": "bad", "page": number, "code": problem.code, "details": problem.details})


def _pdf_page(document: Any, number: int, job: dict[str, Any], emit: Emit) -> None:
    sheet = pdf.sheet(document, number - 1, job["pixels"])
    turn, confidence, words, source, shown = 0, 1.0, sheet.words, "own" if sheet.words else "blank", None
    if sheet.needs_recognition:
        drawn = sheet.for_recognition()
        found = ocr.recognise(images.without_ink(drawn), 72 * drawn.width / sheet.width)
        turn, confidence, words, source = found.turn, found.confidence, found.words, "ocr"
        shown = drawn if sheet.shown_by(drawn) else None
    shown = shown or sheet.rendered(PREVIEW_DPI, grey=False, limit=2_500_000)
    sheet.page.close()
    size = (sheet.height, sheet.width) if turn % 180 else (sheet.width, sheet.height)
    _emit_page(emit, job, PageText(number, *size, words), confidence, source, turn, shown)


def _read_picture(job: dict[str, Any], emit: Emit) -> None:
    path = Path(job["path"])
    count = images.frame_count(path, job["pixels"])
    frames = images.frames(path, job["pixels"], job["first"])
    for number in _turns(job, count, emit):
        _picture_page(next(frames), number, job, emit)


def _picture_page(frame: images.Frame, number: int, job: dict[str, Any], emit: Emit) -> None:
    found = ocr.recognise(frame.grey, frame.dpi)
    width, height = frame.points
    size = (height, width) if found.turn % 180 else (width, height)
    source = "ocr" if found.words else "blank"
    _emit_page(emit, job, PageText(number, *size, found.words), found.confidence, source, found.turn, frame.colour)
    if frame.truncated:
        emit({"kind": "bad", "page": number, "code": "truncated", "details": {}})


def _emit_page(emit: Emit, job: dict[str, Any], page: PageText, confidence: float, source: str, turn: int,
               shown: Image.Image) -> None:
    preview, thumbnail = f"{page.number}.jpg", ""
    small = images.preview(shown, turn)
    images.save_preview(small, Path(job["folder"]) / preview)
    if page.number == 1:
        thumbnail = "thumbnail.jpg"
        images.save_preview(images.preview(small, width=images.THUMBNAIL_WIDTH), Path(job["folder"]) / thumbnail)
    emit({**_page_message(page, confidence, source, turn), "preview": preview, "thumbnail": thumbnail})


def _page_message(page: PageText, confidence: float, source: str, turn: int) -> dict[str, Any]:
    return {
        "kind": "page", "page": page.number, "width": round(page.width, 2), "height": round(page.height, 2),
        "words": [_row(w) for w in page.words], "confidence": round(confidence, 4), "source": source,
        "turn": turn,
    }


def _row(word: Word) -> list[Any]:
    places = [round(v, 5) for v in (word.x0, word.y0, word.x1, word.y1)]
    return [word.text, *places, word.confidence, word.line, word.block]


def _lines_of(media_type: str) -> Callable[[Path, int], Iterator[str]] | None:
    """Where the lines of a type without pages come from."""
    if media_type in (OOXML + "spreadsheetml.sheet", ODF + "spreadsheet"):
        return office.sheet_text
    if media_type.startswith((OOXML, ODF)):
        return office.office_text
    return {
        "message/rfc822": lambda path, _: office.mail_text(path),
        "text/plain": lambda path, _: office.plain_text(path),
        "text/csv": lambda path, _: office.plain_text(path),
        "text/html": lambda path, _: office.html_text("\n".join(office.plain_text(path))),
    }.get(media_type)


def _read_text(job: dict[str, Any], emit: Emit) -> None:
    lines = _lines_of(job["media_type"])
    if lines is None:
        return
    limits.allow_cpu(job["seconds"])
    last = 0
    for page in office.paged(lines(Path(job["path"]), job["ratio"])):
        if page.number > job["pages"]:
            break
        last = page.number
        if last >= job["first"]:
            emit({**_page_message(page, 1.0, "own", 0), "preview": "", "thumbnail": ""})
    emit({"kind": "head", "pages": last})
