"""Which option a mark belongs to.

In this order: a box belongs to the option at its side, on the side that the file itself uses; a bare X to the option before it; an X
run together with an option to that option. Two marks that cannot both be right give an ambiguous option, never a silent choice.
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from ventanilla.modules.practices.reading.lexicon import OPTION, OTHER
from ventanilla.modules.practices.reading.tokens import BOX, TEXT, Piece
from ventanilla.modules.practices.reading.walking import MARK, Event, Segment


@dataclass
class Seen:
    """An option as printed once: its cell, the marks at its side, the texts after it, whether more options follow in its line."""

    option: str
    piece: Piece
    marks: list[Piece] = field(default_factory=list)
    texts: list[Event] = field(default_factory=list)
    next: str = ""
    away: bool = False
    state: bool | None = False
    """Marked, not marked, or None: nobody can tell."""

    def settled(self) -> bool | None:
        """The state that its marks give."""
        if not self.marks:
            return False
        boxes = [m.checked for m in self.marks if m.kind == BOX]
        crosses = len(self.marks) - len(boxes)
        if crosses and boxes and not any(boxes):
            return None if self.next else True
        if len(boxes) > 1 and any(boxes) and not all(boxes):
            return None
        return bool(crosses) or any(boxes)

    def oddities(self) -> Iterator[str]:
        """Codes of what is odd about its marks."""
        if len(self.marks) < 2:
            return
        boxes = [m.checked for m in self.marks if m.kind == BOX]
        if self.state is None:
            yield "marca_ambigua"
        elif len(self.marks) > len(boxes) and boxes:
            yield "marca_doble" if any(boxes) else "casilla_y_x_distintas"
        if len(boxes) > 1:
            yield "casillas_de_mas"


@dataclass
class Marked:
    """The options of a row as printed, its other cells, and marks that no option owns."""

    seen: list[Seen] = field(default_factory=list)
    other: list[Event] = field(default_factory=list)
    loose: list[Event] = field(default_factory=list)
    orphans: list[Piece] = field(default_factory=list)
    instead: list[Piece] = field(default_factory=list)
    """Boxes where the text of «¿Cuál?» should be."""
    before: bool = False
    aside: bool = False
    """The last line ended beside «¿Cuál?» or «¿Dónde?»: a text alone in the next one goes on there."""
    codes: dict[str, int] = field(default_factory=dict)

    def states(self) -> dict[str, list[bool | None]]:
        """What every printed copy of an option says."""
        found: dict[str, list[bool | None]] = {}
        for one in self.seen:
            found.setdefault(one.option, []).append(one.state)
        return found


def marked(segment: Segment, before: bool = False) -> Marked:
    """The options of the segment with their marks. `before`: in this file boxes stand before their option where a line does not tell."""
    found = Marked()
    lines = [list(events) for _, events in groupby(segment.events, key=lambda e: e.piece.seq)]
    before = before or _marks_column_first(segment)
    sides = [side for line in lines if (side := _side(line)) is not None]
    found.before = before if _marks_column_first(segment) else sides.count(True) > sides.count(False) if sides else before
    for line in lines:
        side = None if _marks_column_first(segment) else _side(line)
        _read_line(found, line, found.before if side is None else side)
    for one in found.seen:
        one.state = one.settled()
    _note(found, segment, lines)
    return found


def _marks_column_first(segment: Segment) -> bool:
    """Whether the options of one line begin in the third cell and are two cells apart: then each has its mark, or none, before it."""
    line = [e.piece for e in segment.events if e.kind == OPTION and e.piece.seq == segment.seq]
    cols = [piece.col for piece in line]
    return segment.row.layout == "inline" and len(cols) > 1 and cols == list(range(2, 2 * len(cols) + 1, 2)) and not any(
        piece.shared for piece in line)


def _side(line: Sequence[Event]) -> bool | None:
    """Whether the marks of a line stand before their options; None when it does not tell."""
    kinds = [e.kind for e in line if e.kind in (OPTION, MARK)]
    if OPTION not in kinds or MARK not in kinds:
        return None
    if kinds[0] == OPTION:
        return False
    return True if kinds[-1] == OPTION else None


def _read_line(found: Marked, line: Sequence[Event], before: bool) -> None:
    last = found.seen[-1] if found.seen and all(e.kind in (MARK, TEXT) for e in line) else None
    pending, fresh = list[Piece](), list[Seen]()
    aside = found.aside and all(e.kind == TEXT for e in line)
    for event in line:
        if event.kind == OPTION:
            last = Seen(event.arg, event.piece, pending, away=event.away)
            pending, aside = [], False
            fresh.append(last)
        elif event.kind == OTHER:
            aside = True
            found.other.append(event)
        elif event.kind == MARK:
            _place_mark(found, event.piece, last if fresh or not before else None, pending, before, aside)
        elif event.kind == TEXT:
            _place_text(found, event, last, aside)
    for one, following in pairwise(fresh):
        one.next = following.option if not before else ""
    found.seen += fresh
    found.aside = aside
    found.orphans += pending


def _place_mark(found: Marked, piece: Piece, last: Seen | None, pending: list[Piece], before: bool, aside: bool) -> None:
    if aside:
        found.instead.append(piece)
    elif before:
        pending.append(piece)
    elif last is None:
        found.orphans.append(piece)
    else:
        last.marks.append(piece)


def _place_text(found: Marked, event: Event, last: Seen | None, aside: bool) -> None:
    if aside or (found.other and last is None):
        found.other.append(event)
    elif last is not None:
        last.texts.append(event)
    else:
        found.loose.append(event)


def _note(found: Marked, segment: Segment, lines: Sequence[Sequence[Event]]) -> None:
    """What is odd about how the options are laid out."""
    for code, line in _oddities(found, segment.row.layout):
        found.codes.setdefault(code, line)
    for events in lines:
        _note_cells(found, events)


def _oddities(found: Marked, layout: str) -> Iterator[tuple[str, int]]:
    boxed = [one for one in found.seen if any(m.kind == BOX for m in one.marks)]
    for one in found.seen:
        yield from ((code, one.piece.line) for code in one.oddities())
        if one.away:
            yield "opcion_en_otra_fila", one.piece.line
        if boxed and not one.marks and layout in ("yes_no", "inline"):
            yield "opcion_sin_casilla", one.piece.line
    if found.before and boxed:
        yield "casilla_antes", boxed[0].piece.line
    yield from (("casilla_sin_opcion", piece.line) for piece in found.orphans[:1])
    yield from (("casilla_en_lugar_de_texto", piece.line) for piece in found.instead[:1])
    if any(len(states) > 1 for states in found.states().values()):
        yield "tabla_repetida", found.seen[0].piece.line


def _note_cells(found: Marked, line: Sequence[Event]) -> None:
    """Options that share their cell with marks or other options."""
    for _, cell in groupby((e for e in line if e.kind in (OPTION, MARK) and e.piece.shared), key=lambda e: e.piece.col):
        kinds = [e.kind for e in cell]
        if kinds.count(OPTION) > 1:
            found.codes.setdefault("opciones_en_una_celda", line[0].piece.line)
        elif OPTION in kinds and MARK in kinds:
            found.codes.setdefault("marca_fundida", line[0].piece.line)
