"""A calendar for a unit, and the next version of one: foreseen, then published."""
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse

from ventanilla.core.cases.services import ending_calendars, recomputing
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.workdays.models import Calendar
from ventanilla.core.workdays.services import (
    CalendarChange,
    Revision,
    VersionDraft,
    amber_rule,
    draft_of,
    first_draft,
    open_calendar,
    period,
    publish_version,
    read_hours,
    revised,
)
from ventanilla.core.workdays.services.drafts import Ranges, check
from ventanilla.lib.worktime import Day, DayCount
from ventanilla.web.api import shapes, validators
from ventanilla.web.api.auth import actor
from ventanilla.web.api.calendars.applying import effects_of
from ventanilla.web.api.calendars.reading import detail
from ventanilla.web.api.calendars.schemas import (
    WEEK,
    CalendarChangeIn,
    CalendarDetail,
    CalendarIn,
    DraftEffectsOut,
    DueEffectsOut,
    PeriodIn,
    RevisionIn,
    WeekData,
)
from ventanilla.web.api.calendars.shared import FORESEE, READS, WRITE, calendars_of, router, version_of
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.steps import CHECKED
from ventanilla.web.api.steps import ERRORS as CHANGES


@router.post("/calendars", response={201: CalendarDetail, **CHANGES}, auth=WRITE, operation_id="create_calendar",
             summary="Dar a una unidad su propio calendario, que comienza como el institucional")
def create(request: HttpRequest, data: CalendarIn) -> Any:
    """422 when the unit has one. Deadlines that run keep theirs until it is applied."""
    person = actor(request)
    made = open_calendar(actor=person, name=data.name, unit=shapes.unit_of(person, data.unit))
    return 201, detail(person, made.uuid)


@router.get("/calendar-preview", response={200: DueEffectsOut | None, **READS}, auth=FORESEE, operation_id="foresee_calendar",
            summary="Qué plazos cambiarían si una unidad tuviera su propio calendario; no cambia nada")
def foresee_new(request: HttpRequest, unit: UUID) -> Any:
    """As it would begin: with the institution's hours and days. Null: so many that they are told once it is made, by its effects."""
    person = actor(request)
    row = Calendar(institution=person.institution, unit=shapes.unit_of(person, unit))
    found = recomputing.foresee(row, first_draft(person.institution))
    return found and effects_of(person, found)


@router.patch("/calendars/{uuid}", response={200: CalendarDetail, **CHECKED}, auth=WRITE, operation_id="change_calendar",
              summary="Cambiar el nombre de un calendario, o desde qué día el de una unidad deja de valer")
def change(request: HttpRequest, response: HttpResponse, uuid: UUID, data: CalendarChangeIn) -> Any:
    """From that day new terms count by the nearest above; deadlines that run keep theirs until that one is applied."""
    person, said = actor(request), data.dict(exclude_unset=True)
    row = calendars_of(person).get(uuid=uuid)

    def verb() -> None:
        row.refresh_from_db()
        wanted = CalendarChange(said.get("name") or row.name, said.get("valid_to", row.valid_to))
        ending_calendars.change_calendar(actor=person, calendar=row, change=wanted)

    return validators.changed(request, response, row, lambda: detail(person, uuid), verb)


@router.get("/calendars/{uuid}/end-preview", response={200: DueEffectsOut | None, **READS}, auth=FORESEE,
            operation_id="foresee_calendar_end",
            summary="Qué plazos cambiarían si el calendario de una unidad dejara de valer ese día, o si volviera a valer; no cambia nada")
def foresee_end(request: HttpRequest, uuid: UUID, valid_to: date | None = None) -> Any:
    """Without `valid_to`: if it went on. Nothing changes where it is as that day says already. Null: so many that they are told once it
    has ended, by the effects of the one that holds then."""
    person = actor(request)
    row = calendars_of(person).get(uuid=uuid)
    asked = ending_calendars.to_foresee(row, valid_to)
    found = recomputing.foresee(*asked) if asked else recomputing.Preview(version_of(row))
    return found and effects_of(person, found)


@router.post("/calendars/{uuid}/versions", response={201: CalendarDetail, **CHECKED}, auth=WRITE, operation_id="publish_calendar",
             summary="Publicar la versión siguiente de un calendario")
def publish(request: HttpRequest, response: HttpResponse, uuid: UUID, data: RevisionIn) -> Any:
    """It holds for new terms; running deadlines keep theirs until it is applied. `If-Match` refuses (412) when one came first."""
    person = actor(request)
    row = calendars_of(person).get(uuid=uuid)

    def verb() -> None:
        publish_version(actor=person, calendar=row, draft=_draft(row, data, key_of(request)))

    return 201, validators.changed(request, response, row, lambda: detail(person, uuid), verb)


@router.post("/calendars/{uuid}/versions/preview", response={200: DraftEffectsOut, **CHANGES}, auth=FORESEE,
             operation_id="foresee_calendar_version", summary="Qué cambiaría con la versión siguiente, antes de publicarla; no cambia nada")
def foresee_version(request: HttpRequest, uuid: UUID, data: RevisionIn) -> Any:
    """The same body as for publishing."""
    person = actor(request)
    row = calendars_of(person).get(uuid=uuid)
    base, draft = draft_of(version_of(row)), _draft(row, data)
    check(draft)
    before, after = {d.day: d for d in base.days}, {d.day: d for d in draft.days}
    found = recomputing.foresee(row, draft)
    return {"days_added": sum(before.get(k) != d for k, d in after.items()), "days_removed": len(set(before) - set(after)),
            "weekdays_changed": sum(base.coverage.on(n) != draft.coverage.on(n) for n in range(7)),
            "effects": effects_of(person, found) if found else None}


def _draft(row: Calendar, data: RevisionIn, uuid: UUID | None = None) -> VersionDraft:
    return revised(draft_of(version_of(row)), Revision(
        data.note, _week(data.week), tuple(day for one in data.add for day in _days(one)), frozenset(data.remove),
        amber_rule(data.amber.rule, data.amber.value) if data.amber else None,
        DayCount(**data.day_count.dict()) if data.day_count else None, uuid or uuid4()))


def _week(data: WeekData | None) -> dict[int, Ranges]:
    said = data.dict(exclude_unset=True) if data else {}
    return {n: _hours(said[name] or "", f"week.{name}") for n, name in enumerate(WEEK) if name in said}


def _hours(text: str, field: str) -> Ranges:
    """Raises Refused naming the field."""
    try:
        return read_hours(text)
    except Refused as refused:
        raise Refused(refused.message, field) from refused


def _days(data: PeriodIn) -> list[Day]:
    hours = None if data.hours is None else _hours(data.hours, "add.hours")
    found = period(data.first, data.last or data.first, kind=data.kind, name=data.name.strip(), source=data.source.strip())
    return [Day(d.day, d.kind, d.name, d.source, hours) for d in found]
