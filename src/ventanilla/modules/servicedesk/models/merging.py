"""Two tickets that were one, and one that was two: merges (with what an undo needs) and what was copied in a split."""
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ventanilla.core.cases.models import Attachment, Case, Note
from ventanilla.core.orgs.models import Institution, Person


class Merge(models.Model):
    """`case` was a duplicate of `survivor`, and closed as merged; undone when `undone_at` says so.

    `state_before` is where the duplicate was. `kept` is what an undo puts back: clocks as they were, parties and tokens that the
    survivor gained, children that were re-hung, and the last history of both then (`moves`).
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="merges", db_index=False)
    survivor = models.ForeignKey(Case, models.PROTECT, related_name="absorbed", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    state_before = models.CharField(max_length=24)
    kept = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], condition=Q(undone_at=None), name="servicedesk_merge_once"),
            models.CheckConstraint(condition=~Q(case=F("survivor")), name="servicedesk_merge_not_self"),
        ]
        indexes: ClassVar = [models.Index(fields=["survivor"], condition=Q(undone_at=None), name="servicedesk_merge_survivor")]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.survivor_id}"


class CopiedNote(models.Model):
    """A note of a ticket that was split off, and the one that it repeats."""

    note = models.OneToOneField(Note, models.CASCADE, primary_key=True, related_name="copied_from")
    original = models.ForeignKey(Note, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.original_id} → {self.note_id}"


class CopiedFile(models.Model):
    """A file of a ticket that was split off, and the attachment that it repeats: the bytes are stored once."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="copied_from")
    original = models.ForeignKey(Attachment, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.original_id} → {self.attachment_id}"
