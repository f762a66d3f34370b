"""What is digitised before it is a letter: batches and uploads with what was read; the stack registered in one go; imports of the past."""
import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as lazy

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
    """A document waiting to be registered, with what was read from it (`reading`: see `reading.fields`).

    `separators`: a scanned batch that is to be split at its separator sheets as soon as the antivirus let it pass.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="uploads")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    separators = models.BooleanField(default=False)
    reading = models.JSONField(null=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "id"], condition=models.Q(case=None), name="letters_upload_waiting")]

    def __str__(self) -> str:
        return str(self.document)


class StackRun(models.Model):
    """Many uploads registered in one go, each as a letter of its own. It can be left and found again, and goes on after a kill."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    uuid = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.uuid)


class StackRow(models.Model):
    """One upload of a run: what the person confirmed of it, and what became of it: a case, or the reason why not."""

    run = models.ForeignKey(StackRun, models.CASCADE, related_name="rows", db_index=False)
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, related_name="rows")
    title = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    problem = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "upload"], name="letters_stackrow_once"),
            models.CheckConstraint(condition=models.Q(case=None) | models.Q(problem=""), name="letters_stackrow_one_end")]

    def __str__(self) -> str:
        return self.title


class ImportMapping(models.Model):
    """A saved mapping of a legacy register's columns to ours."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    name = models.CharField(lazy("nombre"), max_length=120)
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
