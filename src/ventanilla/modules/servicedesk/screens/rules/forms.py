"""The editor of a notification rule: lists to tick and words with named fields; it only parses."""
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.cases.words import label_of
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.servicedesk.flow import INCIDENT_FLOW
from ventanilla.modules.servicedesk.models import NotificationRule, Service, ServiceFamily, Team, Ticket
from ventanilla.modules.servicedesk.screens.lists import KINDS
from ventanilla.modules.servicedesk.services.rules import RuleDraft
from ventanilla.modules.servicedesk.services.rules.events import LABELS
from ventanilla.modules.servicedesk.services.rules.facts import FIELDS, chosen_of, tree_of
from ventanilla.modules.servicedesk.services.rules.recipients import ROLES
from ventanilla.modules.servicedesk.services.rules.texts import EXAMPLE, fill
from ventanilla.web.ui.people import PeopleField

MORE: Final = 2
"""Empty places for words of a service of their own."""
_TICKS: Final = forms.CheckboxSelectMultiple
_LIST: Final = forms.SelectMultiple(attrs={"size": 6})


class RuleForm(forms.Form):
    """A rule whole; `texts` are pairs of places for words of one service."""

    name = forms.CharField(label=_("Nombre de la regla"), max_length=120)
    event = forms.ChoiceField(label=_("Cuándo se avisa"), choices=LABELS.items())
    recipients = forms.MultipleChoiceField(label=_("A quién"), choices=ROLES.items(), required=False, widget=_TICKS)
    people = PeopleField(everybody=True, label=_("Y a estas personas"), required=False,
                         help_text=_("Sólo reciben avisos de los tickets que pueden leer."))
    channel = forms.ChoiceField(label=_("Cómo"), choices=NotificationRule.Channel.choices, widget=forms.RadioSelect, initial="usual")
    kind = forms.MultipleChoiceField(label=_("Tipo"), choices=KINDS, required=False, widget=_TICKS)
    priority = forms.MultipleChoiceField(label=_("Prioridad"), choices=Priority.choices, required=False, widget=_TICKS)
    channel_in = forms.MultipleChoiceField(label=_("Llegó por"), choices=Ticket.Channel.choices, required=False, widget=_TICKS)
    major = forms.MultipleChoiceField(label=_("Incidente mayor"), choices=[("1", _("Sí")), ("0", _("No"))], required=False, widget=_TICKS)
    family = forms.MultipleChoiceField(label=_("Familia"), required=False, widget=_LIST)
    service = forms.MultipleChoiceField(label=_("Servicio"), required=False, widget=_LIST)
    team = forms.MultipleChoiceField(label=_("Equipo"), required=False, widget=_LIST)
    unit = forms.MultipleChoiceField(label=_("Unidad que pide"), required=False, widget=_LIST)
    subject = forms.CharField(label=_("Asunto"), max_length=160)
    body = forms.CharField(label=_("Texto"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, institution_id: int, rule: NotificationRule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution_id, here = institution_id, {"institution_id": institution_id}
        self.fields["people"].queryset = Person.objects.filter(active=True, **here)  # type: ignore[attr-defined]
        services = list(Service.objects.filter(**here))
        for name, rows in (("service", services), ("family", ServiceFamily.objects.filter(**here)), ("team", Team.objects.filter(**here)),
                           ("unit", Unit.objects.filter(valid_to=None, **here).order_by("name"))):
            self.fields[name].choices = [(str(r.pk), str(r)) for r in rows]  # type: ignore[attr-defined]
        own = [t for t in rule.texts.all() if t.service_id] if rule and rule.pk else []
        self.places = [self._place(n, services) for n in range(len(own) + MORE)]
        if rule and rule.pk:
            self._begin(rule, own)

    def _place(self, n: int, services: Iterable[Service]) -> int:
        """Room for the words of one service."""
        self.fields[f"service_{n}"] = forms.ModelChoiceField(Service.objects.filter(pk__in=[s.pk for s in services]), required=False,
                                                             label=_("Servicio"), empty_label=_("Ninguno"))
        self.fields[f"subject_{n}"] = forms.CharField(label=_("Asunto para ese servicio"), max_length=160, required=False)
        self.fields[f"body_{n}"] = forms.CharField(label=_("Texto para ese servicio"), max_length=4000, required=False,
                                                   widget=forms.Textarea(attrs={"rows": 3}))
        return n

    def _begin(self, rule: NotificationRule, own: list[Any]) -> None:
        usual = next((t for t in rule.texts.all() if t.service_id is None), None)
        chosen = chosen_of(rule.condition)
        self.initial.update(
            name=rule.name, event=rule.event, recipients=rule.recipients, people=[p.pk for p in rule.people.all()], channel=rule.channel,
            subject=usual.subject if usual else "", body=usual.body if usual else "",
            **{"channel_in" if name == "channel" else name: values for name, values in chosen.items()})
        for n, text in enumerate(own):
            self.initial.update({f"service_{n}": text.service_id, f"subject_{n}": text.subject, f"body_{n}": text.body})

    def trios(self) -> list[tuple[Any, Any, Any]]:
        """The places for words of a service, for the page."""
        return [(self[f"service_{n}"], self[f"subject_{n}"], self[f"body_{n}"]) for n in self.places]

    def preview(self) -> list[tuple[str, str, str]]:
        """Service, subject and body as they would read for an invented ticket."""
        shown = [("", self["subject"].value() or "", self["body"].value() or "")]
        for service, subject, body in self.trios():
            if service.value() and subject.value():
                names = {str(pk): str(name) for pk, name in service.field.choices}
                shown.append((names.get(str(service.value()), ""), subject.value(), body.value() or ""))
        example = {**EXAMPLE, "estado": label_of(self.institution_id, INCIDENT_FLOW, "assigned")}
        return [(name, fill(subject, example), fill(body, example)) for name, subject, body in shown]

    def draft(self) -> RuleDraft:
        """What the verb takes."""
        data = self.cleaned_data
        texts: dict[Service | None, tuple[str, str]] = {None: (data["subject"], data["body"])}
        for n in self.places:
            if data[f"service_{n}"] and data[f"subject_{n}"].strip():
                texts[data[f"service_{n}"]] = (data[f"subject_{n}"], data[f"body_{n}"])
        chosen = {name: data["channel_in" if name == "channel" else name] for name in FIELDS}
        return RuleDraft(data["name"], data["event"], texts, data["recipients"], list(data["people"]), tree_of(chosen), data["channel"])
