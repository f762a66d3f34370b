"""What a person is to a ticket, beyond what their grants say: computed, never stored."""
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ventanilla.core import plans
from ventanilla.core.cases.models import Case, Party
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import Reach, reach_of
from ventanilla.modules.servicedesk.flow import AGENT, DISPATCHER, MANAGER, REQUESTER

ASKS = (Party.Role.REQUESTER, Party.Role.BENEFICIARY, Party.Role.LIAISON)
_ASKED = "SELECT 1 FROM cases_party WHERE case_id = %s AND person_id = %s AND role = ANY (%s::text[]) LIMIT 1"


def relations(reach: Reach, case: Case) -> Iterator[str]:
    """For the core's registry of kinds. Staff are those who hold the right in the unit of the team."""
    if case.assignee_id == reach.person_id or reach.can(cap.ANSWER, case.unit_id):
        yield AGENT
    if reach.can(cap.ROUTE, case.unit_id):
        yield DISPATCHER
    if reach.can(cap.CONCLUDE, case.unit_id):
        yield MANAGER
    if plans.rows(_ASKED, [case.pk, reach.person_id, [role.value for role in ASKS]]):
        yield REQUESTER


def is_staff(reach: Reach, case: Case) -> bool:
    """Whether the private log is theirs to read: a grant over the unit of the team, or the ticket in hand."""
    return case.assignee_id == reach.person_id or reach.can(cap.READ, case.unit_id)


def too_late(person: Person, case: Case) -> str:
    """What to tell who takes a step that is not possible any more; the desk learns who has the ticket now."""
    told = _("Ese paso ya no es posible: el ticket cambió mientras tanto.")
    if case.assignee and case.assignee != person and is_staff(reach_of(person), case):
        return f"{told} {_('Ahora lo atiende %(name)s.') % {'name': case.assignee.name}}"
    return told
