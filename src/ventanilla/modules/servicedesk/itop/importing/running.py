"""The import of a folder of exports, dry or real: tickets in batches, each a transaction; idempotent, so a killed one goes on.

Tickets are known by `Ticket.external_key`, everything else by a uuid made of its number in the export. What is there already
is left as it is; new entries of a log and new files of a known ticket are added.
"""
import base64
import binascii
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Attachment, Case, Move, Note
from ventanilla.core.cases.services import attach
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.servicedesk.itop.importing.around import LOGS, bring_people, prepared
from ventanilla.modules.servicedesk.itop.importing.items import bring_items, bring_relations
from ventanilla.modules.servicedesk.itop.importing.links import bring_ties
from ventanilla.modules.servicedesk.itop.importing.lives import SERIES, Known, key_of, ticket_of, uuid_of
from ventanilla.modules.servicedesk.itop.importing.reading import Export, Row, cell, entries, read_folder
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.itop.profile import LIFECYCLES
from ventanilla.modules.servicedesk.itop.words import moment_of, plain
from ventanilla.modules.servicedesk.models import Change, Problem, ServiceLevel, Ticket
from ventanilla.modules.servicedesk.models.itop import CompatMark
from ventanilla.modules.servicedesk.services.importing import TicketPast, write_tickets

BATCH: Final = 500
KINDS: Final = ("people", "items", "relations", "tickets", "entries", "files", "ties")
PARENTS: Final = {"parent_request_id": ("UserRequest",), "parent_incident_id": ("Incident",), "parent_problem_id": ("Problem",),
                  "parent_change_id": ("NormalChange", "RoutineChange", "EmergencyChange")}


@dataclass(frozen=True)
class ItopJob:
    """What to import, for which unit, in whose name, under which service level (None: clocks without a term)."""

    source: Path
    unit: Unit
    person: Person
    level: ServiceLevel | None = None
    system: str = "itop"
    dry: bool = True


@dataclass
class Tally:
    """What was made and what was there already, by kind; what was not taken, and why."""

    made: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    known: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    refused: int = 0
    problems: list[str] = field(default_factory=list)

    def count(self, kind: str, fresh: bool) -> None:
        """One more."""
        if kind == "refused":
            self.refused += 1
        else:
            side = self.made if fresh else self.known
            side[kind] += 1


@dataclass
class _Run:
    job: ItopJob
    export: Export
    known: Known
    tally: Tally
    cases: dict[tuple[str, str], int] = field(default_factory=dict)


class _Undo(Exception):
    """A dry run ends: nothing stays."""


def import_itop(job: ItopJob, tell: Callable[[Tally], None] = lambda tally: None) -> Tally:
    """Import, or only look (`job.dry`: everything is done and undone; files are only counted). `tell` is called after each batch.

    Raises NotAllowed, and Refused when the folder cannot be read.
    """
    reach = reach_of(job.person)
    if job.person.institution_id != job.unit.institution_id or not (
            reach.can(cap.REGISTER, job.unit.pk) or reach.can(cap.ADMIN_CATALOGUES)):
        raise NotAllowed
    export, tally = read_folder(job.source), Tally()
    tally.problems = export.problems
    try:
        if job.dry:
            with transaction.atomic():
                _everything(job, export, tally, tell)
                raise _Undo
        _everything(job, export, tally, tell)
    except _Undo:
        return tally
    if any(tally.made.values()):
        record("servicedesk.import_itop", actor=job.person, institution_id=job.unit.institution_id, subject=f"unit:{job.unit.pk}",
               detail={"system": job.system, "made": tally.made, "known": tally.known, "refused": tally.refused})
    return tally


def _everything(job: ItopJob, export: Export, tally: Tally, tell: Callable[[Tally], None]) -> None:
    with transaction.atomic():
        _alone(job)
        known = prepared(job.unit, job.level, job.system, export, job.person.pk)
        tally.made["people"], tally.known["people"] = bring_people(job.unit.institution, job.system, export, known)
        items = bring_items(job.system, export, known, tally.count)
        bring_relations(job.system, export, items, tally.count)
    run = _Run(job, export, known, tally)
    for batch in _batches(export):
        with transaction.atomic():
            _alone(job)
            _tickets(run, batch)
        tell(tally)
    with transaction.atomic():
        _parents(run)
        bring_ties(export, run.cases, items, tally.count)
    _files(run)


def _alone(job: ItopJob) -> None:
    """Two imports into one institution take turns, batch by batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('servicedesk.import'), %s)", [job.unit.institution_id])


def _batches(export: Export) -> Iterator[list[tuple[str, Row]]]:
    rows = list(export.of(*LIFECYCLES))
    for start in range(0, len(rows), BATCH):
        yield rows[start:start + BATCH]


# --- tickets -------------------------------------------------------------------------------------------------


def _tickets(run: _Run, batch: Sequence[tuple[str, Row]]) -> None:
    """Write those that are not there, then what was said in all of them. A row that is there twice is one ticket."""
    by_key = {key_of(run.job.system, name, cell(row, "id")): (name, row) for name, row in batch}
    rows = Ticket.objects.filter(institution_id=run.job.unit.institution_id, external_key__in=by_key)
    there = dict(rows.values_list("external_key", "pk"))
    fresh = {key: past for key, (name, row) in by_key.items() if key not in there and (past := _past(run, name, row))}
    _free_numbers(list(fresh.values()))
    lives = write_tickets(list(fresh.values()), source="import", actor_id=run.job.person.pk)
    made = {key: life.id for key, life in zip(fresh, lives, strict=True)}
    _details({made[key]: by_key[key] for key in made}, run)
    _marks({made[key]: by_key[key] for key in made}, run)
    run.tally.made["tickets"] += len(made)
    run.tally.known["tickets"] += len(by_key) - len(made) - sum(1 for key in by_key if key not in there and key not in made)
    ids = {**there, **made}
    run.cases |= {(name, cell(row, "id")): ids[key] for key, (name, row) in by_key.items() if key in ids}
    _said(run, {ids[key]: by_key[key] for key in by_key if key in ids})


def _past(run: _Run, name: str, row: Row) -> TicketPast | None:
    try:
        return ticket_of(name, row, run.known)
    except ItopError as problem:
        run.tally.refused += 1
        run.export.problems.append(f"{name} {cell(row, 'id', 'ref')}: no se tomó, {problem.message}.")
        return None


def _free_numbers(pasts: Sequence[TicketPast]) -> None:
    """A number that is taken in its series and year is given up: the folio stays as it was written."""
    if not pasts:
        return
    rows = Case.objects.filter(series__slug=SERIES, series__unit=pasts[0].unit, number__in=[p.number for p in pasts if p.number])
    taken = set(rows.values_list("year", "number"))
    for past in pasts:
        place = (timezone.localtime(past.created_at).year, past.number)
        if place in taken:
            past.number = None
        elif past.number:
            taken.add((place[0], past.number))


def _details(made: Mapping[int, tuple[str, Row]], run: _Run) -> None:
    """The rows that problems and changes have beside their ticket."""
    zone, institution_id = run.known.around.zone, run.job.unit.institution_id
    Problem.objects.bulk_create(Problem(case_id=pk) for pk, (name, _row) in made.items() if name == "Problem")
    changes = []
    for pk, (name, row) in made.items():
        if LIFECYCLES[name].kind.endswith("change"):
            starts, ends = (moment_of(t, zone) if (t := cell(row, c)) else None for c in ("start_date", "end_date"))
            changes.append(Change(case_id=pk, institution_id=institution_id, starts_at=starts, plan=plain(row.get("plan") or ""),
                                  ends_at=ends if not (starts and ends) or ends > starts else None,
                                  back_out=plain(row.get("fallback") or ""), impact_text=cell(row, "impact"),
                                  outcome="implemented" if cell(row, "status") in ("monitored", "closed") else ""))
    Change.objects.bulk_create(changes)


FINER: Final = {"request": ("approved",), "change": ("validated",), "emergency_change": ("approved", "notapproved")}
"""States of iTop that ours do not tell apart: kept as marks, so that programs see the ticket where it was."""


def _marks(made: Mapping[int, tuple[str, Row]], run: _Run) -> None:
    wanted = {pk: state for pk, (name, row) in made.items() if (state := cell(row, "status")) in FINER.get(LIFECYCLES[name].kind, ())}
    last = dict(Move.objects.filter(case__in=wanted).order_by().values_list("case").annotate(last=Max("pk")))
    CompatMark.objects.bulk_create(CompatMark(case_id=pk, state=state, move_id=last[pk], person=run.job.person, at=timezone.now())
                                   for pk, state in wanted.items())


def _said(run: _Run, rows: Mapping[int, tuple[str, Row]]) -> None:
    """Entries of both logs with their texts exactly as they are, by whoever wrote them."""
    people, zone = run.known.around.people, run.known.around.zone
    notes = []
    for case_id, (name, row) in rows.items():
        for column, private in LOGS:
            for n, entry in enumerate(entries(row.get(column))):
                notes.append(Note(
                    uuid=uuid_of(run.job.system, run.job.unit.institution_id, name, cell(row, "id"), column, n, entry.at), case_id=case_id,
                    person_id=people.get(entry.who.strip().lower(), run.job.person.pk), text=entry.text.replace("\x00", ""),
                    public=not private, private=private, at=moment_of(entry.at or cell(row, "start_date", "creation_date"), zone)))
    there = set(Note.objects.filter(uuid__in=[n.uuid for n in notes]).values_list("uuid", flat=True))
    fresh = [n for n in notes if n.uuid not in there]
    Note.objects.bulk_create(fresh)
    run.tally.made["entries"] += len(fresh)
    run.tally.known["entries"] += len(notes) - len(fresh)


def _parents(run: _Run) -> None:
    """Which ticket hangs from which, when all of them are there."""
    for name, row in run.export.of(*LIFECYCLES):
        own = run.cases.get((name, cell(row, "id")))
        found = (run.cases.get((kind, cell(row, column))) for column, kinds in PARENTS.items() for kind in kinds if cell(row, column))
        parent = next((p for p in found if p and p != own), None)
        if own and parent:
            Ticket.objects.filter(pk=own, parent=None).update(parent=parent)


# --- files ---------------------------------------------------------------------------------------------------


def _files(run: _Run) -> None:
    """Attachments with their contents; of a dry run they are only counted."""
    for _name, row in run.export.of("Attachment"):
        case_id = run.cases.get((cell(row, "item_class"), cell(row, "item_id")))
        contents = row.get("contents")
        if case_id is None or not isinstance(contents, dict):
            run.tally.refused += 1
            run.export.problems.append(f"Attachment {cell(row, 'id')}: no dice de qué ticket es, o no trae su contenido.")
            continue
        uuid = uuid_of(run.job.system, run.job.unit.institution_id, "attachment", cell(row, "id"))
        known = Attachment.objects.filter(document__uuid=uuid).exists()
        if known or run.job.dry:
            run.tally.count("files", not known)
        else:
            _file(run, case_id, row, contents, FileDraft(str(contents.get("filename") or "archivo"), BytesIO(), uuid=uuid))


def _file(run: _Run, case_id: int, row: Row, contents: Mapping[str, object], draft: FileDraft) -> None:
    try:
        data = base64.b64decode(str(contents.get("data", "")), validate=False)
        with transaction.atomic():
            version = store(actor=run.job.person, files=[FileDraft(draft.name, BytesIO(data), uuid=draft.uuid)])[0]
            attach(actor=None, case=Case.objects.get(pk=case_id), documents=[version.document], role="evidence")
        run.tally.count("files", True)
    except (binascii.Error, DocumentError) as problem:
        run.tally.refused += 1
        run.export.problems.append(f"Attachment {cell(row, 'id')}: {getattr(problem, 'message', 'su contenido no es base64')}")
