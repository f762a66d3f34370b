"""Imports that a person starts on the page: the uploaded register, its saved mapping, dry run, real run with progress.

An `ImportRun` can be left and found again; a killed one is resumed, since what is there already is not done twice.
"""
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.models import ImportMapping, ImportRun
from ventanilla.modules.correspondence.services.legacy.mapping import FIELDS, suggest
from ventanilla.modules.correspondence.services.legacy.running import Job, Tally, run_import, saved
from ventanilla.modules.correspondence.services.legacy.sources import columns_of, tables_of

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".sql")


@dataclass(frozen=True)
class Uploaded:
    """A posted register: its name and its bytes."""

    name: str
    stream: IO[bytes]


def units_for(person: Person) -> list[Unit]:
    """Open units for which the person may import: where they register, or all of them for who keeps the catalogues."""
    reach = reach_of(person)
    units = Unit.objects.filter(institution_id=person.institution_id, valid_to=None)
    return list(units if reach.can(cap.ADMIN_CATALOGUES) else units.filter(pk__in=reach.within(cap.REGISTER)))


def uploads_folder() -> Path:
    """Where registers wait; folders of files are put beside them by who operates the machine."""
    return Path(settings.DATA_DIR) / "importar"


def file_folders() -> list[str]:
    """Names of the folders of files that the operator put there."""
    base = uploads_folder()
    return sorted(p.name for p in base.iterdir() if p.is_dir()) if base.is_dir() else []


def receive(*, actor: Person, unit: Unit, file: Uploaded, uuid: UUID) -> ImportRun:
    """Keep an uploaded register and prepare its run: columns guessed, or taken from the mapping saved last for such.

    Idempotent by uuid. Raises NotAllowed, and Refused for a file that is no register.
    """
    if unit.pk not in {u.pk for u in units_for(actor)}:
        raise NotAllowed
    name = Path(file.name).name
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Refused(_("El registro debe ser CSV, TSV, XLSX u ODS, o un respaldo SQL."), "file")
    path = uploads_folder() / f"{uuid}{suffix}"
    if known := ImportRun.objects.filter(institution_id=actor.institution_id, mapping__options__path=str(path)).first():
        return known
    _keep(file, path)
    tables = tables_of(path)
    columns, _rows = columns_of(path, tables[0] if tables else "")
    if not columns:
        path.unlink()
        raise Refused(_("El registro no tiene ninguna fila."), "file")
    return _prepared(actor, unit, name, path, tables, columns)


def _keep(file: Uploaded, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        while piece := file.stream.read(1 << 20):
            out.write(piece)
    path.chmod(0o600)


@transaction.atomic
def _prepared(actor: Person, unit: Unit, name: str, path: Path, tables: list[str], columns: list[str]) -> ImportRun:
    before = ImportMapping.objects.filter(institution_id=unit.institution_id, name=Path(name).stem[:120]).order_by("-pk").first()
    known = before.columns if before and set(before.columns.values()) <= set(columns) else suggest(columns)
    states = before.options.get("states", {}) if before else {}
    mapping = ImportMapping.objects.create(
        institution_id=unit.institution_id, name=Path(name).stem[:120], columns=known,
        options={"path": str(path), "table": tables[0] if tables else "", "unit": unit.pk, "states": states, "folder": ""})
    run = ImportRun.objects.create(institution_id=unit.institution_id, mapping=mapping, source=name[:300])
    record("letter.import_received", actor=actor, institution_id=unit.institution_id, subject=f"import:{run.pk}", detail={"file": name})
    return run


def own_run(person: Person, pk: int) -> ImportRun:
    """The run of the person's institution and units. Raises ImportRun.DoesNotExist, also for one that is not theirs."""
    run = ImportRun.objects.select_related("mapping").get(pk=pk, institution_id=person.institution_id)
    if _options(run).get("unit") not in {u.pk for u in units_for(person)}:
        raise ImportRun.DoesNotExist
    return run


def runs_of(person: Person) -> list[ImportRun]:
    """The latest runs that the person may see."""
    mine = {u.pk for u in units_for(person)}
    rows = ImportRun.objects.filter(institution_id=person.institution_id).select_related("mapping").order_by("-pk")[:200]
    return [r for r in rows if _options(r).get("unit") in mine][:30]


def _options(run: ImportRun) -> dict[str, Any]:
    return run.mapping.options if run.mapping else {}


def choose(*, actor: Person, run: ImportRun, columns: dict[str, str], folder: str = "") -> None:
    """Say which column is what. Raises NotAllowed, and Refused once the import has begun."""
    row = own_run(actor, run.pk)
    if row.mapping is None or not row.dry:
        raise Refused(_("Esta importación ya comenzó; suba el registro otra vez para cambiar las columnas."))
    row.mapping.columns = {name: columns[name] for name in FIELDS if columns.get(name)}
    row.mapping.options["folder"] = folder if folder in file_folders() else ""
    row.mapping.save()


def job_of(run: ImportRun, person: Person, *, dry: bool) -> Job:
    """The job that a run stands for. Raises Refused when its file is gone."""
    options = _options(run)
    path = Path(options.get("path", ""))
    if not path.is_file() or run.mapping is None:
        raise Refused(_("El registro ya no está; súbalo otra vez."), "file")
    unit = Unit.objects.select_related("institution").get(pk=options["unit"], institution_id=run.institution_id)
    folder = uploads_folder() / options["folder"] if options.get("folder") else None
    return Job(path, saved(run.mapping), unit, person, options.get("table", ""), folder, dry)


def look(*, actor: Person, run: ImportRun) -> Tally:
    """The dry run, kept in the run. Raises NotAllowed and Refused."""
    row = own_run(actor, run.pk)
    tally = run_import(job_of(row, actor, dry=True))
    ImportRun.objects.filter(pk=run.pk, dry=True).update(counts=tally.counts(), problems=tally.problems)
    return tally


@transaction.atomic
def begin(*, actor: Person, run: ImportRun) -> None:
    """Order the real run (or its resumption), in the current transaction. Raises NotAllowed and Refused."""
    from ventanilla.modules.correspondence import tasks

    row = ImportRun.objects.select_for_update(of=("self",)).select_related("mapping").get(pk=own_run(actor, run.pk).pk)
    if row.finished_at:
        return
    job_of(row, actor, dry=False)
    expected = row.counts.get("letters", 0) if row.dry else row.counts.get("expected", 0)
    row.dry, row.problems = False, []
    row.counts = {"expected": expected}
    row.save()
    record("letter.import_begun", actor=actor, institution_id=row.institution_id, subject=f"import:{row.pk}", detail={"file": row.source})
    tasks.order_import(row.pk, actor.pk)


def cancel(*, actor: Person, run: ImportRun) -> None:
    """Stop after the batch at hand; what was registered stays."""
    own_run(actor, run.pk)
    ImportRun.objects.filter(pk=run.pk, finished_at=None, dry=False).update(finished_at=timezone.now())


def perform(run_id: int, person_id: int) -> None:
    """Do the real run from wherever it is; safe to be killed and done again."""
    run = ImportRun.objects.select_related("mapping").get(pk=run_id)
    if run.finished_at or run.dry:
        return
    expected = run.counts.get("expected", 0)

    def tell(tally: Tally) -> bool:
        counts = tally.counts() | {"expected": expected}
        return bool(ImportRun.objects.filter(pk=run_id, finished_at=None).update(counts=counts, problems=tally.problems))

    try:
        tally = run_import(job_of(run, Person.objects.get(pk=person_id), dry=False), tell)
    except (Refused, NotAllowed) as problem:
        ImportRun.objects.filter(pk=run_id).update(problems=[(0, problem.message)], finished_at=timezone.now())
        return
    tell(tally)
    ImportRun.objects.filter(pk=run_id, finished_at=None).update(finished_at=timezone.now())
