"""The letter's own date: long Spanish dates first, numeric ones after; never the one of a reception seal."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches

from ventanilla.modules.correspondence.reading.lines import Line, fold, found, line_of
from ventanilla.modules.correspondence.reading.model import Field

MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
_LONG = re.compile(
    r"\b([0-9oil]{1,2}|primero|1[o°º])[°º]?(?:(?: dias?)?(?: del mes)?[ /-]{0,2}de[ -]|[ /.-]{1,3})([a-z][a-z0-9]{3,10})[, /.-]{1,3}"
    r"(?:[dl]+el?[ -](?:ano )?)?([12][0-9oil]{3})\b")
_TURNED = re.compile(r"\b([a-z]{4,10}) (\d{1,2})(?:,| de| del),? ([12][0-9oil]{3})\b")
_SPELT = re.compile(
    r"\b([a-z]{2,12}(?: y uno)?)(?: dias?)?(?: del mes)? de ([a-z]{4,11}),? (?:de|del ano) dos mil (veinti[a-z]{3,6}|treinta)\b"
)
_NUMERIC = re.compile(r"\b([0-3]?\d)[/.-]([01]?\d)[/.-]((?:19|20)\d\d)\b")
_ONES = ("", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece", "catorce",
         "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidos", "veintitres", "veinticuatro",
         "veinticinco", "veintiseis", "veintisiete", "veintiocho", "veintinueve", "treinta", "treinta y uno")
_DIGITS = str.maketrans("oil", "011")
_SEAL = re.compile(
    r"recib|acuse|oficialia|despachado|\d\d:\d\d|\d anexos|\b(?:ene|feb|mar|abr|may|jun|jul|ago|sep"
    r"|oct|nov|dic)\b"
)
_INSIDE = re.compile(r"\b(dia|fecha|partir del?|el|oficio.*|similar.*) $")


#: What may stand before the date in its line: `FECHA:`, `Toluca, México; a`, `Metepec, Méx.,`, a place of few words and `a`.
_HEADS = re.compile(r"(?:[;,.:] ?a(?: los)?|fecha:?|[a-z],|^(?:[a-z][a-z.]*,? ){1,6}a(?: los)?|m[eé]x\.,?)\W?$")


def read_date(lines: Sequence[Line]) -> Field | None:
    """The likeliest date of the first page's head, or of the whole when there is none above."""
    options = [field for i in range(len(lines)) for field in _dates_at(lines, i)]
    if not options:
        return None
    best = max(options, key=lambda f: (f.confidence, -f.page, -f.box[1]))
    others = tuple(dict.fromkeys(f.value for f in options if f.value != best.value))
    return Field(best.value, best.raw, best.confidence, best.page, best.box, others[:3])


def _dates_at(lines: Sequence[Line], i: int) -> list[Field]:
    """Dates of line i, also where a long one goes on in the next line."""
    line = lines[i]
    options = _spans(line, lines, i)
    if not options and re.search(r"(?:\d[ -]?de|del mes de|\d dias?)( [a-z]+)?( del?)?$", line.plain):
        for after in lines[i + 1 : i + 4]:
            if after.page == line.page and after.box[0] < line.box[2] and after.box[2] > line.box[0]:
                options += _spans(line_of(line.page, (*line.words, *after.words)), lines, i)
    return options


def _spans(line: Line, lines: Sequence[Line], i: int) -> list[Field]:
    results = []
    for match, parts in _matches(line.plain):
        iso = _iso(*parts)
        if iso:
            plain = parts[1] in MONTHS or parts[1].isdigit()
            trust = _trust(line, match, near_seal(lines, i)) * (1.0 if plain else 0.93)
            results.append(found(line, *match.span(), value=iso, trust=trust))
    return results


def _matches(plain: str) -> Iterator[tuple[re.Match[str], tuple[str, str, str]]]:
    """Every way to write a date in a line, as (match, (day, month, year))."""
    for match in [*_LONG.finditer(plain), *_NUMERIC.finditer(plain)]:
        yield match, (match[1], match[2], match[3])
    for match in _TURNED.finditer(plain):
        yield match, (match[2], match[1], match[3])
    for match in _SPELT.finditer(plain):
        day = _ONES.index(match[1]) if match[1] in _ONES else 1 if match[1] == "primero" else 0
        yield match, (str(day), match[2], f"20{_ONES.index(match[3]):02d}" if match[3] in _ONES else "0")


def _trust(line: Line, match: re.Match[str], sealed: bool) -> float:
    """The line that heads a letter is short, says a place or FECHA, and ends with the date; some write it over the name."""
    before, rest = line.plain[: match.start()], len(line.plain) - match.end()
    if sealed and match.re is _NUMERIC:
        return 0.2
    heads = not _INSIDE.search(before) and bool(_HEADS.search(before.rstrip()) or not before)
    if match.re is _NUMERIC:
        return 0.95 if heads and before and rest < 3 else 0.85 if heads and rest < 3 else 0.4
    if heads and rest < 4 and line.page == 1:
        lost = not before and len(match.group(1)) == 1  # a lost digit: 27 read as 7
        return 0.85 if sealed or lost else 0.99 if line.box[1] < 0.5 else 0.95
    return 0.3 if _INSIDE.search(before) or len(line.plain) > 70 else 0.75


def near_seal(lines: Sequence[Line], i: int) -> bool:
    """Whether words of a reception seal stand in this line or close above or below it."""
    here = lines[i].box
    return any(
        _SEAL.search(one.plain)
        and abs(one.box[1] - here[1]) < 0.035
        and one.box[2] > here[0] - 0.05
        and one.box[0] < here[2] + 0.05
        for one in lines[max(0, i - 4) : i + 5]
        if one.page == lines[i].page
    )


def in_seal(lines: Sequence[Line], i: int) -> bool:
    """Whether a line stands within the width of a reception seal, close to its words: it is part of the seal itself."""
    x0, y0, x1, _ = lines[i].box
    return any(
        _SEAL.search(one.plain) and abs(one.box[1] - y0) < 0.05
        and min(x1, one.box[2] + 0.06) - max(x0, one.box[0] - 0.06) > 0.7 * (x1 - x0)
        for one in lines[max(0, i - 6) : i + 7] if one.page == lines[i].page
    )


def _iso(day: str, month: str, year: str) -> str | None:
    number = _month(month)
    days = "1" if day.startswith(("prim", "1o", "1°", "1º")) else day.translate(_DIGITS)
    try:
        when = date(int(year.translate(_DIGITS)), number, int(days)) if number else None
    except ValueError:
        return None
    return when.isoformat() if when and 1950 <= when.year <= 2100 else None


def _month(text: str) -> int:
    """1..12, 0 when it is none; one or two misread letters are tolerated."""
    if text.isdigit():
        return int(text)
    near = get_close_matches(fold(text), MONTHS, 1, 0.75)
    return MONTHS.index(near[0]) + 1 if near else 0
