"""What a practice rests on: its legal citations and plan, each with the day on which it ends, and the norms that are watched."""
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.practices.models.records import Practice


class Norm(models.Model):
    """A norm with the local days on which it is in force (`until` None: still), as the institution's registry keeps it.

    It goes before the program's own table (`rules/norms.json`) where name and day of publication are the same; `corrects` is the day of the
    one that it takes the place of, when that day was wrong. `key`: the name as it is compared (`rules.norms.norm_key`). `source`: where
    the end is written, for example the decree that abrogates it.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(lazy("nombre"), max_length=300)
    key = models.CharField(max_length=200)
    published = models.DateField(lazy("publicada el"))
    since = models.DateField(lazy("en vigor desde el"))
    until = models.DateField(lazy("en vigor hasta el"), null=True, blank=True)
    replaced_by = models.CharField(lazy("qué citar en su lugar"), max_length=300, blank=True)
    source = models.CharField(lazy("dónde consta"), max_length=300, blank=True)
    corrects = models.DateField(null=True, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "published"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "key", "published"], name="practices_norm_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="practices_norm_period"),
        ]

    def __str__(self) -> str:
        return self.name


class LegalBasis(models.Model):
    """One citation of section III (or the development plan) of what a practice says now; rewritten with it, in its order.

    `until`: its last local day, None when no end is known; `known_by` says from where. `watched`: the form holds it to be in force.
    `articles`: [[number, [fraction, …]], …].
    """

    class KnownBy(models.TextChoices):
        NOTHING = "", lazy("No se conoce su vigencia")
        TEXT = "text", lazy("Lo dice el propio texto")
        NORM = "norm", lazy("Tabla de normas")
        PLAN = "plan", lazy("Planes de desarrollo")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="bases", db_index=False)
    position = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=80)
    norm = models.CharField(max_length=300)
    key = models.CharField(max_length=200)
    articles = models.JSONField(default=list)
    gazette = models.CharField(max_length=60, blank=True)
    published = models.DateField(null=True)
    text = models.TextField(blank=True)
    stated_until = models.DateField(null=True)
    until = models.DateField(null=True)
    known_by = models.CharField(max_length=4, choices=KnownBy.choices, default=KnownBy.NOTHING, blank=True)
    replaced_by = models.CharField(max_length=300, blank=True)
    watched = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["practice", "position"], name="practices_basis_place"),
            models.CheckConstraint(condition=Q(known_by__in=["", "text", "norm", "plan"]), name="practices_basis_known"),
            models.CheckConstraint(condition=Q(until=None) | ~Q(known_by=""), name="practices_basis_until"),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "key"], name="practices_basis_norm")]

    def __str__(self) -> str:
        return self.norm

    @property
    def complete(self) -> bool:
        """Whether somebody could look it up: norm, gazette and day (a plan always)."""
        return self.field == "plan" or bool(self.gazette and self.published)

    @property
    def cited(self) -> str:
        """The articles in words: "24 fracción LVII, 3"."""
        return ", ".join(f"{number} {'fracciones' if len(parts) > 1 else 'fracción'} {', '.join(parts)}" if parts else str(number)
                         for number, parts in self.articles)
