"""What a tile is narrowed to: some of the filters of the list of tickets, kept with the tile of each person."""
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models import Service, Team
from ventanilla.modules.servicedesk.screens.lists import KINDS

PERIODS: Final = {"7": lazy("Llegaron en los últimos 7 días"), "30": lazy("Llegaron en los últimos 30 días"),
                  "90": lazy("Llegaron en los últimos 90 días"), "365": lazy("Llegaron en los últimos 365 días")}
NAMES: Final = ("equipo", "servicio", "tipo", "unidad", "dias")


class NarrowForm(forms.Form):
    """By team, service, kind, unit and period; empty is all."""

    equipo = forms.ModelChoiceField(Team.objects.none(), label=lazy("Equipo"), required=False, empty_label=lazy("Todos"))
    servicio = forms.ModelChoiceField(Service.objects.none(), label=lazy("Servicio"), required=False, empty_label=lazy("Todos"))
    tipo = forms.ChoiceField(label=lazy("Tipo"), required=False, choices=[("", lazy("Todos")), *KINDS])
    unidad = forms.ModelChoiceField(Unit.objects.none(), label=lazy("Unidad que pide"), required=False, empty_label=lazy("Todas"))
    dias = forms.ChoiceField(label=lazy("Periodo"), required=False, choices=[("", lazy("El de la figura")), *PERIODS.items()])

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = {"institution_id": person.institution_id}
        for name, rows in (("equipo", Team.objects.filter(**here)), ("servicio", Service.objects.filter(**here)),
                           ("unidad", Unit.objects.filter(**here))):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def narrowed(self) -> dict[str, str]:
        """As it is kept. The form must be valid."""
        return {n: str(getattr(v, "pk", v)) for n, v in self.cleaned_data.items() if v}

    @property
    def words(self) -> list[str]:
        """What was chosen, in words. The form must be valid."""
        kinds = {slug: str(label) for slug, label in KINDS}
        said = {"tipo": kinds, "dias": {k: str(v) for k, v in PERIODS.items()}}
        return [said[n].get(v, v) if n in said else str(v) for n, v in self.cleaned_data.items() if v]


def checked(person: Person, given: Mapping[str, str]) -> dict[str, str]:
    """What may be kept of it. Raises Refused naming the filter that there is not, or whose value is nobody's."""
    if unknown := set(given) - set(NAMES):
        raise Refused(_("Una figura no se acota por «%(name)s».") % {"name": sorted(unknown)[0]}, "tiles")
    form = NarrowForm(dict(given), person=person)
    if not form.is_valid():
        raise Refused(_("Eso ya no existe: %(name)s.") % {"name": ", ".join(sorted(form.errors))}, "tiles")
    return form.narrowed


def words_of(person: Person, narrowed: Mapping[str, str]) -> list[str]:
    """What a tile is narrowed to, for people; nothing when it counts everything."""
    if not narrowed:
        return []
    form = NarrowForm(dict(narrowed), person=person)
    return form.words if form.is_valid() else [_("algo que ya no existe")]


def params_of(narrowed: Mapping[str, str]) -> dict[str, str]:
    """As filters of the list of tickets; a period ends today."""
    found = {n: v for n, v in narrowed.items() if n in NAMES and n != "dias"}
    days = narrowed.get("dias", "")
    return found | ({"recibido_after": str(timezone.localdate() - timedelta(days=int(days)))} if days in PERIODS else {})
