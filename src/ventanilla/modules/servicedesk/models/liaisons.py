"""Liaisons (enlaces): the one person of a unit who asks for its staff (practice 5, 2.9; changed only by letter)."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Institution, Person, Unit


class Liaison(models.Model):
    """An appointment: requested by letter, validated by the head, active when agreement and training are recorded, ended.

    Exactly one active per unit: the database refuses a second one.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", lazy("Solicitado")
        VALIDATED = "validated", lazy("Validado por la jefatura")
        ACTIVE = "active", lazy("Activo")
        ENDED = "ended", lazy("Concluido")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=lazy("unidad"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=lazy("persona"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    request_letter = models.CharField(lazy("oficio de solicitud"), max_length=120, blank=True)
    requested_at = models.DateTimeField()
    validated_at = models.DateTimeField(null=True)
    validated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    agreement_at = models.DateField(lazy("acuerdo de confidencialidad firmado el"), null=True, blank=True)
    trained_at = models.DateField(lazy("capacitación recibida el"), null=True, blank=True)
    active_at = models.DateTimeField(null=True)
    until = models.DateField(lazy("hasta"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True)
    change_letter = models.CharField(lazy("oficio de cambio"), max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit"], condition=Q(state="active"), name="servicedesk_liaison_one_active",
                                    violation_error_message=lazy("La unidad ya tiene un enlace activo.")),
            models.CheckConstraint(condition=Q(state__in=["requested", "validated", "active", "ended"]),
                                   name="servicedesk_liaison_state"),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(agreement_at__isnull=False, trained_at__isnull=False, validated_at__isnull=False),
                name="servicedesk_liaison_complete", violation_error_message=lazy("Faltan el acuerdo, la capacitación o la validación.")),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("requested_at")), name="servicedesk_liaison_order"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.unit}"


class LiaisonPaper(models.Model):
    """A paper of an appointment's file: a document that was attached, a matter of correspondence, or a letter that we wrote.

    `number` and `dated` (a local date) are those of the paper. `issued` is our own appointment letter: its number is a folio of the
    desk's series, and its document is made from it. What was filed by mistake is withdrawn with its reason and stays in the log.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", lazy("Oficio de solicitud")
        APPOINTMENT = "appointment", lazy("Nombramiento")
        TRAINING = "training", lazy("Constancia o lista de capacitación")
        AGREEMENT = "agreement", lazy("Acuerdo de confidencialidad")
        CHANGE = "change", lazy("Oficio de cambio")
        OTHER = "other", lazy("Otro")

    liaison = models.ForeignKey(Liaison, models.PROTECT, related_name="papers", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(lazy("qué es"), max_length=12, choices=Kind.choices)
    number = models.CharField(lazy("número"), max_length=120, blank=True)
    dated = models.DateField(lazy("fecha"))
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    issued = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_for = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["request", "appointment", "training", "agreement", "change", "other"]),
                                   name="servicedesk_paper_kind"),
            models.CheckConstraint(condition=Q(document__isnull=False) | Q(case__isnull=False) | Q(issued=True),
                                   name="servicedesk_paper_something"),
            models.CheckConstraint(condition=Q(document=None) | Q(case=None), name="servicedesk_paper_one_thing"),
            models.CheckConstraint(condition=Q(issued=False) | Q(kind="appointment") & ~Q(number=""), name="servicedesk_paper_issued"),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | ~Q(withdrawn_for=""), name="servicedesk_paper_withdrawn"),
            models.UniqueConstraint(fields=["liaison"], condition=Q(issued=True, withdrawn_at=None), name="servicedesk_paper_one_letter"),
            models.UniqueConstraint(fields=["liaison", "case", "kind"], condition=Q(withdrawn_at=None, case__isnull=False),
                                    name="servicedesk_paper_case_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["liaison", "kind"], name="servicedesk_paper_liaison")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()
