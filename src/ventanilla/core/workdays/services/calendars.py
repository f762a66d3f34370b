"""Which calendar holds where, and its compiled form."""
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils import timezone

from ventanilla.core import plans, settled
from ventanilla.core.orgs.models import Institution, Unit
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.core.workdays.services.drafts import VersionDraft, compile_draft
from ventanilla.lib.worktime import Coverage, WorkCalendar


def version_for(unit: Unit) -> CalendarVersion:
    """The version that holds in a unit today: its own calendar's, the nearest above's, else the institution's.

    An institution without a calendar gets the standard one. Two queries at most.
    """
    return versions_for([unit])[unit.pk]


def versions_for(units: Iterable[Unit]) -> dict[int, CalendarVersion]:
    """The version that holds in each unit today, by unit id; one query for all of them."""
    listed = list(units)
    if not listed:
        return {}
    values = [timezone.localdate(), list({u.institution_id for u in listed}), list({pk for u in listed for pk in u.path})]
    found = settled.answered(_newest, values)
    own = {unit_id: version for unit_id, version in found if unit_id}
    general = {version.institution_id: version for unit_id, version in found if unit_id is None}
    return {unit.pk: _nearest(unit, own, general) for unit in listed}


def version_above(calendar: Calendar) -> CalendarVersion:
    """The version that holds in the unit of a calendar where that one does not: the nearest above's, else the institution's."""
    above = calendar.unit.parent if calendar.unit else None
    return version_for(above) if above else _standard(calendar.institution)


def units_of(calendar: Calendar) -> list[int]:
    """The units in which a calendar holds, or would hold when it is not kept yet: the unit that has it and those below it, for the
    institution's all of them, but for those with a nearer one. Nothing for one that ended and for one with a purpose of its own.
    """
    if calendar.purpose or calendar.ended:
        return []
    top, theirs = calendar.unit_id, Calendar.objects.filter(institution_id=calendar.institution_id, purpose="", unit__isnull=False)
    holding = theirs.filter(versions__published_at__isnull=False).holding(timezone.localdate()).exclude(unit=top)
    below = Unit.objects.under(top) if top else Unit.objects.filter(institution_id=calendar.institution_id)
    nearer = set((holding.filter(unit__in=below) if top else holding).values_list("unit_id", flat=True))
    return [unit.pk for unit in below if not nearer.intersection(unit.path)]


_VERSION = plans.Columns(CalendarVersion)
# Which versions hold on a day, of every calendar that may matter.
_NEWEST = f"""
SELECT DISTINCT ON (v.calendar_id) c.unit_id, {_VERSION.sql("v")}
FROM workdays_calendarversion v JOIN workdays_calendar c ON c.id = v.calendar_id
WHERE v.published_at IS NOT NULL AND c.purpose = '' AND (c.valid_to IS NULL OR c.valid_to > %s::date)
  AND v.institution_id = ANY (%s::bigint[]) AND (c.unit_id IS NULL OR c.unit_id = ANY (%s::bigint[]))
ORDER BY v.calendar_id, v.number DESC
"""


def _newest(values: Sequence[Any]) -> list[tuple[int | None, CalendarVersion]]:
    return [(row[0], _VERSION.instance(row[1:])) for row in plans.rows(_NEWEST, values)]


def _nearest(
    unit: Unit, own: Mapping[int, CalendarVersion], general: dict[int, CalendarVersion],
) -> CalendarVersion:
    for pk in reversed(unit.path):
        if pk in own:
            return own[pk]
    if unit.institution_id not in general:
        general[unit.institution_id] = _standard(unit.institution)
    return general[unit.institution_id]


def _standard(institution: Institution) -> CalendarVersion:
    from ventanilla.core.workdays.services.publishing import standard_calendar

    return standard_calendar(institution)


def compiled(version_id: int) -> WorkCalendar:
    """The arrays of a published version; kept in the process, since a version never changes.

    Raises CalendarVersion.DoesNotExist for a draft or an unknown number.
    """
    return _compiled(version_id)


@lru_cache(maxsize=256)
def _compiled(version_id: int) -> WorkCalendar:
    version = CalendarVersion.objects.published().select_related("institution").get(pk=version_id)
    return compile_draft(draft_of(version), version.institution.time_zone)


def draft_of(version: CalendarVersion) -> VersionDraft:
    """The contents of a version, as the beginning of the next one."""
    weekly: dict[int, tuple[tuple[int, int], ...]] = {}
    special: dict[object, tuple[tuple[int, int], ...]] = {}
    for span in version.coverage.all():
        minutes = ((span.start_minute, span.end_minute),)
        if span.weekday is None:
            special[span.day] = special.get(span.day, ()) + minutes
        else:
            weekly[span.weekday] = weekly.get(span.weekday, ()) + minutes
    days = tuple(row.plain(special.get(row.day)) for row in version.days.all())
    return VersionDraft(Coverage(weekly), days, version.note, version.amber, version.rule)
