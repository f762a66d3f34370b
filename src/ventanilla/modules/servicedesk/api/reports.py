"""The monthly report as known on a date: every figure, and the tickets behind each."""
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api.shaping import READS
from ventanilla.modules.servicedesk.api.surveys import IntervalOut
from ventanilla.modules.servicedesk.services.reports import Drill, Period, Report, Scope, monthly_report, rows_of
from ventanilla.modules.servicedesk.services.reports.measures import DRILLS, MEASURES, SHARES, Measure, Share
from ventanilla.modules.servicedesk.services.reports.monthly import Line, TicketRow, Top
from ventanilla.modules.servicedesk.services.reports.tables import period_of
from ventanilla.web.api import schemas, scopes
from ventanilla.web.api.auth import Bearer, able, actor
from ventanilla.web.api.validators import next_page

router = Router(tags=["Mesa: informes"])
READ = Bearer(scopes.REPORTS, able(cap.MEASURE))
REFUSED = {**READS, 422: schemas.Problem}
MeasureName = Literal["received", "attended", "own_promised", "own_met", "resolve_promised", "resolve_met", "reopened", "pending"]


class Months(Schema):
    """Which months, as known when which local day ended (without one: as known now)."""

    period: str = Field("", description="AAAA-MM o AAAA; vacío: el mes anterior",
                        pattern=r"^(\d{4}(-(0[1-9]|1[0-2]))?)?$")
    day: date | None = Field(None, description="Como se sabía al terminar ese día")


class RowsAsked(Months):
    """Which figure; of a line, also its dimension and key."""

    measure: MeasureName = "received"
    dimension: Literal["", "service", "team", "unit", "agent", "requester", "kind", "cause", "system"] = ""
    key: str = Field("", max_length=210, description="La clave del renglón; vacía, los que no tienen")
    after: int = Field(0, ge=0, le=2**62)
    limit: int = Field(100, ge=1, le=500)


class PeriodOut(Schema):
    """Local days, `until` excluded, and the moment as of which is told."""

    text: str
    since: date
    until: date
    as_of: datetime


class ReportLine(Schema):
    """The measures of a line; shares are 0 to 1; `hours`: median from arrival to solution, of the wall."""

    key: str | None
    label: str
    values: dict[str, int]
    shares: dict[str, float | None]
    hours: float | None


class TopOut(Schema):
    """Who or what has most, and its share of all."""

    key: str | None
    label: str
    count: int
    share: float


class TrendMonth(Schema):
    """A month of the trend, by its first day."""

    month: date
    received: int
    attended: int
    resolve_met: int
    resolve_promised: int
    share: float | None


class SatisfactionLevel(Schema):
    """A level of satisfaction, with its share of who answered and the interval at 95 % (Wilson)."""

    label: str
    count: int
    share: float
    interval: IntervalOut


class SatisfactionOut(Schema):
    """Surveys invited and answered in the period."""

    n: int
    invited: int
    answered: int
    rate: float | None
    levels: list[SatisfactionLevel]


class Definition(Schema):
    """What a figure counts."""

    key: str
    label: str
    definition: str


class MonthlyOut(Schema):
    """The whole report: totals, the period before, lines by dimension, the trend of a year, satisfaction, definitions."""

    period: PeriodOut
    total: ReportLine
    before: ReportLine
    lines: dict[str, list[ReportLine]]
    top: dict[str, TopOut | None]
    trend: list[TrendMonth]
    satisfaction: SatisfactionOut
    definitions: list[Definition]


class ReportTicket(Schema):
    """A ticket behind a figure, as known then."""

    uuid: UUID
    folio: str
    subject: str
    kind: str
    state: str
    state_label: str
    received_at: datetime
    owned_at: datetime | None
    resolved_at: datetime | None
    own_due: datetime | None
    resolve_due: datetime | None
    service: str
    team: str
    unit: str
    requester: str
    agent: str


class ReportTickets(Schema):
    """A page; `next` is the address of the following one."""

    items: list[ReportTicket]
    next: str | None


def measured(request: HttpRequest, asked: Months) -> tuple[Person, Scope, Period]:
    """Who asks for which period. Raises Refused for a day that there is not."""
    person = actor(request)
    if asked.day and not 1970 <= asked.day.year <= 9000:
        raise Refused(_("Ese día no se puede consultar."), "day")
    return person, Scope(person.institution, person), period_of({"period": asked.period, "day": asked.day or ""})


def period_out(period: Period) -> dict[str, Any]:
    """PeriodOut."""
    return {"text": period.text, "since": period.first, "until": period.after, "as_of": period.as_of}


def _line(line: Line) -> dict[str, Any]:
    return {"key": line.key, "label": line.label, "values": dict(line.values), "shares": {s: line.share(s) for s in SHARES},
            "hours": line.hours}


def _top(one: Top | None) -> dict[str, Any] | None:
    return vars(one) if one else None


@router.get("/reports/monthly", response={200: MonthlyOut, **REFUSED}, auth=READ, operation_id="get_monthly_report",
            summary="El informe del mes o del año, como se sabía a una fecha")
def monthly(request: HttpRequest, asked: Query[Months]) -> Any:
    """Over the tickets of the units that the person measures; asked again for the same day, it says the same."""
    _person, scope, period = measured(request, asked)
    found = monthly_report(scope, period)
    return {"period": period_out(period), "total": _line(found.total), "before": _line(found.before),
            "lines": {slug: [_line(x) for x in lines] for slug, lines in found.lines.items()},
            "top": {slug: _top(one) for slug, one in found.top.items()}, "trend": _trend(found), "satisfaction": _satisfaction(found),
            "definitions": [_definition(m) for m in MEASURES.values()] + [_definition(s) for s in SHARES.values()]}


def _definition(one: Measure | Share) -> dict[str, str]:
    return {"key": one.slug, "label": str(one.label), "definition": str(one.definition)}


def _trend(found: Report) -> list[dict[str, Any]]:
    return [{"month": m.first, "received": m.received, "attended": m.attended, "resolve_met": m.resolve_met,
             "resolve_promised": m.resolve_promised, "share": m.share} for m in found.trend]


def _satisfaction(found: Report) -> dict[str, Any]:
    one = found.satisfaction
    levels = [{"label": x.label, "count": x.count, "share": x.share, "interval": vars(x.interval)} for x in one.levels]
    return {"n": one.n, "invited": one.invited, "answered": one.answered, "rate": one.rate, "levels": levels}


@router.get("/reports/monthly/tickets", response={200: ReportTickets, **REFUSED}, auth=READ, operation_id="list_report_tickets",
            summary="Los tickets que cuenta una cifra del informe, como se sabían entonces")
def tickets(request: HttpRequest, asked: Query[RowsAsked]) -> Any:
    """Pages by key: follow `next` until it is null."""
    _person, scope, period = measured(request, asked)
    assert asked.measure in MEASURES and (not asked.dimension or asked.dimension in DRILLS)
    found = rows_of(scope, period, Drill(asked.measure, asked.dimension, asked.key), after=asked.after, limit=asked.limit + 1)
    return tickets_page(request, found, asked.limit)


def tickets_page(request: HttpRequest, found: Sequence[TicketRow], limit: int) -> Mapping[str, Any]:
    """ReportTickets, from one row more than the page holds."""
    shown = found[:limit]
    uuids = dict(Case.objects.filter(pk__in=[r.case_id for r in shown]).values_list("pk", "uuid"))
    items = [{n: v for n, v in vars(r).items() if n not in ("case_id", "institution_id")}
             | {"uuid": uuids[r.case_id], "state_label": r.state_label} for r in shown]
    return {"items": items, "next": next_page(request, shown[-1].case_id if len(found) > limit else None)}
