"""Periods without changes: read by the desk, declared, corrected and called off by its managers."""
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.api.cmdb import ItemRef, item_of, type_of
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS
from ventanilla.modules.servicedesk.models.blackouts import Blackout, BlackoutQuerySet
from ventanilla.modules.servicedesk.services.blackouts import Repeat, following, in_words, repeat_of
from ventanilla.modules.servicedesk.services.clearing import BlackoutDraft, call_off, may_keep, save_blackout, skip_date
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.schemas import PersonRef
from ventanilla.web.api.validators import changed, next_page, told

router = Router(tags=["Mesa: reglas y periodos"])
PERIOD = {"name": "Cierre del ejercicio", "reason": "Se cierra la contabilidad", "starts_at": "2026-12-14T08:00:00-06:00",
          "ends_at": "2026-12-31T18:00:00-06:00"}


def reads(person: Person) -> bool:
    """Somebody of the desk, or who keeps the periods."""
    return may_keep(person) or works_somewhere(person)


READ, WRITE = Bearer(scopes.DESK_READ, reads), Bearer(scopes.DESK_WRITE, may_keep)


class RepeatData(Schema):
    """How a period repeats; `starts_at` and `ends_at` are then those of its first time."""

    rule: str = Field(max_length=200, examples=["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"],
                      description="RRULE de iCalendar: por semana (BYDAY), por mes (BYMONTHDAY, o BYDAY con BYSETPOS) o por año")
    zone: str = Field("America/Mexico_City", max_length=40, description="Zona horaria en la que se leen las horas")
    workdays: bool = Field(False, description="Los días del mes se cuentan por el calendario de la institución")
    until: date | None = Field(None, description="Última fecha en que puede comenzar")
    skipped: list[date] = Field([], max_length=366, description="Fechas en que no ocurre")


class BlackoutIn(Schema):
    """A period in which nothing is changed; with neither `type` nor `item` it is of everything. With `repeat`, its moments are those
    of the first time."""

    name: str = Field(max_length=120, examples=["Cierre del ejercicio"])
    reason: str = Field("", max_length=500, examples=["Se cierra la contabilidad"])
    starts_at: datetime = Field(examples=[PERIOD["starts_at"]])
    ends_at: datetime = Field(examples=[PERIOD["ends_at"]])
    type: str | None = Field(None, description="Sólo los elementos de un tipo (su clave) y de los que están debajo")
    item: UUID | None = Field(None, description="O sólo un elemento, y lo que al fallar lo afecta")
    repeat: RepeatData | None = Field(None, description="Cómo se repite; sin esto ocurre una vez")


class BlackoutChange(Schema):
    """What changes of a period; what is not named stays."""

    name: str | None = Field(None, max_length=120)
    reason: str | None = Field(None, max_length=500)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    type: str | None = None
    item: UUID | None = None
    repeat: RepeatData | None = None


class BlackoutTime(Schema):
    """One time of a period. `day` is the local date on which it begins, as `skip` takes it."""

    day: date
    since: datetime
    until: datetime


class BlackoutOut(Schema):
    """A period; `active` is false once it was called off. `item` is told to who may see it. `repeats` is `repeat` in words."""

    uuid: UUID
    name: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    type: str | None
    item: ItemRef | None
    repeat: RepeatData | None
    repeats: str
    active: bool
    by: PersonRef | None


class BlackoutDetail(BlackoutOut):
    """With its next times, at most ten."""

    next: list[BlackoutTime]


class SkipIn(Schema):
    """On which local date it does not begin, or begins after all."""

    day: date
    skipped: bool = True


class BlackoutsAsked(Schema):
    """Which periods; `past`: those that ended or were called off."""

    past: bool = False
    after: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(50, ge=1, le=200)


class BlackoutPage(Schema):
    """A page; `next` is the address of the following one."""

    items: list[BlackoutOut]
    next: str | None


def _rows(person: Person) -> BlackoutQuerySet:
    return Blackout.objects.filter(institution_id=person.institution_id).select_related("type", "item", "by")


def _out(row: Blackout, seen: set[int]) -> dict[str, Any]:
    plain = ("uuid", "name", "reason", "starts_at", "ends_at", "active")
    item = {"uuid": row.item.uuid, "name": row.item.name, "code": row.item.code} if row.item and row.item_id in seen else None
    return {n: getattr(row, n) for n in plain} | {
        "type": row.type.slug if row.type else None, "item": item, "by": shapes.person_ref(row.by), "repeat": _told(row),
        "repeats": in_words(row)}


def _told(row: Blackout) -> dict[str, Any] | None:
    repeat = repeat_of(row)
    return {**asdict(repeat), "skipped": list(repeat.skipped)} if repeat else None


def _seen(person: Person, rows: list[Blackout]) -> set[int]:
    ids = [r.item_id for r in rows if r.item_id]
    return set(choosable(person, person.institution_id).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _one(person: Person, uuid: UUID) -> dict[str, Any]:
    row = _rows(person).get(uuid=uuid)
    times = following(row, timezone.now(), 10) if row.active else ()
    return _out(row, _seen(person, [row])) | {"next": [{"day": t.day, "since": t.since, "until": t.until} for t in times]}


@router.get("/blackouts", response={200: BlackoutPage, **READS}, auth=READ, operation_id="list_blackouts",
            summary="Periodos sin cambios, del más nuevo al más antiguo en registrarse")
def blackouts(request: HttpRequest, asked: Query[BlackoutsAsked]) -> Any:
    """Those that hold now or later; with `past` the others. Follow `next`."""
    person, now = actor(request), timezone.now()
    rows = _rows(person).order_by("-pk")
    rows = rows.over(now) if asked.past else rows.ahead(now)
    found = list((rows.filter(pk__lt=asked.after) if asked.after else rows)[:asked.limit + 1])
    shown, seen = found[:asked.limit], _seen(person, found)
    return {"items": [_out(r, seen) for r in shown], "next": next_page(request, shown[-1].pk if len(found) > asked.limit else None)}


@router.post("/blackouts", response={201: BlackoutDetail, **CHANGES}, auth=WRITE, operation_id="declare_blackout",
             summary="Declarar un periodo sin cambios")
def declare(request: HttpRequest, data: BlackoutIn) -> Any:
    """With `Idempotency-Key` a repetition returns the same period, for ever."""
    person = actor(request)
    made = save_blackout(actor=person, draft=_draft(person, data.dict(), key_of(request) or uuid4()))
    return 201, _one(person, made.uuid)


def _draft(person: Person, said: dict[str, Any], uuid: UUID) -> BlackoutDraft:
    starts, ends = shapes.aware(said["starts_at"]), shapes.aware(said["ends_at"])
    assert starts and ends
    return BlackoutDraft(said["name"], said["reason"], starts, ends, type_of(person, said["type"]) if said["type"] else None,
                         item_of(person, said["item"]) if said["item"] else None, uuid,
                         Repeat(**said["repeat"]) if said["repeat"] else None)


@router.get("/blackouts/{uuid}", response={200: BlackoutDetail, 304: None, **READS}, auth=READ, operation_id="get_blackout",
            summary="Un periodo sin cambios")
def blackout(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """With `ETag`."""
    return told(request, response, _one(actor(request), uuid))


@router.patch("/blackouts/{uuid}", response={200: BlackoutDetail, **CHECKED}, auth=WRITE, operation_id="change_blackout",
              summary="Corregir un periodo sin cambios")
def correct(request: HttpRequest, response: HttpResponse, uuid: UUID, data: BlackoutChange) -> Any:
    """409 once it was called off; `If-Match` refuses (412) when it changed meanwhile."""
    person = actor(request)
    row = _rows(person).get(uuid=uuid)

    def verb() -> None:
        now = _rows(person).get(pk=row.pk)
        kept = {"name": now.name, "reason": now.reason, "starts_at": now.starts_at, "ends_at": now.ends_at,
                "type": now.type.slug if now.type else None, "item": now.item.uuid if now.item else None, "repeat": _told(now)}
        save_blackout(actor=person, draft=_draft(person, kept | data.dict(exclude_unset=True), now.uuid), blackout=now)

    return changed(request, response, row, lambda: _one(person, uuid), verb)


@router.post("/blackouts/{uuid}/call-off", response={200: BlackoutDetail, **CHECKED}, auth=WRITE, operation_id="call_off_blackout",
             summary="Quitar un periodo: ya no cuenta, y queda en la lista de los anteriores")
def off(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """Twice is once."""
    person = actor(request)
    row = _rows(person).get(uuid=uuid)
    return changed(request, response, row, lambda: _one(person, uuid), lambda: call_off(actor=person, blackout=row))


@router.post("/blackouts/{uuid}/skip", response={200: BlackoutDetail, **CHECKED}, auth=WRITE, operation_id="skip_blackout",
             summary="Quitar una fecha de un periodo que se repite, o volver a ponerla")
def skip(request: HttpRequest, response: HttpResponse, uuid: UUID, data: SkipIn) -> Any:
    """409 for a date on which it does not begin."""
    person = actor(request)
    row = _rows(person).get(uuid=uuid)
    return changed(request, response, row, lambda: _one(person, uuid),
                   lambda: skip_date(actor=person, blackout=row, day=data.day, skipped=data.skipped))
