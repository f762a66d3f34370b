"""The letter's number: what stands behind its label, code corrected, year held against the date."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ventanilla.modules.correspondence.reading.codes import correct_code
from ventanilla.modules.correspondence.reading.dates import near_seal
from ventanilla.modules.correspondence.reading.lines import Line, beside, found
from ventanilla.modules.correspondence.reading.model import Catalogue, Field

_KIND = (
    r"(?:of[il1]c[il1][o0]|circular|memor ?an ?dum|ref(?:erencia)?|no|num|numero|nota|tarjeta|carta|escrito|of(?=\.? ?(?:n|#))"
    r"|volante|oficio circular)"
)
_NO = r"(?:n[°º*?“\"'’]{1,3}\.?|n[o9]\.?|n[uú]mero|n[uú]m\.?|[°º]|#)"
LABEL = re.compile(rf"^\W{{0,3}}(?:{_NO} ?(?:de )?)?{_KIND}\b[.:]?(?: de of[il1]c[il1]o)?(?: ?{_NO})?\s*[:.]? *(?=(\S.*)?$)")
TOKEN = re.compile(r"[A-Z0-9ÁÉÍÓÚÑ|$(][\w.|$(ÁÉÍÓÚÑ]*(?: ?[/-] ?[\w.|$(]+)+")
_DOTTED = re.compile(r"[A-Z0-9]{1,8}(?:\.[A-Z0-9-]+){2,}")
_WIDE = re.compile(r"(?:\boficio|\bcircular|\bmemorandum)\W+(?:no\W+|num\W+|numero\W+|n\W{1,2})?")
_MINE = re.compile(r"\b(?:su|al|del|similar|atento|con relacion|atencion|respuesta)\b")
CODE = re.compile(r"^[0-9OIlSBC|$(]{3}[0-9A-Z|$(]{7,15}$")
_DIGITS = str.maketrans("OoIl|SB$Q", "0011158" + "50")


def read_number(lines: Sequence[Line], catalogue: Catalogue, year: str) -> Field | None:
    """The number behind the best label of the first page; `year` is that of the letter's date or empty."""
    options = [field for i in range(len(lines)) if (field := _labelled(lines, i)) is not None]
    if not options:
        options = [field for i in range(len(lines)) if (field := _bare(lines, i)) is not None]
    if not options:
        return None
    checked = [tidy(field, catalogue, year) for field in options]
    return max(checked, key=lambda f: (f.confidence, -f.box[1]))


def _labelled(lines: Sequence[Line], i: int) -> Field | None:
    """Label and number on one line, or the number to the right of a label that stands alone."""
    line = lines[i]
    label = LABEL.match(line.plain)
    if not label or (near_seal(lines, i) and line.box[1] > 0.5):
        return _within(line)
    if label.end() >= len(line.plain):
        value = beside(lines, line)
        return _token(value, 0, 0.96 if re.search(r"[A-Za-z]|\d{6}", value.text) else 0.84) if value else None
    return _token(line, label.end(), 0.98)


def _within(line: Line) -> Field | None:
    """`… OFICIO No. X` after other words of a short head line (no columns); never `su oficio X`."""
    label = _WIDE.search(line.plain)
    if not label or len(line.plain) > 80 or _MINE.search(line.plain[: label.start()]) or line.box[1] > 0.4:
        return None
    return _token(line, label.end(), 0.9)


def _bare(lines: Sequence[Line], i: int) -> Field | None:
    """A line that is nothing but a number with a unit code or a year, in the upper third."""
    line = lines[i]
    if any(re.match(r"\W*exp", o.plain) and abs(o.box[1] - line.box[1]) < line.height for o in lines if o.page == line.page):
        return None  # the number of a file
    if line.box[1] > 0.36 or not TOKEN.fullmatch(line.text) or not re.search(r"/(?:19|20)\d\d$", line.text):
        return None
    return _token(line, 0, 0.85)


def _token(line: Line, start: int, trust: float) -> Field | None:
    match = TOKEN.match(line.text, start) or _DOTTED.match(line.text, start) or re.compile(r"\d{1,6}\b").match(line.text, start)
    if not match or not re.search(r"\d", match.group()):
        return None
    whole = trust if match.end() >= len(line.text) - 2 else trust - 0.12
    return found(line, *match.span(), value=re.sub(r"\s+", "", match.group()).rstrip(".,"), trust=whole)


def tidy(field: Field, catalogue: Catalogue, year: str) -> Field:
    """The code corrected, digits where digits must be, and the confidence that the whole then deserves."""
    parts = re.split(r"([/.-])" if _DOTTED.fullmatch(field.value) else r"([/-])", field.value)
    field, parts[0] = _code(field, parts[0], catalogue) if CODE.match(parts[0]) else (field, parts[0])
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
    fixed = part.translate(_DIGITS)
    return fixed if numbers * 2 >= len(part) > numbers and fixed.isdigit() else part


def _code(field: Field, read: str, catalogue: Catalogue) -> tuple[Field, str]:
    match = correct_code(read, catalogue.codes)
    rest = field.value[len(read) :]
    others = tuple(code + rest for code in match.alternatives)
    if match.code == read.upper():
        return field, match.code
    if match.code:
        note = f"Clave {read} corregida a {match.code} según el catálogo de unidades."
        return replace(field, confidence=field.confidence * 0.97, corrections=(note,), alternatives=others), match.code
    if match.alternatives:
        return replace(field, confidence=min(field.confidence, 0.5), alternatives=others), read
    return _unknown(field, read, rest)


def _unknown(field: Field, read: str, rest: str) -> tuple[Field, str]:
    """A code of another body: 14 characters and a letter; a digit at the end is likely a misread S."""
    if re.fullmatch(r"\d{3}[A-Z0-9]\d{10}[A-Z]", read):
        return replace(field, confidence=field.confidence * 0.97), read
    if re.fullmatch(r"\d{3}[A-Z0-9]\d{10}[58]", read):
        note = "La clave termina en cifra; se propone S."
        return replace(field, confidence=min(field.confidence, 0.7), alternatives=(read + rest,), corrections=(note,)), read[
            :-1
        ] + "S"
    return replace(field, confidence=min(field.confidence, 0.6)), read
