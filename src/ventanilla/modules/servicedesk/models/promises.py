"""Service levels: within how much working time a ticket is owned and resolved (ITIL 4, service level management)."""
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution
from ventanilla.core.workdays.models import Calendar
from ventanilla.modules.servicedesk.flow import CHANGES, FLOWS
from ventanilla.modules.servicedesk.models.teams import Team

KINDS = [flow.slug for flow in FLOWS]
OWN_KINDS = ["problem", *CHANGES]
"""Kinds that the desk opens, not from the catalogue, and for which something can be promised."""


class ServiceLevel(models.Model):
    """A named set of objectives (SLA). `calendar` None: the hours of the team's unit."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(lazy("nombre"), max_length=120)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=lazy("horario"))
    active = models.BooleanField(lazy("activo"), default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name"], name="servicedesk_sla_once"),
            models.UniqueConstraint(fields=["institution", "id"], name="servicedesk_sla_owned"),
        ]

    def __str__(self) -> str:
        return self.name


class KindLevel(models.Model):
    """The service level of what the desk opens itself and no offering promises: one per kind (problem, the three changes)."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField("tipo de ticket", max_length=24)
    level = models.ForeignKey(ServiceLevel, models.PROTECT, related_name="kinds", verbose_name="nivel de servicio")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "kind"], name="servicedesk_kind_level_once"),
            models.CheckConstraint(condition=Q(kind__in=OWN_KINDS), name="servicedesk_kind_level_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.level_id}"


class Objective(models.Model):
    """One target: `metric` within `minutes` of coverage, for a kind of ticket (empty: any), a priority (0: any) and, of an OLA, a team.

    Of several that fit the most specific holds: the kind counts before the priority (`services.promising.chosen`).
    """

    class Metric(models.TextChoices):
        OWN = "own", lazy("Tiempo para tomarla")
        RESOLVE = "resolve", lazy("Tiempo para resolver")
        TEAM = "team", lazy("Acuerdo interno del equipo")

    level = models.ForeignKey(ServiceLevel, models.CASCADE, related_name="objectives", db_index=False)
    metric = models.CharField(lazy("mide"), max_length=8, choices=Metric.choices)
    kind = models.CharField(lazy("tipo de ticket"), max_length=24, blank=True, default="", db_default="")
    priority = models.PositiveSmallIntegerField(lazy("prioridad"), default=0)
    minutes = models.PositiveIntegerField(lazy("minutos hábiles"))
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=lazy("equipo"))

    class Meta:
        ordering: ClassVar = ["metric", "kind", "priority"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "metric", "kind", "priority", "team"], nulls_distinct=False,
                                    name="servicedesk_objective_once"),
            models.CheckConstraint(condition=Q(metric__in=["own", "resolve", "team"]), name="servicedesk_objective_metric"),
            models.CheckConstraint(condition=Q(metric="team") | Q(team=None), name="servicedesk_objective_team"),
            models.CheckConstraint(condition=Q(priority__lte=4), name="servicedesk_objective_priority"),
            models.CheckConstraint(condition=Q(kind__in=["", *KINDS]), name="servicedesk_objective_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()}: {self.minutes} min"
