"""Sessions as Django keeps them in the database; every page reads one, by a statement whose plan is kept."""
from typing import Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from ventanilla.core import plans

_VALID: Final = plans.Related(Session, where="t.session_key = %s AND t.expire_date > %s")


class SessionStore(db.SessionStore):
    """Django's; only the reading is ours."""

    def _get_session_from_db(self) -> Session | None:
        found = _VALID([self.session_key, timezone.now()])
        if not found:
            self._session_key = None
        return found[0] if found else None
