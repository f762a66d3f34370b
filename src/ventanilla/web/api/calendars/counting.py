"""What a calendar computes, for programs: when a term is due and why, from when it is still met, and what a stretch of time holds.

Nothing is written. Pauses come as intervals of ISO 8601 (`from/to`; an empty end: it still runs).
"""
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.core.workdays.services import due, latest_start, spent
from ventanilla.lib.worktime import Pause, Segment
from ventanilla.web.api import shapes
from ventanilla.web.api.auth import actor
from ventanilla.web.api.calendars.shared import READ, READS, calendars_of, router, version_of

TermUnit = Literal["workdays", "workhours", "workminutes", "calendar_days"]
PAUSE = "2026-12-01T10:00:00-06:00/2026-12-02T12:00:00-06:00"


class Counting(Schema):
    """By which publication (the newest, without it) and with which pauses."""

    version: int | None = Field(None, ge=1)
    pause: list[str] = Field([], max_length=200, description=f"Una pausa por vez, como `{PAUSE}`; sin final, todavía corre")


class DueAsked(Counting):
    """A term from a moment; without a zone it is of Mexico City. `cap_at`: the moment that may not be passed."""

    start: datetime
    amount: float = Field(ge=0, le=100_000)
    term_unit: TermUnit = "workdays"
    cap_at: datetime | None = None


class StartAsked(Counting):
    """A term that must be over at `due_at`."""

    due_at: datetime
    amount: float = Field(ge=0, le=100_000)
    term_unit: TermUnit = "workdays"


class StretchAsked(Counting):
    """Between two moments, at most a year apart."""

    since: datetime
    until: datetime


class DueOut(Schema):
    """When the term is over, when its light turns amber, and why, in sentences; null: a pause runs, or the calendar ends before."""

    due_at: datetime | None
    amber_at: datetime | None
    capped: bool
    version: int
    derivation: list[str]


class StartOut(Schema):
    """The last moment from which the term is still met; null: there is none in the calendar."""

    start: datetime | None
    version: int


class StretchOut(Schema):
    """Seconds with one cause: `counted`, `paused` (`name`: why), `closed`, or `special` (`name`: which day)."""

    since: datetime
    until: datetime
    seconds: int
    cause: str
    name: str


class SpentOut(Schema):
    """What was used: open seconds less the pauses, complete working and calendar days. The stretches sum to the whole."""

    open_seconds: int
    workdays: int
    calendar_days: int
    version: int
    stretches: list[StretchOut]


@router.get("/calendars/{uuid}/due", response={200: DueOut, **READS}, auth=READ, operation_id="compute_due",
            summary="Cuándo vence un plazo, y por qué")
def compute_due(request: HttpRequest, uuid: UUID, asked: Query[DueAsked]) -> Any:
    """The same computation as for every matter."""
    row = _version(request, uuid, asked)
    found = due(start=_aware(asked.start), amount=_whole(asked.amount, asked.term_unit), version=row, term_unit=asked.term_unit,
                cap_at=shapes.aware(asked.cap_at), pauses=_pauses(asked))
    return {"due_at": _utc(found.due_at), "amber_at": _utc(found.amber_at), "capped": found.capped, "version": row.number,
            "derivation": found.derivation}


@router.get("/calendars/{uuid}/latest-start", response={200: StartOut, **READS}, auth=READ, operation_id="compute_latest_start",
            summary="Desde cuándo, a más tardar, se cumple un plazo que vence en un momento dado")
def compute_start(request: HttpRequest, uuid: UUID, asked: Query[StartAsked]) -> Any:
    """The inverse of `due`."""
    row = _version(request, uuid, asked)
    found = latest_start(due_at=_aware(asked.due_at), amount=_whole(asked.amount, asked.term_unit), version=row, term_unit=asked.term_unit,
                         pauses=_pauses(asked))
    return {"start": found, "version": row.number}


@router.get("/calendars/{uuid}/elapsed", response={200: SpentOut, **READS}, auth=READ, operation_id="compute_elapsed",
            summary="Cuánto tiempo hábil hay entre dos momentos, con la causa de cada lapso")
def compute_elapsed(request: HttpRequest, uuid: UUID, asked: Query[StretchAsked]) -> Any:
    """Every second has its cause."""
    row = _version(request, uuid, asked)
    found = spent(since=_aware(asked.since), until=_aware(asked.until), version=row, pauses=_pauses(asked))
    return {"open_seconds": found.open_seconds, "workdays": found.workdays, "calendar_days": found.calendar_days, "version": row.number,
            "stretches": [_stretch(s) for s in found.segments]}


def _stretch(part: Segment) -> dict[str, Any]:
    return {"since": _utc(part.start), "until": _utc(part.end), "seconds": part.seconds, "cause": part.cause, "name": part.name}


def _version(request: HttpRequest, uuid: UUID, asked: Counting) -> CalendarVersion:
    return version_of(calendars_of(actor(request)).get(uuid=uuid), asked.version)


def _aware(moment: datetime) -> datetime:
    found = shapes.aware(moment)
    assert found
    if not 1900 <= found.year <= 9000:
        raise Refused(_("Esa fecha no es posible."), "start")
    return found


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _whole(amount: float, unit: str) -> float:
    if unit in ("workdays", "calendar_days") and amount % 1:
        raise Refused(_("Un plazo en días es un número entero."), "amount")
    return amount


def _pauses(asked: Counting) -> list[Pause]:
    return [_pause(text) for text in asked.pause]


def _pause(text: str) -> Pause:
    since, _slash, until = text.partition("/")
    try:
        start, end = _aware(datetime.fromisoformat(since)), _aware(datetime.fromisoformat(until)) if until else None
    except ValueError as error:
        raise Refused(_("Escriba cada pausa como %(example)s.") % {"example": PAUSE}, "pause") from error
    if end and end < start:
        raise Refused(_("Una pausa termina antes de comenzar."), "pause")
    return Pause(start, end)
