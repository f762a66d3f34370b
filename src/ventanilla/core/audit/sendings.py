"""Which forms were sent: of each, who sent it, its key and a digest of what was in it, written with the log line of its verb.

So that the same key with something else in it is told, and not taken for what was sent before. The row comes by the very statement that
writes the line: there is none without the verb, and no verb of a form without its row, whatever is killed when. Whoever receives
forms says what is being sent (`web/ui/sendings.py`); without that, nothing here happens.
"""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.utils import timezone

from ventanilla.core.audit.models import Sending
from ventanilla.core.plans import first

KEPT_DAYS: Final = 35
"""Longer than a browser holds a form that it could not send (30 days)."""
NOBODY: Final = 0
"""In the place of a person: a public form of somebody who did not sign in."""
APART: Final = "documents."
"""Files are taken in before the verb of their form: a form that is refused afterwards was not sent by that."""


class Before(NamedTuple):
    """What was sent with a key: digest, first line of the log, and when."""

    digest: bytes
    entry_id: int
    at: datetime


@dataclass
class Form:
    """A form that is being received. `before`: its key sent something else already, so that no verb may be done; `refusal` says it."""

    person_id: int
    key: UUID
    digest: bytes
    refusal: Callable[[Before], Exception]
    before: Before | None = None
    written: bool = False  # a row of it was written, perhaps by a transaction that came to nothing
    known: bool = False  # its row is there, with this digest
    kept: bool = False  # and was committed

    @property
    def values(self) -> list[Any]:
        """For the statement; the number as text, as a statement is another one for each size of number."""
        return [str(self.person_id), self.key, self.digest]

    def was_written(self) -> None:
        """By the statement that just ran, or will run with what else is gathered."""
        self.written = self.known = True

    def was_kept(self) -> None:
        """The transaction came to its end."""
        self.kept = True


_form: ContextVar[Form | None] = ContextVar("form", default=None)


@contextmanager
def receiving() -> Iterator[None]:
    """For the length of a request: what `begin` says holds inside."""
    token = _form.set(None)
    try:
        yield
    finally:
        _form.reset(token)


def begin(form: Form) -> None:
    """From here on, verbs are done for this form."""
    _form.set(form)


def received() -> Form | None:
    """The form that is being received, if any."""
    return _form.get()


def meant_by(verbs: list[str]) -> Form | None:
    """The form that these lines are written for; None where there is none, or where they only take its files in.

    Raises what the form says when its key sent something else before.
    """
    form = _form.get()
    if form is None:
        return None
    if form.before:
        raise form.refusal(form.before)
    return None if all(verb.startswith(APART) for verb in verbs) else form


def before(person_id: int, key: UUID) -> Before | None:
    """What this person sent with this key; nobody else's says anything."""
    found = first(_BEFORE, [str(person_id), key])
    return Before(bytes(found[0]), found[1], found[2]) if found else None


def settle(form: Form) -> None:
    """A row stood there already: of this form, or of another sending that was faster. Raises what the form says then."""
    if form.known:
        return
    if (found := before(form.person_id, form.key)) and found.digest != form.digest:
        raise form.refusal(found)
    form.known = found is not None


def let_go(form: Form) -> None:
    """The form came back after one of its verbs was done: its key may be sent again, with what is corrected."""
    Sending._default_manager.filter(person_id=form.person_id, key=form.key, digest=form.digest).delete()


def forget_old(days: int = KEPT_DAYS) -> int:
    """Delete what was sent before so many days; returns how many."""
    return Sending._default_manager.filter(at__lt=timezone.now() - timedelta(days=days)).delete()[0]


_BEFORE = "SELECT digest, entry_id, at FROM audit_sending WHERE person_id = %s::bigint AND key = %s::uuid"
_PUT = """sent AS (
  INSERT INTO audit_sending (person_id, key, digest, entry_id, at) SELECT {places}, min(id), now() FROM line
  ON CONFLICT (person_id, key) DO NOTHING RETURNING 1
)"""


def put(*places: str) -> str:
    """What stands behind the lines in the statement that writes them; `places` of person, key and digest."""
    kinds = ("bigint", "uuid", "bytea")
    return _PUT.format(places=", ".join(f"{place}::{kind}" for place, kind in zip(places, kinds, strict=True)))
