"""Who am I, units, people, instructions, flows, and one's notices."""
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from ventanilla.core.cases.models import Instruction
from ventanilla.core.cases.words import every_flow, labels_of, steps_of
from ventanilla.core.notices.services import mark_read
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.lib.flow import Text
from ventanilla.web.api import schemas, scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.models import ApiToken
from ventanilla.web.api.services import digest_of
from ventanilla.web.events.reads import notices_of, unread_count

router = Router(tags=["Catálogos"])
ERRORS = {401: schemas.Problem, 403: schemas.Problem}
PAGE = 100


@router.get("/me", response={200: schemas.MeOut, **ERRORS}, auth=Bearer(), operation_id="me", summary="Quién soy")
def me(request: HttpRequest) -> Any:
    """The token's person and scopes."""
    person = actor(request)
    secret = request.headers["Authorization"].split(None, 1)[1].strip()
    token = ApiToken.objects.get(digest=digest_of(secret))
    return {"person": shapes.person_ref(person), "institution": person.institution.name, "scopes": token.scopes,
            "unit": shapes.unit_ref(person.unit)}


@router.get("/units", response={200: list[schemas.UnitOut], **ERRORS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="list_units", summary="Unidades vigentes")
def units(request: HttpRequest) -> Any:
    """The whole tree of the institution, as it stands today."""
    rows = list(Unit.objects.filter(institution_id=actor(request).institution_id).valid_on(timezone.localdate()))
    uuids = {u.pk: u.uuid for u in rows}
    return [{"uuid": u.uuid, "code": u.code, "name": u.name, "short_name": u.short_name, "level": u.level,
             "parent": uuids.get(u.parent_id or 0)} for u in rows]


class PeopleFilters(Schema):
    """Whom to list; `after` is the last uuid of the page before."""

    unit: UUID | None = None
    after: UUID | None = None


@router.get("/people", response={200: list[schemas.PersonOut], **ERRORS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="list_people", summary="Personas activas")
def people(request: HttpRequest, filters: Query[PeopleFilters]) -> Any:
    """100 a page, in order of uuid."""
    rows = Person.objects.filter(institution_id=actor(request).institution_id, active=True).select_related("unit")
    if filters.unit:
        rows = rows.filter(unit__uuid=filters.unit)
    if filters.after:
        rows = rows.filter(uuid__gt=filters.after)
    return [{"uuid": p.uuid, "name": p.name, "unit": p.unit.uuid if p.unit else None}
            for p in rows.order_by("uuid")[:PAGE]]


@router.get("/instructions", response={200: list[schemas.InstructionOut], **ERRORS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="list_instructions", summary="Catálogo de instrucciones")
def instructions(request: HttpRequest) -> Any:
    """The active ones, in order."""
    rows = Instruction.objects.filter(institution_id=actor(request).institution_id, active=True)
    return [{"text": i.text, "purpose": i.purpose, "days": i.amount} for i in rows]


@router.get("/flows", response={200: list[schemas.FlowOut], **ERRORS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="list_flows", summary="Estados y pasos, y cómo los llama la institución")
def flows(request: HttpRequest) -> Any:
    """Codes are the same in every institution; labels are its own words, or the standard ones."""
    here = actor(request).institution_id
    return [{"slug": slug, "name": str(title), "states": _told(labels_of(here, flow), flow.labels),
             "steps": _told(steps_of(here, flow), {s.name: s.label for s in flow.steps})} for slug, (title, flow) in every_flow().items()]


def _told(labels: Mapping[str, str], usual: Mapping[str, Text]) -> list[dict[str, str]]:
    return [{"code": code, "label": label, "standard": str(usual[code])} for code, label in labels.items()]


@router.get("/notices", response={200: schemas.NoticePage, **ERRORS}, auth=Bearer(scopes.NOTICES),
            operation_id="list_notices", summary="Mis avisos, del más nuevo al más antiguo", tags=["Avisos"])
def notices(request: HttpRequest, after: int | None = None) -> Any:
    """100 a page; follow `next`."""
    person = actor(request)
    found = notices_of(person)
    rows = list((found.filter(pk__lt=min(after, 2**62)) if after else found)[:PAGE + 1])
    following = f"{request.path}?{urlencode({'after': rows[PAGE - 1].pk})}" if len(rows) > PAGE else None
    plain = ("uuid", "kind", "title", "body", "url", "created_at", "read_at")
    return {"items": [{name: getattr(n, name) for name in plain} for n in rows[:PAGE]],
            "unread": unread_count(person), "next": following}


@router.post("/notices/{uuid}/read", response={204: None, 404: schemas.Problem, **ERRORS}, auth=Bearer(scopes.NOTICES),
             operation_id="read_notice", summary="Marcar un aviso como leído", tags=["Avisos"])
def read_notice(request: HttpRequest, uuid: UUID) -> Any:
    """404 for another's."""
    person = actor(request)
    notices_of(person).get(uuid=uuid)
    mark_read(actor=person, uuids=[uuid])
    return 204, None
