"""The form of a reclassification: what the ticket is, and what that kind asks for; beside it, what to do where there is no way."""
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.kinds import kind_of
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.forms import ReasonForm
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.models.changes import Risk
from ventanilla.modules.servicedesk.reclassification import INSTEAD, ways_from
from ventanilla.modules.servicedesk.services.reclassifying import asks_risk, asks_service

WORDS = {"request": _("Una solicitud"), "incident": _("Un incidente"), "problem": _("Un problema"), "change": _("Un cambio normal"),
         "simple_change": _("Un cambio simple"), "emergency_change": _("Un cambio de emergencia")}


class ReclassifyForm(ReasonForm):
    """What it is really, and perhaps of which service. `instead`: (kind in words, what to do) of those it cannot become."""

    field_order = ("kind", "version", "risk", "impact_text", "reason")
    kind = forms.ChoiceField(label=_("Es"))
    version = forms.ModelChoiceField(OfferingVersion.objects.none(), label=_("Servicio"), required=False, empty_label=_("El mismo"),
                                     help_text=_("Sólo de una solicitud o un incidente: de él salen los plazos."))
    risk = forms.TypedChoiceField(label=_("Riesgo"), choices=[("", _("Elija el riesgo")), *Risk.choices], coerce=int, required=False,
                                  empty_value=None, help_text=_("Sólo si pasa a ser un cambio."))
    impact_text = forms.CharField(label=_("A quién afecta"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
                                  help_text=_("Sólo si pasa a ser un cambio."))

    def prepare(self) -> None:
        """Only what this kind may become from this state, and what those ask for."""
        before, targets = self.case.kind, list(ways_from(self.case.kind, self.case.state))
        self.fields["kind"].choices = [(t, WORDS[t]) for t in targets]  # type: ignore[attr-defined]
        self.fields["kind"].initial = next((t for t in targets if t != before), None)
        self.instead: list[tuple[str, str | Promise]] = [
            (str(kind_of(b).label), told) for (a, b), told in INSTEAD.items() if a == before and b != before]
        if not any(t in ASKED for t in targets):
            del self.fields["version"]
        else:
            self._services(targets)
        if not any(asks_risk(self.case, t) for t in targets):
            del self.fields["risk"], self.fields["impact_text"]

    def _services(self, targets: list[str]) -> None:
        """Offerings that are published now; "the same" only where there is one."""
        field: forms.ModelChoiceField = self.fields["version"]  # type: ignore[assignment, type-arg]
        rows = OfferingVersion.objects.filter(institution_id=self.case.institution_id, state="published")
        field.queryset = rows.select_related("offering").order_by("offering__name")
        field.label_from_instance = lambda v: v.offering.name  # type: ignore[assignment, method-assign]
        if any(asks_service(self.case, self.case.ticket, t) for t in targets):
            field.empty_label = str(_("Elija el servicio"))
