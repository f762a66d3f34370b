"""What is known of a ticket of the past: its facts and, in order, what happened to it. Moments are aware."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from ventanilla.core.orgs.models import Unit


@dataclass(frozen=True, slots=True)
class Happened:
    """A verb that took place and the state in which it left the ticket; the flow is not asked.

    `at` is the moment as it was written down; `counts_at` the one from which clocks count (never before the event above).
    `detail` goes to the history as it is; `unit_id` is where the ticket was then (None: the ticket's own unit); `kind` is what
    it was then (empty: what it is in the end).
    """

    at: datetime
    counts_at: datetime
    verb: str
    state: str
    actor: int | None = None
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    unit_id: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """A clock: its kind, minutes of coverage (None: no term), the version of the calendar, and since when it counts."""

    kind: str
    minutes: int | None
    version_id: int
    start: datetime


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of the log it came from, as `models.ImportedEvent` keeps it."""

    sequence: int
    line: int
    at: datetime | None
    state: str
    flags: list[str]
    values: Sequence[str]


@dataclass(slots=True)
class TicketPast:
    """A ticket with its life. `number` and `folio` None: the next of its series; given: kept as they were.

    `desk` is the unit whose series numbers it (None: `unit`, which has it now).
    `facts` are further columns of Ticket by name; `words` further text by which it is found; `events` where it came from.
    """

    kind: str
    unit: Unit
    subject: str
    received_at: datetime
    created_at: datetime
    happened: Sequence[Happened]
    promises: Sequence[Promise] = ()
    series: str = "ticket"
    number: int | None = None
    folio: str | None = None
    priority: int = 4
    registrar_id: int | None = None
    assignee_id: int | None = None
    description: str = ""
    words: str = ""
    parties: Sequence[tuple[str, int]] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    events: Sequence[EventRow] = ()
    desk: Unit | None = None
    uuid: UUID = field(default_factory=uuid4)
