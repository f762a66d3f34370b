"""From a row of a ticket to its life: the moments that iTop keeps become what happened; states are mapped, nothing is invented."""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from ventanilla.core.cases.kinds import kind_of
from ventanilla.lib.numbers import whole
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.itop.importing.reading import Row, cell
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.itop.profile import LIFECYCLES
from ventanilla.modules.servicedesk.itop.tickets import CHANNELS, URGENCY_IN
from ventanilla.modules.servicedesk.itop.words import moment_of, plain
from ventanilla.modules.servicedesk.services.importing import Happened, Promise, TicketPast
from ventanilla.modules.servicedesk.services.importing.lives import Around
from ventanilla.modules.servicedesk.services.promising import priority_of

SERIES: Final = "itop"
_CHANGED: Final = {"validated": "new", "plannedscheduled": "planned", "notapproved": "not_approved", "implemented": "implementing",
                   "monitored": "implemented"}
_ASKED: Final = {"escalated_tto": "new", "waiting_for_approval": "approval", "approved": "new", "escalated_ttr": "in_progress",
                 "assigned": "in_progress"}
OURS: Final[Mapping[str, Mapping[str, str]]] = {
    "request": _ASKED, "incident": _ASKED, "problem": {}, "change": _CHANGED,
    "simple_change": _CHANGED, "emergency_change": {**_CHANGED, "approved": "planned", "notapproved": "planned"}}
"""State of iTop -> ours, where they differ."""
_VERBS: Final = {"approval": "ask_approval", "rejected": "reject", "assigned": "assign", "in_progress": "take", "pending": "hold",
                 "resolved": "resolve", "closed": "close", "planned": "plan", "approved": "approve", "not_approved": "reject",
                 "implementing": "implement", "implemented": "finish"}


@dataclass
class Known:
    """What rows refer to by id: our people, items' and people's names in the export; and the desk they come to."""

    around: Around
    people: dict[str, int] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)

    def person(self, row: Row, what: str) -> int | None:
        """Who a field refers to: by id of the export, else by the name that stands beside it."""
        by_name = cell(row, f"{what}_name", f"{what}_id_friendlyname").lower()
        return self.people.get(cell(row, f"{what}_id")) or self.around.people.get(by_name)

    def label(self, row: Row, what: str, kind: str) -> str:
        """The name of what a field refers to."""
        return cell(row, f"{what}_id_friendlyname", f"{what}_name") or self.names.get((kind, cell(row, f"{what}_id")), "")


def key_of(system: str, name: str, number: str) -> str:
    """What names the ticket in `Ticket.external_key`."""
    return f"{system}:{name}:{number}"[:120]


def uuid_of(system: str, *parts: object) -> UUID:
    """The same thing of the same system is the same uuid, in every run."""
    return uuid5(NAMESPACE_URL, "|".join(("itop", system, *map(str, parts))))


def state_of(name: str, status: str, taken: bool) -> str:
    """Our state for one of theirs. Raises ItopError for a state that the class does not have."""
    life = LIFECYCLES[name]
    if status not in life.states:
        raise ItopError(f"el estado «{status}» no es de {name}")
    ours = OURS[life.kind].get(status, status)
    if ours not in kind_of(life.kind).flow.states:  # of the grid that all changes share, but not of this one
        raise ItopError(f"el estado «{status}» no es de {name}")
    return "assigned" if ours == "in_progress" and not taken else ours


def ticket_of(name: str, row: Row, known: Known) -> TicketPast:
    """The life of one ticket. Raises ItopError when its opening or its state cannot be read."""
    around, number = known.around, cell(row, "id")
    if not number:
        raise ItopError("no trae su número (id)")
    opened = moment_of(cell(row, "creation_date") or cell(row, "start_date"), around.zone)
    agent = known.person(row, "agent")
    state = state_of(name, cell(row, "status") or "new", bool(agent or cell(row, "agent_id")))
    impact, urgency = _weights(row, name)
    priority = priority_of(impact, urgency)
    caller = known.person(row, "caller")
    kind = LIFECYCLES[name].kind
    promised = around.promises.get((kind, priority)) or [("resolve", None, around.promises["request", priority][0][2])]
    return TicketPast(
        kind, around.unit, clean_text(cell(row, "title") or cell(row, "ref") or number)[:300], opened, opened,
        [h for h in _happened(row, opened, state, agent, around) if h.state in kind_of(kind).flow.states],
        [Promise(k, minutes, version, opened) for k, minutes, version in promised],
        SERIES, whole(number, 15) or None,
        clean_text(cell(row, "ref", "id"))[:80], priority, None, agent, clean_text(plain(row.get("description") or ""))[:20_000],
        " ".join(filter(None, (known.label(row, "caller", "Person"), known.label(row, "agent", "Person"), cell(row, "org_name")))),
        [("requester", caller)] if caller else [],
        _facts(name, row, known, caller, (impact, urgency), state), uuid=uuid_of(around.system, around.unit.institution_id, name, number))


def _weights(row: Row, name: str) -> tuple[int, int]:
    """Impact and urgency, 1 high to 3 low; of a change, whose impact is a text, the usual ones."""
    impact = cell(row, "impact")
    return (int(impact) if impact in ("1", "2", "3") else 3), URGENCY_IN.get(cell(row, "urgency"), 2)


def _happened(row: Row, opened: datetime, state: str, agent: int | None, around: Around) -> Iterator[Happened]:
    """Opened; then each moment that the row keeps, never before the one above; at the end the state that it has."""
    yield Happened(opened, opened, "register", "new", None, "", {"itop": cell(row, "status")})
    at, before = opened, "new"
    steps = [("assignment_date", "in_progress" if agent else "assigned"), ("last_pending_date", "pending"), ("resolution_date", "resolved"),
             ("close_date", "closed")]
    for column, reached in steps:
        if (text := cell(row, column)) and _before(reached, state):
            raw = moment_of(text, around.zone)
            at = max(at, raw)
            yield Happened(raw, at, _VERBS[reached], reached, agent, _reason(row, reached))
            before = reached
    if before != state:
        text = cell(row, "last_update")
        at = max(at, moment_of(text, around.zone) if text else at)
        yield Happened(at, at, _VERBS.get(state, "correct"), state, agent, _reason(row, state), {"itop": cell(row, "status")})


_RANK: Final = {"in_progress": 1, "assigned": 1, "pending": 2, "resolved": 3, "closed": 4}


def _before(reached: str, state: str) -> bool:
    """Whether that moment belongs to the way to the present state; one that was undone (reopened) does not."""
    if state not in _RANK or (reached == "pending" and state != "pending"):
        return False
    return _RANK[reached] <= _RANK[state]


def _reason(row: Row, state: str) -> str:
    return cell(row, "pending_reason") if state == "pending" else ""


def _facts(name: str, row: Row, known: Known, caller: int | None, weights: tuple[int, int], state: str) -> dict[str, Any]:
    around, ended = known.around, state in ("resolved", "closed")
    caller_name = known.label(row, "caller", "Person")
    return {
        "team_id": around.teams.get(known.label(row, "team", "Team")),
        "service_id": around.services.get(known.label(row, "service", "Service")),
        "level_id": around.level_id, "requester_id": caller, "requester_name": "" if caller else clean_text(caller_name)[:200],
        "unit_id": around.units.get(known.label(row, "org", "Organization").lower()), "impact": weights[0], "urgency": weights[1],
        "channel": CHANNELS.get(cell(row, "origin"), "portal"),
        "held_for_id": around.holds.get(cell(row, "pending_reason")) if state == "pending" else None,
        "cause_id": around.causes.get(cell(row, "resolution_code")) if ended else None,
        "resolved_by_id": known.person(row, "agent") if ended else None,
        "solution": clean_text(plain(row.get("solution") or "")) if ended else "",
        "external_key": key_of(around.system, name, cell(row, "id")),
    }
