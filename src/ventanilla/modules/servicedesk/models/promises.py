"""Service levels: within how much working time a ticket is owned and resolved (ITIL 4, service level management)."""
from typing import ClassVar

from django.db import models
from django.db.models import Q

from ventanilla.core.orgs.models import Institution
from ventanilla.core.workdays.models import Calendar
from ventanilla.modules.servicedesk.models.teams import Team


class ServiceLevel(models.Model):
    """A named set of objectives (SLA). `calendar` None: the hours of the team's unit."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField("nombre", max_length=120)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="horario")
    active = models.BooleanField("activo", default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name"], name="servicedesk_sla_once"),
            models.UniqueConstraint(fields=["institution", "id"], name="servicedesk_sla_owned"),
        ]

    def __str__(self) -> str:
        return self.name


class Objective(models.Model):
    """One target: `metric` within `minutes` of coverage, for a priority (0: any) and, of an OLA, for a team."""

    class Metric(models.TextChoices):
        OWN = "own", "Tiempo para tomarla"
        RESOLVE = "resolve", "Tiempo para resolver"
        TEAM = "team", "Acuerdo interno del equipo"

    level = models.ForeignKey(ServiceLevel, models.CASCADE, related_name="objectives", db_index=False)
    metric = models.CharField("mide", max_length=8, choices=Metric.choices)
    priority = models.PositiveSmallIntegerField("prioridad", default=0)
    minutes = models.PositiveIntegerField("minutos hábiles")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="equipo")

    class Meta:
        ordering: ClassVar = ["metric", "priority"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "metric", "priority", "team"], nulls_distinct=False,
                                    name="servicedesk_objective_once"),
            models.CheckConstraint(condition=Q(metric__in=["own", "resolve", "team"]), name="servicedesk_objective_metric"),
            models.CheckConstraint(condition=Q(metric="team") | Q(team=None), name="servicedesk_objective_team"),
            models.CheckConstraint(condition=Q(priority__lte=4), name="servicedesk_objective_priority"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.minutes} min"
