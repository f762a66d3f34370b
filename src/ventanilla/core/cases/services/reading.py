"""Read receipts: who opened a matter that was sent to them, and when.

A receipt says that the addressee knows. So only the addressee gives one: the person whom a turn names, else somebody of the very
unit it was sent to who may answer there (by a grant over that unit, or being of it), or whoever stands in for one of them during an
absence. A superior who looks on gives none, and neither does anybody for a turn that is over.
"""
from collections.abc import Sequence
from typing import Final

from django.db import connection
from django.utils import timezone

from ventanilla.core.cases.models import Turn
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import ACTING

_READ: Final = f"""
WITH RECURSIVE {ACTING}
UPDATE cases_turn t SET read_at = %(at)s, read_by_id = %(person)s
WHERE t.id = ANY (%(turns)s::bigint[]) AND t.closed_at IS NULL AND t.read_at IS NULL
  AND t.from_person_id IS DISTINCT FROM %(person)s
  AND CASE WHEN t.person_id IS NOT NULL THEN t.person_id IN (SELECT id FROM me) ELSE EXISTS (
    SELECT 1 FROM me JOIN orgs_person p ON p.id = me.id JOIN orgs_grant g ON g.person_id = me.id
    JOIN orgs_role r ON r.id = g.role_id JOIN orgs_unit u ON u.id = t.unit_id
    WHERE %(answer)s = ANY (r.capabilities) AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
      AND (g.unit_id = u.id OR (g.subtree AND p.unit_id = u.id AND g.unit_id = ANY (u.path)))) END
RETURNING t.id
"""


def mark_read(*, actor: Person, turns: Sequence[Turn]) -> list[int]:
    """Give the receipts that are the actor's to give; ids of the turns, which are brought up to date.

    Opening the record is the reading. A turn that the actor sent, that is over, or that was read before is left as it is. At most one
    statement; none when nothing waits to be read.
    """
    waiting = {t.pk: t for t in turns if t.is_open and t.read_at is None and t.from_person_id != actor.pk}
    if not waiting:
        return []
    at = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"person": actor.pk, "day": timezone.localdate(at), "at": at, "turns": list(waiting), "answer": cap.ANSWER})
        read = [row[0] for row in cursor.fetchall()]
    for pk in read:
        waiting[pk].read_at, waiting[pk].read_by = at, actor
    return read
