"""The form of a threshold: at which point of which clock, whom it tells and what else it does."""
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Post
from ventanilla.core.orgs.services.posts import valid_on
from ventanilla.modules.servicedesk.models import Objective, Team
from ventanilla.modules.servicedesk.services.promises.escalating import ROLES, EscalationDraft


class EscalationForm(forms.Form):
    """One threshold of a service level."""

    metric = forms.ChoiceField(label=_("De qué reloj"), choices=Objective.Metric.choices, initial="resolve")
    percent = forms.IntegerField(label=_("A qué porcentaje de su tiempo"), required=False, min_value=1, max_value=1000, help_text=_(
        "100 es el vencimiento; 120, cuando ya se pasó una quinta parte. Vacío: cuando su semáforo se pone en «Por vencer»."))
    tell = forms.MultipleChoiceField(label=_("A quién se avisa"), choices=list(ROLES.items()), required=False,
                                     widget=forms.CheckboxSelectMultiple, help_text=_("Sólo recibe el aviso quien puede leer el ticket."))
    post = forms.ModelChoiceField(Post.objects.none(), label=_("Y a quien ocupa este puesto"), required=False, empty_label=_("Ninguno"))
    raises = forms.BooleanField(label=_("Subir un grado la prioridad"), required=False)
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Pasarlo a otro equipo"), required=False, empty_label=_("No se pasa"))

    def __init__(self, *args: Any, institution_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Post.objects.filter(valid_on_today(), unit__institution_id=institution_id).select_related("unit")
        self.fields["post"].queryset = held.order_by("unit__name", "order", "pk").distinct()  # type: ignore[attr-defined]
        self.fields["post"].label_from_instance = lambda p: f"{p.title or p.get_kind_display()} · {p.unit.name}"  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.filter(institution_id=institution_id, active=True)  # type: ignore[attr-defined]

    def draft(self) -> EscalationDraft:
        """What was written."""
        data = self.cleaned_data
        return EscalationDraft(data["metric"], data["percent"], data["tell"], data["post"], data["raises"], data["team"])


def valid_on_today() -> Any:
    """Posts that somebody holds today."""
    from django.db.models import Exists, OuterRef

    from ventanilla.core.orgs.models import Appointment

    return Exists(Appointment.objects.filter(valid_on(timezone.localdate()), post=OuterRef("pk")))
