"""Opposition: who opposed every use that is not mandatory gets no survey and no notice by mail, until they ask for it again.

A person with an account keeps it in their own choices of notices, which every notice reads anyway; who has none is known by the address.
"""
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from ventanilla.core.cases.moving import moving
from ventanilla.core.notices.kinds import KINDS
from ventanilla.core.notices.models import Preference
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.privacy.models import Opposition, Right, SubjectRequest
from ventanilla.core.privacy.services.erasing import confirmed
from ventanilla.core.privacy.services.gathering import attending

SURVEY = "survey"


@dataclass(frozen=True)
class Opposed:
    """Whom not to disturb: addresses, and people of the institution; `folio` is what the officer wrote to confirm."""

    emails: Sequence[str] = ()
    people: Sequence[Person] = ()
    folio: str = ""


def oppose(*, actor: Person, request: SubjectRequest, opposed: Opposed) -> list[Opposition]:
    """Mark them; what was marked already stays as it is. Raises NotAllowed, Refused."""
    row = confirmed(actor, request, Right.OPPOSITION, opposed.folio)
    emails = sorted({_address(e) for e in opposed.emails if e.strip()})
    if not emails and not opposed.people:
        raise Refused(_("Escriba un correo o elija a una persona."), "emails")
    if any(p.institution_id != row.institution_id for p in opposed.people):
        raise NotAllowed
    with moving(row.case, "oppose", actor) as move:
        known = Opposition.objects.filter(institution_id=row.institution_id, lifted_at=None)
        had = set(known.values_list("email", flat=True))
        made = [Opposition(institution_id=row.institution_id, request=row, email=e, since=move.at) for e in emails if e not in had]
        kept = set(known.values_list("person_id", flat=True))
        people = [p for p in opposed.people if p.pk not in kept]
        made += [Opposition(institution_id=row.institution_id, request=row, person=p, since=move.at) for p in people]
        Opposition.objects.bulk_create(made)
        _quiet(opposed.people)
        move.detail["marked"] = len(made)
        return made


def _address(email: str) -> str:
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise Refused(_("«%(mail)s» no es un correo electrónico.") % {"mail": email.strip()}, "emails") from error
    return email.strip().lower()


def _quiet(people: Sequence[Person]) -> None:
    """Their own choices: nothing by mail, and surveys not at all."""
    Preference.objects.bulk_create(
        [Preference(person=p, kind=kind, shown=kind != SURVEY, mail="none") for p in people for kind in KINDS],
        update_conflicts=True, unique_fields=["person", "kind"], update_fields=["shown", "mail"])


def lift(*, actor: Person, request: SubjectRequest, reason: str) -> int:
    """They asked to be told again: the marks of this request end, and the people's usual notices come back. Returns how many ended."""
    row = attending(actor, request)
    with moving(row.case, "lift", actor, reason=reason) as move:
        standing = row.oppositions.filter(lifted_at=None)
        people = list(standing.exclude(person=None).values_list("person_id", flat=True))
        Preference.objects.filter(person_id__in=people, mail="none").delete()
        return standing.update(lifted_at=move.at)


def opposed_emails(institution_id: int, addresses: Collection[str]) -> set[str]:
    """Of these addresses those, in lower case, whose owner opposed; one query, none for none."""
    wanted = {a.lower() for a in addresses}
    rows = Opposition.objects.filter(institution_id=institution_id, email__in=wanted, lifted_at=None)
    return set(rows.values_list("email", flat=True)) if wanted else set()


def opposed_people(people: Collection[int]) -> set[int]:
    """Of these people (ids) those who opposed."""
    rows = Opposition.objects.filter(person_id__in=people, lifted_at=None)
    return {i for i in rows.values_list("person_id", flat=True) if i} if people else set()
