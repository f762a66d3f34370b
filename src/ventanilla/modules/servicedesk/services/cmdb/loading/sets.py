"""Items of a file written as whole sets: one statement adds, changes, keeps the version of, or removes thousands.

The facts of a version go to the database as one JSON text and are spread there; the facts of the new versions are made
there from the rows, so that they cross the wire once. What `past.facts_of` and `past.put_back` do for one item.
"""
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, connection, transaction

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models.cmdb import CILoad, ConfigurationItem
from ventanilla.modules.servicedesk.services.cmdb.past import Facts

BATCH: Final = 2000
_COLUMNS: Final = {"name": "text", "code": "text", "serial": "text", "state": "text", "criticality": "int", "notes": "text",
                   "attributes": "jsonb", "redundancy": "jsonb", "type": "bigint", "unit": "bigint", "owner": "bigint"}
_HERE: Final = {name: f"{name}_id" if kind == "bigint" else name for name, kind in _COLUMNS.items()}
_GIVEN: Final = "jsonb_to_recordset(%(facts)s::jsonb) AS f (n bigint, " + ", ".join(f"{n} {k}" for n, k in _COLUMNS.items()) + ")"
_ADD: Final = f"""INSERT INTO servicedesk_configurationitem
  (institution_id, uuid, sort_key, created_at, changed_at, {", ".join(_HERE.values())})
SELECT %(institution)s, gen_random_uuid(), '', %(at)s, %(at)s, {", ".join(f"f.{n}" for n in _COLUMNS)}
FROM {_GIVEN} ORDER BY f.n RETURNING id"""
_PUT: Final = f"""UPDATE servicedesk_configurationitem i SET changed_at = %(at)s, {", ".join(f"{c} = f.{n}" for n, c in _HERE.items())}
FROM {_GIVEN} WHERE i.id = f.n"""
_KEEP: Final = f"""INSERT INTO servicedesk_civersion (item_id, since, facts, by_id, load_id, reason)
SELECT id, %(at)s, jsonb_build_object({", ".join(f"'{n}', {c}" for n, c in _HERE.items())}), %(by)s, %(load)s, %(reason)s
FROM servicedesk_configurationitem WHERE id = ANY(%(ids)s) ORDER BY id"""


def batches(rows: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    """The rows, so many at a time."""
    return (rows[n:n + size] for n in range(0, len(rows), size))


def add(institution_id: int, facts: Sequence[Facts], at: datetime) -> list[int]:
    """New items of these facts; their ids in order. Raises IntegrityError for a number that is taken."""
    found: list[int] = []
    with connection.cursor() as cursor:
        for batch in batches(facts):
            cursor.execute(_ADD, {"institution": institution_id, "at": at, "facts": _json(enumerate(batch))})
            found += [pk for (pk,) in cursor.fetchall()]
    return found


def put(facts: Mapping[int, Facts], at: datetime) -> None:
    """The items of these ids as the facts say. Raises IntegrityError."""
    with connection.cursor() as cursor:
        for batch in batches([*facts.items()]):
            cursor.execute(_PUT, {"at": at, "facts": _json(batch)})


def _json(rows: Any) -> str:
    return json.dumps([{**facts, "n": n} for n, facts in rows], ensure_ascii=False)


def keep(ids: Sequence[int], *, by: Person | None, at: datetime, load: CILoad | None = None, reason: str = "") -> None:
    """A version of each item as it is now."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"ids": [*ids], "at": at, "by": by.pk if by else None, "load": load.pk if load else None,
                               "reason": reason[:300]})


def remove(ids: Sequence[int]) -> None:
    """Items with their versions. Where something else points at one, Django says what: raises ProtectedError, RestrictedError."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM servicedesk_civersion WHERE item_id = ANY(%s)", [[*ids]])
            cursor.execute("DELETE FROM servicedesk_configurationitem WHERE id = ANY(%s)", [[*ids]])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        for batch in batches(ids):
            ConfigurationItem.objects.filter(pk__in=batch).delete()
