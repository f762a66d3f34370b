"""Who manages the desk: what only managers of a team may keep is asked here, once."""
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.servicedesk.models import Team


def manages(person: Person) -> bool:
    """Whoever concludes the tickets of an active team or keeps its catalogue, and whoever administers catalogues."""
    reach = reach_of(person)
    if reach.can(cap.ADMIN_CATALOGUES):
        return True
    teams = Team.objects.filter(institution_id=person.institution_id, active=True)
    return teams.filter(unit_id__in=reach.within(cap.CONCLUDE, cap.DESK_CATALOGUE)).exists()


def require_manager(person: Person) -> None:
    """Raises NotAllowed."""
    if not manages(person):
        raise NotAllowed
