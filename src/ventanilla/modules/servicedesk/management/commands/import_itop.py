"""`ventanilla import itop DIR`: the exports of an iTop, whole; again, and nothing changes."""
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.itop.importing import ItopJob, Tally, import_itop
from ventanilla.modules.servicedesk.management.commands.import_incidents import _institution, _person, _unit
from ventanilla.modules.servicedesk.models import ServiceLevel

NAMES = {"people": "personas", "items": "elementos de configuración", "relations": "relaciones", "tickets": "tickets",
         "entries": "mensajes de bitácora", "files": "archivos"}


class Command(BaseCommand):
    """Import a folder of exports; with --dry-run only looks."""

    help = "Trae de un iTop sus exportaciones (CSV o JSON, un archivo por clase). Con --dry-run solo revisa y dice qué haría."

    def add_arguments(self, parser: CommandParser) -> None:
        """Folder, for whom, under which promise, and whether to write."""
        parser.add_argument("source", type=Path, metavar="CARPETA")
        parser.add_argument("--institution", default="", help="clave corta de la institución (si hay más de una)")
        parser.add_argument("--unit", default="", help="clave de la unidad de la mesa de servicio (por omisión, la de su primer equipo)")
        parser.add_argument("--person", default="", help="correo de quien importa (por omisión, quien puede registrar en la unidad)")
        parser.add_argument("--level", default="", help="nivel de servicio que se prometió; sin él, los relojes no tienen plazo")
        parser.add_argument("--system", default="itop", help="nombre del sistema de origen, si son varios")
        parser.add_argument("--dry-run", action="store_true", help="revisar sin guardar")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, print progress, counts and problems."""
        try:
            job = _job(options)
            tally = import_itop(job, lambda t: self.stdout.write(f"  {t.made['tickets'] + t.known['tickets']:,} tickets…"))
        except (Refused, NotAllowed) as problem:
            raise CommandError(problem.message) from problem
        for line in tally.problems:
            self.stdout.write(f"  {line}")
        self.stdout.write(told(tally, job.dry))


def told(tally: Tally, dry: bool) -> str:
    """The counts in words."""
    parts = [f"{tally.made[k]:,} {name} ({tally.known[k]:,} ya estaban)" for k, name in NAMES.items()]
    return f"{'Se traerían' if dry else 'Se trajeron'}: {', '.join(parts)}. No se tomaron {tally.refused:,}."


def _job(options: dict[str, Any]) -> ItopJob:
    unit = _unit(_institution(options["institution"]), options["unit"])
    level = None
    if options["level"]:
        level = ServiceLevel.objects.filter(institution_id=unit.institution_id, name=options["level"]).first()
        if level is None:
            raise Refused(f"No hay nivel de servicio «{options['level']}».", "level")
    return ItopJob(options["source"], unit, _person(unit, options["person"]), level, options["system"][:30], options["dry_run"])
