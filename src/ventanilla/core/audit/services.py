"""Writing the log: `record` inside the transaction of the verb it tells of.

Sealing (the hash chain) is done afterwards by `sealing.py`, so that writers never wait for each other.
"""
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, Protocol

from django.db import connection, transaction

from ventanilla.core.audit import sendings
from ventanilla.core.plans import FEW, Part, alongside, rows


class Actor(Protocol):
    """Whoever acts: a person of an institution (`orgs.Person`)."""

    @property
    def pk(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One entry to write. `detail` holds no personal data; `personal` does, and can be erased later."""

    verb: str
    institution_id: int
    subject: str
    actor_id: int | None = None
    case_id: int | None = None
    acting_for_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] = field(default_factory=dict)


_acting_for: ContextVar[int | None] = ContextVar("acting_for", default=None)


@contextmanager
def acting_for(person_id: int | None) -> Iterator[None]:
    """Entries written inside name the person on whose behalf (delegation, absence) the actor acts."""
    token = _acting_for.set(person_id)
    try:
        yield
    finally:
        _acting_for.reset(token)


def canonical(value: Mapping[str, Any]) -> str:
    """JSON text with sorted keys and no spaces; dates and uuids as text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def record(verb: str, *, actor: Actor | None, institution_id: int, subject: str, case_id: int | None = None,
           detail: Mapping[str, Any] | None = None, personal: Mapping[str, Any] | None = None) -> int:
    """Write one entry in the current transaction and return its number."""
    line = Line(verb, institution_id, subject, actor.pk if actor else None, case_id,
                detail=detail or {}, personal=personal or {})
    return record_many([line])[0]


def digest(salt: bytes, data: str) -> bytes:
    """What an entry keeps of its personal part: SHA-256 of a random salt of 16 bytes and the text."""
    return hashlib.sha256(salt + data.encode()).digest()


def record_many(lines: Sequence[Line]) -> list[int]:
    """Write many entries with one statement, in order; returns their numbers."""
    if not lines:
        return []
    columns, form = _columns(lines), sendings.meant_by([line.verb for line in lines])
    statement, values = (_INSERT_SENT, [*columns, *form.values]) if form else (_INSERT, columns)
    if len(lines) <= FEW:
        found = rows(statement, values)
    else:
        with connection.cursor() as cursor:  # the best plan for thousands is another one
            cursor.execute(statement, values)
            found = cursor.fetchall()
    if form:
        _sent(form, bool(found[0][1]))
    return [row[0] for row in found]


def _sent(form: sendings.Form, first: bool) -> None:
    """The lines are written, and with the first of them the row of the form. Raises what the form says when another stood there."""
    if not first:
        return sendings.settle(form)
    form.was_written()
    return transaction.on_commit(form.was_kept)


def record_with(lines: Sequence[Line]) -> None:
    """`record_many` for whom the numbers do not matter: inside `plans.together()` the entries are written with what is gathered there."""
    if not 0 < len(lines) <= FEW:
        record_many(lines)
        return
    form = sendings.meant_by([line.verb for line in lines])
    if not alongside(_part(len(lines), form is not None), [*_values(lines), *(form.values if form else ())]):
        record_many(lines)
    elif form:  # what is opened here has the form's key itself, and was claimed: no other sending of it wrote
        _sent(form, True)


def _values(lines: Sequence[Line]) -> list[Any]:
    """Line by line. Numbers go as text: else a statement would be another one for each mixture of sizes."""
    found = [value for line in zip(*_columns(lines), strict=True) for value in line]
    return [str(value) if isinstance(value, int) else value for value in found]


def _columns(lines: Sequence[Line]) -> list[Any]:
    personal = [_sealed_personal(line) for line in lines]
    return [
        [line.institution_id for line in lines], [line.verb for line in lines], [line.actor_id for line in lines],
        [line.acting_for_id or _acting_for.get() for line in lines], [line.case_id for line in lines],
        [line.subject[:120] for line in lines], [canonical(line.detail) for line in lines],
        *([p[n] if p else None for p in personal] for n in (2, 0, 1)),
    ]


_KINDS = ("bigint", "text", "bigint", "bigint", "bigint", "text", "text", "bytea", "bytea", "text")
# Numbers are taken in the order of the lines, so the n-th number is the n-th line's.
_WRITTEN = """line AS MATERIALIZED (
  SELECT nextval('public.audit_entry_id_seq') AS id, g.* FROM {lines}
    AS g (institution_id, verb, actor_id, acting_for_id, case_id, subject, detail, digest, salt, data)
), entry AS (
  INSERT INTO audit_entry (id, institution_id, verb, actor_id, acting_for_id, case_id, subject, detail, digest)
  SELECT id, institution_id, verb, actor_id, acting_for_id, case_id, subject, detail, digest FROM line
), personal AS (
  INSERT INTO audit_personal (entry_id, salt, data) SELECT id, salt, data FROM line WHERE data IS NOT NULL
)"""
_ARRAYS = ", ".join(f"%s::{kind}[]" for kind in _KINDS)
_INSERT = f"WITH {_WRITTEN.format(lines=f'unnest({_ARRAYS})')} SELECT id FROM line ORDER BY id"
_INSERT_SENT = f"""WITH {_WRITTEN.format(lines=f'unnest({_ARRAYS})')}, {sendings.put("%s", "%s", "%s")}
SELECT id, (SELECT count(*) FROM sent) FROM line ORDER BY id"""


@cache
def _part(count: int, sent: bool) -> Part:
    """So many lines as rows, and the form that they are written for: arrays are taken apart by ten functions, which cost more than the rows
    of one line."""
    places, last = enumerate(_KINDS * count, 1), len(_KINDS) * count
    listed = ", ".join(f"({', '.join(f'${n}::{kind}' for n, kind in islice(places, len(_KINDS)))})" for _line in range(count))
    written = _WRITTEN.format(lines=f"(VALUES {listed})")
    return Part(f"{written}, {sendings.put(*(f'${last + n}' for n in (1, 2, 3)))}", last + 3) if sent else Part(written, last)


def _sealed_personal(line: Line) -> tuple[bytes, str, bytes] | None:
    if not line.personal:
        return None
    salt, data = os.urandom(16), canonical(line.personal)
    return salt, data, digest(salt, data)


def erase_personal(*, actor: Actor, entry_ids: Sequence[int], institution_id: int, reason: str) -> int:
    """Erase the personal part of entries (ARCO cancellation); the chain still verifies. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_personal WHERE entry_id = ANY(%s)", [list(entry_ids)])
        count: int = cursor.rowcount
    record("audit.erase", actor=actor, institution_id=institution_id, subject=f"entries:{count}",
           detail={"entries": list(entry_ids), "reason": reason})
    return count
