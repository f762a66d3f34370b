"""What people may do: roles are bundles of capabilities as data; a grant gives one over a unit."""
import uuid
from datetime import date, timedelta
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models.people import Person
from ventanilla.core.orgs.models.units import Institution, Unit


@pghistory.track()
class Role(models.Model):
    """A named bundle of capabilities (see `core.orgs.capabilities`). `clearance` 0 ordinary, 1 reserved,
    2 confidential: the highest level of matters that the role lets a person read in the unit."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="roles")
    slug = models.SlugField()
    name = models.CharField(lazy("nombre"), max_length=80)
    capabilities = ArrayField(models.CharField(max_length=40), default=list)
    clearance = models.PositiveSmallIntegerField(lazy("nivel de reserva"), default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "slug"], name="orgs_role_slug"),
            models.CheckConstraint(condition=Q(clearance__lte=2), name="orgs_role_clearance"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Grant(models.Model):
    """A role over a unit (and its subtree) for a period. A delegation is a grant with `delegated_by`
    and an end; both names then stand in the log."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="grants")
    subtree = models.BooleanField(lazy("incluye las unidades que dependen"), default=False)
    valid_from = models.DateField(lazy("desde"))
    valid_to = models.DateField(lazy("hasta"), null=True, blank=True)
    delegated_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="delegated")
    source = models.CharField(lazy("motivo o documento"), max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="orgs_grant_period"),
            models.CheckConstraint(condition=Q(delegated_by=None) | Q(valid_to__isnull=False), name="orgs_grant_delegation_ends"),
            models.CheckConstraint(condition=Q(delegated_by=None) | ~Q(delegated_by=F("person")), name="orgs_grant_not_to_self"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "valid_from"], name="orgs_grant_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.role} · {self.unit}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; None without an end."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None


class Absence(models.Model):
    """A period in which a person is away. While it lasts the acting person (or, when none is named,
    the first deputy of the unit) acts as head."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    valid_from = models.DateField(lazy("desde"))
    valid_to = models.DateField(lazy("regresa el"))
    acting = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="acting_for")
    reason = models.CharField(lazy("motivo"), max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="orgs_absence_period"),
            models.CheckConstraint(condition=Q(acting=None) | ~Q(acting=F("person")), name="orgs_absence_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.person} ausente"

    @property
    def last_day(self) -> date:
        """The last day away."""
        return self.valid_to - timedelta(days=1)
