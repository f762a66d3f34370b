"""Report by an extra field: how many tickets of a period gave each answer, how they went, and which ones they are.

Counted over the same relation `f` as the monthly report, so both agree for the same period and moment. A ticket counts once per
answer; one that marked several options counts in each. Numbers are told in ranges, whose bounds are round and the same for all
measures. Answers of private questions are never counted: such fields are not in `fields_for`.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from math import floor, log10
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core.questionnaires.references import labels_of
from ventanilla.lib.spanish import number
from ventanilla.modules.servicedesk.services.fields import ExtraField
from ventanilla.modules.servicedesk.services.reports.dues import fixed_dues
from ventanilla.modules.servicedesk.services.reports.facts import Fixed, Scope, query
from ventanilla.modules.servicedesk.services.reports.measures import MEASURES
from ventanilla.modules.servicedesk.services.reports.monthly import PAGE, TicketRow, rows_where
from ventanilla.modules.servicedesk.services.reports.periods import Period

COUNTED: Final = frozenset({"choice", "choices", "scale", "yes_no", "reference", "integer", "decimal"})
NUMBERS: Final = frozenset({"integer", "decimal"})
SHOWN: Final = ("received", "attended", "resolve_promised", "resolve_met", "reopened", "pending")
RANGES: Final = 8
NONE: Final = "-"
"""The key of tickets whose form asked and got no answer."""
_ANSWERS: Final = """questionnaires_fieldvalue v JOIN questionnaires_response q ON q.id = v.response_id AND q.role = 'record'
  AND q.instrument_id = ANY (%(forms)s::bigint[])"""
_ASKED: Final = """EXISTS (SELECT 1 FROM questionnaires_response q WHERE q.case_id = f.case_id AND q.role = 'record'
  AND q.instrument_id = ANY (%(forms)s::bigint[]))"""
_HOURS: Final = f"""percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM x.resolved_at - x.received_at))
  FILTER (WHERE {MEASURES["attended"].where.replace("f.", "x.")}) / 3600"""
_COLUMNS: Final = ", ".join(MEASURES[slug].sql.replace("f.", "x.") for slug in SHOWN)
_GROUPS: Final = f"""
SELECT x.answer, {_COLUMNS}, {_HOURS} FROM (
  SELECT DISTINCT f.*, {{answer}} AS answer FROM f LEFT JOIN {_ANSWERS} ON v.case_id = f.case_id AND v.key = %(field)s WHERE {_ASKED}
) x GROUP BY 1
"""
_CAME: Final = MEASURES["received"].where
_SPREAD: Final = f"""
SELECT x.count, x.least, x.most, x.total, x.total / nullif(x.count, 0), x.median, x.first, x.last FROM (
  SELECT count(*) FILTER (WHERE {_CAME}) AS count, min(v.number) FILTER (WHERE {_CAME}) AS least,
    max(v.number) FILTER (WHERE {_CAME}) AS most, sum(v.number) FILTER (WHERE {_CAME}) AS total,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY v.number) FILTER (WHERE {_CAME}) AS median,
    min(v.number) AS first, max(v.number) AS last
  FROM f JOIN {_ANSWERS} ON v.case_id = f.case_id AND v.key = %(field)s WHERE v.number IS NOT NULL
) x
"""


@dataclass(frozen=True)
class FieldLine:
    """An answer. `key` finds its rows again; `hours`: median from arrival to solution, in hours of the wall."""

    key: str
    label: str
    values: Mapping[str, int]
    hours: float | None

    @property
    def share(self) -> float | None:
        """Resolved in time, 0..1."""
        return self.values["resolve_met"] / self.values["resolve_promised"] if self.values["resolve_promised"] else None


@dataclass(frozen=True)
class Spread:
    """What the numbers answered in tickets received in the period add up to."""

    count: int
    least: Decimal
    most: Decimal
    total: Decimal
    mean: Decimal
    median: float


@dataclass(frozen=True)
class FieldReport:
    """Lines with most received first (ranges in their order); `asked`: tickets received whose form has the field; `answered`."""

    one: ExtraField
    lines: Sequence[FieldLine]
    asked: int
    answered: int
    spread: Spread | None = None


def by_field(scope: Scope, period: Period, one: ExtraField) -> FieldReport:
    """The report. Four queries at most, however many tickets there are."""
    fixed = fixed_dues(scope, period)
    spread, edges = _spread(scope, period, one) if one.field.type in NUMBERS else (None, [])
    rows = query(scope, period, _GROUPS.format(answer=_answer(one)), fixed, **_values(one), edges=edges)
    labels = _labels(one, [r[0] for r in rows if r[0] is not None], edges)
    lines = [FieldLine(r[0] if r[0] is not None else NONE, labels.get(r[0], str(r[0])) if r[0] is not None else _("Sin respuesta"),
                       dict(zip(SHOWN, r[1:-1], strict=True)), None if r[-1] is None else float(r[-1])) for r in rows]
    kept = [line for line in lines if any(line.values.values())]
    asked, answered = _totals(scope, period, one, fixed)
    return FieldReport(one, sorted(kept, key=lambda line: _place(one, line)), asked, answered, spread)


def _place(one: ExtraField, line: FieldLine) -> tuple[Any, ...]:
    """Ranges from least to most, options by how often; what was left blank last."""
    if one.field.type in NUMBERS:
        return line.key == NONE, float(line.key.split("_")[0]) if line.key != NONE else 0.0
    return line.key == NONE, -line.values["received"], -line.values["attended"], line.label


def _totals(scope: Scope, period: Period, one: ExtraField, fixed: Fixed) -> tuple[int, int]:
    answered = f"EXISTS (SELECT 1 FROM {_ANSWERS} WHERE v.case_id = f.case_id AND v.key = %(field)s)"
    sql = f"SELECT count(*), count(*) FILTER (WHERE {answered}) FROM f WHERE {MEASURES['received'].where} AND {_ASKED}"
    row = query(scope, period, sql, fixed, **_values(one))[0]
    return row[0], row[1]


def _values(one: ExtraField) -> dict[str, Any]:
    return {"field": one.key, "forms": sorted(one.instruments)}


def _answer(one: ExtraField) -> str:
    """The SQL of an answer's key."""
    if one.field.type in NUMBERS:
        return ("CASE WHEN v.number IS NOT NULL THEN (%(edges)s::numeric[])[width_bucket(v.number, %(edges)s::numeric[])] || '_' || "
                "(%(edges)s::numeric[])[width_bucket(v.number, %(edges)s::numeric[]) + 1] END")
    return {"reference": "v.ref::text", "yes_no": "trunc(v.number)::bigint::text"}.get(one.field.type, "v.text")


def _spread(scope: Scope, period: Period, one: ExtraField) -> tuple[Spread | None, list[Decimal]]:
    """What came in the period adds up to, and the ranges of everything that any measure may count."""
    row = query(scope, period, _SPREAD, **_values(one))[0]
    edges = edges_of(row[6], row[7], whole=one.field.type == "integer") if row[6] is not None else []
    return (Spread(*row[:6]) if row[0] else None), edges


def edges_of(least: Decimal, most: Decimal, *, whole: bool = False) -> list[Decimal]:
    """Round bounds of at most RANGES + 2 ranges that hold everything from `least` to `most`; each range holds its lower bound."""
    step = _round((most - least) / RANGES or Decimal(1))
    step = max(step, Decimal(1)) if whole else step
    found = [(least / step).to_integral_value(ROUND_FLOOR) * step]
    while found[-1] <= most:
        found.append(found[-1] + step)
    return [edge.normalize() + 0 for edge in found]


def _round(step: Decimal) -> Decimal:
    """The next of 1, 2, 5, 10, 20… (or their tenths) that is not less."""
    power = Decimal(10) ** floor(log10(step))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= step)


def _labels(one: ExtraField, keys: Sequence[str], edges: Sequence[Decimal]) -> dict[str, str]:
    if one.field.type == "yes_no":
        return {"1": _("Sí"), "0": _("No")}
    if one.field.type == "reference":
        found = labels_of({(one.field.reference, int(k)) for k in keys})
        return {k: found.get((one.field.reference, int(k)), _("(ya no existe)")) for k in keys}
    if one.field.type in NUMBERS:
        return {k: _range(k, one) for k in keys}
    return dict(one.choices)


def _range(key: str, one: ExtraField) -> str:
    low, high = (Decimal(part) for part in key.split("_"))
    if one.field.type == "integer" and high - low == 1:
        return number(int(low))
    last = high - 1 if one.field.type == "integer" else high
    words = _("de %(a)s a %(b)s") if one.field.type == "integer" else _("de %(a)s a menos de %(b)s")
    return words % {"a": f"{low.normalize():,f}", "b": f"{last.normalize():,f}"}


def rows_with(scope: Scope, period: Period, one: ExtraField, measure: str, key: str, *, after: int = 0,
              limit: int = PAGE) -> list[TicketRow]:
    """The tickets that a figure counts; `key` as in its line. Raises KeyError for an unknown measure or key."""
    values = _values(one)
    if key == NONE:
        where = f"{_ASKED} AND NOT EXISTS (SELECT 1 FROM {_ANSWERS} WHERE v.case_id = f.case_id AND v.key = %(field)s)"
    else:
        condition, more = _given(one, key)
        where = f"EXISTS (SELECT 1 FROM {_ANSWERS} WHERE v.case_id = f.case_id AND v.key = %(field)s AND {condition})"
        values |= more
    return rows_where(scope, period, f"{MEASURES[measure].where} AND {where}", values, after=after, limit=limit)


def _given(one: ExtraField, key: str) -> tuple[str, dict[str, Any]]:
    try:
        if one.field.type in NUMBERS:
            low, high = (Decimal(part) for part in key.split("_"))
            return "v.number >= %(low)s AND v.number < %(high)s", {"low": low, "high": high}
        if one.field.type in ("reference", "yes_no"):
            return ("v.ref = %(given)s" if one.field.type == "reference" else "v.number = %(given)s"), {"given": int(key)}
    except (ValueError, ArithmeticError) as error:
        raise KeyError(key) from error
    return "v.text = %(given)s", {"given": key}


def label_of(one: ExtraField, key: str) -> str:
    """A line's key in words. Raises KeyError for one that cannot be."""
    if key == NONE:
        return _("Sin respuesta")
    _given(one, key)
    return _labels(one, [key], []).get(key, key)
