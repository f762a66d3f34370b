"""Catalogues of an institution: types of document, templates, unit costs, and who is to use the system."""
from decimal import Decimal
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Institution, Unit


@pghistory.track()
class LetterType(models.Model):
    """Oficio, circular, memorándum… with the term it usually brings, in working days."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    name = models.CharField(lazy("nombre"), max_length=80)
    amount = models.PositiveSmallIntegerField(lazy("término (días hábiles)"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(lazy("orden"), default=100)
    active = models.BooleanField(lazy("activo"), default=True)

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
    name = models.CharField(lazy("nombre"), max_length=120)
    engine = models.CharField(lazy("tipo"), max_length=5, choices=[("typst", lazy("Diseño de la plataforma")),
                                                                   ("docx", lazy("Documento de Word"))])
    body = models.TextField(lazy("texto"), blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    active = models.BooleanField(lazy("activa"), default=True)

    def __str__(self) -> str:
        return self.name


class SavedBy(models.TextChoices):
    """The measures (slugs of `core.indicators`) by which a unit cost can be saved: one each time that one is counted."""

    SHEETS = "letter_sheets", lazy("Hoja de un documento registrado")
    LETTERS = "letters", lazy("Documento registrado")
    DELIVERIES = "deliveries", lazy("Entrega sin mensajero (turno o respuesta a otra unidad, oficio por correo)")
    TURNS = "turns_sent", lazy("Turno enviado")
    ANSWERS = "answers_sent", lazy("Respuesta enviada")


@pghistory.track()
class UnitCost(models.Model):
    """What one copy, delivery or day of per diem costs (Mexican pesos), by which savings are computed.

    It is saved `share` times for each thing that the measure `per` counts: 1 for a sheet that is copied no more, 0.02 when two answers
    in a hundred would have meant a journey, which no figure of the platform can tell (units have no place).
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    slug = models.SlugField(lazy("concepto"))
    label = models.CharField(lazy("nombre"), max_length=120)
    amount = models.DecimalField(lazy("costo unitario (pesos)"), max_digits=10, decimal_places=2)
    per = models.CharField(lazy("se ahorra por cada"), max_length=40, choices=SavedBy.choices)
    share = models.DecimalField(lazy("proporción de veces que se ahorra"), max_digits=5, decimal_places=4, default=Decimal(1))
    source = models.CharField(lazy("fuente"), max_length=200)
    valid_from = models.DateField(lazy("vigente desde"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "slug", "valid_from"], name="letters_cost_once"),
            models.CheckConstraint(condition=Q(per__in=SavedBy.values), name="letters_cost_measure",
                                   violation_error_message="Elija qué medida lo ahorra."),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="letters_cost_share",
                                   violation_error_message="La proporción va de 0 (nunca) a 1 (siempre)."),
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class Programme(models.Model):
    """A unit that is programmed to use the system from a day on (the target behind "6 de 109 áreas")."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    since = models.DateField(lazy("desde"))

    def __str__(self) -> str:
        return str(self.unit)
