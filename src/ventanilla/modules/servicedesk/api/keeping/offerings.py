"""What is offered: written as a draft, tried, compared, published as a version, renewed, retired. By who keeps the catalogue."""
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.models import InstrumentVersion
from ventanilla.modules.servicedesk.api.schemas import PromiseOut
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS, people_of, team_of
from ventanilla.modules.servicedesk.models import Offering, OfferingVersion, Service, ServiceLevel, Team
from ventanilla.modules.servicedesk.services import catalogue, keeping
from ventanilla.modules.servicedesk.services.offering import FACTS, OfferingDraft, retire, save_draft
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.schemas import PersonRef, ReasonIn
from ventanilla.web.api.validators import changed, etag_of, told

router = Router(tags=["Mesa: catálogo"])
READ, WRITE = Bearer(scopes.CATALOGUES, keeping.keeps), Bearer(scopes.CATALOGUES_WRITE, keeping.keeps)
PLAIN = ("kind", "description", "includes", "requirements", "hours", "legal_basis", "audience", "impact", "urgency")
Level = Literal[1, 2, 3]
ASKING = {"service": "portal", "team": "Mesa de ayuda", "name": "Actualización del sitio", "description": "Cambios al sitio"}


class ApprovalStep(Schema):
    """Who authorises: the head of who asks, the owner of the service, or some of these people."""

    who: Literal["head", "service_owner", "people"] = "head"
    people: list[UUID] = []
    quorum: int = Field(1, ge=1, le=20)
    label: str = Field("", max_length=120)


class RoutingRule(Schema):
    """With that answer (an option, or si / no), that team gets it instead; the first rule that holds."""

    field: str
    value: str
    team: str


class OfferingIn(Schema):
    """What the draft of the next version changes; what is not named stays. A new offering needs name, service and team."""

    name: str | None = Field(None, max_length=160, examples=[ASKING["name"]])
    service: str | None = Field(None, description="La clave del servicio", examples=[ASKING["service"]])
    team: str | None = Field(None, description="El nombre del equipo", examples=[ASKING["team"]])
    kind: Literal["request", "incident"] | None = None
    description: str | None = Field(None, max_length=20_000, examples=[ASKING["description"]])
    includes: str | None = Field(None, max_length=20_000)
    requirements: str | None = Field(None, max_length=20_000)
    hours: str | None = Field(None, max_length=200)
    legal_basis: str | None = Field(None, max_length=20_000)
    audience: Literal["everybody", "liaisons", "staff"] | None = None
    impact: Level | None = None
    urgency: Level | None = None
    level: str | None = Field(None, description="El nombre del nivel de servicio; null: ninguno")
    form: str | None = Field(None, description="La clave del formulario, en su versión publicada; null: ninguno")
    survey: str | None = Field(None, description="La clave de la encuesta, en su versión publicada; null: ninguna")
    tasks: list[str] | None = Field(None, max_length=50)
    approvals: list[ApprovalStep] | None = Field(None, max_length=3)
    routing: list[RoutingRule] | None = Field(None, max_length=5)


class FormRef(Schema):
    """A version of a form."""

    slug: str
    version: int


class KeptApproval(Schema):
    """A step of authorisation as it is kept."""

    who: Literal["head", "service_owner", "people"]
    people: list[PersonRef]
    quorum: int
    label: str


class VersionOut(Schema):
    """A version whole; a published one never changes."""

    number: int
    state: Literal["draft", "published", "retired"]
    name: str
    service: str
    kind: str
    description: str
    includes: str
    requirements: str
    hours: str
    legal_basis: str
    audience: str
    impact: int
    urgency: int
    team: str
    level: str | None
    form: FormRef | None
    survey: FormRef | None
    tasks: list[str]
    approvals: list[KeptApproval]
    routing: list[RoutingRule]
    published_at: datetime | None


class KeptOffering(Schema):
    """Something that is or was offered, for who keeps it; `published` and `draft` are numbers of versions."""

    uuid: UUID
    slug: str
    name: str
    service: str
    published: int | None
    draft: int | None


class Difference(Schema):
    """What the draft changes of what is published."""

    field: str
    before: str
    after: str


class DraftOut(Schema):
    """The draft, what it would change, and what a ticket opened now would be promised."""

    offering: KeptOffering
    version: VersionOut
    differences: list[Difference]
    promises: list[PromiseOut]


class SimulationAsked(Schema):
    """Of which version (the draft, else the published one), and when the ticket would be opened (now)."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)
    at: datetime | None = None


def _offerings(person: Person) -> QuerySet[Offering]:
    return keeping.offerings(person).select_related("service")


def _versions(person: Person) -> QuerySet[OfferingVersion]:
    rows = OfferingVersion.objects.filter(institution_id=person.institution_id, offering__in=keeping.offerings(person))
    return rows.select_related("offering__service", "service", "team__unit", "level", "form__instrument", "survey__instrument")


def _kept(row: Offering, numbers: dict[str, int]) -> dict[str, Any]:
    return {"uuid": row.uuid, "slug": row.slug, "name": row.name, "service": row.service.slug, "published": numbers.get("published"),
            "draft": numbers.get("draft")}


def _numbers(rows: QuerySet[OfferingVersion]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for offering, state, number in rows.exclude(state="retired").values_list("offering_id", "state", "number"):
        found.setdefault(offering, {})[state] = number
    return found


def _form(version: InstrumentVersion | None) -> dict[str, Any] | None:
    return {"slug": version.instrument.slug, "version": version.number} if version else None


def _version(row: OfferingVersion) -> dict[str, Any]:
    return _versions_out([row])[0]


def _versions_out(rows: Sequence[OfferingVersion]) -> list[dict[str, Any]]:
    """VersionOut of each, all of one institution; two queries more at most, however many there are."""
    ids = {pk for row in rows for a in row.approvals if isinstance(a.get("who"), list) for pk in a["who"]}
    wanted = {rule.get("team") for row in rows for rule in row.routing}
    here = {"institution_id": rows[0].institution_id} if rows else {}
    people = Person.objects.filter(pk__in=ids, **here).in_bulk() if ids else {}
    teams = dict(Team.objects.filter(pk__in=wanted, **here).values_list("pk", "name")) if wanted else {}
    return [_told(row, people, teams) for row in rows]


def _told(row: OfferingVersion, people: Mapping[int, Person], teams: Mapping[int, str]) -> dict[str, Any]:
    return {n: getattr(row, n) for n in (*PLAIN, "number", "state", "name", "tasks", "published_at")} | {
        "service": row.of_service.slug,
        "team": row.team.name, "level": row.level.name if row.level else None, "form": _form(row.form), "survey": _form(row.survey),
        "approvals": [_approval(a, people) for a in row.approvals],
        "routing": [{**rule, "team": teams[rule["team"]]} for rule in row.routing if rule.get("team") in teams]}


def _approval(step: Mapping[str, Any], people: Mapping[int, Person]) -> dict[str, Any]:
    named = isinstance(step.get("who"), list)
    return {"who": "people" if named else step.get("who") or "head", "quorum": int(step.get("quorum") or 1),
            "people": [shapes.person_ref(people[pk]) for pk in (step["who"] if named else ()) if pk in people],
            "label": str(step.get("label", ""))}


def _draft_out(person: Person, slug: str) -> dict[str, Any]:
    return _draft_told(person, _versions(person).get(offering__slug=slug, state="draft"))


def _draft_told(person: Person, row: OfferingVersion) -> dict[str, Any]:
    differences = [{"field": label, "before": before, "after": after} for label, before, after in catalogue.differences(row)]
    return {"offering": _one(person, row.offering.slug), "version": _version(row), "differences": differences, "promises": _promises(row)}


def _mark(draft: Mapping[str, Any]) -> str:
    """Its `ETag`: of all but when a promise would end, which counts from now and so is another at every reading."""
    return etag_of({**draft, "promises": [{**one, "due_at": None} for one in draft["promises"]]})


def _next_told(person: Person, pk: int) -> dict[str, Any]:
    """The draft, or what it would begin as."""
    offering = _offerings(person).get(pk=pk)
    kept = _versions(person).filter(offering=offering, state="draft").first()
    return _draft_told(person, kept or catalogue.next_version(offering))


def _promises(row: OfferingVersion, at: datetime | None = None) -> list[dict[str, Any]]:
    return [{"metric": p.metric, "minutes": p.minutes, "due_at": p.due_at} for p in catalogue.try_out(row, at=at)]


def _one(person: Person, slug: str) -> dict[str, Any]:
    row = _offerings(person).get(slug=slug)
    return _kept(row, _numbers(OfferingVersion.objects.filter(offering=row)).get(row.pk, {}))


@router.get("/catalogue/offerings", response={200: list[KeptOffering], **READS}, auth=READ, operation_id="list_kept_offerings",
            summary="Todo lo que se ofrece u ofreció, para quien mantiene el catálogo")
def offerings(request: HttpRequest) -> Any:
    """In the order of the catalogue."""
    person = actor(request)
    found = _numbers(OfferingVersion.objects.filter(institution_id=person.institution_id))
    rows = _offerings(person).order_by("service__family__order", "service__name", "name")
    return [_kept(o, found.get(o.pk, {})) for o in rows]


@router.post("/catalogue/offerings", response={201: DraftOut, **CHANGES}, auth=WRITE, operation_id="add_offering",
             summary="Ofrecer algo nuevo: queda como borrador")
def add(request: HttpRequest, data: OfferingIn) -> Any:
    """With `Idempotency-Key` a repetition returns the same offering, for ever."""
    person = actor(request)
    made = save_draft(actor=person, draft=_draft(person, data, None, key_of(request) or uuid4()))
    return 201, _draft_out(person, made.offering.slug)


def _draft(person: Person, data: OfferingIn, now: OfferingVersion | None, uuid: UUID) -> OfferingDraft:
    """What is asked, over what the version before says."""
    said = data.model_fields_set
    facts = {n: getattr(now, n) for n in FACTS} if now else {}
    facts |= {n: v for n in PLAIN if n in said and (v := getattr(data, n)) is not None} | _things(person, data, said)
    name, service, team = data.name or (now.name if now else ""), _service(person, data, now), _team(person, data, now)
    return OfferingDraft(
        name, service, team, facts, data.tasks if data.tasks is not None else now.tasks if now else (),
        [_step(person, a) for a in data.approvals] if data.approvals is not None else now.approvals if now else (),
        [_rule(person, r) for r in data.routing] if data.routing is not None else now.routing if now else (), uuid)


def _service(person: Person, data: OfferingIn, now: OfferingVersion | None) -> Service:
    if data.service is None and now:
        return now.of_service
    row = Service.objects.filter(institution_id=person.institution_id, active=True, slug=data.service or "").first()
    if row is None:
        raise Refused(_("No existe ese servicio."), "service")
    return row


def _team(person: Person, data: OfferingIn, now: OfferingVersion | None) -> Team:
    return now.team if data.team is None and now else team_of(person, data.team or "")


def _things(person: Person, data: OfferingIn, said: set[str]) -> dict[str, Any]:
    """Level, form and survey, where they are named; null takes them away."""
    found: dict[str, Any] = {n: None for n in ("level", "form", "survey") if n in said}
    if data.level is not None:
        found["level"] = ServiceLevel.objects.filter(institution_id=person.institution_id, active=True, name=data.level).first()
    for name, slug, purpose in (("form", data.form, "request_form"), ("survey", data.survey, "survey")):
        if slug is not None:
            found[name] = InstrumentVersion.objects.select_related("instrument").filter(
                institution_id=person.institution_id, instrument__slug=slug, instrument__purpose=purpose, state="published").first()
    for name, row in found.items():
        if row is None and getattr(data, name) is not None:
            raise Refused(_("No existe, o no está publicado."), name)
    return found


def _step(person: Person, asked: ApprovalStep) -> dict[str, Any]:
    if asked.who != "people":
        label = {"head": "La jefatura de quien lo pide", "service_owner": "Quien es responsable del servicio"}[asked.who]
        return {"label": asked.label or label, "who": asked.who, "quorum": 1}
    people = people_of(person, asked.people, "approvals")
    return {"label": asked.label or ", ".join(p.name for p in people)[:120], "who": [p.pk for p in people], "quorum": asked.quorum}


def _rule(person: Person, asked: RoutingRule) -> dict[str, Any]:
    return {"field": asked.field, "value": asked.value, "team": team_of(person, asked.team).pk}


@router.get("/catalogue/offerings/{slug}", response={200: KeptOffering, **READS}, auth=READ, operation_id="get_kept_offering",
            summary="Algo del catálogo y en qué versión va")
def one(request: HttpRequest, slug: str) -> Any:
    """Also what is not offered any more."""
    return _one(actor(request), slug)


@router.get("/catalogue/offerings/{slug}/versions", response={200: list[VersionOut], **READS}, auth=READ,
            operation_id="list_offering_versions", summary="Sus versiones, de la más nueva a la más antigua")
def versions(request: HttpRequest, slug: str) -> Any:
    """At most the newest 100."""
    person = actor(request)
    row = _offerings(person).get(slug=slug)
    return _versions_out(list(_versions(person).filter(offering=row).order_by("-number")[:100]))


@router.get("/catalogue/offerings/{slug}/draft", response={200: DraftOut, 304: None, **READS}, auth=READ, operation_id="get_offering_draft",
            summary="El borrador de la siguiente versión, qué cambia y qué prometería")
def draft(request: HttpRequest, response: HttpResponse, slug: str) -> Any:
    """With `ETag`. 404 when nobody is writing one."""
    shown = _draft_out(actor(request), slug)
    return told(request, response, shown, _mark(shown))


@router.patch("/catalogue/offerings/{slug}/draft", response={200: DraftOut, **CHECKED}, auth=WRITE, operation_id="change_offering_draft",
              summary="Cambiar el borrador de la siguiente versión (se empieza como copia de la última)")
def change(request: HttpRequest, response: HttpResponse, slug: str, data: OfferingIn) -> Any:
    """What is offered stays as it is, its name too, until the draft is published; what says the same as it begins no draft. `If-Match`
    refuses (412) when it changed meanwhile. While nothing was published the key follows the name.
    """
    person = actor(request)
    row = _offerings(person).get(slug=slug)

    def verb() -> None:
        save_draft(actor=person, draft=_draft(person, data, catalogue.next_version(row), row.uuid), offering=row)

    return changed(request, response, row, lambda: _next_told(person, row.pk), verb, _mark)


@router.get("/catalogue/offerings/{slug}/simulation", response={200: list[PromiseOut], **READS}, auth=READ,
            operation_id="simulate_offering", summary="Qué se prometería a un ticket abierto en un momento; no abre nada")
def simulation(request: HttpRequest, slug: str, asked: Query[SimulationAsked]) -> Any:
    """`due_at` null: that level of service has no hours of attention in the future."""
    person = actor(request)
    rows = _versions(person).filter(offering=_offerings(person).get(slug=slug))
    rows = rows.filter(number=asked.version) if asked.version else rows.exclude(state="retired")
    version = rows.order_by("-number").first()
    if version is None:
        raise OfferingVersion.DoesNotExist
    return _promises(version, shapes.aware(asked.at))


@router.post("/catalogue/offerings/{slug}/publish", response={200: VersionOut, **CHECKED}, auth=WRITE, operation_id="publish_offering",
             summary="Publicar el borrador: es lo que se ofrece desde ahora")
def publish(request: HttpRequest, slug: str) -> Any:
    """Tickets keep the version that they were made with. 422 names what is missing. `If-Match`: of the draft."""
    person = actor(request)
    row = _versions(person).get(offering__slug=slug, state="draft")
    with transaction.atomic():
        OfferingVersion.objects.select_for_update().get(pk=row.pk)
        shapes.unless_changed(request, lambda: _mark(_draft_out(person, slug)))
        catalogue.publish(actor=person, version=row)
    return _version(_versions(person).get(pk=row.pk))


@router.post("/catalogue/offerings/{slug}/renew", response={200: VersionOut, **CHANGES}, auth=WRITE, operation_id="renew_offering",
             summary="Publicar la siguiente versión con el formulario y la encuesta que están publicados ahora")
def renew(request: HttpRequest, slug: str) -> Any:
    """409 while a draft has other changes."""
    person = actor(request)
    made = catalogue.renew_forms(actor=person, offering=_offerings(person).get(slug=slug))
    return _version(_versions(person).get(pk=made.pk))


@router.post("/catalogue/offerings/{slug}/retire", response={200: KeptOffering, **CHANGES}, auth=WRITE, operation_id="retire_offering",
             summary="Dejar de ofrecerlo, con el motivo; sus tickets siguen")
def withdraw(request: HttpRequest, slug: str, data: ReasonIn) -> Any:
    """Publishing a draft offers it again."""
    person = actor(request)
    retire(actor=person, offering=_offerings(person).get(slug=slug), reason=data.reason)
    return _one(person, slug)
