"""The service catalogue as the person may use it, with the form of each offering; the desk's own catalogues."""
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from ninja import Router

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.core.workdays.models import Calendar
from ventanilla.core.workdays.services import versions_for
from ventanilla.modules.servicedesk.api import schemas as own
from ventanilla.modules.servicedesk.api import shaping
from ventanilla.modules.servicedesk.models import Cause, HoldReason, OfferingVersion, Team
from ventanilla.modules.servicedesk.services.catalogue import offered_to, try_out
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor

router = Router()


def _offering(row: OfferingVersion) -> dict[str, Any]:
    offering = row.offering
    return {"uuid": offering.uuid, "slug": offering.slug, "name": offering.name, "service": offering.service.name,
            "service_slug": offering.service.slug, "family": offering.service.family.name, "kind": row.kind, "version": row.number,
            "audience": row.audience, "description": row.description, "team": row.team.name}


@router.get("/offerings", response={200: list[own.OfferingOut], **shaping.READS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="list_offerings", summary="Lo que la persona puede pedir, en el orden del catálogo")
def offerings(request: HttpRequest) -> Any:
    """Only published versions."""
    return [_offering(v) for v in offered_to(actor(request))]


@router.get("/offerings/{slug}", response={200: own.OfferingDetail, **shaping.READS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="get_offering", summary="La ficha de lo que se pide, con su formulario y sus plazos de ahora")
def offering(request: HttpRequest, slug: str) -> Any:
    """404 for what the person may not ask for."""
    person = actor(request)
    row = offered_to(person).get(offering__slug=slug)
    plain = ("includes", "requirements", "hours", "legal_basis", "impact", "urgency")
    return _offering(row) | {name: getattr(row, name) for name in plain} | {
        "level": row.level.name if row.level else None, "approvals": [str(a.get("label", "")) for a in row.approvals],
        "form": _form(row, person), "promises": [
            {"metric": p.metric, "minutes": p.minutes, "due_at": p.due_at} for p in try_out(row)]}


def _form(row: OfferingVersion, person: Person) -> dict[str, Any] | None:
    """The questions as data; private ones are the desk's."""
    if row.form is None:
        return None
    if works_somewhere(person):
        return dict(row.form.definition)
    hidden = {key for key, field in row.form.form.fields.items() if field.private}
    sections: Sequence[dict[str, Any]] = row.form.definition.get("sections", [])
    return {**row.form.definition, "sections": [
        {**s, "fields": [f for f in s.get("fields", []) if f.get("key") not in hidden]} for s in sections]}


def _desk(person: Person) -> Person:
    """Those who work in the desk."""
    if not works_somewhere(person):
        raise NotAllowed
    return person


@router.get("/teams", response={200: list[own.TeamOut], **shaping.READS}, auth=Bearer(scopes.CATALOGUES), operation_id="list_teams",
            summary="Equipos de la mesa de servicio y quién los integra")
def teams(request: HttpRequest) -> Any:
    """The active ones; for the desk only."""
    person = _desk(actor(request))
    rows = Team.objects.filter(institution_id=person.institution_id, active=True).select_related("unit__institution")
    hours = versions_for({t.unit for t in rows})
    held = Calendar.objects.visible_to(person).in_bulk({v.calendar_id for v in hours.values()})
    return [{"name": t.name, "tier": t.tier, "unit": shapes.unit_ref(t.unit), "calendar": held[hours[t.unit_id].calendar_id],
             "members": [shapes.person_ref(m.person) for m in t.memberships.all()]}
            for t in rows.prefetch_related("memberships__person")]


@router.get("/causes", response={200: list[own.NamedOut], **shaping.READS}, auth=Bearer(scopes.CATALOGUES), operation_id="list_causes",
            summary="Causas con las que se resuelve")
def causes(request: HttpRequest) -> Any:
    """The active ones, in order; for the desk only."""
    person = _desk(actor(request))
    return [{"name": c.name} for c in Cause.objects.filter(institution_id=person.institution_id, active=True)]


@router.get("/hold-reasons", response={200: list[own.NamedOut], **shaping.READS}, auth=Bearer(scopes.CATALOGUES),
            operation_id="list_hold_reasons", summary="Motivos de espera")
def hold_reasons(request: HttpRequest) -> Any:
    """The active ones, in order; for the desk only."""
    person = _desk(actor(request))
    return [{"name": r.text} for r in HoldReason.objects.filter(institution_id=person.institution_id, active=True)]
