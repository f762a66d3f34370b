"""The form of a norm in the institution's table: it only parses; the verb checks."""
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ventanilla.modules.practices.forms_life import day
from ventanilla.modules.practices.models import Norm
from ventanilla.modules.practices.rules.norms import Norm as Known


class NormForm(forms.Form):
    """A norm and the days on which it is in force."""

    name = forms.CharField(label=_("Nombre de la norma"), max_length=300, help_text=_(
        "Como se cita; no importan los acentos, las mayúsculas ni si al final dice «del Estado de México»."))
    published = day(_("Publicada el"), help_text=_("Distingue a dos leyes que se llaman igual."))
    since = day(_("En vigor desde el"))
    until = day(_("En vigor hasta el"), required=False, help_text=_("Vacío mientras siga vigente. Es el último día, incluido."))
    replaced_by = forms.CharField(label=_("Qué citar en su lugar"), max_length=300, required=False)
    source = forms.CharField(label=_("Dónde consta"), max_length=300, required=False, help_text=_(
        "Por ejemplo: Gaceta del Gobierno del 11 de septiembre de 2023, artículo segundo transitorio."))

    def __init__(self, *args: Any, norm: Norm | Known | None = None, **kwargs: Any) -> None:
        if norm:
            kwargs["initial"] = {name: getattr(norm, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
