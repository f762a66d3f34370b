"""The filter by units: each alone, or with everything that hangs below it today ("con sus áreas")."""
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from markupsafe import Markup

from ventanilla.core.orgs.models import Unit

BELOW: Final = "_areas"
"""What the name of a filter is followed by where what hangs below is meant too: `unidad=7&unidad=9&unidad_areas=7`."""
LAST: Final = "si"
"""In the place of a number: the unit named last, which a browser without scripts cannot know (`unidad=7&unidad_areas=si`)."""
_BOX: Final = Markup('<label class="beside"><input class="form-check-input" type="checkbox" name="{}" value="{}"{}{}> {}</label>')
_ROW: Final = Markup('<div class="unit-row">{}{}</div>')
_ROWS: Final = Markup('<div class="unit-rows" data-units="{}">{}</div>')
Chosen = dict[str, bool]
"""Units by number, as an address writes it, and whether what hangs below each is meant too."""


def chosen_in(asked: Mapping[str, Any], name: str) -> Chosen:
    """What an address says of a filter by units, whatever it says."""
    named, below = _all(asked, name), set(_all(asked, name + BELOW))
    last = named[-1] if named and LAST in below else None
    return {one: one in below or one == last for one in named if one}


def _all(asked: Mapping[str, Any], name: str) -> list[str]:
    every = getattr(asked, "getlist", None)
    return list(every(name)) if every else [asked[name]] if name in asked else []


def asked_for(name: str, units: Iterable[tuple[int, bool]]) -> list[tuple[str, str]]:
    """What an address has to say for these units, each with or without what hangs below it."""
    rows = [(str(pk), below) for pk, below in units]
    return [*((name, pk) for pk, _below in rows), *((name + BELOW, pk) for pk, below in rows if below)]


def units_of(chosen: Sequence[Unit]) -> list[int]:
    """The numbers of the units that the chosen ones stand for, by the tree of today: closed units lie where they were when they closed."""
    heads = [unit.pk for unit in chosen if getattr(unit, "below", False)]
    under = Unit.objects.under(*heads).values_list("pk", flat=True) if heads else ()
    return list({*under, *(unit.pk for unit in chosen)})


def ended(unit: Unit) -> bool:
    """Whether it exists no longer."""
    return unit.valid_to is not None and unit.valid_to <= timezone.localdate()


def listed(chosen: Iterable[Any]) -> str:
    """What was chosen, units with their areas where these are meant too, and closed ones as such."""
    return ", ".join(_said(one) for one in chosen)


def _said(one: Any) -> str:
    said = _("%(unit)s con sus áreas") % {"unit": one} if getattr(one, "below", False) else str(one)
    return _("%(unit)s (cerrada)") % {"unit": said} if isinstance(one, Unit) and ended(one) else said


class UnitsSelect(forms.SelectMultiple):
    """A list of units with its box for each chosen one, and an empty one; `assets/js/lists.js` adds further ones."""

    def __init__(self, attrs: Any = None, choices: Any = (), *, every: str | Promise = lazy("Todas"), submits: bool = False) -> None:
        super().__init__(attrs, choices)
        self.every, self.submits = every, submits
        self.chosen: Chosen = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """The units; their boxes are kept for who cleans them, and for being drawn again."""
        self.chosen = chosen_in(data, name)
        return list(self.chosen)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Markup:  # type: ignore[override]
        """The chosen ones, and an empty list; only the first has the name that the label speaks of."""
        given = {"class": "form-select", **self.attrs, **(attrs or {}), **({"data-auto-submit": ""} if self.submits else {})}
        units = list(self.choices)
        rows = [self._row(name, given, units, pk, at) for at, pk in enumerate([*self.chosen, ""])]
        return _ROWS.format(_("Otra unidad"), Markup("").join(rows))

    def _row(self, name: str, attrs: dict[str, Any], units: list[Any], pk: str, at: int) -> Markup:
        nobody = self.every if not self.chosen else _("Quitar") if pk else _("Otra unidad")
        named = attrs if at == 0 else {**{k: v for k, v in attrs.items() if k != "id"}, "aria-label": _("Otra unidad")}
        drawn = forms.Select(named, [("", nobody), *units]).render(name, pk)
        checked, submits = Markup(" checked") if self.chosen.get(pk) else "", Markup(" data-auto-submit") if self.submits and pk else ""
        return _ROW.format(Markup(drawn), _BOX.format(name + BELOW, pk or LAST, checked, submits, _("Con sus áreas")))


class UnitsField(django_filters.fields.ModelMultipleChoiceField):  # type: ignore[misc]  # the library has no types
    """Units whose `below` says whether those below them are meant too."""

    widget = UnitsSelect

    def clean(self, value: Any) -> list[Unit]:
        """The units in the order in which they were chosen. Raises ValidationError for one that is not offered."""
        chosen: Chosen = self.widget.chosen  # type: ignore[misc]  # an instance, once the field is made
        found = {str(unit.pk): unit for unit in super().clean(value)}
        for pk, unit in found.items():
            unit.below = chosen.get(pk, False)
        return [found[pk] for pk in chosen if pk in found]


class UnitFilter(django_filters.ModelMultipleChoiceFilter):  # type: ignore[misc]
    """Rows of any of the chosen units, each alone or with everything below it. A `method` asks `units_of` for the numbers."""

    field_class = UnitsField

    def filter(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The numbers are read first: how many rows units have is what the database chooses its way by."""
        return rows.filter(**{f"{self.field_name}__in": units_of(value)}) if value else rows
