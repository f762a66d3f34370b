"""What was read from an official form: each value with its raw text, place, marks, confidence and warnings, and who decided."""
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.practices.models.records import PracticeRevision


class PracticeImport(models.Model):
    """A file read into a revision. The original is kept whole as a document; `residue` are the pieces that could not be placed.

    `digest`: SHA-256 of the file, so that the same file twice is noticed. `residue`: [{"text", "place", "why"}]. `part`: which form of the
    file, from 1. `others`, of the first: the further ones, [{"number", "name", "generation", "place", "practice", "left"}], which wait for
    somebody who makes a practice of them (its id) or leaves them.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.OneToOneField(PracticeRevision, models.CASCADE, related_name="imported")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    generation = models.CharField(max_length=8)
    warnings = ArrayField(models.CharField(max_length=60), default=list)
    residue = models.JSONField(default=list)
    part = models.PositiveSmallIntegerField(default=1)
    others = models.JSONField(default=list)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(part__gte=1), name="practices_import_part")]
        indexes: ClassVar = [models.Index(fields=["institution", "digest"], name="practices_import_digest")]

    def __str__(self) -> str:
        return self.filename


class FieldReading(models.Model):
    """One field as it was read. `place`: lines of the text, as "12-14". `alternatives`: other readings of it, canonical, with why.

    `decision`: none needed (""), waiting for a person, or decided; then `chosen` is the value that a person chose.
    """

    class Decision(models.TextChoices):
        NONE = "", lazy("No hace falta")
        PENDING = "pending", lazy("Por decidir")
        DECIDED = "decided", lazy("Decidida")

    imported = models.ForeignKey(PracticeImport, models.CASCADE, related_name="readings", db_index=False)
    key = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    raw = models.TextField(blank=True)
    place = models.CharField(max_length=40, blank=True)
    marks = models.JSONField(default=list)
    confidence = models.FloatField(default=1.0)
    warnings = ArrayField(models.CharField(max_length=60), default=list)
    alternatives = models.JSONField(default=list)
    question = models.TextField(blank=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.NONE, blank=True)
    chosen = models.JSONField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["imported", "key"], name="practices_reading_once"),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="practices_reading_confidence"),
            models.CheckConstraint(condition=~Q(decision="decided") | Q(decided_by__isnull=False, decided_at__isnull=False),
                                   name="practices_reading_decided"),
        ]

    def __str__(self) -> str:
        return self.key
