"""The service catalogue (ITIL 4, service catalogue management): families, services, and what can be asked of each.

An offering is what a person chooses; each publication is an immutable version, which its tickets keep.
"""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.questionnaires.models import InstrumentVersion
from ventanilla.modules.servicedesk.models.promises import ServiceLevel
from ventanilla.modules.servicedesk.models.teams import Team


class ServiceFamily(models.Model):
    """A shelf of the catalogue."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(lazy("nombre"), max_length=120)
    order = models.PositiveSmallIntegerField(lazy("orden"), default=100)
    active = models.BooleanField(lazy("activa"), default=True)

    class Meta:
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "name"], name="servicedesk_family_once")]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """A service. An `internal` one exists only for those who work in a team.

    `keep_years`: how long its closed tickets are kept before what they hold of people may be cancelled, and by which rule
    (`keep_source`); None: nothing obliges to keep them.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    family = models.ForeignKey(ServiceFamily, models.PROTECT, related_name="services", verbose_name=lazy("familia"))
    slug = models.SlugField(max_length=80, editable=False)
    name = models.CharField(lazy("nombre"), max_length=160)
    summary = models.TextField(lazy("en pocas palabras"), blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=lazy("responsable"))
    internal = models.BooleanField(lazy("interno"), default=False)
    active = models.BooleanField(lazy("activo"), default=True)
    keep_years = models.PositiveSmallIntegerField(lazy("años de conservación de sus tickets"), null=True, blank=True)
    keep_source = models.CharField(lazy("fundamento de la conservación"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(keep_years=None) | Q(keep_years__gte=1) & ~Q(keep_source=""),
                                   name="servicedesk_service_kept"),
            models.UniqueConstraint(fields=["institution", "slug"], name="servicedesk_service_once"),
            models.UniqueConstraint(fields=["institution", "id"], name="servicedesk_service_owned"),
        ]

    def __str__(self) -> str:
        return self.name


class Offering(models.Model):
    """Something that can be asked of a service; its contents are those of its versions, also name and service: what stands here is
    of the version that was published last, or of the draft while nothing was published. The key (`slug`) stays once it was.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="offerings", verbose_name=lazy("servicio"))
    slug = models.SlugField(max_length=80)
    name = models.CharField(lazy("nombre"), max_length=160)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "slug"], name="servicedesk_offering_once"),
            models.UniqueConstraint(fields=["institution", "id"], name="servicedesk_offering_owned"),
        ]

    def __str__(self) -> str:
        return self.name


class OfferingVersion(models.Model):
    """The fact sheet, form, promise, team and approvals of an offering. A published one never changes (database trigger).

    `approvals`: list of {"label", "who": "head" | "service_owner" | person id, "quorum"}; `tasks`: list of texts of the
    checklist; `routing`: list of {"field", "value", "team": id}, the first that the answers fulfil says which team gets it instead
    of `team`; `kind`: what it opens, a request or an incident. `name` and `service` hold from its publication; where a row is written
    without them the database takes those of the offering.
    """

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", lazy("Todo el personal")
        LIAISONS = "liaisons", lazy("Sólo enlaces")
        STAFF = "staff", lazy("Sólo la mesa de servicio")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(lazy("versión"))
    state = models.CharField(max_length=10, default="draft")
    name = models.CharField(lazy("nombre"), max_length=160, blank=True, default="", db_default="")
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+", verbose_name=lazy("servicio"))
    kind = models.CharField(lazy("abre"), max_length=24, default="request")
    description = models.TextField(lazy("qué es"), blank=True)
    includes = models.TextField(lazy("qué incluye"), blank=True)
    requirements = models.TextField(lazy("qué se necesita"), blank=True)
    hours = models.CharField(lazy("horario de atención"), max_length=200, blank=True)
    legal_basis = models.TextField(lazy("fundamento"), blank=True)
    audience = models.CharField(lazy("quién puede pedirlo"), max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    impact = models.PositiveSmallIntegerField(lazy("impacto usual"), default=3)
    urgency = models.PositiveSmallIntegerField(lazy("urgencia usual"), default=2)
    form = models.ForeignKey(InstrumentVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=lazy("formulario"))
    survey = models.ForeignKey(InstrumentVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=lazy("encuesta"))
    level = models.ForeignKey(ServiceLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=lazy("nivel de servicio"))
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=lazy("equipo"))
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
            models.CheckConstraint(condition=~Q(name="") & Q(service__isnull=False), name="servicedesk_version_named"),
        ]

    def __str__(self) -> str:
        return f"{self.offering} v{self.number}"

    @property
    def of_service(self) -> Service:
        """The service of this version. Of what is published it is the offering's."""
        return self.offering.service if self.state == "published" else self.service or self.offering.service
