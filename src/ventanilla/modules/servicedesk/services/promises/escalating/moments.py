"""When a clock reaches each threshold of its service level: the kernel's answer, with the clock's pauses and coverage.

A share of the goal is a smaller (or larger) term from the same start: pauses, nights and holidays do not count, as for the due moment.
"""
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from ventanilla.core.cases.models import Clock, Pause
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.core.workdays.services import due_many
from ventanilla.lib import worktime as wt
from ventanilla.modules.servicedesk.models import Escalation, Ticket


@dataclass(frozen=True)
class Reached:
    """A threshold of a clock, and when it is reached (aware; None: not while it waits, or never)."""

    clock: Clock
    escalation: Escalation
    at: datetime | None


def metric_of(clock_kind: str) -> str:
    """What of a service level a clock measures: own, resolve or team."""
    return "team" if clock_kind.startswith("team") else clock_kind


def escalations_for(clocks: Sequence[Clock]) -> dict[int, list[Escalation]]:
    """The active thresholds by clock; two queries, however many clocks."""
    levels = dict(Ticket.objects.filter(case__in={c.case_id for c in clocks}, level__isnull=False).values_list("case_id", "level_id"))
    rows: dict[tuple[int, str], list[Escalation]] = defaultdict(list)
    for one in Escalation.objects.filter(level__in=set(levels.values()), active=True).select_related("team", "post"):
        rows[one.level_id, one.metric].append(one)
    found = {c.pk: rows.get((levels.get(c.case_id, 0), metric_of(c.kind)), []) for c in clocks}
    return {pk: held for pk, held in found.items() if held}


def thresholds_of(clocks: Iterable[Clock]) -> list[Reached]:
    """Every threshold of these clocks, with its moment for those that run. Reads a constant number of times."""
    listed = list(clocks)
    held = escalations_for(listed) if listed else {}
    pairs = [(c, e) for c in listed for e in held.get(c.pk, ())]
    moments = _moments([(c, e) for c, e in pairs if c.state == "run" and c.amount is not None and e.percent is not None])
    return [Reached(c, e, moments.get((c.pk, e.pk)) if e.percent is not None else c.amber_at if c.state == "run" else None)
            for c, e in pairs]


def _moments(pairs: Sequence[tuple[Clock, Escalation]]) -> dict[tuple[int, int], datetime | None]:
    """One call of the kernel per version of a calendar."""
    pauses: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in Pause.objects.filter(clock__in={c.pk for c, _e in pairs}).order_by("since"):
        pauses[row.clock_id].append((wt.stamp(row.since), wt.stamp(row.until) if row.until else wt.OPEN))
    groups: dict[int, list[tuple[Clock, Escalation]]] = defaultdict(list)
    for clock, escalation in pairs:
        groups[clock.version_id].append((clock, escalation))
    versions = CalendarVersion.objects.in_bulk(list(groups))
    found: dict[tuple[int, int], datetime | None] = {}
    for version_id, members in groups.items():
        shares = np.array([(c.amount or 0) * (e.percent or 0) / 100 for c, e in members], np.float64)
        _ambers, moments = due_many(starts=np.array([wt.stamp(c.start) for c, _e in members], np.int64), amounts=shares,  # type: ignore[arg-type]
                                    version=versions[version_id], term_unit="workminutes",
                                    pauses=wt.Pauses.of([pauses[c.pk] for c, _e in members]))
        found |= {(c.pk, e.pk): None if at == wt.NAT else datetime.fromtimestamp(at, UTC)
                  for (c, e), at in zip(members, moments.tolist(), strict=True)}
    return found
