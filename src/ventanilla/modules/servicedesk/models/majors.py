"""What is said of major incidents to those whom they touch, and who said that it affects them."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person, Unit


class MajorMessage(models.Model):
    """A public message of a major incident: what fails, what is known, and when more will be said (aware, after it was said).

    It is written for people outside the desk and never made of what the ticket holds. The newest one holds; none is ever changed (a
    trigger refuses it).
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="major_messages", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    headline = models.CharField(lazy("qué falla"), max_length=200)
    text = models.TextField(lazy("mensaje"))
    next_at = models.DateTimeField(lazy("siguiente aviso"), null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(headline="") & ~Q(text=""), name="servicedesk_major_said"),
            models.CheckConstraint(condition=Q(next_at=None) | Q(next_at__gt=F("at")), name="servicedesk_major_next"),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "-id"], name="servicedesk_major_newest")]

    def __str__(self) -> str:
        return self.headline


class MajorAffected(models.Model):
    """Somebody said that a major incident affects them: once each. `unit` is where they worked then."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="major_affected", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "person"], name="servicedesk_major_affected_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.person_id}"
