"""The configuration database in API v1: items as of any day, their life, relations, impact, types."""
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Relation, RelationType
from ventanilla.modules.servicedesk.services.cmdb import (
    Group,
    ItemDraft,
    RelationDraft,
    RelationFacts,
    add_item,
    confirm_item,
    draft_of,
    edit_item,
    edit_relation,
    end_relation,
    impact_of,
    neighbours,
    relate,
    step_item,
    to_tell,
)
from ventanilla.modules.servicedesk.services.cmdb.attributes import attributes_of
from ventanilla.modules.servicedesk.services.cmdb.impacts import Link
from ventanilla.modules.servicedesk.services.cmdb.past import Facts, facts_of, facts_on
from ventanilla.web.api import schemas, scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.validators import changed, told

router = Router(tags=["Configuración"])
READ, WRITE = Bearer(scopes.CMDB_READ), Bearer(scopes.CMDB_WRITE)
State = Literal["planned", "in_use", "maintenance", "retired"]


class GroupIO(Schema):
    """Of the suppliers in the group, how many (or what percentage) must work."""

    name: str = Field(max_length=40)
    mode: Literal["count", "percent"] = "count"
    amount: int = Field(ge=1, le=10_000)


class ItemIn(Schema):
    """An item to register; `attributes` by name, as its type defines them."""

    type: str
    name: str = Field(max_length=160)
    code: str = Field("", max_length=60)
    serial: str = Field("", max_length=80)
    state: Literal["planned", "in_use"] = "in_use"
    criticality: Literal[1, 2, 3, 4] = 2
    unit: UUID | None = None
    owner: UUID | None = None
    notes: str = Field("", max_length=5000)
    attributes: dict[str, str | int | float | None] = {}
    redundancy: list[GroupIO] = []


class ItemChange(Schema):
    """What changes (what is not named stays), and why; attributes not named stay, an empty one is taken away."""

    reason: str = Field("", max_length=300)
    type: str | None = None
    name: str | None = Field(None, max_length=160)
    code: str | None = Field(None, max_length=60)
    serial: str | None = Field(None, max_length=80)
    criticality: Literal[1, 2, 3, 4] | None = None
    unit: UUID | None = None
    owner: UUID | None = None
    notes: str | None = Field(None, max_length=5000)
    attributes: dict[str, str | int | float | None] | None = None
    redundancy: list[GroupIO] | None = None


class ItemOut(Schema):
    """An item, today or as of a past day."""

    uuid: UUID
    type: str
    name: str
    code: str
    serial: str
    state: State
    criticality: int
    unit: schemas.UnitRef | None
    owner: schemas.PersonRef | None
    notes: str
    attributes: dict[str, Any]
    redundancy: list[GroupIO]
    changed_at: datetime


class ItemRef(Schema):
    """An item in passing."""

    uuid: UUID
    name: str
    code: str


class ItemsAsked(Schema):
    """Which items; `type` with those below it."""

    q: str = Field("", max_length=200)
    type: str = ""
    state: State | None = None
    after: int = 0
    limit: int = Field(100, ge=1, le=500)


class ImpactAsked(Schema):
    """Which question: `also` fail at the same time, `without` are out already."""

    direction: Literal["up", "down"] = "up"
    day: date | None = None
    also: list[UUID] = []
    without: list[UUID] = []


class ItemsOut(Schema):
    """A page of items; `next` is the `after` of the following page."""

    items: list[ItemOut]
    next: int | None


class RelationIn(Schema):
    """`source` — type — `target`, from `since` (today) on."""

    type: str
    source: UUID
    target: UUID
    group: str = Field("", max_length=40)
    since: date | None = None


class RelationChange(Schema):
    """What is corrected (what is not named stays). Another group holds from today on, unless `always`: it was wrong from the start."""

    group: str | None = Field(None, max_length=40)
    since: date | None = None
    until: date | None = None
    always: bool = False


class RelationOut(Schema):
    """A relation that holds; `reads` as seen from the item that was asked about."""

    uuid: UUID
    type: str
    reads: str
    other: ItemRef
    direction: Literal["out", "in"]
    group: str
    since: date
    until: date | None


class HurtOut(Schema):
    """An item that is hurt (or needed), how far away, and the sentences of the reason."""

    uuid: UUID
    name: str
    code: str
    type: str
    effect: Literal["down", "degraded", "needed"]
    single_point: bool
    criticality: int
    steps: int
    why: list[str]


class ToldOut(Schema):
    """Somebody to tell."""

    person: schemas.PersonRef
    roles: list[str]


class ImpactOut(Schema):
    """The answer: who is hurt, who must be told; `returning`: those that fall also by what depends on them."""

    day: date
    direction: Literal["up", "down"]
    hurt: list[HurtOut]
    tell: list[ToldOut]
    returning: list[str]


class ItemTypeOut(Schema):
    """A type of item with every attribute, inherited ones first."""

    slug: str
    label: str
    parent: str | None
    attributes: list[dict[str, Any]]


class RelationTypeOut(Schema):
    """A type of relation, read both ways; `dependent` is the end that depends."""

    slug: str
    forward: str
    backward: str
    dependent: Literal["source", "target", "none"]
    impacts: bool


def item_of(person: Person, uuid: UUID) -> ConfigurationItem:
    """The item, when it is visible. Raises DoesNotExist."""
    return ConfigurationItem.objects.visible_to(person).select_related("type", "unit", "owner").get(uuid=uuid)


def type_of(person: Person, slug: str) -> CIType:
    """The type of the institution. Raises Refused."""
    rows = CIType.objects.select_related("parent__parent__parent").filter(institution_id=person.institution_id, active=True)
    row = rows.filter(slug=slug).first()
    if row is None:
        raise Refused("Ese tipo de elemento no existe.", "type")
    return row


def item_out(item: ConfigurationItem, facts: Facts | None = None) -> dict[str, Any]:
    """ItemOut; with `facts`, as a version says (its unit and owner are told as they are called now)."""
    said = facts or facts_of(item)
    plain = {k: said[k] for k in ("name", "code", "serial", "state", "criticality", "notes", "attributes", "redundancy")}
    unit = item.unit if said["unit"] == item.unit_id else Unit.objects.filter(pk=said["unit"]).first()
    owner = item.owner if said["owner"] == item.owner_id else Person.objects.filter(pk=said["owner"]).first()
    kind = item.type.slug if said["type"] == item.type_id else CIType.objects.get(pk=said["type"]).slug
    return {**plain, "uuid": item.uuid, "type": kind, "unit": shapes.unit_ref(unit) if unit else None,
            "owner": shapes.person_ref(owner), "changed_at": item.changed_at}


def _past(day: date | None) -> date | None:
    from django.utils import timezone

    return day if day and day < timezone.localdate() else None


@router.get("/cis", response={200: ItemsOut, **READS}, auth=READ, operation_id="list_cis", summary="Elementos de configuración")
def list_cis(request: HttpRequest, asked: Query[ItemsAsked]) -> Any:
    """In order of registration, those that the person may see; `q` stands in name, inventory or serial number."""
    rows = ConfigurationItem.objects.visible_to(actor(request)).filter(pk__gt=asked.after).select_related("type", "unit", "owner")
    if asked.type:
        rows = rows.of_type(type_of(actor(request), asked.type))
    rows = rows.filter(state=asked.state) if asked.state else rows
    for word in asked.q.split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word) | Q(serial__icontains=word))
    found = list(rows.order_by("pk")[:asked.limit])
    return {"items": [item_out(i) for i in found], "next": found[-1].pk if len(found) == asked.limit else None}


@router.post("/cis", response={201: ItemOut, **CHANGES}, auth=WRITE, operation_id="add_ci", summary="Registrar un elemento")
def add(request: HttpRequest, data: ItemIn) -> Any:
    """With `Idempotency-Key` a repetition returns the same item."""
    person = actor(request)
    draft = ItemDraft(type_of(person, data.type), **_plain(data), **_ends(person, data), state=data.state, attributes=data.attributes,
                      redundancy=_groups(data.redundancy), uuid=key_of(request) or uuid4())
    return 201, item_out(add_item(actor=person, draft=draft))


def _plain(data: ItemIn | ItemChange) -> dict[str, Any]:
    named = ("name", "code", "serial", "criticality", "notes")
    return {k: v for k in named if (v := getattr(data, k)) is not None}


def _ends(person: Person, data: ItemIn | ItemChange) -> dict[str, Any]:
    return {"unit": shapes.unit_of(person, data.unit) if data.unit else None, "owner": shapes.person_of(person, data.owner)}


def _groups(rows: list[GroupIO]) -> list[Group]:
    return [Group(g.name, g.mode, g.amount) for g in rows]


@router.get("/cis/{uuid}", response={200: ItemOut, 304: None, **READS}, auth=READ, operation_id="get_ci",
            summary="Un elemento, hoy o un día pasado")
def get(request: HttpRequest, response: HttpResponse, uuid: UUID, day: date | None = None) -> Any:
    """With `ETag`. 404 when it is not visible, or was not registered on that day."""
    item = item_of(actor(request), uuid)
    past = _past(day)
    facts = facts_on(item, past) if past else None
    if past and facts is None:
        raise ConfigurationItem.DoesNotExist
    return told(request, response, item_out(item, facts))


@router.patch("/cis/{uuid}", response={200: ItemOut, **CHECKED}, auth=WRITE, operation_id="change_ci", summary="Cambiar un elemento")
def change(request: HttpRequest, response: HttpResponse, uuid: UUID, data: ItemChange) -> Any:
    """Its history keeps what it was."""
    person = actor(request)

    def verb() -> None:
        now = item_of(person, uuid)
        edit_item(actor=person, item=now, draft=_changed(person, now, data), reason=data.reason)

    return changed(request, response, item_of(person, uuid), lambda: item_out(item_of(person, uuid)), verb)


def _changed(person: Person, item: ConfigurationItem, data: ItemChange) -> ItemDraft:
    """The item with what was named, and the rest as it is."""
    changes = _plain(data) | {k: v for k, v in _ends(person, data).items() if k in data.model_fields_set}
    if data.type:
        changes["type"] = type_of(person, data.type)
    if data.attributes is not None:
        changes["attributes"] = {**item.attributes, **data.attributes}
    if data.redundancy is not None:
        changes["redundancy"] = _groups(data.redundancy)
    return draft_of(item, **changes)


@router.post("/cis/{uuid}/steps/{step}", response={200: ItemOut, **CHANGES}, auth=WRITE, operation_id="step_ci",
             summary="Poner en uso, en mantenimiento, dar de baja…")
def step(request: HttpRequest, uuid: UUID, step: Literal["commission", "maintain", "resume", "retire", "recover"],
         data: schemas.ReasonIn) -> Any:
    """The steps of its life; retiring ends its relations."""
    person = actor(request)
    step_item(actor=person, item=item_of(person, uuid), step=step, reason=data.reason)
    return item_out(item_of(person, uuid))


@router.post("/cis/{uuid}/confirm", response={200: ItemOut, **CHANGES}, auth=WRITE, operation_id="confirm_ci",
             summary="Anotar que un elemento se revisó y sigue igual")
def confirm(request: HttpRequest, uuid: UUID) -> Any:
    """Its history says who looked and when; it is not told any more as without changes for a year."""
    person = actor(request)
    confirm_item(actor=person, item=item_of(person, uuid))
    return item_out(item_of(person, uuid))


@router.get("/cis/{uuid}/relations", response={200: list[RelationOut], **READS}, auth=READ, operation_id="list_ci_relations",
            summary="Con qué se relaciona, hoy o un día pasado")
def relations(request: HttpRequest, uuid: UUID, day: date | None = None) -> Any:
    """Only with items that are visible too."""
    person = actor(request)
    item = item_of(person, uuid)
    return [_relation(n.relation, item, n.other, n.reads) for n in neighbours(person, item, _past(day))[0]]


def _relation(row: Relation, item: ConfigurationItem, other: ConfigurationItem, reads: str) -> dict[str, Any]:
    return {"uuid": row.uuid, "type": row.type.slug, "reads": reads, "other": other, "group": row.group, "since": row.valid_from,
            "until": row.last_day, "direction": "out" if row.source_id == item.pk else "in"}


@router.post("/ci-relations", response={201: RelationOut, **CHANGES}, auth=WRITE, operation_id="relate_cis",
             summary="Relacionar dos elementos")
def add_relation(request: HttpRequest, data: RelationIn) -> Any:
    """Refused when it holds already, or for an item and itself. With `Idempotency-Key` a repetition returns the same."""
    person = actor(request)
    kind = RelationType.objects.filter(institution_id=person.institution_id, slug=data.type, active=True).first()
    if kind is None:
        raise Refused("Ese tipo de relación no existe.", "type")
    source, target = item_of(person, data.source), item_of(person, data.target)
    made = relate(actor=person, draft=RelationDraft(kind, source, target, data.group, data.since, key_of(request) or uuid4()))
    return 201, _relation(made, source, target, kind.forward)


def _of(person: Person, uuid: UUID) -> Relation:
    """The relation, when both its items are visible. Raises DoesNotExist."""
    seen = ConfigurationItem.objects.visible_to(person)
    return Relation.objects.select_related("type", "source", "target").get(uuid=uuid, source__in=seen, target__in=seen)


def _shown(row: Relation) -> dict[str, Any]:
    return _relation(row, row.source, row.target, row.type.forward)


@router.get("/ci-relations/{uuid}", response={200: RelationOut, 304: None, **READS}, auth=READ, operation_id="get_ci_relation",
            summary="Una relación, vista desde el elemento del que sale")
def relation(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """With `ETag`. Also one that ended. 404 when either item is not visible."""
    return told(request, response, _shown(_of(actor(request), uuid)))


@router.patch("/ci-relations/{uuid}", response={200: RelationOut, **CHECKED}, auth=WRITE, operation_id="change_ci_relation",
              summary="Corregir una relación: su grupo y sus fechas")
def change_relation(request: HttpRequest, response: HttpResponse, uuid: UUID, data: RelationChange) -> Any:
    """`until` is its last day; null takes the end away. The answer is the relation that holds now: another one when its group changed."""
    person = actor(request)
    holds = [uuid]

    def verb() -> None:
        row = _of(person, uuid)
        until = data.until if "until" in data.model_fields_set else row.last_day
        holds[0] = edit_relation(actor=person, relation=row, facts=RelationFacts(
            row.group if data.group is None else data.group, data.since or row.valid_from, until, data.always)).uuid

    return changed(request, response, _of(person, uuid), lambda: _shown(_of(person, holds[0])), verb)


@router.delete("/ci-relations/{uuid}", response={204: None, **CHANGES}, auth=WRITE, operation_id="end_ci_relation",
               summary="Terminar una relación hoy")
def end(request: HttpRequest, uuid: UUID) -> Any:
    """Its past is kept; one that began today had none and is dropped."""
    person = actor(request)
    end_relation(actor=person, relation=Relation.objects.get(uuid=uuid, institution_id=person.institution_id))
    return 204, None


@router.get("/cis/{uuid}/impact", response={200: ImpactOut, **READS}, auth=READ, operation_id="impact_of_ci",
            summary="Qué se afecta si falla, por qué y a quién avisar; o de qué depende")
def impact(request: HttpRequest, uuid: UUID, asked: Query[ImpactAsked]) -> Any:
    """`also` fail at the same time; `without` are out already. Only for who reads the whole configuration."""
    person = actor(request)
    ids = _numbers(person, [uuid, *asked.also])
    if not ids:
        raise ConfigurationItem.DoesNotExist
    report = impact_of(person, ids, _past(asked.day), direction=asked.direction, without=_numbers(person, asked.without))
    told = to_tell(report) if report.direction == "up" else []
    uuids = dict(ConfigurationItem.objects.filter(pk__in=[h.node.id for h in report.hurt]).values_list("pk", "uuid"))
    return {"day": report.day, "direction": report.direction, "returning": [report.nodes[i].name for i in sorted(report.returning)],
            "tell": [{"person": shapes.person_ref(t.person), "roles": t.roles} for t in told],
            "hurt": [{"uuid": uuids[h.node.id], "name": h.node.name, "code": h.node.code, "type": h.node.type, "effect": h.level,
                      "single_point": h.single, "criticality": h.node.criticality, "steps": h.wave,
                      "why": [_said(link) for link in report.path(h.node.id)]} for h in report.hurt]}


def _numbers(person: Person, uuids: list[UUID]) -> list[int]:
    return list(ConfigurationItem.objects.visible_to(person).filter(uuid__in=uuids[:100]).values_list("pk", flat=True))


def _said(link: Link) -> str:
    tail = f" ({link.group}: {link.need}/{link.members})" if link.group else ""
    return f"{link.dependent.name} {link.reads} {link.supplier.name}{tail}"


@router.get("/ci-types", response={200: list[ItemTypeOut], **READS}, auth=READ, operation_id="list_ci_types", summary="Tipos de elementos")
def ci_types(request: HttpRequest) -> Any:
    """The active ones."""
    rows = CIType.objects.filter(institution_id=actor(request).institution_id, active=True)
    rows = rows.select_related("parent__parent__parent")
    return [{"slug": t.slug, "label": t.label, "parent": t.parent.slug if t.parent else None,
             "attributes": [a.as_data() for a in attributes_of(t)]} for t in rows]


@router.get("/ci-relation-types", response={200: list[RelationTypeOut], **READS}, auth=READ, operation_id="list_ci_relation_types",
            summary="Tipos de relación")
def relation_types(request: HttpRequest) -> Any:
    """The active ones."""
    return list(RelationType.objects.filter(institution_id=actor(request).institution_id, active=True))
