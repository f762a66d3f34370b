"""Imports that a person starts on the page: the uploaded register, its saved mapping, dry run, real run with progress.

An `ImportRun` can be left and found again; a killed one is resumed, since what is there already is not done twice.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
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
from ventanilla.modules.correspondence.services.legacy.joining import Join, columns_with, fits, likely, main_of, names_of
from ventanilla.modules.correspondence.services.legacy.mapping import FIELDS, WAYS, suggest
from ventanilla.modules.correspondence.services.legacy.running import Job, Tally, joins_of, run_import, saved, told
from ventanilla.modules.correspondence.services.legacy.sources import structure_of

WORDS: Final = {"state": "states", "unit": "units", "type": "types", "direction": "directions"}
"""Kinds of words of a register, and the option that keeps what they stand for."""
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


def registers_of(person: Person) -> list[str]:
    """Names of the registers of which something was looked at or brought: what is brought again under its name is not doubled."""
    return sorted({run.mapping.name for run in runs_of(person) if run.mapping})


def receive(*, actor: Person, unit: Unit, file: Uploaded, uuid: UUID, register: str = "") -> ImportRun:
    """Keep an uploaded register and prepare its run: what was said of that register before is kept, else columns are guessed.

    `register` is the name of one that was brought before; without it the file's own name says which it is, for that unit.
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
    tables = structure_of(path)
    if not tables:
        path.unlink()
        raise Refused(_("El registro no tiene ninguna fila."), "file")
    called = register if register in registers_of(actor) else _own_name(unit, Path(name).stem[:110])
    return _prepared(actor, unit, (name, called), path, tables)


def _keep(file: Uploaded, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        while piece := file.stream.read(1 << 20):
            out.write(piece)
    path.chmod(0o600)


def _own_name(unit: Unit, stem: str) -> str:
    """The name of the register: another unit's file of that name is another register, whose keys must not be taken for this one's."""
    rows = ImportMapping.objects.filter(institution_id=unit.institution_id)
    for name in (stem, *(f"{stem} ({n})" for n in range(2, 1000))):
        units = set(rows.filter(name=name).values_list("options__unit", flat=True))
        if not units or units & {unit.pk, None}:
            return name
    return stem


@transaction.atomic
def _prepared(actor: Person, unit: Unit, names: tuple[str, str], path: Path, tables: dict[str, list[str]]) -> ImportRun:
    before = ImportMapping.objects.filter(institution_id=unit.institution_id, name=names[1]).order_by("-pk").first()
    known = before.options if before else {}
    main = known["table"] if known.get("table") in tables else main_of(tables)
    joins = [join for join in joins_of(before) if fits(join, main, tables)] or likely(tables, main)
    columns = columns_with(tables, main, joins)
    said = before.columns if before else {}
    kept = {name: column for name, column in said.items() if column in columns}
    mapping = ImportMapping.objects.create(
        institution_id=unit.institution_id, name=names[1], columns=kept if kept and kept == said else suggest(columns) | kept,
        options={"path": str(path), "table": main, "tables": tables, "joins": told(joins), "unit": unit.pk,
                 "folder": known.get("folder", ""), "direction": known.get("direction", ""),
                 **{kind: known.get(kind, {}) for kind in WORDS.values()}})
    run = ImportRun.objects.create(institution_id=unit.institution_id, mapping=mapping, source=names[0][:300])
    record("letter.import_received", actor=actor, institution_id=unit.institution_id, subject=f"import:{run.pk}", detail={"file": names[0]})
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


def choose(*, actor: Person, run: ImportRun, columns: dict[str, str], folder: str = "", words: Iterable[tuple[str, str, str]] = (),
           usual: str = "") -> None:
    """Say which column is what, what words stand for (kind, word, value; none takes back what was said), and the usual way.

    Raises NotAllowed, and Refused once the import has begun.
    """
    mapping = _open(actor, run)
    mapping.columns = {name: columns[name] for name in FIELDS if columns.get(name)}
    mapping.options["folder"] = folder if folder in file_folders() else ""
    mapping.options["direction"] = usual if usual in WAYS else ""
    for kind, word, value in words:
        known = mapping.options.setdefault(WORDS[kind], {}) if kind in WORDS else {}
        known.pop(word, None)
        if value:
            known[word] = value
    mapping.save()


def tie(*, actor: Person, run: ImportRun, table: str, joins: Sequence[Join]) -> None:
    """Say which table holds the letters and how others are tied to it; the columns are guessed again where they changed.

    Raises NotAllowed, and Refused once the import has begun.
    """
    mapping = _open(actor, run)
    tables = mapping.options.get("tables", {})
    if table not in tables:
        raise Refused(_("Esa tabla no está en el registro."), "table")
    changed = table != mapping.options.get("table")
    kept: list[Join] = []
    waiting = likely(tables, table) if changed else list(dict.fromkeys(join for join in joins if fits(join, table, tables)))
    while ready := [join for join in waiting if join not in kept and join.owner in ("", *names_of(kept))]:
        kept.append(ready[0])
    columns = columns_with(tables, table, kept)
    mapping.options |= {"table": table, "joins": told(kept)}
    mapping.columns = suggest(columns) | {name: column for name, column in mapping.columns.items() if column in columns}
    mapping.save()
    ImportRun.objects.filter(pk=run.pk, dry=True).update(counts={}, problems=[])


def _open(actor: Person, run: ImportRun) -> ImportMapping:
    row = own_run(actor, run.pk)
    if row.mapping is None or not row.dry:
        raise Refused(_("Esta importación ya comenzó; suba el registro otra vez para cambiar las columnas."))
    return row.mapping


def job_of(run: ImportRun, person: Person, *, dry: bool) -> Job:
    """The job that a run stands for. Raises Refused when its file is gone."""
    options = _options(run)
    path = Path(options.get("path", ""))
    if not path.is_file() or run.mapping is None:
        raise Refused(_("El registro ya no está; súbalo otra vez."), "file")
    unit = Unit.objects.select_related("institution").get(pk=options["unit"], institution_id=run.institution_id)
    folder = uploads_folder() / options["folder"] if options.get("folder") else None
    return Job(path, saved(run.mapping), unit, person, options.get("table", ""), folder, dry, joins_of(run.mapping))


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
