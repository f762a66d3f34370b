"""When nothing may be changed (blackout periods), and with which reason a change went on although it collides with something."""
import uuid
from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem


class BlackoutQuerySet(models.QuerySet["Blackout"]):
    """Reads of periods."""

    def during(self, since: datetime, until: datetime) -> Self:
        """Those that hold and overlap [since, until) (aware)."""
        return self.filter(active=True, starts_at__lt=until, ends_at__gt=since)


@pghistory.track()
class Blackout(models.Model):
    """A period in which changes are forbidden: of everything, of the items of a type (and the types below), or of one item.

    It forbids a change whose items, or whatever these would hurt, are among those. `active` is taken away when it is called off.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("nombre", max_length=120)
    reason = models.CharField("motivo", max_length=500)
    starts_at = models.DateTimeField("empieza")
    ends_at = models.DateTimeField("termina")
    type = models.ForeignKey(CIType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tipo", db_index=False)
    item = models.ForeignKey(ConfigurationItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="elemento",
                             db_index=False)
    active = models.BooleanField("vigente", default=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = BlackoutQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="servicedesk_blackout_period"),
            models.CheckConstraint(condition=Q(type=None) | Q(item=None), name="servicedesk_blackout_scope"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(reason=""), name="servicedesk_blackout_named"),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "ends_at"], name="servicedesk_blackout_ends")]

    def __str__(self) -> str:
        return self.name


class Clearance(models.Model):
    """That a change took `step` knowing what it collides with: the reason, and for a blackout the exception by its name.

    `collisions` is what was shown then: a list of {"kind", "title", "why": [sentences], "blackout" | "case": id}.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="clearances")
    step = models.CharField(max_length=24)
    reason = models.TextField("motivo")
    exception = models.CharField("excepción", max_length=200, blank=True)
    collisions = models.JSONField(default=list)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="servicedesk_clearance_reason")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"
