"""The letter's own date: long Spanish dates first, numeric ones after; never the one of a reception seal."""

import re
from collections.abc import Sequence
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
    r"\b([0-9oil]{1,2}|primero|1[o°º])[°º]?(?: dias? del mes)?[ /-]?de[ -]([a-z0-9]{4,11})[, -]+"
    r"(?:[dl]+el?[ -])?([12][0-9oil]{3})\b")
_NUMERIC = re.compile(r"\b([0-3]?\d)[/.-]([01]?\d)[/.-]((?:19|20)\d\d)\b")
_DIGITS = str.maketrans("oil", "011")
_SEAL = re.compile(
    r"recib|acuse|oficialia|despachado|\d\d:\d\d|\d anexos|\b(?:ene|feb|mar|abr|may|jun|jul|ago|sep"
    r"|oct|nov|dic)\b"
)
_INSIDE = re.compile(r"\b(dia|fecha|partir del?|el|oficio.*|similar.*) $")


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
    if not options and re.search(r"\d[ -]?de( [a-z]+)?( de)?$", line.plain):
        for after in lines[i + 1 : i + 4]:
            if after.page == line.page and after.box[0] < line.box[2] and after.box[2] > line.box[0]:
                options += _spans(line_of(line.page, (*line.words, *after.words)), lines, i)
    return options


def _spans(line: Line, lines: Sequence[Line], i: int) -> list[Field]:
    results = []
    for match in [*_LONG.finditer(line.plain), *_NUMERIC.finditer(line.plain)]:
        iso = _iso(*match.groups())
        if iso:
            trust = _trust(line, match, near_seal(lines, i)) * (
                1.0 if match.group(2) in MONTHS or match.group(2).isdigit() else 0.93
            )
            results.append(found(line, *match.span(), value=iso, trust=trust))
    return results


def _trust(line: Line, match: re.Match[str], sealed: bool) -> float:
    """The line that heads a letter is short, says a place or FECHA, and ends with the date."""
    before, rest = line.plain[: match.start()], len(line.plain) - match.end()
    if sealed and match.re is _NUMERIC:
        return 0.2
    heads = bool(re.search(r"([;,.:] ?a(?: los)?|fecha:?|[a-z],)\W?$", before.rstrip()) or not before)
    if match.re is _NUMERIC:
        return 0.85 if heads and rest < 3 else 0.4
    if heads and rest < 4 and line.box[1] < 0.5 and line.page == 1:
        return 0.85 if sealed or (not before and len(match.group(1)) == 1) else 0.99  # a lost digit: 27 read as 7
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
