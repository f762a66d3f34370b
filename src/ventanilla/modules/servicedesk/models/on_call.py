"""Who is on call for a team, and when."""
import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.servicedesk.models.teams import Team


class OnCallQuerySet(models.QuerySet["OnCall"]):
    """Reads of turns on call."""

    def at(self, now: datetime) -> Self:
        """Those in force at that moment (aware)."""
        return self.filter(starts_at__lte=now, ends_at__gt=now)

    def ahead(self, now: datetime) -> Self:
        """Those that are not over."""
        return self.filter(ends_at__gt=now)


class OnCall(models.Model):
    """A person of a team is on call in [starts_at, ends_at). `order` 1 is called first, 2 and 3 when that one is away or full.

    The database refuses two turns at a time of the same team and order.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="on_call_turns", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    order = models.PositiveSmallIntegerField("orden", default=1)
    starts_at = models.DateTimeField("empieza")
    ends_at = models.DateTimeField("termina")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = OnCallQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_at", "order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="servicedesk_oncall_period"),
            models.CheckConstraint(condition=Q(order__gte=1, order__lte=3), name="servicedesk_oncall_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["team", "ends_at"], name="servicedesk_oncall_ends"),
                             models.Index(fields=["institution", "ends_at"], name="servicedesk_oncall_of")]

    def __str__(self) -> str:
        return f"{self.team} · {self.person}"
