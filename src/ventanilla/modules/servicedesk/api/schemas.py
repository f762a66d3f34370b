"""What the API says and takes about tickets, the catalogue and liaisons; uuids outside, moments in RFC 3339."""
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from ventanilla.web.api.calendars.schemas import CalendarRef
from ventanilla.web.api.schemas import Action, CaseOut, PersonRef, UnitRef

Kind = Literal["request", "incident", "problem", "known_error", "change", "simple_change", "emergency_change"]
Channel = Literal["portal", "phone", "person", "letter", "mail", "api"]


class TicketIn(Schema):
    """A ticket to open: with an `offering` of the catalogue, or (the desk only) with a `kind` and a `team`.

    `requester` None: the person of the token, unless `requester_name` names somebody without an account. `values` are the
    answers of the offering's form by key; `documents` are uploaded files.
    """

    subject: str = Field(max_length=300)
    offering: str | None = Field(None, description="La clave (slug) de lo que se pide del catálogo")
    kind: Kind = "request"
    team: str | None = Field(None, description="Nombre del equipo; sólo la mesa de servicio")
    service: str | None = Field(None, description="La clave (slug) del servicio; sólo la mesa de servicio")
    description: str = Field("", max_length=20_000)
    requester: UUID | None = None
    requester_name: str = Field("", max_length=200)
    requester_email: str = Field("", max_length=254)
    beneficiary: UUID | None = None
    beneficiary_name: str = Field("", max_length=200)
    beneficiary_email: str = Field("", max_length=254, description="De para quién es, si no tiene cuenta: se le avisa")
    unit: UUID | None = None
    channel: Channel = "api"
    impact: Literal[1, 2, 3] | None = None
    urgency: Literal[1, 2, 3] | None = None
    values: dict[str, Any] = {}
    documents: list[UUID] = []
    parent: UUID | None = None
    received_at: datetime | None = None
    risk: Literal[1, 2, 3] | None = Field(None, description="De un cambio: 1 bajo a 3 alto; uno simple es de riesgo bajo")
    impact_text: str = Field("", max_length=4000, description="De un cambio: a quién afecta")
    model: str | None = Field(None, description="De un cambio simple: el nombre del modelo autorizado", examples=["Alta de impresora"])


class TicketsIn(Schema):
    """One ticket or many: all of them or none."""

    tickets: list[TicketIn] = Field(min_length=1, max_length=500)


class TicketOut(CaseOut):
    """A ticket in a list."""

    service: str | None
    offering: str | None
    team: str | None
    assignee: PersonRef | None
    requester: PersonRef | None
    requester_name: str
    beneficiary: PersonRef | None
    beneficiary_name: str
    asking_unit: UnitRef | None
    channel: str
    impact: int
    urgency: int
    major: bool
    owned_at: datetime | None
    resolved_at: datetime | None
    reopened: int
    values: dict[str, Any] = Field({}, description="Respuestas del formulario por clave; en las listas, las que se piden en `fields`")


class TicketPage(Schema):
    """A page; `next` is the address of the following one."""

    items: list[TicketOut]
    next: str | None


class TicketDetail(TicketOut):
    """A ticket with what was asked, how it was solved, the answers of its form, and what may be done now."""

    description: str
    held_for: str | None
    held_until: datetime | None
    cause: str | None
    solution: str
    parent: UUID | None
    merged_into: UUID | None
    values: dict[str, Any]
    actions: list[Action]


class PlanIn(Schema):
    """How a change will be made; a risk of 1 (low) to 3 (high)."""

    risk: Literal[1, 2, 3]
    plan: str
    back_out: str
    starts_at: datetime
    ends_at: datetime
    implementer: UUID | None = None
    impact_text: str = ""


class FactsIn(Schema):
    """The facts of a ticket as they should be: what is not named stays, null takes a person or a unit away.

    `values` are all the answers of its form (null: they stay); `documents` are files that they name.
    """

    subject: str = Field("", max_length=300)
    description: str = Field("", max_length=20_000)
    requester: UUID | None = None
    requester_name: str = Field("", max_length=200)
    requester_email: str = Field("", max_length=254)
    beneficiary: UUID | None = None
    beneficiary_name: str = Field("", max_length=200)
    beneficiary_email: str = Field("", max_length=254, description="De para quién es, si no tiene cuenta: se le avisa")
    unit: UUID | None = None
    channel: Channel = "api"
    values: dict[str, Any] | None = None
    documents: list[UUID] = []


class StepIn(Schema):
    """What a step needs; the ticket's `actions` say which step wants which. What a step does not want is left aside."""

    reason: str = ""
    team: str | None = Field(None, description="assign: nombre del equipo")
    person: UUID | None = Field(None, description="assign: a quién")
    hold_reason: str | None = Field(None, description="hold: motivo del catálogo")
    hold_until: datetime | None = Field(None, description="hold: cuándo se reanuda solo")
    cause: str | None = Field(None, description="resolve: causa del catálogo")
    solution: str = ""
    children: bool = Field(False, description="resolve: también los tickets que dependen de él, con la misma causa y solución")
    facts: FactsIn | None = Field(None, description="correct: los datos como deben quedar")
    symptoms: str | None = Field(None, max_length=20_000, description="revise: cómo se reconoce un error conocido")
    impact: Literal[1, 2, 3] | None = None
    urgency: Literal[1, 2, 3] | None = None
    kind: Literal["request", "incident", "problem", "known_error", "change", "simple_change", "emergency_change"] | None = Field(
        None, description="reclassify: de qué tipo es; split: request o incident")
    offering: str | None = Field(None, description="reclassify: la clave del catálogo, de una solicitud o un incidente")
    risk: Literal[1, 2, 3] | None = Field(None, description="reclassify, a un cambio: 1 bajo a 3 alto")
    impact_text: str = Field("", max_length=2000, description="reclassify, a un cambio: a quién afecta")
    root_cause: str = ""
    workaround: str = ""
    people: list[UUID] = Field([], description="submit, ask_approval, review: quién autoriza")
    quorum: int = Field(1, ge=1, le=50)
    plan: PlanIn | None = None
    action: str = Field("", description="plan de un problema: la acción")
    definitive: bool = False
    due_on: date | None = None
    review: str = ""
    into: UUID | None = Field(None, description="merge: el ticket que continúa")
    subject: str = Field("", max_length=300, description="split: asunto del ticket nuevo")
    description: str = Field("", max_length=20_000, description="split: qué se pide en él")
    entries: list[UUID] = Field([], description="split: mensajes y notas que se copian")
    documents: list[UUID] = Field([], description="split: archivos que se copian")
    uuid: UUID | None = Field(None, description="split: la clave del ticket nuevo; repetida, es el mismo")
    exception: str = Field("", max_length=200, description="implement, emergencia en un periodo sin cambios: qué excepción y quién la dio")


class EntryIn(Schema):
    """Something to say. A `private` one, with its documents, is read by the desk only."""

    text: str = Field(min_length=1, max_length=20_000)
    private: bool = False
    documents: list[UUID] = []
    mentioned: list[UUID] = []


class EntryOut(Schema):
    """Something that was said."""

    uuid: UUID
    person: PersonRef
    text: str
    private: bool
    at: datetime


class Stretch(Schema):
    """A stretch of the ticket's life: `counted`, `paused`, `closed` (outside hours) or `special` (holiday), and its name."""

    start: datetime
    end: datetime
    cause: str
    name: str
    seconds: int


class ClockOut(Schema):
    """A clock explained. `goal` (None: nothing is promised) and `used` in seconds of coverage; the stretches sum to `total`."""

    kind: str
    label: str
    state: str
    start: datetime
    until: datetime
    due_at: datetime | None
    amber_at: datetime | None
    stopped_at: datetime | None
    goal: int | None
    used: int
    total: int
    late: bool
    by_cause: dict[str, int]
    stretches: list[Stretch]


class ApprovalOut(Schema):
    """An authorisation asked of a person; `verdict` empty: not answered yet."""

    step: int
    label: str
    quorum: int
    person: PersonRef
    retrospective: bool
    verdict: Literal["", "yes", "no"]
    reason: str
    asked_at: datetime
    at: datetime | None


class WaitingOut(Schema):
    """An authorisation that waits for the person, with the ticket it is about."""

    label: str
    asked_at: datetime
    ticket: CaseOut


class VerdictIn(Schema):
    """Yes or no; a no says why."""

    verdict: bool
    reason: str = ""


class ChecklistItemOut(Schema):
    """A step of the checklist."""

    id: int
    text: str
    done_at: datetime | None
    done_by: PersonRef | None


class ChecklistItemIn(Schema):
    """A step to be done."""

    text: str = Field(max_length=300)


class DoneIn(Schema):
    """Whether it is done."""

    done: bool = True


class TimeIn(Schema):
    """Minutes worked, and on what."""

    minutes: int = Field(ge=1, le=1440)
    text: str = Field("", max_length=300)


class TimeOut(Schema):
    """Minutes worked by a person."""

    id: int
    person: PersonRef
    minutes: int
    text: str
    at: datetime


class PromiseOut(Schema):
    """What a ticket opened now would be promised."""

    metric: str
    minutes: int | None
    due_at: datetime | None


class OfferingOut(Schema):
    """Something that may be asked for."""

    uuid: UUID
    slug: str
    name: str
    service: str
    service_slug: str
    family: str
    kind: str
    version: int
    audience: str
    description: str
    team: str


class OfferingDetail(OfferingOut):
    """Its fact sheet, its form as data (see the field engine), and its promises."""

    includes: str
    requirements: str
    hours: str
    legal_basis: str
    impact: int
    urgency: int
    level: str | None
    approvals: list[str]
    form: dict[str, Any] | None
    promises: list[PromiseOut]


class NamedOut(Schema):
    """A row of a catalogue, by its name."""

    name: str


class TeamOut(NamedOut):
    """A team and its people; `calendar` is the one whose hours count for it: that of its unit."""

    tier: int
    unit: UnitRef
    calendar: CalendarRef
    members: list[PersonRef]


class LiaisonIn(Schema):
    """Who is proposed for which unit, by which letter, and until when."""

    unit: UUID
    person: UUID
    letter: str = Field(max_length=120)
    until: date | None = None


class LiaisonOut(Schema):
    """An appointment."""

    id: int
    unit: UnitRef
    person: PersonRef
    state: str
    request_letter: str
    requested_at: datetime
    validated_at: datetime | None
    agreement_at: date | None
    trained_at: date | None
    active_at: datetime | None
    until: date | None
    ended_at: datetime | None
    change_letter: str


class CompleteIn(Schema):
    """When agreement and training were had."""

    agreement: date | None = None
    training: date | None = None


class ExtendingIn(Schema):
    """By which letter the appointment gets which last day; None: none."""

    letter: str = Field(max_length=120)
    until: date | None = None


class EndingIn(Schema):
    """By which letter it ends."""

    letter: str = Field(max_length=120)
