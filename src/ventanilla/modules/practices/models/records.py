"""A practice, and what it says: numbered revisions of the official form, of which at most one is open."""
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.modules.practices.queries import PracticeQuerySet

if TYPE_CHECKING:
    from ventanilla.modules.practices.models.imports import PracticeImport


class PracticeState(models.TextChoices):
    """Where a practice stands in its life. The flow (`flow.py`) moves it; `EDITABLE` says when its unit may write."""

    DRAFT = "draft", lazy("Borrador")
    SUBMITTED = "submitted", lazy("Presentada")
    REVIEW = "review", lazy("En revisión")
    OBSERVED = "observed", lazy("Con observaciones")
    EVALUATION = "evaluation", lazy("En evaluación")
    REGISTERED = "registered", lazy("Registrada")
    REJECTED = "rejected", lazy("No registrada")
    WITHDRAWN = "withdrawn", lazy("Dada de baja")


EDITABLE = (PracticeState.DRAFT, PracticeState.OBSERVED, PracticeState.REGISTERED, PracticeState.REJECTED)
"""States in which the unit may write: a registered practice gets a new revision, shown to nobody else until it is sealed and published."""


class Practice(models.Model):
    """A good practice of a unit. What it says is in its revisions; the columns below them repeat what lists and facets ask for.

    `current` is the newest sealed revision, by which it is evaluated and read; `public`: everybody may read it, without signing in.
    `registry_number` is given when it is registered. Options (`category`, `population`…) are the canonical values of the form.
    `transferable`, `measured`, `recognised`, `certified`: what the form says, null while it does not say. `features` serve likeness.
    `basis_until`: the last local day of the first of its legal bases that ends, null when none is known to; `basis_told`: 1 when its owner
    was told that this day comes, 2 when told that it passed.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, verbose_name=lazy("unidad responsable"))
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=lazy("responsable"))
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(lazy("estado"), max_length=12, choices=PracticeState.choices, default=PracticeState.DRAFT)
    public = models.BooleanField(lazy("pública"), default=False)
    registry_number = models.CharField(lazy("número de registro"), max_length=40, blank=True)
    registered_at = models.DateTimeField(lazy("registrada el"), null=True)
    withdrawn_at = models.DateTimeField(lazy("dada de baja el"), null=True)
    measured_at = models.DateTimeField(lazy("última medición"), null=True)
    with_evidence = models.BooleanField(lazy("con evidencia viva"), default=False)
    transfers = models.PositiveIntegerField(lazy("transferencias"), default=0)
    current = models.OneToOneField("PracticeRevision", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    generation = models.CharField(lazy("generación del formulario"), max_length=8)
    title = models.CharField(lazy("nombre"), max_length=300, blank=True)
    agency = models.CharField(lazy("dependencia"), max_length=200, blank=True)
    category = ArrayField(models.CharField(max_length=60), default=list, verbose_name=lazy("categoría"))
    population = ArrayField(models.CharField(max_length=60), default=list, verbose_name=lazy("población usuaria"))
    scope = ArrayField(models.CharField(max_length=60), default=list, verbose_name=lazy("ámbito"))
    egov = ArrayField(models.CharField(max_length=60), default=list, verbose_name=lazy("elementos de Gobierno Electrónico"))
    start_year = models.PositiveSmallIntegerField(lazy("año de inicio"), null=True)
    transferable = models.BooleanField(lazy("transferible"), null=True)
    measured = models.BooleanField(lazy("con medición"), null=True)
    recognised = models.BooleanField(lazy("reconocida"), null=True)
    certified = models.BooleanField(lazy("certificada"), null=True)
    completeness = models.PositiveSmallIntegerField(lazy("avance"), default=0)
    pending = models.PositiveSmallIntegerField(lazy("lecturas por decidir"), default=0)
    basis_until = models.DateField(lazy("fundamento vigente hasta"), null=True)
    basis_told = models.PositiveSmallIntegerField(default=0)
    features = ArrayField(models.CharField(max_length=60), default=list)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="practices_practice_owned"),
            models.UniqueConstraint(fields=["institution", "registry_number"], condition=~Q(registry_number=""),
                                    name="practices_practice_number"),
            models.CheckConstraint(condition=Q(state__in=PracticeState.values), name="practices_practice_state"),
            models.CheckConstraint(condition=Q(public=False) | Q(current__isnull=False), name="practices_practice_public"),
            models.CheckConstraint(condition=~Q(state="registered") | Q(public=True), name="practices_practice_registered"),
            models.CheckConstraint(condition=Q(completeness__lte=100), name="practices_practice_complete"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "unit"], name="practices_practice_unit"),
            models.Index(fields=["institution", "state"], name="practices_practice_states"),
            models.Index(fields=["registered_at", "id"], condition=Q(public=True), name="practices_practice_newest"),
            models.Index(fields=["title", "id"], name="practices_practice_title"),
            models.Index(fields=["updated_at", "id"], name="practices_practice_updated"),
            models.Index(fields=["start_year", "id"], name="practices_practice_year"),
            models.Index(fields=["agency", "id"], name="practices_practice_agency"),
            GinIndex(fields=["category", "population", "scope", "egov"], name="practices_practice_options"),
            GinIndex(fields=["features"], name="practices_practice_features"),
            models.Index(fields=["basis_until", "id"], condition=Q(basis_until__isnull=False), name="practices_practice_basis"),
            models.Index(fields=["measured_at"], name="practices_practice_dated",
                         condition=Q(state="registered", measured_at__isnull=False)),
            models.Index(fields=["basis_until"], name="practices_practice_ends",
                         condition=Q(state="registered", basis_until__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title or str(lazy("Práctica sin nombre"))

    @property
    def by_sealed(self) -> bool:
        """Whether only what is sealed counts: for lists, the search, and whoever does not write it. So of what is or was registered."""
        return self.public or self.state == PracticeState.WITHDRAWN

    @property
    def editable(self) -> bool:
        """Whether its unit may write now."""
        return self.state in EDITABLE


class PracticeRevision(models.Model):
    """What a practice says at one moment: `values` by canonical key, as `core.questionnaires` keeps them.

    Sealed, it never changes (trigger).

    `edits` counts the changes of the open one; `section_edits` the same by section, for who saves against what they read.
    `to_answer` are the fields that a move to this generation left to look at.
    `source`: written here, imported, or migrated from an older generation. `digest`: SHA-256 of the canonical JSON, once sealed.
    """

    class Source(models.TextChoices):
        WRITTEN = "written", lazy("Capturada")
        IMPORTED = "imported", lazy("Importada")
        MIGRATED = "migrated", lazy("Pasada a otra generación")

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="revisions", db_index=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(lazy("revisión"))
    generation = models.CharField(lazy("generación"), max_length=8)
    values = models.JSONField(default=dict)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.WRITTEN)
    edits = models.PositiveIntegerField(default=0)
    section_edits = models.JSONField(default=dict)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    to_answer = ArrayField(models.CharField(max_length=80), default=list)
    sealed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    if TYPE_CHECKING:
        imported: "PracticeImport"

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["practice", "number"], name="practices_revision_number"),
            models.UniqueConstraint(fields=["institution", "id"], name="practices_revision_owned"),
            models.UniqueConstraint(fields=["practice"], condition=Q(sealed_at=None), name="practices_revision_one_open"),
            models.CheckConstraint(condition=Q(source__in=["written", "imported", "migrated"]), name="practices_revision_source"),
            models.CheckConstraint(condition=Q(sealed_at=None) | ~Q(digest=""), name="practices_revision_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} r{self.number}"

    @property
    def open(self) -> bool:
        """Whether it may still change."""
        return self.sealed_at is None
