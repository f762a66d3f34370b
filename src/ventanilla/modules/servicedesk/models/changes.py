"""Rules of changes as data of each institution: who authorises which risk, and which routine changes were authorised once for all."""
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Role
from ventanilla.modules.servicedesk.models.catalogue import Service
from ventanilla.modules.servicedesk.models.teams import Team


class Risk(models.IntegerChoices):
    """What a change may do to the service when it goes wrong."""

    LOW = 1, lazy("Bajo")
    MEDIUM = 2, lazy("Medio")
    HIGH = 3, lazy("Alto")


class ChangeRule(models.Model):
    """Who holds `role` (over any unit) may authorise changes of this risk (1 low to 3 high); at least `quorum` of them agree.

    Several rows of one risk add roles; the greatest quorum among them holds. A risk without rows goes by the usual rule
    (`services.authorities`).
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    risk = models.PositiveSmallIntegerField(lazy("riesgo"), choices=Risk.choices, default=Risk.MEDIUM)
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", db_index=False, verbose_name=lazy("rol que autoriza"))
    quorum = models.PositiveSmallIntegerField(lazy("autorizaciones que bastan"), default=1)
    active = models.BooleanField(lazy("activa"), default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "risk", "role"], name="servicedesk_change_rule_once"),
            models.CheckConstraint(condition=Q(risk__gte=1, risk__lte=3, quorum__gte=1, quorum__lte=20),
                                   name="servicedesk_change_rule_range"),
        ]

    def __str__(self) -> str:
        return f"{self.get_risk_display()} · {self.role}"


class ChangeModel(models.Model):
    """A routine change that was authorised once (ITIL "standard change"): simple changes of it need no authorisation of their own.

    `authorised` says by whom and by which paper it was.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(lazy("nombre"), max_length=160)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", db_index=False, verbose_name=lazy("equipo"))
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
                                verbose_name=lazy("servicio"))
    plan = models.TextField(lazy("plan de implementación"))
    back_out = models.TextField(lazy("plan de reversión"))
    impact_text = models.TextField(lazy("a quién afecta"), blank=True)
    authorised = models.CharField(lazy("quién lo autorizó y con qué documento"), max_length=240)
    active = models.BooleanField(lazy("activo"), default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "name"], name="servicedesk_change_model_once")]

    def __str__(self) -> str:
        return self.name
