"""The form of what is done to many tickets: only the part of the chosen action is read."""
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.forms import WEIGHTS
from ventanilla.modules.servicedesk.models import Cause, HoldReason, Team
from ventanilla.modules.servicedesk.services.many import LABELS, Order, other_of
from ventanilla.web.ui.people import PersonField
from ventanilla.web.ui.sendings import Keyed

PARTS: Final[dict[str, dict[str, bool]]] = {
    "take": {}, "close": {}, "assign": {"team": True, "person": False}, "prioritise": {"impact": True, "urgency": True, "reason": True},
    "hold": {"why": True, "note": False}, "resolve": {"cause": True, "solution": True}, "tie": {"folio": True}}
"""What each action asks for, and whether it must be said."""


class ActionInput(forms.RadioSelect):
    """Each choice shows the part of the form that belongs to it."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The radio of one choice."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        option["attrs"]["data-shows"] = f"#many-{option['value']}"
        return option


class ManyForm(Keyed):
    """What to do, and what that asks for."""

    action = forms.ChoiceField(label=_("Qué hacer con ellos"), choices=list(LABELS.items()), widget=ActionInput, initial="take")
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Equipo"), required=False, empty_label=_("Elija el equipo"))
    person = PersonField(label=_("Agente"), required=False, help_text=_("Vacío: quien la tome del equipo."))
    impact = forms.TypedChoiceField(label=_("Impacto"), choices=WEIGHTS, coerce=int, required=False, empty_value=None)
    urgency = forms.TypedChoiceField(label=_("Urgencia"), choices=WEIGHTS, coerce=int, required=False, empty_value=None)
    reason = forms.CharField(label=_("Motivo"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    why = forms.ModelChoiceField(HoldReason.objects.none(), label=_("Se espera"), required=False, empty_label=_("Elija qué se espera"))
    note = forms.CharField(label=_("Detalle para quien lo pidió"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    cause = forms.ModelChoiceField(Cause.objects.none(), label=_("Causa"), required=False, empty_label=_("Elija la causa"))
    solution = forms.CharField(label=_("Solución"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
                               help_text=_("La misma para todos: la lee quien lo pidió."))
    folio = forms.CharField(label=_("Número del problema o del incidente mayor"), required=False, max_length=80)

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, here = actor, {"institution_id": actor.institution_id, "active": True}
        teams = Team.objects.filter(**here)
        for name, rows in (("team", teams), ("why", HoldReason.objects.filter(**here)), ("cause", Cause.objects.filter(**here)),
                           ("person", Person.objects.filter(pk__in=teams.values("memberships__person"), active=True))):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What the chosen action needs; faults of the other parts do not count."""
        data: dict[str, Any] = super().clean() or {}
        wanted = PARTS.get(data.get("action", ""), {})
        for name in [n for n in self.errors if n not in ("action", "uuid", "__all__", *wanted)]:
            del self.errors[name]
        for name in [n for n, needed in wanted.items() if needed and n not in self.errors and data.get(n) in (None, "")]:
            self.add_error(name, gettext("Este dato hace falta."))
        if data.get("action") == "tie" and data.get("folio"):
            try:
                data["other"] = other_of(self.actor, data["folio"])
            except Refused as refusal:
                self.add_error("folio", refusal.message)
        return data

    def order(self) -> Order:
        """What the verb takes."""
        data = self.cleaned_data
        names = ("other",) if data["action"] == "tie" else tuple(PARTS[data["action"]])
        return Order(data["action"], {n: data[n] for n in names}, data["uuid"])

    @property
    def parts(self) -> list[tuple[str, list[Any]]]:
        """Each action that asks for something, with its fields."""
        return [(action, [self[name] for name in names]) for action, names in PARTS.items() if names]
