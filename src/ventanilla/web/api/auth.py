"""Who asks: `Authorization: Bearer <token>` (RFC 6750). A token acts as its person, within its scopes."""
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

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
_VALID: Final = """
FROM api_apitoken t JOIN orgs_person p ON p.id = t.person_id JOIN orgs_institution i ON i.id = p.institution_id
JOIN orgs_user u ON u.id = p.user_id {more}
WHERE t.digest = %(digest)s AND t.revoked_at IS NULL AND t.expires_at > %(now)s AND p.active AND i.active AND u.is_active
"""
_TOLD: Final = f"t.id, t.scopes, t.last_used_at, coalesce(i.policy->>'{Institution.NOTED}', ''), {_PERSON.sql('p')}"
_HELD: Final = f"SELECT {_TOLD} {_VALID.format(more='')}"
_HELD_AND_KEPT: Final = "SELECT k.request, k.status, k.body, k.content_type, k.etag, " + _TOLD + _VALID.format(
    more="LEFT JOIN LATERAL public.api_kept(p.id, %(key)s::uuid, hashtextextended(%(key)s::text, p.id)) k ON true")


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
        row = plans.first(_HELD, _asked(secret))
        kept[secret] = _held(row) if row else None
    return kept[secret]


def held_and_kept(request: HttpRequest, secret: str, key: UUID) -> tuple[Held | None, tuple[Any, ...] | None]:
    """`held_by`, and what its person was answered under this key: request, status, body, type and validator. One statement.

    A repetition that comes while the first one is being answered waits here for its transaction to end; call it inside yours.
    """
    row = plans.first(_HELD_AND_KEPT, {**_asked(secret), "key": key})
    held = request.__dict__.setdefault("_held", {})[secret] = _held(row[5:]) if row else None
    return held, row[:5] if row and row[0] is not None else None


def _asked(secret: str) -> dict[str, Any]:
    return {"digest": digest_of(secret), "now": timezone.now()}


def _held(row: tuple[Any, ...]) -> Held:
    return Held(row[0], row[1], row[2], row[3], _PERSON.instance(row[4:]))


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
