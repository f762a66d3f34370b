"""Filled forms as lines of cells with a tab between them: tables of DOCX and XLSX, ruled pages of PDF, recognised pictures.

A line break inside a cell is U+000B, a line of its own with U+000C stands between pages, `<` and `&` are written as entities, boxes as
☐ and ☒, a table inside a cell as HTML. Nothing is computed: of a formula its stored result is taken and `formula` is said.
"""
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final
from xml.parsers import expat

from ventanilla.core.documents.text import PageText, Word
from ventanilla.core.documents.workshop import grid, images, limits, ocr, pdf
from ventanilla.core.documents.workshop.images import Problem
from ventanilla.core.documents.workshop.office import MAX_NESTING, MAX_TEXT, unzipped

Emit = Callable[[dict[str, Any]], None]
Say = Callable[[str], None]
BREAK: Final = "\v"
MAX_ROWS, MAX_COLUMNS = 20_000, 200
PICTURED: Final = 0.7  # of the page: a picture so large is the page itself, and its text a layer over it
_WINGDINGS: Final = {"F0FE": "☒", "F0FD": "☒", "F0A8": "☐", "F06F": "☐", "F0A3": "☐", "F052": "☒", "F053": "☒", "F054": "☒"}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def cells(job: dict[str, Any], emit: Emit) -> None:
    """Emit `line` messages (text), `said` messages (code) and `end`. Job: path, media_type, ratio, pages, pixels, seconds, and two more:

    `recognise`: "missing" (pages without text), "pictured" (also those whose text lies on a picture of the page), "always" (every
    page, its text left aside), "never" (`needs_recognition` is said instead). `known`: pages recognised before, by number
    (width, height, words).
    """
    limits.allow_cpu(job["seconds"] * 3)
    path, left = Path(job["path"]), MAX_TEXT
    for line in _reader(job["media_type"])(path, job, lambda code: emit({"kind": "said", "code": code})):
        left -= len(line) + 1
        if left < 0:
            emit({"kind": "said", "code": "truncated"})
            break
        emit({"kind": "line", "text": line})
    emit({"kind": "end"})


def _reader(media_type: str) -> Callable[[Path, dict[str, Any], Say], Iterator[str]]:
    known = {DOCX: _docx, XLSX: _xlsx, "application/pdf": _pdf}
    return known.get(media_type, _picture if media_type.startswith("image/") else _nothing)


def _nothing(_path: Path, _job: dict[str, Any], _say: Say) -> Iterator[str]:
    yield from ()


# --- DOCX ------------------------------------------------------------------------------------------------------


class _Document:
    """Expat's listener for `word/document.xml`: a line per paragraph or table row; tables inside cells as HTML."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.letters
        self.parser.EntityDeclHandler = self.entity
        self.lines: list[str] = []
        self.rows: list[list[str]] = []
        self.text: list[list[str]] = [[]]
        self.depth = self.inside = self.span = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise Problem("ratio", ratio=self.depth, limit=MAX_NESTING)
        self.inside += tag == "t"
        if tag in _STARTS:
            _STARTS[tag](self, {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        self.depth -= 1
        self.inside -= tag == "t"
        if tag in _ENDS:
            _ENDS[tag](self)

    def letters(self, text: str) -> None:
        if self.inside:
            self.add(escaped(text))

    def entity(self, *_: object) -> None:
        raise Problem("ratio", ratio=1, limit=1)

    def add(self, text: str) -> None:
        """Write into the innermost cell or paragraph."""
        self.text[-1].append(text)

    def paragraph(self) -> None:
        """Outside tables a line; inside a cell a break."""
        if len(self.text) > 1:
            self.add(BREAK)
        else:
            self.lines.append("".join(self.text[0]).strip(BREAK))
            self.text[0] = []

    def open_row(self, _attributes: dict[str, str]) -> None:
        self.rows.append([])

    def open_cell(self, _attributes: dict[str, str]) -> None:
        self.text.append([])
        self.span = 0

    def close_cell(self) -> None:
        if self.rows and len(self.text) > 1:
            cell = "".join(self.text.pop()).strip(BREAK + " ")
            self.rows[-1] += [cell, *[""] * min(self.span, MAX_COLUMNS)]
            self.span = 0

    def close_row(self) -> None:
        row = self.rows.pop() if self.rows else []
        if len(self.text) > 1:  # a table inside a cell
            self.add("<table><tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr></table>")
        else:
            self.lines.append("\t".join(row))

    def spanned(self, attributes: dict[str, str]) -> None:
        number = attributes.get("val", "1")
        self.span = int(number) - 1 if number.isascii() and number.isdigit() and 0 < int(number) <= MAX_COLUMNS else 0


_STARTS: Final[dict[str, Callable[[_Document, dict[str, str]], None]]] = {
    "tr": _Document.open_row, "tc": _Document.open_cell, "gridSpan": _Document.spanned,
    "tab": lambda one, _: one.add(" "), "br": lambda one, _: one.add(BREAK), "cr": lambda one, _: one.add(BREAK),
    "sym": lambda one, attributes: one.add(_WINGDINGS.get(attributes.get("char", "").upper(), "")),
}
_ENDS: Final[dict[str, Callable[[_Document], None]]] = {
    "p": _Document.paragraph, "tc": _Document.close_cell, "tr": _Document.close_row,
}


def _docx(path: Path, job: dict[str, Any], _say: Say) -> Iterator[str]:
    with unzipped(path, job["ratio"]) as archive:
        if "word/document.xml" not in archive.namelist():
            raise Problem("damaged")
        with archive.open("word/document.xml") as member:
            yield from _document_lines(member, max(path.stat().st_size * job["ratio"], 1_000_000))


def _document_lines(member: IO[bytes], left: int) -> Iterator[str]:
    listener = _Document()
    try:
        while data := member.read(65536):
            left -= len(data)
            if left < 0:
                raise Problem("ratio", ratio=1, limit=1)
            listener.parser.Parse(data, False)
            yield from listener.lines
            listener.lines.clear()
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Problem("damaged") from error
    yield "".join(listener.text[0])


def escaped(text: str) -> str:
    """Letters that are no markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\t", " ").replace("\r", "").replace("\n", BREAK)


# --- XLSX ------------------------------------------------------------------------------------------------------


def _xlsx(path: Path, job: dict[str, Any], say: Say) -> Iterator[str]:
    from python_calamine import CalamineWorkbook

    _note_formulas(path, job["ratio"], say)
    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names[:20]:
            for _, row in zip(range(MAX_ROWS), book.get_sheet_by_name(name).iter_rows(), strict=False):
                yield "\t".join(_cell(value) for value in row[:MAX_COLUMNS]).rstrip("\t")
    except (OSError, ValueError, RuntimeError) as error:
        raise Problem("damaged") from error


def _note_formulas(path: Path, ratio: int, say: Say) -> None:
    with unzipped(path, ratio) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as member:
                    start = member.read(2_000_000)
                if b"<f>" in start or b"<f " in start:
                    say("formula")
                    return


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "☒" if value else "☐"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return escaped(str(value)) if value is not None else ""


# --- pages -----------------------------------------------------------------------------------------------------


def _pdf(path: Path, job: dict[str, Any], say: Say) -> Iterator[str]:
    with pdf.opened(path) as document:
        if len(document) > job["pages"]:
            say("truncated")
        for number in range(min(len(document), job["pages"])):
            limits.allow_cpu(job["seconds"])
            if number:
                yield "\f"
            sheet = pdf.sheet(document, number, job["pixels"])
            yield from _sheet(sheet, number, job, say)
            sheet.page.close()


def _sheet(sheet: pdf.Sheet, number: int, job: dict[str, Any], say: Say) -> Iterator[str]:
    recognise, pictured = job["recognise"], bool(sheet.words) and sheet.picture_share > PICTURED
    if pictured:
        say("pictured")
    if sheet.words and recognise != "always" and not (pictured and recognise == "pictured"):
        yield from grid.lines_of(sheet)
    elif recognise == "never":
        if sheet.needs_recognition:
            say("needs_recognition")
    elif pictured or recognise == "always" or sheet.needs_recognition:
        say("recognised" if pictured or not grid.has_letters(sheet.page) else "unreadable_layer")
        yield from _known(job, number + 1) or _recognised(sheet, number + 1)


def _recognised(sheet: pdf.Sheet, number: int) -> Iterator[str]:
    found = ocr.recognise(images.without_ink(sheet.for_recognition()), sheet.ocr_dpi)
    return grid.spaced_lines(PageText(number, sheet.width, sheet.height, grid.unruled(found.words)))


def _known(job: dict[str, Any], number: int) -> Iterator[str] | None:
    """The lines of a page that was recognised before; None when it was not."""
    page = job["known"].get(str(number))
    if page is None:
        return None
    return grid.spaced_lines(PageText(number, page["width"], page["height"], grid.unruled(Word(*row) for row in page["words"])))


def _picture(path: Path, job: dict[str, Any], say: Say) -> Iterator[str]:
    if job["recognise"] == "never":
        say("needs_recognition")
        return
    say("recognised")
    for number, frame in zip(range(job["pages"]), images.frames(path, job["pixels"], 1), strict=False):
        limits.allow_cpu(job["seconds"])
        if known := _known(job, number + 1):
            yield from known
            continue
        words = grid.unruled(ocr.recognise(frame.grey, frame.dpi).words)
        yield from grid.spaced_lines(PageText(number + 1, *frame.points, words))
