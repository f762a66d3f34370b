"""Forms of turns on call: one turn, and a weekly rota."""
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.forms import DATETIME, FORMATS
from ventanilla.modules.servicedesk.models import OnCall, Team
from ventanilla.modules.servicedesk.services.on_call import MOST_WEEKS, OnCallDraft, RotaDraft, kept_by
from ventanilla.web.ui.people import PeopleField, PersonField
from ventanilla.web.ui.sendings import Keyed

PLACES = [(1, _("1: se le llama primero")), (2, _("2: si el primero no está")), (3, _("3: si tampoco está el segundo"))]


class OfTeam(Keyed):
    """The team, from when, and which place."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Equipo"), empty_label=None)
    starts_at = forms.DateTimeField(label=_("Empieza"), widget=DATETIME, input_formats=FORMATS)
    order = forms.TypedChoiceField(label=_("Lugar"), choices=PLACES, coerce=int, initial=1)

    def __init__(self, *args: Any, actor: Person, people: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(pk__in=[t.pk for t in kept_by(actor)])
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        members = Person.objects.filter(pk__in=teams.values("memberships__person"), active=True)
        self.fields[people].queryset = members  # type: ignore[attr-defined]


class TurnForm(OfTeam):
    """One turn."""

    field_order = ("uuid", "team", "person", "starts_at", "ends_at", "order")
    person = PersonField(label=_("Quién"))
    ends_at = forms.DateTimeField(label=_("Termina"), widget=DATETIME, input_formats=FORMATS)

    def __init__(self, *args: Any, actor: Person, row: OnCall | None = None, **kwargs: Any) -> None:
        if row:
            kwargs["initial"] = {n: getattr(row, n) for n in ("team", "person", "starts_at", "ends_at", "order")}
        super().__init__(*args, actor=actor, people="person", **kwargs)

    def draft(self) -> OnCallDraft:
        """What the verb takes."""
        return OnCallDraft(**self.cleaned_data)


class RotaForm(OfTeam):
    """Weeks in turn."""

    field_order = ("uuid", "team", "people", "starts_at", "weeks", "order")
    people = PeopleField(label=_("Quiénes se turnan"), help_text=_("En el orden en que los escribe; después del último vuelve el primero."))
    weeks = forms.IntegerField(label=_("Cuántas semanas"), min_value=1, max_value=MOST_WEEKS, initial=12)

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, people="people", **kwargs)

    def draft(self) -> RotaDraft:
        """What the verb takes; people in the order in which they were written."""
        written = self.fields["people"].understood  # type: ignore[attr-defined]
        place = {pk: n for n, pk in enumerate(written.chosen)}
        people = sorted(self.cleaned_data["people"], key=lambda p: place.get(str(p.pk), len(place)))
        return RotaDraft(**{**self.cleaned_data, "people": people})
