"""What is known of a letter of the past: its facts and, in order, what happened to it. Moments are aware."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from ventanilla.core.orgs.models import Unit
from ventanilla.modules.correspondence.services.registration import Sender


@dataclass(frozen=True, slots=True)
class To:
    """One addressee of a `route` or `subroute`: a turn, named by `key` among those of its letter.

    `amount` working days from the sending, or `due_at` by hand; neither: only what it hangs from limits it.
    """

    key: int
    unit: Unit
    purpose: str = "action"
    person_id: int | None = None
    instruction_id: int | None = None
    text: str = ""
    amount: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an archived letter lies: expediente, position in it, sheets."""

    file_id: int
    position: int
    sheets: int = 1


@dataclass(frozen=True, slots=True)
class Happened:
    """A verb that took place: `route`, `subroute`, `accept`, `answer`, `report`, `approve`, `send_back`, `withdraw_answer`,
    `return`, `withdraw`, `acknowledge`, `conclude`, `reopen`, `cancel`, `archive`; `read` marks a turn as read without a verb.

    `turn` is the key of the turn concerned; `text` the answer or the reason; `actor` a person's id (None: the
    system, or nobody knows).
    """

    at: datetime
    verb: str
    actor: int | None = None
    turn: int | None = None
    to: tuple[To, ...] = ()
    text: str = ""
    place: Place | None = None


@dataclass(slots=True)
class Past:
    """A letter with its life. `number` and `folio` None: the next of its series; given: kept as they were.

    `created_at` is when it was registered, `received_at` when it arrived; `facts` are further columns of Letter.
    """

    unit: Unit
    type_id: int
    subject: str
    sender: Sender
    received_at: datetime
    created_at: datetime
    registrar_id: int | None = None
    direction: str = "incoming"
    series: str = "incoming"
    year: int | None = None
    number: int | None = None
    folio: str | None = None
    letter_number: str = ""
    dated: date | None = None
    addressee: str = ""
    addressee_unit: Unit | None = None
    sheets: int = 1
    annexes: str = ""
    medium: str = "paper"
    text: str = ""
    priority: int = 3
    level: int = 0
    amount: int | None = None
    due_at: datetime | None = None
    legacy_key: str = ""
    happened: Sequence[Happened] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    uuid: UUID = field(default_factory=uuid4)
