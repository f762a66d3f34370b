"""Forms of the pages of this part; they only parse."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp.forms import ActivateTOTPForm
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


class OfAccount:
    """Puts allauth's forms in the manner of this platform: the label stands above, nothing in the field repeats it."""

    labels: dict[str, Any] = {
        "email": _("Correo electrónico"),
        "login": _("Correo electrónico"),
        "password": _("Contraseña"),
        "code": _("Código"),
    }
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OfAccount, account.LoginForm):  # type: ignore[misc]
    """The entrance."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "remember" in self.fields:
            self.fields["remember"].label = _("Mantener la sesión abierta")
            self.fields["remember"].help_text = _("No lo marque en un equipo compartido.")


class ResetPasswordForm(OfAccount, account.ResetPasswordForm):  # type: ignore[misc]
    """Asks for the link by mail."""


class ResetPasswordKeyForm(OfAccount, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """Chooses a password with the link."""


class ChangePasswordForm(OfAccount, account.ChangePasswordForm):  # type: ignore[misc]
    """Chooses another password."""


class ConfirmForm(OfAccount, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something of the account's safety changes."""


class SecondStepForm(OfAccount, factor.AuthenticateForm):  # type: ignore[misc]
    """The code of the second step."""


class ConfirmByCodeForm(OfAccount, factor.ReauthenticateForm):  # type: ignore[misc]
    """The code once more, as ConfirmForm."""


class ActivateCodeForm(OfAccount, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a telephone."""


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
