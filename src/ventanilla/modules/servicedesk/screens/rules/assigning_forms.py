"""The editor of a rule of assignment: lists to tick, words and hours; it only parses."""
from datetime import time
from typing import Any, Final

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.forms_changing import ItemInput
from ventanilla.modules.servicedesk.models import (
    AssignmentRule,
    CIType,
    Membership,
    OfferingVersion,
    Service,
    ServiceFamily,
    Team,
    Ticket,
)
from ventanilla.modules.servicedesk.screens.cmdb.picking import picked
from ventanilla.modules.servicedesk.screens.items import mark
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.fields import ExtraField, fields_for
from ventanilla.modules.servicedesk.services.routing import ASKED
from ventanilla.modules.servicedesk.services.rules.assigning.facts import (
    ANSWER,
    MANY,
    ONE,
    WORDS,
    chosen_of,
    minutes_of,
    tree_of,
)
from ventanilla.modules.servicedesk.services.rules.assigning.keeping import AssignmentDraft
from ventanilla.modules.servicedesk.services.rules.assigning.wording import HOURS, KINDS, WEEKDAYS
from ventanilla.web.ui.people import PersonField

_TICKS: Final = forms.CheckboxSelectMultiple
_LIST: Final = forms.SelectMultiple(attrs={"size": 6})
_CLOCK: Final = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
FOLDED: Final = ("family", "service", "offering", "team", "unit", "item_type")
"""Facts whose choices are rows of the institution."""


class AssignmentForm(forms.Form):
    """A rule whole. Fields of conditions are called `if_<fact>`."""

    name = forms.CharField(label=_("Nombre de la regla"), max_length=120,
                           help_text=_("Se lee en la bitácora del ticket: «Asignado por la regla …»."))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Equipo"), required=False, empty_label=_("El que dice el catálogo"))
    strategy = forms.ChoiceField(label=_("Y en el equipo"), choices=AssignmentRule.Strategy.choices, widget=forms.RadioSelect,
                                 initial="team")
    person = PersonField(label=_("Persona"), required=False,
                         help_text=_("Sólo para «A una persona». Mientras esté ausente lo recibe quien la suple."))
    if_kind = forms.MultipleChoiceField(label=_("Tipo"), choices=list(KINDS.items()), required=False, widget=_TICKS)
    if_priority = forms.MultipleChoiceField(label=_("Prioridad"), choices=Priority.choices, required=False, widget=_TICKS)
    if_channel = forms.MultipleChoiceField(label=_("Llegó por"), choices=Ticket.Channel.choices, required=False, widget=_TICKS)
    if_words = forms.CharField(label=_("Palabras del asunto"), required=False, max_length=600,
                               help_text=_("Separadas por comas; basta una. Completas, sin importar acentos; con * al final, también las "
                                           "que comienzan así: impresora*."))
    if_hours = forms.MultipleChoiceField(label=_("Horario de atención"), choices=list(HOURS.items()), required=False, widget=_TICKS)
    if_weekday = forms.MultipleChoiceField(label=_("Día en que llega"), choices=list(WEEKDAYS.items()), required=False, widget=_TICKS)
    since = forms.TimeField(label=_("Llega desde las"), required=False, widget=_CLOCK)
    until = forms.TimeField(label=_("y antes de las"), required=False, widget=_CLOCK)
    if_family = forms.MultipleChoiceField(label=_("Familia"), required=False, widget=_LIST)
    if_service = forms.MultipleChoiceField(label=_("Servicio"), required=False, widget=_LIST)
    if_offering = forms.MultipleChoiceField(label=_("Se pide como"), required=False, widget=_LIST)
    if_answer = forms.MultipleChoiceField(label=_("Respuesta del formulario"), required=False, widget=_LIST,
                                          help_text=_("De una misma pregunta basta una respuesta; de varias preguntas, una de cada una."))
    if_unit = forms.MultipleChoiceField(label=_("Unidad que pide"), required=False, widget=_LIST,
                                        help_text=_("También las que dependen de ella."))
    if_team = forms.MultipleChoiceField(label=_("Equipo que dice el catálogo"), required=False, widget=_LIST)
    if_item_type = forms.MultipleChoiceField(label=_("Tipo de elemento que nombra"), required=False, widget=_LIST)
    if_item = forms.CharField(label=_("Elemento que nombra"), required=False, max_length=240, widget=ItemInput)

    def __init__(self, *args: Any, person: Person, rule: AssignmentRule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, here = person, {"institution_id": person.institution_id}
        self.asked = [one for one in fields_for(person) if one.field.type in ASKED]
        teams = Team.objects.filter(active=True, **here)
        held = Team.objects.filter(pk=rule.team_id) if rule and rule.team_id else Team.objects.none()
        self.fields["team"].queryset = teams | held  # type: ignore[attr-defined]
        members = Membership.objects.filter(team__in=teams).values("person_id")
        self.fields["person"].queryset = Person.objects.filter(  # type: ignore[attr-defined]
            pk__in=members, active=True)
        for name, rows in self._rows(here).items():
            self.fields[f"if_{name}"].choices = [(str(r.pk), str(r)) for r in rows]  # type: ignore[attr-defined]
        self.fields["if_answer"].choices = [(one.label, _options(one)) for one in self.asked]  # type: ignore[attr-defined]
        if not self.asked:
            del self.fields["if_answer"]
        if rule:
            self._begin(rule)

    def _rows(self, here: dict[str, int]) -> dict[str, QuerySet[Any] | list[Any]]:
        offered = OfferingVersion.objects.filter(state="published", **here).select_related("offering__service")
        rows: dict[str, type[Model]] = {"family": ServiceFamily, "service": Service, "team": Team, "item_type": CIType}
        return {"unit": Unit.objects.filter(valid_to=None, **here).order_by("name"),
                "offering": [v.offering for v in offered.order_by("offering__name")],
                **{name: model._default_manager.filter(active=True, **here) for name, model in rows.items()}}

    def _begin(self, rule: AssignmentRule) -> None:
        chosen = chosen_of(rule.condition)
        since, until = minutes_of(rule.condition)
        self.initial.update(name=rule.name, team=rule.team_id, strategy=rule.strategy, person=rule.person_id, since=_time(since),
                            until=_time(until), **{f"if_{name}": chosen[name] for name in chosen if name in ONE or name in MANY})
        self.initial["if_words"] = ", ".join(chosen.get(WORDS, ()))
        self.initial["if_answer"] = [f"{name}={value}" for name, values in chosen.items() if name.startswith(ANSWER) for value in values]
        items = [pk for text in chosen.get("item", ()) if (pk := whole(text)) is not None]
        item = choosable(self.actor, self.actor.institution_id).filter(pk__in=items).first()
        self.initial["if_item"] = mark(item) if item else ""

    def draft(self) -> AssignmentDraft:
        """What the verb takes. Raises Refused when there is no such item."""
        data = self.cleaned_data
        chosen: dict[str, list[str]] = {name: list(data.get(f"if_{name}") or ()) for name in (*ONE, "unit", "item_type")}
        chosen[WORDS] = [word for part in data["if_words"].split(",") if (word := part.strip())]
        for answer in data.get("if_answer") or ():
            name, _sign, value = answer.partition("=")
            chosen.setdefault(name, []).append(value)
        if said := data["if_item"].strip():
            chosen["item"] = [str(picked(self.actor, said, "if_item", choosable(self.actor, self.actor.institution_id)).pk)]
        tree = tree_of(chosen, (_minute(data["since"]), _minute(data["until"])))
        return AssignmentDraft(data["name"], tree, data["team"], data["strategy"], data["person"])


def _options(one: ExtraField) -> list[tuple[str, str]]:
    choices = {"si": str(_("Sí")), "no": str(_("No"))} if one.field.type == "yes_no" else one.choices
    return [(f"{ANSWER}{one.key}={value}", label) for value, label in choices.items()]


def _minute(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute


def _time(minute: int | None) -> time | None:
    return None if minute is None else time(minute // 60 % 24, minute % 60)
