"""From a row as it was met to drafts of its fields, one function per layout; and one draft from several copies of the same row."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from ventanilla.core.questionnaires.definition import Definition, Field
from ventanilla.modules.practices.form.printing import Row
from ventanilla.modules.practices.reading.drafts import Draft
from ventanilla.modules.practices.reading.lexicon import HEAD, OPTION, OTHER, norm
from ventanilla.modules.practices.reading.marks import Marked, Seen, marked
from ventanilla.modules.practices.reading.model import Mark, Place, Residue
from ventanilla.modules.practices.reading.tokens import BOX, TEXT, Piece
from ventanilla.modules.practices.reading.values import settle, tidied
from ventanilla.modules.practices.reading.walking import Event, Segment

Drafts = dict[str, Draft]
ENDS: Final = (".", ":", ";", "!", "?", "»", ")", '"')


@dataclass
class Context:
    """The generation that the form is of, on which side its boxes stand, and where residue goes."""

    definition: Definition
    before: bool = False
    residue: list[Residue] = field(default_factory=list)

    def leave(self, text: str, line: int, why: str) -> None:
        """Keep a piece that no field holds."""
        self.residue.append(Residue(text, Place(line, line), why))

    def leave_mark(self, piece: Piece) -> None:
        """Keep a mark that no option owns; an empty box says nothing."""
        self.leave(piece.text or ("☒" if piece.checked else "☐"), piece.line, "marca" if piece.checked else "casilla_vacia")

    def asked(self, key: str) -> Field:
        """The field of this generation."""
        return self.definition.fields[key]


def interpreted(row: Row, segments: Sequence[Segment], context: Context) -> Drafts:
    """Drafts of every field of a printed row."""
    if not segments:
        return {key: Draft(key) for key in row.field_keys()}
    copies = [_LAYOUTS[row.layout](row, segment, context) for segment in segments]
    found = {key: _one_of(key, [copy[key] for copy in copies if key in copy], context) for key in row.field_keys()}
    for segment in segments:
        _note_segment(found, row, segment)
    return found


def _one_of(key: str, copies: Sequence[Draft], context: Context) -> Draft:
    """The one draft that the copies of a row give; different answers wait for a person."""
    filled = [copy for copy in copies if copy.filled]
    if not filled:
        return copies[0] if copies else Draft(key)
    first = filled[0]
    for other in filled[1:]:
        for line in sorted(set(other.lines)):
            context.leave("\n".join(other.texts), line, "copia")
        first.warn("tabla_repetida", min(other.lines, default=0))
        if other.value != first.value:
            first.doubt("dos_valores", "La pregunta está dos veces con respuestas distintas. ¿Cuál vale?",
                        [(first.value, "La primera vez que aparece"), (other.value, "La segunda vez que aparece")])
    return first


def _note_segment(found: Mapping[str, Draft], row: Row, segment: Segment) -> None:
    """What is odd about the label and the lines of a row, noted at its first field."""
    draft = next(iter(found.values()), None)
    if draft is None:
        return
    if segment.how in ("parecida", "partida"):
        draft.warn("etiqueta_con_error" if segment.how == "parecida" else "etiqueta_partida", segment.line)
    elif segment.how == "fundida" and row.layout not in ("plan", "footer"):
        draft.warn("celda_fundida", segment.line)
    elif segment.how == "exacta" and _spaced(segment.label, row.heading):
        draft.warn("etiqueta_con_espacios", segment.line)
    if segment.number and segment.number != row.number:
        draft.warn("numero_irregular", segment.line)
    for line in segment.cut:
        if line > 0 and row.layout not in ("block", "line"):
            draft.warn("tabla_cortada", line)


def _spaced(printed: str, right: str) -> bool:
    """Whether the printed label has a space where the form has none (numbers and final signs left aside)."""
    if len(printed) <= len(right):
        return False
    one, other = " ".join(printed.split()).casefold(), right.casefold()
    return one != other and one.replace(" ", "") == other.replace(" ", "") and one.count(" ") > other.count(" ")


# --- one value -------------------------------------------------------------------------------------------------


def _line(row: Row, segment: Segment, context: Context) -> Drafts:
    draft = Draft(row.key)
    for event in segment.events:
        if event.kind == TEXT and not (row.layout == "footer" and draft.texts):
            draft.say(event.text, event.piece)
        elif event.kind == TEXT:
            context.leave(event.text, event.piece.line, "texto")
        else:
            context.leave_mark(event.piece)
    if row.layout == "line" and draft.lines and draft.lines[0] > segment.line + 1:
        draft.warn("valor_separado", draft.lines[0])
    settle(draft, context.asked(row.key))
    return {row.key: draft}


def _plan(row: Row, segment: Segment, context: Context) -> Drafts:
    draft = Draft(row.key)
    names = {norm(label): value for value, label in row.choices}
    for event in segment.events:
        value = names.get(norm(event.text)) if event.kind == TEXT else None
        if value is None and event.kind == TEXT:
            value = next((one for one in names.values() if one in event.text.replace(" ", "")), None)
        if value is None or draft.value not in (None, value):
            context.leave(event.text, event.piece.line, "texto" if event.kind == TEXT else "casilla_vacia")
            continue
        draft.value = value
        draft.say(event.text, event.piece)
    return {row.key: draft}


# --- several values in a row -----------------------------------------------------------------------------------


def _heads(row: Row, segment: Segment, context: Context) -> Drafts:
    """Heads with their value after them; a text before any head stands in the one place of the row or nowhere."""
    found = {key: Draft(key) for key in row.field_keys()}
    current = ""
    for event in segment.events:
        if event.kind == HEAD:
            current = event.arg if event.arg in found else ""
            if not current:
                context.leave(event.text, event.piece.line, "encabezado")
        elif event.kind == TEXT and current and event.text in found[current].texts:
            context.leave(event.text, event.piece.line, "copia")
        elif event.kind == TEXT and current:
            found[current].say(event.text, event.piece)
        elif event.kind == TEXT:
            context.leave(event.text, event.piece.line, "texto")
        else:
            context.leave_mark(event.piece)
    for key, draft in found.items():
        settle(draft, context.asked(key))
    return found


def _pair(row: Row, segment: Segment, context: Context) -> Drafts:
    first, second = (Draft(cell.key) for cell in row.cells)
    columns = {e.arg: e.piece.col for e in segment.events if e.kind == HEAD}
    border = columns.get(second.key, 1) or 1
    for _, line in groupby((e for e in segment.events if e.kind != HEAD), key=lambda e: e.piece.seq):
        texts = [e for e in line if e.kind == TEXT]
        if len(texts) > 1:
            first.say(texts[0].text, texts[0].piece)
            for event in texts[1:]:
                second.say(event.text, event.piece)
        elif texts:
            to_second = texts[0].piece.col >= border or _goes_on(first, second)
            (second if to_second else first).say(texts[0].text, texts[0].piece)
    for draft in (first, second):
        settle(draft, context.asked(draft.key))
    if first.texts and not second.texts and (len(columns) == 1 or len(first.texts) > 1):
        first.warn("celdas_fundidas", segment.line)
    return {first.key: first, second.key: second}


def _goes_on(first: Draft, second: Draft) -> bool:
    """Whether a text alone in its line continues the second column: only that one stopped in the middle of a sentence."""
    if not (first.texts and second.texts):
        return False
    return not second.texts[-1].endswith(ENDS) or first.texts[-1].endswith(ENDS)


# --- options ---------------------------------------------------------------------------------------------------


def _options(row: Row, segment: Segment, context: Context) -> Drafts:
    """Rows of options: one may be chosen, or several; beside «Otro» or «Sí» a text."""
    found = marked(segment, context.before)
    draft = Draft(row.key)
    _gather(draft, found)
    asked = context.asked(row.key)
    _decide(draft, found, asked, _known(row, asked))
    _note_options(draft, row, segment, found)
    drafts = {row.key: draft}
    if row.other:
        drafts[row.other.key] = _other(row, found, segment, context)
    _leave_rest(found, context, keep=bool(row.other))
    return drafts


def _gather(draft: Draft, found: Marked) -> None:
    for one in found.seen:
        draft.lines.append(one.piece.line)
        draft.marks += [Mark(one.option, mark.kind == BOX, mark.checked, mark.line) for mark in one.marks]
    draft.texts = [_as_seen(one) for one in found.seen if one.marks and (one.state is not False)]
    draft.codes |= found.codes


def _as_seen(one: Seen) -> str:
    return one.piece.text + "".join(" X" if m.kind != BOX else " ☒" if m.checked else " ☐" for m in one.marks)


def _known(row: Row, asked: Field) -> dict[str, Any]:
    """The canonical value of every option."""
    if asked.type == "yes_no":
        return {"si": True, "no": False}
    return {value: value for value, _ in row.choices}


def _decide(draft: Draft, found: Marked, asked: Field, known: Mapping[str, Any]) -> None:
    """The value that the marks give, or the readings that they leave open."""
    states = {option: state for option, state in found.states().items() if option in known}
    chosen = [option for option, seen in states.items() if all(seen)]
    split = [option for option, seen in states.items() if True in seen and not all(seen) and None not in seen]
    unclear = [one for one in found.seen if one.state is None and one.option in known]
    if asked.type == "choices":
        draft.value = [known[o] for o in known if o in chosen] or None
        _doubt_choices(draft, known, chosen, split, unclear)
        return
    if len(chosen) == 1 and not split and not unclear:
        draft.value = known[chosen[0]]
        return
    open_ = list(dict.fromkeys([*chosen, *split, *(o for one in unclear for o in (one.option, one.next) if o in known)]))
    if open_:
        code = "copias_distintas" if split else "marca_ambigua" if unclear else "si_y_no" if asked.type == "yes_no" else "varias_opciones"
        draft.doubt(code, _QUESTIONS[code], [(known[o], f"«{_shown(found, o)}» está marcado") for o in open_])


def _doubt_choices(draft: Draft, known: Mapping[str, Any], chosen: Sequence[str], split: Sequence[str], unclear: Sequence[Seen]) -> None:
    doubtful = [*split, *(one.option for one in unclear)]
    if doubtful:
        code = "copias_distintas" if split else "marca_ambigua"
        with_them = [known[o] for o in known if o in chosen or o in doubtful]
        draft.doubt(code, _QUESTIONS[code], [(draft.value, "Sin lo dudoso"), (with_them, "Con lo dudoso")])


def _shown(found: Marked, option: str) -> str:
    return next((one.piece.text for one in found.seen if one.option == option), option)


_QUESTIONS: Final = {
    "copias_distintas": "La respuesta aparece dos veces y no dice lo mismo. ¿Cuál vale?",
    "marca_ambigua": "No se sabe a qué opción pertenece la marca. ¿Cuál se eligió?",
    "si_y_no": "Están marcados Sí y No. ¿Cuál vale?",
    "varias_opciones": "Hay más de una opción marcada y solo cabe una. ¿Cuál vale?",
}


def _note_options(draft: Draft, row: Row, segment: Segment, found: Marked) -> None:
    lines = list(dict.fromkeys(one.piece.seq for one in found.seen))
    firsts = [one for n, one in enumerate(found.seen) if n == 0 or found.seen[n - 1].piece.seq != one.piece.seq]
    if row.choices and not found.seen:
        draft.lines.append(segment.line)
        draft.warn("opciones_perdidas")
    if row.layout == "options" and any(one.piece.col == 0 for one in firsts if one.piece.line != segment.line) and (
            sum(one.piece.col > 0 for one in firsts) > len(firsts) / 2):
        draft.warn("fila_desplazada", next(one.piece.line for one in firsts if one.piece.col == 0))
    if row.layout == "inline" and len(lines) > 1 and all(len(states) == 1 for states in found.states().values()):
        draft.warn("opciones_repartidas", found.seen[-1].piece.line)
    if row.layout == "inline" and found.seen and not draft.marks and not found.orphans:
        draft.warn("sin_marcas")
    if row.layout == "yes_no" and firsts and firsts[0].piece.line != segment.line and firsts[0].piece.col > 1:
        draft.warn("opciones_desplazadas", firsts[0].piece.line)
    if segment.beside or (row.layout == "options" and any(one.piece.col > 2 for one in firsts)):
        draft.warn("campos_lado_a_lado")


def _other(row: Row, found: Marked, segment: Segment, context: Context) -> Draft:
    """The text beside «Otro» or «Sí»."""
    assert row.other
    draft = Draft(row.other.key)
    for event in found.other:
        if event.kind == TEXT and event.text in draft.texts:
            context.leave(event.text, event.piece.line, "copia")
        elif event.kind == TEXT:
            draft.say(event.text, event.piece)
        elif event.kind == OTHER and event.piece.shared:
            draft.warn("celda_fundida", event.piece.line)
        elif event.kind == OTHER and event.piece.line not in {one.piece.line for one in found.seen} | {segment.line}:
            draft.warn("etiqueta_suelta", event.piece.line)
    for one in found.seen:
        for event in one.texts if one.option in ("otro", "si") else ():
            draft.say(event.text, event.piece)
    settle(draft, context.asked(row.other.key))
    return draft


def _leave_rest(found: Marked, context: Context, *, keep: bool) -> None:
    """What no option owns."""
    for one in found.seen:
        for event in () if keep and one.option in ("otro", "si") else one.texts:
            context.leave(event.text, event.piece.line, "texto")
    for event in [*found.loose, *(() if keep else found.other)]:
        context.leave(event.text, event.piece.line, "texto")
    for piece in [*found.orphans, *found.instead]:
        context.leave_mark(piece)


def _recipients(row: Row, segment: Segment, context: Context) -> Drafts:
    """A row per recipient: the level of government, and the name beside it. A level counts when it is marked or named."""
    for event in segment.events:
        if event.kind == HEAD:
            context.leave(event.text, event.piece.line, "encabezado")
    segment = Segment(segment.row, segment.line, segment.seq, events=[e for e in segment.events if e.kind != HEAD])
    found, draft = marked(segment, context.before), Draft(row.key)
    _gather(draft, found)
    rows: list[dict[str, Any]] = []
    for one in found.seen:
        name = "\n".join(tidied(event.text, True) for event in one.texts)
        if one.state is not False or name:
            rows.append({"ambito": one.option} | ({"nombre": name} if name else {}))
    draft.texts = [f"{_as_seen(one)} {' '.join(e.text for e in one.texts)}".strip() for one in found.seen if one.state or one.texts]
    draft.value = [one for n, one in enumerate(rows) if one not in rows[:n]] or None
    for event in found.loose:
        context.leave(event.text, event.piece.line, "texto")
    for piece in found.orphans:
        context.leave_mark(piece)
    return {row.key: draft}


def _heading(_row: Row, segment: Segment, context: Context) -> Drafts:
    for event in segment.events:
        context.leave(event.text, event.piece.line, "encabezado" if event.kind in (HEAD, OPTION) else "texto")
    return {}


_LAYOUTS: Final[dict[str, Callable[[Row, Segment, Context], Drafts]]] = {
    "line": _line, "block": _line, "footer": _line, "yes_no": _options, "options": _options, "checklist": _options, "inline": _options,
    "pair": _pair, "row": _heads, "sublines": _heads, "recipients": _recipients, "plan": _plan, "heading": _heading,
}


def orphaned(segments: Iterable[Segment], context: Context) -> None:
    """Rows that this generation does not have: everything of them that says something is residue."""
    for segment in segments:
        for event in segment.events:
            _orphaned_event(event, context)


def _orphaned_event(event: Event, context: Context) -> None:
    if event.kind == TEXT:
        context.leave(event.text, event.piece.line, "texto")
    elif event.piece.marks:
        context.leave_mark(event.piece)
