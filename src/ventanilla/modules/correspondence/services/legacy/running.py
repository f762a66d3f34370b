"""The import itself, dry or real: streamed in batches, each a transaction; idempotent, so that a killed one goes on.

The unit of repetition is the letter's key (`legacy_key`): what is there already is left as it is, and only its
missing files are attached.
"""
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Attachment, Case, FolioSeries
from ventanilla.core.cases.services import attach
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.models import Letter, LetterType
from ventanilla.modules.correspondence.services.histories import Past, write_histories
from ventanilla.modules.correspondence.services.histories.playing import Impossible, Play
from ventanilla.modules.correspondence.services.legacy.gathering import Gathered, gathered
from ventanilla.modules.correspondence.services.legacy.joining import Join, joined
from ventanilla.modules.correspondence.services.legacy.lives import SERIES, Around, past_of
from ventanilla.modules.correspondence.services.legacy.mapping import Mapping, Unreadable, plain
from ventanilla.modules.correspondence.services.legacy.scans import Scans
from ventanilla.modules.correspondence.services.legacy.units import units_of

BATCH = 500
MAX_PROBLEMS = 1000
MAX_WORDS = 100
UNIT_FIELDS = ("unit", "sender_unit", "turn_unit")
MASKS = {SERIES["incoming"]: "{unit}/ANT/{n}/{year}", SERIES["outgoing"]: "{unit}/ANT-S/{n}/{year}",
         SERIES["internal"]: "{unit}/ANT-I/{n}/{year}"}


@dataclass(frozen=True)
class Job:
    """What to import, for which unit and in whose name; `folder` holds the files that the rows name."""

    source: Path
    mapping: Mapping
    unit: Unit
    person: Person
    table: str = ""
    folder: Path | None = None
    dry: bool = True
    joins: Sequence[Join] = ()

    @cached_property
    def scans(self) -> Scans:
        """The files of the folder; without one there are none."""
        return Scans(self.folder or Path("/dev/null"))


@dataclass
class Tally:
    """What was found and done; `problems` are (line, reason) in Spanish, the first thousand; `words`, in how many letters a state, unit,
    type or way was not known."""

    rows: int = 0
    letters: int = 0
    written: int = 0
    known: int = 0
    turns: int = 0
    answers: int = 0
    files: int = 0
    refused: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)
    words: Counter[tuple[str, str]] = field(default_factory=Counter)

    def problem(self, line: int, reason: str) -> None:
        """One more thing that could not be taken as it was."""
        self.refused += 1
        self.remark(line, reason)

    def remark(self, line: int, reason: str) -> None:
        """Something to know of a letter that is taken all the same."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append((line, reason))

    def counts(self) -> dict[str, Any]:
        """The numbers, and the words that occur most."""
        numbers: dict[str, Any] = {name: value for name, value in vars(self).items() if isinstance(value, int)}
        return numbers | {"words": [[kind, word, n] for (kind, word), n in self.words.most_common(MAX_WORDS)]}


@dataclass(frozen=True)
class _Old:
    """A letter of the old register: the line where it begins, its rows, and its history when it could be read."""

    line: int
    rows: Sequence[dict[str, str]]
    past: Past


def run_import(job: Job, tell: Callable[[Tally], bool | None] = lambda tally: None) -> Tally:
    """Import, or only look (`job.dry`). `tell` is called after each batch; when it answers False the import stops.

    Raises NotAllowed, and Refused when the mapping lacks what is required or the file cannot be read.
    """
    _permitted(job)
    if missing := job.mapping.missing():
        raise Refused(_("Falta decir qué columna es: %(columns)s.") % {"columns": ", ".join(map(_, missing))}, "columns")
    tally, around = Tally(), _around(job)
    for batch in _batches(_read(job, around, tally)):
        _take(job, batch, tally)
        if tell(tally) is False:
            break
    return tally


def _permitted(job: Job) -> None:
    reach = reach_of(job.person)
    own = job.person.institution_id == job.unit.institution_id
    if not own or not (reach.can(cap.REGISTER, job.unit.pk) or reach.can(cap.ADMIN_CATALOGUES)):
        raise NotAllowed


def _around(job: Job) -> Around:
    types = LetterType.objects.filter(institution_id=job.unit.institution_id).order_by("order", "name")
    known = {plain(t.name): t.pk for t in types}
    if not known:
        raise Refused(_("La institución no tiene tipos de documento; déles de alta primero."), "type")
    return Around(units_of(job.unit, job.mapping.units), known, next(iter(known.values())), job.mapping)


def _read(job: Job, around: Around, tally: Tally) -> Iterator[_Old]:
    """Letters in the order of the file."""
    for letter in gathered(joined(job.source, job.table, job.joins), job.mapping):
        tally.rows += len(letter.rows)
        tally.letters += 1
        tally.words.update(around.unknown(letter.rows))
        try:
            past = past_of(letter.key, letter.rows, around)
            _open_to_somebody(Play(past), around, letter, tally)
        except Unreadable as problem:
            tally.problem(letter.line, str(problem))
        except Impossible:
            tally.problem(letter.line, "La historia se contradice: revise las fechas y los estados.")
        else:
            if letter.twin:
                tally.remark(letter.line, f"El folio o la clave es también del documento de la línea {letter.twin}: se registran los dos.")
            yield _Old(letter.line, letter.rows, past)


def _open_to_somebody(play: Play, around: Around, letter: Gathered, tally: Tally) -> None:
    """What is still to be done lies in a unit that exists, or that another took over (to which it then goes). Raises Unreadable."""
    waiting = [t.to.unit for t in play.turns if not t.closed_at] + ([] if play.closed_at else [play.past.unit])
    closed = next((unit for unit in waiting if not around.units.heir(unit).is_open), None)
    if closed is None:
        return
    cells = {around.mapping.cell(row, name) for row in letter.rows for name in UNIT_FIELDS}
    tally.words.update(("unit", text) for text in cells if around.units.named(text) == closed)
    raise Unreadable(f"«{closed.name}» está cerrada y ninguna unidad la sustituye, y aquí queda algo pendiente: "
                     "diga a cuál equivale, o en el registro cómo terminó.")


def _batches(letters: Iterator[_Old]) -> Iterator[list[_Old]]:
    batch: list[_Old] = []
    for letter in letters:
        batch.append(letter)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _take(job: Job, batch: Sequence[_Old], tally: Tally) -> None:
    keys = [old.past.legacy_key for old in batch]
    before = set(Letter.objects.filter(institution_id=job.unit.institution_id, legacy_key__in=keys).values_list("legacy_key", flat=True))
    fresh = {old.past.legacy_key: old for old in batch if old.past.legacy_key not in before}
    tally.known += len(before)
    _count(fresh, tally)
    if not job.dry:
        _write(job, [old.past for old in fresh.values()])
    _files(job, batch, tally)


def _count(fresh: dict[str, _Old], tally: Tally) -> None:
    tally.written += len(fresh)
    for old in fresh.values():
        tally.turns += sum(len(event.to) for event in old.past.happened)
        tally.answers += sum(event.verb == "answer" for event in old.past.happened)


@transaction.atomic
def _write(job: Job, pasts: Sequence[Past]) -> None:
    for unit, slug in {(p.unit.pk, p.series): (p.unit, p.series) for p in pasts}.values():
        FolioSeries.objects.get_or_create(unit=unit, slug=slug, defaults={"institution_id": unit.institution_id, "mask": MASKS[slug]})
    _free_numbers(pasts)
    write_histories(pasts, source="import", actor_id=job.person.pk)


def _free_numbers(pasts: Sequence[Past]) -> None:
    """A number that is taken in its series and year is given up: the folio stays as it was written."""
    taken: set[tuple[int, str, int | None, int | None]] = set(Case.objects.filter(
        series__slug__in=MASKS, unit__in={p.unit.pk for p in pasts}, number__in={p.number for p in pasts if p.number},
    ).values_list("unit_id", "series__slug", "year", "number"))
    for past in pasts:
        place = (past.unit.pk, past.series, past.year, past.number)
        if place in taken:
            past.number = None
        taken.add(place)


def _files(job: Job, letters: Sequence[_Old], tally: Tally) -> None:
    named = [(old, name) for old in letters for name in _names(job, old)]
    if not named or job.folder is None:
        return
    uuids = {(old.past.legacy_key, name): _uuid(job, old, name) for old, name in named}
    there = set(Attachment.objects.filter(document__uuid__in=uuids.values()).values_list("document__uuid", flat=True))
    cases = {} if job.dry else _cases(job, letters)
    for old, name in named:
        uuid = uuids[old.past.legacy_key, name]
        if uuid not in there:
            try:
                _file(job, job.scans.find(name), (uuid, cases.get(old.past.legacy_key)), tally)
            except Unreadable as problem:
                tally.problem(old.line, str(problem))
            except (DocumentError, OSError) as problem:
                tally.problem(old.line, f"«{name}»: {getattr(problem, 'message', problem)}")


def _cases(job: Job, letters: Sequence[_Old]) -> dict[str, int]:
    keys = [old.past.legacy_key for old in letters]
    rows = Letter.objects.filter(institution_id=job.unit.institution_id, legacy_key__in=keys)
    return dict(rows.values_list("legacy_key", "case_id"))


def _names(job: Job, old: _Old) -> list[str]:
    cells = (job.mapping.cell(row, "file") for row in old.rows)
    return list(dict.fromkeys(name.strip() for cell in cells for name in cell.replace("|", ";").split(";") if name.strip()))


def _uuid(job: Job, old: _Old, name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"ventanilla:{job.unit.institution.uuid}:{old.past.legacy_key}:{name}")


def _file(job: Job, path: Path, target: tuple[UUID, int | None], tally: Tally) -> None:
    tally.files += 1
    if target[1] is None:
        return
    with transaction.atomic():
        version = store(actor=job.person, files=[FileDraft(path.name, path, role="scan", uuid=target[0])])[0]
        attach(actor=None, case=Case.objects.get(pk=target[1]), documents=[version.document], role="scan")


def saved(mapping: Any) -> Mapping:
    """The mapping of an `ImportMapping` row."""
    words = {name: mapping.options.get(name, {}) for name in ("states", "units", "types", "directions")}
    return Mapping(mapping.columns, usual=mapping.options.get("direction") or "incoming", name=mapping.name, **words)


def joins_of(mapping: Any) -> list[Join]:
    """How its tables are tied."""
    return [Join(*one) for one in mapping.options.get("joins", [])] if mapping else []


def told(joins: Sequence[Join]) -> list[list[str]]:
    """The same, as an `ImportMapping` keeps it."""
    return [[join.table, join.column, join.to] for join in joins]
