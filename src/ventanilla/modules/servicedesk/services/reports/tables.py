"""The reports and the rows behind a figure as tables to export (XLSX, CSV, PDF)."""
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from ventanilla.core.exports.tables import MONTHS, Column, Table
from ventanilla.core.orgs.models import Person
from ventanilla.lib.spanish import long_date
from ventanilla.modules.servicedesk.services.reports.facts import Scope
from ventanilla.modules.servicedesk.services.reports.measures import DIMENSIONS, MEASURES, SHARES
from ventanilla.modules.servicedesk.services.reports.monthly import Drill, Line, Report, TicketRow, monthly_report, rows_of
from ventanilla.modules.servicedesk.services.reports.periods import Period
from ventanilla.modules.servicedesk.services.reports.systems import SystemLine, by_system

REPORT = "servicedesk.report"
ROWS = "servicedesk.report_rows"
SYSTEMS = "servicedesk.report_systems"


def title_of(period: Period) -> str:
    """`octubre de 2026`, or `2026`."""
    return str(period.first.year) if period.is_year else _("%(month)s de %(year)s") % {
        "month": MONTHS[period.first.month - 1], "year": period.first.year}


def as_of_text(period: Period) -> str:
    """As of when it tells."""
    last = period.as_of.astimezone(period.since.tzinfo) - timedelta(microseconds=1)
    return _("Como se sabía al %(day)s") % {"day": long_date(last.date())}


def report_table(person: Person, params: Mapping[str, Any]) -> Table:
    """The report of `period` (text) as of `day` (ISO or empty), one row per line of every part."""
    period = period_of(params)
    report = monthly_report(Scope(person.institution, person), period)
    columns = [Column(_("Apartado")), Column(_("Concepto"), width=44), *(Column(str(m.label), "int") for m in MEASURES.values()),
               *(Column(str(s.label), "percent") for s in SHARES.values()), Column(_("Parte de lo recibido"), "percent"),
               Column(_("Horas hasta resolver (mediana)"), "float")]
    return Table(_("Informe de la mesa de servicio, %(period)s") % {"period": title_of(period)}, columns, _lines(report),
                 as_of_text(period), person.name, person.institution.name)


def _lines(report: Report) -> Iterator[list[Any]]:
    yield _cells(_("Total"), _("Todas"), report.total, report)
    yield _cells(_("Total"), _("Periodo anterior"), report.before, report)
    for slug, lines in report.lines.items():
        for line in lines:
            yield _cells(str(DIMENSIONS[slug].plural), line.label, line, report)
    for month in report.trend:
        counts = dict.fromkeys(MEASURES, 0) | {"received": month.received, "attended": month.attended, "resolve_met": month.resolve_met,
                                               "resolve_promised": month.resolve_promised}
        yield [_("Tendencia"), f"{month.first:%Y-%m}", *(counts[s] if counts[s] or s in _TREND else None for s in MEASURES), None,
               month.share, None, None]
    for level in report.satisfaction.levels:
        yield [_("Satisfacción"), level.label, level.count, *([None] * (len(MEASURES) + 1)), level.share, None]


_TREND = ("received", "attended", "resolve_met", "resolve_promised")


def _cells(part: str, label: str, line: Line, report: Report) -> list[Any]:
    received = report.total.values["received"]
    share = line.values["received"] / received if received and line is not report.before else None
    return [part, label, *(line.values[s] for s in MEASURES), *(line.share(s) for s in SHARES), share, line.hours]


def rows_table(person: Person, params: Mapping[str, Any]) -> Table:
    """The tickets behind a figure: `measure`, `dimension`, `key` beside the period. Raises KeyError for unknown ones."""
    period, drill = period_of(params), Drill(str(params["measure"]), str(params.get("dimension", "")), str(params.get("key", "")))
    scope = Scope(person.institution, person)
    return tickets_table(person, f"{MEASURES[drill.measure].label}, {title_of(period)}", period,
                         lambda after: rows_of(scope, period, drill, after=after, limit=2000))


def tickets_table(person: Person, title: str, period: Period, read: Callable[[int], Sequence[TicketRow]]) -> Table:
    """Tickets behind a figure as a table; `read` gives those after a key, until there are none."""
    columns = [Column(_("Folio")), Column(_("Asunto"), width=50), Column(_("Estado")), Column(_("Servicio"), width=36), Column(_("Equipo")),
               Column(_("Área"), width=36), Column(_("Solicita")), Column(_("Resolvió")), Column(_("Llegó"), "datetime"),
               Column(_("Se tomó"), "datetime"), Column(_("Se resolvió"), "datetime"), Column(_("Plazo para resolver"), "datetime")]
    return Table(title, columns, _tickets(read), as_of_text(period), person.name, person.institution.name)


def _tickets(read: Callable[[int], Sequence[TicketRow]]) -> Iterator[list[Any]]:
    after = 0
    while page := read(after):
        yield from (_ticket(row) for row in page)
        after = page[-1].case_id


def _ticket(row: TicketRow) -> list[Any]:
    return [row.folio, row.subject, row.state_label, row.service, row.team, row.unit, row.requester, row.agent, row.received_at,
            row.owned_at,
            row.resolved_at, row.resolve_due]


def period_of(params: Mapping[str, Any]) -> Period:
    """From `period` and `day`; what cannot be read is as if it were not there."""
    try:
        day = parse_date(str(params.get("day", "")))
    except ValueError:
        day = None
    if day and not 1970 <= day.year <= 9000:
        day = None
    return Period.parse(str(params.get("period", "")), day)


def systems_table(person: Person, params: Mapping[str, Any]) -> Table:
    """The list of systems of `period` as of `day`, one row per system."""
    period = period_of(params)
    columns = [Column(_("Nombre del Sistema"), width=44), Column(_("Recibidas"), "int"), Column(_("Incidentes"), "int"),
               Column(_("Atendidas"), "int"), Column(_("Reabiertas"), "int"),
               Column(_("Minutos hábiles hasta resolver (mediana)"), "float"),
               Column(_("Minutos hábiles hasta resolver (9 de cada 10)"), "float"), Column(_("Causas de los incidentes"), width=50),
               Column(_("Fallas que se repiten"), width=50),
               Column(_("Lecciones"), width=60)]
    rows = ([x.label, x.received, x.incidents, x.attended, x.reopened, x.median, x.p90, _causes(x.causes), _causes(x.repeated), _lessons(x)]
            for x in by_system(Scope(person.institution, person), period))
    return Table(_("Informe por sistema, %(period)s") % {"period": title_of(period)}, columns, rows, as_of_text(period), person.name,
                 person.institution.name)


def _causes(counted: Sequence[tuple[str, int]]) -> str:
    return "; ".join(f"{name} ({n})" for name, n in counted)


def _lessons(line: SystemLine) -> str:
    return "; ".join(f"{x.case.folio} {x.case.subject} ({_(x.state)})" for x in line.lessons)
