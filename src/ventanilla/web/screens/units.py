"""The filter by a unit: that unit alone, or with everything that hangs below it today ("con sus áreas")."""
from typing import Any, Final

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from markupsafe import Markup

from ventanilla.core.orgs.models import Unit

BELOW: Final = "_areas"
"""What the name of a filter is followed by where the units below are meant too: `unidad=7&unidad_areas=si`."""
YES: Final = "si"
_BOX: Final = Markup('<label class="beside"><input class="form-check-input" type="checkbox" name="{}" value="{}"{}> {}</label>')


def units_of(chosen: Unit) -> list[int]:
    """The numbers of the units that a chosen one stands for, by the tree of today: closed units lie where they were when they closed."""
    return list(Unit.objects.under(chosen.pk).values_list("pk", flat=True)) if getattr(chosen, "below", False) else [chosen.pk]


class UnitSelect(forms.Select):
    """The units, and the box under them."""

    below = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The unit; the box is kept for who cleans it, and for being drawn again."""
        self.below = data.get(name + BELOW) == YES
        return super().value_from_datadict(data, files, name)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """Both."""
        box = _BOX.format(name + BELOW, YES, Markup(" checked") if self.below else "", _("Con sus áreas"))
        return Markup(super().render(name, value, attrs, renderer)) + box


class UnitField(django_filters.fields.ModelChoiceField):  # type: ignore[misc]  # the library has no types
    """A unit whose `below` says whether those below it are meant too."""

    widget = UnitSelect

    def clean(self, value: Any) -> Any:
        """The unit, or None."""
        found = super().clean(value)
        if isinstance(found, Unit):
            found.below = self.widget.below  # type: ignore[attr-defined]
        return found


class UnitFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """Rows of a unit, or of the unit and everything below it. A `method` asks `units_of` for the numbers."""

    field_class = UnitField

    def filter(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The numbers are read first: how many rows units have is what the database chooses its way by."""
        return rows.filter(**{f"{self.field_name}__in": units_of(value)}) if isinstance(value, Unit) else rows
