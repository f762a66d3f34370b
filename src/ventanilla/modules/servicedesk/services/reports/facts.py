"""Tickets as they were known at a moment: one relation in SQL, from moves and clocks, from which every figure is counted.

Nothing is read from the present state of a ticket that a later move may have changed: state, resolution, team, kind, service and
priority are those of the last move up to the moment; what a later move changed is undone with what that move wrote of before.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.services.reports.periods import Period

FACTS: Final = """
WITH base AS (
  SELECT c.id, c.kind, c.folio, c.subject, c.received_at, t.service_id, t.team_id, t.unit_id, t.requester_id, t.requester_name,
         t.cause_id, t.level_id, ARRAY[t.impact, t.urgency] AS weights
  FROM cases_case c JOIN servicedesk_ticket t ON t.case_id = c.id
  WHERE c.institution_id = %(institution)s AND c.received_at < %(until)s
    AND (c.kind = ANY (%(kinds)s) OR c.kind = ANY (%(others)s) AND EXISTS (
      SELECT 1 FROM cases_move r WHERE r.case_id = c.id AND r.verb = 'reclassify' AND r.at > %(as_of)s))
    AND (c.closed_at IS NULL OR c.closed_at >= %(since)s OR c.source = 'import')
    AND (%(tokens)s::bigint[] IS NULL OR c.unit_id = ANY (%(units)s::bigint[]) AND c.unit_id * 4 + c.level = ANY (%(tokens)s::bigint[]))
), f AS (
  SELECT b.id AS case_id, b.folio, b.subject, b.received_at, coalesce(h.kind_then, b.kind) AS kind,
         coalesce(h.service_then, b.service_id) AS service_id, coalesce(h.team_then, b.team_id) AS team_id, b.unit_id, b.requester_id,
         b.requester_name, b.cause_id, b.level_id, h.state, h.state_then, h.reopened, h.later, h.weights_then, b.kind AS kind_now,
         b.weights AS weights_now,
         CASE WHEN h.state = ANY (%(done)s) THEN h.resolved_at END AS resolved_at,
         CASE WHEN h.state = ANY (%(done)s) THEN h.solver END AS agent_id, h.owned_at,
         o.amount AS own_minutes, coalesce(x.own_due, o.due_at) AS own_due,
         r.amount AS resolve_minutes, coalesce(x.resolve_due, r.due_at) AS resolve_due
  FROM base b
  CROSS JOIN LATERAL (
    SELECT (array_agg(m.to_state ORDER BY m.id DESC) FILTER (WHERE m.at <= %(as_of)s))[1] AS state,
      (array_agg(m.to_state ORDER BY m.id DESC) FILTER (WHERE m.at <= %(as_of)s AND m.at < %(until)s))[1] AS state_then,
      (array_agg(m.at ORDER BY m.id DESC) FILTER (WHERE m.at <= %(as_of)s AND m.to_state = ANY (%(done)s)
        AND NOT m.from_state = ANY (%(done)s)))[1] AS resolved_at,
      (array_agg(m.actor_id ORDER BY m.id DESC) FILTER (WHERE m.at <= %(as_of)s AND m.to_state = ANY (%(done)s)
        AND NOT m.from_state = ANY (%(done)s)))[1] AS solver,
      min(m.at) FILTER (WHERE m.at <= %(as_of)s AND m.to_state = ANY (%(owned)s)) AS owned_at,
      count(*) FILTER (WHERE m.at <= %(as_of)s AND m.from_state = ANY (%(done)s) AND NOT m.to_state = ANY (%(done)s)) AS reopened,
      coalesce(bool_or(m.at > %(as_of)s), false) AS later,
      (array_agg(m.detail->>'kind_before' ORDER BY m.id) FILTER (WHERE m.at > %(as_of)s AND m.detail ? 'kind_before'))[1] AS kind_then,
      (array_agg((m.detail->>'team_before')::bigint ORDER BY m.id)
        FILTER (WHERE m.at > %(as_of)s AND m.detail ? 'team_before'))[1] AS team_then,
      (array_agg((m.detail->>'service_before')::bigint ORDER BY m.id)
        FILTER (WHERE m.at > %(as_of)s AND m.detail ? 'service_before'))[1] AS service_then,
      (array_agg(m.detail->'before' ORDER BY m.id)
        FILTER (WHERE m.at > %(as_of)s AND jsonb_typeof(m.detail->'before') = 'array'))[1] AS weights_then
    FROM cases_move m WHERE m.case_id = b.id AND m.turn_id IS NULL
  ) h
  LEFT JOIN cases_clock o ON o.case_id = b.id AND o.turn_id IS NULL AND o.kind = 'own'
  LEFT JOIN cases_clock r ON r.case_id = b.id AND r.turn_id IS NULL AND r.kind = 'resolve'
  LEFT JOIN unnest(%(fixed)s::bigint[], %(fixed_own)s::timestamptz[], %(fixed_resolve)s::timestamptz[]) x (id, own_due, resolve_due)
    ON x.id = b.id
  WHERE h.state IS NOT NULL AND coalesce(h.kind_then, b.kind) = ANY (%(kinds)s)
)
"""
"""`f`: one row per request or incident known at `as_of` that was received, open or concluded in the period."""
OTHERS: Final = ["problem", "change", "simple_change", "emergency_change"]
"""Kinds that a request or incident may have become since (`servicedesk.reclassification`)."""
DONE: Final = ["resolved", "closed"]
OWNED: Final = ["in_progress", "pending", "resolved", "closed"]


@dataclass(frozen=True)
class Scope:
    """Whose tickets count: of an institution, all of them (a job, a test) or those of the units that a person measures and reads."""

    institution: Institution
    person: Person | None = None

    def values(self) -> dict[str, Any]:
        """For the relation's SQL."""
        reach = reach_of(self.person) if self.person else None
        return {"institution": self.institution.pk, "units": reach.within(cap.MEASURE) if reach else None,
                "tokens": list(reach.tokens) if reach else None}


@dataclass(frozen=True)
class Fixed:
    """Due moments counted anew for tickets that moved on after `as_of` (see `dues`)."""

    ids: Sequence[int] = ()
    own: Sequence[datetime | None] = ()
    resolve: Sequence[datetime | None] = ()


def query(scope: Scope, period: Period, select: str, fixed: Fixed | None = None, **more: Any) -> list[tuple[Any, ...]]:
    """Run `select` over the relation `f`."""
    fixed = fixed or Fixed()
    values = {**scope.values(), "kinds": list(ASKED), "others": OTHERS, "since": period.since, "until": period.until,
              "as_of": period.as_of, "done": DONE, "owned": OWNED, "fixed": list(fixed.ids), "fixed_own": list(fixed.own),
              "fixed_resolve": list(fixed.resolve), **more}
    with connection.cursor() as cursor:
        cursor.execute(FACTS + select, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
