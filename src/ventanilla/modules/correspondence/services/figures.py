"""Figures of the board that no counter can keep: what waits now, and how long each stage takes; each with one SQL.

They take the units whose figures the person may see; no case is opened by them.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

STAGES = (_("Recepción a instrucción"), _("Instrucción a lectura"), _("Lectura a respuesta"), _("Respuesta a evaluación"),
          _("Evaluación a conclusión"))
_MEDIAN = "percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM {0})) / 3600, count({0})"
_STAGES = f"""
SELECT {", ".join(_MEDIAN.format(between) for between in (
    "t.sent_at - c.received_at", "t.read_at - t.sent_at", "a.at - coalesce(t.read_at, t.sent_at)", "a.verdict_at - a.at",
    "c.closed_at - a.verdict_at"))}
FROM cases_turn t JOIN cases_case c ON c.id = t.case_id
LEFT JOIN cases_answer a ON a.turn_id = t.id AND NOT a.partial AND a.verdict <> 'sent_back'
WHERE t.unit_id = ANY (%(units)s) AND t.purpose = 'action' AND t.parent_id IS NULL AND t.state <> 'cancelled'
  AND c.kind = 'letter' AND c.state <> 'cancelled' AND t.sent_at >= %(start)s AND t.sent_at < %(end)s
"""
"""By the answer that stands (there is one at most): what was sent back and corrected counts in the time of the answer, so that the stages
of a turn add up. Joined whole: a year of 100,000 letters is read in one pass."""

_LOAD = """
SELECT y.unit_id, count(*) FILTER (WHERE y.due_at < now()) AS red,
       count(*) FILTER (WHERE y.due_at >= now() AND y.amber_at <= now()) AS amber,
       count(*) FILTER (WHERE y.due_at >= now() AND (y.amber_at > now() OR y.amber_at IS NULL)) AS green,
       count(*) FILTER (WHERE y.due_at IS NULL) AS none, min(y.since) AS oldest
FROM cases_tray y JOIN cases_case c ON c.id = y.case_id AND c.kind = 'letter'
WHERE y.unit_id = ANY (%(units)s) AND y.tab IN (1, 2) GROUP BY y.unit_id
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
class Stage:
    """The median hours of a stage, and how many turns had gone through it; None where none had."""

    hours: float | None
    times: int


def _rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def stage_hours(units: Sequence[int], start: datetime, end: datetime) -> list[Stage]:
    """Each stage (STAGES) of first-level turns for action sent in the period, in its order."""
    row = _rows(_STAGES, units=list(units), start=start, end=end)[0]
    return [Stage(None if row[i] is None else float(row[i]), row[i + 1]) for i in range(0, len(row), 2)]


def loads(units: Sequence[int]) -> list[Load]:
    """What waits now, the units with most overdue first: the bottlenecks."""
    found = [Load(*row) for row in _rows(_LOAD, units=list(units))]
    return sorted(found, key=lambda load: (-load.red, -load.waiting, load.unit_id))
