"""Who takes a practice from whom: the request, what 5.3 asks for, the agreement, its steps, and the adoption that 5.1.1 records."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.modules.practices.models.records import Practice


class Level(models.TextChoices):
    """Levels of transfer (5.2 of the form)."""

    TOTAL = "total", lazy("Total")
    PARTIAL = "partial", lazy("Parcial")
    ADVICE = "advice", lazy("Asesoría o transferencia de conocimiento")
    SUPPORT = "support", lazy("Apoyo técnico")


class Sphere(models.TextChoices):
    """Who can take a practice (5.1.1 of the form)."""

    FEDERATION = "federation", lazy("Federación")
    STATE = "state", lazy("Estados")
    MUNICIPALITY = "municipality", lazy("Municipios")
    AGENCY = "agency", lazy("Dependencias u organismos auxiliares")
    AUTONOMOUS = "autonomous", lazy("Organismos autónomos")


class Transfer(models.Model):
    """A transfer as the giver has it. A taker of this installation has a case of its own (`adoption`), tied by a `CaseLink`.

    `taker` None: an institution that is not here; then the giver notes what it says.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="practice_transfer")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="transfer_cases")
    adoption = models.OneToOneField(Case, models.PROTECT, null=True, related_name="practice_adoption")
    taker = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+")
    taker_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    taker_name = models.CharField(lazy("quién la solicita"), max_length=200)
    sphere = models.CharField(lazy("ámbito"), max_length=12, choices=Sphere.choices)
    level = models.CharField(lazy("nivel"), max_length=8, choices=Level.choices)
    letter = models.CharField(lazy("oficio de solicitud"), max_length=120)
    contact = models.CharField(lazy("con quién tratarlo"), max_length=300, blank=True)
    reason = models.TextField(lazy("para qué la quiere"), blank=True)
    agreement = models.CharField(lazy("convenio"), max_length=200, blank=True)
    agreed_on = models.DateField(lazy("firmado el"), null=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", db_index=False)
    result = models.TextField(lazy("resultado"), blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="practices_transfer_level"),
            models.CheckConstraint(condition=Q(sphere__in=Sphere.values), name="practices_transfer_sphere"),
            models.CheckConstraint(condition=Q(adoption=None) | Q(taker__isnull=False), name="practices_transfer_taker"),
            models.CheckConstraint(condition=~Q(letter="") & ~Q(taker_name=""), name="practices_transfer_asked"),
            models.CheckConstraint(condition=Q(taker=None) | ~Q(taker=F("institution")), name="practices_transfer_other"),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} → {self.taker_name}"


class Requirement(models.Model):
    """A row of the checklist of 5.3: what the practice asks for, and whether the taker has it (None: not answered)."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="requirements", db_index=False)
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    needed = models.TextField(blank=True)
    met = models.BooleanField(null=True)
    note = models.CharField(lazy("nota"), max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["transfer", "key"], name="practices_requirement_once")]

    def __str__(self) -> str:
        return self.label


class TransferStep(models.Model):
    """Something to be done by a local day, by one side; its light is computed from the day."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="steps", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(lazy("qué se hará"), max_length=300)
    by_taker = models.BooleanField(lazy("le toca a quien la adopta"), default=False)
    due_on = models.DateField(lazy("para el"))
    done_on = models.DateField(lazy("hecho el"), null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar = ["due_on", "order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(done_on=None) | Q(done_by__isnull=False), name="practices_step_done"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["transfer", "due_on"], name="practices_step_transfer"),
            models.Index(fields=["due_on"], condition=Q(done_on=None), name="practices_step_due"),
        ]

    def __str__(self) -> str:
        return self.text


class Adoption(models.Model):
    """A practice works somewhere else (5.1.1): written by the taker when it confirms, or noted by the giver of one outside."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="adoptions")
    transfer = models.OneToOneField(Transfer, models.PROTECT, null=True, related_name="adopted")
    taker = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+")
    name = models.CharField(lazy("nombre"), max_length=200)
    sphere = models.CharField(lazy("ámbito"), max_length=12, choices=Sphere.choices)
    level = models.CharField(lazy("nivel"), max_length=8, choices=Level.choices)
    since = models.DateField(lazy("desde"))
    result = models.TextField(lazy("resultado"), blank=True)
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["since", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["practice", "name", "since"], name="practices_adoption_once"),
            models.CheckConstraint(condition=Q(level__in=Level.values) & Q(sphere__in=Sphere.values), name="practices_adoption_kinds"),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} → {self.name}"
