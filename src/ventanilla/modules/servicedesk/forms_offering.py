"""What of an offering is a list: steps of authorisation and rules of routing, a row each; the rest is in `OfferingForm`."""
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.forms.utils import ErrorDict
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


MORE, LESS = "_more", "_less"
"""Buttons of the form that only change which rows there are: their value names a list, or a row."""


class Lists:
    """The rows of both lists of a draft: those that are kept, or those that were sent, with one more or one less when that was asked."""

    def __init__(self, data: Mapping[str, Any] | None, version: OfferingVersion, institution_id: int) -> None:
        self.choices = conditions(version.form.form) if version.form else []
        self.steps = [StepForm(data, prefix=prefix, institution_id=institution_id, initial=_step(version.approvals, n))
                      for n, prefix in enumerate(_rows(data, "paso", len(version.approvals), STEPS))]
        self.rules = [RuleForm(data, prefix=prefix, institution_id=institution_id, version=version, initial=_rule(version.routing, n))
                      for n, prefix in enumerate(_rows(data, "ruta", len(version.routing), RULES))] if self.choices else []
        self.more_steps, self.more_rules = len(self.steps) < STEPS, bool(self.choices) and len(self.rules) < RULES
        for form in (self.steps if data and data.get(MORE) == "paso" else self.rules if data and data.get(MORE) == "ruta" else ())[-1:]:
            next(iter(form.fields.values())).widget.attrs["autofocus"] = True

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


def only_rows(data: Mapping[str, Any]) -> bool:
    """Whether it was only sent to have one more row, or one less: nothing is checked or kept then."""
    return MORE in data or LESS in data


def as_typed(forms_shown: Iterable[forms.BaseForm]) -> None:
    """What was typed is shown as it is: nobody asked yet whether it is right."""
    for form in forms_shown:
        form._errors = ErrorDict()  # type: ignore[attr-defined]


def _rows(data: Mapping[str, Any] | None, name: str, kept: int, most: int) -> list[str]:
    """The prefixes of the rows to show, in order: a row that is sent keeps its prefix, a new one gets the first that is free."""
    if data is None:
        return [f"{name}{n}" for n in range(min(kept, most))]
    every = [f"{name}{n}" for n in range(most)]
    sent = [prefix for prefix in every if any(key.startswith(f"{prefix}-") for key in data) and data.get(LESS) != prefix]
    free = [prefix for prefix in every if prefix not in sent and data.get(LESS) != prefix]
    return [*sent, *(free[:1] if data.get(MORE) == name else ())]


def _step(kept: Sequence[Mapping[str, Any]], number: int) -> dict[str, Any]:
    if number >= len(kept):
        return {}
    who, quorum = kept[number].get("who"), kept[number].get("quorum") or 1
    return {"who": "people", "people": who, "quorum": quorum} if isinstance(who, list) else {"who": who}


def _rule(kept: Sequence[Mapping[str, Any]], number: int) -> dict[str, Any]:
    if number >= len(kept):
        return {}
    return {"when": f"{kept[number].get('field')}={kept[number].get('value')}", "team": kept[number].get("team")}
