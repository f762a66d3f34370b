"""Forms of a liaison's file: a paper with its date and number, and why one is withdrawn; they only parse."""
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ventanilla.modules.servicedesk.forms import DATE
from ventanilla.modules.servicedesk.models import LiaisonPaper
from ventanilla.modules.servicedesk.services.liaison_papers import PaperDraft
from ventanilla.web.ui.sendings import Keyed


class PaperForm(Keyed):
    """A paper of the file: what it is, its number and date, and the file or the folio of the matter by which it came."""

    kind = forms.ChoiceField(label=_("Qué es"))
    number = forms.CharField(label=_("Número"), max_length=120, required=False, help_text=_("Como aparece en el documento, si lo tiene."))
    dated = forms.DateField(label=_("Fecha del documento"), widget=DATE, help_text=_(
        "La del acuerdo y la de la capacitación quedan también en el expediente."))
    file = forms.FileField(label=_("Archivo"), required=False)
    folio = forms.CharField(label=_("O el folio del asunto de correspondencia"), max_length=80, required=False, help_text=_(
        "Si el oficio ya está registrado, no hace falta adjuntarlo otra vez."))

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(k, label) for k, label in LiaisonPaper.Kind.choices if k in kinds]  # type: ignore[attr-defined]
        self.fields["dated"].initial = timezone.localdate()

    def draft(self) -> PaperDraft:
        """What the verb takes."""
        data = self.cleaned_data
        return PaperDraft(data["kind"], data["dated"], data["number"], data["file"], data["folio"], data["uuid"])


class WithdrawForm(forms.Form):
    """Why a paper is taken out of the file."""

    reason = forms.CharField(label=_("Por qué se retira"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
