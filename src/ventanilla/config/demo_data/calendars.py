"""Calendars of the demo: federal days by law, one state day, and invented vacation periods, each with its source."""
from datetime import date, timedelta

from django.utils import timezone

from ventanilla.core.orgs.models import Institution, Unit
from ventanilla.core.workdays.models import Calendar
from ventanilla.core.workdays.services import (
    VersionDraft,
    create_calendar,
    draft_of,
    period,
    publish_version,
    standard_calendar,
)
from ventanilla.lib.worktime import Coverage, Day, Kind

INVENTED = "Calendario inventado de la institución de demostración"


def publish_calendars(institution: Institution, regional: Unit | None) -> None:
    """The institution's calendar with its own days; the regional offices also work on Saturday mornings."""
    version = standard_calendar(institution)
    base = draft_of(version)
    known = {day.day for day in base.days}
    days = tuple(day for day in _own_days() if day.day not in known)
    draft = VersionDraft(base.coverage, (*base.days, *days), "Periodos vacacionales y días inhábiles de la demostración")
    publish_version(actor=None, calendar=Calendar.objects.get(institution=institution, unit=None), draft=draft)
    if regional is not None:
        own = create_calendar(actor=None, institution=institution, unit=regional, name="Delegaciones regionales")
        publish_version(actor=None, calendar=own, draft=VersionDraft(_regional_hours(), draft.days, "Horario de delegaciones"))


def _own_days() -> list[Day]:
    found: list[Day] = []
    for year in range(timezone.localdate().year - 3, timezone.localdate().year + 2):
        found.append(Day(date(year, 3, 2), Kind.STATE, "Aniversario de la fundación del Estado de México", INVENTED))
        for first, length, name in ((easter(year) - timedelta(6), 12, "Primer periodo vacacional"),
                                    (date(year, 7, 21), 12, "Segundo periodo vacacional"),
                                    (date(year, 12, 22), 16, "Tercer periodo vacacional")):
            found += period(first, first + timedelta(length - 1), kind=Kind.VACATION, name=name, source=INVENTED)
    return list({day.day: day for day in reversed(found)}.values())


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _regional_hours() -> Coverage:
    weekdays = {day: ((9 * 60, 18 * 60),) for day in range(5)}
    return Coverage({**weekdays, 5: ((9 * 60, 13 * 60),)})
