"""The current archive (archivo de trámite): series, files (expedientes) with box and shelf, and what lies in them.

Ley General de Archivos, articles 4 and 13; the full schedule (disposition, transfers) comes later.
"""
import uuid
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.reach import reach_of


@pghistory.track()
class ArchiveSeries(models.Model):
    """A series of the classification scheme (cuadro general de clasificación archivística).

    `keep_years`: how long a closed file of it is kept (trámite and concentración together); None: not said yet.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    code = models.CharField(lazy("clave"), max_length=40)
    name = models.CharField(lazy("nombre"), max_length=200)
    keep_years = models.PositiveSmallIntegerField(lazy("años de conservación"), null=True, blank=True)
    active = models.BooleanField(lazy("activa"), default=True)

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name_plural = "series"
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "code"], name="letters_series_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ArchiveFileQuerySet(models.QuerySet["ArchiveFile"]):
    """Reads of expedientes."""

    def visible_to(self, person: Person | None) -> Self:
        """Those of the units where the person archives; nothing for nobody."""
        return self.none() if person is None else self.filter(unit_id__in=reach_of(person).within(cap.ARCHIVE))


@pghistory.track()
class ArchiveFile(models.Model):
    """An expediente of a unit: series, consecutive number and year, title, and where it stands."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    series = models.ForeignKey(ArchiveSeries, models.PROTECT, related_name="files")
    year = models.SmallIntegerField(lazy("año"))
    number = models.PositiveIntegerField(lazy("número"))
    title = models.CharField(lazy("título"), max_length=200)
    box = models.CharField(lazy("caja"), max_length=40, blank=True)
    shelf = models.CharField(lazy("estante"), max_length=40, blank=True)
    opened = models.DateField(lazy("apertura"))
    closed = models.DateField(lazy("cierre"), null=True, blank=True)

    objects = ArchiveFileQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "series", "year", "number"], name="letters_file_once")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """Series, number and year, as on the cover."""
        return f"{self.series.code}/{self.number}/{self.year}"


class ArchivePlace(models.Model):
    """A concluded case in an expediente, from sheet to sheet."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="archive_place")
    file = models.ForeignKey(ArchiveFile, models.PROTECT, related_name="places")
    position = models.PositiveIntegerField()
    sheets = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "position"], name="letters_place_once")]

    def __str__(self) -> str:
        return f"{self.file} · {self.position}"
