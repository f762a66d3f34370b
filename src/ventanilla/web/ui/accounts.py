"""How allauth behaves here: nobody signs up alone, sign-in events reach the log, mails are ours."""

import logging
from threading import BoundedSemaphore
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as asked
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.notices.models import Mail
from ventanilla.core.notices.services.mails import account_id
from ventanilla.core.notices.tasks import hurry
from ventanilla.core.orgs.models import Person, User

logger = logging.getLogger("ventanilla.signin")
_SLOTS = BoundedSemaphore(2)
LONGEST = 255


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administration; the institution's name stands in the mails."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": lazy("El correo o la contraseña no son correctos."),
        "too_many_login_attempts": lazy("Demasiados intentos fallidos. Espere unos minutos y vuelva a intentarlo."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are appointed, they do not sign up."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """No "[site]" prefix from allauth's sites framework."""
        return f"Ventanilla: {subject.strip()}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, as every other mail: a mail server that is down or slow fails no page, and the link comes when it is back."""
        said = self.render_mail(template_prefix, email, {"request": asked.request, "email": email, **context})
        Mail(message_id=account_id(), to=email, subject=said.subject[:250], text=said.body).save()
        hurry()

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of the host that was asked."""
        request = asked.request
        hosts = {request.get_host()} if request else set()
        return url_has_allowed_host_and_scheme(url, allowed_hosts=hosts)


def who_tries(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The account that a sign-in is counted for: allauth gives the address as `email`, axes as `username`, the form as `login`. What is
    longer than any address is counted by its beginning, for which axes has room."""
    known = credentials or {}
    return str(known.get("email") or known.get("username") or request.POST.get("login", "")).strip().lower()[:LONGEST]


class LongEnough(MinimumLengthValidator):
    """The least length of a password; before anything is typed it says the rule (Django's, in es-MX, that it was broken)."""

    def get_help_text(self) -> str:
        """What stands under the field."""
        return _("Al menos %(n)s caracteres.") % {"n": self.min_length}


class IssuerSession(requests.Session):
    """Talks to the issuer; whatever fails on the way ends on a page that says so."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As requests; `timeout` 5 seconds unless given. Raises ImmediateHttpResponse."""
        try:
            response = super().request(*args, **{"timeout": 5, **kwargs})
            response.raise_for_status()
        except requests.RequestException as failure:
            logger.warning("The OpenID Connect issuer failed: %s", type(failure).__name__)
            page = render(asked.request, "socialaccount/authentication_error.html", {"away": True}, status=502)
            raise ImmediateHttpResponse(page) from failure
        return response


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An OIDC identity signs in an account that exists; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never, as above."""
        return False

    def get_requests_session(self) -> requests.Session:
        """Errors of the issuer become a page."""
        return IssuerSession()

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect the identity to the account with its verified e-mail; otherwise say whom to ask.

        Not allauth's own matching by e-mail: that wipes the account's password, against people who signed up with
        another's address; here nobody signs up.
        """
        if not sociallogin.is_existing:
            user = _account_of(sociallogin)
            if user is None:
                raise _unknown(request, sociallogin)
            sociallogin.connect(request, user)
        if not _works(sociallogin.user):
            raise _unknown(request, sociallogin)


def _unknown(request: HttpRequest, sociallogin: Any) -> ImmediateHttpResponse:
    """The page for who has no account here: with the address that the issuer told, which is theirs."""
    told = next((e for e in sociallogin.email_addresses if e.email), None)
    known = {"email": told.email if told else "", "verified": bool(told and told.verified is True)}
    return ImmediateHttpResponse(render(request, "socialaccount/unknown.html", known, status=403))


def _account_of(sociallogin: Any) -> User | None:
    """The one active account with an e-mail that the issuer calls verified."""
    emails = [e.email.strip() for e in sociallogin.email_addresses if e.verified is True and e.email]
    found = [user for email in emails for user in User.objects.filter(email__iexact=email, is_active=True)[:2]]
    return found[0] if len(found) == 1 and _works(found[0]) else None


def _works(user: User) -> bool:
    """Active, and somebody in an institution."""
    return user.is_active and Person.objects.filter(user=user, active=True).exists()


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors carry the name of the platform."""

    def get_totp_issuer(self) -> str:
        """Shown by the authenticator application."""
        return "Ventanilla"

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What a key is called until its person names it."""
        return _("Llave %(n)s") % {"n": Authenticator.objects.filter(user=user, type=type).count() + 1}


class BoundedArgon2(Argon2PasswordHasher):
    """Argon2id needs 100 MB a hash; at most two are computed at once in a process, the rest wait."""

    def encode(self, password: str, salt: str) -> str:
        """As Argon2PasswordHasher, one of two slots held meanwhile."""
        with _SLOTS:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """As Argon2PasswordHasher, one of two slots held meanwhile."""
        with _SLOTS:
            return super().verify(password, encoded)
