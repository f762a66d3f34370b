"""Liaisons (enlaces): the one person of a unit who asks for its staff (practice 5, 2.9; changed only by letter)."""
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ventanilla.core.orgs.models import Institution, Person, Unit


class Liaison(models.Model):
    """An appointment: requested by letter, validated by the head, active when agreement and training are recorded, ended.

    Exactly one active per unit: the database refuses a second one.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", "Solicitado"
        VALIDATED = "validated", "Validado por la jefatura"
        ACTIVE = "active", "Activo"
        ENDED = "ended", "Concluido"

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="unidad")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="persona")
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    request_letter = models.CharField("oficio de solicitud", max_length=120, blank=True)
    requested_at = models.DateTimeField()
    validated_at = models.DateTimeField(null=True)
    validated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    agreement_at = models.DateField("acuerdo de confidencialidad firmado el", null=True, blank=True)
    trained_at = models.DateField("capacitación recibida el", null=True, blank=True)
    active_at = models.DateTimeField(null=True)
    until = models.DateField("hasta", null=True, blank=True)
    ended_at = models.DateTimeField(null=True)
    change_letter = models.CharField("oficio de cambio", max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit"], condition=Q(state="active"), name="servicedesk_liaison_one_active",
                                    violation_error_message="La unidad ya tiene un enlace activo."),
            models.CheckConstraint(condition=Q(state__in=["requested", "validated", "active", "ended"]),
                                   name="servicedesk_liaison_state"),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(agreement_at__isnull=False, trained_at__isnull=False, validated_at__isnull=False),
                name="servicedesk_liaison_complete", violation_error_message="Faltan el acuerdo, la capacitación o la validación."),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("requested_at")), name="servicedesk_liaison_order"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.unit}"
