"""The import of an event log, dry or real: in batches, each a transaction; idempotent, so that a killed one goes on.

The unit of repetition is the incident's key (`Ticket.external_key`): what is there already is left as it is.
"""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.servicedesk.models import ServiceLevel, Ticket
from ventanilla.modules.servicedesk.models.imports import ImportedEvent, ImportedLog
from ventanilla.modules.servicedesk.services.importing.around import names_in, prepare
from ventanilla.modules.servicedesk.services.importing.eventlog import EventLog, Row, read_log
from ventanilla.modules.servicedesk.services.importing.lives import SERIES, Around, key_of, read_ticket
from ventanilla.modules.servicedesk.services.importing.past import TicketPast
from ventanilla.modules.servicedesk.services.importing.writing import write_tickets

BATCH = 1000


@dataclass(frozen=True)
class IncidentJob:
    """What to import, for which unit, in whose name, and under which service level (None: clocks without a term)."""

    source: Path
    unit: Unit
    person: Person
    level: ServiceLevel | None = None
    system: str = "servicenow"
    dry: bool = True


@dataclass
class Tally:
    """What was found and done. `flags` counts odd events by name; `problems` are (line, reason), the first thousand."""

    rows: int = 0
    repeated: int = 0
    tickets: int = 0
    written: int = 0
    known: int = 0
    events: int = 0
    moves: int = 0
    refused: int = 0
    flags: dict[str, int] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The numbers alone."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int)}


class _Undo(Exception):
    """A dry run ends: nothing stays."""


def import_incidents(job: IncidentJob, tell: Callable[[Tally], None] = lambda tally: None) -> Tally:
    """Import, or only look (`job.dry`: everything is read and checked, nothing is kept). `tell` is called after each batch.

    Raises NotAllowed, and Refused when the file cannot be read.
    """
    reach = reach_of(job.person)
    if job.person.institution_id != job.unit.institution_id or not (
            reach.can(cap.REGISTER, job.unit.pk) or reach.can(cap.ADMIN_CATALOGUES)):
        raise NotAllowed
    log = read_log(job.source)
    tally = Tally(log.rows, log.repeated, len(log.tickets), problems=log.problems)
    try:
        with transaction.atomic():
            around, tally.made = prepare(job.unit, job.level, job.system, names_in(log), job.person.pk)
            if job.dry:
                _look(job, log, around, tally)
                raise _Undo
    except _Undo:
        return tally
    _write(job, log, around, tally, tell)
    return tally


def _look(job: IncidentJob, log: EventLog, around: Around, tally: Tally) -> None:
    for batch in _batches(log):
        for _number, rows in _fresh(job, log, batch, tally):
            _one(log, rows, around, tally)


def _write(job: IncidentJob, log: EventLog, around: Around, tally: Tally, tell: Callable[[Tally], None]) -> None:
    """One transaction per batch: whole tickets or none."""
    for batch in _batches(log):
        with transaction.atomic():
            _alone(job)
            fresh = list(_fresh(job, log, batch, tally))
            pasts = [p for _n, rows in fresh if (p := _one(log, rows, around, tally))]
            if pasts:
                _free_numbers(pasts)
                write_tickets(pasts, source="import", actor_id=job.person.pk, log_id=_kept(job, log))
        tell(tally)
    if tally.written:
        _keep(job, log, tally)


def _batches(log: EventLog) -> Iterator[list[tuple[str, list[Row]]]]:
    items = list(log.tickets.items())
    for start in range(0, len(items), BATCH):
        yield items[start:start + BATCH]


def _alone(job: IncidentJob) -> None:
    """Two imports into one institution take turns, batch by batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('servicedesk.import'), %s)", [job.unit.institution_id])


def _fresh(job: IncidentJob, log: EventLog, batch: Sequence[tuple[str, list[Row]]], tally: Tally) -> Iterator[tuple[str, list[Row]]]:
    """Those that are not there; of those that are, whether the file tells more than what was kept."""
    keys = {key_of(job.system, number): (number, rows) for number, rows in batch}
    there = dict(Ticket.objects.filter(institution_id=job.unit.institution_id, external_key__in=keys).values_list("external_key", "pk"))
    kept = dict(ImportedEvent.objects.filter(case__in=there.values()).values_list("case").annotate(n=Count("pk")).order_by())
    for key, (number, rows) in keys.items():
        if key not in there:
            yield number, rows
            continue
        tally.known += 1
        if kept.get(there[key], 0) != len(rows):
            log.problem(rows[0].line, f"La incidencia «{number}» ya estaba, con {kept.get(there[key], 0)} eventos; el archivo trae "
                                      f"{len(rows)}. Se dejó como estaba.")


def _one(log: EventLog, rows: Sequence[Row], around: Around, tally: Tally) -> TicketPast | None:
    past = read_ticket(log, rows, around)
    if past is None:
        tally.refused += 1
        return None
    tally.written += 1
    tally.events += len(past.events)
    tally.moves += len(past.happened)
    for event in past.events:
        for flag in event.flags:
            tally.flags[flag] = tally.flags.get(flag, 0) + 1
    return past


def _free_numbers(pasts: Sequence[TicketPast]) -> None:
    """A number that is taken in its series and year is given up: the folio stays as it was written."""
    unit = pasts[0].unit
    taken = set(Case.objects.filter(series__slug=SERIES, series__unit=unit, number__in=[p.number for p in pasts if p.number])
                .values_list("year", "number"))
    for past in pasts:
        place = (timezone.localtime(past.created_at).year, past.number)
        if place in taken:
            past.number = None
        elif past.number:
            taken.add((place[0], past.number))


def _kept(job: IncidentJob, log: EventLog) -> int:
    row, _made = ImportedLog.objects.get_or_create(
        institution_id=job.unit.institution_id, system=job.system, digest=log.digest,
        defaults={"source": job.source.name[:300], "columns": list(log.columns), "at": timezone.now()})
    return row.pk


def _keep(job: IncidentJob, log: EventLog, tally: Tally) -> None:
    """What was found stays with the file's row, and one entry of the log tells who brought it."""
    with transaction.atomic():
        pk = _kept(job, log)
        ImportedLog.objects.filter(pk=pk).update(counts=tally.counts() | {"flags": tally.flags}, problems=tally.problems)
        record("servicedesk.import", actor=job.person, institution_id=job.unit.institution_id, subject=f"importedlog:{pk}",
               detail={"digest": log.digest, **tally.counts()})
