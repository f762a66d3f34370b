"""Live evidence: indicators bound to measures of the platform, their values with proof, targets, outside results, files with captions."""
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.practices.models.records import Practice


class Frequency(models.TextChoices):
    """How often something is measured (4.2 of the form)."""

    MONTHLY = "month", lazy("Mensual")
    QUARTERLY = "quarter", lazy("Trimestral")
    ANNUAL = "year", lazy("Anual")


class Indicator(models.Model):
    """What a practice counts (4.2). Bound to a `measure` of the platform, or (empty) written by hand.

    `part` narrows the measure; `per_measure` and `per_part` divide by another one and give a percentage. `units` are numbers of the
    units counted. `field` is the key of the form that it backs (6.4 or 6.5), empty for none.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="indicators")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(lazy("nombre"), max_length=200)
    unit_label = models.CharField(lazy("se cuenta en"), max_length=60, blank=True)
    frequency = models.CharField(lazy("frecuencia"), max_length=8, choices=Frequency.choices, default=Frequency.MONTHLY)
    measure = models.CharField(lazy("medida"), max_length=60, blank=True)
    part = models.CharField(lazy("parte"), max_length=60, blank=True)
    per_measure = models.CharField(lazy("entre"), max_length=60, blank=True)
    per_part = models.CharField(lazy("parte del divisor"), max_length=60, blank=True)
    units = ArrayField(models.BigIntegerField(), default=list, blank=True)
    since = models.DateField(lazy("desde"))
    field = models.CharField(max_length=80, blank=True)
    active = models.BooleanField(lazy("activo"), default=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="practices_indicator_owned"),
            models.CheckConstraint(condition=Q(frequency__in=["month", "quarter", "year"]), name="practices_indicator_frequency"),
            models.CheckConstraint(condition=Q(per_measure="") | ~Q(measure=""), name="practices_indicator_ratio"),
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorValue(models.Model):
    """A value that the platform computed for a period (local days, both included); never changed (trigger), a newer row replaces it.

    `spec` is the query as JSON, `rows` what it gave, `digest` the SHA-256 of the canonical JSON of both; `value` None: nothing to divide
    by.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values", db_index=False)
    start = models.DateField()
    end = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    spec = models.JSONField()
    rows = models.JSONField()
    digest = models.CharField(max_length=64)
    computed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="practices_value_period"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="practices_value_digest"),
        ]
        indexes: ClassVar = [models.Index(fields=["indicator", "start", "-id"], name="practices_value_newest")]

    def __str__(self) -> str:
        return f"{self.start}: {self.value}"


class StatedValue(models.Model):
    """A value written by a person for a period. It is never overwritten by what was computed: both are shown when they differ."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="stated", db_index=False)
    start = models.DateField()
    end = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=4)
    source = models.CharField(lazy("de dónde sale"), max_length=300, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "start", "end"], name="practices_stated_once"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="practices_stated_period"),
        ]

    def __str__(self) -> str:
        return f"{self.start}: {self.value}"


class Target(models.Model):
    """A goal (6.3): an indicator, a value and a period. One written as prose waits (`value` None) until a person gives it structure."""

    class Direction(models.TextChoices):
        AT_LEAST = "least", lazy("Llegar al menos a")
        AT_MOST = "most", lazy("No pasar de")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="targets")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    prose = models.TextField(lazy("meta, como está escrita"), blank=True)
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name=lazy("indicador"))
    value = models.DecimalField(lazy("valor"), max_digits=24, decimal_places=4, null=True, blank=True)
    direction = models.CharField(lazy("sentido"), max_length=5, choices=Direction.choices, default=Direction.AT_LEAST)
    start = models.DateField(lazy("de"), null=True, blank=True)
    end = models.DateField(lazy("al"), null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(value=None, indicator=None, start=None, end=None) & ~Q(prose="")
                | Q(value__isnull=False, indicator__isnull=False, start__isnull=False, end__gte=F("start"), decided_at__isnull=False),
                name="practices_target_whole"),
            models.CheckConstraint(condition=Q(direction__in=["least", "most"]), name="practices_target_direction"),
        ]

    def __str__(self) -> str:
        return self.prose or str(self.value)


class ExternalResult(models.Model):
    """A result or an award from outside: which body, which year, which place, and the file that proves it."""

    class Kind(models.TextChoices):
        RESULT = "result", lazy("Resultado de un ente evaluador")
        AWARD = "award", lazy("Reconocimiento")
        CERTIFICATE = "certificate", lazy("Certificación")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="results")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(lazy("qué es"), max_length=12, choices=Kind.choices, default=Kind.RESULT)
    title = models.CharField(lazy("nombre"), max_length=200)
    body = models.CharField(lazy("institución que lo otorga o mide"), max_length=200)
    year = models.PositiveSmallIntegerField(lazy("año"))
    place = models.PositiveSmallIntegerField(lazy("lugar"), null=True, blank=True)
    of = models.PositiveSmallIntegerField(lazy("de cuántos"), null=True, blank=True)
    value = models.DecimalField(lazy("resultado"), max_digits=24, decimal_places=4, null=True, blank=True)
    unit_label = models.CharField(lazy("se mide en"), max_length=60, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+",
                                 verbose_name=lazy("archivo que lo prueba"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-year", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["result", "award", "certificate"]), name="practices_result_kind"),
            models.CheckConstraint(condition=Q(of=None) | Q(place__isnull=False, of__gte=F("place")), name="practices_result_place"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.year}"


class EvidenceFile(models.Model):
    """A picture, certificate or recognition (6.6) with the caption that is printed under it, in order."""

    class Kind(models.TextChoices):
        PICTURE = "picture", lazy("Evidencia gráfica")
        CERTIFICATE = "certificate", lazy("Certificado")
        RECOGNITION = "recognition", lazy("Reconocimiento")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="evidence", db_index=False)
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    kind = models.CharField(lazy("qué es"), max_length=12, choices=Kind.choices, default=Kind.PICTURE)
    caption = models.CharField(lazy("pie"), max_length=300)
    order = models.PositiveSmallIntegerField(lazy("orden"), default=100)
    public = models.BooleanField(lazy("se publica"), default=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["picture", "certificate", "recognition"]), name="practices_evidence_kind"),
            models.CheckConstraint(condition=~Q(caption=""), name="practices_evidence_captioned"),
        ]
        indexes: ClassVar = [models.Index(fields=["practice", "order"], name="practices_evidence_order")]

    def __str__(self) -> str:
        return self.caption


class MeasurementPlan(models.Model):
    """How often a registered practice is measured: a task is opened when each period ends, due after `days` working days."""

    practice = models.OneToOneField(Practice, models.CASCADE, primary_key=True, related_name="plan")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    frequency = models.CharField(lazy("frecuencia"), max_length=8, choices=Frequency.choices, default=Frequency.ANNUAL)
    next_start = models.DateField(lazy("próximo periodo"))
    days = models.PositiveSmallIntegerField(lazy("días hábiles para entregarla"), default=10)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_start"], name="practices_plan_next")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(frequency__in=["month", "quarter", "year"]), name="practices_plan_frequency"),
            models.CheckConstraint(condition=Q(days__gte=1), name="practices_plan_days"),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} {self.frequency}"


class Measurement(models.Model):
    """The task to measure one period (local days, both included) of a practice; its case carries deadline and light."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="practice_measurement")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="measurements", db_index=False)
    start = models.DateField()
    end = models.DateField()
    text = models.TextField(lazy("lo que dice la medición"), blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["practice", "start", "end"], name="practices_measurement_once"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="practices_measurement_period"),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} {self.start}"
