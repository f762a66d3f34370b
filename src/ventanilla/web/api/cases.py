"""Reading matters: list by key, one with its turns and allowed actions, its history."""
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from ventanilla.core.cases.listing import TOP
from ventanilla.core.cases.models import Case, Move
from ventanilla.core.orgs.models import Unit
from ventanilla.web.api import schemas, scopes, shapes
from ventanilla.web.api.auth import Bearer, actor

router = Router(tags=["Asuntos"])
ERRORS = {401: schemas.Problem, 403: schemas.Problem, 404: schemas.Problem}


class CaseFilters(Schema):
    """What to list; all together. `after` comes from `next`."""

    kind: str | None = None
    state: str | None = None
    folio: str | None = None
    unit: UUID | None = None
    below: bool = Field(False, description="Con `unit`: también los asuntos de las unidades que hoy dependen de ella.")
    open: bool | None = None
    overdue: bool = False
    received_from: datetime | None = None
    received_to: datetime | None = None
    after: int | None = Field(None, ge=1, le=TOP)
    limit: int = Field(50, ge=1, le=200)


@router.get("", response={200: schemas.CasePage, **ERRORS}, auth=Bearer(scopes.READ), operation_id="list_cases",
            summary="Asuntos que la persona puede ver, del más nuevo al más antiguo")
def list_cases(request: HttpRequest, filters: Annotated[CaseFilters, Query()]) -> Any:
    """Pages by key: follow `next` until it is null."""
    person = actor(request)
    found = _filtered(person, filters).select_related("unit")[:filters.limit + 1]
    rows = list(found)
    following = None
    if len(rows) > filters.limit:
        query = request.GET.copy()
        query["after"] = str(rows[filters.limit - 1].pk)
        following = f"{request.path}?{urlencode(list(query.items()))}"
    return {"items": [shapes.case_out(c) for c in rows[:filters.limit]], "next": following}


def _units(person: Any, wanted: CaseFilters) -> list[int] | None:
    """The units asked for, by the tree of today; None for any."""
    if wanted.unit is None:
        return None
    found = Unit.objects.filter(uuid=wanted.unit, institution_id=person.institution_id)
    units = Unit.objects.under(*found.values_list("pk", flat=True)) if wanted.below else found
    return list(units.values_list("pk", flat=True))


def _filtered(person: Any, wanted: CaseFilters) -> Any:
    equal = {"kind": wanted.kind, "state": wanted.state, "folio": wanted.folio, "unit__in": _units(person, wanted),
             "received_at__gte": shapes.aware(wanted.received_from), "received_at__lt": shapes.aware(wanted.received_to)}
    chosen = {name: value for name, value in equal.items() if value is not None}
    before = wanted.after or TOP
    if not chosen and wanted.open is None and not wanted.overdue:
        return Case.objects.newest_visible_to(person, before=before, limit=wanted.limit + 1)
    found = Case.objects.visible_to(person).filter(pk__lt=before, **chosen).order_by("-pk")
    if wanted.open is not None:
        found = found.filter(closed_at__isnull=wanted.open)
    return found.overdue(timezone.now()) if wanted.overdue else found


@router.get("/{uuid}", response={200: schemas.CaseDetail, 304: None, **ERRORS}, auth=Bearer(scopes.READ),
            operation_id="get_case", summary="Un asunto con sus turnos y las acciones permitidas ahora")
def get_case(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """With `ETag`; `If-None-Match` answers 304."""
    person = actor(request)
    case = shapes.case_of(person, uuid)
    etag = shapes.etag_of(case, person)
    shapes.check_newer(request, etag)
    response.headers["ETag"] = etag
    return shapes.case_detail(case, person)


@router.get("/{uuid}/moves", response={200: list[schemas.MoveOut], **ERRORS}, auth=Bearer(scopes.READ),
            operation_id="list_moves", summary="La historia del asunto, de la más antigua a la más nueva")
def list_moves(request: HttpRequest, uuid: UUID) -> Any:
    """At most 1,000 lines."""
    case = shapes.case_of(actor(request), uuid)
    rows = Move.objects.filter(case=case).select_related("actor", "unit").order_by("id")[:1000]
    return [{"at": m.at, "verb": m.verb, "from_state": m.from_state, "to_state": m.to_state, "reason": m.reason,
             "actor": shapes.person_ref(m.actor), "unit": shapes.unit_ref(m.unit)} for m in rows]
