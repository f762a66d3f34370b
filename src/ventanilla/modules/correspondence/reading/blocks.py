"""Which lines of the first page are whose: letterhead, references, addressee, text.

By what stands in the lines and how they lie together, whatever the layout: nothing here knows where a part ought to be.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ventanilla.core.documents.text import Word
from ventanilla.modules.correspondence.reading.bodies import COMPANY, INSTITUTION, POWER, UNIT
from ventanilla.modules.correspondence.reading.dates import in_seal
from ventanilla.modules.correspondence.reading.lines import SMALL_WORDS, Line, beside, fold, line_of, overlapping, under
from ventanilla.modules.correspondence.reading.names import known_share
from ventanilla.modules.correspondence.reading.number import LABEL
from ventanilla.modules.correspondence.reading.people import HOLDER, ORGANISATION, PRESENT, TITLE, name_in

FAINT = 0.66  # confidence
LOWEST = 0.6  # of the page: an addressee under this is somebody who gets a copy
_TOP = 0.08  # of the page: a title over this is part of a letterhead (`LIC. BENITO JUÁREZ`, a school)
_ALL = re.compile(
    r"^\W*(?:a quien corresponda|a (?:tod[oa]s?|l[oa]s|las y los|los y las)\b|titulares (?:de|y)\b|c\. ?titulares|estimad[oa]s? )")
_TO = re.compile(r"^\W*(?:para|dirigido a|destinatari[oa]|de|remite|remitente)\W*:|^\W*(?:para|dirigido a|destinatari[oa])\W*$")
_LABELLED = re.compile(r"^[^:]{2,30}:|\b(?:19|20)\d\d\b|^\W*asunto\b")
_CELL = (
    r"(?:lugar y fecha|fecha|exp(?:ediente)?|carpeta|dependencia|seccion|area|unidad administrativa|departamento|institucion"
    r"|organismo|empresa"
    r"|remitente|clave|folio|num|numero|no|of|oficio|anexos?|asunto|tema|motivo|objeto|materia|referencia)")
#: A line that begins with a label of its own: `Sección: …`, `DEPENDENCIA Colegio …`.
HEADED = re.compile(rf"^\W*(?:{_CELL}(?: de [a-z]+)?\W{{0,2}}:|(?:dependencia|institucion|carpeta|exp|lugar y fecha)\b|[a-z ]{{3,26}}:)")
#: A label that stands alone: its value is beside it, or under it in a table of cells.
ALONE = re.compile(rf"^\W*{_CELL}\b[^\d]{{0,25}}$|^[^:\d]{{2,30}}:$|^\W*a s u n t o\W*$")
_OF_BODY = re.compile(r"^\W*(?:dependencia|institucion|remitente|organismo|empresa|seccion|area|unidad administrativa|departamento)\b")
_GLUED = re.compile(r"(.*[a-záéíóúñ]{3})([A-ZÁÉÍÓÚÑ][a-záéíóúñ]{3,})")
_SENTENCE = re.compile(
    r"\b(?:que|se|le|les|me|nos|su|sus|usted|mediante|medio|conducto|presente|referencia|mismo)\b"
    r"|^\W*(?:agradecer|solicit[oa]\b|inform[oa]\b|comunic[oa]\b|remit[oe]\b|envi[oa]\b|hago\b|sirva\w*\b|adjunt[oa]\b|derivado\b)"
    r"|^\W*(?:con (?:relacion|fundamento|motivo|base)|en (?:atencion|respuesta|relacion|alcance|seguimiento|cumplimiento|contestacion))\b")


def value_of(lines: Sequence[Line], label: Line) -> Line | None:
    """What stands beside a label that stands alone, else under it: beside it may stand the label of the next cell."""
    right = beside(lines, label)
    return right if right and not ALONE.match(right.plain) else under(lines, label)


def referring(lines: Sequence[Line]) -> list[Line]:
    """The lines of the head that are labels of number, date, subject or file, or their values with all that goes on under them."""
    found: list[Line] = []
    for label in lines:
        alone = bool(ALONE.match(label.plain)) and len(label.text) <= 30
        if (not alone and not HEADED.match(label.plain)) or _OF_BODY.match(label.plain):
            continue
        found.append(label)
        value = value_of(lines, label) if alone else _more(lines, label)
        while value is not None and value not in found and not HEADED.match(value.plain):
            found.append(value)
            value = _more(lines, value)
    return found


def _more(lines: Sequence[Line], line: Line) -> Line | None:
    """What goes on under a labelled line in its cell, when it is no body of its own."""
    after = next((one for one in lines if _together(line, one) and abs(line.box[0] - one.box[0]) < 0.012), None)
    if after is None or after.text[:1].islower() or re.search(r"\b(?:de|del|la|las|los|el|y|en|con|para|por|a)$", line.plain):
        return after
    return None if any(p.match(after.plain) for p in (INSTITUTION, UNIT, POWER)) else after


def addressee(lines: Sequence[Line]) -> range:
    """The lines of the first page from the addressee's first to last; empty, at the text, when nobody is addressed."""
    end = text_begins(lines)
    marks = [i for i in range(end) if _is_mark(lines, i)]
    if not marks:
        return range(end, end)
    start = _up(lines, min(marks))
    last = max(_down(lines, i, end) for i in marks)
    return range(start, last + 1)


def _is_mark(lines: Sequence[Line], i: int) -> bool:
    """Whether a line can only be part of an addressee: `Presente`, a title, a post, PARA, everybody, a person over an office."""
    line = lines[i]
    if not _TOP < line.box[1] < LOWEST:
        return False
    if re.search(r"\d{4}", line.text):  # `C.P. 50000`
        return False
    if is_present(line) or TITLE.match(line.plain) or _TO.match(line.plain) or (_ALL.match(line.plain) and len(line.words) < 10):
        return True
    return not in_seal(lines, i) and (bool(HOLDER.match(line.plain)) or _named(lines, i))


def is_present(line: Line) -> bool:
    """`P R E S E N T E` under an addressee; not the end of a sentence: `… a partir de la recepción del` / `presente.`"""
    return bool(PRESENT.match(line.plain)) and not line.text[:1].islower()


def _named(lines: Sequence[Line], i: int) -> bool:
    """A name of common words without a title, over a post or an organisation."""
    after = _next(lines, i)
    follows = after is not None and (HOLDER.match(lines[after].plain) or ORGANISATION.match(lines[after].plain))
    return bool(follows and known_share(name_in(lines[i].text)[0]) >= 0.5)


def _next(lines: Sequence[Line], i: int) -> int | None:
    """The line of the same block right under line i."""
    return next((k for k in range(i + 1, min(i + 5, len(lines))) if _together(lines[i], lines[k])), None)


def _together(above: Line, one: Line) -> bool:
    """Whether two lines lie in one block: same left edge or middle, hardly any room between."""
    left = abs(above.box[0] - one.box[0])
    middle = abs(above.box[0] + above.box[2] - one.box[0] - one.box[2]) / 2
    close = one.box[1] - above.box[1] > 0 and one.box[1] - above.box[3] < 1.1 * max(one.height, above.height)
    return above.page == one.page and close and overlapping(above, one) and min(left, middle) < 0.02


def _up(lines: Sequence[Line], i: int) -> int:
    """The first line of the block whose first mark is line i: a name of rare words over a post, all that stands over `Presente`."""
    for _ in range(5 if is_present(lines[i]) else 1 if HOLDER.match(lines[i].plain) else 0):
        before = next((k for k in range(i - 1, max(i - 6, -1), -1) if _together(lines[k], lines[i])), None)
        if before is None or _is_other(lines[before]):
            break
        i = before
    return i


def _is_other(line: Line) -> bool:
    return bool(_LABELLED.search(line.plain) or line.box[1] < _TOP or UNIT.match(line.plain) or POWER.match(line.plain))


def _down(lines: Sequence[Line], i: int, end: int) -> int:
    while not is_present(lines[i]) and (after := _next(lines, i)) is not None and after < end:
        if _LABELLED.search(lines[after].plain) and not _TO.match(lines[after].plain):
            break
        i = after
    return i


def text_begins(lines: Sequence[Line]) -> int:
    """The index of the first line of text on the first page: wide, of small letters, a sentence; behind the page where there is none."""
    first = [line for line in lines if line.page == lines[0].page]
    right = sorted(line.box[2] for line in first)[-max(1, len(first) // 8)]
    left = min(line.box[0] for line in first)
    after = max((i for i, line in enumerate(first) if is_present(line) and line.box[1] < LOWEST), default=-1)
    for i, line in enumerate(first):
        wide = line.box[2] - line.box[0] > 0.55 * (right - left) and len(line.words) >= 7
        if i > after and wide and line.box[1] > 0.12 and _is_sentence(line) and not in_seal(lines, i) and not is_value(first, line):
            return i
    return len(first)


def is_value(lines: Sequence[Line], line: Line) -> bool:
    """Whether a label that stands alone has this line beside it."""
    labels = [one for one in lines if ALONE.match(one.plain) and one.box[2] <= line.box[0]]
    return any(beside(lines, one) is line for one in labels if ":" in one.text or not UNIT.match(one.plain))  # `Área de Trabajo Social`


def _is_sentence(line: Line) -> bool:
    if line.text.isupper():
        return False
    small = sum(w.text.islower() for w in line.words)
    return not _LABELLED.match(line.plain) and 2 * small >= len(line.words) and bool(_SENTENCE.search(line.plain))


def head_of(lines: Sequence[Line]) -> list[Line]:
    """The lines of the first page over addressee and text, at most its upper 40 %; a body and its unit on one line are two."""
    over = {id(line) for line in _with_margin(lines, addressee(lines).start)}
    head = [line for i, line in enumerate(lines) if id(line) in over and line.page == 1 and line.box[3] < 0.42 and not in_seal(lines, i)]
    return [part for line in head for piece in _unglued(line) for part in _apart(piece)]


def _with_margin(lines: Sequence[Line], end: int) -> list[Line]:
    """The lines before the addressee, and those in a column of their own to the left of the text: a letterhead down the margin."""
    begin = text_begins(lines)
    left = lines[begin].box[0] - 0.02 if begin < len(lines) else 0.0
    return [line for i, line in enumerate(lines) if i < end or (line.page == 1 and line.box[2] < left)]


def _unglued(line: Line) -> tuple[Line, ...]:
    """`Estado de MéxicoCoordinación de Enlace` as two lines, where the second half of a word of two columns begins a unit or a body."""
    for i, word in enumerate(line.words):
        both = _GLUED.fullmatch(word.text)
        rest = fold(" ".join([both[2], *(w.text for w in line.words[i + 1 :])])) if both else ""
        if both and (UNIT.match(rest) or INSTITUTION.match(rest)):
            at = word.x0 + (word.x1 - word.x0) * len(both[1]) / len(word.text)
            first, second = replace(word, text=both[1], x1=at), replace(word, text=both[2], x0=at)
            return line_of(line.page, (*line.words[:i], first)), line_of(line.page, (second, *line.words[i + 1 :]))
    return (line,)


def _apart(line: Line) -> tuple[Line, ...]:
    """`Universidad Autónoma del Valle Facultad de Derecho` as two lines, and a government before its body."""
    line = _same_print(line)
    government = line.plain.startswith("gobierno")
    if not (government or INSTITUTION.match(line.plain) or COMPANY.search(line.plain)) or LABEL.match(line.plain):
        return (line,)
    for i in range(2, len(line.words) - 1):
        rest = line_of(line.page, line.words[i:])
        begins = rest.text[:1].isupper() and fold(line.words[i - 1].text) not in SMALL_WORDS
        if begins and (UNIT.match(rest.plain) or (government and INSTITUTION.match(rest.plain))):
            return line_of(line.page, line.words[:i]), *_apart(rest)
    return (line,)


def _same_print(line: Line) -> Line:
    """Without the words at either end that are printed far smaller or larger: letters of a logo, of a seal."""
    words = list(line.words)
    while len(words) > 2 and _foreign(words[0], words[1:], words[1].x0 - words[0].x1):
        words.pop(0)
    while len(words) > 2 and _foreign(words[-1], words[:-1], words[-1].x0 - words[-2].x1):
        words.pop()
    return line if len(words) == len(line.words) else line_of(line.page, words)


def _foreign(word: Word, rest: Sequence[Word], gap: float) -> bool:
    tall = sorted(w.y1 - w.y0 for w in rest)[len(rest) // 2]
    usual = min(b.x0 - a.x1 for a, b in pairwise(rest))
    if gap < 1.4 * usual:
        return False  # as far apart as the name's own words: the print of a typewriter
    if len(word.text) == 1 and gap > 0.8 * tall:
        return True  # a ring of a logo, read as O
    if len(word.text) > 1 and word.confidence < FAINT and word.y1 - word.y0 > 2.5 * tall:
        return True  # a logo read as `LL`
    shaped = len(word.text) > 2 and word.text.upper() == word.text
    return shaped and gap > 0.8 * tall and not 0.8 < (word.y1 - word.y0) / tall < 1.35
