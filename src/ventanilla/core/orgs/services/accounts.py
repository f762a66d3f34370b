"""Accounts of people: opening one for somebody who has none, blocking and unblocking it."""
from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Person, User
from ventanilla.core.orgs.services.setup import Refused, administer


@transaction.atomic
def open_account(*, actor: Person | None, person: Person) -> User:
    """An account for the person's own e-mail, without a password: they set it by a link that the web sends.

    An account of that e-mail in another institution is the same account. Idempotent. Raises NotAllowed; Refused for
    an inactive person, without e-mail, or when somebody else here already signs in with it.
    """
    administer(actor, person.institution_id)
    row = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    if row.user:
        return row.user
    if not row.active:
        raise Refused(_("La persona está inactiva; actívela antes."))
    if not row.email:
        raise Refused(_("Falta su correo electrónico: agréguelo con «Editar»."))
    user = User.objects.filter(email__iexact=row.email).first()
    if user and Person.objects.filter(institution_id=row.institution_id, user=user).exists():
        raise Refused(_("Otra persona de la institución ya inicia sesión con ese correo."))
    row.user = user or User.objects.create_user(row.email, None)
    row.save(update_fields=["user"])
    record("orgs.open_account", actor=actor, institution_id=row.institution_id, subject=f"person:{row.pk}",
           personal={"email": row.email})
    return row.user


def block_account(*, actor: Person | None, person: Person) -> None:
    """The account cannot sign in any more; open sessions end at once. Idempotent.

    Raises NotAllowed; Refused for oneself, and for an account that another institution uses too (there the person is
    made inactive here instead).
    """
    _switch(actor, person, active=False)


def unblock_account(*, actor: Person | None, person: Person) -> None:
    """The account may sign in again. Idempotent. Raises NotAllowed, Refused as `block_account`."""
    _switch(actor, person, active=True)


def of_this_institution(*, actor: Person | None, person: Person) -> User | None:
    """The account of a person, locked, where the administration of their institution alone decides over it.

    Raises NotAllowed; Refused for oneself, and for an account that another institution uses too.
    """
    administer(actor, person.institution_id)
    if actor is not None and actor.user_id == person.user_id:
        raise Refused(_("Es su propia cuenta: que lo haga otra persona de la administración."))
    user = User.objects.select_for_update().filter(pk=person.user_id or 0).first()
    if user and Person.objects.filter(user=user).exclude(institution_id=person.institution_id).exists():
        raise Refused(_("La cuenta se usa también en otra institución; aquí marque a la persona como inactiva."))
    return user


@transaction.atomic
def _switch(actor: Person | None, person: Person, *, active: bool) -> None:
    user = of_this_institution(actor=actor, person=person)
    if user is None or user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    record("orgs.unblock_account" if active else "orgs.block_account", actor=actor, institution_id=person.institution_id,
           subject=f"person:{person.pk}")
