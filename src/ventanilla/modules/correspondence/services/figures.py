"""Figures of the board: what the named measures do not hold, each with one SQL.

All of them take the units whose figures the person may see; no case is opened by them.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from ventanilla.core.indicators.reading import total
from ventanilla.modules.correspondence.models import UnitCost

_STAGES = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.sent_at - c.received_at)) / 3600 AS instruct,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.read_at - t.sent_at)) / 3600 AS read,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.at - coalesce(t.read_at, t.sent_at))) / 3600 AS answer,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.verdict_at - a.at)) / 3600 AS evaluate,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.closed_at - a.verdict_at)) / 3600 AS conclude
FROM cases_turn t JOIN cases_case c ON c.id = t.case_id
LEFT JOIN LATERAL (SELECT * FROM cases_answer w WHERE w.turn_id = t.id AND NOT w.partial ORDER BY w.id LIMIT 1) a ON true
WHERE t.unit_id = ANY (%(units)s) AND t.purpose = 'action' AND t.parent_id IS NULL
  AND t.sent_at >= %(start)s AND t.sent_at < %(end)s
"""
STAGES = ("Recepción a instrucción", "Instrucción a lectura", "Lectura a respuesta", "Respuesta a evaluación",
          "Evaluación a conclusión")

_LOAD = """
SELECT y.unit_id, count(*) FILTER (WHERE y.due_at < now()) AS red,
       count(*) FILTER (WHERE y.due_at >= now() AND y.amber_at <= now()) AS amber,
       count(*) FILTER (WHERE y.due_at >= now() AND (y.amber_at > now() OR y.amber_at IS NULL)) AS green,
       count(*) FILTER (WHERE y.due_at IS NULL) AS none, min(y.since) AS oldest
FROM cases_tray y WHERE y.unit_id = ANY (%(units)s) AND y.tab IN (1, 2) GROUP BY y.unit_id
"""

_USERS = """
SELECT p.unit_id, EXISTS (
  SELECT 1 FROM cases_move m WHERE m.unit_id = p.unit_id AND m.source = 'web' AND m.at >= %(start)s AND m.at < %(end)s
) FROM correspondence_programme p WHERE p.unit_id = ANY (%(units)s) AND p.since < %(end)s::date
"""


@dataclass(frozen=True)
class Load:
    """What waits in a unit now, by light, and since when the oldest waits."""

    unit_id: int
    red: int
    amber: int
    green: int
    none: int
    oldest: datetime | None

    @property
    def waiting(self) -> int:
        """All of it."""
        return self.red + self.amber + self.green + self.none


@dataclass(frozen=True)
class Adoption:
    """Units that used the system in a period over those programmed, and who has not started."""

    used: tuple[int, ...]
    idle: tuple[int, ...]

    @property
    def programmed(self) -> int:
        """How many were to use it."""
        return len(self.used) + len(self.idle)


@dataclass(frozen=True)
class Saving:
    """Money not spent, by a unit cost of the catalogue: `times` things at `cost` pesos each."""

    label: str
    times: int
    cost: Decimal
    source: str

    @property
    def amount(self) -> Decimal:
        """Pesos."""
        return self.times * self.cost


def _rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def stage_hours(units: Sequence[int], start: datetime, end: datetime) -> list[float | None]:
    """Median hours of each stage (STAGES) of turns sent in the period; None where nothing came so far."""
    return [float(v) if v is not None else None for v in _rows(_STAGES, units=list(units), start=start, end=end)[0]]


def loads(units: Sequence[int]) -> list[Load]:
    """What waits now, the units with most overdue first: the bottlenecks."""
    found = [Load(*row) for row in _rows(_LOAD, units=list(units))]
    return sorted(found, key=lambda load: (-load.red, -load.waiting, load.unit_id))


def adoption(units: Sequence[int], start: datetime, end: datetime) -> Adoption:
    """Who of the programmed units did anything in the period."""
    rows = _rows(_USERS, units=list(units), start=start, end=end)
    return Adoption(tuple(u for u, used in rows if used), tuple(u for u, used in rows if not used))


PER = {"hoja": "letters", "documento": "letters", "entrega": "turns_sent", "turno": "turns_sent", "traslado": "answers_sent",
       "respuesta": "answers_sent"}
"""What a unit cost is saved "once per" -> the measure counted: a document scanned is copied no more, a turn sent needs
no messenger, an answer needs nobody to travel."""


def savings(institution_id: int, units: Sequence[int], start: date, end: date) -> list[Saving]:
    """Counts times the unit costs valid at the end of the period (copies, deliveries, per diem)."""
    costs: dict[str, UnitCost] = {}
    for cost in UnitCost.objects.filter(institution_id=institution_id, valid_from__lte=end).order_by("valid_from"):
        costs[cost.slug] = cost
    counts = {per: total(measure, units, start, end) for per, measure in PER.items()}
    return [Saving(c.label, counts.get(c.per, 0), c.amount, c.source) for c in costs.values()]
