"""Forms of the pages of this part; they only parse."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class VerifyForm(forms.Form):
    """The code printed on a receipt."""

    code = forms.CharField(
        label=_("Código del acuse"),
        max_length=200,
        strip=True,
        help_text=_(
            "Doce letras y números impresos junto al código QR, por ejemplo: 7KXM-Q2WP-9RTA. "
            "La página solo confirma que el acuse existe; no muestra datos personales."
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


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """allauth's, in the words of this platform."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Correo electrónico")
        self.fields["password"].label = _("Contraseña")
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        if "remember" in self.fields:
            self.fields["remember"].label = _("Mantener la sesión abierta")
            self.fields["remember"].help_text = _("No lo marque en un equipo compartido.")


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """allauth's, in the words of this platform."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nombre de la llave")
        self.fields["passwordless"].label = _("Entrar solo con esta llave, sin contraseña")
        self.fields["passwordless"].help_text = _("La llave pedirá su huella, su rostro o su PIN cada vez.")


class EditPasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """allauth's, in the words of this platform."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nombre de la llave")
