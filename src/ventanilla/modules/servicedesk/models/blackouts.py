"""When nothing may be changed (blackout periods), and with which reason a change went on although it collides with something."""
import uuid
from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem


class BlackoutQuerySet(models.QuerySet["Blackout"]):
    """Reads of periods."""

    def during(self, since: datetime, until: datetime) -> Self:
        """Those that hold and overlap [since, until) (aware); of those that repeat, whoever may: `services.blackouts` tells when."""
        return self.ahead(since).filter(starts_at__lt=until)

    def ahead(self, now: datetime) -> Self:
        """Those that hold, or will hold again, after `now` (aware)."""
        return self.filter(not_over(now), active=True)

    def over(self, now: datetime) -> Self:
        """Those that were, or were called off."""
        return self.exclude(not_over(now), active=True)


def not_over(now: datetime) -> Q:
    """Its only time is not over; or it repeats, and its last time is not over."""
    return Q(rule="", ends_at__gt=now) | ~Q(rule="") & (Q(last_at=None) | Q(last_at__gt=now))


@pghistory.track()
class Blackout(models.Model):
    """A period in which changes are forbidden: of everything, of the items of a type (and the types below), or of one item.

    It forbids a change whose items, or whatever these would hurt, are among those. `active` is taken away when it is called off.

    With a `rule` (the subset of iCalendar's RRULE of `lib.repeating`, RFC 5545, section 3.3.10) it repeats: `starts_at` and `ends_at`
    are the first time, read as local in `zone`, and `last_at` is when the last time is over (None: for ever). `workdays`: days of the
    month are counted by the institution's calendar. `skipped` are local dates on which it does not begin after all.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(lazy("nombre"), max_length=120)
    reason = models.CharField(lazy("motivo"), max_length=500)
    starts_at = models.DateTimeField(lazy("empieza"))
    ends_at = models.DateTimeField(lazy("termina"))
    type = models.ForeignKey(CIType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=lazy("tipo"), db_index=False)
    item = models.ForeignKey(ConfigurationItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=lazy("elemento"),
                             db_index=False)
    rule = models.CharField(lazy("se repite"), max_length=200, blank=True, default="", db_default="")
    zone = models.CharField(lazy("zona horaria"), max_length=40, default="America/Mexico_City", db_default="America/Mexico_City")
    workdays = models.BooleanField(lazy("en días hábiles"), default=False, db_default=False)
    last_at = models.DateTimeField(lazy("hasta"), null=True, blank=True)
    skipped = ArrayField(models.DateField(), default=list, blank=True, db_default=[])
    active = models.BooleanField(lazy("vigente"), default=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = BlackoutQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="servicedesk_blackout_period"),
            models.CheckConstraint(condition=Q(type=None) | Q(item=None), name="servicedesk_blackout_scope"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(reason=""), name="servicedesk_blackout_named"),
            models.CheckConstraint(condition=Q(last_at=None) | ~Q(rule="") & Q(last_at__gte=F("ends_at")),
                                   name="servicedesk_blackout_last"),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "ends_at"], name="servicedesk_blackout_ends"),
                             models.Index(fields=["institution"], condition=~Q(rule=""), name="servicedesk_blackout_again")]

    def __str__(self) -> str:
        return self.name


class Clearance(models.Model):
    """That a change took `step` knowing what it collides with: the reason, and for a blackout the exception by its name.

    `collisions` is what was shown then: a list of {"kind", "title", "why": [sentences], "blackout" | "case": id}.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="clearances")
    step = models.CharField(max_length=24)
    reason = models.TextField(lazy("motivo"))
    exception = models.CharField(lazy("excepción"), max_length=200, blank=True)
    collisions = models.JSONField(default=list)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="servicedesk_clearance_reason")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"
