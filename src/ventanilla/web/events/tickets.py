"""The short signed ticket that lets a browser open its stream on the events port, where no cookie travels."""
from dataclasses import dataclass
from typing import Final

from django.core import signing

from ventanilla.core.cases.inbox import work_tokens
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of

SALT: Final = "ventanilla.events"
SECONDS: Final = 60


@dataclass(frozen=True)
class Subscription:
    """What one stream may hear: a person, the tokens that open cases to them, those of the trays where they work."""

    person_id: int
    tokens: frozenset[int]
    work: frozenset[int]


def issue(person: Person) -> str:
    """A ticket for this person, good for SECONDS."""
    return issue_for(person.pk)


def issue_for(person_id: int) -> str:
    """As `issue`, by id."""
    return signing.dumps(person_id, salt=SALT)


def redeem(ticket: str) -> int | None:
    """The person's id, or None when the ticket is false or old. No database."""
    try:
        person_id = signing.loads(ticket, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return person_id if isinstance(person_id, int) else None


def subscription_of(person_id: int) -> Subscription | None:
    """What the person may hear now; None for who is no longer active. Two queries."""
    person = Person.objects.filter(pk=person_id, active=True, user__is_active=True, institution__active=True).first()
    if person is None:
        return None
    reach = reach_of(person)
    own = frozenset({-person.pk})
    return Subscription(person.pk, frozenset(reach.tokens), frozenset(work_tokens(reach)) | own)
