"""`ventanilla import practices FILE…`: filled official forms as text, DOCX, XLSX or PDF."""
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services import people_with
from ventanilla.core.orgs.services.importers import institution_of, unit_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.services.importing import FormFile, Imported, import_forms, reading_of


class Command(BaseCommand):
    """Import forms; the same file again changes nothing. With --dry-run only reads."""

    help = "Trae formularios oficiales de buenas prácticas ya llenos. Con --dry-run solo los lee y dice qué encontró."

    def add_arguments(self, parser: CommandParser) -> None:
        """Files, for which unit, in whose name, and whether to write."""
        parser.add_argument("files", type=Path, nargs="+", metavar="ARCHIVO")
        parser.add_argument("--institution", default="", help="clave corta de la institución (si hay más de una)")
        parser.add_argument("--unit", default="", help="clave de la unidad responsable (por omisión, la oficialía o la raíz)")
        parser.add_argument("--person", default="", help="correo de quien importa (por omisión, quien documenta prácticas en la unidad)")
        parser.add_argument("--again", action="store_true", help="traer también archivos que ya se habían traído")
        parser.add_argument("--dry-run", action="store_true", help="leer sin guardar")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each file in the order given; prints what became of it, its doubts, and the sums."""
        files = [_file(path, again=options["again"]) for path in options["files"]]
        if options["dry_run"]:
            return self._look(files)
        try:
            unit = unit_of(institution_of(options["institution"]), options["unit"])
            done = import_forms(actor=_person(unit, options["person"]), unit=unit, files=files)
        except (Refused, NotAllowed) as problem:
            raise CommandError(problem.message) from problem
        for one in done:
            self.stdout.write(f"  {one.name}: {_told(one)}")
        made = sum(1 for d in done if d.practice and not d.known)
        self.stdout.write(f"{len(done):,} archivos: {made:,} prácticas nuevas, {sum(d.known for d in done):,} que ya estaban, "
                          f"{sum(bool(d.problem) for d in done):,} sin leer.")
        return None

    def _look(self, files: list[FormFile]) -> None:
        for file in files:
            try:
                found, _brought = reading_of(file.name, file.data)
            except (DocumentError, Refused) as problem:
                self.stdout.write(f"  {file.name}: {problem.message}")
                continue
            if found is None or not found.is_form:
                self.stdout.write(f"  {file.name}: no es el formulario de buenas prácticas.")
                continue
            lost = sum(not r.explained for r in found.residue)
            self.stdout.write(f"  {file.name}: generación {found.generation}, {len(found.values())} datos, "
                              f"{len(found.contradictions)} contradicciones, {lost} pedazos sin acomodar, "
                              f"{len(found.warnings)} tipos de aviso{f', {len(found.others)} formularios más' if found.others else ''}.")


def _file(path: Path, *, again: bool) -> FormFile:
    try:
        return FormFile(path.name, path.read_bytes(), again)
    except OSError as problem:
        raise CommandError(f"No se pudo abrir {path}: {problem.strerror}.") from problem


def _person(unit: Unit, email: str) -> Person:
    found = [p for p in people_with(unit, cap.PRACTICE_WRITE) if not email or p.email.lower() == email.lower()]
    if not found:
        raise Refused(f"«{email}» no documenta prácticas en «{unit.name}»." if email else f"Nadie documenta prácticas en «{unit.name}».")
    return found[0]


def _told(one: Imported) -> str:
    if one.problem or one.practice is None:
        return one.problem
    if one.known:
        return f"ya estaba («{one.practice}»)."
    waiting = f", {one.practice.pending} lecturas por decidir" if one.practice.pending else ""
    more = f"; el archivo trae {one.further} más, que esperan su decisión en la página de lecturas" if one.further else ""
    return f"«{one.practice}», generación {one.practice.generation}{waiting}{more}." + "".join(f" {told}" for told in one.told)
