"""What people say beside the form while it is written, and who is writing which section now."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.practices.models.records import Practice


class Comment(models.Model):
    """A remark on a field of a practice (`key`; empty: on the whole practice). Settled by `resolved_at`, never removed."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="comments", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=80, blank=True)
    text = models.TextField(lazy("comentario"))
    author = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(resolved_at=None) | Q(resolved_by__isnull=False), name="practices_comment_resolved"),
        ]
        indexes: ClassVar = [models.Index(fields=["practice", "key"], name="practices_comment_field")]

    def __str__(self) -> str:
        return self.text[:60]


class Presence(models.Model):
    """Who has a section open for writing, until `seen_at` is too long ago. It warns; it never locks anybody out."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="presences", db_index=False)
    section = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["practice", "section", "person"], name="practices_presence_once")]

    def __str__(self) -> str:
        return f"{self.section}: {self.person_id}"
