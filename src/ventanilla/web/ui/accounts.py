"""How allauth behaves here: nobody signs up alone, sign-in events reach the log, mails are ours."""

from threading import BoundedSemaphore
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

_SLOTS = BoundedSemaphore(2)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administration; the institution's name stands in the mails."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are appointed, they do not sign up."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """No "[site]" prefix from allauth's sites framework."""
        return f"Ventanilla: {subject.strip()}"

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of the host that was asked."""
        request = context.request
        hosts = {request.get_host()} if request else set()
        return url_has_allowed_host_and_scheme(url, allowed_hosts=hosts)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An OIDC identity signs in an account that exists; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never, as above."""
        return False


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors carry the name of the platform."""

    def get_totp_issuer(self) -> str:
        """Shown by the authenticator application."""
        return "Ventanilla"


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
