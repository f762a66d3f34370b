"""Teams of agents: who works on what. A team belongs to a unit, whose grants say who reads its tickets."""
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person, Unit


class Team(models.Model):
    """A group of agents of `unit`; `tier` 1 is the desk itself, 2 and 3 specialise.

    `former_units`, kept by the database: where it was before, for what it left there (a ticket stays where it is).
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=lazy("unidad"))
    name = models.CharField(lazy("nombre"), max_length=120)
    tier = models.PositiveSmallIntegerField(lazy("nivel"), default=1)
    automatic = models.BooleanField(lazy("reparte sola"), default=False)
    active = models.BooleanField(lazy("activo"), default=True)
    former_units = ArrayField(models.BigIntegerField(), default=list, db_default=[], editable=False)

    class Meta:
        ordering: ClassVar = ["tier", "name"]
        triggers: ClassVar = [pgtrigger.Trigger(
            name="servicedesk_team_moves", when=pgtrigger.Before, operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__unit__df=pgtrigger.F("new__unit")),
            func="NEW.former_units = array_append(array_remove(NEW.former_units, OLD.unit_id), OLD.unit_id); RETURN NEW;")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name"], name="servicedesk_team_once"),
            models.UniqueConstraint(fields=["institution", "id"], name="servicedesk_team_owned"),
            models.CheckConstraint(condition=models.Q(tier__gte=1, tier__lte=3), name="servicedesk_team_tier"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person of a team. `skills` are slugs of services; `on_call` takes what arrives outside hours.

    Whoever has `capacity` open tickets in hand (of any team) gets no more by themselves; None: there is no limit.
    """

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    lead = models.BooleanField(lazy("coordina"), default=False)
    on_call = models.BooleanField(lazy("de guardia"), default=False)
    skills = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(lazy("tickets a la vez"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "person"], name="servicedesk_member_once")]

    def __str__(self) -> str:
        return f"{self.team} · {self.person}"
