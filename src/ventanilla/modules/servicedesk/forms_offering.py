"""What of an offering is a list: steps of authorisation and rules of routing, a row each; the rest is in `OfferingForm`."""
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import OfferingVersion, Team
from ventanilla.modules.servicedesk.services.offering import RULES, STEPS
from ventanilla.modules.servicedesk.services.routing import conditions
from ventanilla.web.ui.people import PeopleField

KNOWN: Final = [("head", lazy("La jefatura de quien lo pide")), ("service_owner", lazy("Quien es responsable del servicio"))]


class StepForm(forms.Form):
    """A step of authorisation: who gives it, and how many of several people are enough."""

    who = forms.ChoiceField(label=lazy("Autoriza"), required=False,
                            choices=[("", lazy("Nadie")), *KNOWN, ("people", lazy("Estas personas"))])
    people = PeopleField(everybody=True, label=lazy("Personas"), required=False)
    quorum = forms.IntegerField(label=lazy("Cuántas bastan"), min_value=1, max_value=20, required=False)

    def __init__(self, *args: Any, institution_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = Person.objects.filter(institution_id=institution_id, active=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """People are chosen where people authorise, and no more are asked for than there are."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("who") == "people":
            count = len(data.get("people") or ())
            if not count:
                self.add_error("people", _("Elija al menos a una persona."))
            elif (data.get("quorum") or 1) > count:
                self.add_error("quorum", _("No pueden bastar más personas que las elegidas."))
        return data

    @property
    def step(self) -> dict[str, Any] | None:
        """The step as the version keeps it; None for an empty row."""
        data = self.cleaned_data
        if not data.get("who"):
            return None
        if data["who"] != "people":
            return {"label": str(dict(KNOWN)[data["who"]]), "who": data["who"], "quorum": 1}
        people = list(data["people"])
        return {"label": ", ".join(p.name for p in people)[:120], "who": [p.pk for p in people], "quorum": data["quorum"] or 1}


class RuleForm(forms.Form):
    """A rule of routing: an answer, and the team that then gets it."""

    when = forms.ChoiceField(label=lazy("Si contesta"), required=False)
    team = forms.ModelChoiceField(Team.objects.none(), label=lazy("la atiende"), required=False, empty_label=lazy("El equipo de siempre"))

    def __init__(self, *args: Any, version: OfferingVersion, institution_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = conditions(version.form.form) if version.form else []
        self.fields["when"].choices = [("", _("—")), *asked]  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.filter(institution_id=institution_id, active=True)  # type: ignore[attr-defined]

    @property
    def rule(self) -> dict[str, Any] | None:
        """The rule as the version keeps it; None for an empty row."""
        data = self.cleaned_data
        if not data.get("when") or not data.get("team"):
            return None
        key, _equals, value = data["when"].partition("=")
        return {"field": key, "value": value, "team": data["team"].pk}


class Lists:
    """The rows of both lists of a draft, as kept or as sent."""

    def __init__(self, data: Mapping[str, Any] | None, version: OfferingVersion, institution_id: int) -> None:
        self.steps = [StepForm(data, prefix=f"paso{n}", institution_id=institution_id, initial=_step(version.approvals, n))
                      for n in range(STEPS)]
        self.rules = [RuleForm(data, prefix=f"ruta{n}", institution_id=institution_id, version=version, initial=_rule(version.routing, n))
                      for n in range(RULES)] if version.form else []

    def is_valid(self) -> bool:
        """Whether every row is."""
        return all([form.is_valid() for form in (*self.steps, *self.rules)])

    @property
    def approvals(self) -> list[dict[str, Any]]:
        """The steps in order."""
        return [step for form in self.steps if (step := form.step)]

    @property
    def routing(self) -> list[dict[str, Any]]:
        """The rules in order."""
        return [rule for form in self.rules if (rule := form.rule)]


def _step(kept: Sequence[Mapping[str, Any]], number: int) -> dict[str, Any]:
    if number >= len(kept):
        return {}
    who, quorum = kept[number].get("who"), kept[number].get("quorum") or 1
    return {"who": "people", "people": who, "quorum": quorum} if isinstance(who, list) else {"who": who}


def _rule(kept: Sequence[Mapping[str, Any]], number: int) -> dict[str, Any]:
    if number >= len(kept):
        return {}
    return {"when": f"{kept[number].get('field')}={kept[number].get('value')}", "team": kept[number].get("team")}
