"""Who asks: `Authorization: Bearer <token>` (RFC 6750). A token acts as its person, within its scopes."""
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from ventanilla.core.orgs.models import Person
from ventanilla.web.api.models import ApiToken
from ventanilla.web.api.problems import MissingScope
from ventanilla.web.api.services import digest_of


class Bearer(HttpBearer):
    """Accepts a valid token that has `scope` (empty: any token)."""

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token's person. Raises AuthenticationError (401) and MissingScope (403)."""
        now = timezone.now()
        row = ApiToken.objects.valid(now).select_related("person__institution", "person__user", "person__unit").filter(
            digest=digest_of(token)).first()
        if row is None:
            raise AuthenticationError
        if self.scope and self.scope not in row.scopes:
            raise MissingScope(self.scope)
        if row.last_used_at is None or now - row.last_used_at > timedelta(minutes=1):
            ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
        request.person = row.person  # type: ignore[attr-defined]
        return row.person


def actor(request: HttpRequest) -> Person:
    """The person whose token this is."""
    person: Person = request.person  # type: ignore[attr-defined]
    return person
