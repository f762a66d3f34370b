"""Figures of the board that no sum can keep: what waits now, and how long each stage takes; each with one SQL.

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
_MEDIAN = "percentile_cont(0.5) WITHIN GROUP (ORDER BY {0}) / 3600, count({0})"
_STAGES = f"""
SELECT {", ".join(map(_MEDIAN.format, ("instruct", "read", "answer", "evaluate", "conclude")))}
FROM correspondence_pace WHERE unit_id = ANY (%(units)s) AND sent_at >= %(start)s AND sent_at < %(end)s
"""
"""From what triggers keep (`Pace`), by the answer that stands (there is one at most): what was sent back and corrected counts in the time
of the answer, so that the stages of a turn add up. Withdrawn turns and cancelled letters have no row."""

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
