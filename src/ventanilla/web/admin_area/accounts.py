"""Accounts of people: open, block, and the mail with the link to choose a password."""
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.audit.services import record
from ventanilla.core.notices.models import Notice
from ventanilla.core.notices.services.mails import account_id, mail_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.accounts import block_account, of_this_institution, open_account, unblock_account
from ventanilla.web.admin_area.pages import page, post_verb
from ventanilla.web.admin_area.views.people import about_or_404


@transaction.atomic
def invite(*, actor: Person | None, person: Person) -> None:
    """Open the account when there is none and queue the mail with the link; `actor` None is the system. Raises NotAllowed, Refused.

    The link works once, for PASSWORD_RESET_TIMEOUT seconds; nobody but the mail outbox sees it.
    """
    user = open_account(actor=actor, person=person)
    person.user = user
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": key.partition("-")[0], "key": key.partition("-")[2]})
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    mail = mail_of(Notice(
        title=_("Elija su contraseña de Ventanilla"), url=path,
        body=_("Se abrió una cuenta para usted. Inicie sesión con %(mail)s. El enlace sirve una vez y durante %(days)s días.")
        % {"mail": user.email, "days": days}), person)
    mail.message_id = account_id()
    mail.save()


def unsent() -> str:
    """What who opens accounts has to know where no mail leaves; empty where it does."""
    return "" if settings.EMAIL_HOST else _(
        "Esta instalación no manda correo todavía (SMTP_HOST): nadie recibe el enlace para elegir su contraseña. "
        "Pida a informática que lo configure y envíe después el enlace otra vez, desde la ficha de cada persona.")


@contextmanager
def inviting(person: Person) -> Iterator[None]:
    """Who gets an account inside also gets the link to choose its password."""
    new = person.user_id is None
    yield
    person.refresh_from_db()
    if new and person.user_id:
        invite(actor=None, person=person)


@require_POST
@page(cap.ADMIN_ORGS)
def open_page(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Open an account, or send the link again."""
    row = about_or_404(person, pk)
    if words := unsent():
        messages.warning(request, words)
    return post_verb(request, lambda: invite(actor=person, person=row), _("Se enviará el enlace para elegir contraseña a %(mail)s.")
                     % {"mail": row.email or (row.user.email if row.user else "")}, reverse("admin_area:person", args=[pk]))


@transaction.atomic
def drop_second_factor(*, actor: Person, person: Person) -> None:
    """For who lost the phone and the recovery codes: code, keys and codes go, the password alone opens, and a mail tells the person.

    Idempotent. Raises NotAllowed, Refused as `block_account`.
    """
    user = of_this_institution(actor=actor, person=person)
    dropped, _by_model = Authenticator.objects.filter(user=user).delete()
    if dropped and user:
        record("orgs.drop_second_factor", actor=actor, institution_id=person.institution_id, subject=f"person:{person.pk}")
        mail_of(Notice(
            title=_("Se quitó el segundo factor de su cuenta"), url=reverse("ui:profile"),
            body=_("Lo quitó %(name)s, de la administración: ahora entra sólo con su contraseña. Active otro en «Mi perfil». "
                   "Si usted no lo pidió, avise a la administración.") % {"name": actor.name}), person).save()


@require_POST
@page(cap.ADMIN_ORGS)
def factor_page(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Take away a second factor that was lost."""
    row = about_or_404(person, pk)
    return post_verb(request, lambda: drop_second_factor(actor=person, person=row),
                     _("Entra sólo con su contraseña; se le avisó por correo."), reverse("admin_area:person", args=[pk]))


@require_POST
@page(cap.ADMIN_ORGS)
def block_page(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Block the account."""
    row = about_or_404(person, pk)
    return post_verb(request, lambda: block_account(actor=person, person=row), _("La cuenta quedó bloqueada y sus sesiones se cerraron."),
                     reverse("admin_area:person", args=[pk]))


@require_POST
@page(cap.ADMIN_ORGS)
def unblock_page(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Let the account sign in again."""
    row = about_or_404(person, pk)
    return post_verb(request, lambda: unblock_account(actor=person, person=row), _("La cuenta puede iniciar sesión de nuevo."),
                     reverse("admin_area:person", args=[pk]))
