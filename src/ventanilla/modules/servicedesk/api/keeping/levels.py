"""Service levels for managers: what each promises, its thresholds, and what a change does to open tickets before it is applied."""
from datetime import datetime
from typing import Any, Literal, NoReturn
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Post
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api.keeping import tables
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS, team_of
from ventanilla.modules.servicedesk.models import Escalation, Objective, ServiceLevel, Team
from ventanilla.modules.servicedesk.models.promises import OWN_KINDS
from ventanilla.modules.servicedesk.services import keeping
from ventanilla.modules.servicedesk.services.keeping import keeps
from ventanilla.modules.servicedesk.services.levels import drop_objective, keep_kind_level
from ventanilla.modules.servicedesk.services.managing import manages
from ventanilla.modules.servicedesk.services.promises import escalating, repromising
from ventanilla.modules.servicedesk.services.promises.repromising import Foreseen
from ventanilla.modules.servicedesk.services.promising import kind_levels
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, able, actor
from ventanilla.web.api.validators import changed, small

router = Router(tags=["Mesa: catálogo"])
READ, WRITE = Bearer(scopes.DESK_READ, manages), Bearer(scopes.DESK_WRITE, manages)
OwnKind = Literal["problem", "change", "simple_change", "emergency_change"]
Metric = Literal["own", "resolve", "team"]
MOST = 200


class GoalOut(Schema):
    """A goal of a level: `minutes` of coverage, for a kind (empty: any), a priority (0: any) and, of an OLA, a team."""

    id: int
    metric: Metric
    kind: str
    priority: int
    minutes: int
    team: str | None


class EscalationIn(Schema):
    """A threshold: of which clock, at which share of its time (null: when it turns amber), whom it tells, and what else it does."""

    metric: Metric = "resolve"
    percent: int | None = Field(None, ge=1, le=1000, examples=[75])
    tell: list[str] = Field([], examples=[["holder", "lead"]], description="holder, lead, on_call, router, manager, head")
    post: int | None = Field(None, description="El número de un puesto, además")
    raises: bool = Field(False, description="Sube la prioridad")
    team: str | None = Field(None, description="Pasa a ese equipo")


class EscalationOut(EscalationIn):
    """A threshold of a level; it counts from `since`."""

    id: int
    active: bool
    since: datetime


class LevelOut(Schema):
    """What a service level promises; `calendar` none: the hours of the team's unit."""

    id: int
    name: str
    calendar: str | None
    active: bool
    goals: list[GoalOut]
    thresholds: list[EscalationOut]


class LevelDetail(LevelOut):
    """`applying`: a job is bringing open tickets in line with it."""

    applying: bool


class KindLevelIn(Schema):
    """The level of a kind, by its name; null: nothing is promised."""

    level: str | None = None


class KindLevelOut(Schema):
    """A kind that the desk opens itself, and the name of its level."""

    kind: OwnKind
    level: str | None


class ThresholdSwitch(Schema):
    """Whether it is on."""

    active: bool = True


class ShiftOut(Schema):
    """A ticket whose due moment would change, when the reader may read it; lights are green, amber, red or none."""

    ticket: UUID
    folio: str
    due_before: datetime | None
    due_after: datetime | None
    before: str
    after: str


class EffectsOut(Schema):
    """What applying a level would do (or did) to its open tickets: counts of all, and the first 200 that the reader may read."""

    looked_at: int
    changed: int
    moved: int
    become_late: int
    stop_being_late: int
    tickets: list[ShiftOut]


class AppliedOut(Schema):
    """Whether it was done at once; else a job does it, and a notice tells when."""

    done: bool
    effects: EffectsOut | None


def _levels(person: Person) -> QuerySet[ServiceLevel]:
    rows = ServiceLevel.objects.filter(institution_id=person.institution_id).select_related("calendar")
    return rows.prefetch_related("objectives__team", "escalations__team")


def _level(person: Person, number: int) -> ServiceLevel:
    return _levels(person).get(pk=small(number))


def _out(row: ServiceLevel) -> dict[str, Any]:
    goals = [{n: getattr(o, n) for n in ("metric", "kind", "priority", "minutes")} | {"id": o.pk, "team": o.team.name if o.team else None}
             for o in row.objectives.all()]
    return {"id": row.pk, "name": row.name, "calendar": row.calendar.name if row.calendar else None, "active": row.active, "goals": goals,
            "thresholds": [_threshold(e) for e in row.escalations.all()]}


def _threshold(row: Escalation) -> dict[str, Any]:
    plain = ("metric", "percent", "tell", "raises", "active", "since")
    return {n: getattr(row, n) for n in plain} | {"id": row.pk, "post": row.post_id, "team": row.team.name if row.team else None}


@router.get("/service-levels", response={200: list[LevelOut], **READS}, auth=READ, operation_id="list_service_levels",
            summary="Niveles de servicio con sus metas y sus avisos")
def levels(request: HttpRequest) -> Any:
    """By name; those in use first."""
    return [_out(r) for r in _levels(actor(request)).order_by("-active", "name")]


@router.get("/service-levels/kinds", response={200: list[KindLevelOut], **READS}, auth=READ, operation_id="list_kind_levels",
            summary="El nivel de servicio de los problemas y de cada tipo de cambio")
def kinds(request: HttpRequest) -> Any:
    """`level` null: nothing is promised. Requests and incidents have that of what was asked for."""
    known = kind_levels(actor(request).institution_id)
    return [{"kind": kind, "level": known[kind].name if kind in known else None} for kind in OWN_KINDS]


@router.put("/service-levels/kinds/{kind}", response={200: KindLevelOut, **CHANGES}, operation_id="set_kind_level",
            auth=Bearer(scopes.CATALOGUES_WRITE, able(cap.ADMIN_CATALOGUES)),
            summary="Elegir el nivel de servicio de los problemas o de un tipo de cambio")
def keep_kind(request: HttpRequest, kind: OwnKind, data: KindLevelIn) -> Any:
    """It holds for those that are opened, or become one, from now on."""
    person = actor(request)
    row = ServiceLevel.objects.filter(institution_id=person.institution_id, name=data.level).first() if data.level else None
    if data.level and row is None:
        raise Refused(_("No existe ese nivel."), "level")
    keep_kind_level(actor=person, kind=kind, level=row)
    return {"kind": kind, "level": row.name if row else None}


@router.get("/service-levels/{int:level}", response={200: LevelDetail, **READS}, auth=READ, operation_id="get_service_level",
            summary="Un nivel de servicio")
def level_of(request: HttpRequest, level: int) -> Any:
    """Its goals are written in `/catalogue/objectives`."""
    row = _level(actor(request), level)
    return _out(row) | {"applying": bool(repromising.running(row))}


def _shown(person: Person, found: Foreseen) -> dict[str, Any]:
    shifts = {s.case_id: s for s in (*found.become_late, *found.stop_being_late, *found.moved)}
    cases = Case.objects.visible_to(person).filter(pk__in=list(shifts)).order_by("pk")[:MOST]
    rows = [{"ticket": c.uuid, "folio": c.folio, "due_before": shifts[c.pk].due_before, "due_after": shifts[c.pk].due_after,
             "before": shifts[c.pk].before.value, "after": shifts[c.pk].after.value} for c in cases]
    return {"looked_at": found.looked_at, "changed": len(found.shifts), "moved": len(found.moved), "become_late": len(found.become_late),
            "stop_being_late": len(found.stop_being_late), "tickets": rows}


@router.get("/service-levels/{int:level}/effects", response={200: EffectsOut, **READS}, auth=READ, operation_id="foresee_service_level",
            summary="Qué les pasaría a los tickets abiertos si se aplica lo que el nivel promete ahora; no cambia nada")
def effects(request: HttpRequest, level: int) -> Any:
    """After its goals or hours were changed: open tickets keep theirs until it is applied."""
    person = actor(request)
    row = _level(person, level)
    return _shown(person, repromising.foreseen(person, row))


@router.post("/service-levels/{int:level}/apply", response={200: AppliedOut, **CHANGES}, auth=WRITE, operation_id="apply_service_level",
             summary="Aplicar a los tickets abiertos lo que el nivel promete ahora")
def apply(request: HttpRequest, level: int) -> Any:
    """At once, or as a job when many tickets change. Twice is once."""
    person = actor(request)
    row = _level(person, level)
    done = repromising.order(actor=person, target=row, reason=_("Cambió el nivel de servicio «%(name)s»") % {"name": row.name})
    return {"done": done is not None, "effects": _shown(person, done) if done is not None else None}


def _team(person: Person, number: int) -> Team:
    rows = Team.objects.filter(institution_id=person.institution_id).select_related("unit")
    return keeping.teams(person, rows).get(pk=small(number))


@router.get("/catalogue/teams/{int:row}/effects", response={200: EffectsOut, **READS}, auth=Bearer(scopes.CATALOGUES, keeps),
            operation_id="foresee_team", summary="Qué les pasaría a los tickets abiertos de un equipo con el horario de una unidad")
def team_effects(request: HttpRequest, row: int, unit: UUID | None = None) -> Any:
    """`unit`: as if the team were of that unit; without it, as it is now, when that was not applied yet. Nothing changes."""
    person = actor(request)
    team = _team(person, row)
    if unit:
        team.unit = shapes.unit_of(person, unit) or _no_unit()
    return _shown(person, repromising.foresee(repromising.of_team(team), timezone.now(), team))


def _no_unit() -> NoReturn:
    raise Refused(_("No existe en la institución."), "unit")


@router.post("/catalogue/teams/{int:row}/apply", response={200: AppliedOut, **CHANGES}, auth=Bearer(scopes.CATALOGUES_WRITE, keeps),
             operation_id="apply_team", summary="Aplicar a los tickets abiertos de un equipo el horario de su unidad")
def apply_team(request: HttpRequest, row: int) -> Any:
    """After it went to another unit. At once, or as a job when many tickets change. Twice is once."""
    person = actor(request)
    team = _team(person, row)
    done = repromising.order(actor=person, target=team, reason=_("El equipo «%(name)s» cambió de unidad") % {"name": team.name})
    return {"done": done is not None, "effects": _shown(person, done) if done is not None else None}


@tables.router.delete("/catalogue/objectives/{int:row}", response={204: None, **CHANGES}, operation_id="drop_kept_objectives",
                      auth=Bearer(scopes.CATALOGUES_WRITE, keeps), summary="Catálogo: quitar una meta de un nivel")
def drop(request: HttpRequest, row: int) -> Any:
    """Open tickets keep it until the level is applied."""
    person = actor(request)
    goal = Objective.objects.select_related("level").get(level__institution_id=person.institution_id, pk=small(row))
    drop_objective(actor=person, objective=goal)
    return 204, None


def _draft(person: Person, data: EscalationIn) -> escalating.EscalationDraft:
    post = Post.objects.filter(unit__institution_id=person.institution_id, pk=small(data.post)).first() if data.post else None
    if data.post and post is None:
        raise Refused(_("No existe ese puesto."), "post")
    return escalating.EscalationDraft(data.metric, data.percent, data.tell, post, data.raises,
                                      team_of(person, data.team) if data.team else None)


@router.post("/service-levels/{int:level}/thresholds", response={201: EscalationOut, **CHANGES}, auth=WRITE, operation_id="add_threshold",
             summary="Agregar un aviso de un nivel: en qué punto del plazo, a quién y qué más se hace")
def add_threshold(request: HttpRequest, level: int, data: EscalationIn) -> Any:
    """It counts from now: what lies before is not told."""
    person = actor(request)
    return 201, _threshold(escalating.save_escalation(actor=person, level=_level(person, level), draft=_draft(person, data)))


@router.post("/service-levels/{int:level}/thresholds/usual", response={200: LevelOut, **CHANGES}, auth=WRITE,
             operation_id="begin_with_usual_thresholds", summary="Empezar con los avisos usuales, para corregirlos y agregar otros")
def usual(request: HttpRequest, level: int) -> Any:
    """Nothing when the level has thresholds."""
    person = actor(request)
    escalating.begin_with_usual(actor=person, level=_level(person, level))
    return _out(_level(person, level))


def _held(person: Person, level: int, number: int) -> Escalation:
    return Escalation.objects.select_related("level", "team").get(level=_level(person, level), pk=small(number))


@router.put("/service-levels/{int:level}/thresholds/{int:threshold}", response={200: EscalationOut, **CHECKED}, auth=WRITE,
            operation_id="change_threshold", summary="Cambiar un aviso de un nivel")
def change(request: HttpRequest, response: HttpResponse, level: int, threshold: int, data: EscalationIn) -> Any:
    """What was reached before stays as it was."""
    person = actor(request)
    row = _held(person, level, threshold)
    return changed(request, response, row, lambda: _threshold(_held(person, level, threshold)), lambda: escalating.save_escalation(
        actor=person, level=row.level, draft=_draft(person, data), escalation=_held(person, level, threshold)))


@router.post("/service-levels/{int:level}/thresholds/{int:threshold}/switch", response={200: EscalationOut, **CHECKED}, auth=WRITE,
             operation_id="switch_threshold", summary="Encender o apagar un aviso de un nivel")
def switch(request: HttpRequest, response: HttpResponse, level: int, threshold: int, data: ThresholdSwitch) -> Any:
    """On again, it counts from now."""
    person = actor(request)
    row = _held(person, level, threshold)
    return changed(request, response, row, lambda: _threshold(_held(person, level, threshold)),
                   lambda: escalating.switch_escalation(actor=person, escalation=row, active=data.active))
