"""Who asks: `Authorization: Bearer <token>` (RFC 6750). A token acts as its person, within its scopes."""
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from ventanilla.core import plans
from ventanilla.core.cases import words
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.web.api.models import ApiToken
from ventanilla.web.api.problems import MissingScope
from ventanilla.web.api.services import digest_of

_PERSON: Final = plans.Columns(Person)
_VALID: Final = f"""
SELECT t.id, t.scopes, t.last_used_at, coalesce(i.policy->>'{Institution.NOTED}', ''), {_PERSON.sql("p")}
FROM api_apitoken t JOIN orgs_person p ON p.id = t.person_id JOIN orgs_institution i ON i.id = p.institution_id
JOIN orgs_user u ON u.id = p.user_id
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND p.active AND i.active AND u.is_active
"""


class Held(NamedTuple):
    """A valid token: its number, what it may be used for, when it was last used, when its institution's words changed, and whose it is."""

    pk: int
    scopes: list[str]
    last_used_at: datetime | None
    words_changed: str
    person: Person


def held_by(request: HttpRequest, secret: str) -> Held | None:
    """The valid token with this secret (`TokenQuerySet.valid`), asked once per request; None when there is none."""
    kept: dict[str, Held | None] = request.__dict__.setdefault("_held", {})
    if secret not in kept:
        row = plans.first(_VALID, [digest_of(secret), timezone.now()])
        kept[secret] = Held(row[0], row[1], row[2], row[3], _PERSON.instance(row[4:])) if row else None
    return kept[secret]


class Bearer(HttpBearer):
    """Accepts a valid token that has `scope` (empty: any token), of a person who `may` (whoever holds one, without it).

    Who may not is told that there is nothing (404), before what they sent is looked at; the verbs ask for themselves all the same.
    """

    def __init__(self, scope: str = "", may: Callable[[Person], bool] | None = None) -> None:
        super().__init__()
        self.scope = scope
        self.may = may

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token's person. Raises AuthenticationError (401), MissingScope (403) and NotAllowed (404)."""
        now, row = timezone.now(), held_by(request, token)
        if row is None:
            raise AuthenticationError
        if self.scope and self.scope not in row.scopes:
            raise MissingScope(self.scope)
        if row.last_used_at is None or now - row.last_used_at > timedelta(minutes=1):
            ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
        words.seen(row.person.institution_id, row.words_changed)
        request.person = row.person  # type: ignore[attr-defined]
        if self.may and not self.may(row.person):
            raise NotAllowed
        return row.person


def able(*capabilities: str) -> Callable[[Person], bool]:
    """Whoever holds one of these capabilities, over some unit."""
    return lambda person: any(reach_of(person).can(one) for one in capabilities)


def actor(request: HttpRequest) -> Person:
    """The person whose token this is."""
    person: Person = request.person  # type: ignore[attr-defined]
    return person
