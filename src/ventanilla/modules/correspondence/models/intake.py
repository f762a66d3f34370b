"""What is digitised before it is a letter: batches and uploads with what was read; and imports of the past."""
import uuid
from typing import ClassVar

from django.db import models

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Institution, Person, Unit


class Batch(models.Model):
    """A folder or stack scanned in one go for a unit."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A document waiting to be registered, with what was read from it (`reading`: see `reading.fields`)."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="uploads")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    reading = models.JSONField(null=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "id"], condition=models.Q(case=None), name="letters_upload_waiting")]

    def __str__(self) -> str:
        return str(self.document)


class ImportMapping(models.Model):
    """A saved mapping of a legacy register's columns to ours."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    name = models.CharField("nombre", max_length=120)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One import of the past: where it has come, what it found, what it refused (line and reason)."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    mapping = models.ForeignKey(ImportMapping, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=300)
    dry = models.BooleanField(default=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.source
