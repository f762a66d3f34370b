"""Periods without changes in time: those that happen once and those that repeat, when they come next, and their rule in words."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from ventanilla.core.orgs.models import Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.workdays.services import compiled, version_for
from ventanilla.lib.repeating import Rule, RuleError, Series, Span, Working, closing
from ventanilla.lib.spanish import day_and_month, listed, long_date
from ventanilla.modules.servicedesk.models import Blackout

MOST: Final = 20
"""Times of one period told of a window."""
LONGEST: Final = timedelta(days=31)
"""How long one time of a period that repeats may last."""
ZONES: Final[Mapping[str, Any]] = {
    "America/Mexico_City": lazy("Centro de México"), "America/Tijuana": lazy("Tijuana y Baja California"),
    "America/Hermosillo": lazy("Sonora"), "America/Mazatlan": lazy("Sinaloa, Nayarit y Baja California Sur"),
    "America/Chihuahua": lazy("Chihuahua"), "America/Ciudad_Juarez": lazy("Ciudad Juárez"), "America/Ojinaga": lazy("Ojinaga"),
    "America/Matamoros": lazy("Matamoros y la frontera noreste"), "America/Cancun": lazy("Quintana Roo"),
    "America/New_York": lazy("Nueva York"), "America/Chicago": lazy("Chicago"), "America/Los_Angeles": lazy("Los Ángeles"),
    "Europe/Madrid": lazy("Madrid"), "UTC": lazy("Hora universal (UTC)")}
"""The zones that forms offer; any of the time zone database is kept as it is."""
WEEKDAYS: Final = (lazy("lunes"), lazy("martes"), lazy("miércoles"), lazy("jueves"), lazy("viernes"), lazy("sábado"), lazy("domingo"))
ORDINALS: Final = {1: lazy("primer"), 2: lazy("segundo"), 3: lazy("tercer"), 4: lazy("cuarto"), 5: lazy("quinto"), -1: lazy("último"),
                   -2: lazy("penúltimo")}
WORKWEEK: Final = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Repeat:
    """How a period repeats: the text of its rule, in which zone it is read, whether days of the month are counted by the calendar,
    the last local date on which it begins (None: for ever), and the dates on which it does not.
    """

    rule: str
    zone: str = "America/Mexico_City"
    workdays: bool = False
    until: date | None = None
    skipped: Sequence[date] = ()


@dataclass(frozen=True)
class Time:
    """One time of a period (aware, in UTC)."""

    blackout: Blackout
    since: datetime
    until: datetime

    @property
    def day(self) -> date:
        """The local date on which it begins, in the zone of the period."""
        return self.since.astimezone(ZoneInfo(self.blackout.zone)).date()


def series_of(row: Blackout) -> Series:
    """The rule of a period that repeats, with its times. Raises RuleError for a stored rule that is none."""
    zone = ZoneInfo(row.zone)
    start, end = (at.astimezone(zone).replace(tzinfo=None) for at in (row.starts_at, row.ends_at))
    return Series(Rule.parse(row.rule), start, end, row.zone, row.last_at, row.skipped)


def repeat_of(row: Blackout) -> Repeat | None:
    """How a stored period repeats; None when it does not."""
    if not row.rule:
        return None
    until = (row.last_at - (row.ends_at - row.starts_at)).astimezone(ZoneInfo(row.zone)).date() if row.last_at else None
    return Repeat(row.rule, row.zone, row.workdays, until, tuple(row.skipped))


def working_days(institution_id: int) -> Working:
    """Which days the institution works, by its calendar; beyond its years, Monday to Friday."""
    root = Unit.objects.filter(institution_id=institution_id, parent=None).order_by("pk").first()
    calendar = compiled(version_for(root).pk) if root else None

    def working(day: date) -> bool:
        known = calendar is not None and calendar.first <= day <= calendar.last
        return calendar.is_working(day) if calendar and known else day.weekday() in WORKWEEK

    return working


def _calendar(rows: Iterable[Blackout]) -> dict[int, Working]:
    return {owner: working_days(owner) for owner in {r.institution_id for r in rows if r.workdays}}


def times(rows: Sequence[Blackout], since: datetime, until: datetime, most: int = MOST) -> list[Time]:
    """When these periods hold within [since, until) (aware), by date; `most` of each at most."""
    calendars = _calendar(rows)
    found = [time for row in rows for time in _times(row, since, until, calendars.get(row.institution_id))[:most]]
    return sorted(found, key=lambda t: (t.since, t.blackout.pk))


def _times(row: Blackout, since: datetime, until: datetime, working: Working | None) -> list[Time]:
    if not row.rule:
        return [Time(row, row.starts_at, row.ends_at)] if row.starts_at < until and row.ends_at > since else []
    return [Time(row, *span) for span in series_of(row).spans(since, until, working if row.workdays else None)]


def following(row: Blackout, after: datetime, count: int = 3) -> list[Time]:
    """The next times of a period, those that are not over yet."""
    if not row.rule:
        return [Time(row, row.starts_at, row.ends_at)] if row.ends_at > after else []
    working = working_days(row.institution_id) if row.workdays else None
    return [Time(row, *span) for span in series_of(row).following(after, count, working)]


# --- what is written -----------------------------------------------------------------------------------------


def first_time(institution_id: int, since: datetime, until: datetime, repeat: Repeat) -> tuple[Span, datetime | None]:
    """The first time of a period that repeats, on or after `since`, and when its last time is over. Raises Refused naming the field."""
    rule = read_rule(repeat.rule)
    if repeat.zone not in available_timezones():
        raise Refused(_("Esa zona horaria no existe."), "zone")
    zone = ZoneInfo(repeat.zone)
    start, end = (at.astimezone(zone).replace(tzinfo=None) for at in (since, until))
    if end - start > LONGEST:
        raise Refused(_("Cada vez puede durar a lo más 31 días."), "ends_at")
    series = Series(rule, start, end, repeat.zone)
    spans = series.following(since, 1, working_days(institution_id) if repeat.workdays else None)
    if not spans or (repeat.until and spans[0][0].astimezone(zone).date() > repeat.until):
        raise Refused(_("Con esas fechas no ocurriría ninguna vez."), "until")
    if repeat.until is None:
        return spans[0], None
    midnight = datetime.combine(repeat.until + timedelta(days=1), datetime.min.time())
    return spans[0], closing(midnight, zone) - timedelta(seconds=1) + (spans[0][1] - spans[0][0])


def read_rule(text: str) -> Rule:
    """The rule of its text. Raises Refused for anything outside the subset."""
    try:
        return Rule.parse(text)
    except RuleError:
        raise Refused(_("No se entiende cómo se repite: elija los días."), "rule") from None


# --- in words ------------------------------------------------------------------------------------------------


def in_words(row: Blackout) -> str:
    """"Cada sábado y domingo", "El último día hábil de cada mes", "Los días 15 y último de cada mes"; nothing for one that does not."""
    if not row.rule:
        return ""
    rule = Rule.parse(row.rule)
    said = {"WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}[rule.frequency](rule, row.workdays)
    repeat = repeat_of(row)
    if repeat and repeat.until:
        said = _("%(rule)s, hasta el %(day)s") % {"rule": said, "day": long_date(repeat.until)}
    return said[:1].upper() + said[1:]


def _weekly(rule: Rule, workdays: bool) -> str:
    days = _("de lunes a viernes") if rule.weekdays == WORKWEEK else listed([str(WEEKDAYS[d]) for d in rule.weekdays])
    often = ngettext("cada %(n)s semana", "cada %(n)s semanas", rule.interval) % {"n": rule.interval}
    said = _("cada %(days)s") % {"days": days} if rule.interval == 1 and rule.weekdays != WORKWEEK else (
        days if rule.interval == 1 else _("%(often)s: %(days)s") % {"often": often, "days": days})
    return _("%(rule)s, salvo días inhábiles") % {"rule": said} if workdays else said


def _monthly(rule: Rule, workdays: bool) -> str:
    every = ngettext("cada mes", "cada %(n)s meses", rule.interval) % {"n": rule.interval}
    if rule.nth:
        day = _("día hábil") if rule.weekdays == WORKWEEK else listed([str(WEEKDAYS[d]) for d in rule.weekdays])
        which = str(ORDINALS.get(rule.nth, f"{abs(rule.nth)}.º" if rule.nth > 0 else _("%(n)s.º desde el final") % {"n": -rule.nth}))
        return _("el %(which)s %(day)s de %(every)s") % {"which": which, "day": day, "every": every}
    days = [str(n) for n in rule.month_days if n > 0] + [_("último") if n == -1 else _("%(n)s antes del último") % {"n": -n - 1}
                                                         for n in sorted(rule.month_days, reverse=True) if n < 0]
    said = ngettext("el día %(days)s de %(every)s", "los días %(days)s de %(every)s", len(days)) % {"days": listed(days), "every": every}
    return _before(said, workdays)


def _yearly(rule: Rule, workdays: bool) -> str:
    every = ngettext("cada año", "cada %(n)s años", rule.interval) % {"n": rule.interval}
    days = [day_and_month(date(2024, month, day if day > 0 else 1), weekday=False) for month in rule.months for day in rule.month_days]
    return _before(_("%(every)s el %(days)s") % {"every": every, "days": listed(days)}, workdays)


def _before(said: str, workdays: bool) -> str:
    return _("%(rule)s, o el día hábil anterior") % {"rule": said} if workdays else said


def zone_name(name: str) -> str:
    """A time zone for people; nothing for that of the platform, which is meant where none is said."""
    return "" if name == timezone.get_default_timezone_name() else str(ZONES.get(name, name))
