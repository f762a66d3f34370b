"""The review of a practice: a case with the letter it came with, observations field by field, and the ruling."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.questionnaires.models import InstrumentVersion
from ventanilla.modules.practices.models.campaigns import Campaign
from ventanilla.modules.practices.models.records import Practice, PracticeRevision


class RegistryDesk(models.Model):
    """Which unit keeps the registry of an institution: its reviews are in charge of it and take its folios."""

    institution = models.OneToOneField(Institution, models.CASCADE, primary_key=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=lazy("unidad que lleva el registro"))
    review_days = models.PositiveSmallIntegerField(lazy("días hábiles para revisar"), default=20)
    revalidate_months = models.PositiveSmallIntegerField(lazy("meses entre validaciones"), default=24)

    def __str__(self) -> str:
        return str(self.unit)


class Review(models.Model):
    """A practice presented for registration, or again for its validation. `open`: its case has not ended (one per practice).

    `revision` is the newest sealed one that was presented. `score` (0..100) and `agreement` are kept when the last evaluation
    arrives; `version` is the instrument they were made with. A letter of the same installation is also a `CaseLink`.
    """

    class Purpose(models.TextChoices):
        REGISTRATION = "registration", lazy("Registro")
        REVALIDATION = "revalidation", lazy("Validación periódica")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="practice_review")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="reviews", db_index=False)
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.REGISTRATION)
    open = models.BooleanField(default=True)
    revision = models.ForeignKey(PracticeRevision, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="reviews")
    letter = models.CharField(lazy("oficio de entrada"), max_length=120, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.ForeignKey(InstrumentVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    score = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    agreement = models.JSONField(default=dict)
    ruling = models.TextField(lazy("dictamen"), blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["practice"], condition=Q(open=True), name="practices_review_one_open"),
            models.CheckConstraint(condition=Q(purpose__in=["registration", "revalidation"]), name="practices_review_purpose"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="practices_review_score"),
        ]
        indexes: ClassVar = [models.Index(fields=["practice", "-case"], name="practices_review_practice")]

    def __str__(self) -> str:
        return str(self.case_id)


class Observation(models.Model):
    """What a reviewer asks of one field (`key`; empty: of the whole practice). It is settled when the reviewer accepts the answer.

    A `draft` is seen by the registry only, until the review is sent back.
    """

    class State(models.TextChoices):
        DRAFT = "draft", lazy("Por enviar")
        OPEN = "open", lazy("Por responder")
        ANSWERED = "answered", lazy("Respondida")
        ACCEPTED = "accepted", lazy("Aceptada")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    review = models.ForeignKey(Review, models.CASCADE, related_name="observations", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=["draft", "open", "answered", "accepted"]), name="practices_observation_state"),
        ]
        indexes: ClassVar = [models.Index(fields=["review", "state"], name="practices_observation_review")]

    def __str__(self) -> str:
        return self.key or "general"


class Remark(models.Model):
    """One turn of the talk about an observation: what the registry asks, what the author answers; never changed."""

    observation = models.ForeignKey(Observation, models.CASCADE, related_name="remarks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    by_author = models.BooleanField(default=False)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]
