"""`ventanilla import incidents FILE`: the event log of another service desk, every event kept."""
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import ServiceLevel, Team
from ventanilla.modules.servicedesk.services.importing import IncidentJob, Tally, import_incidents
from ventanilla.modules.servicedesk.services.importing.flags import LABELS


class Command(BaseCommand):
    """Import an event log; with --dry-run only looks."""

    help = "Trae incidencias de otro sistema desde su registro de eventos (CSV). Con --dry-run solo revisa y dice qué haría."

    def add_arguments(self, parser: CommandParser) -> None:
        """File, for whom, under which promise, and whether to write."""
        parser.add_argument("source", type=Path, metavar="REGISTRO")
        parser.add_argument("--institution", default="", help="clave corta de la institución (si hay más de una)")
        parser.add_argument("--unit", default="", help="clave de la unidad de la mesa de servicio (por omisión, la de su primer equipo)")
        parser.add_argument("--person", default="", help="correo de quien importa (por omisión, quien puede registrar en la unidad)")
        parser.add_argument("--level", default="", help="nivel de servicio que se prometió; sin él, los relojes no tienen plazo")
        parser.add_argument("--system", default="servicenow", help="nombre del sistema de origen")
        parser.add_argument("--dry-run", action="store_true", help="revisar sin guardar")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, print progress, counts and problems."""
        try:
            job = _job(options)
            tally = import_incidents(job, lambda t: self.stdout.write(f"  {t.written + t.known:,} de {t.tickets:,}…"))
        except (Refused, NotAllowed) as problem:
            raise CommandError(problem.message) from problem
        self._tell(job, tally)

    def _tell(self, job: IncidentJob, tally: Tally) -> None:
        for line, reason in tally.problems:
            self.stdout.write(f"  renglón {line}: {reason}")
        for flag, count in sorted(tally.flags.items()):
            self.stdout.write(f"  {count:,} eventos: {LABELS[flag]}")
        done = "se traerían" if job.dry else "se trajeron"
        made = ", ".join(f"{n:,} {name}" for name, n in zip(("equipos", "servicios", "causas", "motivos de espera"), tally.made.values(),
                                                           strict=True))
        self.stdout.write(f"{tally.rows:,} renglones, {tally.tickets:,} incidencias: {tally.written:,} {done} con {tally.events:,} "
                          f"eventos, {tally.known:,} ya estaban, {tally.repeated:,} renglones repetidos, {tally.refused:,} no se tomaron. "
                          f"Catálogos nuevos: {made}.")


def _job(options: dict[str, Any]) -> IncidentJob:
    unit = _unit(_institution(options["institution"]), options["unit"])
    level = None
    if options["level"]:
        level = ServiceLevel.objects.filter(institution_id=unit.institution_id, name=options["level"]).first()
        if level is None:
            raise Refused(f"No hay nivel de servicio «{options['level']}».", "level")
    return IncidentJob(options["source"], unit, _person(unit, options["person"]), level, options["system"][:40], options["dry_run"])


def _institution(slug: str) -> Institution:
    found = Institution.objects.filter(slug=slug) if slug else Institution.objects.filter(active=True).order_by("pk")
    if (first := found.first()) is None:
        raise Refused(f"No hay institución «{slug}»." if slug else "Todavía no hay ninguna institución.", "institution")
    return first


def _unit(institution: Institution, code: str) -> Unit:
    units = Unit.objects.filter(institution=institution, valid_to=None).select_related("institution")
    if code:
        found = list(units.filter(code=code)[:2]) or list(units.filter(name=code)[:2])
        if len(found) != 1:
            raise Refused(f"{'Hay varias unidades' if found else 'No hay unidad'} con la clave «{code}».", "unit")
        return found[0]
    team = Team.objects.filter(institution=institution, active=True).order_by("tier", "pk").first()
    unit = units.filter(pk=team.unit_id).first() if team else units.filter(parent=None).order_by("pk").first()
    if unit is None:
        raise Refused("La institución todavía no tiene unidades.", "unit")
    return unit


def _person(unit: Unit, email: str) -> Person:
    people = Person.objects.filter(institution_id=unit.institution_id, active=True)
    if email:
        found = people.filter(email__iexact=email).first()
        if found is None:
            raise Refused(f"Nadie tiene el correo «{email}».", "person")
        return found
    for person in people.filter(grants__unit_id__in=unit.path,
                                grants__role__capabilities__contains=[cap.REGISTER]).order_by("pk").distinct():
        if reach_of(person).can(cap.REGISTER, unit.pk):
            return person
    raise Refused(f"Nadie puede registrar en «{unit.name}»; dé ese permiso a alguien.", "person")
