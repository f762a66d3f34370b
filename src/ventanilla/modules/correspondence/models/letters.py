"""`Letter`: what a case of correspondence is about, with its sender, addressee and receipt."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.modules.correspondence.models.catalogues import LetterTemplate, LetterType


class Direction(models.TextChoices):
    """Which way a letter goes."""

    INCOMING = "incoming", lazy("Recibida")
    OUTGOING = "outgoing", lazy("Enviada")
    INTERNAL = "internal", lazy("Interna")


class Order(models.TextChoices):
    """Order of government, or kind, of who sends."""

    FEDERAL = "federal", lazy("Federal")
    STATE = "state", lazy("Estatal")
    MUNICIPAL = "municipal", lazy("Municipal")
    ORGANISATION = "organisation", lazy("Organización")
    CITIZEN = "citizen", lazy("Persona ciudadana")
    INTERNAL = "internal", lazy("Unidad interna")


class Medium(models.TextChoices):
    """How it arrived or left."""

    PAPER = "paper", lazy("En papel, en ventanilla")
    COURIER = "courier", lazy("Mensajería")
    EMAIL = "email", lazy("Correo electrónico")
    PORTAL = "portal", lazy("Plataforma")


class Delivery(models.TextChoices):
    """How an outgoing letter was handed over."""

    COURIER = "courier", lazy("Mensajería")
    EMAIL = "email", lazy("Correo electrónico")
    PERSONAL = "personal", lazy("Entrega personal")


LEAVES = Q(direction=Direction.OUTGOING) & (Q(circular=None) | Q(addressee_unit=None))
"""Letters that are sent and wait for their acuse; those of a circular to a unit have a turn instead."""


class Correspondent(models.Model):
    """The directory of senders and addressees, from which forms suggest."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    order = models.CharField(lazy("tipo"), max_length=12, choices=Order.choices)
    organisation = models.CharField(lazy("institución u organización"), max_length=200, blank=True)
    name = models.CharField(lazy("nombre"), max_length=200, blank=True)
    post = models.CharField(lazy("cargo"), max_length=200, blank=True)
    email = models.EmailField(lazy("correo electrónico"), blank=True)
    active = models.BooleanField(lazy("activo"), default=True)
    key = models.CharField(max_length=420, db_collation="C", editable=False, default="")
    uses = models.IntegerField(default=0, editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "key"], name="letters_correspondent_once")]

    def __str__(self) -> str:
        return self.name or self.organisation


class Circular(models.Model):
    """One text to many addressees; each gets a letter of its own with a consecutive outgoing folio.

    `remind_at`: when those who have not read it by then are to be reminded by themselves; None once that was done, or when nobody asked.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    subject = models.TextField(lazy("asunto"))
    text = models.TextField(lazy("texto"))
    at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    cancel_reason = models.TextField(lazy("motivo de la cancelación"), blank=True, db_default="")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(
            condition=Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
            | Q(cancelled_at__isnull=False, cancelled_by__isnull=False, remind_at=None) & ~Q(cancel_reason=""),
            name="letters_circular_cancelled")]
        indexes: ClassVar = [
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="letters_circular_remind")]

    def __str__(self) -> str:
        return self.subject


class CircularReminder(models.Model):
    """A reminder to those who had not read a circular: how many addressees they were; `person` None: by itself."""

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="reminders")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    addressees = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.circular_id} {self.at}"


class Letter(models.Model):
    """The facts of a letter. `number_key` is its number without spaces and marks, for finding duplicates;
    `fingerprint` a 63-bit likeness hash of its text."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="letter")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    direction = models.CharField(lazy("sentido"), max_length=8, choices=Direction.choices)
    type = models.ForeignKey(LetterType, models.PROTECT, verbose_name=lazy("tipo de documento"), related_name="+",
                             db_index=False)
    number = models.CharField(lazy("número del documento"), max_length=80, blank=True)
    number_key = models.CharField(max_length=80, db_collation="C", blank=True)
    dated = models.DateField(lazy("fecha del documento"), null=True, blank=True)
    order = models.CharField(lazy("remitente"), max_length=12, choices=Order.choices)
    correspondent = models.ForeignKey(Correspondent, models.PROTECT, null=True, blank=True, related_name="letters")
    sender_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    organisation = models.CharField(lazy("institución u organización"), max_length=200, blank=True)
    signatory = models.CharField(lazy("quien firma"), max_length=200, blank=True)
    post = models.CharField(lazy("cargo"), max_length=200, blank=True)
    addressee_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    addressee = models.CharField(lazy("destinatario"), max_length=300, blank=True)
    sheets = models.PositiveIntegerField(lazy("hojas"), default=1)
    annexes = models.CharField(lazy("anexos"), max_length=300, blank=True)
    medium = models.CharField(lazy("medio"), max_length=8, choices=Medium.choices, default=Medium.PAPER)
    text = models.TextField(lazy("texto"), blank=True)
    template = models.ForeignKey(LetterTemplate, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    circular = models.ForeignKey(Circular, models.PROTECT, null=True, blank=True, related_name="letters",
                                 db_index=False)
    delivered_at = models.DateTimeField(null=True)
    delivery_note = models.CharField(max_length=200, blank=True)
    delivery_means = models.CharField(max_length=8, choices=Delivery.choices, blank=True, db_default="")
    delivered_to = models.CharField(max_length=200, blank=True, db_default="")
    fingerprint = models.BigIntegerField(null=True)
    legacy_key = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="letters_letter_direction"),
            models.UniqueConstraint(fields=["institution", "legacy_key"], condition=~Q(legacy_key=""),
                                    name="letters_letter_legacy"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "number_key"], condition=~Q(number_key=""), name="letters_letter_number"),
            models.Index(fields=["institution", "direction", "-case"], name="letters_letter_direction_ix"),
            models.Index(fields=["circular"], condition=Q(circular__isnull=False), name="letters_letter_circular"),
            models.Index(fields=["fingerprint"], condition=Q(fingerprint__isnull=False), name="letters_letter_fingerprint"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.signatory}"

    @property
    def sender(self) -> str:
        """Who sends, in one line."""
        name = self.sender_unit.name if self.sender_unit else self.organisation
        return " · ".join(filter(None, (self.signatory, name)))


class Receipt(models.Model):
    """The acuse: what was handed out. `code` is the secret of the public verification page.

    `facts` is empty while the register says what the receipt says; a correction of the register writes here what the
    receipt said, and from then on a new one (the next `number`) may be issued.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="receipts")
    number = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=20, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sheets = models.PositiveIntegerField()
    annexes = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="letters_receipt_once")]

    def __str__(self) -> str:
        return self.code
