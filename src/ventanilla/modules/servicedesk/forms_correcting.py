"""The form by which the facts of a ticket are corrected, with the reason."""
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.forms import ReasonForm
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.services.correcting import facts_of
from ventanilla.web.ui.people import PersonField


class CorrectForm(ReasonForm):
    """The facts as they should be; people without an account are named. Problems and changes are for nobody in particular."""

    field_order = ("subject", "description", "channel", "requester", "requester_name", "requester_email", "beneficiary", "beneficiary_name",
                   "beneficiary_email", "unit", "reason")
    subject = forms.CharField(label=_("Asunto"), max_length=300)
    description = forms.CharField(label=_("Descripción"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    channel = forms.ChoiceField(label=_("Llegó por"), choices=Ticket.Channel.choices)
    requester = PersonField(everybody=True, label=_("Quién lo pide"), required=False, help_text=_("Vacío: alguien sin cuenta."))
    requester_name = forms.CharField(label=_("Nombre, si no tiene cuenta"), max_length=200, required=False)
    requester_email = forms.EmailField(label=_("Correo, si no tiene cuenta"), max_length=254, required=False,
                                       help_text=_("Ahí se le avisará de lo que pase, y se le pedirá su opinión."))
    beneficiary = PersonField(everybody=True, label=_("Para quién es"), required=False,
                              help_text=_("Vacío: para quien lo pide, o alguien sin cuenta."))
    beneficiary_name = forms.CharField(label=_("Nombre de para quién es, si no tiene cuenta"), max_length=200, required=False)
    beneficiary_email = forms.EmailField(label=_("Correo de para quién es, si no tiene cuenta"), max_length=254, required=False,
                                         help_text=_("También se le avisará, y se le pedirá su opinión."))
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Su unidad"), required=False, empty_label=_("La de su cuenta"))

    def prepare(self) -> None:
        """As the facts are now."""
        here = {"institution_id": self.case.institution_id}
        people = Person.objects.filter(active=True, **here)
        for name in ("requester", "beneficiary"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.filter(valid_to=None, **here).order_by("name")  # type: ignore[attr-defined]
        for name, value in facts_of(self.case, self.case.ticket).items():
            self.fields[name].initial = value.pk if isinstance(value, Person | Unit) else value
        if self.case.kind not in ASKED:
            for name in ("channel", "requester", "requester_name", "requester_email", "beneficiary", "beneficiary_name",
                         "beneficiary_email", "unit"):
                del self.fields[name]

    @property
    def facts(self) -> dict[str, Any]:
        """What was sent and is not as it was: an address left empty by hand is taken away, what stays is not said."""
        before = facts_of(self.case, self.case.ticket)
        said = {n: v for n, v in self.cleaned_data.items() if n != "reason"}
        return {n: v for n, v in said.items() if before[n] != v}
