"""Dates, numbers and sizes as people in Mexico write them; English when the page is in English.

Aware moments are shown in the current time zone (America/Mexico_City unless the institution says otherwise).
"""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.utils import timezone, translation
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from ventanilla.core.workdays.services import in_words
from ventanilla.lib import spanish
from ventanilla.web.ui.words import gettext as _
from ventanilla.web.ui.words import gettext_in

BETWEEN: Final = "\0"
"""No text of the database has it."""
UNITS: Final = ("bytes", "KB", "MB", "GB", "TB")


def now() -> datetime:
    """This moment in the current time zone."""
    return timezone.localtime()


def local(value: date) -> date:
    """The same moment in the current time zone; plain dates stay."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def english() -> bool:
    """Whether the page is in English."""
    return (translation.get_language() or "").startswith("en")


def long_date(value: date | None) -> str:
    """ "21 de noviembre de 2026"; empty for None."""
    if value is None:
        return ""
    day = local(value)
    return date_format(day, "F j, Y") if english() else spanish.long_date(day)


class Reader(NamedTuple):
    """In which zone, language and moment a page is read: asked once for all its dates, which takes longer than to write one."""

    zone: tzinfo
    language: str
    english: bool
    moment: datetime

    def long_moment(self, value: datetime | None) -> str:
        """As the function of that name."""
        if value is None:
            return ""
        moment = value.astimezone(self.zone)
        return date_format(moment, "l, F j, Y, H:i") if self.english else spanish.long_moment(moment)

    def short_date(self, value: date | None) -> str:
        """As the function of that name."""
        if value is None:
            return ""
        day = value.astimezone(self.zone) if isinstance(value, datetime) and value.tzinfo else value
        if not self.english:
            return spanish.short_date(day, today=self.moment)
        pattern = "D j M" if day.year == self.moment.year else "D j M Y"
        return date_format(day, pattern + (", H:i" if isinstance(day, datetime) else ""))

    def ago(self, value: datetime) -> str:
        """As the function of that name."""
        seconds = (self.moment - value).total_seconds()
        away = abs(seconds)
        if away < 45:
            return _("hace un momento")
        return _distance(round(away / 60), round(away / 3600), round(away / 86400), seconds > 0, self.language) or self.short_date(value)

    def relative(self, value: datetime | None) -> Markup:
        """As the function of that name."""
        if value is None:
            return Markup("")
        return Markup(f'<time datetime="{value.isoformat()}" title="{escape(self.long_moment(value))}">{escape(self.ago(value))}</time>')


    def due_words(self, cell: Any) -> str:
        """As the function of that name."""
        if cell.due_at is None or cell.light.value in ("done", "none"):
            return getattr(cell, "ended", "") or gettext_in(self.language, cell.light.word)
        if version := getattr(cell, "version", 0):
            return _working_days(cell.due_at, version, int(self.moment.timestamp() // 60), self.moment > cell.due_at, self.language)
        return _days((cell.due_at.astimezone(self.zone).date() - self.moment.date()).days, cell.light.value == "red")


def reader() -> Reader:
    """Who reads now."""
    language = translation.get_language() or ""
    return Reader(timezone.get_current_timezone(), language, language.startswith("en"), timezone.localtime())


def long_moment(value: datetime | None) -> str:
    """ "viernes 13 de noviembre de 2026 a las 16:40"; empty for None."""
    return reader().long_moment(value)


def short_date(value: date | None) -> str:
    """ "vie 21 nov, 14:32" (no hour for a plain date; the year when it is another); empty for None."""
    return reader().short_date(value)


def weekdays() -> tuple[str, ...]:
    """The days of the week, from Monday."""
    return tuple(str(WEEKDAYS[n]) for n in range(7)) if english() else spanish.WEEKDAYS


def clock(value: datetime | None) -> str:
    """ "14:32"; empty for None."""
    return f"{timezone.localtime(value):%H:%M}" if value else ""


def number(value: float | None, decimals: int | None = None) -> str:
    """1,234.5; an em dash for None, so that an unknown never looks like a zero."""
    return "—" if value is None else spanish.number(value, decimals)


def percent(value: float | None, decimals: int = 0) -> str:
    """0.874 as "87 %" (no-break space); an em dash for None."""
    return "—" if value is None else f"{spanish.number(value * 100, decimals)}\u00a0%"


def filesize(size: int | None) -> str:
    """1536 as "1.5 KB" (1 KB = 1,024 bytes)."""
    if size is None:
        return "—"
    value, index = float(size), 0
    while value >= 1024 and index < len(UNITS) - 1:
        value, index = value / 1024, index + 1
    return f"{spanish.number(value, 1 if index and value < 100 else 0)}\u00a0{UNITS[index]}"


def duration(seconds: int | None) -> str:
    """Working time: 5400 as "1 h 30 min", 45 as "45 s"; hours are never made into days, whose length depends on the calendar."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{spanish.number(n)}\u00a0{unit}" for n, unit in ((hours, "h"), (minutes, "min")) if n]
    return " ".join(parts) if parts and (minutes or hours) else f"{rest}\u00a0s"


def exact_duration(seconds: int | None) -> str:
    """The same to the second, "5 h 14 min 37 s": for stretches that a person adds up."""
    if seconds is None:
        return "—"
    rest = int(seconds) % 60
    whole = duration(int(seconds) - rest) if seconds >= 60 else ""
    return "\u00a0".join(filter(None, (whole, f"{rest}\u00a0s" if rest or not whole else "")))


def relative(value: datetime | None) -> Markup:
    """ "hace 5 minutos" in a <time> whose title is the exact moment; the day itself after a week."""
    return reader().relative(value)


def ago(value: datetime) -> str:
    """Words for the distance to now; future moments too ("en 2 horas")."""
    return reader().ago(value)


@lru_cache(maxsize=8192)
def _distance(minutes: int, hours: int, days: int, past: bool, _language: str) -> str:
    """The language is the active one: it stands here as part of the key. Empty after a week."""
    if minutes < 60:
        words = ngettext("%(n)d minuto", "%(n)d minutos", minutes) % {"n": minutes}
    elif hours < 24:
        words = ngettext("%(n)d hora", "%(n)d horas", hours) % {"n": hours}
    elif days <= 7:
        words = ngettext("%(n)d día", "%(n)d días", days) % {"n": days}
    else:
        return ""
    return (_("hace %(time)s") if past else _("en %(time)s")) % {"time": words}


def moment(value: date | None) -> Markup:
    """Short date in a <time> whose title is the long one; empty for None."""
    if value is None:
        return Markup("")
    exact = long_moment(value) if isinstance(value, datetime) else long_date(value)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.isoformat(), exact, short_date(value)
    )


def paragraphs(text: str) -> Markup:
    """Free text with its line breaks, escaped."""
    blocks = (
        str(escape(b)).replace("\n", "<br>") for b in text.replace("\r\n", "\n").split("\n\n") if b.strip()
    )
    return Markup("".join(f"<p>{b}</p>" for b in blocks))


@lru_cache(maxsize=4096)
def _working_days(due_at: datetime, version: int, minute: int, late: bool, language: str) -> str:
    """The same words for a minute: many rows of a list are due at the same moment."""
    return in_words(due_at, timezone.now(), version)


def due_words(cell: Any) -> str:
    """What a light says next to its shape: "Vence en 2 días hábiles", by the calendar of the matter's unit.

    `cell` has `light`, `due_at` and `version` (see `web.screens.columns.LightCell`); without a version, days of the
    local calendar: "Vence mañana".
    """
    return reader().due_words(cell)


def _days(days: int, late: bool) -> str:
    if late:
        return (
            _("Venció hoy")
            if days == 0
            else ngettext("Vencido hace %(n)s día", "Vencido hace %(n)s días", -days) % {"n": number(-days)}
        )
    if days == 0:
        return _("Vence hoy")
    return (
        _("Vence mañana")
        if days == 1
        else ngettext("Vence en %(n)s día", "Vence en %(n)s días", days) % {"n": number(days)}
    )


def escaped(texts: Iterable[str]) -> list[str]:
    """Each text ready to stand in markup, those marked as safe too: escaped together, which takes a tenth of what it takes one by one."""
    listed = list(texts)
    found = str.split(escape(BETWEEN.join(listed)), BETWEEN)
    return found if len(found) == len(listed) else [str(escape(str(text))) for text in listed]


def marked(snippet: str) -> Markup:
    """A search snippet whose found words stand between \x02 and \x03, as <mark>."""
    return Markup(str(escape(snippet)).replace("\x02", "<mark>").replace("\x03", "</mark>"))


PHONE: Final = 26
"""Characters that stand side by side on a telephone, however wide they are."""


def unbroken(text: str) -> Markup:
    """A sentence in which no folio is parted between two lines, where a telephone has room for it in one."""
    return Markup(" ").join(
        Markup('<span class="nowrap">%s</span>') % word
        if len(word) <= PHONE and ("/" in word or "-" in word) and any(c.isdigit() for c in word)
        else escape(word)
        for word in text.split(" ")
    )


FILTERS: Final = {
    "long_date": long_date,
    "long_moment": long_moment,
    "short_date": short_date,
    "clock": clock,
    "number": number,
    "percent": percent,
    "filesize": filesize,
    "duration": duration,
    "exact_duration": exact_duration,
    "relative": relative,
    "moment": moment,
    "paragraphs": paragraphs,
    "listed": spanish.listed,
    "fold": spanish.fold,
    "due_words": due_words,
    "marked": marked,
    "unbroken": unbroken,
}
