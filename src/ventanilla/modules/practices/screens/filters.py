"""Facets of the registry, for the list and the public page: category, population, scope, electronic elements, year, yes or no."""
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person
from ventanilla.modules.practices.models import Practice, PracticeState
from ventanilla.modules.practices.services.bases import SOON
from ventanilla.modules.practices.services.choices import choices_of

YES_NO = [("si", _("Sí")), ("no", _("No"))]
BASES = [("vencido", _("Algo dejó de estar vigente")), ("por_vencer", _("Algo vence en 60 días")), ("sin_vencer", _("Nada vencido"))]
MINE = [("mias", _("Las que documento yo")), ("unidad", _("Las de mis unidades")), ("decidir", _("Con lecturas por decidir"))]


def _within(column: str, label: Any) -> Any:
    """An option that must stand in an array column."""
    return django_filters.ChoiceFilter(field_name=column, lookup_expr="contains", label=label, method="holds", empty_label=_("Todas"),
                                       choices=choices_of(column))


def _said(column: str, label: Any) -> Any:
    return django_filters.ChoiceFilter(field_name=column, label=label, method="says", choices=YES_NO, empty_label=_("Todas"))


class PublicFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """What everybody may ask of the registry."""

    categoria = _within("category", _("Categoría"))
    poblacion = _within("population", _("Población usuaria"))
    ambito = _within("scope", _("Ámbito"))
    electronico = _within("egov", _("Gobierno electrónico"))
    anio = django_filters.NumberFilter(field_name="start_year", label=_("Año de inicio"), min_value=1900, max_value=2100)
    dependencia = django_filters.CharFilter(field_name="agency", lookup_expr="icontains", label=_("Dependencia"))
    transferible = _said("transferable", _("Transferible"))
    medicion = _said("measured", _("Se mide"))
    reconocida = _said("recognised", _("Con reconocimiento"))
    evidencia = _said("with_evidence", _("Con evidencia viva"))

    def holds(self, rows: QuerySet[Practice], name: str, value: str) -> QuerySet[Practice]:
        """The option stands in the column."""
        return rows.filter(**{f"{name}__contains": [value]})

    def says(self, rows: QuerySet[Practice], name: str, value: str) -> QuerySet[Practice]:
        """Yes, or no (what is not said is neither)."""
        return rows.filter(**{name: value == "si"})


class PracticeFilters(PublicFilters):
    """And what only people of the platform ask."""

    estado = django_filters.ChoiceFilter(field_name="state", label=_("Estado"), choices=PracticeState.choices, empty_label=_("Todos"))
    fundamento = django_filters.ChoiceFilter(method="by_basis", label=_("Fundamento"), choices=BASES, empty_label=_("Todas"))
    para = django_filters.ChoiceFilter(method="for_me", label=_("Para mí"), choices=MINE, empty_label=_("Todas"))

    def by_basis(self, rows: QuerySet[Practice], _name: str, value: str) -> QuerySet[Practice]:
        """Whether something that it rests on ended, ends soon, or neither is known; what was withdrawn needs no basis."""
        day = timezone.localdate()
        if value == "sin_vencer":
            return rows.exclude(basis_until__lt=day + SOON)
        ending = rows.filter(basis_until__lt=day) if value == "vencido" else rows.filter(basis_until__gte=day, basis_until__lt=day + SOON)
        return ending.exclude(state=PracticeState.WITHDRAWN)

    def for_me(self, rows: Any, _name: str, value: str) -> Any:
        """Those that the person documents."""
        request: HttpRequest | None = self.request
        person: Person | None = getattr(request, "person", None)
        if person is None:
            return rows.none()
        if value == "mias":
            return rows.filter(owner=person)
        mine = Practice.objects.writable_by(person)
        return rows.filter(pk__in=(mine.filter(pending__gt=0) if value == "decidir" else mine).values("pk"))

