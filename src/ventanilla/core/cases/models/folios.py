"""Folio series and their counters. A counter row is taken last before commit, so there are no gaps."""
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Unit


class FolioSeries(models.Model):
    """A numbering that belongs to a desk. `slug` tells its use: incoming, outgoing, internal, ticket…"""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="series")
    slug = models.SlugField(lazy("uso"))
    mask = models.CharField(lazy("máscara"), max_length=80, default="{unit}/{n}/{year}")
    yearly = models.BooleanField(lazy("empieza cada año"), default=True)
    active = models.BooleanField(lazy("activa"), default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "slug"], name="cases_series_use"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.slug}"


class FolioCounter(models.Model):
    """The last number given in a series and year (year 0 when the series does not start again)."""

    series = models.ForeignKey(FolioSeries, models.CASCADE, related_name="counters", db_index=False)
    year = models.SmallIntegerField()
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["series", "year"], name="cases_counter_year")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
