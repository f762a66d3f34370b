"""`Letter`: what a case of correspondence is about, with its sender, addressee and receipt."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.modules.correspondence.models.catalogues import LetterTemplate, LetterType


class Direction(models.TextChoices):
    """Which way a letter goes."""

    INCOMING = "incoming", "Recibida"
    OUTGOING = "outgoing", "Enviada"
    INTERNAL = "internal", "Interna"


class Order(models.TextChoices):
    """Order of government, or kind, of who sends."""

    FEDERAL = "federal", "Federal"
    STATE = "state", "Estatal"
    MUNICIPAL = "municipal", "Municipal"
    ORGANISATION = "organisation", "Organización"
    CITIZEN = "citizen", "Persona ciudadana"
    INTERNAL = "internal", "Unidad interna"


class Medium(models.TextChoices):
    """How it arrived or left."""

    PAPER = "paper", "En papel, en ventanilla"
    COURIER = "courier", "Mensajería"
    EMAIL = "email", "Correo electrónico"
    PORTAL = "portal", "Plataforma"


class Correspondent(models.Model):
    """The directory of senders and addressees, from which forms suggest."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    order = models.CharField("tipo", max_length=12, choices=Order.choices)
    organisation = models.CharField("institución u organización", max_length=200, blank=True)
    name = models.CharField("nombre", max_length=200, blank=True)
    post = models.CharField("cargo", max_length=200, blank=True)
    email = models.EmailField("correo electrónico", blank=True)
    active = models.BooleanField("activo", default=True)
    key = models.CharField(max_length=420, db_collation="C", editable=False, default="")
    uses = models.IntegerField(default=0, editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "key"], name="letters_correspondent_once")]

    def __str__(self) -> str:
        return self.name or self.organisation


class Circular(models.Model):
    """One text to many addressees; each gets a letter of its own with a consecutive outgoing folio."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    subject = models.TextField("asunto")
    text = models.TextField("texto")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.subject


class Letter(models.Model):
    """The facts of a letter. `number_key` is its number without spaces and marks, for finding duplicates;
    `fingerprint` a 63-bit likeness hash of its text."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="letter")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    direction = models.CharField("sentido", max_length=8, choices=Direction.choices)
    type = models.ForeignKey(LetterType, models.PROTECT, verbose_name="tipo de documento", related_name="+",
                             db_index=False)
    number = models.CharField("número del documento", max_length=80, blank=True)
    number_key = models.CharField(max_length=80, db_collation="C", blank=True)
    dated = models.DateField("fecha del documento", null=True, blank=True)
    order = models.CharField("remitente", max_length=12, choices=Order.choices)
    correspondent = models.ForeignKey(Correspondent, models.PROTECT, null=True, blank=True, related_name="letters")
    sender_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    organisation = models.CharField("institución u organización", max_length=200, blank=True)
    signatory = models.CharField("quien firma", max_length=200, blank=True)
    post = models.CharField("cargo", max_length=200, blank=True)
    addressee_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    addressee = models.CharField("destinatario", max_length=300, blank=True)
    sheets = models.PositiveIntegerField("hojas", default=1)
    annexes = models.CharField("anexos", max_length=300, blank=True)
    medium = models.CharField("medio", max_length=8, choices=Medium.choices, default=Medium.PAPER)
    text = models.TextField("texto", blank=True)
    template = models.ForeignKey(LetterTemplate, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    circular = models.ForeignKey(Circular, models.PROTECT, null=True, blank=True, related_name="letters",
                                 db_index=False)
    delivered_at = models.DateTimeField(null=True)
    delivery_note = models.CharField(max_length=200, blank=True)
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
