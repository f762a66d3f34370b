"""`read_text`: the text of a filled form as a `Reading`. Nothing is invented, nothing is dropped; what is doubtful waits for somebody."""
import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from ventanilla.modules.practices.reading import lexicon
from ventanilla.modules.practices.reading.checks import check
from ventanilla.modules.practices.reading.decoding import MAX_CHARS, MAX_LINES, decoded, repaired, tidied
from ventanilla.modules.practices.reading.drafts import Draft
from ventanilla.modules.practices.reading.generation import generation_of
from ventanilla.modules.practices.reading.interpreting import Context, Question, interpreted, orphaned, questions
from ventanilla.modules.practices.reading.marks import boxes_before
from ventanilla.modules.practices.reading.model import Notice, Place, Reading, Residue
from ventanilla.modules.practices.reading.tokens import BOX, CROSS, Line, Tokens, tokens_of
from ventanilla.modules.practices.reading.values import day_of
from ventanilla.modules.practices.reading.walking import Segment, Walk, Walker, see_title

ENOUGH: Final = 4
"""So many questions of the form must be found before a text counts as one."""
EXCERPT: Final = 2_000


def read_text(text: str | bytes) -> Reading:
    """The first form in the text, with the others as its `others`. A text that is none gives generation "" and the warning that says so."""
    with _uncollected():
        readings = list(read_all(text))
    forms = [one for one in readings if one.is_form]
    if len(readings) == 1 or not forms:
        return readings[0]
    first, *rest = forms
    apart = {one.lines for one in rest}
    residue = [r for one in readings[:readings.index(first)] for r in one.residue]
    residue += [r for r in first.residue if r.why != "otro_formulario" or r.place not in apart]
    told = tuple(replace(one, part=n, notices=(Notice("varios_formularios", "", one.lines.first), *one.notices))
                 for n, one in enumerate(rest, 2))
    return replace(first, residue=tuple(residue), others=told)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: a form is thousands of small objects that all stay until it is read, and looking through them again
    and again takes a tenth of the time. A text is bounded (`MAX_CHARS`), and what it makes goes by its counts.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def read_all(text: str | bytes) -> Iterator[Reading]:
    """A reading for every form in the text; at least one, with generation "" when there is none."""
    plain = decoded(text[:4 * MAX_CHARS]) if isinstance(text, bytes) else text
    cut = len(plain) > MAX_CHARS or (isinstance(text, bytes) and len(text) > 4 * MAX_CHARS)
    plain, mended = repaired(plain[:MAX_CHARS])
    plain = tidied(plain)
    if plain.count("\n") >= MAX_LINES:
        plain, cut = "\n".join(plain.split("\n", MAX_LINES)[:MAX_LINES]), True
    tokens = tokens_of(plain)
    notices = [("codificacion_reparada", 1)] * mended + [("texto_cortado", plain.count("\n") + 1)] * cut
    parts = _parts(tokens.lines)
    for n, lines in enumerate(parts):
        others = [part for part in parts if part is not lines] if n == 0 else []
        yield _read(tokens, lines, others, notices, text)


def _parts(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each form: another begins with the title, or with section I after section VII."""
    starts, titled, last = [0], False, ""
    for n, line in enumerate(lines):
        if not line.pieces or (head := see_title(line)) is None:
            continue
        if (head.title and last) or (head.key == "identificacion" and last not in ("", "identificacion") and not titled):
            starts.append(n)
            last = ""
        titled = head.title or (titled and not head.key)
        last = head.key or last
    return [list(lines[start:end]) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _read(tokens: Tokens, lines: list[Line], others: list[list[Line]], seen: list[tuple[str, int]], original: str | bytes) -> Reading:
    place = Place(lines[0].number, lines[-1].number)
    walk = Walker(lines, tokens.ticks).walk()
    segments = walk.segments
    if sum(s.row.asks and s.how in ("exacta", "fundida", "partida") for many in segments.values() for s in many) < ENOUGH:
        return _no_form(tokens, place, seen, original)
    generation, sure = generation_of(walk.words, _year(segments))
    context = Context(_boxes_before(segments), walk.residue)
    drafts = _drafts(questions(generation), segments, context)
    inside = range(place.first, place.last + 1)
    context.residue += [Residue(text, Place(line, line), "html_activo") for line, text in tokens.active if line in inside]
    context.residue += [_as_residue(part) for part in others]
    notices = [Notice(code, "", line) for code, line in seen]
    notices += [Notice(code, "", line) for code, line in tokens.seen if line in inside and code != "etiquetas_html"]
    notices += [Notice(code, _key(rid, segments), line) for code, rid, line in walk.seen]
    notices += _about_the_file(walk, lines, sure, bool(others))
    contradictions = check(drafts, context.residue)
    notices += [Notice(code, key, line) for key, draft in drafts.items() for code, line in draft.codes.items()]
    fields = {key: draft.frozen() for key, draft in drafts.items()}
    residue = tuple(sorted(context.residue, key=lambda one: one.place.first))
    return Reading(generation, fields, residue, contradictions, tuple(sorted(notices, key=lambda one: one.line)), original, place)


def _no_form(tokens: Tokens, place: Place, seen: list[tuple[str, int]], original: str | bytes) -> Reading:
    texts = [piece.text for line in tokens.lines[:200] for piece in line.pieces]
    residue = (Residue("\n".join(texts)[:EXCERPT], place, "texto"),) if texts else ()
    notices = (Notice("no_es_formulario" if texts else "archivo_vacio", "", 1), *(Notice(code, "", line) for code, line in seen))
    return Reading("", {}, residue, (), notices, original, place)


def _drafts(asked: Sequence[Question], segments: Mapping[str, list[Segment]], context: Context) -> dict[str, Draft]:
    """Every field of the generation; rows that it does not have become residue."""
    found: dict[str, Draft] = {}
    for one in asked:
        found |= interpreted(one, segments.get(one.rid, ()), context)
    known = {one.rid for one in asked}
    for rid, many in segments.items():
        if rid not in known:
            orphaned(many, context)
    return found


def _year(segments: Mapping[str, list[Segment]]) -> int | None:
    texts = (e.text for s in segments.get("fecha_validacion", ()) for e in s.events)
    return next((day.year for text in texts if (day := day_of(text))), None)


def _boxes_before(segments: Mapping[str, list[Segment]]) -> bool:
    """On which side of their option most boxes of the file stand."""
    sides = [boxes_before(s) for many in segments.values() for s in many if s.row.layout == "inline" and s.events]
    return sides.count(True) > sides.count(False)


def _key(rid: str, segments: Mapping[str, list[Segment]]) -> str:
    return rid if rid in segments and not rid.startswith("#") else ""


def _as_residue(lines: list[Line]) -> Residue:
    texts = "\n".join(piece.text for line in lines for piece in line.pieces)
    return Residue(texts, Place(lines[0].number, lines[-1].number), "otro_formulario")


# --- what is odd about the whole file --------------------------------------------------------------------------


def _about_the_file(walk: Walk, lines: Sequence[Line], sure: bool, several: bool) -> Iterator[Notice]:
    first = lines[0].number
    if not sure:
        yield Notice("generacion_dudosa", "", first)
    if several:
        yield Notice("varios_formularios", "", first)
    if len(walk.sections) < len(lexicon.sections()):
        yield Notice("formulario_incompleto", "", first)
    if BOX in walk.marks and CROSS in walk.marks:
        yield Notice("marcas_mezcladas", "", max(walk.marks.values()))
    for many in walk.segments.values():
        for segment in many:
            if not segment.row.asks and segment.number and segment.number not in segment.row.numbers:
                yield Notice("numero_irregular", "", segment.line)
    yield from _about_blank_lines(walk)


def _about_blank_lines(walk: Walk) -> Iterator[Notice]:
    """Tables cut by a blank line between their rows, and answers that keep different distances to their questions."""
    segments = [s for many in walk.segments.values() for s in many]
    for segment in segments:
        if segment.cut and segment.cut[0] < 0 and not segment.first and segment.row.rid not in _PARAGRAPHS:
            yield Notice("tabla_cortada", _key(segment.row.rid, walk.segments), -segment.cut[0])
    blocks = [s for s in segments if s.row.layout == "block" and s.events and s.row.rid != "evidencia_grafica"]
    if len({s.events[0].piece.line - s.line > 1 for s in blocks}) > 1:
        yield Notice("renglones_irregulares", "", min(s.line for s in blocks))


_PARAGRAPHS: Final = frozenset({"descripcion", "problematica", "objetivo", "elementos_innovadores", "contribucion", "nivel_automatizacion",
                                "gobierno_electronico", "actividades_eficientes", "similares", "ventajas_propias", "operacion_antes",
                                "mejoras", "mejoras_porque_no", "mejoras_acciones", "mejora_fecha", "evidencia_grafica",
                                "fecha_validacion"})
