"""What the desk keeps to recognise repeated tickets: features by which they are found, problems proposed, alarms."""
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person


class TicketHint(models.Model):
    """Stems and trigrams of a ticket (`lib.recurrence.features`), looked up while a person types. Written by a periodic task."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    features = ArrayField(models.TextField())

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["features"], name="servicedesk_hint_gin", fastupdate=False),
            models.Index(fields=["institution", "-case"], name="servicedesk_hint_newest"),
        ]


class FeatureCount(models.Model):
    """In how many tickets of an institution each feature is; `feature` "" holds how many tickets there are. Of a day ago is enough."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    feature = models.TextField()
    tickets = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "feature"], name="servicedesk_feature_once")]


class Candidate(models.Model):
    """A problem proposed from repeated incidents, with what justifies it; accepted (a problem was opened) or dismissed with a reason.

    `tickets` are the ids of its cases by time; `place` is where they gather: "ci:<id>", "unit:<id>" or "days:<n>".
    `evidence`: lists of [what, how many] for `words`, `cis`, `units`, `causes`, `weeks` (ISO Monday), and `expected`.
    """

    class State(models.TextChoices):
        OPEN = "open", lazy("Por decidir")
        ACCEPTED = "accepted", lazy("Se abrió un problema")
        DISMISSED = "dismissed", lazy("Descartado")
        GONE = "gone", lazy("Ya no se propone")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    tickets = ArrayField(models.BigIntegerField())
    place = models.CharField(max_length=40)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    strength = models.FloatField()
    evidence = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    problem = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=["open", "accepted", "dismissed", "gone"]), name="servicedesk_candidate_state"),
            models.CheckConstraint(condition=~Q(state="accepted") | Q(problem__isnull=False), name="servicedesk_candidate_problem"),
            models.CheckConstraint(condition=~Q(state="dismissed") | ~Q(reason=""), name="servicedesk_candidate_reason"),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "state", "-strength"], name="servicedesk_candidate_list")]
