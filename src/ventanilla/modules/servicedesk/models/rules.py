"""Rules of notification, as data: on which event, of which tickets, who is told, how, and in which words."""
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.servicedesk.models.catalogue import Service


class Rule(models.Model):
    """What every kind of rule has: its name, the tickets that it is about, its place among the others, and who changed it last."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(lazy("nombre"), max_length=120)
    condition = models.JSONField(default=dict, blank=True)
    order = models.PositiveSmallIntegerField(lazy("orden"), default=100)
    active = models.BooleanField(lazy("activa"), default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class NotificationRule(Rule):
    """Whoever `recipients` (and `people`) name is told when `event` happens to a ticket for which `condition` holds.

    `condition` is a tree of `core.questionnaires.definition.conditions` over the facts of `services.rules.facts`; `recipients` are
    slugs of `services.rules.recipients`. Of several rules that tell one person of one event, the first in order counts.
    """

    class Channel(models.TextChoices):
        USUAL = "usual", lazy("Aviso; el correo, como cada persona lo eligió")
        MAIL = "mail", lazy("Aviso y correo en el momento, salvo que la persona haya elegido otra cosa")

    event = models.CharField(lazy("cuándo"), max_length=24)
    recipients = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    people = models.ManyToManyField(Person, blank=True, related_name="+", verbose_name=lazy("personas"))
    channel = models.CharField(lazy("cómo"), max_length=6, choices=Channel.choices, default=Channel.USUAL)

    class Meta(Rule.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name"], name="servicedesk_rule_once"),
            models.CheckConstraint(condition=Q(channel__in=["usual", "mail"]), name="servicedesk_rule_channel"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "event", "order"], condition=Q(active=True), name="servicedesk_rule_active")]


class RuleText(models.Model):
    """The words of a rule, with named fields in braces; of one service, or (service None) of all the others."""

    rule = models.ForeignKey(NotificationRule, models.CASCADE, related_name="texts", db_index=False)
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    subject = models.CharField(lazy("asunto"), max_length=160)
    body = models.TextField(lazy("texto"), blank=True)

    class Meta:
        ordering: ClassVar = ["rule", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "service"], nulls_distinct=False, name="servicedesk_rule_text_once")]

    def __str__(self) -> str:
        return self.subject
