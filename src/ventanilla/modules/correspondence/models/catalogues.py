"""Catalogues of an institution: types of document, templates, unit costs, and who is to use the system."""
from typing import ClassVar

import pghistory
from django.db import models

from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Institution, Unit


@pghistory.track()
class LetterType(models.Model):
    """Oficio, circular, memorándum… with the term it usually brings, in working days."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    name = models.CharField("nombre", max_length=80)
    amount = models.PositiveSmallIntegerField("término (días hábiles)", null=True, blank=True)
    order = models.PositiveSmallIntegerField("orden", default=100)
    active = models.BooleanField("activo", default=True)

    class Meta:
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "name"], name="letters_type_once")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class LetterTemplate(models.Model):
    """How an outgoing letter looks: own text set by typst, or an office document (DOCX) with fields."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("nombre", max_length=120)
    engine = models.CharField("tipo", max_length=5, choices=[("typst", "Diseño de la plataforma"), ("docx", "Documento de Word")])
    body = models.TextField("texto", blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    active = models.BooleanField("activa", default=True)

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class UnitCost(models.Model):
    """What one copy, delivery or day of per diem costs (Mexican pesos), by which savings are computed."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    slug = models.SlugField("concepto")
    label = models.CharField("nombre", max_length=120)
    amount = models.DecimalField("costo unitario (pesos)", max_digits=10, decimal_places=2)
    per = models.CharField("se ahorra una vez por", max_length=40)
    source = models.CharField("fuente", max_length=200)
    valid_from = models.DateField("vigente desde")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "slug", "valid_from"], name="letters_cost_once")]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class Programme(models.Model):
    """A unit that is programmed to use the system from a day on (the target behind "6 de 109 áreas")."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    since = models.DateField("desde")

    def __str__(self) -> str:
        return str(self.unit)
