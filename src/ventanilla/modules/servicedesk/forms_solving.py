"""Forms of problems, known errors and links: what was said is corrected with its reason."""
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.modules.servicedesk.forms import AboutCase, PlanStepForm, ReasonForm
from ventanilla.modules.servicedesk.models import ProblemStep
from ventanilla.modules.servicedesk.services.solving import PROVENANCE


class DoneStepForm(AboutCase):
    """Which step of the plan was done."""

    step = forms.ModelChoiceField(ProblemStep.objects.none(), label=_("Acción que ya se hizo"), empty_label=None)

    def prepare(self) -> None:
        """What is still to do."""
        rows = ProblemStep.objects.filter(case=self.case, done_at=None).order_by("pk")
        self.fields["step"].queryset = rows  # type: ignore[attr-defined]


class ReviseForm(ReasonForm):
    """What is known of an error, as it should be."""

    field_order = ("symptoms", "workaround", "root_cause", "reason")
    symptoms = forms.CharField(label=_("Cómo se reconoce"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    workaround = forms.CharField(label=_("Solución temporal"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    root_cause = forms.CharField(label=_("Causa raíz"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
                                 help_text=_("Sólo la lee la mesa de servicio."))

    def prepare(self) -> None:
        """As it is now."""
        for name in ("symptoms", "workaround", "root_cause"):
            self.fields[name].initial = getattr(self.case.known_error, name)


class UntieForm(ReasonForm):
    """Which link is taken away, and why."""

    field_order = ("link", "reason")
    link = forms.ModelChoiceField(CaseLink.objects.none(), label=_("Relación que se quita"), empty_label=None)

    def prepare(self) -> None:
        """Links to tickets that the person sees; where a ticket came from stays."""
        seen = Case.objects.visible_to(self.actor)
        rows = CaseLink.objects.filter(Q(case=self.case, other__in=seen) | Q(other=self.case, case__in=seen))
        rows = rows.exclude(kind__in=PROVENANCE).select_related("case", "other").order_by("pk")
        self.fields["link"].queryset = rows  # type: ignore[attr-defined]
        self.fields["link"].label_from_instance = self._named  # type: ignore[attr-defined]

    def _named(self, link: CaseLink) -> str:
        other = link.other if link.case_id == self.case.pk else link.case
        return f"{other.folio} · {other.subject}"[:120]


class EditStepForm(PlanStepForm):
    """A step of the plan as it should be; why; or that it is taken out."""

    drop = forms.BooleanField(label=_("Quitarla del plan"), required=False)
    reason = forms.CharField(label=_("Motivo"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
