"""The annual campaign: the call with its calendar, and the ranking that it ends with."""
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.practices.models.records import Practice


def usual_reminders() -> list[int]:
    """Days before the closing on which whoever has not presented is reminded."""
    return [30, 15, 5, 1]


class Campaign(models.Model):
    """A call of a year. Dates are local days, both ends included; `reminder_days` count back from the closing.

    It is called, closed and published by hand, each once; the ranking of a published one never changes (trigger).
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(lazy("año"))
    name = models.CharField(lazy("nombre"), max_length=160)
    text = models.TextField(lazy("convocatoria"))
    requirements = models.TextField(lazy("requisitos"), blank=True)
    opens_on = models.DateField(lazy("se abre el"))
    closes_on = models.DateField(lazy("se cierra el"))
    evaluates_until = models.DateField(lazy("se evalúa hasta el"))
    publishes_on = models.DateField(lazy("se publica el"))
    reminder_days = ArrayField(models.PositiveSmallIntegerField(), default=usual_reminders, blank=True, verbose_name=lazy("recordatorios"))
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-year", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="practices_campaign_owned"),
            models.UniqueConstraint(fields=["institution", "year", "name"], name="practices_campaign_once"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on"), evaluates_until__gte=F("closes_on"),
                                               publishes_on__gte=F("evaluates_until")), name="practices_campaign_order"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(called_at__isnull=False), name="practices_campaign_closed"),
            models.CheckConstraint(condition=Q(published_at=None) | Q(closed_at__isnull=False), name="practices_campaign_published"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stage(self) -> str:
        """planned, open, evaluating or published."""
        if self.published_at:
            return "published"
        return "evaluating" if self.closed_at else "open" if self.called_at else "planned"


class RankedPractice(models.Model):
    """The place of a practice in a published ranking: mean score 0..100, and the mean of each factor by its key."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="ranking", db_index=False)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    score = models.DecimalField(max_digits=7, decimal_places=4)
    factors = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "practice"], name="practices_ranked_once"),
            models.CheckConstraint(condition=Q(place__gte=1, score__gte=0, score__lte=100), name="practices_ranked_range"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.practice_id}"
