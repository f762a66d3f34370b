"""A service desk of any size: the demo's catalogue and people, and as many tickets as a measure wants, written by set."""
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from time import monotonic
from typing import Final

from django.db import connection
from django.utils import timezone

from ventanilla.config.demo_data.institution import SLUG
from ventanilla.config.demo_data.loading import load
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.workdays.services import version_for
from ventanilla.modules.servicedesk.models import OfferingVersion, Ticket
from ventanilla.modules.servicedesk.services.importing import write_tickets
from ventanilla.modules.servicedesk.services.importing.past import Happened, Promise, TicketPast

BATCH: Final = 2000
OPEN: Final = 0.1
"""Share of the tickets that nobody has closed yet."""
THINGS: Final = ("la impresora", "el correo", "la red", "el sitio", "el sistema de nómina", "la cuenta", "el equipo", "el directorio",
                 "la carpeta compartida", "el respaldo", "la firma", "el permiso", "la videollamada", "el escáner", "el servidor")
FAULTS: Final = ("no responde", "marca error", "se desconecta", "tarda mucho", "no abre", "pide contraseña", "no guarda", "quedó a medias",
                 "no encuentra el archivo", "se traba", "no imprime", "perdió los cambios")


def tickets(size: int) -> tuple[Institution, str]:
    """Make the demo institution hold at least `size` tickets; says how many, and how fast they were written."""
    load(letters=0, recent=0, items=0)
    institution, began, there = Institution.objects.get(slug=SLUG), monotonic(), Ticket.objects.count()
    if there >= size:
        return institution, f"{there:,} tickets"
    for batch in _batches(institution, size - there):
        write_tickets(batch, source="load")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return institution, f"{size:,} tickets, written {(size - there) / (monotonic() - began):,.0f}/s"


def simple(institution: Institution) -> list[OfferingVersion]:
    """What is offered to everybody without a form, an authorisation or tasks."""
    rows = OfferingVersion.objects.filter(institution=institution, state="published", form=None, approvals=[],
                                          offering__service__internal=False)
    return list(rows.select_related("offering__service", "team__unit", "level").order_by("pk"))


def _batches(institution: Institution, count: int) -> Iterator[list[TicketPast]]:
    chance, now = Random(20261121), timezone.now()
    versions = simple(institution)
    people = list(Person.objects.filter(institution=institution, active=True).exclude(unit=None).order_by("pk")[:300])
    for first in range(0, count, BATCH):
        yield [_past(chance, now, chance.choice(versions), chance.choice(people)) for _n in range(min(BATCH, count - first))]


def _past(chance: Random, now: datetime, version: OfferingVersion, asker: Person) -> TicketPast:
    at = now - timedelta(minutes=chance.uniform(1, 700 * 24 * 60))
    said = f"{chance.choice(THINGS).capitalize()} {chance.choice(FAULTS)} {chance.randrange(1000)}"
    happened = [Happened(at, at, "register", "new", asker.pk)]
    if chance.random() > OPEN:
        end = min(now, at + timedelta(hours=chance.uniform(1, 60)))
        happened += [Happened(end, end, verb, state) for verb, state in (("resolve", "resolved"), ("close", "closed"))]
    hours = version_for(version.team.unit).pk
    return TicketPast(
        version.kind, version.team.unit, said, at, at, happened, [Promise("own", 60, hours, at), Promise("resolve", 960, hours, at)],
        description=f"{said}. {chance.choice(THINGS)} {chance.choice(FAULTS)}.", parties=[("requester", asker.pk)],
        facts={"service_id": version.offering.service_id, "version_id": version.pk, "level_id": version.level_id,
               "team_id": version.team_id, "requester_id": asker.pk, "unit_id": asker.unit_id, "channel": "portal", "impact": 3,
               "urgency": 2})
