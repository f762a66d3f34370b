"""Every way in which a Mexican letter writes a date: in words, in figures, shortened, with the month in Roman numerals, in cells."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from ventanilla.core.documents.text import Word
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence.reading.lines import Line, fold

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)
_SHORT = {name[:3]: n for n, name in enumerate(MONTHS, start=1)} | {"sept": 9, "set": 9}
_ROMAN = {name: n for n, name in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), start=1)}
_ONES = ("", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece", "catorce",
         "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidos", "veintitres", "veinticuatro",
         "veinticinco", "veintiseis", "veintisiete", "veintiocho", "veintinueve", "treinta", "treinta y uno")
_COUNTED = {word: n for n, word in enumerate(_ONES)} | {
    "primero": 1, "primer": 1, "un": 1, "veintiun": 21, "treinta y un": 31, "veinte y uno": 21}
_DIGITS = str.maketrans("oil", "011")

_DAY = r"(?:\b|(?<=\ba))([0-9oil]{1,2}|primero|1[o°º])[°º]?(?: ?\([a-z ]{3,15}\))?"
_YEAR = r"([12][0-9oil]{3})\b"
_LONG = re.compile(
    _DAY + r"(?:(?: dias?)?(?:,? (?:del?|[a-z]) mes)?[ '’/-]{0,2}de[ -]|[ /.-]{1,3})([a-z][a-z0-9]{3,10})[, /.-]{1,3}"
    r"(?:[dl]+el?[ /'’‘`´-](?:ano )?)?(?:[a-z ]{4,30}\()?" + _YEAR)
_TURNED = re.compile(r"\b([a-z]{4,10}) (\d{1,2})(?:,| de| del),? ([12][0-9oil]{3})\b")
_SPELT = re.compile(
    r"\b([a-z]{2,12}(?: y uno?)?)(?: ?\(\d{1,2}\))?(?: dias?)?(?:,? del? mes)? de ([a-z]{4,11}),? (?:de|del|del? ano) "
    r"(?:dos mil ([a-z]{3,12}(?: y [a-z]{3,6})?)|([12][0-9oil]{3})\b)")
#: `14-MAR-2024`, `2/IX/24`, `14.mar.24`; with spaces only what seals write as well.
_SHORTENED = re.compile(r"(?<![\w/.-])([0-3]?\d) ?([-/. ]) ?([a-z1|]{1,4})\.? ?\2 ?((?:19|20)\d\d|\d\d)(?![\w/-])")
_NUMERIC = re.compile(r"(?<![\w/.-])([0-3]?\d)([/.-])([01]?\d)\2((?:19|20)\d\d|\d\d)(?![\w/-])")
_ISO = re.compile(r"(?<![\w/.-])((?:19|20)\d\d)([/.-])([01]\d)\2([0-3]\d)(?![\w/-])")
_SPECK = re.compile(r"(?<=\w)[.,;:'‘’`´*](?= )|(?<=\d)[.,](?=del? )|(?<= )['‘’`´*](?=\w)")
_SIGN = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A date that stands at characters `start` to `end` of a line: ISO, whether figures alone or a shortened month say it, and
    whether every part of it was read as it is spelt."""

    start: int
    end: int
    iso: str
    short: bool
    plain: bool
    lone_digit: bool = False


def dates_in(plain: str) -> Iterator[Written]:
    """Every date in a folded line, long forms first; where there is none, those that are one without the marks on its words."""
    found = tuple(_dates_in(plain))
    yield from found or _without_specks(plain)


def _without_specks(plain: str) -> Iterator[Written]:
    """The dates of a line without marks that stand behind or before a word: `5’ de mayo. de 2024`."""
    kept = [i for i in range(len(plain)) if not _SPECK.match(plain, i)]
    if len(kept) == len(plain):
        return
    for one in _dates_in("".join(plain[i] for i in kept)):
        yield replace(one, start=kept[one.start], end=kept[one.end - 1] + 1, plain=False)


def _dates_in(plain: str) -> Iterator[Written]:
    for match in _LONG.finditer(plain):
        yield from _made(match, (match[1], match[2], match[3]), short=match[2] in _ROMAN)
    for match in _TURNED.finditer(plain):
        yield from _made(match, (match[2], match[1], match[3]), short=False)
    for match in _SPELT.finditer(plain):
        yield from _made(match, (str(counted(match[1])), match[2], match[4] or _year(match[3])), short=False)
    for match in (*_SHORTENED.finditer(plain), *_NUMERIC.finditer(plain)):
        yield from _made(match, (match[1], match[3], match[4]), short=True)
    for match in _ISO.finditer(plain):
        yield from _made(match, (match[4], match[3], match[1]), short=True)


def _made(match: re.Match[str], parts: tuple[str, str, str], *, short: bool) -> Iterator[Written]:
    iso = iso_of(*parts)
    if iso:
        plain = parts[1] in MONTHS or parts[1].isdigit()
        yield Written(*match.span(), iso, short, plain, lone_digit=len(parts[0]) == 1)


def iso_of(day: str, month: str, year: str) -> str | None:
    """The ISO date of a day (figures or words), a month (name, short name, Roman or figures) and a year of four or two figures."""
    number, folded = month_of(month), fold(day)
    days = whole("1" if folded.startswith(("prim", "1o", "1°", "1º")) else folded.translate(_DIGITS), 2)
    short = fold(year).translate(_DIGITS)
    years = whole(short, 4)
    if not number or days is None or years is None:
        return None
    try:
        when = date(years + (2000 if len(short) == 2 else 0), number, days)
    except ValueError:
        return None
    return when.isoformat() if 1950 <= when.year <= 2100 else None


def month_of(text: str) -> int:
    """1..12, 0 when it is none; one or two misread letters of a whole name are tolerated."""
    key = fold(text)
    if (number := whole(key, 2)) is not None:
        return number if key != "1" or len(text) == 1 else 0
    if key in _SHORT:
        return _SHORT[key]
    roman = key.translate(str.maketrans("1|ls", "iiii"))
    if roman in _ROMAN:
        return _ROMAN[roman]
    near = get_close_matches(key, MONTHS, 1, 0.72)
    return MONTHS.index(near[0]) + 1 if near else 0


def counted(words: str) -> int:
    """The number that words say, 0 when they say none; one misread letter of a longer word is tolerated."""
    if words in _COUNTED:
        return _COUNTED[words]
    near = get_close_matches(words, _COUNTED, 1, 0.88) if len(words) > 5 else []
    return _COUNTED[near[0]] if near else 0


def _year(words: str) -> str:
    return f"20{counted(words):02d}" if counted(words) else ""


def in_cells(lines: Sequence[Line]) -> tuple[str, tuple[Word, ...]] | None:
    """`(ISO, its words)` of a date whose day, month and year stand under, or behind, the words DÍA, MES and AÑO; None without them."""
    words = [word for line in lines for word in line.words]
    for one in (w for w in words if _said(w) == "dia"):
        heads = [one, *(h for name in ("mes", "ano") if (h := _level(words, one, name)))]
        cells = [cell for head in heads if (cell := _cell(words, head, heads)) is not None]
        iso = iso_of(*(_SIGN.sub("", cell.text) for cell in cells)) if len(cells) == 3 else None
        if iso:
            return iso, tuple(cells)
    return None


def _said(word: Word) -> str:
    return _SIGN.sub("", fold(word.text))


def _level(words: Sequence[Word], at: Word, name: str) -> Word | None:
    """The word at the same height to the right of another one."""
    tall = max(at.y1 - at.y0, 0.008)
    right = [w for w in words if _said(w) == name and w.x0 > at.x1 and abs(w.y0 + w.y1 - at.y0 - at.y1) < 3 * tall]
    return min(right, key=lambda w: w.x0, default=None)


def _cell(words: Sequence[Word], head: Word, heads: Sequence[Word]) -> Word | None:
    """What stands under a head, else what stands directly behind it."""
    tall, middle = max(head.y1 - head.y0, 0.008), (head.x0 + head.x1) / 2
    near = [w for w in words if w not in heads and _SIGN.sub("", w.text)]
    under = [w for w in near if 0 < w.y0 - head.y0 < 4 * tall and w.y0 > head.y0 + 0.7 * tall
             and abs((w.x0 + w.x1) / 2 - middle) < max(0.03, head.x1 - head.x0)]
    behind = [w for w in near if 0 <= w.x0 - head.x1 < 0.06 and abs(w.y0 + w.y1 - head.y0 - head.y1) < tall]
    return min(under, key=lambda w: w.y0, default=None) or min(behind, key=lambda w: w.x0, default=None)
