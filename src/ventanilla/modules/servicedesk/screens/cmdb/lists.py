"""The list of items that this person may see."""
from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Criticality, Lifecycle
from ventanilla.modules.servicedesk.screens.cmdb.places import places
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.screen import Screen, register
from ventanilla.web.screens.units import UnitFilter


def _types(request: HttpRequest | None) -> QuerySet[CIType]:
    person: Person | None = getattr(request, "person", None)
    return CIType.objects.filter(institution_id=person.institution_id, active=True) if person else CIType.objects.none()


def _units(request: HttpRequest | None) -> QuerySet[Unit]:
    person: Person | None = getattr(request, "person", None)
    return Unit.objects.filter(institution_id=person.institution_id) if person else Unit.objects.none()


def _owners(request: HttpRequest | None) -> QuerySet[Person]:
    person: Person | None = getattr(request, "person", None)
    items = ConfigurationItem.objects.visible_to(person).exclude(owner=None)
    return Person.objects.filter(pk__in=items.values("owner")).order_by("sort_key", "pk")


class ItemFilters(django_filters.FilterSet):  # type: ignore[misc]  # django-filter brings no types
    """By type (with those below it), state, criticality, unit and owner."""

    tipo = django_filters.ModelChoiceFilter(method="of_type", label=_("Tipo"), queryset=_types, empty_label=_("Todos"))
    estado = django_filters.ChoiceFilter(field_name="state", label=_("Estado"), choices=Lifecycle.choices, empty_label=_("Todos"))
    criticidad = django_filters.ChoiceFilter(field_name="criticality", label=_("Criticidad"), choices=Criticality.choices,
                                            empty_label=_("Todas"))
    responsable = django_filters.ModelChoiceFilter(field_name="owner", label=_("Persona responsable"), queryset=_owners,
                                                   empty_label=_("Todas"), null_label=_("Sin responsable"))
    unidad = UnitFilter(field_name="unit", label=_("Unidad"), queryset=_units)

    def of_type(self, rows: Any, _name: str, value: CIType) -> Any:
        """Items of the type or below it."""
        return rows.of_type(value)


@register
class Items(Screen):
    """Every item, by name."""

    slug = "configuracion"
    title = _("Elementos de configuración")
    order = "sort_key"
    columns = (
        Column("name", _("Nombre"), "title", sort="sort_key"), Column("code", _("Inventario"), "folio"), Column("type.label", _("Tipo")),
        Column("state", _("Estado"), "badge", get=lambda i: i.get_state_display()),
        Column("criticality", _("Criticidad"), get=lambda i: i.get_criticality_display()), Column("unit.name", _("Unidad")),
        Column("owner", _("Responsable")), Column("serial", _("Serie"), shown=False),
        Column("changed_at", _("Cambió"), "datetime", sort="changed_at", shown=False),
    )
    filters = ItemFilters
    search = ("name", "code", "serial")
    empty = _("Todavía no hay elementos de configuración que usted pueda ver.")
    empty_step = ("ci_new", _("Registrar el primero"))
    empty_capability = cap.CMDB_WRITE

    def queryset(self, person: Person) -> QuerySet[ConfigurationItem]:
        """Items visible to the person."""
        return ConfigurationItem.objects.visible_to(person).select_related("type", "unit", "owner")

    def places_for(self, person: Person) -> Sequence[tuple[str | Promise, str]]:
        """The other pages of the configuration database, for who reads all of it."""
        return [(label, reverse(name)) for name, label in places(person)]

    def row_url(self, row: Model) -> str:
        """The record."""
        return reverse("ci", args=[row.pk])
