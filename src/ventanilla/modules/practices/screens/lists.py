"""The registry as a list: facets, full text, saved views, exports; a bulk action compares the ticked practices."""
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person
from ventanilla.modules.practices.models import Practice
from ventanilla.modules.practices.queries import PracticeQuerySet
from ventanilla.modules.practices.screens.bases import basis_mark
from ventanilla.modules.practices.screens.filters import PracticeFilters
from ventanilla.modules.practices.services.choices import labels
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.screen import Screen, register


def _options(column: str) -> Any:
    return lambda row: labels(column, getattr(row, column))


def _said(column: str) -> Any:
    return lambda row: {True: _("Sí"), False: _("No")}.get(getattr(row, column), "")


def _state(row: Any) -> str:
    return str(dict(Practice._meta.get_field("state").flatchoices).get(row.state, row.state))


@register
class Practices(Screen):
    """Practices that the person may read, what changed last first."""

    slug = "practicas"
    title = _("Buenas prácticas")
    columns = (
        Column("title", _("Nombre"), "title", sort="title"), Column("state", _("Estado"), "badge", get=_state, reads=("state",)),
        Column("agency", _("Dependencia"), sort="agency"),
        Column("category", _("Categoría"), get=_options("category"), reads=("category",)),
        Column("start_year", _("Inicio"), sort="start_year"),
        Column("registry_number", _("Número de registro"), "folio"),
        Column("updated_at", _("Actualizada"), "date", sort="updated_at"),
        Column("population", _("Población usuaria"), get=_options("population"), reads=("population",), shown=False),
        Column("scope", _("Ámbito"), get=_options("scope"), reads=("scope",), shown=False),
        Column("egov", _("Gobierno electrónico"), get=_options("egov"), reads=("egov",), shown=False),
        Column("transferable", _("Transferible"), get=_said("transferable"), reads=("transferable",), shown=False),
        Column("measured", _("Se mide"), get=_said("measured"), reads=("measured",), shown=False),
        Column("recognised", _("Con reconocimiento"), get=_said("recognised"), reads=("recognised",), shown=False),
        Column("measured_at", _("Última medición"), "date", shown=False), Column("transfers", _("Transferencias"), "int", shown=False),
        Column("basis", _("Fundamento"), "badge", get=lambda row: basis_mark(row)[0], reads=("basis_until",), shown=False),
        Column("completeness", _("Avance (%)"), "int", shown=False), Column("generation", _("Generación"), shown=False),
    )
    order = "-updated_at"
    filters = PracticeFilters
    search = ("title",)
    empty = _("No hay prácticas con estos filtros.")
    empty_step = ("practices", _("Ir a buenas prácticas"))

    def queryset(self, person: Person) -> QuerySet[Practice]:
        """Public ones of every institution, and what the person documents or reviews."""
        return Practice.objects.visible_to(person)

    def found(self, rows: QuerySet[Any], words: str, person: Person) -> QuerySet[Any]:
        """By everything that the form says."""
        return rows.saying(words) if isinstance(rows, PracticeQuerySet) else rows.none()

    def row_url(self, row: Any) -> str:
        """The record."""
        return reverse("practice", args=[row.pk])
