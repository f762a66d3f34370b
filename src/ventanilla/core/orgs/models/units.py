"""Institutions and the unit tree. A unit keeps its row for ever; its code, parent and name may change."""
import uuid
from datetime import date
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy


class Institution(models.Model):
    """Root of a unit tree; catalogues, calendars, folio series, templates and branding belong to it.

    `tokens` overrides colours and logo of the look; `policy` adapts terms and rules as data. In it `NOTED` says when the institution's
    words for states and steps (`cases.FlowWord`) last changed, and `NOTICES` which privacy notices are or will be in force, as
    [id, first local day, number of the version]; both are kept by whoever writes those rows, and by no form.
    """

    NOTED: ClassVar = "words"
    NOTICES: ClassVar = "notices"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(lazy("nombre"), max_length=200)
    short_name = models.CharField(lazy("nombre corto"), max_length=60)
    time_zone = models.CharField(lazy("zona horaria"), max_length=40, default="America/Mexico_City")
    tokens = models.JSONField(default=dict, blank=True)
    policy = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(lazy("activa"), default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def words_changed(self) -> str:
        """When its words for states and steps last changed; empty when it uses the standard ones."""
        return str(self.policy.get(self.NOTED) or "")

    def notice_on(self, day: date) -> int | None:
        """The privacy notice in force on that local day, without a query."""
        told = self.notice_told(day)
        return told[0] if told else None

    def notice_told(self, day: date) -> tuple[int, int] | None:
        """The same with the number of its version, as pages say it."""
        begun = [(key, number) for key, since, number in self.policy.get(self.NOTICES) or () if since <= day.isoformat()]
        return begun[-1] if begun else None


class InstitutionLogo(models.Model):
    """The PNG of the institution's logo; `Institution.tokens["logo"]` has its digest and size in pixels."""

    institution = models.OneToOneField(Institution, models.CASCADE, primary_key=True, related_name="+")
    png = models.BinaryField()
    digest = models.CharField(max_length=12)

    def __str__(self) -> str:
        return self.digest


class Level(models.TextChoices):
    """Levels of the Manual General de Organización, from the top down."""

    SECRETARIAT = "secretariat", lazy("Secretaría")
    AGENCY = "agency", lazy("Organismo auxiliar")
    UNDERSECRETARIAT = "undersecretariat", lazy("Subsecretaría")
    GENERAL_DIRECTORATE = "general_directorate", lazy("Dirección general")
    DIRECTORATE = "directorate", lazy("Dirección de área")
    SUBDIRECTORATE = "subdirectorate", lazy("Subdirección")
    DEPARTMENT = "department", lazy("Departamento")
    OFFICE = "office", lazy("Oficina o delegación")
    EXTERNAL = "external", lazy("Unidad externa")


class UnitQuerySet(models.QuerySet["Unit"]):
    """Reads of the tree."""

    def valid_on(self, day: date) -> Self:
        """Units that exist on `day` (local date of the institution)."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def under(self, *unit_ids: int) -> Self:
        """The units and everything below them, by one index probe on `path`."""
        return self.filter(path__overlap=list(unit_ids))


@pghistory.track(exclude=["path", "sort_key"])
class Unit(models.Model):
    """A node of the organisation tree. `path` are the ids from the root down to itself.

    `valid_to` is the first day on which the unit no longer exists; `successor` took over its matters.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="units")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    code = models.CharField(lazy("clave"), max_length=40, blank=True)
    name = models.CharField(lazy("nombre"), max_length=200)
    short_name = models.CharField(lazy("siglas"), max_length=40, blank=True)
    level = models.CharField(lazy("nivel"), max_length=24, choices=Level.choices, default=Level.DEPARTMENT)
    counter = models.BooleanField(lazy("es oficialía de partes"), default=False)
    valid_from = models.DateField(lazy("vigente desde"), default=date(2020, 1, 1))
    valid_to = models.DateField(lazy("vigente hasta"), null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")
    path = ArrayField(models.BigIntegerField(), default=list, editable=False)
    sort_key = models.CharField(max_length=400, db_collation="C", editable=False, default="")

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["sort_key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="orgs_unit_owned"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                                   name="orgs_unit_period", violation_error_message=lazy("La unidad termina antes de empezar.")),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["path"], name="orgs_unit_path"),
            models.Index(fields=["institution", "code"], name="orgs_unit_code"),
            models.Index(fields=["institution", "sort_key"], name="orgs_unit_sort"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """0 for a root."""
        return len(self.path) - 1

    @property
    def is_open(self) -> bool:
        """Not closed (a future closing date still counts as closed for new matters on that day)."""
        return self.valid_to is None


@pghistory.track()
class UnitCode(models.Model):
    """A code that a unit had or has; codes are not unique, so old ones only help to find units."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="codes")
    code = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["code"], name="orgs_unitcode_code")]

    def __str__(self) -> str:
        return self.code
