"""Due moments as of a past moment, for tickets that moved on since: pauses from the moves up to then, counted by the kernel."""
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Clock, Move
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.modules.servicedesk.models import Objective
from ventanilla.modules.servicedesk.services.importing.clocks import Counted, set_dues
from ventanilla.modules.servicedesk.services.importing.past import Happened, Promise
from ventanilla.modules.servicedesk.services.promising import chosen, kinds_over, priority_of
from ventanilla.modules.servicedesk.services.reports.facts import Fixed, Scope, query
from ventanilla.modules.servicedesk.services.reports.periods import Period

_STALE = """
SELECT f.case_id, f.kind, f.level_id, CASE WHEN f.kind <> f.kind_now OR f.weights_then IS NOT NULL
  THEN coalesce(f.weights_then, to_jsonb(f.weights_now)) END FROM f
WHERE f.resolved_at >= %(since)s AND f.resolved_at < %(until)s AND (f.later
  OR f.own_minutes IS NOT NULL AND f.own_due IS NULL OR f.resolve_minutes IS NOT NULL AND f.resolve_due IS NULL)
"""


def fixed_dues(scope: Scope, period: Period) -> Fixed:
    """The tickets attended in the period whose clocks today are not those of `as_of`, with the moments that held then."""
    rows = query(scope, period, _STALE)
    if not rows:
        return Fixed()
    kinds = {case_id: kind for case_id, kind, _level, _weights in rows}
    minutes = _minutes(rows)
    clocks = _counted(kinds, minutes, period.as_of)
    set_dues([c for pair in clocks.values() for c in pair.values()],
             CalendarVersion.objects.in_bulk({c.promise.version_id for pair in clocks.values() for c in pair.values()}))
    ids = sorted(clocks)
    return Fixed(ids, [_due(clocks[i].get("own")) for i in ids], [_due(clocks[i].get("resolve")) for i in ids])


def _due(clock: Counted | None) -> datetime | None:
    return clock.due_at if clock else None


def _minutes(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[int, str], int]:
    """Where a later move changed the priority or the kind: what its level promises to what it was before."""
    changed = {case_id: (level, priority_of(*weights), kind) for case_id, kind, level, weights in rows if weights and level}
    promised: dict[int, list[Objective]] = defaultdict(list)
    for one in Objective.objects.filter(level__in={level for level, _p, _k in changed.values()}, team=None):
        promised[one.level_id].append(one)
    return {(case_id, one.metric): one.minutes for case_id, (level, priority, kind) in changed.items()
            for one in chosen(promised[level], 0, priority, kind) if one.metric in ("own", "resolve")}


def _counted(kinds: dict[int, str], minutes: dict[tuple[int, str], int], as_of: datetime) -> dict[int, dict[str, Counted]]:
    """The two clocks of each ticket after the moves up to `as_of`."""
    moves: dict[int, list[Happened]] = defaultdict(list)
    for case_id, at, state, detail in Move.objects.filter(case__in=kinds, turn_id=None, at__lte=as_of).order_by("id").values_list(
            "case", "at", "to_state", "detail"):
        last = moves[case_id][-1].counts_at if moves[case_id] else at
        moves[case_id].append(Happened(at, max(at, last), "", state, detail=detail))
    found: dict[int, dict[str, Counted]] = defaultdict(dict)
    for clock in Clock.objects.filter(case__in=kinds, turn_id=None, kind__in=("own", "resolve"), amount__isnull=False):
        case_id = clock.case_id
        counted = Counted(Promise(clock.kind, minutes.get((case_id, clock.kind), clock.amount), clock.version_id, clock.start))
        counted.live(_as_they_were(moves[case_id], kinds[case_id]), kind_of(kinds[case_id]))
        found[case_id][clock.kind] = counted
    return found


def _as_they_were(happened: Sequence[Happened], kind: str) -> list[Happened]:
    """With the kind that the ticket was after each; `kind` is the one it was in the end."""
    kinds = kinds_over([event.detail for event in happened], kind)
    return [replace(event, kind=was) for event, was in zip(happened, kinds, strict=True)]
