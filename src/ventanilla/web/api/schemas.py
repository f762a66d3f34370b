"""What the API says and takes: explicit schemas, uuids outside, moments in UTC (RFC 3339)."""
from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict


class Told(BaseModel):
    """What is told of things that are read often. django-ninja's `Schema` asks for each value whether it is a set of rows or to be
    called, which costs more than the rest of the answer; here values are what they are."""

    model_config = ConfigDict(from_attributes=True)


class UnitRef(Told):
    """A unit, in short."""

    uuid: UUID
    code: str
    name: str


class PersonRef(Told):
    """A person, in short."""

    uuid: UUID
    name: str


class Action(Told):
    """A step this person may take now, and the fields it cannot be taken without."""

    name: str
    label: str
    needs: list[str]


class CaseOut(Told):
    """A matter in a list."""

    uuid: UUID
    kind: str
    folio: str
    state: str
    state_label: str
    subject: str
    unit: UnitRef
    priority: int
    level: int = Field(description="0 ordinario, 1 reservado, 2 confidencial")
    received_at: datetime
    due_at: datetime | None
    amber_at: datetime | None
    closed_at: datetime | None


class TurnOut(Schema):
    """A turn with who has it."""

    uuid: UUID
    parent: UUID | None
    purpose: str
    state: str
    state_label: str
    from_unit: UnitRef
    unit: UnitRef
    person: PersonRef | None
    text: str
    sent_at: datetime
    read_at: datetime | None
    due_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    actions: list[Action]


class CaseDetail(CaseOut):
    """A matter with its turns and what may be done now."""

    actions: list[Action]
    turns: list[TurnOut]


class CasePage(Schema):
    """A page; `next` is the address of the following one."""

    items: list[CaseOut]
    next: str | None


class MoveOut(Schema):
    """A line of the history."""

    at: datetime
    verb: str
    from_state: str
    to_state: str
    actor: PersonRef | None
    unit: UnitRef | None
    reason: str


class NoteIn(Schema):
    """A remark."""

    text: str
    public: bool = False


class NoteOut(Schema):
    """A remark as kept."""

    uuid: UUID
    person: PersonRef
    text: str
    public: bool
    at: datetime


class Destination(Schema):
    """To whom a turn goes. `days`: working days; or `due_at` by hand."""

    unit: UUID
    person: UUID | None = None
    purpose: Literal["action", "information"] = "action"
    text: str = ""
    days: int | None = Field(None, ge=1, le=1000)
    due_at: datetime | None = None


class RouteIn(Schema):
    """Turns to send; `parent` is the turn they hang from."""

    turns: list[Destination] = Field(min_length=1, max_length=200)
    parent: UUID | None = None


class AnswerIn(Schema):
    """An answer or a progress report: text, files (`documents` are uuids of uploaded ones) or both."""

    text: str = ""
    documents: list[UUID] = []


class ReasonIn(Schema):
    """A reason, where the step needs one."""

    reason: str = ""


class ReassignIn(Schema):
    """To whom the turn passes, and why."""

    unit: UUID
    person: UUID | None = None
    reason: str


class ExtendIn(Schema):
    """The new due moment, and why."""

    due_at: datetime
    reason: str


class DocumentOut(Schema):
    """An attached file."""

    uuid: UUID
    title: str
    role: str
    media_type: str
    bytes: int
    sha256: str
    url: str
    at: datetime


class UnitOut(UnitRef):
    """A unit of the tree."""

    short_name: str
    level: str
    parent: UUID | None


class PersonOut(PersonRef):
    """A person of the institution."""

    unit: UUID | None


class InstructionOut(Schema):
    """An instruction of the catalogue."""

    text: str
    purpose: str
    days: int | None


class WordOut(Schema):
    """A state or a step: its code, which never changes, what the institution calls it, and the standard word."""

    code: str
    label: str
    standard: str


class FlowOut(Schema):
    """The life of a kind of matter, or of its turns."""

    slug: str
    name: str
    states: list[WordOut]
    steps: list[WordOut]


class NoticeOut(Schema):
    """A notice of the person."""

    uuid: UUID
    kind: str
    title: str
    body: str
    url: str
    created_at: datetime
    read_at: datetime | None


class NoticePage(Schema):
    """A page of notices, newest first."""

    items: list[NoticeOut]
    unread: int
    next: str | None


class MeOut(Schema):
    """Who the token acts as, where, and what it may do."""

    person: PersonRef
    institution: str
    unit: UnitRef | None
    scopes: list[str]


class Problem(Schema):
    """An error (RFC 9457, `application/problem+json`); texts are Spanish, `field` names what to correct."""

    type: str
    status: int
    title: str
    detail: str
    field: str | None = None
