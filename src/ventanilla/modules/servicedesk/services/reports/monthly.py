"""The monthly report: totals, by service, team, area, agent and requester, the trend of a year; and the rows behind each figure."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from ventanilla.core.cases.kinds import kinds
from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.models import Cause, Service, Team
from ventanilla.modules.servicedesk.services.reports.dues import fixed_dues
from ventanilla.modules.servicedesk.services.reports.facts import Fixed, Scope, query
from ventanilla.modules.servicedesk.services.reports.measures import DIMENSIONS, DRILLS, MEASURES, SHARES
from ventanilla.modules.servicedesk.services.reports.periods import Period
from ventanilla.modules.servicedesk.services.reports.satisfaction import Satisfaction, satisfaction
from ventanilla.modules.servicedesk.services.reports.systems import names_of

_SUMS = ", ".join(m.sql for m in MEASURES.values())
_HOURS = ("percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM f.resolved_at - f.received_at)) "
          f"FILTER (WHERE {MEASURES['attended'].where}) / 3600")
PAGE = 100


@dataclass(frozen=True)
class Line:
    """The measures of one key of a dimension (or of all: key None). `hours`: median from arrival to solution, in hours of the wall."""

    key: str | None
    label: str
    values: Mapping[str, int]
    hours: float | None = None

    def share(self, slug: str) -> float | None:
        """One of SHARES, 0..1; None where there is nothing to divide."""
        one = SHARES[slug]
        return self.values[one.part] / self.values[one.whole] if self.values[one.whole] else None


@dataclass(frozen=True)
class Top:
    """Who or what has most, and its share of all, 0..1."""

    key: str | None
    label: str
    count: int
    share: float


@dataclass(frozen=True)
class MonthOf:
    """A month of the trend."""

    first: date
    received: int
    attended: int
    resolve_met: int
    resolve_promised: int

    @property
    def share(self) -> float | None:
        """Resolved in time, 0..1."""
        return self.resolve_met / self.resolve_promised if self.resolve_promised else None


@dataclass(frozen=True)
class Report:
    """The whole report of a period as known at `period.as_of`."""

    period: Period
    total: Line
    before: Line
    lines: Mapping[str, Sequence[Line]]
    trend: Sequence[MonthOf]
    satisfaction: Satisfaction
    top: Mapping[str, Top | None] = field(default_factory=dict)


def monthly_report(scope: Scope, period: Period) -> Report:
    """Every figure of the report. The number of queries does not depend on how many tickets there are."""
    fixed = fixed_dues(scope, period)
    lines = {slug: by(scope, period, slug, fixed) for slug in DIMENSIONS}
    total = totals(scope, period, fixed)
    return Report(period, total, totals(scope, period.before), lines, trend(scope, period), satisfaction(scope, period),
                  {slug: _top(lines[slug], total) for slug in ("service", "unit")})


def totals(scope: Scope, period: Period, fixed: Fixed | None = None) -> Line:
    """The measures of everything."""
    fixed = fixed if fixed is not None else fixed_dues(scope, period)
    row = query(scope, period, f"SELECT {_SUMS}, {_HOURS} FROM f", fixed)[0]
    return Line(None, "", dict(zip(MEASURES, row, strict=False)), _float(row[-1]))


def by(scope: Scope, period: Period, dimension: str, fixed: Fixed | None = None) -> list[Line]:
    """The measures per key, those with most received first; keys without anything in the period are left out."""
    fixed = fixed if fixed is not None else fixed_dues(scope, period)
    one = DIMENSIONS[dimension]
    rows = query(scope, period, f"SELECT {one.key}, {_SUMS}, {_HOURS} FROM f GROUP BY 1", fixed)
    labels = labels_of(dimension, [r[0] for r in rows])
    lines = [Line(r[0], labels.get(r[0]) or str(one.none), dict(zip(MEASURES, r[1:], strict=False)), _float(r[-1])) for r in rows]
    kept = [line for line in lines if any(line.values.values())]
    return sorted(kept, key=lambda line: (-line.values["received"], -line.values["attended"], line.label, line.key or ""))


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


_MODELS: dict[str, type[Model]] = {"service": Service, "team": Team, "unit": Unit, "agent": Person, "requester": Person,
                                  "cause": Cause}


def labels_of(dimension: str, keys: Sequence[str | None]) -> dict[str | None, str]:
    """Keys of a dimension in words."""
    found: dict[str | None, str] = {k: k[2:] for k in keys if k and k.startswith("n:")}
    if dimension == "system":
        named = names_of(k for k in keys if k)
        return {k: named.get(k, k) for k in keys if k}
    if dimension == "kind":
        known = {one.slug: str(one.label) for one in kinds()}
        return {k: known[k] for k in keys if k in known}
    ids = [pk for k in keys if (pk := whole(k)) is not None]
    for pk, thing in _MODELS[dimension]._default_manager.in_bulk(ids).items():
        found[str(pk)] = getattr(thing, "name", "") or str(thing)
    return found


def _top(lines: Sequence[Line], total: Line) -> Top | None:
    """The key that was asked most; tickets without one are not a candidate."""
    best = next((line for line in lines if line.key is not None and line.values["received"]), None)
    if best is None:
        return None
    return Top(best.key, best.label, best.values["received"], best.values["received"] / total.values["received"])


_MONTHS = """
SELECT to_char({moment} AT TIME ZONE %(zone)s, 'YYYY-MM'), {sums} FROM f GROUP BY 1
"""


def trend(scope: Scope, period: Period) -> list[MonthOf]:
    """The twelve months that end with the period, all as known at its `as_of`."""
    year = period.trend
    fixed, zone = fixed_dues(scope, year), scope.institution.time_zone
    came = dict(query(scope, year, _MONTHS.format(moment="f.received_at", sums=MEASURES["received"].sql), fixed, zone=zone))
    sums = ", ".join(MEASURES[slug].sql for slug in ("attended", "resolve_met", "resolve_promised"))
    done = {row[0]: row[1:] for row in query(scope, year, _MONTHS.format(moment="f.resolved_at", sums=sums), fixed, zone=zone)}
    return [MonthOf(m, came.get(f"{m:%Y-%m}", 0), *done.get(f"{m:%Y-%m}", (0, 0, 0))) for m in year.months]


@dataclass(frozen=True)
class TicketRow:
    """A ticket behind a figure, as known then."""

    institution_id: int
    case_id: int
    folio: str
    subject: str
    kind: str
    state: str
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

    @property
    def state_label(self) -> str:
        """The state in words."""
        return state_of(self)


_ROWS = """
SELECT f.case_id, f.folio, f.subject, f.kind, f.state, f.received_at, f.owned_at, f.resolved_at, f.own_due, f.resolve_due,
       coalesce(s.name, ''), coalesce(t.name, ''), coalesce(u.name, ''),
       coalesce(nullif(concat_ws(' ', p.given_name, p.surname_1, nullif(p.surname_2, '')), ''), f.requester_name),
       coalesce(concat_ws(' ', a.given_name, a.surname_1, nullif(a.surname_2, '')), '')
FROM f LEFT JOIN servicedesk_service s ON s.id = f.service_id LEFT JOIN servicedesk_team t ON t.id = f.team_id
LEFT JOIN orgs_unit u ON u.id = f.unit_id LEFT JOIN orgs_person p ON p.id = f.requester_id LEFT JOIN orgs_person a ON a.id = f.agent_id
WHERE {where} AND f.case_id > %(after)s ORDER BY f.case_id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Drill:
    """Which figure: a measure and, when it is of a line, the dimension and its key ("" for tickets without one)."""

    measure: str = "received"
    dimension: str = ""
    key: str = ""


def rows_of(scope: Scope, period: Period, drill: Drill, *, after: int = 0, limit: int = PAGE) -> list[TicketRow]:
    """The tickets that the figure counts, by order of arrival in the system, those after the key `after`.

    Raises KeyError for an unknown measure or dimension.
    """
    where = MEASURES[drill.measure].where
    if drill.dimension:
        where += f" AND {DRILLS[drill.dimension].fits}"
    return rows_where(scope, period, where, {"key": drill.key or None}, after=after, limit=limit)


def rows_where(scope: Scope, period: Period, where: str, values: Mapping[str, Any], *, after: int = 0,
               limit: int = PAGE) -> list[TicketRow]:
    """The tickets of the relation `f` for which `where` holds (SQL of this package, with `values`), after the key `after`."""
    found = query(scope, period, _ROWS.format(where=where), fixed_dues(scope, period), **values, after=after, limit=limit)
    return [TicketRow(scope.institution.pk, *row) for row in found]
