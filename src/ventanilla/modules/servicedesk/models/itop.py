"""What a program that speaks iTop's protocol said of a ticket, where our flows have no such state."""
from typing import ClassVar

from django.db import models

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person


class CompatMark(models.Model):
    """The state of iTop in which a ticket is shown from `move_id` (its last move then) until its next step."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    state = models.CharField(max_length=24)
    move_id = models.BigIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(state=""), name="servicedesk_mark_said")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
