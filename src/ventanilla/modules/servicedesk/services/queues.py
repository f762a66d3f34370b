"""What waits for teams, as the inbox shows it: which teams a person can choose from, and the team of each ticket."""
from collections.abc import Mapping, Sequence
from typing import Final

from django.db.models import Exists, OuterRef

from ventanilla.core.cases.inbox import WORK
from ventanilla.core.cases.kinds import Team as Queue
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.models import Membership, Team, Ticket

CONDITION: Final = ("AND y.side = 'owner' AND EXISTS (SELECT 1 FROM servicedesk_ticket q WHERE q.case_id = y.case_id "
                    "AND q.team_id = ANY (%(teams)s))")


def queues_of(person: Person) -> list[Queue]:
    """The person's own teams, and those of the units where they work; each by tier and name. One statement."""
    rows = Team.objects.filter(institution_id=person.institution_id, active=True).annotate(
        mine=Exists(Membership.objects.filter(team=OuterRef("pk"), person=person))).order_by("-mine", "tier", "name")
    here = set(reach_of(person).within(*WORK))
    found = [Queue(pk, name, mine, (unit, *former)) for pk, name, mine, unit, former in rows.values_list(
        "pk", "name", "mine", "unit_id", "former_units")]
    return [queue for queue in found if queue.mine or here.intersection(queue.units)]


def names_of(case_ids: Sequence[int]) -> Mapping[int, str]:
    """The team of each of these tickets that has one."""
    return dict(Ticket.objects.filter(case__in=case_ids, team__isnull=False).values_list("case_id", "team__name"))
