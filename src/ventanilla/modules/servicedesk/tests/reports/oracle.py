"""The monthly report counted by other means: plain loops over raw rows, working time minute by minute of each day; no SQL of the module."""
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.modules.servicedesk.models import Objective, Ticket
from ventanilla.modules.servicedesk.services.promising import MATRIX

ZONE = ZoneInfo("America/Mexico_City")
DONE = ("resolved", "closed")
OWNED = ("in_progress", "pending", "resolved", "closed")


@dataclass
class Known:
    """A ticket as its moves up to a moment tell it."""

    case_id: int
    received: datetime
    state: str
    state_then: str
    resolved: datetime | None
    solver: int | None
    owned: datetime | None
    reopened: int
    keys: dict[str, Any]
    own_late: bool | None
    resolve_late: bool | None


class Hours:
    """The coverage of a calendar version, day by day."""

    def __init__(self, version_id: int) -> None:
        version = CalendarVersion.objects.get(pk=version_id)
        self.weekly: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for span in version.coverage.all():
            if span.weekday is not None:
                self.weekly[span.weekday].append((span.start_minute, span.end_minute))
        self.off = {d.day for d in version.days.all()}

    def seconds(self, start: datetime, end: datetime) -> int:
        """Open seconds in [start, end)."""
        total, day = 0, start.astimezone(ZONE).date()
        while day <= end.astimezone(ZONE).date():
            if day not in self.off:
                midnight = datetime.combine(day, time.min, ZONE)
                for a, b in self.weekly[day.weekday()]:
                    low, high = max(start, midnight + timedelta(minutes=a)), min(end, midnight + timedelta(minutes=b))
                    total += max(0, int((high - low).total_seconds()))
            day += timedelta(days=1)
        return total


def known(institution_id: int, as_of: datetime, until: datetime) -> list[Known]:
    """Every request and incident of the institution as known then."""
    hours: dict[int, Hours] = {}
    moves: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for move in Move.objects.order_by("id").values():
        moves[move["case_id"]].append(move)
    clocks: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for clock in Clock.objects.values():
        clocks[clock["case_id"]].append(clock)
        hours.setdefault(clock["version_id"], Hours(clock["version_id"]))
    tickets = {t["case_id"]: t for t in Ticket.objects.values()}
    found = []
    for case in Case.objects.filter(institution=institution_id).values():
        before = [m for m in moves[case["id"]] if m["at"] <= as_of]
        if before:
            later = [m for m in moves[case["id"]] if m["at"] > as_of]
            found.append(_known(case, tickets[case["id"]], (before, later), (clocks[case["id"]], hours), until))
    return [one for one in found if one.keys["kind"] in ("request", "incident")]


def _known(case: dict[str, Any], ticket: dict[str, Any], moves: Any, counting: Any, until: datetime) -> Known:
    before, later = moves
    ends = [m for m in before if m["to_state"] in DONE and m["from_state"] not in DONE]
    state = before[-1]["to_state"]
    resolved = ends[-1]["at"] if state in DONE else None
    owned = min((m["at"] for m in before if m["to_state"] in OWNED), default=None)
    inside = [m for m in before if m["at"] < until]

    def was(key: str, now: Any) -> Any:
        return next((m["detail"][key] for m in later if key in m["detail"]), now)

    keys = {"service": was("service_before", ticket["service_id"]), "team": was("team_before", ticket["team_id"]),
            "unit": ticket["unit_id"], "agent": ends[-1]["actor_id"] if resolved else None, "kind": was("kind_before", case["kind"]),
            "cause": _cause(ticket, before, later) if resolved else None,
            "requester": ticket["requester_id"] or (f"n:{ticket['requester_name']}" if ticket["requester_name"] else None)}
    return Known(case["id"], case["received_at"], state, inside[-1]["to_state"] if inside else "", resolved,
                 ends[-1]["actor_id"] if resolved else None, owned,
                 sum(m["from_state"] in DONE and m["to_state"] not in DONE for m in before), keys,
                 *(_late(kind, before, counting, was("before", None), ticket, {"own": owned, "resolve": resolved}[kind] if resolved else None)
                   for kind in ("own", "resolve")))


def _cause(ticket: dict[str, Any], before: Any, later: Any) -> int | None:
    """That of the last solution by then; what nobody touched since is as it stands."""
    solved = [m["detail"].get("cause") for m in before if m["verb"] == "resolve"]
    return (solved[-1] if later and solved else None) or ticket["cause_id"]


def _late(kind: str, moves: Any, counting: Any, weights: Any, ticket: dict[str, Any], end: datetime | None) -> bool | None:
    """Whether more open seconds passed than promised, between the start and the end, outside of pauses; None: nothing promised."""
    clocks, hours = counting
    clock = next((c for c in clocks if c["kind"] == kind and c["amount"] is not None), None)
    if clock is None or end is None:
        return None
    minutes = clock["amount"]
    if weights:
        priority = MATRIX.get(tuple(weights), 4)
        rows = {o.priority: o.minutes for o in Objective.objects.filter(level=ticket["level_id"], metric=kind)}
        minutes = rows.get(priority, rows.get(0, minutes))
    used, since, running = 0, clock["start"], True
    for move in moves:
        at = max(move["at"], since)
        if at > end:
            break
        if running:
            used += hours[clock["version_id"]].seconds(since, min(at, end))
        stops = move["to_state"] in ("approval", "pending", "resolved", "closed", "cancelled", "rejected", "merged")
        if kind == "own":
            stops = stops or move["to_state"] == "in_progress"
        since, running = at, not stops
    if running and end > since:
        used += hours[clock["version_id"]].seconds(since, end)
    return used > minutes * 60


def cells(rows: list[Known], since: datetime, until: datetime) -> dict[str, int]:
    """The measures by name."""
    attended = [r for r in rows if r.resolved and since <= r.resolved < until]
    return {
        "received": sum(since <= r.received < until for r in rows), "attended": len(attended),
        "own_promised": sum(r.own_late is not None for r in attended), "own_met": sum(r.own_late is False for r in attended),
        "resolve_promised": sum(r.resolve_late is not None for r in attended), "resolve_met": sum(r.resolve_late is False for r in attended),
        "reopened": sum(r.reopened > 0 for r in attended),
        "pending": sum(r.received < until and r.state_then not in ("", "resolved", "closed", "cancelled", "rejected", "merged") for r in rows),
    }


def table(rows: list[Known], dimension: str, since: datetime, until: datetime) -> dict[str | None, dict[str, int]]:
    """The measures by key of a dimension; keys without anything are left out."""
    groups: dict[str | None, list[Known]] = defaultdict(list)
    for row in rows:
        key = row.keys[dimension]
        groups[None if key is None else str(key)].append(row)
    made = {key: cells(members, since, until) for key, members in groups.items()}
    return {key: values for key, values in made.items() if any(values.values())}
