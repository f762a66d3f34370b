"""A small service desk for tests: two teams in the north directorate, a catalogue of two offerings, promises, catalogues."""
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.text import slugify
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import (
    Cause,
    HoldReason,
    Objective,
    Offering,
    OfferingVersion,
    Service,
    ServiceFamily,
    ServiceLevel,
    Team,
)
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket


@dataclass
class Desk:
    """The world of `tests.make` with a desk in its north directorate; `asker` works in the south."""

    world: make.World
    first: Team
    second: Team
    agent: Person
    engineer: Person
    manager: Person
    asker: Person
    asker_head: Person
    version: OfferingVersion
    incident: OfferingVersion
    level: ServiceLevel
    cause: Cause
    hold: HoldReason

    def ticket(self, *, actor: Person | None = None, **extra: Any) -> Case:
        """A request for the web page, by the asker."""
        given = {"subject": "Actualizar la página del programa", "version": self.version, "requester": self.asker, **extra}
        return open_ticket(actor=actor or self.asker, draft=TicketDraft(**given))


def desk(world: make.World | None = None) -> Desk:
    """A new institution with its desk, or a desk in an institution that there is."""
    w = world or make.world()
    first = Team.objects.create(institution=w.institution, unit=w.north, name="Mesa de ayuda")
    second = Team.objects.create(institution=w.institution, unit=w.north_1, name="Redes", tier=2)
    level = ServiceLevel.objects.create(institution=w.institution, name="Estándar")
    Objective.objects.bulk_create([
        Objective(level=level, metric="own", minutes=60), Objective(level=level, metric="own", priority=1, minutes=15),
        Objective(level=level, metric="resolve", minutes=480), Objective(level=level, metric="resolve", priority=1, minutes=120),
        Objective(level=level, metric="team", team=second, minutes=240)])
    family = ServiceFamily.objects.create(institution=w.institution, name="Sitios web")
    service = Service.objects.create(institution=w.institution, family=family, slug="portal", name="Portal institucional")
    agent = make.person(w.institution, w.north, "head", name="Agustina")
    engineer = make.person(w.institution, w.north_1, "staff", name="Ignacio")
    first.memberships.create(person=agent)
    second.memberships.create(person=engineer)
    asker = make.person(w.institution, w.south, None, name="Solicita")
    return Desk(
        w, first, second, agent, engineer, w.north_head, asker, w.south_head, _version(w, service, "Actualización del sitio", first, level),
        _version(w, service, "El sitio no responde", first, level, kind="incident"), level,
        Cause.objects.create(institution=w.institution, name="Error de configuración"),
        HoldReason.objects.create(institution=w.institution, text="Falta información de quien solicita"))


def _version(w: make.World, service: Service, name: str, team: Team, level: ServiceLevel, **extra: Any) -> OfferingVersion:
    offering = Offering.objects.create(institution=w.institution, service=service, slug=slugify(name), name=name)
    return OfferingVersion.objects.create(
        institution=w.institution, offering=offering, number=1, state="published", team=team, level=level,
        published_at=timezone.now(), **extra)
