"""Which calendars there are, which holds in each unit, and what each publication says."""
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.core.workdays.services import draft_of, standard_calendar, versions_for, written
from ventanilla.lib.worktime import Day, DayCount
from ventanilla.web.api import shapes, validators
from ventanilla.web.api.auth import actor
from ventanilla.web.api.calendars.schemas import (
    WEEK,
    CalendarDetail,
    CalendarOut,
    CalendarVersionOut,
    DayCountData,
    UnitCalendarOut,
)
from ventanilla.web.api.calendars.shared import READ, READS, calendars_of, router, version_of


def _out(row: Calendar, newest: CalendarVersion | None) -> dict[str, Any]:
    return {"uuid": row.uuid, "name": row.name, "unit": shapes.unit_ref(row.unit), "purpose": row.purpose,
            "version": newest.number if newest else None, "since": newest.published_at if newest else None, "valid_to": row.valid_to}


def _version_ref(row: CalendarVersion) -> dict[str, Any]:
    return {"number": row.number, "published_at": row.published_at, "by": shapes.person_ref(row.published_by), "note": row.note}


def detail(person: Person, uuid: UUID) -> dict[str, Any]:
    """CalendarDetail. Raises Calendar.DoesNotExist."""
    row = calendars_of(person).get(uuid=uuid)
    versions = list(row.versions.published().select_related("published_by").order_by("-number"))
    return _out(row, versions[0] if versions else None) | {"versions": [_version_ref(v) for v in versions]}


def _version(row: CalendarVersion, year: int | None) -> dict[str, Any]:
    draft = draft_of(row)
    days = [d for d in draft.days if year is None or d.day.year == year]
    return _version_ref(row) | {
        "week": {name: written(draft.coverage.on(n)) for n, name in enumerate(WEEK)},
        "amber": {"rule": row.amber_rule, "value": row.amber_value}, "day_count": _asked(draft.rule), "days": [_day(d) for d in days]}


def _asked(rule: DayCount) -> dict[str, str]:
    return {name: getattr(rule, name) for name in DayCountData.model_fields}


def _day(day: Day) -> dict[str, Any]:
    hours = None if day.hours is None else written(day.hours)
    return {"day": day.day, "kind": day.kind, "name": day.name, "source": day.source, "hours": hours}


@router.get("/calendars", response={200: list[CalendarOut], **READS}, auth=READ, operation_id="list_calendars",
            summary="Calendarios de la institución, de unidades y de servicios")
def calendars(request: HttpRequest) -> Any:
    """The institution's first, then those of units, then those with a purpose."""
    person = actor(request)
    standard_calendar(person.institution)
    newest = {v.calendar_id: v for v in CalendarVersion.objects.visible_to(person).newest()}
    rows = sorted(calendars_of(person), key=lambda c: (c.purpose, c.unit.sort_key if c.unit else "", c.pk))
    return [_out(row, newest.get(row.pk)) for row in rows]


@router.get("/unit-calendars", response={200: list[UnitCalendarOut], **READS}, auth=READ, operation_id="list_unit_calendars",
            summary="Qué calendario vale en cada unidad, y de quién lo hereda")
def unit_calendars(request: HttpRequest, unit: UUID | None = None) -> Any:
    """Of every unit of today, or of one."""
    person = actor(request)
    units = Unit.objects.filter(institution_id=person.institution_id).select_related("institution").valid_on(timezone.localdate())
    found = versions_for(units.filter(uuid=unit) if unit else units)
    held = calendars_of(person).in_bulk({v.calendar_id for v in found.values()})
    return [_holding(one, held[found[one.pk].calendar_id], found[one.pk]) for one in units if one.pk in found]


def _holding(unit: Unit, calendar: Calendar, version: CalendarVersion) -> dict[str, Any]:
    above = calendar.unit if calendar.unit_id != unit.pk else None
    return {"unit": shapes.unit_ref(unit), "calendar": {"uuid": calendar.uuid, "name": calendar.name}, "version": version.number,
            "inherited_from": shapes.unit_ref(above)}


@router.get("/calendars/{uuid}", response={200: CalendarDetail, 304: None, **READS}, auth=READ, operation_id="get_calendar",
            summary="Un calendario y sus versiones")
def calendar(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """With `ETag`."""
    return validators.told(request, response, detail(actor(request), uuid))


@router.get("/calendars/{uuid}/versions/{int:number}", response={200: CalendarVersionOut, 304: None, **READS}, auth=READ,
            operation_id="get_calendar_version", summary="Una versión: horario, semáforo y cada día que no sigue la semana, con su fuente")
def version(request: HttpRequest, response: HttpResponse, uuid: UUID, number: int, year: int | None = None) -> Any:
    """With `ETag`; `year`: only its days."""
    row = version_of(calendars_of(actor(request)).get(uuid=uuid), number)
    return validators.told(request, response, _version(row, year))
