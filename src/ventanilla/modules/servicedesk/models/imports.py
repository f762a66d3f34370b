"""What was brought from another system: the log it came from, and every event of it as it stood."""
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution


class ImportedLog(models.Model):
    """A file of events: the names of its columns in order, what was found in it, and what could not be taken as it was.

    `digest` is the SHA-256 of the file: the same file again is the same row. `problems`: pairs of line and reason.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    system = models.CharField(lazy("sistema de origen"), max_length=40)
    source = models.CharField(lazy("archivo"), max_length=300)
    digest = models.CharField(max_length=64)
    columns = ArrayField(models.TextField())
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "system", "digest"], name="servicedesk_log_once")]

    def __str__(self) -> str:
        return self.source


class ImportedEvent(models.Model):
    """One event of a ticket elsewhere: every value as text, in the order of `log.columns`; never changed afterwards.

    `sequence` counts the events of the ticket from 1, in the order of the file; `line` is where it stood. `at` is the moment
    it says it happened (None: unreadable). `flags` say what is odd in it (`services.importing.flags`).
    """

    log = models.ForeignKey(ImportedLog, models.PROTECT, related_name="events", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="imported_events", db_index=False)
    sequence = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    at = models.DateTimeField(null=True)
    state = models.CharField(max_length=60)
    flags = ArrayField(models.CharField(max_length=24), default=list)
    values = ArrayField(models.TextField())

    class Meta:
        ordering: ClassVar = ["case", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "sequence"], name="servicedesk_event_once"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="servicedesk_event_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.sequence} {self.state}"

    def as_dict(self) -> dict[str, str]:
        """Column name to value, in the order of the file."""
        return dict(zip(self.log.columns, self.values, strict=True))
