"""Lines of cells as pieces: texts, boxes and bare X. Nested HTML tables become lines of their own that keep the line's number."""
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

TEXT, BOX, CROSS = "text", "box", "x"
RUNNING: Final = "\ue000"
"""A line that begins with this is a running head of a page and no part of the form."""
_CROSSES: Final = frozenset({"X", "x", "✓", "✔", "√", "✗", "✘", "(X)", "(x)", "[X]", "[x]"})
_EMPTY_BOXES: Final = frozenset({"[ ]", "( )", "[]", "()"})
_GLYPHS: Final = re.compile("[☐□▢☑☒■✅🗹🗵]")
_INPUT: Final = re.compile(r"<input\b([^<>]{0,200})>", re.IGNORECASE)
_TABLE: Final = re.compile(r"<table\b[^<>]{0,500}>(.*?)(?:</table\s*>|$)", re.IGNORECASE)
_TR: Final = re.compile(r"<tr\b[^<>]{0,200}>", re.IGNORECASE)
_TD: Final = re.compile(r"<t[dh]\b[^<>]{0,200}>", re.IGNORECASE)
_TD_END: Final = re.compile(r"</t[dhr]\b", re.IGNORECASE)
_ACTIVE: Final = re.compile(r"<(script|style|iframe|object)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.IGNORECASE)
_BREAK: Final = re.compile(r"<br\s*/?>|</p\s*>\s*<p\b[^<>]{0,200}>|</li\s*>\s*<li\b[^<>]{0,200}>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?(?:p|div|span|b|i|u|em|strong|font|a|ul|ol|li|small|sup|sub|h[1-6]|table|tbody|thead|tr|td|th|img|form|"
                         r"label|html|body|head|meta|center|button|svg)\b[^<>]{0,2000}>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_DASHES: Final = re.compile(r"[-–—_=|+:\s]{2,}")
_HTML_SIGNS: Final = re.compile("[<&☐□▢☑☒■✅🗹🗵]")


@dataclass(slots=True)
class Piece:
    """A text or a mark in a cell. `seq` is the line as read (nested tables have several per line of the file); `shared`: other
    pieces stand in the same cell; `html`: tags were taken off it."""

    kind: str
    text: str
    line: int
    seq: int
    col: int
    checked: bool = False
    shared: bool = False
    html: bool = False

    @property
    def marks(self) -> bool:
        """Whether it is a box or an X."""
        return self.kind != TEXT


@dataclass(slots=True)
class Line:
    """A line as read: its number in the file, its pieces, whether it is nested, and why it says nothing, if so."""

    number: int
    pieces: list[Piece]
    nested: bool = False
    empty: str = ""
    text: str = ""


@dataclass
class Tokens:
    """Every line, and what was seen on the way: (code, line)."""

    lines: list[Line] = field(default_factory=list)
    seen: list[tuple[str, int]] = field(default_factory=list)
    active: list[tuple[int, str]] = field(default_factory=list)


def tokens_of(text: str) -> Tokens:
    """The lines of a tidy text. An empty line has no pieces and `empty` "blanco", "relleno", "separador" or "pagina"."""
    found = Tokens()
    for number, raw in enumerate(text.split("\n"), 1):
        if not raw.strip():
            found.lines.append(Line(number, [], empty="relleno" if raw.strip("\t\r") else "blanco"))
        elif raw.startswith(RUNNING):
            found.lines.append(Line(number, [], empty="pagina", text=raw[1:]))
        elif _is_separator(raw):
            found.lines.append(Line(number, [], empty="separador"))
        else:
            _read_line(found, number, raw)
    return found


def _is_separator(raw: str) -> bool:
    first = raw.lstrip()[0]
    return first in "-–—_=|+" and _DASHES.fullmatch(raw) is not None and sum(raw.count(c) for c in "-–—_=") > 1


def _read_line(found: Tokens, number: int, raw: str) -> None:
    if _HTML_SIGNS.search(raw):
        raw = _without_active(found, number, _unescaped(found, number, raw))
    if raw.count("\t") > 7 and _padded(raw):
        found.seen.append(("relleno_de_tabuladores", number))
    line = Line(number, [])
    found.lines.append(line)
    if not _HTML_SIGNS.search(raw):
        seq = len(found.lines)
        line.pieces = [_plain(cell.strip(), number, seq, col) for col, cell in enumerate(raw.split("\t")) if cell and not cell.isspace()]
        return
    for col, cell in enumerate(raw.split("\t")):
        if not cell or cell.isspace():
            continue
        if "<table" in cell.lower():
            line = _nested(found, number, col, cell, line)
        else:
            line.pieces += _pieces(found, cell, number, len(found.lines), col)


def _padded(raw: str) -> bool:
    """Whether eight cells or more are empty."""
    return sum(1 for cell in raw.split("\t") if not cell.strip()) > 8


def _unescaped(found: Tokens, number: int, raw: str) -> str:
    """Codes as the letters they are, but for < > &, which must not become tags."""
    if "&" not in raw or not _ENTITY.search(raw):
        return raw
    found.seen.append(("entidades_html", number))
    return _ENTITY.sub(_letter, raw)


def _letter(found: re.Match[str]) -> str:
    letter = html.unescape(found[0])
    if letter in "\u200b\u00ad\u2060\ufeff":
        return ""
    named = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "\t": " ", "\n": " ", "\r": " "}
    return named.get(letter, letter)


def _without_active(found: Tokens, number: int, raw: str) -> str:
    def taken(match: re.Match[str]) -> str:
        found.seen.append(("html_activo", number))
        found.active.append((number, match[0]))
        return ""
    return _ACTIVE.sub(taken, raw)


def _nested(found: Tokens, number: int, col: int, cell: str, line: Line) -> Line:
    """Append a line per row of every table in the cell; what follows goes on in a new line."""
    place = 0
    for table in _TABLE.finditer(cell):
        line.pieces += _pieces(found, cell[place:table.start()], number, len(found.lines), col)
        place = table.end()
        for row in _TR.split(table[1])[1:] or [table[1]]:
            nested = Line(number, [], nested=True)
            found.lines.append(nested)
            for n, inner in enumerate(_TD.split(row)[1:]):
                nested.pieces += _pieces(found, _TD_END.split(inner, 1)[0], number, len(found.lines), n)
    rest = Line(number, [])
    found.lines.append(rest)
    rest.pieces += _pieces(found, cell[place:], number, len(found.lines), col)
    return rest


def _pieces(found: Tokens, cell: str, number: int, seq: int, col: int) -> Iterator[Piece]:
    if not _HTML_SIGNS.search(cell):
        stripped = cell.strip()
        if stripped:
            yield _plain(stripped, number, seq, col)
        return
    cell = _GLYPHS.sub(lambda m: "<input>" if m[0] in "☐□▢" else "<input checked>", cell)
    parts = _INPUT.split(cell)
    shared = sum(1 for part in parts[::2] if part.strip()) + len(parts) // 2 > 1
    for n, part in enumerate(parts):
        if n % 2:
            yield Piece(BOX, "", number, seq, col, "checked" in part.lower(), shared)
        elif text := _plain_text(found, part, number):
            piece = _plain(text, number, seq, col)
            piece.shared, piece.html = shared, "<p" in part or "<br" in part
            yield piece


def _plain(text: str, number: int, seq: int, col: int) -> Piece:
    if "\v" in text:
        text = text.replace("\v", "\n").strip()
    if len(text) < 4 and text in _CROSSES:
        return Piece(CROSS, text, number, seq, col, True)
    if len(text) < 4 and text in _EMPTY_BOXES:
        return Piece(BOX, text, number, seq, col, False)
    return Piece(TEXT, text, number, seq, col)


def _plain_text(found: Tokens, part: str, number: int) -> str:
    if "<" in part:
        plain = _TAG.sub("", _BREAK.sub("\n", part))
        if plain != part:
            found.seen.append(("etiquetas_html", number))
            part = plain
    return part.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip() if "&" in part else part.strip()
