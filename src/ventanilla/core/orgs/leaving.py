"""Who no longer works where they worked: of people for whom something waits, since when, and what can be said of it.

Somebody left who is inactive, or whose last function or post ended and who holds none today, or whose unit closed and who holds none.
Who was given another function works on: nothing is said of them. Whoever can sign in no longer cannot do what waits for them either, and
that is another sentence; of who never could, nothing is said.
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone

from ventanilla.core import plans
from ventanilla.core.orgs.models import Person

_SQL: Final = """
SELECT p.id, p.active, a.is_active, EXISTS (SELECT FROM orgs_personevent e WHERE e.pgh_obj_id = p.id AND e.user_id IS NOT NULL),
  CASE WHEN g.ended IS NOT NULL AND p.active THEN g.name ELSE coalesce(u.name, '') END, greatest(g.ended, u.closed),
  (SELECT min(e.pgh_created_at) FROM orgs_personevent e WHERE e.pgh_obj_id = p.id AND NOT e.active AND e.pgh_id > coalesce(
    (SELECT max(b.pgh_id) FROM orgs_personevent b WHERE b.pgh_obj_id = p.id AND b.active), 0)),
  NOT (EXISTS (SELECT FROM orgs_grant n WHERE n.person_id = p.id AND n.valid_from <= %(day)s
               AND (n.valid_to IS NULL OR n.valid_to > %(day)s))
    OR EXISTS (SELECT FROM orgs_appointment n WHERE n.person_id = p.id AND n.valid_from <= %(day)s
               AND (n.valid_to IS NULL OR n.valid_to > %(day)s)))
    AND (g.ended IS NOT NULL OR u.closed IS NOT NULL)
FROM orgs_person p LEFT JOIN orgs_user a ON a.id = p.user_id
LEFT JOIN LATERAL (
  SELECT n.name, CASE WHEN n.valid_to <= %(day)s THEN n.valid_to END AS closed FROM orgs_unit n WHERE n.id = p.unit_id) u ON true
LEFT JOIN LATERAL (
  SELECT o.valid_to AS ended, w.name FROM orgs_grant o JOIN orgs_unit w ON w.id = o.unit_id
  WHERE o.person_id = p.id AND o.valid_to <= %(day)s ORDER BY o.valid_to DESC, o.id DESC LIMIT 1) g ON true
WHERE p.id = ANY (ARRAY(SELECT unnest(%(people)s::bigint[])))
"""


@dataclass(frozen=True)
class Left:
    """Where somebody no longer works (empty: in the institution at large) and the local day since when it is so, where it is known; or,
    while they do work there (`gone` False), that they have no account any more, or one that is blocked (`account`)."""

    gone: bool
    unit: str = ""
    since: date | None = None
    account: bool = False


def left_of(people: Iterable[int]) -> Mapping[int, Left]:
    """Of these people those who left, or cannot sign in; one statement, none for nobody."""
    ids = sorted({*people})
    rows = plans.rows(_SQL, {"people": ids, "day": timezone.localdate()}) if ids else ()
    return {row[0]: found for row in rows if (found := _told(row))}


def has_left(person: Person) -> bool:
    """Whether somebody left, or cannot sign in."""
    return person.pk in left_of([person.pk])


def _told(row: Sequence[Any]) -> Left | None:
    _id, active, account, had, unit, ended, inactive, without = row
    if not active:
        return Left(True, unit, timezone.localtime(inactive).date() if inactive else None)
    if without:
        return Left(True, unit, ended)
    return None if account or (account is None and not had) else Left(False, account=account is not None)
