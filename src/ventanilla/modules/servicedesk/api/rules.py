"""Rules of notification: their words and conditions as data, kept by managers, rehearsed against the last month."""
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS, people_of
from ventanilla.modules.servicedesk.models import NotificationRule, Service
from ventanilla.modules.servicedesk.services.managing import manages
from ventanilla.modules.servicedesk.services.rules import RuleDraft, move_rule, rehearse, save_rule, switch_rule
from ventanilla.modules.servicedesk.services.rules.events import LABELS
from ventanilla.modules.servicedesk.services.rules.facts import FIELDS as FACTS
from ventanilla.modules.servicedesk.services.rules.facts import OPS
from ventanilla.modules.servicedesk.services.rules.recipients import ROLES
from ventanilla.modules.servicedesk.services.rules.texts import FIELDS as WORDS
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.schemas import PersonRef
from ventanilla.web.api.validators import changed, small, told

router = Router(tags=["Mesa: reglas y periodos"])
READ, WRITE = Bearer(scopes.DESK_READ, manages), Bearer(scopes.DESK_WRITE, manages)
CONDITION = {"all": [{"field": "priority", "op": "in", "value": ["1", "2"]}]}


class RuleText(Schema):
    """Words with named fields in braces; of one service (its key), or of all the others (`service` null)."""

    service: str | None = None
    subject: str = Field(max_length=160, examples=["{numero}: {asunto}"])
    body: str = Field("", max_length=4000, examples=["Lo pidió {pide} y vence {vence}."])


class RuleIn(Schema):
    """A rule whole. What each part may be, `/notification-vocabulary` tells."""

    name: str = Field(max_length=120, examples=["Lo urgente, a la coordinación"])
    event: str = Field("", examples=["opened"])
    recipients: list[str] = Field([], examples=[["manager"]])
    people: list[UUID] = []
    channel: Literal["usual", "mail"] = "usual"
    condition: dict[str, Any] = Field({}, examples=[CONDITION])
    texts: list[RuleText] = Field([], max_length=200)


class RuleOut(Schema):
    """A rule; of several that tell a person of one event, the first in `order` counts."""

    id: int
    name: str
    event: str
    event_label: str
    recipients: list[str]
    people: list[PersonRef]
    channel: Literal["usual", "mail"]
    condition: dict[str, Any]
    texts: list[RuleText]
    order: int
    active: bool
    changed_at: datetime
    changed_by: PersonRef | None


class SwitchIn(Schema):
    """Whether it is on."""

    active: bool = True


class MoveIn(Schema):
    """One place up, or down."""

    up: bool = True


class RuleWord(Schema):
    """A word of the vocabulary, and what it means."""

    key: str
    label: str


class RuleVocabulary(Schema):
    """What rules are made of: events, recipients, facts of conditions with their operators, and fields of the words."""

    events: list[RuleWord]
    recipients: list[RuleWord]
    facts: list[RuleWord]
    operators: list[str]
    fields: list[RuleWord]


class RehearsedPerson(Schema):
    """How many messages a person would have got."""

    name: str
    messages: int


class RehearsedMessage(Schema):
    """A message that would have been sent, of a ticket that the reader may read."""

    ticket: UUID
    folio: str
    at: datetime
    person: PersonRef | None
    subject: str
    body: str


class RehearsalOut(Schema):
    """What the rule would have sent; nothing was. `capped`: there were more events than it looked at."""

    since: datetime
    until: datetime
    events: int
    tickets: int
    messages: int
    people: list[RehearsedPerson]
    examples: list[RehearsedMessage]
    capped: bool


def _rows(person: Person) -> QuerySet[NotificationRule]:
    rows = NotificationRule.objects.filter(institution_id=person.institution_id)
    return rows.select_related("changed_by").prefetch_related("texts__service", "people")


def _of(person: Person, number: int) -> NotificationRule:
    return _rows(person).get(pk=small(number))


def _out(row: NotificationRule) -> dict[str, Any]:
    plain = ("name", "event", "recipients", "channel", "condition", "order", "active", "changed_at")
    texts = [{"service": t.service.slug if t.service else None, "subject": t.subject, "body": t.body} for t in row.texts.all()]
    return {n: getattr(row, n) for n in plain} | {
        "id": row.pk, "event_label": str(LABELS.get(row.event, row.event)), "texts": texts,
        "people": [shapes.person_ref(p) for p in row.people.all()], "changed_by": shapes.person_ref(row.changed_by)}


@router.get("/notification-rules", response={200: list[RuleOut], **READS}, auth=READ, operation_id="list_notification_rules",
            summary="Reglas de aviso, en su orden")
def rules(request: HttpRequest) -> Any:
    """Every rule of the institution."""
    return [_out(r) for r in _rows(actor(request))]


@router.get("/notification-vocabulary", response={200: RuleVocabulary, **READS}, auth=READ, operation_id="get_notification_vocabulary",
            summary="Con qué se hacen las reglas: sucesos, destinatarios, datos y campos del texto")
def vocabulary(request: HttpRequest) -> Any:
    """The same for every institution."""
    told_of = {"events": LABELS, "recipients": ROLES, "facts": FACTS, "fields": WORDS}
    return {name: [{"key": k, "label": str(v)} for k, v in known.items()] for name, known in told_of.items()} | {"operators": sorted(OPS)}


@router.post("/notification-rules", response={201: RuleOut, **CHANGES}, auth=WRITE, operation_id="add_notification_rule",
             summary="Hacer una regla; queda apagada y al final")
def add(request: HttpRequest, data: RuleIn) -> Any:
    """422 names what is wrong: an unknown event, fact or field, a name that is taken."""
    person = actor(request)
    return 201, _out(_of(person, save_rule(actor=person, draft=_draft(person, data)).pk))


def _draft(person: Person, data: RuleIn) -> RuleDraft:
    slugs = {t.service for t in data.texts if t.service}
    services = {s.slug: s for s in Service.objects.filter(institution_id=person.institution_id, slug__in=slugs)}
    if slugs - set(services):
        raise Refused(_("Algún servicio no existe."), "texts")
    texts = {services[t.service] if t.service else None: (t.subject, t.body) for t in data.texts}
    return RuleDraft(data.name, data.event, texts, data.recipients, people_of(person, data.people), data.condition, data.channel)


@router.get("/notification-rules/{int:rule}", response={200: RuleOut, 304: None, **READS}, auth=READ,
            operation_id="get_notification_rule", summary="Una regla de aviso")
def rule_of(request: HttpRequest, response: HttpResponse, rule: int) -> Any:
    """With `ETag`."""
    return told(request, response, _out(_of(actor(request), rule)))


@router.put("/notification-rules/{int:rule}", response={200: RuleOut, **CHECKED}, auth=WRITE, operation_id="change_notification_rule",
            summary="Cambiar una regla entera; sigue encendida o apagada como estaba")
def change(request: HttpRequest, response: HttpResponse, rule: int, data: RuleIn) -> Any:
    """`If-Match` refuses (412) when it changed meanwhile."""
    person = actor(request)
    row = _of(person, rule)
    return changed(request, response, row, lambda: _out(_of(person, rule)),
                   lambda: save_rule(actor=person, draft=_draft(person, data), rule=_of(person, rule)))


@router.post("/notification-rules/{int:rule}/switch", response={200: RuleOut, **CHECKED}, auth=WRITE,
             operation_id="switch_notification_rule", summary="Encender o apagar una regla")
def switch(request: HttpRequest, response: HttpResponse, rule: int, data: SwitchIn) -> Any:
    """Twice is once."""
    person = actor(request)
    row = _of(person, rule)
    return changed(request, response, row, lambda: _out(_of(person, rule)),
                   lambda: switch_rule(actor=person, rule=row, active=data.active))


@router.post("/notification-rules/{int:rule}/move", response={200: RuleOut, **CHECKED}, auth=WRITE, operation_id="move_notification_rule",
             summary="Subir o bajar una regla un lugar")
def move(request: HttpRequest, response: HttpResponse, rule: int, data: MoveIn) -> Any:
    """At the end of the list nothing changes."""
    person = actor(request)
    row = _of(person, rule)
    return changed(request, response, row, lambda: _out(_of(person, rule)), lambda: move_rule(actor=person, rule=row, up=data.up))


@router.get("/notification-rules/{int:rule}/rehearsal", response={200: RehearsalOut, **READS}, auth=READ,
            operation_id="rehearse_notification_rule", summary="Ensayo: qué habría avisado en el último mes; no avisa nada")
def rehearsal(request: HttpRequest, rule: int) -> Any:
    """Examples only of tickets that the person may read."""
    person = actor(request)
    found = rehearse(_of(person, rule), timezone.now(), person=person)
    names = {p.pk: p for p in Person.objects.filter(pk__in={m.person_id for m in found.examples})}
    plain = ("since", "until", "events", "tickets", "messages", "capped")
    return {n: getattr(found, n) for n in plain} | {
        "people": [{"name": name, "messages": n} for name, n in found.people],
        "examples": [{"ticket": m.case.uuid, "folio": m.case.folio, "at": m.occurrence.at, "subject": m.draft.title,
                      "body": m.draft.body, "person": shapes.person_ref(names.get(m.person_id))} for m in found.examples]}
