"""From a row as it was met to drafts of its fields, one function per layout; and one draft from several copies of the same row."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any, Final

from ventanilla.core.questionnaires.definition import Field
from ventanilla.modules.practices.form import definition, printed
from ventanilla.modules.practices.form.printing import Row
from ventanilla.modules.practices.reading.drafts import Draft
from ventanilla.modules.practices.reading.lexicon import HEAD, OPTION, OTHER, norm, rid_of
from ventanilla.modules.practices.reading.marks import Marked, Seen, marked
from ventanilla.modules.practices.reading.model import Mark, Place, Residue
from ventanilla.modules.practices.reading.tokens import BOX, TEXT, Piece
from ventanilla.modules.practices.reading.values import settle, tidied
from ventanilla.modules.practices.reading.walking import Event, Segment

Drafts = dict[str, Draft]
TEXTUAL: Final = ("otro", "si")
"""Options that have a text beside them."""
ENDS: Final = (".", ":", ";", "!", "?", "»", ")", '"')


@dataclass
class Context:
    """On which side of their option the boxes of the form stand, and where residue goes."""

    before: bool = False
    residue: list[Residue] = field(default_factory=list)

    def leave(self, text: str, line: int, why: str) -> None:
        """Keep a piece that no field holds."""
        self.residue.append(Residue(text, Place(line, line), why))

    def leave_mark(self, piece: Piece) -> None:
        """Keep a mark that no option owns; an empty box says nothing."""
        self.leave(piece.text or ("☒" if piece.checked else "☐"), piece.line, "marca" if piece.checked else "casilla_vacia")

@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """A printed row of a generation with what reading it needs, worked out once for all forms."""

    row: Row
    rid: str
    first: str
    """The key of its first field, "" when it asks nothing."""
    fields: Mapping[str, Field]
    heading: str
    values: Mapping[str, Any]
    """The canonical value of every option."""
    names: Mapping[str, str]
    """The option of every normalised label."""
    unnamed: str
    """What is printed, normalised, where nobody chose one."""


@cache
def questions(generation: str) -> tuple[Question, ...]:
    """Every printed row, in order. Raises LookupError when the generation is not known."""
    fields = definition(generation).fields
    return tuple(_question(row, {key: fields[key] for key in row.field_keys()}) for section in printed(generation).sections
                 for row in section.rows)


def _question(row: Row, fields: Mapping[str, Field]) -> Question:
    yes_no = row.key in fields and fields[row.key].type == "yes_no"
    values: dict[str, Any] = {"si": True, "no": False} if yes_no else {value: value for value, _ in row.choices}
    return Question(row, rid_of(row), next(iter(fields), ""), fields, row.heading, values,
                    {norm(label): value for value, label in row.choices}, norm(row.unnamed))


def interpreted(asked: Question, segments: Sequence[Segment], context: Context) -> Drafts:
    """Drafts of every field of a printed row."""
    if not segments:
        return {key: Draft(key) for key in asked.fields}
    read = _LAYOUTS[asked.row.layout]
    found = read(asked, segments[0], context)
    if len(segments) > 1 or len(found) != len(asked.fields):  # the row is there several times, or one of its fields is not
        copies = [found, *(read(asked, segment, context) for segment in segments[1:])]
        found = {key: _one_of(key, [copy[key] for copy in copies if key in copy], context) for key in asked.fields}
    if found:
        for segment in segments:
            _note_segment(found[asked.first], asked, segment)
    return found


def _one_of(key: str, copies: Sequence[Draft], context: Context) -> Draft:
    """The one draft that the copies of a row give; different answers wait for a person."""
    if len(copies) == 1:
        return copies[0]
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


def _note_segment(draft: Draft, asked: Question, segment: Segment) -> None:
    """What is odd about the label and the lines of a row, noted at its first field."""
    row = asked.row
    if segment.how in ("parecida", "partida"):
        draft.warn("etiqueta_con_error" if segment.how == "parecida" else "etiqueta_partida", segment.line)
    elif segment.how == "fundida" and row.layout not in ("plan", "footer"):
        draft.warn("celda_fundida", segment.line)
    elif segment.how == "exacta" and len(segment.label) > len(asked.heading) and _spaced(segment.label, asked.heading):
        draft.warn("etiqueta_con_espacios", segment.line)
    if segment.number and segment.number != row.number:
        draft.warn("numero_irregular", segment.line)
    for line in segment.cut:
        if line > 0 and row.layout not in ("block", "line"):
            draft.warn("tabla_cortada", line)


def _spaced(printed: str, right: str) -> bool:
    """Whether the printed label has a space where the form has none (numbers and final signs left aside)."""
    one, other = " ".join(printed.split()).casefold(), right.casefold()
    return one != other and one.replace(" ", "") == other.replace(" ", "") and one.count(" ") > other.count(" ")


# --- one value -------------------------------------------------------------------------------------------------


def _line(asked: Question, segment: Segment, context: Context) -> Drafts:
    row = asked.row
    draft = Draft(row.key)
    for event in segment.events:
        if event.kind == TEXT and not (draft.texts and row.layout == "footer"):
            draft.say(event.text, event.piece)
        elif event.kind == TEXT:
            context.leave(event.text, event.piece.line, "texto")
        else:
            context.leave_mark(event.piece)
    if row.layout == "line" and draft.lines and draft.lines[0] > segment.line + 1:
        draft.warn("valor_separado", draft.lines[0])
    settle(draft, asked.fields[row.key])
    return {row.key: draft}


def _plan(asked: Question, segment: Segment, context: Context) -> Drafts:
    draft, names = Draft(asked.row.key), asked.names
    for event in segment.events:
        word = norm(event.text)
        if event.kind == TEXT and word == asked.unnamed:
            continue  # nobody chose one
        value = names.get(word) if event.kind == TEXT else None
        if value is None and event.kind == TEXT:
            value = next((one for one in names.values() if one in event.text.replace(" ", "")), None)
        if value is None or draft.value not in (None, value):
            context.leave(event.text, event.piece.line, "texto" if event.kind == TEXT else "casilla_vacia")
            continue
        draft.value = value
        draft.say(event.text, event.piece)
    return {draft.key: draft}


# --- several values in a row -----------------------------------------------------------------------------------


def _heads(asked: Question, segment: Segment, context: Context) -> Drafts:
    """Heads with their value after them; a text before any head stands in the one place of the row or nowhere."""
    found = {key: Draft(key) for key in asked.fields}
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
        settle(draft, asked.fields[key])
    return found


def _pair(asked: Question, segment: Segment, context: Context) -> Drafts:
    first, second = (Draft(cell.key) for cell in asked.row.cells)
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
        settle(draft, asked.fields[draft.key])
    if first.texts and not second.texts and (len(columns) == 1 or len(first.texts) > 1):
        first.warn("celdas_fundidas", segment.line)
    return {first.key: first, second.key: second}


def _goes_on(first: Draft, second: Draft) -> bool:
    """Whether a text alone in its line continues the second column: only that one stopped in the middle of a sentence."""
    if not (first.texts and second.texts):
        return False
    return not second.texts[-1].endswith(ENDS) or first.texts[-1].endswith(ENDS)


# --- options ---------------------------------------------------------------------------------------------------


def _options(asked: Question, segment: Segment, context: Context) -> Drafts:
    """Rows of options: one may be chosen, or several; beside «Otro» or «Sí» a text."""
    row = asked.row
    found = marked(segment, context.before)
    draft = Draft(row.key)
    _gather(draft, found)
    _decide(draft, found, asked.fields[row.key], asked.values)
    _note_options(draft, row, segment, found)
    drafts = {row.key: draft}
    if row.other:
        drafts[row.other.key] = _other(asked.fields[row.other.key], found, segment, context)
    _leave_rest(found, context, keep=bool(row.other))
    return drafts


def _gather(draft: Draft, found: Marked) -> None:
    for one in found.seen:
        draft.lines.append(one.piece.line)
        if one.marks:
            draft.marks += [Mark(one.option, mark.kind == BOX, mark.checked, mark.line) for mark in one.marks]
            if one.state is not False:
                draft.texts.append(_as_seen(one))
    draft.codes |= found.codes


def _as_seen(one: Seen) -> str:
    return one.piece.text + "".join(" X" if m.kind != BOX else " ☒" if m.checked else " ☐" for m in one.marks)


def _decide(draft: Draft, found: Marked, asked: Field, known: Mapping[str, Any]) -> None:
    """The value that the marks give, or the readings that they leave open."""
    chosen, split = _chosen(found, known)
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


def _chosen(found: Marked, known: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Options that are marked, and options that are marked in some of their copies only."""
    if not found.repeated:
        return [one.option for one in found.seen if one.state and one.option in known], []
    states = {option: state for option, state in found.states().items() if option in known}
    return ([option for option, seen in states.items() if all(seen)],
            [option for option, seen in states.items() if True in seen and not all(seen) and None not in seen])


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
    firsts = found.firsts
    if row.choices and not firsts:
        draft.lines.append(segment.line)
        draft.warn("opciones_perdidas")
    if row.layout == "options" and any(one.col == 0 for one in firsts if one.line != segment.line) and (
            sum(one.col > 0 for one in firsts) > len(firsts) / 2):
        draft.warn("fila_desplazada", next(one.line for one in firsts if one.col == 0))
    if row.layout == "inline" and len(firsts) > 1 and not found.repeated:
        draft.warn("opciones_repartidas", found.seen[-1].piece.line)
    if row.layout == "inline" and firsts and not draft.marks and not found.orphans:
        draft.warn("sin_marcas")
    if row.layout == "yes_no" and firsts and firsts[0].line != segment.line and firsts[0].col > 1:
        draft.warn("opciones_desplazadas", firsts[0].line)
    if segment.beside or (row.layout == "options" and any(one.col > 2 for one in firsts)):
        draft.warn("campos_lado_a_lado")


def _other(asked: Field, found: Marked, segment: Segment, context: Context) -> Draft:
    """The text beside «Otro» or «Sí»."""
    draft = Draft(asked.key)
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
        for event in one.texts if one.option in TEXTUAL else ():
            draft.say(event.text, event.piece)
    settle(draft, asked)
    return draft


def _leave_rest(found: Marked, context: Context, *, keep: bool) -> None:
    """What no option owns."""
    for one in found.seen:
        if one.texts and not (keep and one.option in TEXTUAL):
            for event in one.texts:
                context.leave(event.text, event.piece.line, "texto")
    for event in [*found.loose, *(() if keep else found.other)]:
        context.leave(event.text, event.piece.line, "texto")
    for piece in [*found.orphans, *found.instead]:
        context.leave_mark(piece)


def _recipients(asked: Question, segment: Segment, context: Context) -> Drafts:
    """A row per recipient: the level of government, and the name beside it. A level counts when it is marked or named."""
    for event in segment.events:
        if event.kind == HEAD:
            context.leave(event.text, event.piece.line, "encabezado")
    segment = Segment(segment.row, segment.line, segment.seq, events=[e for e in segment.events if e.kind != HEAD])
    found, draft = marked(segment, context.before), Draft(asked.row.key)
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
    return {draft.key: draft}


def _heading(_asked: Question, segment: Segment, context: Context) -> Drafts:
    for event in segment.events:
        context.leave(event.text, event.piece.line, "encabezado" if event.kind in (HEAD, OPTION) else "texto")
    return {}


_LAYOUTS: Final[dict[str, Callable[[Question, Segment, Context], Drafts]]] = {
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
