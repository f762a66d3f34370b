"""From incidents to causes: problems with their plan, known errors, changes as planned."""
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api.shaping import (
    CHANGES,
    READS,
    change_facts,
    desk_ticket,
    staff_of,
    team_of,
    ticket_of,
)
from ventanilla.modules.servicedesk.flow import CHANGES as CHANGE_KINDS
from ventanilla.modules.servicedesk.models import Change, Clearance, KnownError, Problem, ProblemStep
from ventanilla.modules.servicedesk.services import solving
from ventanilla.modules.servicedesk.services.effects import effect_of
from ventanilla.modules.servicedesk.services.kinds import ChangeFacts
from ventanilla.modules.servicedesk.services.schedule import schedule
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.schemas import CaseOut, PersonRef
from ventanilla.web.api.validators import next_page, small

router = Router(tags=["Mesa: problemas"])
READ, WRITE = Bearer(scopes.READ), Bearer(scopes.WRITE)
LONGEST = timedelta(days=366)


class KnownErrorOut(CaseOut):
    """A known error; `root_cause` only for its desk."""

    service: str | None
    symptoms: str
    workaround: str
    root_cause: str | None


class KnownErrorsAsked(Schema):
    """Which known errors; `q` in title, symptoms or workaround."""

    q: str = Field("", max_length=200)
    service: str | None = None
    open: bool | None = True
    after: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(50, ge=1, le=200)


class KnownErrorPage(Schema):
    """A page; `next` is the address of the following one."""

    items: list[KnownErrorOut]
    next: str | None


class KnownErrorIn(Schema):
    """What is known of a problem."""

    symptoms: str = Field("", max_length=20_000, examples=["El portal responde 502 los lunes a las 9:00"])
    workaround: str = Field("", max_length=20_000, examples=["Reiniciar el servicio de caché"])


class ProblemIn(Schema):
    """A problem behind incidents; the others, beside the one in the address."""

    subject: str = Field("", max_length=300)
    description: str = Field("", max_length=20_000)
    incidents: list[UUID] = Field([], max_length=500)


class PlanStepOut(Schema):
    """A step of a problem's plan; `definitive` removes the cause."""

    id: int
    text: str
    owner: PersonRef | None
    due_on: date | None
    definitive: bool
    done_at: datetime | None


class EffectOut(Schema):
    """Incidents like those behind a problem, per 30 days, in `days` before and `days` since a step of its plan was done (`at`).

    `counted` says in words which incidents are counted; `definitive`, whether the step removes the cause.
    """

    before: float
    since: float
    at: datetime
    step: str
    definitive: bool
    days: int
    incidents_before: int
    incidents_since: int
    counted: list[str]


class ProblemOut(Schema):
    """What a problem adds to its ticket."""

    root_cause: str
    workaround: str
    steps: list[PlanStepOut]
    effect: EffectOut | None


class ClearanceOut(Schema):
    """With which reason (and exception) a change went on although it collides; `collisions` as shown then."""

    step: str
    reason: str
    exception: str
    by: PersonRef
    at: datetime
    collisions: list[dict[str, Any]]


class ChangeOut(Schema):
    """What a change adds to its ticket; a risk of 1 (low) to 3 (high), and of a simple one the routine `model` that was authorised."""

    risk: int
    model: str | None
    impact_text: str
    plan: str
    back_out: str
    starts_at: datetime | None
    ends_at: datetime | None
    implementer: PersonRef | None
    outcome: str
    review: str
    clearances: list[ClearanceOut]


class Windows(Schema):
    """From a moment until another, which is not part of it."""

    since: datetime
    until: datetime

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Both aware. Raises Refused when it is no time, or more than a year."""
        since, until = (timezone.make_aware(at) if timezone.is_naive(at) else at for at in (self.since, self.until))
        if not timedelta(0) < until - since <= LONGEST:
            raise Refused(_("Pida un periodo de a lo más un año, que termine después de comenzar."), "until")
        return since, until


class PlannedOut(Schema):
    """A change with its window; `crosses` are the folios of those of the answer whose hours overlap, `blackouts` the periods in them."""

    ticket: CaseOut
    starts_at: datetime
    ends_at: datetime
    risk: int
    implementer: PersonRef | None
    crosses: list[str]
    blackouts: list[str]


class ChangeIn(Schema):
    """A change that corrects the ticket; a simple one by its `model`. Team and service: those of the ticket unless said."""

    kind: Literal["change", "simple_change", "emergency_change"] = "change"
    subject: str = Field("", max_length=300, description="Vacío: el del ticket")
    description: str = Field("", max_length=20_000)
    team: str | None = Field(None, description="Nombre del equipo")
    risk: Literal[1, 2, 3] | None = None
    impact_text: str = Field("", max_length=4000)
    model: str | None = Field(None, description="Nombre del modelo autorizado, de un cambio simple")


class PlanStepIn(Schema):
    """A step of a problem's plan as it should be, and why it is corrected."""

    text: str = Field("", max_length=300)
    owner: UUID | None = None
    due_on: date | None = None
    definitive: bool = False
    reason: str = Field("", max_length=2000)


class WhyIn(Schema):
    """Why."""

    reason: str = Field("", max_length=2000)


def _errors(person: Person) -> QuerySet[Case]:
    return Case.objects.visible_to(person).filter(kind="known_error", known_error__isnull=False).select_related(
        "unit", "known_error", "ticket__service")


def _error(person: Person, case: Case) -> dict[str, Any]:
    facts: KnownError = case.known_error
    return shapes.case_out(case) | {
        "service": case.ticket.service.slug if case.ticket.service else None, "symptoms": facts.symptoms,
        "workaround": facts.workaround, "root_cause": facts.root_cause if staff_of(person, case) else None}


@router.get("/known-errors", response={200: KnownErrorPage, **READS}, auth=READ, operation_id="list_known_errors",
            summary="Errores conocidos que la persona puede leer, del más nuevo al más antiguo")
def known_errors(request: HttpRequest, asked: Query[KnownErrorsAsked]) -> Any:
    """Those in force, unless `open` says otherwise (false: corrected, null: all)."""
    person = actor(request)
    equal = {"ticket__service__slug": asked.service, "pk__lt": asked.after, "closed_at__isnull": asked.open}
    rows = _errors(person).filter(**{k: v for k, v in equal.items() if v is not None})
    for word in asked.q.replace("\x00", "").split()[:6]:
        rows = rows.filter(Q(subject__icontains=word) | Q(known_error__symptoms__icontains=word)
                           | Q(known_error__workaround__icontains=word))
    found = list(rows.order_by("-pk")[:asked.limit + 1])
    shown = found[:asked.limit]
    return {"items": [_error(person, c) for c in shown], "next": next_page(request, shown[-1].pk if len(found) > asked.limit else None)}


@router.get("/known-errors/{uuid}", response={200: KnownErrorOut, **READS}, auth=READ, operation_id="get_known_error",
            summary="Un error conocido con su solución temporal")
def known_error(request: HttpRequest, uuid: UUID) -> Any:
    """Its steps are those of `/tickets/{uuid}`."""
    person = actor(request)
    return _error(person, _errors(person).get(uuid=uuid))


@router.post("/problems/{uuid}/known-error", response={201: KnownErrorOut, **CHANGES}, auth=WRITE, operation_id="publish_known_error",
             summary="Publicar lo que se sabe de un problema como error conocido")
def publish_known_error(request: HttpRequest, uuid: UUID, data: KnownErrorIn) -> Any:
    """Tied to the problem and to what it is about. By the desk."""
    person = actor(request)
    problem = desk_ticket(person, uuid)
    if problem.kind != "problem":
        raise Refused(_("Un error conocido sale de un problema."))
    made = solving.to_known_error(actor=person, problem=problem, symptoms=data.symptoms, workaround=data.workaround)
    return 201, _error(person, _errors(person).get(pk=made.pk))


@router.post("/tickets/{uuid}/problem", response={201: CaseOut, **CHANGES}, auth=WRITE, operation_id="open_problem",
             summary="Abrir un problema detrás de uno o varios incidentes")
def open_problem(request: HttpRequest, uuid: UUID, data: ProblemIn) -> Any:
    """Tied to each of them. By the desk."""
    person = actor(request)
    cases = [desk_ticket(person, one) for one in dict.fromkeys([uuid, *data.incidents])]
    made = solving.open_problem(actor=person, incidents=cases, subject=data.subject or cases[0].subject, description=data.description)
    return 201, shapes.case_out(Case.objects.select_related("unit").get(pk=made.pk))


@router.post("/tickets/{uuid}/change", response={201: CaseOut, **CHANGES}, auth=WRITE, operation_id="open_change",
             summary="Abrir un cambio que corrige el ticket: un problema, un incidente, un error conocido o una solicitud")
def open_change(request: HttpRequest, uuid: UUID, data: ChangeIn) -> Any:
    """Tied to it as what corrects it. By the desk; who may open which kind is the same on every way (a change for nothing: /tickets)."""
    person = actor(request)
    case = desk_ticket(person, uuid)
    if case.kind in CHANGE_KINDS:
        raise Refused(_("Un cambio no corrige a otro cambio: vuelva a planearlo."))
    facts = change_facts(person, data.risk, data.impact_text, data.model) or ChangeFacts()
    made = solving.open_change(actor=person, mends=[case], draft=solving.ChangeDraft(
        data.kind, data.subject or case.subject, data.description, team_of(person, data.team) if data.team else None, facts=facts))
    return 201, shapes.case_out(Case.objects.select_related("unit").get(pk=made.pk))


@router.get("/problems/{uuid}", response={200: ProblemOut, **READS}, auth=READ, operation_id="get_problem",
            summary="Causa, plan y efecto medido de un problema (sólo la mesa de servicio)")
def problem(request: HttpRequest, uuid: UUID) -> Any:
    """404 for a ticket of another kind."""
    case = desk_ticket(actor(request), uuid)
    if case.kind != "problem":
        raise Problem.DoesNotExist
    facts, effect = Problem.objects.filter(pk=case.pk).first(), effect_of(case)
    steps = ProblemStep.objects.filter(case=case).select_related("owner").order_by("pk")
    return {"root_cause": facts.root_cause if facts else "", "workaround": facts.workaround if facts else "",
            "steps": [_step(s) for s in steps], "effect": vars(effect) if effect else None}


def _step(row: ProblemStep) -> dict[str, Any]:
    return {n: getattr(row, n) for n in ("text", "due_on", "definitive", "done_at")} | {"id": row.pk, "owner": shapes.person_ref(row.owner)}


@router.post("/problems/{uuid}/steps/{int:step}/done", response={200: PlanStepOut, **CHANGES}, auth=WRITE,
             operation_id="finish_problem_step", summary="Marcar como hecha una acción del plan de un problema")
def finish_step(request: HttpRequest, uuid: UUID, step: int) -> Any:
    """By its owner or the desk; twice is once."""
    person = actor(request)
    row = ProblemStep.objects.select_related("owner").get(case=ticket_of(person, uuid), pk=small(step))
    solving.finish_step(actor=person, step=row)
    return _step(ProblemStep.objects.select_related("owner").get(pk=row.pk))


def _plan_step(person: Person, uuid: UUID, step: int) -> ProblemStep:
    return ProblemStep.objects.get(case=desk_ticket(person, uuid), pk=small(step))


@router.put("/problems/{uuid}/steps/{int:step}", response={200: PlanStepOut, **CHANGES}, auth=WRITE,
            operation_id="edit_problem_step", summary="Corregir una acción del plan de un problema")
def edit_step(request: HttpRequest, uuid: UUID, step: int, data: PlanStepIn) -> Any:
    """By the desk, with the reason; the log keeps what it said."""
    person = actor(request)
    draft = solving.StepDraft(data.text, shapes.person_of(person, data.owner), data.due_on, data.definitive)
    row = solving.edit_step(actor=person, step=_plan_step(person, uuid, step), draft=draft, reason=data.reason)
    return _step(row)


@router.post("/problems/{uuid}/steps/{int:step}/drop", response={204: None, **CHANGES}, auth=WRITE,
             operation_id="drop_problem_step", summary="Quitar del plan de un problema una acción que no se hizo")
def drop_step(request: HttpRequest, uuid: UUID, step: int, data: WhyIn) -> Any:
    """By the desk, with the reason; the log keeps it."""
    person = actor(request)
    solving.drop_step(actor=person, step=_plan_step(person, uuid, step), reason=data.reason)
    return 204, None


@router.get("/changes", response={200: list[PlannedOut], **READS}, auth=READ, operation_id="list_planned_changes",
            summary="El calendario de cambios: los que tienen su ventana en un periodo")
def planned_changes(request: HttpRequest, asked: Query[Windows]) -> Any:
    """Those that the person may read, without rejected and cancelled ones, in the order in which they begin; at most 300."""
    person, (since, until) = actor(request), asked.bounds
    found = schedule(person, since, until)
    return [{"ticket": shapes.case_out(one.case), "starts_at": one.change.starts_at, "ends_at": one.change.ends_at, "risk": one.change.risk,
             "implementer": shapes.person_ref(one.change.implementer), "crosses": one.crosses, "blackouts": one.barred} for one in found]


@router.get("/changes/{uuid}", response={200: ChangeOut, **READS}, auth=READ, operation_id="get_change",
            summary="Cómo se hará un cambio: riesgo, plan, reversión, ventana y resultado")
def change(request: HttpRequest, uuid: UUID) -> Any:
    """404 for a ticket of another kind, and before it is planned."""
    person = actor(request)
    case = ticket_of(person, uuid)
    staff = staff_of(person, case)
    row = Change.objects.select_related("implementer", "model").get(pk=case.pk, case__kind__in=CHANGE_KINDS)
    plain = ("risk", "impact_text", "plan", "back_out", "starts_at", "ends_at", "outcome", "review")
    return {n: getattr(row, n) for n in plain} | {
        "implementer": shapes.person_ref(row.implementer), "model": row.model.name if row.model else None,
        "clearances": [_clearance(c, staff) for c in Clearance.objects.filter(
            case=case).select_related("by").order_by("pk")]}


def _clearance(row: Clearance, staff: bool) -> dict[str, Any]:
    """ClearanceOut; what it collided with names other tickets and items: for the desk."""
    told = [{k: v for k, v in c.items() if k in ("kind", "title", "why")} for c in row.collisions if staff]
    return {n: getattr(row, n) for n in ("step", "reason", "exception", "at")} | {"by": shapes.person_ref(row.by), "collisions": told}
