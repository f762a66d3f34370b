"""One action on many tickets: what was asked for, and what became of each."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person


class Round(models.Model):
    """Somebody did the same thing to many tickets; sent again it is the same round."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    action = models.CharField(max_length=24)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"


class RoundStep(models.Model):
    """What became of one ticket of a round: written with the step itself, so it is done once; or why it was not possible."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="steps", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_index=False)
    done = models.BooleanField()
    why = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "case"], name="servicedesk_round_step_once"),
            models.CheckConstraint(condition=Q(done=True, why="") | Q(done=False) & ~Q(why=""), name="servicedesk_round_step_told"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.case_id}"
