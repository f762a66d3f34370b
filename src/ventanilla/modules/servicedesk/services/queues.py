"""What waits for teams, as the inbox shows it: which teams a person can choose from, and the team of each ticket."""
from collections.abc import Mapping, Sequence
from typing import Final

from ventanilla.core import plans
from ventanilla.core.cases.inbox import WORK
from ventanilla.core.cases.kinds import Team as Queue
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of

CONDITION: Final = ("AND y.side = 'owner' AND EXISTS (SELECT 1 FROM servicedesk_ticket q WHERE q.case_id = y.case_id "
                    "AND q.team_id = ANY (%(teams)s))")
_QUEUES: Final = """
SELECT t.id, t.name, t.unit_id, t.former_units,
  EXISTS (SELECT 1 FROM servicedesk_membership m WHERE m.team_id = t.id AND m.person_id = %s) AS mine
FROM servicedesk_team t WHERE t.institution_id = %s AND t.active ORDER BY mine DESC, t.tier, t.name
"""
_NAMES: Final = """
SELECT t.case_id, q.name FROM servicedesk_ticket t JOIN servicedesk_team q ON q.id = t.team_id
WHERE t.case_id = ANY (ARRAY(SELECT unnest(%s::bigint[])))
"""


def queues_of(person: Person) -> list[Queue]:
    """The person's own teams, and those of the units where they work; each by tier and name. One statement."""
    here = set(reach_of(person).within(*WORK))
    rows = plans.rows(_QUEUES, [person.pk, person.institution_id])
    found = [Queue(pk, name, mine, (unit, *former)) for pk, name, unit, former, mine in rows]
    return [queue for queue in found if queue.mine or here.intersection(queue.units)]


def names_of(case_ids: Sequence[int]) -> Mapping[int, str]:
    """The team of each of these tickets that has one."""
    return dict(plans.rows(_NAMES, [list(case_ids)]))
