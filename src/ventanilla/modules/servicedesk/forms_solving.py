"""The form by which a step of a problem's plan is marked as done."""
from django import forms
from django.utils.translation import gettext_lazy as _

from ventanilla.modules.servicedesk.forms import AboutCase
from ventanilla.modules.servicedesk.models import ProblemStep


class DoneStepForm(AboutCase):
    """Which step of the plan was done."""

    step = forms.ModelChoiceField(ProblemStep.objects.none(), label=_("Acción que ya se hizo"), empty_label=None)

    def prepare(self) -> None:
        """What is still to do."""
        rows = ProblemStep.objects.filter(case=self.case, done_at=None).order_by("pk")
        self.fields["step"].queryset = rows  # type: ignore[attr-defined]
