"""Service managers for tests: a desk of which another unit attends one service, people of a role, and saving as the pages do."""
from typing import Any

from tests import make

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Service, ServiceFamily, ServiceLevel
from ventanilla.modules.servicedesk.tests.desk import Desk, _version
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.web.admin_area.registry import catalogue_of
from ventanilla.web.admin_area.services import save_row


def two_desks() -> Desk:
    """The desk, and a service «Redes» that only the team of another unit attends."""
    found = made()
    w = found.world
    family = ServiceFamily.objects.create(institution=w.institution, name="Redes")
    service = Service.objects.create(institution=w.institution, family=family, slug="redes", name="Red de voz")
    level = ServiceLevel.objects.create(institution=w.institution, name="De redes")
    _version(w, service, "Un nodo de red", found.second, level)
    return found


def holder(d: Desk, role: str, unit: Any = None) -> Person:
    """Somebody with a role over the north (or another unit)."""
    return make.person(d.world.institution, unit or d.world.north, role)


def save(actor: Person, slug: str, row: Any, **values: Any) -> Any:
    """What the form of a catalogue does."""
    return save_row(actor=actor, catalogue=catalogue_of(slug), row=row, values=values)
