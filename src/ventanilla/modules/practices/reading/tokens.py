"""Lines of cells as pieces: texts, boxes and bare X. Nested HTML tables become lines of their own that keep the line's number."""
import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from ventanilla.modules.practices.reading.lexicon import Headline

TEXT, BOX, CROSS = "text", "box", "x"
RUNNING: Final = "\ue000"
"""A line that begins with this is a running head of a page and no part of the form."""
_CROSSES: Final = frozenset({"X", "x", "✓", "✔", "√", "✗", "✘", "(X)", "(x)", "[X]", "[x]"})
_EMPTY_BOXES: Final = frozenset({"[ ]", "( )", "[]", "()"})
_GLYPH_SIGNS: Final = "☐□▢☑☒■✅🗹🗵"
_GLYPHS: Final = re.compile(f"[{_GLYPH_SIGNS}]")
_INPUT: Final = re.compile(r"<input\b([^<>]{0,200})>", re.IGNORECASE)
_TABLE: Final = re.compile(r"<table\b[^<>]{0,500}>(.*?)(?:</table\s*>|$)", re.IGNORECASE)
_TR: Final = re.compile(r"<tr\b[^<>]{0,200}>", re.IGNORECASE)
_TD: Final = re.compile(r"<t[dh]\b[^<>]{0,200}>", re.IGNORECASE)
_TD_END: Final = re.compile(r"</t[dhr]\b", re.IGNORECASE)
_ACTIVE: Final = re.compile(r"<(script|style|iframe|object)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.IGNORECASE)
_BREAK: Final = re.compile(r"<br\s*/?>|</p\s*>\s*<p\b[^<>]{0,200}>|</li\s*>\s*<li\b[^<>]{0,200}>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?([a-z][a-z0-9]*)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAGS: Final = frozenset({
    "p", "div", "span", "b", "i", "u", "em", "strong", "font", "a", "ul", "ol", "li", "small", "sup", "sub",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "tbody", "thead", "tr", "td", "th", "img", "form", "label",
    "html", "body", "head", "meta", "center", "button", "svg"})
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_DASHES: Final = re.compile(r"[-–—_=|+:\s]{2,}")
_HTML_SIGNS: Final = re.compile("[<&☐□▢☑☒■✅🗹🗵]")
TICKS: Final = ("✓", "✔", "√")
"""Marks wherever they stand."""
_RULES: Final = "-–—_=|+"
_MARK_LENGTH: Final = 3
"""Of the longest mark that is written with letters."""
_REMEMBERED: Final = 160
"""Lines shorter than this are mostly printed words, the same in every form: their cells are worked out once."""


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
    """A line as read: its number in the file, its pieces, why it says nothing, if so, and what title it may be (`walking.see_title`)."""

    number: int
    pieces: list[Piece]
    empty: str = ""
    text: str = ""
    title: Headline | None = None


@dataclass(slots=True)
class Tokens:
    """Every line, and what was seen on the way: (code, line)."""

    lines: list[Line] = field(default_factory=list)
    seen: list[tuple[str, int]] = field(default_factory=list)
    active: list[tuple[int, str]] = field(default_factory=list)
    ticks: bool = False
    """Whether a sign of `TICKS` is anywhere."""


def tokens_of(text: str) -> Tokens:
    """The lines of a tidy text. An empty line has no pieces and `empty` "blanco", "relleno", "separador" or "pagina"."""
    found = Tokens(ticks=any_of(TICKS, text))
    glyphs = any_of(_GLYPH_SIGNS, text)  # looked for once in the text, not in every line
    for number, raw in enumerate(text.split("\n"), 1):
        if len(raw) < _REMEMBERED and (known := _plain_cells(raw)) is not None:
            seq = len(found.lines) + 1
            if known.padded:
                found.seen.append(("relleno_de_tabuladores", number))
            found.lines.append(Line(number, [Piece(kind, cell, number, seq, col, checked) for kind, cell, col, checked in known.cells]))
            continue
        start = raw.lstrip()[:1]
        if not start:
            found.lines.append(Line(number, [], empty="relleno" if raw.strip("\t\r") else "blanco"))
        elif start in _RULES and _is_separator(raw):
            found.lines.append(Line(number, [], empty="separador"))
        elif raw[0] == RUNNING:
            found.lines.append(Line(number, [], empty="pagina", text=raw[1:]))
        elif "<" in raw or "&" in raw or "\v" in raw or (glyphs and any_of(_GLYPH_SIGNS, raw)):
            _read_signs(found, number, raw)
        else:
            _read_line(found, number, raw)
    return found


def any_of(signs: Iterable[str], text: str) -> bool:
    """Whether any of a few signs is there; a pattern of them would be slower, as most texts cannot hold such letters at all."""
    return any(map(text.__contains__, signs))


def _is_separator(raw: str) -> bool:
    return _DASHES.fullmatch(raw) is not None and sum(raw.count(c) for c in "-–—_=") > 1


class _Plain(NamedTuple):
    """What a short line without any sign holds, wherever it stands: (kind, text, column, checked) of its cells."""

    padded: bool
    cells: tuple[tuple[str, str, int, bool], ...]


@lru_cache(maxsize=8192)
def _plain_cells(raw: str) -> _Plain | None:
    """The cells of a printed line, which are the same in every form; None for one that `tokens_of` must look at."""
    start = raw.lstrip()[:1]
    if not start or start in _RULES or raw[0] == RUNNING or "<" in raw or "&" in raw or "\v" in raw or any_of(_GLYPH_SIGNS, raw):
        return None
    made = Tokens()
    _read_line(made, 0, raw)
    return _Plain(bool(made.seen), tuple((p.kind, p.text, p.col, p.checked) for p in made.lines[0].pieces))


def _read_line(found: Tokens, number: int, raw: str) -> None:
    """Append a line without any sign of HTML, as most are."""
    cells = raw.split("\t")
    pieces = _line(found, number, cells).pieces
    seq = len(found.lines)
    for col, cell in enumerate(cells):
        if cell and (text := cell.strip()):
            pieces.append(Piece(TEXT, text, number, seq, col) if len(text) > _MARK_LENGTH else _short(text, number, seq, col))


def _read_signs(found: Tokens, number: int, raw: str) -> None:
    """Append a line with tags, codes or drawn boxes, and the lines of the tables in it."""
    raw = _without_active(found, number, _unescaped(found, number, raw))
    cells = raw.split("\t")
    line = _line(found, number, cells)
    for col, cell in enumerate(cells):
        if not cell or cell.isspace():
            continue
        if "<table" in cell.lower():
            line = _nested(found, number, col, cell, line)
        else:
            line.pieces += _pieces(found, cell, number, len(found.lines), col)


def _line(found: Tokens, number: int, cells: Sequence[str]) -> Line:
    if len(cells) > 8 and sum(not cell or cell.isspace() for cell in cells) > 8:
        found.seen.append(("relleno_de_tabuladores", number))
    line = Line(number, [])
    found.lines.append(line)
    return line


def _unescaped(found: Tokens, number: int, raw: str) -> str:
    """Codes as the letters they are, but for < > &, which must not become tags."""
    if "&" not in raw or not _ENTITY.search(raw):
        return raw
    found.seen.append(("entidades_html", number))
    raw = _ENTITY.sub(lambda entity: _letter(entity[0]), raw)
    found.ticks = found.ticks or any_of(TICKS, raw)
    return raw


@lru_cache(maxsize=1024)
def _letter(entity: str) -> str:
    letter = html.unescape(entity)
    if letter in "\u200b\u00ad\u2060\ufeff":
        return ""
    named = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "\t": " ", "\n": " ", "\r": " "}
    return named.get(letter, letter)


def _without_active(found: Tokens, number: int, raw: str) -> str:
    if "<" not in raw:
        return raw

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
            nested = Line(number, [])
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
    if any_of(_GLYPH_SIGNS, cell):
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
    return Piece(TEXT, text, number, seq, col) if len(text) > _MARK_LENGTH else _short(text, number, seq, col)


def _short(text: str, number: int, seq: int, col: int) -> Piece:
    if text in _CROSSES:
        return Piece(CROSS, text, number, seq, col, True)
    return Piece(BOX if text in _EMPTY_BOXES else TEXT, text, number, seq, col)


def _untagged(found: re.Match[str]) -> str:
    return "" if found[1].lower() in _TAGS else found[0]


def _plain_text(found: Tokens, part: str, number: int) -> str:
    if "<" in part:
        plain = _TAG.sub(_untagged, _BREAK.sub("\n", part))
        if plain != part:
            found.seen.append(("etiquetas_html", number))
            part = plain
    return part.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip() if "&" in part else part.strip()
