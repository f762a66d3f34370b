"""Exports that take long: a row per job, so that it can be left, found again, and cancelled."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("En espera")
    RUNNING = "running", _("Preparando")
    DONE = "done", _("Listo")
    FAILED = "failed", _("No se pudo preparar")
    CANCELLED = "cancelled", _("Cancelado")
    EXPIRED = "expired", _("Vencido")


OPEN = (State.WAITING, State.RUNNING)


class ExportJob(models.Model):
    """What a person asked to export. `progress` counts rows written, `rows` is the total once known.

    `path` names the file in the default storage. `error` is a Spanish sentence for the person.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="exports")
    kind = models.CharField(max_length=60)
    format = models.CharField(max_length=4)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    progress = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(null=True)
    path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="exports_job_state"),
            models.CheckConstraint(condition=Q(format__in=["csv", "xlsx", "pdf"]), name="exports_job_format"),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(path=""), name="exports_job_done_has_file"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at"], name="exports_job_mine"),
            models.Index(fields=["finished_at"], condition=~Q(path=""), name="exports_job_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}.{self.format}"

    @property
    def is_open(self) -> bool:
        """Not finished in any way."""
        return self.state in OPEN
