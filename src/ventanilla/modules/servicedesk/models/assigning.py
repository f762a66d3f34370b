"""Rules of assignment, as data: which team, and who of it, gets a ticket for which a condition holds; the first one that fits."""
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models.rules import Rule
from ventanilla.modules.servicedesk.models.teams import Team


class AssignmentRule(Rule):
    """A ticket for which `condition` holds goes to `team` (none: the one that the catalogue chose), and there to whom `strategy` says.

    `condition` is a tree of `core.questionnaires.definition.conditions` over the facts of `services.rules.assigning.facts`. Rules are
    tried in `order`, and the first that fits decides. `last` is who got the last one, for taking turns. A rule whose team or person
    is gone is passed over.
    """

    class Strategy(models.TextChoices):
        TEAM = "team", lazy("Como reparte el equipo")
        LOAD = "load", lazy("A quien tiene menos tickets abiertos")
        SKILL = "skill", lazy("A quien domina el servicio, y de ellos a quien tiene menos")
        ROUND = "round", lazy("Por turnos")
        ON_CALL = "on_call", lazy("A quien está de guardia")
        PERSON = "person", lazy("A una persona")

    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=lazy("equipo"), db_index=False)
    strategy = models.CharField(lazy("a quién"), max_length=8, choices=Strategy.choices, default=Strategy.TEAM)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=lazy("persona"),
                               db_index=False)
    last = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(Rule.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name"], name="servicedesk_assign_once"),
            models.CheckConstraint(condition=Q(strategy__in=["team", "load", "skill", "round", "on_call", "person"]),
                                   name="servicedesk_assign_strategy"),
            models.CheckConstraint(condition=Q(strategy="person", person__isnull=False) | ~Q(strategy="person") & Q(person=None),
                                   name="servicedesk_assign_person"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "order"], condition=Q(active=True), name="servicedesk_assign_active")]
