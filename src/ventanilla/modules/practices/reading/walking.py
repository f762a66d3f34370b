"""The walk over the lines of one form: every cell goes to the row of the form that it belongs to, as a label, an option, a mark or a text.

Nothing is decided here about values; a row that is printed twice has two segments, and what belongs nowhere is residue.
"""
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from ventanilla.modules.practices.reading import lexicon
from ventanilla.modules.practices.reading.lexicon import (
    HEAD,
    LABEL,
    OPTION,
    OTHER,
    Headline,
    Parsed,
    RowModel,
    SectionModel,
    after,
    norm,
)
from ventanilla.modules.practices.reading.matching import Match, Situation, match, opens
from ventanilla.modules.practices.reading.model import Place, Residue
from ventanilla.modules.practices.reading.tokens import CROSS, TEXT, TICKS, Line, Piece, any_of

MARK: Final = "mark"
_GENERATION: Final = re.compile(r"Generaci[óo]n \d{4}")


@dataclass(slots=True)
class Event:
    """Something in a row: kind "option", "other", "head" (`arg` says which), "text" or "mark"."""

    kind: str
    arg: str
    piece: Piece
    text: str = ""
    away: bool = False
    """It stood in the line of another row."""


@dataclass(slots=True)
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
    marks: dict[str, int] = field(default_factory=dict)
    """The first line with a box, and with a bare X."""


class Walker:
    """Walks once over the lines; `walk()` gives the result."""

    def __init__(self, lines: Sequence[Line], ticks: bool) -> None:
        """`ticks`: some cell may hold a sign of `TICKS`."""
        self.lines = lines
        self.ticks = ticks
        self.found = Walk()
        self.at: Situation | None = None
        """None before the first section."""
        self.current: Segment | None = None
        self.sink: Segment | None = None
        self.blank = 0
        self.index = 0

    def walk(self) -> Walk:
        """Read every line."""
        while self.index < len(self.lines):
            line = self.lines[self.index]
            self.index += 1
            if line.empty:
                self._empty(line)
            elif line.pieces and not ((line.title or self.at is None) and self._heading(line)):
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

    def _heading(self, line: Line) -> bool:
        """Whether the line is the title of the form or of a section; then the walk is in that section."""
        first, seen = line.pieces[0], line.title
        if (self.at is None and _GENERATION.fullmatch(first.text)) or (
                seen and not first.html and (seen.title or self._wrapped_title(seen))):
            self._leave(first, "titulo")
            self._see_marks(line)
            return True
        if seen is None or first.html:
            return False
        key = seen.key or self._wrapped_heading(seen) or seen.alike
        if not key:
            return False
        self._enter(key)
        for piece in line.pieces[1:]:
            self._leave(piece, "texto")
        self._see_marks(line)
        return True

    def _see_marks(self, line: Line) -> None:
        for piece in line.pieces:
            if piece.kind != TEXT:
                self.found.marks.setdefault(piece.kind, piece.line)

    def _wrapped_title(self, seen: Headline) -> bool:
        """Whether the title of the form ends in the next line; that line is taken."""
        following = next(self._next_texts(), None) if seen.goes_on else None
        if following is None or seen.word + norm(following.text) not in lexicon.titles():
            return False
        self._consume([], following, "")
        return True

    def _wrapped_heading(self, seen: Headline) -> str:
        """The section of a title that ends in the next line; that line is taken."""
        following = next(self._next_texts(), None) if seen.goes_on and len(seen.word) >= lexicon.SHORTEST else None
        key = lexicon.headings().get(seen.word + norm(following.text), "") if following else ""
        if following and key:
            self._consume([], following, "")
        return key

    def _enter(self, key: str) -> None:
        self.at = Situation(lexicon.sections()[key])
        self.current = self.sink = None
        self.blank = 0
        if key not in self.found.sections:
            self.found.sections.append(key)

    def _line(self, line: Line) -> None:
        self.sink = self.current
        for n, piece in enumerate(line.pieces):
            if piece.kind != TEXT:
                self.found.marks.setdefault(piece.kind, piece.line)
                self._add(Event(MARK, "", piece))
            else:
                self._text(piece, n == 0, line)

    # --- cells -----------------------------------------------------------------------------------------------

    def _text(self, piece: Piece, first: bool, line: Line) -> None:
        if self.at is None or (first and not self.found.segments):
            self._guess_section(piece)
        if self.at is None:
            self._leave(piece, "texto")
            return
        written = piece.html and self.current is not None and self.current.row.layout in ("block", "line")
        ticked = self.ticks and len(piece.text) < 200 and any_of(TICKS, piece.text)
        found = None if written or ticked else self._match(self.at, piece, first, line)
        if found is None and first and self._guess_section(piece):
            found = self._match(self.at, piece, first, line)
        if found:
            self._accept(self.at, found, piece)
        else:
            self._loose(self.at, piece)

    def _match(self, at: Situation, piece: Piece, first: bool, line: Line) -> Match | None:
        text, row = piece.text, self.current
        at.row, at.first = row.row if row else None, first
        at.value_due = not first and row is not None and row.seq == piece.seq and row.row.layout == "line"
        if at.value_due and len(text) > 2 and not text[0].isdigit():
            return None
        seen = lexicon.parsed(text)
        if seen.word in at.section.cut and len(text) <= 250 and (first or piece is line.pieces[-1]) and (found := self._wrapped(seen, at)):
            return found
        return match(text, seen, at)

    def _wrapped(self, seen: Parsed, at: Situation) -> Match | None:
        """A label that goes on in the first cell of the next lines; what it takes from them is taken away there."""
        number, _start, word = seen
        whole, taken = word, list[Piece]()
        for other in self._next_texts():
            more = norm(other.text)
            for label in at.section.longer(word):
                if _completes(label, whole, more, word in at.section.words) and (found := _match_of(f"{number} {label}".strip(), at)):
                    self._consume(taken, other, after(other.text, len(label) - len(whole)).lstrip(" ?:.)"))
                    return found._replace(rest="", how="partida")
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
            if line.pieces:
                see_title(line)
        last.text, last.html = rest, True

    def _accept(self, at: Situation, found: Match, piece: Piece) -> None:
        target = found.target
        if target.role == LABEL:
            self._open(at, found, piece, at.first)
        else:
            if target.role == HEAD and opens(target) and (self.current is None or self.current.row is not target.row):
                self._open(at, found, piece, at.first)
            self._inside(at, found, piece)
        if found.word in at.section.telling:
            entry = (at.section.key, found.word)
            self.found.words[entry] = self.found.words.get(entry, 0) + 1
        if found.rest:
            self._loose(at, Piece(TEXT, found.rest, piece.line, piece.seq, piece.col, shared=True, html=piece.html))

    def _open(self, at: Situation, found: Match, piece: Piece, first: bool) -> Segment:
        row = found.target.row
        beside = not first and self.current is not None and self.current.row.layout == "options" and row.layout == "options"
        segment = Segment(row, piece.line, piece.seq, found.how, found.number, piece.text, [], beside, not at.opened)
        self.found.segments.setdefault(row.rid, []).append(segment)
        at.opened[row.rid] = set()
        at.pointer = max(at.pointer, row.order)
        self.sink = segment
        if not beside:
            self.current = segment
        if self.blank:
            segment.cut.append(-self.blank)
            self.blank = 0
        return segment

    def _inside(self, at: Situation, found: Match, piece: Piece) -> None:
        target = found.target
        known = self.found.segments.get(target.row.rid)
        if known:
            segment = known[-1]
        else:  # its label is missing
            segment = self._open(at, found, piece, True)
            segment.how = ""
        away = self.current is not None and segment is not self.current and not segment.beside
        self.sink = segment
        piece.shared = piece.shared or found.how == "fundida"
        self._add(Event(target.role, target.arg, piece, piece.text, away))

    def _loose(self, at: Situation, piece: Piece) -> None:
        """A text that is no printed word by itself: options run together with their X, or an answer."""
        row = self.sink.row if self.sink else None
        if row is not None and row.options and len(piece.text) < 200:
            parts = _run_together(piece.text.split(), row, at.section)
            for kind, arg, text in parts:
                made = Piece(CROSS if kind == MARK else TEXT, text, piece.line, piece.seq, piece.col, kind == MARK, True)
                self._add(Event(kind, arg, made, text))
            if parts:
                return
        if row is None or not row.asks:
            self._leave(piece, "texto")
        else:
            self._add(Event(TEXT, "", piece, piece.text))

    def _add(self, event: Event) -> None:
        sink = self.sink
        if sink is None or not sink.row.asks:
            self._leave(event.piece, _why(event))
            return
        if self.blank and sink.events:
            sink.cut.append(self.blank)
        self.blank = 0
        sink.events.append(event)
        if event.kind == OPTION and self.at:
            self.at.opened.setdefault(sink.row.rid, set()).add(event.arg)

    def _leave(self, piece: Piece, why: str) -> None:
        self.found.residue.append(Residue(piece.text, Place(piece.line, piece.line), why))

    # --- sections whose title is missing ---------------------------------------------------------------------

    def _guess_section(self, piece: Piece) -> bool:
        """Go where a numbered label belongs, when it is not of this section."""
        number, start = lexicon.numbered(piece.text)
        if not number or number[0] not in "1234567" or number[1:2] != ".":
            return False
        section = list(lexicon.sections().values())[int(number[0]) - 1]
        if self.at and section is self.at.section:
            return False
        word = norm(piece.text[start:])
        label = next((one for one in (word, *section.starting(word)) if number in section.numbers.get(one, ())), "")
        if not label:
            return False
        self._enter(section.key)
        self.found.seen.append(("seccion_sin_titulo", section.key, piece.line))
        return True


def see_title(line: Line) -> Headline | None:
    """Set and give what title the first cell of the line may be: again whenever its cells change."""
    text = line.pieces[0].text
    line.title = lexicon.headline(text) if 15 < len(text) < 160 else None
    return line.title


def _completes(label: str, whole: str, more: str, known: bool) -> bool:
    """Whether `more` ends the label that `whole` begins; when that alone is a label (`known`), nothing else may follow."""
    fits = bool(more) and label.startswith(whole) and (whole + more).startswith(label)
    return fits and (len(whole + more) == len(label) or (not known and len(label) - len(whole) > 3))


def _why(event: Event) -> str:
    """What a piece outside every row is."""
    if event.kind == MARK:
        return "marca" if event.piece.checked else "casilla_vacia"
    return "texto" if event.kind == TEXT else "encabezado"


def _match_of(label: str, at: Situation) -> Match | None:
    return match(label, lexicon.parsed(label), at)


def _run_together(words: list[str], row: RowModel, section: SectionModel) -> list[tuple[str, str, str]]:
    """«Sí X No» as options and marks of the row; empty when any word is something else."""
    place, parts = 0, list[tuple[str, str, str]]()
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


def _longest(words: list[str], place: int, row: RowModel, section: SectionModel) -> tuple[int, str, str]:
    """How many words from here are an option (or the «¿Cuál?») of the row."""
    end = next((n for n in range(place, len(words)) if words[n] in TICKS), len(words))
    for size in range(min(7, end - place), 0, -1):
        for target in section.words.get(norm(" ".join(words[place:place + size])), ()):
            if target.row is row and target.role in (OPTION, OTHER):
                return size, target.role, target.arg
    return 0, "", ""
