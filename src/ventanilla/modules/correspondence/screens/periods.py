"""The period of the board: the day, week, month, quarter or year of a date, or between two dates; and the step of its series."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ventanilla.core.indicators.periods import DAY, add_months, after, first_of, month_start

LONGEST: Final = 7300
"""Days between two dates: twenty years, with what came from an earlier system."""
EARLIEST: Final = 1900
"""The first year that is no nonsense: the period before a long one must be a period too."""
MOST_STEPS: Final = 400
PERIODS: Final[dict[str, str | Promise]] = {"dia": _("Día"), "semana": _("Semana"), "mes": _("Mes"), "trimestre": _("Tres meses"),
                                            "anio": _("Año"), "entre": _("Entre fechas")}
STEPS: Final[dict[str, str | Promise]] = {"day": _("Día"), "week": _("Semana"), "month": _("Mes"), "year": _("Año")}
_MONTHS: Final = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


@dataclass(frozen=True)
class Period:
    """Local days, both included, and the step of its series. `wanted` is the step asked for, which may be too fine for it."""

    name: str
    start: date
    end: date
    wanted: str = ""

    @property
    def step(self) -> str:
        """The step asked for, or a coarser one while it would make more than MOST_STEPS points; unasked, a readable number of points."""
        if self.wanted not in STEPS:
            days = (self.end - self.start).days
            return "day" if days <= 31 else "week" if days <= 120 else "month" if days <= 1100 else "year"
        size = {"day": 1, "week": 7, "month": 30, "year": 365}
        return next(s for s in list(STEPS)[list(STEPS).index(self.wanted):] if (self.end - self.start).days < size[s] * MOST_STEPS)

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """The first moment, and the first one after it, in that time zone."""
        here = ZoneInfo(zone)
        return datetime.combine(self.start, time.min, here), datetime.combine(self.end + DAY, time.min, here)

    @property
    def steps(self) -> list[date]:
        """The first day of each step, as series name it: that of the first one may lie before the period."""
        days, day = [], first_of(self.start, self.step)
        while day <= self.end:
            days.append(day)
            day = after(day, self.step)
        return days

    @property
    def spans(self) -> list[tuple[date, date]]:
        """First and last day of each step, within the period."""
        return [(max(day, self.start), min(after(day, self.step) - DAY, self.end)) for day in self.steps]

    @property
    def neighbours(self) -> tuple[date, date]:
        """A day of the period of the same name before, and one of that after it."""
        last = _LAST[self.name](self.start) if self.name in _LAST else self.end
        return self.start - DAY, last + DAY


def label(day: date, step: str) -> str:
    """How a chart names a step."""
    if step == "year":
        return str(day.year)
    return f"{_MONTHS[day.month - 1]} {day.year % 100:02d}" if step == "month" else f"{day.day} {_MONTHS[day.month - 1]}"


_FIRST: Final[dict[str, Callable[[date], date]]] = {
    "dia": lambda d: d, "semana": lambda d: first_of(d, "week"), "mes": month_start,
    "trimestre": lambda d: add_months(month_start(d), -2), "anio": lambda d: first_of(d, "year")}
_LAST: Final[dict[str, Callable[[date], date]]] = {
    "dia": lambda d: d, "semana": lambda d: d + 6 * DAY, "mes": lambda d: add_months(d, 1) - DAY,
    "trimestre": lambda d: add_months(d, 3) - DAY, "anio": lambda d: add_months(d, 12) - DAY}


def day_of(text: str | None) -> date | None:
    """The day that an address names; None for nonsense."""
    try:
        found = parse_date(text or "")
    except ValueError:
        return None
    return found if found and EARLIEST <= found.year < 9000 else None


def period_of(params: Mapping[str, str]) -> Period:
    """The period asked for; the current month when nothing, or nonsense, is asked. It never ends after today, unless between dates.

    Two dates may come in either order; of more than LONGEST days the last ones are meant.
    """
    today, name, step = timezone.localdate(), params.get("periodo", "mes"), params.get("paso", "")
    if name == "entre":
        first, last = day_of(params.get("desde")), day_of(params.get("hasta"))
        if first and last:
            first, last = min(first, last), max(first, last)
            return Period(name, max(first, last - LONGEST * DAY), last, step)
    name = name if name in _FIRST else "mes"
    day = min(day_of(params.get("dia")) or today, today)
    start = _FIRST[name](day)
    return Period(name, start, min(_LAST[name](start), today), step)
