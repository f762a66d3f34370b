"""From the rows of an event log to the life of an incident: states are mapped, nothing is put right, what is odd is flagged.

Only the events say when something happened: the columns `resolved_at` and `closed_at` stand in the first row already.
"""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from ventanilla.core.orgs.models import Unit
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.flow import INCIDENT_FLOW
from ventanilla.modules.servicedesk.services.importing import flags
from ventanilla.modules.servicedesk.services.importing.eventlog import EventLog, Row, moment
from ventanilla.modules.servicedesk.services.importing.past import EventRow, Happened, Promise, TicketPast
from ventanilla.modules.servicedesk.services.promising import priority_of

SERIES: Final = "imported"
STATES: Final = {"new": "new", "active": "in_progress", "in progress": "in_progress", "on hold": "pending", "resolved": "resolved",
                 "closed": "closed", "canceled": "cancelled", "cancelled": "cancelled"}
"""ServiceNow's incident states to ours; every "Awaiting …" waits."""
_RANK: Final = {"new": 0, "assigned": 1, "in_progress": 1, "pending": 1, "resolved": 2, "closed": 3, "cancelled": 3}
_VERBS: Final = {"assigned": ("assign",), "in_progress": ("take", "resume", "reopen"), "pending": ("hold",), "resolved": ("resolve",),
                 "closed": ("close",), "cancelled": ("cancel",)}
_CHANNELS: Final = {"phone": "phone", "email": "mail", "ivr": "phone", "self service": "portal", "direct opening": "person"}
CHANGES: Final = (("assign", ("assignment_group", "assigned_to")), ("prioritise", ("impact", "urgency")),
                  ("reclassify", ("category", "subcategory", "u_symptom")))


@dataclass(frozen=True)
class Around:
    """What rows refer to, by the text they use: teams, services, causes, reasons to wait, people, and what is promised."""

    unit: Unit
    zone: tzinfo
    system: str
    teams: Mapping[str, int]
    services: Mapping[str, int]
    causes: Mapping[str, int]
    holds: Mapping[str, int]
    people: Mapping[str, int]
    units: Mapping[str, int]
    level_id: int | None
    promises: Mapping[tuple[str, int], Sequence[tuple[str, int | None, int]]]
    actor_id: int


def state_of(text: str) -> str | None:
    """Our state for one of theirs; None when nobody knows it."""
    plain = text.lower()
    return "pending" if plain.startswith("awaiting") else STATES.get(plain)


def key_of(system: str, number: str) -> str:
    """What names the incident in `Ticket.external_key`."""
    return f"{system}:{number}"[:120]


@dataclass
class _At:
    """Where the reading of one ticket has come: its state, the last moments, and the row before."""

    state: str
    opened: datetime
    raw: datetime
    counts: datetime
    counter: int = -1
    row: Row | None = None


def read_ticket(log: EventLog, rows: Sequence[Row], around: Around) -> TicketPast | None:
    """The life of one incident; None (and a problem told) when its opening cannot be read."""
    opened = moment(log.cell(rows[0], "opened_at"), around.zone)
    if opened is None:
        log.problem(rows[0].line, "No se puede leer cuándo se abrió; no se tomó la incidencia.")
        return None
    at, events, happened = _At("", opened, opened, opened), list[EventRow](), list[Happened]()
    for sequence, row in enumerate(rows, start=1):
        event, step = _event(log, around, at, row, sequence)
        events.append(event)
        happened.append(step)
    return _past(log, rows, around, opened, events, happened)


def _event(log: EventLog, around: Around, at: _At, row: Row, sequence: int) -> tuple[EventRow, Happened]:
    text = log.cell(row, "incident_state")
    found, raw = state_of(text), moment(log.cell(row, "sys_updated_at"), around.zone)
    state = found or at.state or "new"
    odd = list(_oddities(log, at, row, found, raw, state))
    before, at.raw = at.state, raw or at.raw
    at.counts, verb = max(at.counts, at.raw), _verb(log, at, row, state)
    if verb != "register" and not _leads(verb, before, state):
        odd.append(flags.SKIPS)
    detail = {"event": sequence, **({"flags": odd} if odd else {}), **_detail(log, around, at.row, row)}
    at.state, at.counter, at.row = state, _whole(log.cell(row, "sys_mod_count"), at.counter), row
    actor = around.people.get(log.cell(row, "sys_updated_by").lower())
    reason = text if state == "pending" or found is None else ""
    return (EventRow(sequence, row.line, raw, text[:60], odd, row.values),
            Happened(at.raw, at.counts, verb, state, actor, reason, detail))


def _oddities(log: EventLog, at: _At, row: Row, found: str | None, raw: datetime | None, state: str) -> Iterator[str]:
    first = at.row is None
    checks = (
        (flags.UNKNOWN_STATE, found is None),
        (flags.NO_MOMENT, raw is None),
        (flags.STARTS_LATE, first and state != "new"),
        (flags.BACKWARDS, not first and _RANK[state] < _RANK[at.state]),
        (flags.EARLIER, not first and raw is not None and raw < at.raw),
        (flags.BEFORE_OPENING, raw is not None and raw < at.opened),
        (flags.COUNTER, not first and _whole(log.cell(row, "sys_mod_count"), at.counter + 1) <= at.counter),
    )
    return (name for name, true in checks if true)


def _leads(verb: str, before: str, state: str) -> bool:
    """Whether the flow has that arrow."""
    step = INCIDENT_FLOW.find(verb, before)
    return step is not None and step.lands(before) == state


def _whole(text: str, other: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else other


def _verb(log: EventLog, at: _At, row: Row, state: str) -> str:
    """The step of the flow that went from one state to the other; where there is none, the one that usually leads there."""
    if at.row is None:
        return "register"
    if state != at.state:
        names = _VERBS.get(state, ("correct",))
        return next((n for n in names if _leads(n, at.state, state)), names[0])
    for verb, columns in CHANGES:
        if any(log.cell(row, c) != log.cell(at.row, c) for c in columns):
            return verb if INCIDENT_FLOW.find(verb, state) else "correct"
    return "correct"


def _detail(log: EventLog, around: Around, before: Row | None, row: Row) -> dict[str, Any]:
    """What else changed, in the words of the verbs: the team and who has it, impact and urgency before and after, the rest by name."""
    if before is None:
        return {}
    changed = [c for c in log.columns if log.cell(row, c) != log.cell(before, c) and c not in _OWN]
    told: dict[str, Any] = {"changed": changed} if changed else {}
    if {"assignment_group", "assigned_to"} & set(changed):
        told |= {"team": log.cell(row, "assignment_group"), "person": log.cell(row, "assigned_to")}
        if "assignment_group" in changed:
            told["team_before"] = around.teams.get(log.cell(before, "assignment_group"))
    if {"impact", "urgency"} & set(changed):
        told |= {"before": _weights(log, before), "after": _weights(log, row)}
    if "category" in changed:
        told["service_before"] = around.services.get(log.cell(before, "category"))
    return told


_OWN: Final = frozenset({"number", "incident_state", "active", "sys_mod_count", "sys_updated_at", "sys_updated_by"})


def _weights(log: EventLog, row: Row) -> list[int]:
    """Impact and urgency, 1 high to 3 low; written "2 - Medium". Medium when unreadable."""
    return [int(text[0]) if text[:1] in ("1", "2", "3") else 2 for text in (log.cell(row, "impact"), log.cell(row, "urgency"))]


def _past(log: EventLog, rows: Sequence[Row], around: Around, opened: datetime, events: Sequence[EventRow],
          happened: Sequence[Happened]) -> TicketPast:
    row, number = rows[-1], log.cell(rows[-1], "number")
    impact, urgency = _weights(log, row)
    words = [log.cell(row, c) for c in ("category", "subcategory", "u_symptom")]
    team_id = around.teams.get(log.cell(row, "assignment_group"))
    promised = around.promises.get(("incident", priority_of(impact, urgency)), ())
    digits = "".join(c for c in number if c.isdigit())[-15:]
    return TicketPast(
        "incident", around.unit, " · ".join(filter(None, words)) or number, opened, opened, _ends(log, row, around, happened, events),
        promises=[Promise(kind, minutes, version, opened) for kind, minutes, version in promised], series=SERIES,
        number=int(digits) if digits and int(digits) else None, folio=clean_text(number)[:80], priority=priority_of(impact, urgency),
        assignee_id=around.people.get(log.cell(row, "assigned_to").lower()), description=_description(log, row), words=_words(log, rows),
        facts=_facts(log, row, around, team_id, (impact, urgency), happened[-1].state), events=events)


def _ends(log: EventLog, row: Row, around: Around, happened: Sequence[Happened], events: Sequence[EventRow]) -> Sequence[Happened]:
    """Flag the first end when no event is of the moment that the log declares."""
    declared = moment(log.cell(row, "resolved_at"), around.zone)
    place = next((n for n, h in enumerate(happened) if h.state in ("resolved", "closed")), None)
    if declared is None or place is None or any(h.at == declared and h.state in ("resolved", "closed") for h in happened):
        return happened
    events[place].flags.append(flags.OTHER_END)
    one = happened[place]
    changed = Happened(one.at, one.counts_at, one.verb, one.state, one.actor, one.reason,
                       {**one.detail, "flags": list(events[place].flags)}, one.unit_id)
    return [*happened[:place], changed, *happened[place + 1:]]


def _words(log: EventLog, rows: Sequence[Row]) -> str:
    """Whoever had to do with it at any time."""
    columns = ("caller_id", "assigned_to", "assignment_group", "resolved_by", "cmdb_ci", "problem_id", "rfc")
    return " ".join(dict.fromkeys(log.cell(row, c) for c in columns for row in rows))


_TOLD: Final = (("location", "Ubicación"), ("subcategory", "Subcategoría"), ("u_symptom", "Síntoma"), ("cmdb_ci", "Elemento"),
                ("problem_id", "Problema"), ("rfc", "Cambio"), ("caused_by", "Causado por"), ("vendor", "Proveedor"))


def _description(log: EventLog, row: Row) -> str:
    return "\n".join(f"{label}: {value}" for column, label in _TOLD if (value := log.cell(row, column)))


def _facts(log: EventLog, row: Row, around: Around, team_id: int | None, weights: tuple[int, int], state: str) -> dict[str, Any]:
    caller, solver = log.cell(row, "caller_id"), log.cell(row, "resolved_by")
    ended = state in ("resolved", "closed")
    return {
        "team_id": team_id, "service_id": around.services.get(log.cell(row, "category")), "level_id": around.level_id,
        "requester_id": around.people.get(caller.lower()), "requester_name": clean_text(caller)[:200],
        "unit_id": around.units.get(log.cell(row, "location").lower()), "impact": weights[0], "urgency": weights[1],
        "channel": _CHANNELS.get(log.cell(row, "contact_type").lower(), "phone"),
        "held_for_id": around.holds.get(log.cell(row, "incident_state")) if state == "pending" else None,
        "cause_id": around.causes.get(log.cell(row, "closed_code")) if ended else None,
        "resolved_by_id": around.people.get(solver.lower()) if ended else None,
        "solution": f"{log.cell(row, 'closed_code')} · {solver}".strip(" ·") if ended else "",
        "external_key": key_of(around.system, log.cell(row, "number")),
    }
