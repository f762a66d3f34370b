"""The service catalogue (ITIL 4, service catalogue management): families, services, and what can be asked of each.

An offering is what a person chooses; each publication is an immutable version, which its tickets keep.
"""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.questionnaires.models import InstrumentVersion
from ventanilla.modules.servicedesk.models.promises import ServiceLevel
from ventanilla.modules.servicedesk.models.teams import Team


class ServiceFamily(models.Model):
    """A shelf of the catalogue."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField("nombre", max_length=120)
    order = models.PositiveSmallIntegerField("orden", default=100)
    active = models.BooleanField("activa", default=True)

    class Meta:
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "name"], name="servicedesk_family_once")]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """A service. An `internal` one exists only for those who work in a team."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    family = models.ForeignKey(ServiceFamily, models.PROTECT, related_name="services", verbose_name="familia")
    slug = models.SlugField(max_length=80, editable=False)
    name = models.CharField("nombre", max_length=160)
    summary = models.TextField("en pocas palabras", blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="responsable")
    internal = models.BooleanField("interno", default=False)
    active = models.BooleanField("activo", default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "slug"], name="servicedesk_service_once"),
            models.UniqueConstraint(fields=["institution", "id"], name="servicedesk_service_owned"),
        ]

    def __str__(self) -> str:
        return self.name


class Offering(models.Model):
    """Something that can be asked of a service; its contents are those of its versions."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="offerings", verbose_name="servicio")
    slug = models.SlugField(max_length=80)
    name = models.CharField("nombre", max_length=160)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "slug"], name="servicedesk_offering_once")]

    def __str__(self) -> str:
        return self.name


class OfferingVersion(models.Model):
    """The fact sheet, form, promise, team and approvals of an offering. A published one never changes (database trigger).

    `approvals`: list of {"label", "who": "head" | "service_owner" | person id, "quorum"}; `tasks`: list of texts of the
    checklist; `routing`: list of {"field", "value", "team": id}, the first that the answers fulfil says which team gets it instead
    of `team`; `kind`: what it opens, a request or an incident.
    """

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", "Todo el personal"
        LIAISONS = "liaisons", "Sólo enlaces"
        STAFF = "staff", "Sólo la mesa de servicio"

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField("versión")
    state = models.CharField(max_length=10, default="draft")
    kind = models.CharField("abre", max_length=24, default="request")
    description = models.TextField("qué es", blank=True)
    includes = models.TextField("qué incluye", blank=True)
    requirements = models.TextField("qué se necesita", blank=True)
    hours = models.CharField("horario de atención", max_length=200, blank=True)
    legal_basis = models.TextField("fundamento", blank=True)
    audience = models.CharField("quién puede pedirlo", max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    impact = models.PositiveSmallIntegerField("impacto usual", default=3)
    urgency = models.PositiveSmallIntegerField("urgencia usual", default=2)
    form = models.ForeignKey(InstrumentVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="formulario")
    survey = models.ForeignKey(InstrumentVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="encuesta")
    level = models.ForeignKey(ServiceLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nivel de servicio")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name="equipo")
    approvals = models.JSONField(default=list, blank=True)
    tasks = models.JSONField(default=list, blank=True)
    routing = models.JSONField(default=list, blank=True, db_default=[])
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offering", "number"], name="servicedesk_version_number"),
            models.UniqueConstraint(fields=["offering"], condition=Q(state="published"), name="servicedesk_version_one_published"),
            models.UniqueConstraint(fields=["offering"], condition=Q(state="draft"), name="servicedesk_version_one_draft"),
            models.CheckConstraint(condition=Q(state__in=["draft", "published", "retired"]), name="servicedesk_version_state"),
            models.CheckConstraint(condition=Q(kind__in=["request", "incident"]), name="servicedesk_version_kind"),
            models.CheckConstraint(condition=Q(impact__gte=1, impact__lte=3, urgency__gte=1, urgency__lte=3),
                                   name="servicedesk_version_matrix"),
            models.CheckConstraint(condition=Q(state="draft") | Q(published_at__isnull=False), name="servicedesk_version_dated"),
        ]

    def __str__(self) -> str:
        return f"{self.offering} v{self.number}"
