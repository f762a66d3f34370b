"""Carries the sign-in events of Django, allauth and axes into the log of the person's institution.

These are the only signals the platform listens to (architecture, section 2): the libraries offer nothing else.
"""
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from axes.utils import reset
from django.contrib.auth import signals as auth
from django.db import transaction

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Person


def note(verb: str, user_id: int | None, request: Any = None, **detail: Any) -> None:
    """One entry in each institution of the user; nothing for an account without a person."""
    people = Person.objects.filter(user=user_id, active=True) if user_id else Person.objects.none()
    address = request.META.get("REMOTE_ADDR", "") if request is not None else ""
    with transaction.atomic():
        for person in people:
            record(verb, actor=person, institution_id=person.institution_id, subject=f"user:{user_id}",
                   detail=detail, personal={"address": address} if address else {})


def signed_in(sender: Any, request: Any, user: Any, **_more: Any) -> None:
    """Password, passkey or OIDC accepted."""
    note("account.sign_in", user.pk, request)


def signed_out(sender: Any, request: Any, user: Any, **_more: Any) -> None:
    """The session was ended by its owner."""
    note("account.sign_out", user.pk if user else None, request)


def refused(sender: Any, credentials: dict[str, Any], request: Any = None, **_more: Any) -> None:
    """A wrong password for an account that exists; the e-mail itself is not kept."""
    email = credentials.get("email") or credentials.get("username") or credentials.get("login") or ""
    person = Person.objects.filter(user__email__iexact=email).values_list("user_id", flat=True).first()
    note("account.refused", person, request)


def password_changed(sender: Any, request: Any, user: Any, **_more: Any) -> None:
    """Changed by its owner or through the mailed link: wrong ones tried before count no more."""
    reset(username=user.email.lower())
    note("account.password", user.pk, request)


def factor_added(sender: Any, request: Any, user: Any, authenticator: Any, **_more: Any) -> None:
    """A second factor or passkey was added."""
    note("account.factor_added", user.pk, request, kind=str(authenticator.type))


def factor_removed(sender: Any, request: Any, user: Any, authenticator: Any, **_more: Any) -> None:
    """A second factor or passkey was removed."""
    note("account.factor_removed", user.pk, request, kind=str(authenticator.type))


def connect() -> None:
    """Listen once; called when Django has loaded every app."""
    pairs = (
        (auth.user_logged_in, signed_in), (auth.user_logged_out, signed_out), (auth.user_login_failed, refused),
        (account.password_changed, password_changed), (account.password_reset, password_changed),
        (mfa.authenticator_added, factor_added), (mfa.authenticator_removed, factor_removed),
    )
    for signal, listener in pairs:
        signal.connect(listener, dispatch_uid=f"ventanilla.{listener.__name__}.{id(signal)}")
