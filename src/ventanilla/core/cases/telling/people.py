"""The people behind a unit: who would do something with what arrives there, and may read it."""
from collections.abc import Collection, Sequence

from django.db import connection
from django.utils import timezone

from ventanilla.core.cases.models import Turn
from ventanilla.core.orgs import capabilities as cap

_PEOPLE = """
WITH held AS (
  SELECT u.id AS unit, g.person_id, rank() OVER (PARTITION BY u.id ORDER BY array_position(u.path, g.unit_id) DESC) AS place
  FROM orgs_unit u JOIN orgs_grant g ON g.unit_id = u.id OR (g.subtree AND g.unit_id = ANY (u.path))
  JOIN orgs_role r ON r.id = g.role_id
  WHERE u.id = ANY (%(units)s::bigint[]) AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
    AND r.capabilities && %(wanted)s::varchar[] AND %(read)s = ANY (r.capabilities) AND r.clearance >= %(level)s
), near AS (SELECT unit, person_id FROM held WHERE place = 1)
SELECT unit, person_id FROM near
UNION
SELECT n.unit, a.acting_id FROM near n JOIN orgs_absence a ON a.person_id = n.person_id
WHERE a.acting_id IS NOT NULL AND a.valid_from <= %(day)s AND a.valid_to > %(day)s
"""


def people_of(unit_id: int, level: int, *wanted: str) -> set[int]:
    """Ids of people with any of the capabilities in the unit and the clearance to read `level`.

    Only those nearest: whoever is granted the unit itself, else the closest unit above (a director of everything is
    not told what an office has its own people for). Who stands in for an absent one is told too.
    """
    return people_of_each([unit_id], level, *wanted)[unit_id]


def people_of_each(unit_ids: Collection[int], level: int, *wanted: str) -> dict[int, set[int]]:
    """`people_of` each of these units, in one query."""
    found: dict[int, set[int]] = {unit_id: set() for unit_id in unit_ids}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"units": list(unit_ids), "level": level, "read": cap.READ, "wanted": list(wanted),
                                 "day": timezone.localdate()})
        for unit_id, person_id in cursor.fetchall():
            found[unit_id].add(person_id)
    return found


def holders_of(turn: Turn, level: int) -> set[int]:
    """Whoever has the turn: the person it names, else the people of its unit."""
    return holders_of_each([turn], level)[0]


def holders_of_each(turns: Sequence[Turn], level: int) -> list[set[int]]:
    """`holders_of` each of these turns, in their order; one query at most."""
    units = {turn.unit_id for turn in turns if not turn.person_id}
    people = people_of_each(units, level, cap.ANSWER, cap.ROUTE) if units else {}
    return [{turn.person_id} if turn.person_id else people[turn.unit_id] for turn in turns]


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
