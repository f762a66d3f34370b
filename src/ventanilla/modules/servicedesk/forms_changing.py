"""Forms of changes and of what they touch: items of a ticket, periods without changes, the steps that collisions speak to."""
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from ventanilla.modules.servicedesk.forms import DATETIME, FORMATS, AboutCase, ApproversForm, ReasonForm
from ventanilla.modules.servicedesk.models import CIType, TicketItem
from ventanilla.modules.servicedesk.services.clearing import asked_of
from ventanilla.modules.servicedesk.services.collisions import collisions_of
from ventanilla.web.ui.sendings import Keyed


class ItemInput(forms.TextInput):
    """A configuration item by name or inventory number, with proposals while one types (`assets/js/cmdb.js`)."""

    def __init__(self) -> None:
        super().__init__(attrs={"list": "ci-options", "autocomplete": "off", "data-pick": True, "placeholder": _("Nombre o inventario")})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field and its list of proposals, which begins empty."""
        proposals = format_html('<datalist id="ci-options" data-url="{}"></datalist>', reverse("ci_options"))
        return mark_safe(super().render(name, value, attrs, renderer) + proposals)


class TieItemForm(forms.Form):
    """A configuration item by its name or inventory number, and what it is for the ticket."""

    item = forms.CharField(label=_("Elemento"), max_length=240, widget=ItemInput)
    role = forms.ChoiceField(label=_("Qué es para este ticket"), choices=TicketItem.Role.choices)


class BlackoutForm(Keyed):
    """A period without changes: when, why, and for what."""

    name = forms.CharField(label=_("Nombre"), max_length=120, help_text=_("Por ejemplo: Cierre del ejercicio, Pago de la quincena."))
    reason = forms.CharField(label=_("Por qué no se hacen cambios"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    starts_at = forms.DateTimeField(label=_("Empieza"), widget=DATETIME, input_formats=FORMATS)
    ends_at = forms.DateTimeField(label=_("Termina"), widget=DATETIME, input_formats=FORMATS)
    type = forms.ModelChoiceField(CIType.objects.none(), label=_("Sólo para un tipo de elementos"), required=False,
                                  empty_label=_("Para todo"))
    item = forms.CharField(label=_("O sólo para un elemento, y lo que al fallar lo afecta"), max_length=240, required=False,
                           widget=ItemInput)

    def __init__(self, *args: Any, institution_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = CIType.objects.filter(institution_id=institution_id, active=True)
        self.fields["type"].queryset = rows  # type: ignore[attr-defined]


class SubmitForm(ApproversForm):
    """Who authorises a change; with collisions, also why it is made in spite of them. `collisions` are shown above it."""

    reason = forms.CharField(label=_("Por qué se hace aunque haya colisiones"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
                             help_text=_("Lo leerá quien autorice."))

    def prepare(self) -> None:
        """The reason is asked only where there is something to answer for."""
        super().prepare()
        self.collisions = collisions_of(self.case, self.actor)
        if not any(c.asks for c in self.collisions):
            del self.fields["reason"]


class BeginForm(AboutCase):
    """A change that begins: nothing to say, unless it collides with something now."""

    reason = forms.CharField(label=_("Por qué se hace aunque haya colisiones"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def prepare(self) -> None:
        """What it collides with from now on."""
        self.collisions = asked_of(self.case, "implement", self.actor)
        if not self.collisions:
            del self.fields["reason"]


class EmergencyBeginForm(ReasonForm):
    """An emergency begins with its reason; in a period without changes, with an exception that has a name."""

    exception = forms.CharField(label=_("Con qué excepción se hace, y quién la autorizó"), max_length=200)

    def prepare(self) -> None:
        """The exception is asked only in such a period."""
        self.collisions = asked_of(self.case, "implement", self.actor)
        if not self.collisions:
            del self.fields["exception"]
