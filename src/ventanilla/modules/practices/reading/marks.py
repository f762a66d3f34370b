"""Which option a mark belongs to.

In this order: a box belongs to the option at its side, on the side that the file itself uses; a bare X to the option before it; an X
run together with an option to that option. Two marks that cannot both be right give an ambiguous option, never a silent choice.
"""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from ventanilla.modules.practices.reading.lexicon import OPTION, OTHER
from ventanilla.modules.practices.reading.tokens import BOX, TEXT, Piece
from ventanilla.modules.practices.reading.walking import MARK, Event, Segment

LOOSE: Final = frozenset({MARK, TEXT})


class EventLine(NamedTuple):
    """The events of one line, and the kind of each."""

    events: list[Event]
    kinds: list[str]

    def side(self) -> bool | None:
        """Whether the marks of the line stand before their options; None when it does not tell."""
        if OPTION not in self.kinds or MARK not in self.kinds:
            return None
        kinds = [kind for kind in self.kinds if kind in (OPTION, MARK)]
        if kinds[0] == OPTION:
            return False
        return True if kinds[-1] == OPTION else None


@dataclass(slots=True)
class Seen:
    """An option as printed once: its cell, the marks at its side, the texts after it, whether more options follow in its line."""

    option: str
    piece: Piece
    marks: list[Piece]
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

    def boxed(self) -> bool:
        """Whether it has a box."""
        return bool(self.marks) and any(mark.kind == BOX for mark in self.marks)

    def oddities(self) -> Iterator[str]:
        """Codes of what is odd about its several marks."""
        boxes = [m.checked for m in self.marks if m.kind == BOX]
        if self.state is None:
            yield "marca_ambigua"
        elif len(self.marks) > len(boxes) and boxes:
            yield "marca_doble" if any(boxes) else "casilla_y_x_distintas"
        if len(boxes) > 1:
            yield "casillas_de_mas"


@dataclass(slots=True)
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
    firsts: list[Piece] = field(default_factory=list)
    """The first option of every line that has any."""
    repeated: bool = False
    """An option is printed twice."""
    codes: dict[str, int] = field(default_factory=dict)

    def states(self) -> dict[str, list[bool | None]]:
        """What every printed copy of an option says."""
        found: dict[str, list[bool | None]] = {}
        for one in self.seen:
            found.setdefault(one.option, []).append(one.state)
        return found


def marked(segment: Segment, before: bool = False) -> Marked:
    """The options of the segment with their marks. `before`: in this file boxes stand before their option where a line does not tell."""
    if plain := _plainly_marked(segment):
        return plain
    lines = _lines(segment.events)
    columns = _marks_column_first(segment)
    sides = [None if columns else line.side() for line in lines]
    found = Marked(before=columns or _mostly(sides, before))
    for line, side in zip(lines, sides, strict=True):
        _read_line(found, line, found.before if side is None else side)
    for one in found.seen:
        if one.marks:
            one.state = one.settled()
    found.repeated = len(found.seen) > 1 and len({one.option for one in found.seen}) < len(found.seen)
    _note(found, segment.row.layout, lines)
    return found


def _plainly_marked(segment: Segment) -> Marked | None:
    """The row as the form prints it, which most are: options once, with one mark after them or none. None when anything is otherwise."""
    if segment.row.layout == "inline":
        return None
    found = Marked()
    boxes, seq, last = 0, 0, None
    for event in segment.events:
        piece = event.piece
        if piece.shared or event.away:
            return None
        if event.kind == OPTION:
            last = Seen(event.arg, piece, [])
            found.seen.append(last)
            if piece.seq != seq:
                seq = piece.seq
                found.firsts.append(piece)
        elif event.kind == MARK and last and not last.marks and piece.seq == seq:
            last.marks.append(piece)
            last.state = piece.checked
            boxes += piece.kind == BOX
        else:
            return None
    whole = (not boxes or all(one.marks for one in found.seen)) and len({one.option for one in found.seen}) == len(found.seen)
    return found if whole else None


def boxes_before(segment: Segment) -> bool:
    """Whether most boxes of the segment stand before their option."""
    return _marks_column_first(segment) or _mostly([line.side() for line in _lines(segment.events)], False)


def _mostly(sides: Sequence[bool | None], otherwise: bool) -> bool:
    before, behind = sides.count(True), sides.count(False)
    return before > behind if before or behind else otherwise


def _lines(events: Iterable[Event]) -> list[EventLine]:
    lines, seq, line = list[EventLine](), 0, EventLine([], [])
    for event in events:
        if event.piece.seq != seq:
            seq, line = event.piece.seq, EventLine([], [])
            lines.append(line)
        line.events.append(event)
        line.kinds.append(event.kind)
    return lines


def _marks_column_first(segment: Segment) -> bool:
    """Whether the options of one line begin in the third cell and are two cells apart: then each has its mark, or none, before it."""
    if segment.row.layout != "inline":
        return False
    line = [e.piece for e in segment.events if e.kind == OPTION and e.piece.seq == segment.seq]
    cols = [piece.col for piece in line]
    return len(cols) > 1 and cols == list(range(2, 2 * len(cols) + 1, 2)) and not any(piece.shared for piece in line)


def _read_line(found: Marked, line: EventLine, before: bool) -> None:
    last = found.seen[-1] if found.seen and LOOSE.issuperset(line.kinds) else None
    pending, fresh = list[Piece](), list[Seen]()
    aside = found.aside and line.kinds.count(TEXT) == len(line.kinds)
    for event in line.events:
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
    if fresh:
        _keep(found, fresh, before)
    found.aside = aside
    found.orphans += pending


def _keep(found: Marked, fresh: Sequence[Seen], before: bool) -> None:
    """Add the options of a line."""
    found.firsts.append(fresh[0].piece)
    found.seen += fresh
    if not before:
        for one, following in pairwise(fresh):
            one.next = following.option


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


def _note(found: Marked, layout: str, lines: Sequence[EventLine]) -> None:
    """What is odd about how the options are laid out."""
    for code, line in _oddities(found, layout):
        found.codes.setdefault(code, line)
    for events, kinds in lines:
        if OPTION in kinds and len(kinds) > 1:
            _note_cells(found, events)


def _oddities(found: Marked, layout: str) -> Iterator[tuple[str, int]]:
    boxed = [one for one in found.seen if one.boxed()]
    for one in found.seen:
        if len(one.marks) > 1:
            yield from ((code, one.piece.line) for code in one.oddities())
        if one.away:
            yield "opcion_en_otra_fila", one.piece.line
        if boxed and not one.marks and layout in ("yes_no", "inline"):
            yield "opcion_sin_casilla", one.piece.line
    if found.before and boxed:
        yield "casilla_antes", boxed[0].piece.line
    yield from (("casilla_sin_opcion", piece.line) for piece in found.orphans[:1])
    yield from (("casilla_en_lugar_de_texto", piece.line) for piece in found.instead[:1])
    if found.repeated:
        yield "tabla_repetida", found.seen[0].piece.line


def _note_cells(found: Marked, line: Sequence[Event]) -> None:
    """Options that share their cell with marks or other options."""
    shared = [e for e in line if e.piece.shared and e.kind in (OPTION, MARK)]
    if len(shared) < 2:
        return
    for _, cell in groupby(shared, key=lambda e: e.piece.col):
        kinds = [e.kind for e in cell]
        if kinds.count(OPTION) > 1:
            found.codes.setdefault("opciones_en_una_celda", line[0].piece.line)
        elif OPTION in kinds and MARK in kinds:
            found.codes.setdefault("marca_fundida", line[0].piece.line)
