"""The letter's own date: where it stands decides (its head, behind FECHA, over the closing formula); never that of a reception seal."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ventanilla.modules.correspondence.reading.dateforms import MONTHS, Written, dates_in, in_cells, iso_of
from ventanilla.modules.correspondence.reading.lines import (
    Line,
    beside,
    found,
    line_of,
    overlapping,
    quality,
    surround,
    under,
)
from ventanilla.modules.correspondence.reading.model import Field

_STAMP = r"recib(?!an?\b)|acuse|oficialia(?! mayor)|despachado|\d\d:\d\d|\d anexos"
_MONTH = "(?:ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic)"
#: A short month is a seal's beside a figure or alone: the SEP is a ministry.
_SEAL = re.compile(_STAMP + rf"|^\W*partes\W*$|(?:\d\W{{0,3}}|^\W*){_MONTH}\b|\b{_MONTH}\W{{0,3}}\d")
_STAMPED = re.compile(_STAMP)
_INSIDE = re.compile(
    r"^\W*(?:del?|el) $|\b(dia|de(?: fecha)?|partir del?|el|desde|oficio.*|similar.*|diverso.*|folio.*|acta.*|expediente.*) $|\d del? $")
_SAID = re.compile(r"(?<!de )(?<!con )\bfecha(?: de [a-z]+)?: *$")  # a label in the line, not `oficio X de fecha`
#: Lines that speak of other letters: copies, and what the letter answers.
_OTHERS = re.compile(r"^\W*(?:[ce(<][.,]? ?c[.,]? ?(?:[ep]\b|[.:])|antecedente|anexo)")
#: How a letter ends, over who signs it.
CLOSE = re.compile(
    r"^\W*(?:muy |le saluda )?a ?t ?e ?n ?t ?a ?m ?e ?n ?t ?e\b(?! (?:pido|solicito))|^\W*atte\b"
    r"|^\W*(?:muy |qued[oa](?:mos)? de usted,? )?(?:respetuosamente"
    r"|cordialmente|fraternalmente|sinceramente|afectuosamente|protest(?:o|amos)(?: a usted)? (?:lo|mis) (?:necesario|respetos)"
    r"|sufragio efectivo|sin (?:otro particular|mas por el momento)|saludos cordiales"
    r"|reciban? (?:un|mis|nuestro)|quedo (?:de|a) (?:usted|sus)|hago propicia)\b"
)
_GIVEN = re.compile(r"^\W*(?:dad[oa] en|expedid[oa] en|se (?:expide|extiende)|asi lo |lugar y fecha)")
_LABEL = re.compile(r"^\W*(?:lugar y )?fecha(?: de (?:emision|elaboracion|expedicion))?\W*$")
#: What may stand before the date in its line: `FECHA:`, `Toluca, México; a`, `Metepec, Méx.,`, a place of few words and `a`.
_HEADS = re.compile(
    r"(?:[;,.:] ?a(?:l| ?los)?|fecha:?|[a-z],|^(?:[a-z][a-z.]*,? ){1,6}a(?:l| los)?|[;:]|(?:m[eé]x|[a-z]{3,5})\.,?)\W?$")
#: A place alone before the date: `Heroica Puebla de Zaragoza 5 de mayo 2024`.
_PLACE = re.compile(r"^\W*[a-z][a-z.-]*(?:,? [a-z][a-z.-]*){0,7},? $")
#: How a line ends whose date goes on in the next one.
_TORN = re.compile(
    r"(?:\d[ -]?de|\ba (?:los )?\d{1,2}|[a-z][.,;]{1,2} \d{1,2}|del mes(?: de)?|\d dias?|\ba los [a-z]+(?: dias)?"
    r"|[,;:.] a [a-z]{3,12}(?: y uno)? de)"
    r"( [a-z]+)?( del?)?( ano)?( dos)?( mil)?$|[,;] a los$"
    rf"|\b(?:{'|'.join(MONTHS)})(?: \d{{1,2}})?,?(?: del?)?(?: ano)?(?: dos)?(?: mil)?$")
HIGH = 0.85  # a place and a date alone in their line
LOW = 0.5  # a date of less is looked for over the closing formula first


def read_date(lines: Sequence[Line]) -> Field | None:
    """The likeliest date of the first page's head, or of the whole when there is none above."""
    cells = _cells(lines)
    options = [field for i in range(len(lines)) for field in _dates_at(lines, i)] + ([cells] if cells else [])
    if not options:
        return None
    best = max(options, key=lambda f: (f.confidence, -f.page, -f.box[1]))
    others = tuple(dict.fromkeys(f.value for f in options if f.value != best.value))
    return Field(best.value, best.raw, best.confidence, best.page, best.box, others[:3])


def _cells(lines: Sequence[Line]) -> Field | None:
    """The date whose parts stand under DÍA, MES and AÑO, in the upper half and outside of seals."""
    upper = [line for i, line in enumerate(lines) if line.box[1] < 0.5 and not _STAMPED.search(line.plain)]
    cells = in_cells(upper)
    if cells is None:
        return None
    iso, words = cells
    return Field(iso, " ".join(w.text for w in words), round(0.93 * quality(words), 3), upper[0].page, surround(words))


def undated(lines: Sequence[Line], day: Field | None) -> list[Line]:
    """The lines without those of the letter's own date and the place over it, where these lines say nothing else."""
    if day is None or day.confidence < HIGH or day.page != lines[0].page:
        return list(lines)
    own = [i for i, line in enumerate(lines) if day.box[1] - 0.002 < line.box[1] and line.box[3] < day.box[3] + 0.002
           and line.box[0] < day.box[2] and line.box[2] > day.box[0] and not re.search(r"\w ?:", line.text)]
    first = lines[own[0]] if own else None
    place = [line for line in lines if first and line.text.endswith(",") and under(lines, line) is first
             and abs(line.box[0] - first.box[0]) < 0.01 and ":" not in line.text]
    return [line for i, line in enumerate(lines) if i not in own and line not in place]


def read_closing_date(lines: Sequence[Line]) -> Field | None:
    """The date that some write just over or under the closing formula, on whichever page that stands; to be confirmed by a person."""
    closes = [i for i, line in enumerate(lines) if CLOSE.match(line.plain)]
    span = range(max(0, closes[-1] - 5), min(closes[-1] + 4, len(lines))) if closes else range(0)
    given = [i for i, line in enumerate(lines) if _GIVEN.match(line.plain)]
    options = [field for i in (*span, *given) for field in _dates_at(lines, i)]
    if not any(field.confidence > LOW for field in options):
        low = [i for i, line in enumerate(lines) if line.box[1] > 0.45 or line.page > 1]
        options = [field for i in low for field in _dates_at(lines, i) if field.confidence > HIGH]
    best = max((f for f in options if f.confidence > LOW), key=lambda f: f.confidence, default=None)
    return replace(best, confidence=min(best.confidence, 0.85)) if best else None


def read_day(lines: Sequence[Line], number: str) -> Field | None:
    """A date whose year was lost at the end of its line, with the year that the number or the year's legend says; to be confirmed."""
    legend = next((m[1] for line in lines if (m := re.match(r"\W*(20\d\d)[.,:]? ano d", line.plain))), "")
    said = {year for year in (legend, number[-4:]) if re.fullmatch(r"20\d\d", year)}
    for line in lines if len(said) == 1 else ():
        match = re.search(r"[a-z][,;.]{0,2} a (\d{1,2}) de ([a-z]{4,11})(?: del?)?$", line.plain)
        iso = iso_of(match[1], match[2], next(iter(said))) if match and line.box[1] < 0.4 else None
        if match and iso:
            return found(line, *match.span(), value=iso, trust=0.6)
    return None


def _dates_at(lines: Sequence[Line], i: int) -> list[Field]:
    """Dates of line i, also where a long one goes on in the next line; none of a line that speaks of other letters."""
    line = lines[i]
    if _OTHERS.match(line.plain):
        return []
    options = _spans(line, lines, i)
    for k, after in enumerate(lines[i + 1 : i + 9], start=i + 1):
        if options or not _TORN.search(line.plain):
            break
        if after.page != line.page or not overlapping(after, line) or after.box[1] - line.box[3] > 2 * line.height:
            continue
        if in_seal(lines, k) and abs(after.box[0] - line.box[0]) > 0.01:
            continue
        both = line_of(line.page, (*line.words, *after.words))
        options = _spans(both, lines, i)
        line = both if _TORN.search(both.plain) else line
    return options


def _spans(line: Line, lines: Sequence[Line], i: int) -> list[Field]:
    return [
        found(line, one.start, one.end, value=one.iso, trust=_trust(line, one, lines, i) * (1.0 if one.plain or one.short else 0.9))
        for one in dates_in(line.plain)
    ]


def _trust(line: Line, one: Written, lines: Sequence[Line], i: int) -> float:
    """The line that heads a letter is short, says a place or FECHA, and ends with the date; some write it over the name."""
    before, rest = line.plain[: one.start], len(line.plain) - one.end
    inside = _INSIDE.search(before) and not _SAID.search(before)
    heads = not inside and bool(_HEADS.search(before.rstrip()) or not before or _PLACE.match(before))
    labelled = bool(_SAID.search(before)) or before.strip().startswith("fecha") or _is_labelled(lines, i)
    if one.short:
        return _short_trust(lines, i, heads=heads and rest < 3, alone=not before, labelled=labelled)
    if _GIVEN.match(line.plain) and rest < 4:
        return 0.85  # `Dado en la sede de …, a 31 de mayo del año 2025`
    if heads and rest < 4 and (line.page == 1 or len(line.plain) < 80):
        lost = not before and one.lone_digit  # a lost digit: 27 read as 7
        return 0.85 if near_seal(lines, i) or lost else 0.99 if line.box[1] < 0.5 and line.page == 1 else 0.95 if len(before) < 45 else 0.8
    return 0.3 if inside or len(line.plain) > 70 else 0.75


def _short_trust(lines: Sequence[Line], i: int, *, heads: bool, alone: bool, labelled: bool) -> float:
    """A date in figures: seals write them too, so that only FECHA, or a place before it far from any seal, makes it the letter's own."""
    if labelled and not _STAMPED.search(lines[i].plain):
        return 0.95 if not _by_stamp(lines, i) else 0.86
    if _by_stamp(lines, i):
        return 0.55 if heads and not alone and not _STAMPED.search(lines[i].plain) else 0.2
    if not heads or lines[i].box[1] > 0.5 or lines[i].page > 1:
        return 0.6 if heads and (not alone or lines[i].box[1] > 0.5) else 0.4
    return 0.72 if alone else 0.95  # alone it may be what is left of a seal


def _is_labelled(lines: Sequence[Line], i: int) -> bool:
    """Whether FECHA stands to the left of a line, or over it in a table."""
    line = lines[i]
    labels = [one for one in lines[max(0, i - 4) : i + 4] if one.page == line.page and _LABEL.match(one.plain)]
    return any(
        beside(lines, one) is line or (0 < line.box[1] - one.box[1] < 3 * one.height and overlapping(one, line)) for one in labels
    )


def _by_stamp(lines: Sequence[Line], i: int) -> bool:
    """Whether the line itself has an hour behind its date, or words of a seal stand close to it."""
    return bool(_STAMPED.search(lines[i].plain)) or near_seal(lines, i, besides=True)


def near_seal(lines: Sequence[Line], i: int, *, besides: bool = False) -> bool:
    """Whether words of a reception seal stand in this line (or, with `besides`, in others only) or close above or below it."""
    here = lines[i].box
    return any(
        _SEAL.search(one.plain)
        and abs(one.box[1] - here[1]) < 0.035
        and one.box[2] > here[0] - 0.05
        and one.box[0] < here[2] + 0.05
        for one in lines[max(0, i - 4) : i + 5]
        if one.page == lines[i].page and not (besides and one is lines[i])
    )


def in_seal(lines: Sequence[Line], i: int) -> bool:
    """Whether a line stands within the width of a reception seal, close to its words: it is part of the seal itself."""
    x0, y0, x1, _ = lines[i].box
    return any(
        len(one.words) <= 6 and _SEAL.search(one.plain) and abs(one.box[1] - y0) < 0.05
        and min(x1, one.box[2] + 0.06) - max(x0, one.box[0] - 0.06) > 0.7 * (x1 - x0) and x1 - x0 < 1.9 * (one.box[2] - one.box[0])
        for one in lines[max(0, i - 6) : i + 7] if one.page == lines[i].page
    )
