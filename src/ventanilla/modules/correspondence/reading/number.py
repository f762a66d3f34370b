"""The letter's number: what stands behind its label, code corrected, year held against the date."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ventanilla.modules.correspondence.reading.codes import ACCEPT, correct_code, once, shaped
from ventanilla.modules.correspondence.reading.dates import near_seal
from ventanilla.modules.correspondence.reading.lines import Line, beside, found, line_of, overlapping, speck, under
from ventanilla.modules.correspondence.reading.model import Catalogue, Field
from ventanilla.modules.correspondence.reading.parts import acronyms, looked_at
from ventanilla.modules.correspondence.reading.tails import FAINT, LOST
from ventanilla.modules.correspondence.reading.witness import DOUBT

_NO = r"(?:n[°º*?“”\"'’‘`´^%®©¢ce]{1,3}\.?|n[o9]s?\.?|n[uú]mero|n[uú]m[.,]?|[°º]|#)"
_KIND = (
    r"(?:o?f[il1]c[il1][o0]|circular|memor ?an ?dum|memo|ref(?:erencia)?|no|num|numero|nota|tarjeta|carta|escrito|comunicado"
    rf"|of(?=\.? ?(?:{_NO}|\d)|\.? [a-z]{{2,}}[/.-])|t\.? ?i(?=\.)|volante|oficio circular)"
)
_MORE = r"(?:[.:]? (?:informativa|circular|intern[oa]|extern[oa]|unic[oa]|de salida|of[il1]c[il1]o))?"
_CITE = r"(?:al contestar,? (?:favor de )?(?:cit|refi)[a-z]+ (?:(?:el|este|al) )?)?"
LABEL = re.compile(
    rf"^\W{{0,3}}{_CITE}(?:(?:{_NO}|clave|registro),? ?(?:del? ?)?|de (?=of[il1]c[il1][o0]\W*$))?"
    rf"{_KIND}(?:\b(?![-/.]\d)|(?=n[o°º]\. )){_MORE}[.:]?(?: de of[il1]c[il1]o)?"
    rf"(?: ?{_NO}(?<![a-z](?=[a-z])))?\s*(?:[+*#]+t?(?= |$))?[:;.~=—–-]* *(?=(\S.*)?$)")
_HALF = re.compile(rf"^\W*(?:{_NO}|clave|folio)(?: del?)?\W*$")  # a label in a cell with no room for all of it: `NÚMERO DE` / `OFICIO`
_HALVED = re.compile(r"^\W*(?:del? )?(?:of[il1]c[il1][o0]|circular|memorandum)\W*$")
TOKEN = re.compile(r"[A-Z0-9ÁÉÍÓÚÑ|$(][\w.|$(ÁÉÍÓÚÑ]*(?: ?[/-] ?[\w.|$(]+)+")
_DOTTED = re.compile(r"[A-Z0-9]{1,8}(?:\.[A-Z0-9-]+){2,}")
_SPACED = re.compile(r"[A-Z0-9][A-Z0-9.-]{1,16}(?:[ |]{1,2}[A-Z]{2,4})?[ |]{1,2}\d{1,5}[ |/]{1,2}(?:19|20)\d\d\b")  # slashes lost
_DOTS = re.compile(r"[A-Z0-9]{1,8}(?:\.[A-Z0-9-]+)+ (?:[A-Z0-9-]+\.)*(?:19|20)\d\d\b")  # a dot lost
_GROUPS = re.compile(r"\d\d(?: \d\d){2,5}(?: \d{2,4})?(?:[/-][A-Z0-9.-]+)*[/-](?:19|20)\d\d\b")  # `16 90 01 14 020/0658/2025`
_STROKES = re.compile(r"(?<![\w/])([A-Z]{2,}?)[I|]([O\d]{1,5})[I|](20\d\d)(?!\w)")  # `SPIO984I2024`
_SINGLE = re.compile(r"\d{1,6}\b")
_DAY = re.compile(  # a date is no number
    r"[0-3]?\d[/.-](?:[01]?\d|[IVX]{1,4}|[A-Za-z]{3,10})[/.-](?:19|20)\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d")
_FORM = re.compile(r"\bhora\b|\bfirma\b|_{3}")  # a seal's own number: `No. 3247 HORA ____ FIRMA ____`
_OF_FILE = re.compile(r"(?:^|[/.-])EXP[/.-]")  # `Exp. No. DGA/EXP/72/2024`, its first word lost
_WIDE = re.compile(r"(?:\boficio|\bof\.(?= n[uú]m)|\bcircular|\bmemorandum|\bno\. ref)\W+(?:no\W+|num\W+|numero\W+|n\W{1,2})?")
#: A number of letters and a year behind a `Núm.` whose first word a seal took, and what else is numbered so.
_HIDDEN = re.compile(r"\bnum\. (?=[a-z]{2,}[\w.-]*[/-][\w./-]*\b20\d\d\b)")
_OTHER = re.compile(r"\b(?:expediente|exp|carpeta|contrato|convenio|acta|folio|credito|causa|juicio)\b")
_MINE = re.compile(r"\b(?:su|al|del|el|similar|atento|con relacion|atencion|respuesta|antecedentes?|relacionad[oa]|contesta|alcance)\b")
#: How a line ends whose sentence goes on with the number of another letter.
_OPEN = re.compile(r"\b(?:su|al|del|el|la|los|sus|de|con|similar|atento|diverso|en|y|mediante|por|numero|oficio|presente|este)$")
#: What may be counted by a number that stands in the next line of a subject: `Reestructura de crédito` / `número 06412`.
_COUNTED = re.compile(r"\b(?:creditos?|contratos?|convenio|estimacion|sesion|(?:extra)?ordinaria|acta|auditoria|revision|folio)$")
_ADDRESS = re.compile(r"^\W*n\S{1,6} \d{1,5},? (?:col|int|c\.p|esq)\b")  # `núm. 137, Col. La Purísima`
_CITED = re.compile(r"\b(?:expediente|folio|credito|contrato|auditoria)$")
_BARE = re.compile(r"\W*n(?:[o°º]|um|umero)?\b(?!\W*(?:del?|of[a-z]*)\b)")
_SIGNS = str.maketrans("€¡", "CI")  # signs that no number has, for the letters that they were misread from
FOOT = 0.88  # of a page; what stands below is no text
CODE = re.compile(r"^[0-9OIlSBC|$(]{3}[0-9A-Z|$(]{7,15}$")
_FOLIO = re.compile(r"^\W*folio(?: n[uú]m\w*\.?| no\.?)?\W*")
_DIGITS = str.maketrans("OoIl|SB$Q", "0011158" + "50")


def read_number(lines: Sequence[Line], catalogue: Catalogue, year: str, after: Sequence[Line] = ()) -> Field | None:
    """The number behind the best label of the first page, else at the foot of a page `after` it; `year` is the date's or empty."""
    known = acronyms(lines)
    for options in _ways(lines, after):
        checked = [tidy(field, catalogue, year, known) for field in options]
        if checked:
            best = max(checked, key=lambda f: (not _OF_FILE.search(f.value), f.confidence, -f.box[1]))
            return _one_of(best, checked)
    return None


def _one_of(best: Field, options: Sequence[Field]) -> Field:
    """The best of several; where two labels of a head have two numbers, a person chooses."""
    others = tuple(dict.fromkeys(f.value for f in options if f.value != best.value and f.box[1] < 0.4 and f.confidence > 0.3))
    return replace(best, confidence=min(best.confidence, DOUBT), alternatives=(*best.alternatives, *others)) if others else best


def _ways(lines: Sequence[Line], after: Sequence[Line]) -> Iterator[list[Field]]:
    """What may be the number, the surest way to find it first."""
    yield [field for i in range(len(lines)) if (field := _labelled(lines, i)) is not None]
    yield [field for i in range(len(lines)) if (field := _bare(lines, i)) is not None]
    yield [field for line in lines if (field := _by_folio(lines, line)) is not None]
    yield [field for i, line in enumerate(after) if line.box[1] > FOOT and (field := _labelled(after, i)) is not None]


def _labelled(lines: Sequence[Line], i: int) -> Field | None:
    """Label and number on one line, or the number beside, or under, a label that stands alone."""
    line = lines[i]
    label = LABEL.match(line.plain)
    if _HALF.match(line.plain) and (rest := under(lines, line)) and _HALVED.match(rest.plain):
        return _apart(lines, line) or _apart(lines, rest)
    if not label or (near_seal(lines, i) and line.box[1] > 0.5) or _FORM.search(line.plain):
        return _within(line)
    if label.end() >= len(line.plain) or speck(line_of(line.page, line.after(label.end()) or line.words)):
        return _apart(lines, line)
    if _in_text(lines, i) or _ADDRESS.search(line.plain):
        return None
    return _token(_continued(lines, line), _value_begins(line, label.end()), 0.98)


def _value_begins(line: Line, start: int) -> int:
    """Where the number begins behind its label: after a hardly read letter or two of a stroke, `Oficio: o SLP-1567-2025`."""
    noise = re.match(r"(?:[^\W\d]{1,2} ){1,2}(?=\S*\d)", line.text[start:])
    faint = noise and all(w.confidence < LOST for w in line.between(start, start + noise.end() - 1))
    return start + noise.end() if noise and faint else start


def _apart(lines: Sequence[Line], label: Line) -> Field | None:
    """The number of a label that stands alone: in the next cell of its row, else in the cell under it."""
    cells = [_cell(lines, value) for value in (beside(lines, label), under(lines, label)) if value is not None]
    return max((field for field in cells if field), key=lambda field: field.confidence, default=None)


def _cell(lines: Sequence[Line], value: Line) -> Field | None:
    if _FORM.search(value.plain):
        return None
    first = next((i for i, w in enumerate(value.words) if w.confidence >= LOST or re.search(r"\d", w.text)), 0)
    value = line_of(value.page, value.words[first:])  # `im 49/2024`: a stroke before the number
    trust = 0.96 if re.search(r"[A-Za-z]|\d{6}", value.text) else 0.84
    start = next((n for n, char in enumerate(value.text) if char.isalnum() or char == "_"), len(value.text))
    return _token(_continued(lines, value), start, trust)


def _in_text(lines: Sequence[Line], i: int) -> bool:
    """Whether a line that begins like a label is a sentence that goes on: `… en atención a su` / `oficio DGJ/12/2024, de fecha …`."""
    line = lines[i]
    near = [o for o in lines[max(0, i - 1) : i] if o.page == line.page and overlapping(o, line)]
    over = [o for o in near if line.box[1] - o.box[3] < 1.5 * line.height]
    counted = bool(_BARE.match(line.plain))  # `número 06412`; an `Oficio No.` or a `Número de oficio` is a label
    return any((len(above.words) > 5 and _OPEN.search(above.plain)) or (counted and _COUNTED.search(above.plain)) for above in over)


def _continued(lines: Sequence[Line], line: Line) -> Line:
    """The line with the one under it when its number is torn behind a mark: `SAL/UAJ/` / `DGCN/12/2024`."""
    taken = [line]
    while len(taken) < 4 and re.search(r"[A-Z0-9] ?[/-]$", taken[-1].text):  # narrow cells tear it more than once
        rest = under(lines, taken[-1])
        if rest is None or not re.match(r"[A-Z0-9]", rest.text):
            break
        taken.append(rest)
    return line_of(line.page, [w for one in taken for w in one.words]) if len(taken) > 1 else line


def _within(line: Line) -> Field | None:
    """`… OFICIO No. X` after other words of a short head line (no columns); never `su oficio X`."""
    label = _WIDE.search(line.plain) or (None if _OTHER.search(line.plain) else _HIDDEN.search(line.plain))
    if not label or len(line.plain) > 80 or _MINE.search(line.plain[: label.start()]) or line.box[1] > 0.4:
        return None
    return _token(line, label.end(), 0.9)


def _bare(lines: Sequence[Line], i: int) -> Field | None:
    """A line that is nothing but a number with a unit code or a year, in the upper third."""
    line = lines[i]
    files = [o for o in lines if o.page == line.page and re.match(r"\W*(?:exp|carpeta)", o.plain)]
    cited = [o for o in lines if len(o.words) > 3 and _CITED.search(o.plain) and under(lines, o) is line]
    if cited or any(abs(o.box[1] - line.box[1]) < line.height or under(lines, o) is line for o in files):
        return None  # the number of a file
    if line.box[1] > 0.36 or not TOKEN.fullmatch(line.text) or not re.search(r"/(?:19|20)\d\d$", line.text):
        return None
    return _token(line, 0, 0.85)


def _by_folio(lines: Sequence[Line], line: Line) -> Field | None:
    """The number beside `Folio` in the head of a letter that has no other: of letters and a year, and to be looked at."""
    label = _FOLIO.match(line.plain)
    if not label or line.box[1] > 0.36:
        return None
    value = line if label.end() < len(line.text) else beside(lines, line)
    field = _token(value, label.end() if value is line else 0, 0.85) if value else None
    return field if field and re.fullmatch(r"[A-Z]{2}.*[/.-](?:19|20)\d\d", field.value) else None


def _token(line: Line, start: int, trust: float) -> Field | None:
    text = re.sub(r"(?<=\w)[\][!\\](?=\w)", "/", line.text)  # how a slash is misread
    text = re.sub(r"(?<=\d):(?=\d+\.\d)", ".", text)
    text = re.sub(r"(?<=[A-Z])!(?=[./-])|(?<=\d-)!$", "I", text)
    text = re.sub(r"(?<=\w),(?=[/-]\w)", ".", text.translate(_SIGNS))
    text = re.sub(r"(?<=[A-Z])l(?=[A-Z]*[./-])", "I", text)
    text = _STROKES.sub(lambda m: f"{m[1]}/{m[2].replace('O', '0')}/{m[3]}", text) if "/" not in text[start:] else text
    rule = re.compile(r"[|¦]+|[1Il|]{1,2} (?=[A-Z]{2,}[/.-])").match(text, start)  # of a cell
    start = rule.end() if rule else start
    match = next((m for one in (_GROUPS, TOKEN, _DOTS, _DOTTED, _SPACED, _SINGLE) if (m := one.match(text, start))), None)
    if not match or not re.search(r"\d", re.sub(r"[/.-](?:19|20)\d\d$", "", match.group())) or _DAY.fullmatch(match.group()):
        return None
    mark = {_SPACED: "/", _DOTS: "."}.get(match.re)
    if match.re is _GROUPS:
        return found(line, *match.span(), value=match.group(), trust=trust)
    if mark or match.group() != line.text[slice(*match.span())]:
        value = re.sub(r"[\s|/]+", mark, match.group()) if mark else re.sub(r"\s+", "", match.group()).rstrip(".,")
        return found(line, *match.span(), value=value, trust=min(trust, 0.8))
    whole = trust if match.end() >= len(line.text) - 2 else trust - 0.12
    return found(line, *match.span(), value=re.sub(r"\s+", "", match.group()).rstrip(".,"), trust=whole)


def tidy(field: Field, catalogue: Catalogue, year: str, known: Collection[str] = ()) -> Field:
    """The code corrected, digits where digits must be, and the confidence that the whole then deserves.

    `known` are acronyms of the letter's own head (`parts.acronyms`).
    """
    field = _parted(_untailed(field), catalogue, year, known)
    parts = re.split(r"([/.-])" if _DOTTED.fullmatch(field.value) else r"([/-])", field.value)
    coded = CODE.match(parts[0]) or shaped(parts[0]) or shaped(once(parts[0]))
    field, parts[0] = _code(field, parts[0], catalogue) if coded else (field, parts[0])
    tail = [_digits(p) for p in parts[1:]]
    changed = tail != parts[1:]
    field = replace(
        field,
        value="".join([parts[0], *tail]),
        corrections=(
            *field.corrections,
            *(("Letras leídas como cifras en el consecutivo.",) if changed else ()),
        ),
    )
    return _weigh(field, tail[-1] if tail else "", year, changed)


def _untailed(field: Field) -> Field:
    """The tail of a Q before a consonant, hardly read, was read as an O: `QOCW.DGAVP.1625/2024`."""
    bare = re.sub(r"^QO(?=[B-DF-HJ-NP-TV-Z]+[./-])", "Q", field.value)
    doubt = bare == field.value or field.confidence >= FAINT
    return field if doubt else replace(field, value=bare, alternatives=(field.value,), corrections=(f"{field.value} leído como {bare}.",))


def _parted(field: Field, catalogue: Catalogue, year: str, known: Collection[str]) -> Field:
    """A lost mark put back behind a known code and before the year, misread parts mended; never sure then."""
    known_code = re.sub(r"^(\w{15})(?=\w)", lambda m: correct_code(m[1], catalogue.codes).code or m[1], field.value)
    seen = looked_at(known_code, known, year)
    if seen.value == field.value:
        return replace(field, confidence=min(field.confidence, DOUBT)) if seen.doubt else field
    note = f"{field.value} corregido a {seen.value} por lo demás que dice el oficio."
    return replace(field, value=seen.value, confidence=min(field.confidence, DOUBT),
                   alternatives=(field.value,), corrections=(*field.corrections, note))


def _weigh(field: Field, last: str, year: str, changed: bool) -> Field:
    """A number whose year is the date's is surely whole; one without a year, or with another, is to be looked
    at.
    """
    changed = changed or bool(re.match(r"[A-Z]{2,}[Il1|]\d+/", field.value))  # `DRHI5/2024` for DRH/5/2024
    factor = 1.0 if last == year and year else 0.86 if not re.fullmatch(r"(19|20)\d\d", last) else 0.8
    return replace(field, confidence=round(field.confidence * factor * (0.88 if changed else 1.0), 3))


def _digits(part: str) -> str:
    """`2O24` -> `2024`, only where at least half is digits already."""
    numbers = sum(c.isdigit() for c in part)
    fixed = part if part[:1] in ("B", "S") else part.translate(_DIGITS)  # `B00` is a body's own code
    return fixed if numbers * 2 >= len(part) > numbers and fixed.isdigit() else part


def _code(field: Field, read: str, catalogue: Catalogue) -> tuple[Field, str]:
    match = correct_code(read, catalogue.codes)
    rest = field.value[len(read) :]
    others = tuple(code + rest for code in match.alternatives)
    if match.code == read.upper():
        return field, match.code
    if match.code:
        note = f"Clave {read} corregida a {match.code} según el catálogo de unidades."
        sure = field.confidence * 0.97 if match.distance <= ACCEPT else min(field.confidence, DOUBT)
        return replace(field, confidence=sure, corrections=(note,), alternatives=others), match.code
    if match.alternatives:
        return replace(field, confidence=min(field.confidence, 0.5), alternatives=others), read
    return _unknown(field, read, rest)


def _unknown(field: Field, read: str, rest: str) -> tuple[Field, str]:
    """A code of another body: digits and a letter at its end; where it must be changed for that it is asked."""
    proposed = shaped(read) or shaped(once(read))
    if proposed is None or not proposed[-1].isalpha():
        return replace(field, confidence=min(field.confidence, 0.6)), read
    if proposed == read:
        return replace(field, confidence=field.confidence * 0.97), read
    note = f"Clave {read} leída como {proposed} por la forma de las claves."
    return replace(field, confidence=min(field.confidence, 0.7), alternatives=(read + rest,), corrections=(note,)), proposed
