"""Spanish text: dates and numbers as people write them in Mexico, folding, sorting, plurals.

Dates and moments are formatted as given: convert aware moments to the reader's zone first, or pass `zone`.
"""
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, tzinfo

WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)
_OTHER_MONTHS = {"jan": 1, "apr": 4, "aug": 8, "set": 9, "setiembre": 9, "dec": 12}
"""Beside the Spanish names and their beginnings: those of a spreadsheet in English, and September as it is also written."""
_DATES = tuple(re.compile(shape + r"(?!\d)") for shape in (
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})", r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
    r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4}|\d{2})",
    r"(?:[a-z]+,? )?(?P<day>\d{1,2})(?:[-/. ]+| de )(?P<month>[a-z]{3,10})\.?(?:[-/., ]+| del? )(?P<year>\d{4}|\d{2})"))
_FOLD = str.maketrans("áéíóúüÁÉÍÓÚÜ", "aeiouuAEIOUU")


def long_date(day: date, *, weekday: bool = False) -> str:
    """"21 de noviembre de 2026", or "sábado 21 de noviembre de 2026"."""
    text = f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {text}" if weekday else text


def day_and_month(day: date, *, weekday: bool = True) -> str:
    """"lunes 16 de noviembre"."""
    text = f"{day.day} de {MONTHS[day.month - 1]}"
    return f"{WEEKDAYS[day.weekday()]} {text}" if weekday else text


def long_moment(moment: datetime, zone: tzinfo | None = None) -> str:
    """"viernes 13 de noviembre de 2026 a las 16:40" ("a la 1:05" at one o'clock)."""
    local = moment.astimezone(zone) if zone else moment
    article = "a la" if local.hour == 1 else "a las"
    return f"{long_date(local, weekday=True)} {article} {local.hour}:{local.minute:02}"


def short_date(moment: date, zone: tzinfo | None = None, *, today: date | None = None) -> str:
    """"vie 21 nov, 14:32"; no hour for a plain date; with the year when it is not that of `today`."""
    local = moment.astimezone(zone) if isinstance(moment, datetime) and zone else moment
    text = f"{WEEKDAYS[local.weekday()][:3]} {local.day} {MONTHS[local.month - 1][:3]}"
    text += f" {local.year}" if today is not None and today.year != local.year else ""
    return f"{text}, {local.hour:02}:{local.minute:02}" if isinstance(local, datetime) else text


def read_date(text: str, *, last: int = 2068) -> tuple[date, str] | None:
    """The date with which a text begins, as people and spreadsheets write it, and what follows it, folded and in lower case.

    The day comes before the month, unless the year comes first. A year of two figures is the latest one up to `last`. None for no date.
    """
    plain = fold(text).lower()
    found = next((match for shape in _DATES if (match := shape.match(plain))), None)
    if found is None:
        return None
    year, month = int(found["year"]), found["month"]
    if len(found["year"]) == 2:
        year = last - (last - year) % 100
    number = int(month) if month.isdecimal() else _OTHER_MONTHS.get(month) or next(
        (n for n, name in enumerate(MONTHS, 1) if name.startswith(month)), 0)
    try:
        return date(year, number, int(found["day"])), plain[found.end():]
    except ValueError:
        return None


def relative_workdays(days: int) -> str:
    """"Vence hoy", "Vence en 2 días hábiles", "Vencido hace 3 días hábiles"; negative: past."""
    if days == 0:
        return "Vence hoy"
    if days == 1:
        return "Vence el siguiente día hábil"
    amount = f"{number(abs(days))} {plural(abs(days), 'día hábil', 'días hábiles')}"
    return f"Vence en {amount}" if days > 0 else f"Vencido hace {amount}"


def number(value: float, decimals: int | None = None) -> str:
    """1,234.5: comma for thousands, point for decimals; `decimals` fixes how many (else as few as needed)."""
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")


def plural(count: float, one: str, many: str) -> str:
    """`one` for exactly one (or minus one), else `many`."""
    return one if abs(count) == 1 else many


def listed(words: Sequence[str]) -> str:
    """"a, b y c"; "e" before the sound i ("Ana e Inés", but "agua y hielo")."""
    if len(words) < 2:
        return "".join(words)
    joint = "e" if re.match(r"(?i)h?[ií](?![aeoáéó])", words[-1]) else "y"
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def every(weekday: int) -> str:
    """"lunes", "sábados"; 0 is Monday."""
    return WEEKDAYS[weekday] + ("s" if weekday > 4 else "")


def fold(text: str) -> str:
    """NFC, then á é í ó ú ü without their mark; ñ stays ñ, case stays. The twin of SQL `public.norm()`."""
    return unicodedata.normalize("NFC", text).translate(_FOLD)


def sort_key(text: str) -> str:
    """A key whose order by bytes (COLLATE "C") is the Spanish order.

    First the letters without accents, case and punctuation, with ñ after n; then, for equal ones, the
    accents. Two spaces part both, since a single one never begins a word.
    """
    lower = unicodedata.normalize("NFC", text).lower()
    words = "".join(_bare(letter) for letter in lower).split()
    return f"{' '.join(words)}  {lower}"


def _bare(letter: str) -> str:
    if letter == "ñ":
        return "n~"
    plain = (c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in plain)


def clean_text(text: str) -> str:
    """Text as it is kept: NFC, without control characters and marks that turn the reading direction."""
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    return text.strip()
