"""The walk over the lines of one form: every cell goes to the row of the form that it belongs to, as a label, an option, a mark or a text.

Nothing is decided here about values; a row that is printed twice has two segments, and what belongs nowhere is residue.
"""
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ventanilla.modules.practices.reading import lexicon
from ventanilla.modules.practices.reading.lexicon import HEAD, LABEL, OPTION, OTHER, RowModel, SectionModel, norm
from ventanilla.modules.practices.reading.matching import Match, Situation, after, match
from ventanilla.modules.practices.reading.model import Place, Residue
from ventanilla.modules.practices.reading.tokens import CROSS, TEXT, Line, Piece

MARK: Final = "mark"
TICKS: Final = ("✓", "✔", "√")
_GENERATION: Final = re.compile(r"Generaci[óo]n \d{4}")
_TICK: Final = re.compile("[✓✔√]")


@dataclass(slots=True)
class Event:
    """Something in a row: kind "option", "other", "head" (`arg` says which), "text" or "mark"."""

    kind: str
    arg: str
    piece: Piece
    text: str = ""
    away: bool = False
    """It stood in the line of another row."""


@dataclass
class Segment:
    """A row as it was met once. `how`: how its label was recognised, "" when the label is missing."""

    row: RowModel
    line: int
    seq: int
    how: str = ""
    number: str = ""
    label: str = ""
    events: list[Event] = field(default_factory=list)
    beside: bool = False
    first: bool = False
    """It opens its section."""
    separators: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    """Blank lines inside it, before something that belongs to it."""


@dataclass
class Walk:
    """What the walk found: segments by row, residue, (code, row, line) seen, words that tell generations apart, sections in order."""

    segments: dict[str, list[Segment]] = field(default_factory=dict)
    residue: list[Residue] = field(default_factory=list)
    seen: list[tuple[str, str, int]] = field(default_factory=list)
    words: dict[tuple[str, str], int] = field(default_factory=dict)
    sections: list[str] = field(default_factory=list)


class Walker:
    """Walks once over the lines; `walk()` gives the result."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.found = Walk()
        self.section: SectionModel | None = None
        self.current: Segment | None = None
        self.sink: Segment | None = None
        self.pointer = -1
        self.opened: dict[str, set[str]] = {}
        self.blank = 0
        self.index = 0

    def walk(self) -> Walk:
        """Read every line."""
        while self.index < len(self.lines):
            line = self.lines[self.index]
            self.index += 1
            if line.empty:
                self._empty(line)
            elif line.pieces and not self._heading(line):
                self._line(line)
                self.blank = 0
        return self.found

    # --- lines -----------------------------------------------------------------------------------------------

    def _empty(self, line: Line) -> None:
        if line.empty == "blanco":
            self.blank = line.number
            return
        self.found.residue.append(Residue(line.text, Place(line.number, line.number), line.empty))
        if line.empty == "pagina":
            return
        code = "fila_separadora" if line.empty == "separador" else "renglon_de_relleno"
        self.found.seen.append((code, self.current.row.rid if self.current else "", line.number))
        if self.current:
            self.current.separators.append(line.number)

    def _heading(self, line: Line) -> bool:
        """Whether the line is the title of the form or of a section; then the walk is in that section."""
        first = line.pieces[0]
        if self.section is None and _GENERATION.fullmatch(first.text):
            self._leave(first, "titulo")
            return True
        if first.marks or first.html or not 15 < len(first.text) < 160:
            return False
        word = norm(first.text)
        if word in lexicon.titles() or self._wrapped_title(word):
            self._leave(first, "titulo")
            return True
        key = lexicon.headings().get(word) or self._wrapped_heading(word) or _heading_alike(first.text)
        if not key:
            return False
        self._enter(key)
        for piece in line.pieces[1:]:
            self._leave(piece, "texto")
        return True

    def _wrapped_title(self, word: str) -> bool:
        """Whether the title of the form ends in the next line; that line is taken."""
        following = next(self._next_texts(), None) if any(title.startswith(word) for title in lexicon.titles()) else None
        if following is None or word + norm(following.text) not in lexicon.titles():
            return False
        self._consume([], following, "")
        return True

    def _wrapped_heading(self, word: str) -> str:
        """The section of a title that ends in the next line; that line is taken."""
        if word[:4] not in lexicon.heading_beginnings() or not any(title.startswith(word) for title in lexicon.headings()):
            return ""
        following = next(self._next_texts(), None)
        key = lexicon.headings().get(word + norm(following.text), "") if following else ""
        if following and key:
            self._consume([], following, "")
        return key

    def _enter(self, key: str) -> None:
        self.section = lexicon.sections()[key]
        self.current = self.sink = None
        self.pointer, self.blank, self.opened = -1, 0, {}
        if key not in self.found.sections:
            self.found.sections.append(key)

    def _line(self, line: Line) -> None:
        self.sink = self.current
        for n, piece in enumerate(line.pieces):
            if piece.kind != TEXT:
                self._add(Event(MARK, "", piece))
            else:
                self._text(piece, n == 0, line)

    # --- cells -----------------------------------------------------------------------------------------------

    def _text(self, piece: Piece, first: bool, line: Line) -> None:
        if self.section is None or (first and not self.found.segments):
            self._guess_section(piece)
        if self.section is None:
            self._leave(piece, "texto")
            return
        written = piece.html and self.current is not None and self.current.row.layout in ("block", "line")
        found = None if written or (len(piece.text) < 200 and _TICK.search(piece.text)) else self._match(piece, first, line)
        if found is None and first and self._guess_section(piece):
            found = self._match(piece, first, line)
        if found:
            self._accept(found, piece, first, line)
        else:
            self._loose(piece)

    def _match(self, piece: Piece, first: bool, line: Line) -> Match | None:
        assert self.section
        row = self.current.row if self.current else None
        due = row is not None and not first and row.layout == "line" and self.current is not None and self.current.seq == piece.seq
        if due and len(piece.text) > 2 and not piece.text[0].isdigit():
            return None
        at = Situation(self.section, row, self.pointer, self.opened, first, due)
        if (first or piece is line.pieces[-1]) and (wrapped := self._wrapped(piece, at)):
            return wrapped
        return match(piece.text, at)

    def _wrapped(self, piece: Piece, at: Situation) -> Match | None:
        """A label that goes on in the first cell of the next lines; what it takes from them is taken away there."""
        assert self.section
        if len(piece.text) > 250:
            return None
        number, _start, word = lexicon.parsed(piece.text)
        if word[:4] not in self.section.beginnings or not 8 <= len(word) < 200 or not any(True for _ in at.section.longer(word)):
            return None
        whole, taken = word, list[Piece]()
        for other in self._next_texts():
            more = norm(other.text)
            for label in at.section.longer(word):
                if _completes(label, whole, more, word in at.section.words) and (found := match(f"{number} {label}".strip(), at)):
                    self._consume(taken, other, after(other.text, len(label) - len(whole)).lstrip(" ?:.)"))
                    return replace(found, rest="", how="partida")
            if not any(label.startswith(whole + more) for label in at.section.longer(word)):
                return None
            whole, taken = whole + more, [*taken, other]
        return None

    def _next_texts(self) -> Iterator[Piece]:
        """The first cells of the next four lines that say something."""
        ahead = (line for line in self.lines[self.index:self.index + 6] if line.pieces)
        for _, line in zip(range(4), ahead, strict=False):
            if line.pieces[0].marks:
                return
            yield line.pieces[0]

    def _consume(self, taken: list[Piece], last: Piece, rest: str) -> None:
        for line in self.lines[self.index:self.index + 6]:
            line.pieces = [p for p in line.pieces if p not in taken and (p is not last or rest)]
        last.text, last.html = rest, True

    def _accept(self, found: Match, piece: Piece, first: bool, line: Line) -> None:
        target = found.target
        assert self.section
        opens = target.role == LABEL or (target.role == HEAD and target.row.layout == "row" and target.row.rid == target.arg
                                         and (self.current is None or self.current.row is not target.row))
        if opens:
            self._open(found, piece, first)
        if target.role != LABEL:
            self._inside(found, piece, line)
        self._tell(found.word)
        if found.rest:
            self._loose(Piece(TEXT, found.rest, piece.line, piece.seq, piece.col, shared=True, html=piece.html))

    def _open(self, found: Match, piece: Piece, first: bool) -> None:
        row = found.target.row
        segment = Segment(row, piece.line, piece.seq, found.how, found.number, piece.text)
        segment.beside = not first and self.current is not None and self.current.row.layout == "options" and row.layout == "options"
        self.found.segments.setdefault(row.rid, []).append(segment)
        segment.first = not self.opened
        self.opened[row.rid] = set()
        self.pointer = max(self.pointer, row.order)
        self.sink = segment
        if not segment.beside:
            self.current = segment
        if self.blank:
            segment.cut.append(-self.blank)
            self.blank = 0

    def _inside(self, found: Match, piece: Piece, line: Line) -> None:
        target = found.target
        if target.row.rid not in self.found.segments:  # its label is missing
            self._open(found, piece, True)
            self.found.segments[target.row.rid][-1].how = ""
        segment = self.found.segments[target.row.rid][-1]
        away = self.current is not None and segment is not self.current and not segment.beside
        self.sink = segment
        piece.shared = piece.shared or found.how == "fundida"
        self._add(Event(target.role, target.arg, piece, piece.text, away))

    def _loose(self, piece: Piece) -> None:
        """A text that is no printed word by itself: options run together with their X, or an answer."""
        row = self.sink.row if self.sink else None
        if row is not None and row.options and len(piece.text) < 200:
            parts = _run_together(piece, row, self.section)
            for kind, arg, text in parts:
                made = Piece(CROSS if kind == MARK else TEXT, text, piece.line, piece.seq, piece.col, kind == MARK, True)
                self._add(Event(kind, arg, made, text))
            if parts:
                return
        if self.sink is None or not self.sink.row.asks:
            self._leave(piece, "texto")
        else:
            self._add(Event(TEXT, "", piece, piece.text))

    def _add(self, event: Event) -> None:
        if self.sink is None or not self.sink.row.asks:
            self._leave(event.piece, _why(event))
            return
        if self.blank and self.sink.events:
            self.sink.cut.append(self.blank)
        self.blank = 0
        self.sink.events.append(event)
        if event.kind == OPTION:
            self.opened.setdefault(self.sink.row.rid, set()).add(event.arg)

    def _leave(self, piece: Piece, why: str) -> None:
        self.found.residue.append(Residue(piece.text, Place(piece.line, piece.line), why))

    def _tell(self, word: str) -> None:
        assert self.section
        entry = (self.section.key, word)
        if entry in lexicon.vocabularies():
            self.found.words[entry] = self.found.words.get(entry, 0) + 1

    # --- sections whose title is missing ---------------------------------------------------------------------

    def _guess_section(self, piece: Piece) -> bool:
        """Go where a numbered label belongs, when it is not of this section."""
        number, start = lexicon.numbered(piece.text)
        if not number or number[0] not in "1234567" or number[1:2] != ".":
            return False
        section = list(lexicon.sections().values())[int(number[0]) - 1]
        if section is self.section:
            return False
        word = norm(piece.text[start:])
        label = next((one for one in (word, *section.starting(word)) if number in section.numbers.get(one, ())), "")
        if not label:
            return False
        self._enter(section.key)
        self.found.seen.append(("seccion_sin_titulo", section.key, piece.line))
        return True


def _completes(label: str, whole: str, more: str, known: bool) -> bool:
    """Whether `more` ends the label that `whole` begins; when that alone is a label (`known`), nothing else may follow."""
    fits = bool(more) and label.startswith(whole) and (whole + more).startswith(label)
    return fits and (len(whole + more) == len(label) or (not known and len(label) - len(whole) > 3))


def _why(event: Event) -> str:
    """What a piece outside every row is."""
    if event.kind == MARK:
        return "marca" if event.piece.checked else "casilla_vacia"
    return "texto" if event.kind == TEXT else "encabezado"


def _heading_alike(text: str) -> str:
    """The section of a title with a typing error; it must begin with a numeral, even if that is misread."""
    numeral, _, rest = text.partition(" ")
    if len(numeral) > 5 or numeral.strip(".").upper() != numeral.strip("."):
        return ""
    word = norm(rest)
    most = max(1, len(word) // 10)
    return next((key for title, key in lexicon.headings().items() if abs(len(title) - len(word)) <= most
                 and lexicon.distance(word, title, most) <= most), "")


def _run_together(piece: Piece, row: RowModel, section: SectionModel | None) -> list[tuple[str, str, str]]:
    """«Sí X No» as options and marks of the row; empty when any word is something else."""
    words, place, parts = piece.text.split(), 0, list[tuple[str, str, str]]()
    while place < len(words):
        if words[place] in (*TICKS, "X", "x"):
            parts.append((MARK, "", words[place]))
            place += 1
            continue
        size, kind, arg = _longest(words, place, row, section)
        if kind == OTHER:
            text = " ".join(words[place + size:])
            return [*parts, (OTHER, arg, ""), *([(TEXT, "", text)] if text else [])]
        if not size:
            return []
        parts.append((OPTION, arg, " ".join(words[place:place + size])))
        place += size
    return parts if any(kind == OPTION for kind, _, _ in parts) else []


def _longest(words: list[str], place: int, row: RowModel, section: SectionModel | None) -> tuple[int, str, str]:
    """How many words from here are an option (or the «¿Cuál?») of the row."""
    end = next((n for n in range(place, len(words)) if words[n] in TICKS), len(words))
    for size in range(min(7, end - place), 0, -1):
        for target in section.words.get(norm(" ".join(words[place:place + size])), ()) if section else ():
            if target.row is row and target.role in (OPTION, OTHER):
                return size, target.role, target.arg
    return 0, "", ""
