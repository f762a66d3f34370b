"""`ventanilla import correspondence DIR`: a folder of files becomes letters with folio, text and search."""
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ventanilla.core.orgs.services.importers import institution_of, registrar_of, unit_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.models import LetterType
from ventanilla.modules.correspondence.services.folders import Outcome, Plan, import_folder, totals


class Command(BaseCommand):
    """Import a folder of letters."""

    help = "Registra cada archivo de una carpeta (PDF, imágenes, DOCX) como documento recibido, lo reconoce y lo hace encontrable."

    def add_arguments(self, parser: CommandParser) -> None:
        """Folder and where its letters go."""
        parser.add_argument("folder", type=Path, metavar="CARPETA")
        parser.add_argument("--institution", default="", help="clave corta de la institución (si hay más de una)")
        parser.add_argument("--unit", default="", help="clave de la unidad que recibe (por omisión, su oficialía de partes)")
        parser.add_argument("--person", default="", help="correo de quien registra (por omisión, quien puede en la unidad)")
        parser.add_argument("--no-process", action="store_true", help="no leer ahora: lo harán las tareas")
        parser.add_argument("--processes", type=int, default=2, help="archivos que se leen a la vez (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, one line per file, and a total."""
        try:
            plan = _plan(options)
            self.stdout.write(f"{'folio':<34} {'archivo':<52} {'págs.':>5} {'conf.':>6}  frase de la primera página")
            outcomes = import_folder(options["folder"], plan, self._line)
        except (Refused, NotAllowed) as problem:
            raise CommandError(problem.message) from problem
        self.stdout.write(totals(outcomes))
        if any(not o.folio for o in outcomes):
            raise CommandError("Algunos archivos no se pudieron registrar; los demás quedaron guardados.")

    def _line(self, outcome: Outcome) -> None:
        confidence = "" if outcome.confidence is None else f"{outcome.confidence:.0%}"
        text = f"«{outcome.phrase}»" if outcome.phrase else ""
        told = " · ".join(filter(None, (text, outcome.problem, "ya estaba" if outcome.known else "")))
        self.stdout.write(f"{outcome.folio or '—':<34} {outcome.path.name[:52]:<52} {outcome.pages:>5} {confidence:>6}  {told}")


def _plan(options: dict[str, Any]) -> Plan:
    unit = unit_of(institution_of(options["institution"]), options["unit"])
    person = registrar_of(unit, options["person"])
    type_ = LetterType.objects.filter(institution_id=unit.institution_id, active=True).order_by("order", "name").first()
    if type_ is None:
        raise Refused("La institución no tiene tipos de documento; déles de alta primero.", "type")
    return Plan(unit, person, type_, not options["no_process"], max(1, min(options["processes"], 8)))
