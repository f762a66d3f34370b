"""Escalation (ITIL 4, service level management): what happens when a clock has used so much of its time, and what did happen."""
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Clock
from ventanilla.core.orgs.models import Institution, Post
from ventanilla.modules.servicedesk.models.promises import Objective, ServiceLevel
from ventanilla.modules.servicedesk.models.teams import Team


class Escalation(models.Model):
    """A threshold of a service level: when a clock of `metric` has used `percent` of its working time (None: when its light turns
    amber), whoever `tell` names (`services.promises.escalating.recipients`) and whoever holds `post` are told; the ticket may rise in
    priority (`raises`) and pass to another `team`.

    What lies before `since` is not told: a threshold counts from the moment in which it is made or switched on.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    level = models.ForeignKey(ServiceLevel, models.PROTECT, related_name="escalations", db_index=False,
                              verbose_name=lazy("nivel de servicio"))
    metric = models.CharField(lazy("reloj"), max_length=8, choices=Objective.Metric.choices, default=Objective.Metric.RESOLVE)
    percent = models.PositiveSmallIntegerField(lazy("porcentaje del tiempo"), null=True, blank=True)
    tell = ArrayField(models.CharField(max_length=12), default=list, blank=True, verbose_name=lazy("a quién se avisa"))
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
                             verbose_name=lazy("a un puesto"))
    raises = models.BooleanField(lazy("sube la prioridad"), default=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
                             verbose_name=lazy("pasa al equipo"))
    active = models.BooleanField(lazy("activo"), default=True)
    since = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["metric", models.F("percent").asc(nulls_first=True), "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "metric", "percent"], nulls_distinct=False, name="servicedesk_escalation_once"),
            models.CheckConstraint(condition=Q(metric__in=["own", "resolve", "team"]), name="servicedesk_escalation_metric"),
            models.CheckConstraint(condition=Q(percent=None) | Q(percent__gte=1, percent__lte=1000),
                                   name="servicedesk_escalation_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.percent} %" if self.percent else f"{self.metric}"


class Alarm(models.Model):
    """When the next threshold of a running clock will be reached: what is looked for each minute, by index. Rewritten after every
    move of the ticket; whether it is reached is computed anew before anything happens.
    """

    clock = models.OneToOneField(Clock, models.CASCADE, primary_key=True, related_name="alarm")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.clock_id} {self.at}"


class Escalated(models.Model):
    """A threshold that a clock reached, when, and what was done. While it stands it does not happen again; it is `cleared_at` when the
    promise was extended so that the threshold lies ahead once more.

    `done`: {"told": people, "raised": priority, "team": id}, what there was of it.
    """

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="escalated", db_index=False)
    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="+", db_index=False)
    reached_at = models.DateTimeField()
    at = models.DateTimeField()
    done = models.JSONField(default=dict)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock", "escalation"], condition=Q(cleared_at=None), name="servicedesk_escalated_once")]
        indexes: ClassVar = [models.Index(fields=["clock", "at"], name="servicedesk_escalated_clock")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.escalation_id}"
