"""Rules of assignment: which team, and who of it, gets which ticket; kept by managers, rehearsed against the last month."""
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.api.rules import MoveIn, RuleWord, SwitchIn
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS, team_of
from ventanilla.modules.servicedesk.models import AssignmentRule
from ventanilla.modules.servicedesk.services.fields import fields_for
from ventanilla.modules.servicedesk.services.managing import manages
from ventanilla.modules.servicedesk.services.rules.assigning.facts import LABELS, OPS
from ventanilla.modules.servicedesk.services.rules.assigning.keeping import (
    AssignmentDraft,
    move_assignment,
    save_assignment,
    switch_assignment,
)
from ventanilla.modules.servicedesk.services.rules.assigning.trying import rehearse_assignment
from ventanilla.modules.servicedesk.services.rules.assigning.wording import told as in_words
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.schemas import CaseOut, PersonRef
from ventanilla.web.api.validators import changed, small, told

router = Router(tags=["Mesa: reglas y periodos"])
READ, WRITE = Bearer(scopes.DESK_READ, manages), Bearer(scopes.DESK_WRITE, manages)
Strategy = Literal["team", "load", "skill", "round", "on_call", "person"]


class AssignmentIn(Schema):
    """A rule whole: a condition (see `/assignment-vocabulary`; {} is every ticket), a team by its name, and to whom there."""

    name: str = Field(max_length=120, examples=["Lo de redes, a quien tiene menos"])
    condition: dict[str, Any] = Field({}, examples=[{"all": [{"field": "priority", "op": "in", "value": ["1", "2"]}]}])
    team: str | None = None
    strategy: Strategy = "team"
    person: UUID | None = None


class AssignmentOut(Schema):
    """A rule; the first in `order` that fits decides. `broken`: what it names and is gone, so that it is passed over."""

    id: int
    name: str
    condition: dict[str, Any]
    team: str | None
    strategy: Strategy
    person: PersonRef | None
    order: int
    active: bool
    broken: list[str]
    changed_at: datetime


class AssignmentVocabulary(Schema):
    """What conditions look at, with their operators; answers of forms are named `campo-` and their key."""

    facts: list[RuleWord]
    operators: list[str]
    strategies: list[RuleWord]


class Share(Schema):
    """Somebody or something, and how many tickets; no name: nobody."""

    name: str | None
    tickets: int


class AssignmentRehearsed(Schema):
    """Tickets of the last month that the rule would have got, those that rules above it would, and who had them in fact."""

    since: datetime
    until: datetime
    tickets: int
    got: int
    before: list[Share]
    teams: list[Share]
    people: list[Share]
    examples: list[CaseOut]
    capped: bool


def _rows(person: Person) -> QuerySet[AssignmentRule]:
    return AssignmentRule.objects.filter(institution_id=person.institution_id).select_related("team", "person")


def _out(person: Person, rows: list[AssignmentRule]) -> list[dict[str, Any]]:
    broken = {t.rule.pk: [str(b) for b in t.broken] for t in in_words(rows, fields_for(person))}
    plain = ("name", "condition", "strategy", "order", "active", "changed_at")
    return [{n: getattr(r, n) for n in plain} | {
        "id": r.pk, "team": r.team.name if r.team else None, "person": shapes.person_ref(r.person), "broken": broken.get(r.pk, [])}
        for r in rows]


def _one(person: Person, number: int) -> dict[str, Any]:
    return _out(person, [_rows(person).get(pk=small(number))])[0]


def _draft(person: Person, data: AssignmentIn) -> AssignmentDraft:
    return AssignmentDraft(data.name, data.condition, team_of(person, data.team) if data.team else None, data.strategy,
                           shapes.person_of(person, data.person))


@router.get("/assignment-rules", response={200: list[AssignmentOut], **READS}, auth=READ, operation_id="list_assignment_rules",
            summary="Reglas de asignación, en su orden")
def rules(request: HttpRequest) -> Any:
    """Every rule of the institution."""
    person = actor(request)
    return _out(person, list(_rows(person)))


@router.get("/assignment-vocabulary", response={200: AssignmentVocabulary, **READS}, auth=READ, operation_id="get_assignment_vocabulary",
            summary="Con qué se hacen las reglas de asignación")
def vocabulary(request: HttpRequest) -> Any:
    """Facts of the ticket that is being asked for."""
    words = {"facts": LABELS.items(), "strategies": AssignmentRule.Strategy.choices}
    return {name: [{"key": k, "label": str(v)} for k, v in known] for name, known in words.items()} | {"operators": sorted(OPS)}


@router.post("/assignment-rules", response={201: AssignmentOut, **CHANGES}, auth=WRITE, operation_id="add_assignment_rule",
             summary="Hacer una regla de asignación; queda apagada y al final")
def add(request: HttpRequest, data: AssignmentIn) -> Any:
    """422 names what is wrong."""
    person = actor(request)
    return 201, _one(person, save_assignment(actor=person, draft=_draft(person, data)).pk)


@router.get("/assignment-rules/{int:rule}", response={200: AssignmentOut, 304: None, **READS}, auth=READ,
            operation_id="get_assignment_rule", summary="Una regla de asignación")
def rule_of(request: HttpRequest, response: HttpResponse, rule: int) -> Any:
    """With `ETag`."""
    return told(request, response, _one(actor(request), rule))


@router.put("/assignment-rules/{int:rule}", response={200: AssignmentOut, **CHECKED}, auth=WRITE, operation_id="change_assignment_rule",
            summary="Cambiar una regla de asignación entera")
def change(request: HttpRequest, response: HttpResponse, rule: int, data: AssignmentIn) -> Any:
    """`If-Match` refuses (412) when it changed meanwhile."""
    person = actor(request)
    row = _rows(person).get(pk=small(rule))
    return changed(request, response, row, lambda: _one(person, rule),
                   lambda: save_assignment(actor=person, draft=_draft(person, data), rule=_rows(person).get(pk=row.pk)))


@router.post("/assignment-rules/{int:rule}/switch", response={200: AssignmentOut, **CHECKED}, auth=WRITE,
             operation_id="switch_assignment_rule", summary="Encender o apagar una regla de asignación")
def switch(request: HttpRequest, response: HttpResponse, rule: int, data: SwitchIn) -> Any:
    """Twice is once."""
    person = actor(request)
    row = _rows(person).get(pk=small(rule))
    return changed(request, response, row, lambda: _one(person, rule),
                   lambda: switch_assignment(actor=person, rule=row, active=data.active))


@router.post("/assignment-rules/{int:rule}/move", response={200: AssignmentOut, **CHECKED}, auth=WRITE,
             operation_id="move_assignment_rule", summary="Subir o bajar una regla de asignación un lugar")
def move(request: HttpRequest, response: HttpResponse, rule: int, data: MoveIn) -> Any:
    """At the end of the list nothing changes."""
    person = actor(request)
    row = _rows(person).get(pk=small(rule))
    return changed(request, response, row, lambda: _one(person, rule), lambda: move_assignment(actor=person, rule=row, up=data.up))


@router.get("/assignment-rules/{int:rule}/rehearsal", response={200: AssignmentRehearsed, **READS}, auth=READ,
            operation_id="rehearse_assignment_rule", summary="Ensayo: qué tickets del último mes le habrían tocado; no mueve ninguno")
def rehearsal(request: HttpRequest, rule: int) -> Any:
    """Examples only of tickets that the person may read."""
    person = actor(request)
    found = rehearse_assignment(_rows(person).get(pk=small(rule)), timezone.now(), person=person)
    shares = {n: [{"name": name, "tickets": k} for name, k in getattr(found, n)] for n in ("before", "teams", "people")}
    plain = ("since", "until", "tickets", "got", "capped")
    cases = Case.objects.select_related("unit").in_bulk([c.pk for c in found.examples])
    return {n: getattr(found, n) for n in plain} | shares | {"examples": [shapes.case_out(cases[c.pk]) for c in found.examples]}
