"""Fields that name a unit, a person or a day."""
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services import find_units
from ventanilla.lib.spanish import fold
from ventanilla.web.ui.people import PersonField

LISTED = 600  # with more units than this, one writes instead of choosing


def unit_field(institution: Institution, *, label: str, required: bool = True, help_text: str = "",
               closed: bool = False, without: int | None = None, among: Callable[[QuerySet[Unit]], QuerySet[Unit]] | None = None,
               ) -> forms.Field:
    """Choose a unit from the tree (`among`: of these); where there are very many, write its code or name."""
    units: Any = Unit.objects.filter(institution=institution).exclude(pk=without or 0)
    units = among(units) if among else units
    units = units if closed else units.filter(valid_to=None)
    if units.count() <= LISTED:
        return TreeField(units, label=label, required=required, help_text=help_text)
    return NamedUnit(institution, label=label, required=required, help_text=help_text or _("Escriba la clave o el nombre."))


class TreeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units in the order of the tree, indented."""

    def __init__(self, units: Any, **extra: Any) -> None:
        super().__init__(units, empty_label="—", **extra)
        self.choices = [("", "—"), *((u.pk, "\u2003" * u.depth + (f"{u.code} · " if u.code else "") + u.name)
                                     for u in in_tree_order(list(units)))]


def in_tree_order(units: list[Unit]) -> list[Unit]:
    """Parents before children, brothers and sisters in Spanish order."""
    keys = {u.pk: u.sort_key for u in units}
    return sorted(units, key=lambda u: [(keys.get(pk, ""), pk) for pk in u.path])


class NamedUnit(forms.CharField):
    """A unit by its code or name."""

    def __init__(self, institution: Institution, **extra: Any) -> None:
        super().__init__(max_length=200, **extra)
        self.institution = institution

    def prepare_value(self, value: Any) -> Any:
        """Show the code or name of a unit given as initial."""
        unit = value if isinstance(value, Unit) else None
        return (unit.code or unit.name) if unit else value

    def clean(self, value: Any) -> Unit | None:
        """The unit. ValidationError when none or several fit."""
        text = super().clean(value)
        if not text:
            return None
        found = find_units(self.institution, text, limit=2)
        exact = [u for u in found if fold(text).lower() in (fold(u.code).lower(), fold(u.name).lower())]
        if len(exact or found) != 1:
            raise forms.ValidationError(_("Ninguna unidad, o más de una, corresponde a «%(text)s».") % {"text": text})
        return (exact or found)[0]


def person_field(institution: Institution, *, label: str, required: bool = True, help_text: str = "",
                 without: int | None = None) -> forms.Field:
    """Choose an active person."""
    people = Person.objects.filter(institution=institution, active=True).exclude(pk=without or 0)
    return PersonField(people, everybody=True, label=label, required=required, help_text=help_text)


class Day(forms.DateField):
    """A day by the browser's own picker."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": lazy("Escriba una fecha como 2026-11-21.")}


def today() -> Any:
    """The local day, for initial values."""
    return timezone.localdate()
