"""Reports by "Nombre del Sistema" and by an extra field of the forms, as known on a date."""
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from ventanilla.modules.servicedesk.api.reports import (
    READ,
    REFUSED,
    Months,
    PeriodOut,
    ReportTickets,
    measured,
    period_out,
    tickets_page,
)
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.reports.field_tables import counted_fields
from ventanilla.modules.servicedesk.services.reports.fields import FieldReport, by_field, label_of, rows_with
from ventanilla.modules.servicedesk.services.reports.systems import Lesson, SystemLine, by_system

router = Router(tags=["Mesa: informes"])
Counted = Literal["received", "attended", "resolve_promised", "resolve_met", "reopened", "pending"]


class SystemsAsked(Months):
    """Which system, by its key; empty: all of them."""

    key: str = Field("", max_length=210)


class CauseCount(Schema):
    """A cause of attended incidents, and how often."""

    cause: str
    count: int


class LessonOut(Schema):
    """Something that was learned: a problem with its plan, or a known error."""

    ticket: UUID
    folio: str
    kind: str
    subject: str
    state: str
    root_cause: str
    workaround: str
    steps: int
    done: int
    definitive: bool


class SystemOut(Schema):
    """A system in the period; `median` and `p90`: minutes of working time from start to solution. `item` when it is one that is seen."""

    key: str
    label: str
    item: UUID | None
    received: int
    incidents: int
    attended: int
    reopened: int
    median: float | None
    p90: float | None
    causes: list[CauseCount]
    lessons: list[LessonOut]


class SystemsOut(Schema):
    """The systems of the period, those with most first."""

    period: PeriodOut
    systems: list[SystemOut]


class CountedField(Schema):
    """A field of the forms that can be counted, and the service or group that asks it."""

    name: str
    label: str
    type: str
    group: str


class FieldLineOut(Schema):
    """An answer: `key` finds its tickets again; `share` resolved in time, 0 to 1; `hours`: median from arrival to solution."""

    key: str
    label: str
    values: dict[str, int]
    share: float | None
    hours: float | None


class SpreadOut(Schema):
    """What the numbers answered add up to."""

    count: int
    least: float
    most: float
    total: float
    mean: float
    median: float


class FieldReportOut(Schema):
    """Lines of a field; `asked`: tickets received whose form has it, `answered` of them."""

    period: PeriodOut
    field: CountedField
    asked: int
    answered: int
    spread: SpreadOut | None
    lines: list[FieldLineOut]


class FieldRowsAsked(Months):
    """Which figure: measure, and the key of the line."""

    measure: Counted = "received"
    key: str = Field("-", max_length=210)
    after: int = Field(0, ge=0, le=2**62)
    limit: int = Field(100, ge=1, le=500)


@router.get("/reports/systems", response={200: SystemsOut, **REFUSED}, auth=READ, operation_id="get_systems_report",
            summary="Informe por «Nombre del Sistema»: volumen, fallas que se repiten, tiempo y lecciones")
def systems(request: HttpRequest, asked: Query[SystemsAsked]) -> Any:
    """Lessons only of tickets that the person may read; the tickets are those of `/reports/monthly/tickets`, dimension `system`."""
    person, scope, period = measured(request, asked)
    lines = by_system(scope, period, asked.key)
    ids = [x.item_id for x in lines if x.item_id is not None]
    uuids = dict(choosable(person, person.institution_id).filter(pk__in=ids).values_list("pk", "uuid")) if ids else {}
    return {"period": period_out(period), "systems": [_system(x, uuids) for x in lines]}


def _system(line: SystemLine, uuids: dict[int, UUID]) -> dict[str, Any]:
    plain = ("key", "label", "received", "incidents", "attended", "reopened", "median", "p90")
    return {n: getattr(line, n) for n in plain} | {
        "item": uuids.get(line.item_id or 0), "causes": [{"cause": name, "count": n} for name, n in line.causes],
        "lessons": [_lesson(x) for x in line.lessons]}


def _lesson(one: Lesson) -> dict[str, Any]:
    return {"ticket": one.case.uuid, "folio": one.case.folio, "kind": one.case.kind, "subject": one.case.subject, "state": one.state,
            "root_cause": one.text, "workaround": one.workaround, "steps": one.steps, "done": one.done, "definitive": one.definitive}


@router.get("/reports/fields", response={200: list[CountedField], **REFUSED}, auth=READ, operation_id="list_counted_fields",
            summary="Campos de los formularios que se pueden contar")
def fields(request: HttpRequest) -> Any:
    """Never private ones."""
    person, _scope, _period = measured(request, Months(period="", day=None))
    return [_field(one) for one in counted_fields(person).values()]


def _field(one: Any) -> dict[str, str]:
    return {"name": one.name, "label": one.label, "type": one.field.type, "group": one.group}


@router.get("/reports/fields/{name}", response={200: FieldReportOut, **REFUSED}, auth=READ, operation_id="get_field_report",
            summary="Informe por un campo: cuántos tickets dieron cada respuesta, y cómo les fue")
def field(request: HttpRequest, name: str, asked: Query[Months]) -> Any:
    """404 for a field that there is not."""
    person, scope, period = measured(request, asked)
    one = counted_fields(person).get(name)
    if one is None:
        raise Http404
    return {"period": period_out(period), "field": _field(one)} | _report(by_field(scope, period, one))


def _report(found: FieldReport) -> dict[str, Any]:
    lines = [{"key": x.key, "label": x.label, "values": dict(x.values), "share": x.share, "hours": x.hours} for x in found.lines]
    spread = {n: float(v) for n, v in vars(found.spread).items()} if found.spread else None
    return {"asked": found.asked, "answered": found.answered, "spread": spread, "lines": lines}


@router.get("/reports/fields/{name}/tickets", response={200: ReportTickets, **REFUSED}, auth=READ, operation_id="list_field_tickets",
            summary="Los tickets que cuenta una cifra del informe por campo")
def field_tickets(request: HttpRequest, name: str, asked: Query[FieldRowsAsked]) -> Any:
    """Pages by key: follow `next`. 404 for a field or key that there is not."""
    person, scope, period = measured(request, asked)
    one = counted_fields(person).get(name)
    if one is None:
        raise Http404
    try:
        label_of(one, asked.key)
        found = rows_with(scope, period, one, asked.measure, asked.key, after=asked.after, limit=asked.limit + 1)
    except KeyError:
        raise Http404 from None
    return tickets_page(request, found, asked.limit)
