"""`ventanilla import legacy FILE`: the register of an earlier system, with its folder of files."""
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ventanilla.core.orgs.models import Unit
from ventanilla.core.orgs.services.importers import institution_of, registrar_of, unit_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.models import ImportMapping, ImportRun
from ventanilla.modules.correspondence.services.legacy import Job, Mapping, Tally, run_import, structure_of, suggest
from ventanilla.modules.correspondence.services.legacy.joining import SEPARATOR, Join, columns_with, fits, likely, main_of
from ventanilla.modules.correspondence.services.legacy.running import joins_of, saved, told
from ventanilla.modules.correspondence.services.legacy.runs import WORDS

KINDS: Final = {"state": "estado", "unit": "unidad", "type": "tipo", "direction": "sentido"}
NAMES: Final = {word: kind for kind, word in KINDS.items()}
SAID: Final = {"recibido": "incoming", "enviado": "outgoing", "interno": "internal"}
MEANS: Final = re.compile(rf"({'|'.join(NAMES)}):(.+)=([^=]+)")


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
        parser.add_argument("--means", action="append", default=[], metavar="CLASE:PALABRA=VALOR",
                            help="a qué equivale una palabra: estado:Desahogado=concluido, unidad:Jurídico=CLAVE, tipo:Of.=Oficio, "
                                 "sentido:Girado=enviado")
        parser.add_argument("--direction", default="", choices=["", *SAID], metavar="SENTIDO",
                            help="el de los documentos que no lo dicen: recibido (sin esto), enviado o interno")
        parser.add_argument("--join", action="append", default=None, metavar="TABLA.COLUMNA=COLUMNA",
                            help="cómo se une otra tabla a la de los documentos o a otra (=TABLA.COLUMNA); sin esto, lo que parezca")
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
        for kind, word, times in tally.counts()["words"]:
            self.stdout.write(f"  no se conoce {KINDS[kind]} «{word}», en {times:,} documentos: --means \"{KINDS[kind]}:{word}=…\"")
        done = "se registrarían" if job.dry else "se registraron"
        self.stdout.write(f"{tally.rows:,} filas, {tally.letters:,} documentos: {tally.written:,} {done}, {tally.known:,} ya estaban, "
                          f"{tally.turns:,} turnos, {tally.answers:,} respuestas, {tally.files:,} archivos, {tally.refused:,} problemas")

    def _tell(self, run: ImportRun, tally: Tally) -> None:
        ImportRun.objects.filter(pk=run.pk).update(counts=tally.counts(), problems=tally.problems)


def _job(options: dict[str, Any]) -> tuple[Job, ImportMapping]:
    if not options["source"].is_file():
        raise Refused(f"No existe el archivo «{options['source']}».", "file")
    if options["files"] and not options["files"].is_dir():
        raise Refused(f"No existe la carpeta «{options['files']}».", "files")
    unit = unit_of(institution_of(options["institution"]), options["unit"])
    row = _mapping(options, unit)
    mapping: Mapping = saved(row)
    return Job(options["source"], mapping, unit, registrar_of(unit, options["person"]), row.options["table"], options["files"],
               not options["write"], joins_of(row)), row


def _mapping(options: dict[str, Any], unit: Unit) -> ImportMapping:
    """The saved one, or one made from the names of the columns and what was said; it is kept for the next time."""
    name = options["mapping"] or options["source"].stem[:120]
    row = ImportMapping.objects.filter(institution_id=unit.institution_id, name=name).order_by("-pk").first()
    if row is None and options["mapping"]:
        raise Refused(f"No hay una correspondencia guardada «{name}».", "mapping")
    row = row or ImportMapping(institution_id=unit.institution_id, name=name, options={"unit": unit.pk})
    _tables(options, row)
    row.columns |= dict(item.split("=", 1) for item in options["map"] if "=" in item)
    if options["direction"]:
        row.options["direction"] = SAID[options["direction"]]
    for text in options["means"]:
        if (found := MEANS.fullmatch(text)) is None:
            raise Refused(f"No se entiende «{text}»; escriba por ejemplo estado:Desahogado=concluido.", "means")
        row.options.setdefault(WORDS[NAMES[found[1]]], {})[found[2]] = found[3]
    row.save()
    return row


def _tables(options: dict[str, Any], row: ImportMapping) -> None:
    """Which table holds the letters, how others are tied to it, and what the columns seem to be where nobody has said it."""
    tables = structure_of(options["source"])
    if not tables:
        raise Refused("El registro no tiene ninguna fila.", "file")
    main = options["table"] or row.options.get("table", "")
    if main not in tables:
        if options["table"]:
            raise Refused(f"No está la tabla «{main}»; hay: {', '.join(tables)}.", "table")
        main = main_of(tables)
    joins = _joins(options["join"], main) if options["join"] is not None else (
        [join for join in joins_of(row) if fits(join, main, tables)] or likely(tables, main))
    if wrong := next((join for join in joins if not fits(join, main, tables)), None):
        raise Refused(f"No se puede unir «{wrong.table}.{wrong.column}» con «{wrong.to}»: revise los nombres.", "join")
    row.options |= {"table": main, "joins": told(joins)}
    row.columns = row.columns or suggest(columns_with(tables, main, joins))


def _joins(given: Sequence[str], main: str) -> list[Join]:
    ties = [(own.rpartition("."), to.rpartition(".")) for own, _equal, to in (text.partition("=") for text in given)]
    return [Join(table, column, to if owner in ("", main) else owner + SEPARATOR + to) for (table, _d, column), (owner, _e, to) in ties]
