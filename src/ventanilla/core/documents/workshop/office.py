"""Plain text of office files, mail and text files, within limits of size, nesting and ratio. Standard
library mostly."""
import re
import zipfile
import zlib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import IO
from xml.parsers import expat

from ventanilla.core.documents.text import PageText, Word
from ventanilla.core.documents.workshop.images import Problem

MAX_ENTRIES, MAX_TEXT, MAX_NESTING = 10_000, 20_000_000, 200
PAGE_LINES, PAGE_LETTERS = 60, 4_000
_BREAKS = {"p", "h", "tr", "br", "line-break", "row", "list-item"}
_OOXML = re.compile(r"^(word/(document|header\d*|footer\d*|footnotes)\.xml|ppt/slides/slide\d+\.xml)$")


def unzipped(path: Path, ratio: int) -> zipfile.ZipFile:
    """The archive after a look at what it declares. Raises Problem: damaged, encrypted, ratio."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Problem("damaged") from error
    entries = archive.infolist()
    declared, packed = sum(e.file_size for e in entries), max(path.stat().st_size, 1)
    if len(entries) > MAX_ENTRIES or declared > max(packed * ratio, 1_000_000):
        raise Problem("ratio", ratio=declared // packed, limit=ratio)
    if any(e.flag_bits & 1 for e in entries):
        raise Problem("encrypted")
    return archive


def office_text(path: Path, ratio: int) -> Iterator[str]:
    """The lines of a DOCX, PPTX, ODT or ODP file, headers and notes included."""
    with unzipped(path, ratio) as archive:
        names = [n for n in archive.namelist() if _OOXML.match(n) or n == "content.xml"]
        limit = max(path.stat().st_size * ratio, 1_000_000)
        for name in sorted(names, key=_order):
            with archive.open(name) as member:
                yield from _xml_lines(member, limit)


def _order(name: str) -> tuple[int, int, str]:
    number = re.search(r"(\d+)\.xml$", name)
    return (0 if "header" in name else 2 if "foot" in name else 1, int(number[1]) if number else 0, name)


class _Paragraphs:
    """Expat's listener: the letters inside OOXML `t` or ODF `p` and `h`, one line per paragraph."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.letters
        self.parser.EntityDeclHandler = self.entity
        self.lines: list[str] = []
        self.line: list[str] = []
        self.inside = self.depth = 0

    def start(self, name: str, _attributes: object) -> None:
        tag = name.rpartition(" ")[2]
        self.depth += 1
        self.inside += tag == "t" or ("opendocument" in name and tag in ("p", "h"))
        if tag in ("tab", "s", "tc", "table-cell"):
            self.line.append(" ")
        if self.depth > MAX_NESTING:
            raise Problem("ratio", ratio=self.depth, limit=MAX_NESTING)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        self.depth -= 1
        self.inside -= tag == "t" or ("opendocument" in name and tag in ("p", "h"))
        if tag in _BREAKS:
            self.lines.append("".join(self.line))
            self.line = []

    def letters(self, text: str) -> None:
        if self.inside:
            self.line.append(text)

    def entity(self, *_: object) -> None:
        raise Problem("ratio", ratio=1, limit=1)  # office files declare none; a bomb does


def _xml_lines(member: IO[bytes], limit: int) -> Iterator[str]:
    """Stops where the bytes really unpacked pass the limit, whatever the archive declared."""
    listener, left = _Paragraphs(), limit
    try:
        while data := member.read(65536):
            left -= len(data)
            if left < 0:
                raise Problem("ratio", ratio=limit, limit=limit)
            listener.parser.Parse(data, False)
            yield from listener.lines
            listener.lines.clear()
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Problem("damaged") from error
    yield "".join(listener.line)


def sheet_text(path: Path, ratio: int) -> Iterator[str]:
    """The rows of every sheet of an XLSX or ODS book, cells joined by a space."""
    from python_calamine import CalamineWorkbook

    unzipped(path, ratio).close()
    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            yield name
            for row in book.get_sheet_by_name(name).iter_rows():
                yield " ".join(str(cell) for cell in row if cell not in ("", None))
    except (OSError, ValueError, RuntimeError) as error:
        raise Problem("damaged") from error


def plain_text(path: Path) -> Iterator[str]:
    """The lines of a text file: UTF-8, UTF-16 with its mark, else Windows-1252."""
    with path.open("rb") as file:
        data = file.read(MAX_TEXT)
    yield from decoded(data).splitlines()


def decoded(data: bytes) -> str:
    """Text in the first of UTF-16 (with a mark), UTF-8, Windows-1252 that fits."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


class _Visible(HTMLParser):
    """Collects the text between tags, without scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in ("script", "style")
        self.parts.append("\n" if tag in ("p", "br", "div", "tr", "li", "h1", "h2", "h3") else "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def html_text(source: str) -> Iterator[str]:
    """The visible text of an HTML page."""
    parser = _Visible()
    parser.feed(source)
    yield from "".join(parser.parts).splitlines()


def mail_text(path: Path) -> Iterator[str]:
    """Sender, addressee, date, subject, body and the names of the attachments of an e-mail file."""
    with path.open("rb") as file:
        message = message_from_bytes(file.read(MAX_TEXT), policy=policy.default)
    for label in ("From", "To", "Cc", "Date", "Subject"):
        if message.get(label):
            yield f"{label}: {message[label]}"
    if isinstance(message, EmailMessage):
        yield from _mail_body(message)


def _mail_body(message: EmailMessage) -> Iterator[str]:
    body = message.get_body(("plain", "html"))
    if body is not None:
        text = decoded(body.get_payload(decode=True) or b"")  # type: ignore[arg-type]
        yield from html_text(text) if body.get_content_subtype() == "html" else text.splitlines()
    for part in message.iter_attachments():
        yield str(part.get_filename() or "")


def paged(lines: Iterator[str]) -> Iterator[PageText]:
    """Pages of at most 60 lines or 4,000 letters; words without a place (all boxes are zero)."""
    number, words, count, letters, total = 1, list[Word](), 0, 0, 0
    for line in lines:
        total += len(line)
        words += [Word(w, 0.0, 0.0, 0.0, 0.0, 1.0, count, 0) for w in line.split()]
        count, letters = count + 1, letters + len(line)
        if count >= PAGE_LINES or letters >= PAGE_LETTERS:
            yield PageText(number, 612.0, 792.0, tuple(words))
            number, words, count, letters = number + 1, [], 0, 0
        if total > MAX_TEXT:
            break
    if words or number == 1:
        yield PageText(number, 612.0, 792.0, tuple(words))
