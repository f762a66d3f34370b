"""Forms of the pages of this part; they only parse."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class VerifyForm(forms.Form):
    """The folio or code printed on a receipt."""

    code = forms.CharField(
        label=_("Folio o código del acuse"),
        max_length=200,
        strip=True,
        help_text=_(
            "Está impreso junto al código QR. La página solo confirma que el acuse existe; "
            "no muestra datos personales."
        ),
    )


class ProfileForm(forms.Form):
    """Appearance and language."""

    theme = forms.ChoiceField(
        label=_("Apariencia"),
        widget=forms.RadioSelect,
        choices=[("auto", _("Como el equipo")), ("light", _("Clara")), ("dark", _("Oscura"))],
    )
    language = forms.ChoiceField(label=_("Idioma"), widget=forms.RadioSelect, choices=settings.LANGUAGES)
