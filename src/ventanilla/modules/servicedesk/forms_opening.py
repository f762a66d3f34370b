"""Forms by which the desk opens what nobody asks for from the catalogue: problems and changes."""
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.flow import CHANGES
from ventanilla.modules.servicedesk.forms import WEIGHTS
from ventanilla.modules.servicedesk.models import ChangeModel, Service, Team
from ventanilla.modules.servicedesk.models.changes import Risk
from ventanilla.modules.servicedesk.services.kinds import openable, works_in_unit
from ventanilla.web.ui.sendings import Keyed

KINDS = {"change": _("Normal: se autoriza antes"), "simple_change": _("Simple: de rutina, ya autorizado una vez"),
         "emergency_change": _("De emergencia: se hace y se autoriza después")}
TEXT = forms.Textarea(attrs={"rows": 4})


def teams_of(person: Person) -> QuerySet[Team]:
    """Active teams for which the person may open what the desk opens."""
    reach = reach_of(person)
    teams = Team.objects.filter(institution_id=person.institution_id, active=True).select_related("unit")
    return teams.filter(pk__in=[t.pk for t in teams if works_in_unit(reach, t.unit_id)]).order_by("tier", "name")


class OpenForm(Keyed):
    """What a problem and a change have in common: for which team, about what."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Equipo que lo atenderá"), empty_label=None)
    subject = forms.CharField(label=_("En pocas palabras"), max_length=300)
    description = forms.CharField(label=_("Descripción"), required=False, max_length=20_000, widget=TEXT)
    service = forms.ModelChoiceField(Service.objects.none(), label=_("Servicio"), required=False, empty_label=_("Ninguno en particular"))

    def __init__(self, *args: Any, person: Person, case: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.case = person, case
        self.teams = teams_of(person)
        self.fields["team"].queryset = self.teams  # type: ignore[attr-defined]
        services = Service.objects.filter(institution_id=person.institution_id, active=True).order_by("name")
        self.fields["service"].queryset = services  # type: ignore[attr-defined]
        if case:
            self.fields["subject"].initial = case.subject
            self.fields["team"].initial, self.fields["service"].initial = case.ticket.team_id, case.ticket.service_id


class NewProblemForm(OpenForm):
    """A problem seen before any incident was reported, or behind some that are named by their numbers."""

    field_order = ("team", "subject", "description", "service", "incidents", "impact", "urgency")
    incidents = forms.CharField(label=_("Incidentes detrás de él, si los hay"), required=False, max_length=2000,
                                help_text=_("Sus números, separados por comas o espacios."))
    impact = forms.TypedChoiceField(label=_("Impacto"), choices=[("", _("El usual")), *WEIGHTS], coerce=int, required=False,
                                    empty_value=None)
    urgency = forms.TypedChoiceField(label=_("Urgencia"), choices=[("", _("La usual")), *WEIGHTS], coerce=int, required=False,
                                     empty_value=None)

    @property
    def folios(self) -> list[str]:
        """The numbers that were written, each once."""
        return list(dict.fromkeys(self.cleaned_data["incidents"].replace(",", " ").upper().split()))


class NewChangeForm(OpenForm):
    """A change: of which kind, how risky, whom it touches; a simple one by its model."""

    field_order = ("kind", "model", "team", "subject", "description", "service", "risk", "impact_text")
    kind = forms.ChoiceField(label=_("Tipo de cambio"))
    model = forms.ModelChoiceField(ChangeModel.objects.none(), label=_("Modelo autorizado"), required=False,
                                   empty_label=_("Ninguno"), help_text=_("Sólo de un cambio simple: trae su plan y cómo se revierte."))
    risk = forms.TypedChoiceField(label=_("Riesgo"), choices=[("", _("El usual")), *Risk.choices], coerce=int, required=False,
                                  empty_value=None, help_text=_("Un cambio simple es de riesgo bajo."))
    impact_text = forms.CharField(label=_("A quién afecta"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        models = ChangeModel.objects.filter(team__in=self.teams, active=True).order_by("name")
        may = {kind for team in self.teams for kind in openable(self.person, team.unit_id)}
        if models:
            may.add("simple_change")
            self.fields["model"].queryset = models  # type: ignore[attr-defined]
        else:
            del self.fields["model"]
        self.fields["kind"].choices = [(k, KINDS[k]) for k in CHANGES if k in may]  # type: ignore[attr-defined]
