"""Turns on call: who is called now, what comes, and keeping them."""
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS, people_of, team_of
from ventanilla.modules.servicedesk.models import OnCall, Team
from ventanilla.modules.servicedesk.models.on_call import OnCallQuerySet
from ventanilla.modules.servicedesk.services import on_call as turns
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.schemas import PersonRef
from ventanilla.web.api.validators import changed, check, next_page, told

router = Router(tags=["Mesa: reglas y periodos"])


def reads(person: Person) -> bool:
    """Somebody of the desk, or who keeps the turns of some team."""
    return works_somewhere(person) or turns.keeps(person)


READ, WRITE = Bearer(scopes.DESK_READ, reads), Bearer(scopes.DESK_WRITE, turns.keeps)


class OnCallIn(Schema):
    """A turn of a person of the team in [starts_at, ends_at); `order` 1 is called first."""

    team: str = Field(examples=["Redes"])
    person: UUID
    starts_at: datetime = Field(examples=["2026-12-21T18:00:00-06:00"])
    ends_at: datetime = Field(examples=["2026-12-28T18:00:00-06:00"])
    order: int = Field(1, ge=1, le=3)


class OnCallChange(Schema):
    """What changes of a turn; what is not named stays."""

    team: str | None = None
    person: UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    order: int | None = Field(None, ge=1, le=3)


class RotaIn(Schema):
    """Weeks on call, in the order of `people` and again from the first."""

    team: str = Field(examples=["Redes"])
    people: list[UUID] = Field(min_length=1, max_length=60)
    starts_at: datetime = Field(examples=["2026-12-21T18:00:00-06:00"])
    weeks: int = Field(12, ge=1, le=turns.MOST_WEEKS)
    order: int = Field(1, ge=1, le=3)


class OnCallOut(Schema):
    """A turn."""

    uuid: UUID
    team: str
    person: PersonRef
    starts_at: datetime
    ends_at: datetime
    order: int


class OnCallPage(Schema):
    """A page; `next` is the address of the following one."""

    items: list[OnCallOut]
    next: str | None


class OnCallAsked(Schema):
    """Of which team; `past`: those that are over."""

    team: str | None = None
    past: bool = False
    after: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(50, ge=1, le=200)


class OnCallNow(Schema):
    """Who of a team is called now: those there are with the first place."""

    team: str
    people: list[PersonRef]


def _rows(person: Person) -> OnCallQuerySet:
    return OnCall.objects.filter(institution_id=person.institution_id).select_related("team", "person")


def _out(row: OnCall) -> dict[str, Any]:
    return {"uuid": row.uuid, "team": row.team.name, "person": shapes.person_ref(row.person), "starts_at": row.starts_at,
            "ends_at": row.ends_at, "order": row.order}


def _draft(person: Person, said: dict[str, Any], uuid: UUID) -> turns.OnCallDraft:
    starts, ends = shapes.aware(said["starts_at"]), shapes.aware(said["ends_at"])
    assert starts and ends
    (who,) = people_of(person, [said["person"]], "person")
    return turns.OnCallDraft(team_of(person, said["team"]), who, starts, ends, said["order"], uuid)


@router.get("/on-call", response={200: OnCallPage, **READS}, auth=READ, operation_id="list_on_call",
            summary="Guardias vigentes y por venir, de la registrada más tarde a la más antigua")
def listed(request: HttpRequest, asked: Query[OnCallAsked]) -> Any:
    """With `past` those that are over. Follow `next`."""
    person, now = actor(request), timezone.now()
    rows = _rows(person).filter(ends_at__lte=now) if asked.past else _rows(person).ahead(now)
    rows = rows.filter(team__name=asked.team) if asked.team else rows
    found = list((rows.filter(pk__lt=asked.after) if asked.after else rows).order_by("-pk")[:asked.limit + 1])
    shown = found[:asked.limit]
    return {"items": [_out(r) for r in shown], "next": next_page(request, shown[-1].pk if len(found) > asked.limit else None)}


@router.get("/on-call/now", response={200: list[OnCallNow], **READS}, auth=READ, operation_id="who_is_on_call",
            summary="Quién está de guardia ahora en cada equipo")
def called(request: HttpRequest) -> Any:
    """Teams without a turn in force tell their members who are always on call."""
    teams = Team.objects.filter(institution_id=actor(request).institution_id, active=True)
    return [{"team": t.name, "people": [shapes.person_ref(p) for p in people]} for t, people in turns.called_of(teams)]


@router.post("/on-call", response={201: OnCallOut, **CHANGES}, auth=WRITE, operation_id="plan_on_call", summary="Registrar una guardia")
def plan(request: HttpRequest, data: OnCallIn) -> Any:
    """With `Idempotency-Key` a repetition is the same turn. 422 when somebody has that place then, or is not of the team."""
    person = actor(request)
    return 201, _out(turns.save_turn(actor=person, draft=_draft(person, data.dict(), key_of(request) or uuid4())))


@router.post("/on-call/rota", response={201: list[OnCallOut], **CHANGES}, auth=WRITE, operation_id="plan_on_call_rota",
             summary="Registrar un rol semanal de guardias")
def rota(request: HttpRequest, data: RotaIn) -> Any:
    """A turn a week, all or none."""
    person, starts = actor(request), shapes.aware(data.starts_at)
    assert starts
    made = turns.plan_rota(actor=person, draft=turns.RotaDraft(
        team_of(person, data.team), people_of(person, data.people), starts, data.weeks, data.order, key_of(request) or uuid4()))
    return 201, [_out(row) for row in made]


@router.get("/on-call/{uuid}", response={200: OnCallOut, 304: None, **READS}, auth=READ, operation_id="get_on_call", summary="Una guardia")
def one(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """With `ETag`."""
    return told(request, response, _out(_rows(actor(request)).get(uuid=uuid)))


@router.patch("/on-call/{uuid}", response={200: OnCallOut, **CHECKED}, auth=WRITE, operation_id="change_on_call",
              summary="Cambiar una guardia")
def correct(request: HttpRequest, response: HttpResponse, uuid: UUID, data: OnCallChange) -> Any:
    """`If-Match` refuses (412) when it changed meanwhile."""
    person = actor(request)
    row = _rows(person).get(uuid=uuid)

    def verb() -> None:
        now = _rows(person).get(pk=row.pk)
        kept = {"team": now.team.name, "person": now.person.uuid, "starts_at": now.starts_at, "ends_at": now.ends_at, "order": now.order}
        turns.save_turn(actor=person, draft=_draft(person, kept | data.dict(exclude_unset=True), now.uuid), turn=now)

    return changed(request, response, row, lambda: _out(_rows(person).get(uuid=uuid)), verb)


@router.delete("/on-call/{uuid}", response={204: None, **CHECKED}, auth=WRITE, operation_id="drop_on_call", summary="Quitar una guardia")
def drop(request: HttpRequest, uuid: UUID) -> Any:
    """404 when it is gone."""
    person = actor(request)
    row = _rows(person).get(uuid=uuid)
    check(request, lambda: _out(row))
    turns.drop_turn(actor=person, turn=row)
    return 204, None
