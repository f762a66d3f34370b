"""`ventanilla import legacy FILE`: the register of an earlier system, with its folder of files."""
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ventanilla.core.orgs.services.importers import institution_of, registrar_of, unit_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.models import ImportMapping, ImportRun
from ventanilla.modules.correspondence.services.legacy import Job, Mapping, Tally, columns_of, run_import, suggest
from ventanilla.modules.correspondence.services.legacy.running import saved


class Command(BaseCommand):
    """Import a legacy register; without --write only looks."""

    help = "Trae el registro de un sistema anterior (CSV, XLSX o respaldo SQL). Sin --write solo revisa y dice qué haría."

    def add_arguments(self, parser: CommandParser) -> None:
        """Source, mapping, and whether to write."""
        parser.add_argument("source", type=Path, metavar="REGISTRO")
        parser.add_argument("--files", type=Path, default=None, help="carpeta de los archivos que nombra el registro")
        parser.add_argument("--table", default="", help="hoja del libro o tabla del respaldo")
        parser.add_argument("--mapping", default="", help="nombre de una correspondencia de columnas guardada")
        parser.add_argument("--map", action="append", default=[], metavar="CAMPO=COLUMNA", help="una columna; se puede repetir")
        parser.add_argument("--institution", default="")
        parser.add_argument("--unit", default="", help="unidad a cargo cuando la fila no la dice")
        parser.add_argument("--person", default="", help="correo de quien importa")
        parser.add_argument("--write", action="store_true", help="guardar (sin esto es un ensayo)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, keep the run and its mapping, and print the problems."""
        try:
            job, row = _job(options)
            run = ImportRun.objects.create(institution_id=job.unit.institution_id, mapping=row, source=str(job.source)[:300], dry=job.dry)
            tally = run_import(job, lambda tally: self._tell(run, tally))
        except (Refused, NotAllowed) as problem:
            raise CommandError(problem.message) from problem
        self._tell(run, tally)
        ImportRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())
        for line, reason in tally.problems:
            self.stdout.write(f"  línea {line}: {reason}")
        done = "se registrarían" if job.dry else "se registraron"
        self.stdout.write(f"{tally.rows:,} filas, {tally.letters:,} documentos: {tally.written:,} {done}, {tally.known:,} ya estaban, "
                          f"{tally.turns:,} turnos, {tally.answers:,} respuestas, {tally.files:,} archivos, {tally.refused:,} problemas")

    def _tell(self, run: ImportRun, tally: Tally) -> None:
        ImportRun.objects.filter(pk=run.pk).update(counts=tally.counts(), problems=tally.problems)


def _job(options: dict[str, Any]) -> tuple[Job, ImportMapping]:
    unit = unit_of(institution_of(options["institution"]), options["unit"])
    row = _mapping(options, unit.institution_id)
    if not options["source"].is_file():
        raise Refused(f"No existe el archivo «{options['source']}».", "file")
    if options["files"] and not options["files"].is_dir():
        raise Refused(f"No existe la carpeta «{options['files']}».", "files")
    mapping: Mapping = saved(row)
    return Job(options["source"], mapping, unit, registrar_of(unit, options["person"]), options["table"], options["files"],
               not options["write"]), row


def _mapping(options: dict[str, Any], institution_id: int) -> ImportMapping:
    """The saved one, or one made from the names of the columns and what was said; it is kept for the next time."""
    name = options["mapping"] or options["source"].stem[:120]
    row = ImportMapping.objects.filter(institution_id=institution_id, name=name).first()
    if row is None and options["mapping"]:
        raise Refused(f"No hay una correspondencia guardada «{name}».", "mapping")
    row = row or ImportMapping(institution_id=institution_id, name=name,
                               columns=suggest(columns_of(options["source"], options["table"])[0]))
    row.columns |= dict(item.split("=", 1) for item in options["map"] if "=" in item)
    row.save()
    return row
