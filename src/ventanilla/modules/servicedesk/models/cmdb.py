"""The configuration database (CMDB): typed items, typed directed relations valid for a period, and their past.

Types, attributes and relation types are data of the institution. What an item was on a past day is read from its
versions, which the verbs write; what it was tied to, from the period of its relations.
"""
import uuid
from datetime import date, timedelta
from typing import Any, ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.documents.models import Document
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.reach import reach_of


class Criticality(models.IntegerChoices):
    """How much it hurts when it fails."""

    LOW = 1, lazy("Baja")
    MEDIUM = 2, lazy("Media")
    HIGH = 3, lazy("Alta")
    CRITICAL = 4, lazy("Crítica")


class Lifecycle(models.TextChoices):
    """States of an item; the arrows stand in `services/cmdb/lifecycle.py`."""

    PLANNED = "planned", lazy("Planeado")
    IN_USE = "in_use", lazy("En uso")
    MAINTENANCE = "maintenance", lazy("En mantenimiento")
    RETIRED = "retired", lazy("Dado de baja")


class Side(models.TextChoices):
    """Which end of a relation depends on the other one."""

    SOURCE = "source", lazy("El primero depende del segundo")
    TARGET = "target", lazy("El segundo depende del primero")
    NONE = "none", lazy("Ninguno")


@pghistory.track()
class CIType(models.Model):
    """A type of item. `attributes` are its own fields as data (see `services.cmdb.attributes`); those of `parent` come first."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    slug = models.SlugField(lazy("clave"))
    label = models.CharField(lazy("nombre"), max_length=80)
    plural = models.CharField(lazy("nombre en plural"), max_length=80)
    icon = models.SlugField(lazy("icono"), default="box")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=lazy("tipo superior"))
    attributes = models.JSONField(lazy("datos propios"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(lazy("orden"), default=100)
    active = models.BooleanField(lazy("activo"), default=True)

    class Meta:
        ordering: ClassVar = ["order", "label"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "slug"], name="cmdb_type_once"),
            models.UniqueConstraint(fields=["institution", "id"], name="cmdb_type_owned"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="cmdb_type_not_itself"),
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class RelationType(models.Model):
    """A type of relation, read both ways: "A depende de B", "B da servicio a A"; `impacts`: a failure passes along it."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    slug = models.SlugField(lazy("clave"))
    forward = models.CharField(lazy("se lee"), max_length=60)
    backward = models.CharField(lazy("al revés se lee"), max_length=60)
    dependent = models.CharField(lazy("quién depende"), max_length=6, choices=Side.choices, default=Side.SOURCE)
    impacts = models.BooleanField(lazy("transmite las fallas"), default=True)
    order = models.PositiveSmallIntegerField(lazy("orden"), default=100)
    active = models.BooleanField(lazy("activo"), default=True)

    class Meta:
        ordering: ClassVar = ["order", "forward"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "slug"], name="cmdb_reltype_once"),
            models.UniqueConstraint(fields=["institution", "id"], name="cmdb_reltype_owned"),
            models.CheckConstraint(condition=Q(impacts=False) | ~Q(dependent="none"), name="cmdb_reltype_impact_has_side",
                                   violation_error_message=lazy("Para transmitir fallas debe decir quién depende de quién.")),
        ]

    def __str__(self) -> str:
        return self.forward


class CILoad(models.Model):
    """A file of items or relations that was applied whole, and may be undone whole."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    what = models.CharField(max_length=9, choices=[("items", "Elementos"), ("relations", "Relaciones")])
    filename = models.CharField(lazy("archivo"), max_length=200)
    digest = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(lazy("aplicada"))
    added = models.PositiveIntegerField(lazy("agregados"), default=0)
    changed = models.PositiveIntegerField(lazy("cambiados"), default=0)
    unchanged = models.PositiveIntegerField(lazy("iguales"), default=0)
    undo = models.JSONField(default=dict, blank=True)
    undone_at = models.DateTimeField(lazy("deshecha"), null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(what__in=["items", "relations"]), name="cmdb_load_what")]

    def __str__(self) -> str:
        return self.filename


class ItemQuerySet(models.QuerySet["ConfigurationItem"]):
    """Reads of items."""

    def visible_to(self, person: Person | None) -> Self:
        """All of the institution for who reads the configuration database; else those of the units whose matters they read."""
        if person is None:
            return self.none()
        reach, mine = reach_of(person), self.filter(institution_id=person.institution_id)
        if reach.can(cap.CMDB_READ) or reach.can(cap.CMDB_WRITE):
            return mine
        return mine.filter(Q(unit_id__in=reach.within(cap.READ)) | Q(owner_id=person.pk))

    def serving(self) -> Self:
        """Those in service: they can fail, and hold others up."""
        return self.filter(state__in=(Lifecycle.IN_USE, Lifecycle.MAINTENANCE))

    def of_type(self, *types: CIType) -> Self:
        """Items of these types or of types below them (at most four levels)."""
        ids = [t.pk for t in types]
        below = Q(type__in=ids)
        for depth in ("parent", "parent__parent", "parent__parent__parent"):
            below |= Q(**{f"type__{depth}__in": ids})
        return self.filter(below)


class ConfigurationItem(models.Model):
    """Anything that a service is made of. `code` is its inventory number, unique where given.

    `redundancy` says how many suppliers of each named group it needs: [{"name", "mode": "count" | "percent", "amount"}];
    relations name the group they belong to. `attributes` are values by attribute name.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.ForeignKey(CIType, models.PROTECT, related_name="items", verbose_name=lazy("tipo"), db_index=False)
    name = models.CharField(lazy("nombre"), max_length=160)
    code = models.CharField(lazy("número de inventario"), max_length=60, blank=True)
    serial = models.CharField(lazy("número de serie"), max_length=80, blank=True)
    state = models.CharField(lazy("estado"), max_length=12, choices=Lifecycle.choices, default=Lifecycle.PLANNED)
    criticality = models.SmallIntegerField(lazy("criticidad"), choices=Criticality.choices, default=Criticality.MEDIUM)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=lazy("unidad responsable"),
                             db_index=False)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=lazy("persona responsable"))
    notes = models.TextField(lazy("observaciones"), blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    redundancy = models.JSONField(default=list, blank=True)
    sort_key = models.CharField(max_length=400, db_collation="C", editable=False, default="")
    created_at = models.DateTimeField(lazy("registrado"))
    changed_at = models.DateTimeField(lazy("cambió"))

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="cmdb_item_owned"),
            models.UniqueConstraint(fields=["institution", "code"], name="cmdb_item_code", condition=~Q(code=""),
                                    violation_error_message=lazy("Ese número de inventario ya es de otro elemento.")),
            models.CheckConstraint(condition=Q(state__in=Lifecycle.values), name="cmdb_item_state"),
            models.CheckConstraint(condition=Q(criticality__in=Criticality.values), name="cmdb_item_criticality"),
            models.CheckConstraint(condition=~Q(name=""), name="cmdb_item_named"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "sort_key", "id"], name="cmdb_item_sort"),
            models.Index(fields=["institution", "changed_at"], name="cmdb_item_changed"),
            models.Index(fields=["type", "state"], name="cmdb_item_type"),
            models.Index(fields=["unit"], name="cmdb_item_unit"),
            models.Index(fields=["institution", "serial"], name="cmdb_item_serial", condition=~Q(serial="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Name and inventory number."""
        return f"{self.name} ({self.code})" if self.code else self.name

    @property
    def serving(self) -> bool:
        """Whether it is in service."""
        return self.state in (Lifecycle.IN_USE, Lifecycle.MAINTENANCE)


class CIVersion(models.Model):
    """What an item was from `since` on, until its next version. Written by the verbs, never changed."""

    item = models.ForeignKey(ConfigurationItem, models.CASCADE, related_name="versions", db_index=False)
    since = models.DateTimeField(lazy("desde"))
    facts = models.JSONField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    load = models.ForeignKey(CILoad, models.PROTECT, related_name="+", null=True)
    reason = models.CharField(lazy("motivo"), max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["item", "-since", "-id"], name="cmdb_version_item")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.since}"


class RelationQuerySet(models.QuerySet["Relation"]):
    """Reads of relations."""

    def on(self, day: date) -> Self:
        """Those that hold on that local day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class Relation(models.Model):
    """`source` — type — `target`, from `valid_from` until the day before `valid_to`. `group` is a redundancy group of the dependent.

    The database refuses a relation to itself and two periods of the same pair and type that overlap.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.ForeignKey(RelationType, models.PROTECT, related_name="relations", verbose_name=lazy("relación"), db_index=False)
    source = models.ForeignKey(ConfigurationItem, models.CASCADE, related_name="outgoing", db_index=False)
    target = models.ForeignKey(ConfigurationItem, models.CASCADE, related_name="incoming", db_index=False)
    group = models.CharField(lazy("grupo de respaldo"), max_length=40, blank=True)
    valid_from = models.DateField(lazy("desde"))
    valid_to = models.DateField(lazy("hasta"), null=True, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    load = models.ForeignKey(CILoad, models.PROTECT, related_name="+", null=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="cmdb_relation_not_itself",
                                   violation_error_message=lazy("Un elemento no se relaciona consigo mismo.")),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="cmdb_relation_period"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "type"], name="cmdb_relation_source"),
            models.Index(fields=["target", "type"], name="cmdb_relation_target"),
            models.Index(fields=["institution", "valid_from"], name="cmdb_relation_all"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.type} {self.target_id}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; None without an end."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None

    @property
    def dependent_id(self) -> int | None:
        """The item that depends on the other one; None when none does."""
        sides: dict[str, Any] = {Side.SOURCE: self.source_id, Side.TARGET: self.target_id}
        return sides.get(self.type.dependent)


class CIDocument(models.Model):
    """A document of an item: manual, invoice, guarantee, diagram."""

    item = models.ForeignKey(ConfigurationItem, models.PROTECT, related_name="documents")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.document)
