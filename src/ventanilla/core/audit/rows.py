"""Reading entries as the plain mappings that are hashed: one place that turns a row into canonical fields."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from ventanilla.lib.auditproof import FIELDS, moment

COLUMNS = ", ".join(f"e.{name}" for name in FIELDS)
Entry = dict[str, Any]


def as_entry(row: Sequence[Any]) -> Entry:
    """A row of COLUMNS as the mapping that `auditproof.canonical_entry` takes."""
    entry = dict(zip(FIELDS, row, strict=True))
    entry["at"] = moment(entry["at"])
    entry["digest"] = None if entry["digest"] is None else bytes(entry["digest"]).hex()
    return entry


def query(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def one(sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...]:
    """The only row of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


def streamed(sql: str, params: Sequence[Any] = (), size: int = 2000) -> Iterator[tuple[Any, ...]]:
    """Rows through a server-side cursor: constant memory. Needs an open transaction."""
    connection.ensure_connection()
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(size):
            yield from rows


def entries_by_id(ids: Sequence[int]) -> dict[int, list[Entry]]:
    """Entries by number. A number has one entry, unless somebody put a second one beside it."""
    found: dict[int, list[Entry]] = {}
    for row in query(f"SELECT {COLUMNS} FROM audit_entry e WHERE e.id = ANY(%s)", [list(ids)]):
        found.setdefault(row[0], []).append(as_entry(row))
    return found
