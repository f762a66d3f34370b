"""The people behind a unit: who would do something with what arrives there, and may read it."""
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from ventanilla.core.cases.models import Turn
from ventanilla.core.orgs import capabilities as cap

_PEOPLE = """
WITH held AS (
  SELECT g.person_id, array_position(u.path, g.unit_id) AS depth
  FROM orgs_unit u JOIN orgs_grant g ON g.unit_id = u.id OR (g.subtree AND g.unit_id = ANY (u.path))
  JOIN orgs_role r ON r.id = g.role_id
  WHERE u.id = %(unit)s AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
    AND r.capabilities && %(wanted)s::varchar[] AND %(read)s = ANY (r.capabilities) AND r.clearance >= %(level)s
), near AS (SELECT person_id FROM held WHERE depth = (SELECT max(depth) FROM held))
SELECT person_id FROM near
UNION
SELECT a.acting_id FROM near n JOIN orgs_absence a ON a.person_id = n.person_id
WHERE a.acting_id IS NOT NULL AND a.valid_from <= %(day)s AND a.valid_to > %(day)s
"""


def people_of(unit_id: int, level: int, *wanted: str) -> set[int]:
    """Ids of people with any of the capabilities in the unit and the clearance to read `level`.

    Only those nearest: whoever is granted the unit itself, else the closest unit above (a director of everything is
    not told what an office has its own people for). Who stands in for an absent one is told too.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"unit": unit_id, "level": level, "read": cap.READ, "wanted": list(wanted),
                                 "day": timezone.localdate()})
        return {row[0] for row in cursor.fetchall()}


def holders_of(turn: Turn, level: int) -> set[int]:
    """Whoever has the turn: the person it names, else the people of its unit."""
    return {turn.person_id} if turn.person_id else people_of(turn.unit_id, level, cap.ANSWER, cap.ROUTE)


def routers_of(turn: Turn, level: int) -> set[int]:
    """Whoever evaluates: who sent it and the people who may route in the unit that sent it."""
    sender = {turn.from_person_id} if turn.from_person_id else set()
    return sender | people_of(turn.from_unit_id, level, cap.ROUTE)


def chain_of(turn: Turn) -> Sequence[Turn]:
    """The turns above this one, nearest first."""
    above: list[Turn] = []
    parent_id = turn.parent_id
    while parent_id is not None:
        parent = Turn.objects.get(pk=parent_id)
        above.append(parent)
        parent_id = parent.parent_id
    return above
