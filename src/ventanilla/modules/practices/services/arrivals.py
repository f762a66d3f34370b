"""Forms that only recognition can read: a job reads them, makes the practice once, and tells whoever brought them.

Killed at any point, the job is done again (`core/cases/tasks.rescue`): the practice has the uuid of the arrival, and what ends an
arrival is one transaction that locks its row.
"""
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.audit.services import record
from ventanilla.core.documents.models import DocumentVersion, Source, State
from ventanilla.core.documents.problems import DocumentError, ScannerDown
from ventanilla.core.documents.services import open_version
from ventanilla.core.documents.text import PageText
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.models import ArrivalState, Practice, PracticeArrival
from ventanilla.modules.practices.reading.model import Reading
from ventanilla.modules.practices.services.carrying import Brought
from ventanilla.modules.practices.services.importing import keep_reading, reading_of, require_form

MOST_ATTEMPTS: Final = 5
"""A reading that began so often and never ended takes its worker along: it is given up."""
SHOWN: Final = timedelta(days=7)
"""How long the page of imports goes on showing what ended."""


def arrivals_of(person: Person) -> list[PracticeArrival]:
    """What the person brought that is not read yet or ended lately, newest first; at most 40."""
    return list(PracticeArrival.objects.shown_to(person, timezone.now() - SHOWN).select_related("practice", "unit")[:40])


def read_arrival(arrival_id: int) -> bool:
    """Recognise the file and begin its practice; False when there was nothing to do (any more).

    Raises ScannerDown while the antivirus has not looked at the file; the task comes back.
    """
    arrival = _begun(arrival_id)
    if arrival is None:
        return False
    try:
        with open_version(arrival.version) as stream:
            data = stream.read()
        found, brought = reading_of(arrival.filename, data, known=recognised_of(arrival.version))  # seconds a page: outside any transaction
        return _kept(arrival, require_form(found, arrival.filename), brought)
    except (Refused, NotAllowed, DocumentError) as refusal:
        return _refused(arrival.pk, refusal.message)


def recognised_of(version: DocumentVersion) -> dict[int, PageText]:
    """The pages that the reading of documents recognised already: mostly all of them, since its task was ordered before."""
    return {page.number: page.page_text for page in version.pages.filter(source=Source.OCR, problem="")}


@transaction.atomic
def _begun(arrival_id: int) -> PracticeArrival | None:
    arrival = _locked(arrival_id)
    if arrival is None:
        return None
    if arrival.version.state in (State.RECEIVED, State.SCANNING):
        raise ScannerDown
    if arrival.attempts >= MOST_ATTEMPTS:
        _refused(arrival.pk, _("No se pudo reconocer: la lectura se interrumpió varias veces. El archivo quedó guardado."))
        return None
    arrival.state, arrival.attempts = ArrivalState.READING, arrival.attempts + 1
    arrival.save(update_fields=["state", "attempts"])
    return arrival


def _locked(arrival_id: int) -> PracticeArrival | None:
    """The arrival, locked, while it has not ended."""
    rows = PracticeArrival.objects.open().select_for_update(of=("self",)).select_related("version__blob", "person", "unit")
    return rows.filter(pk=arrival_id).first()


@transaction.atomic
def _kept(arrival: PracticeArrival, found: Reading, brought: Brought | None) -> bool:
    row = _locked(arrival.pk)
    if row is None:  # withdrawn meanwhile, or another worker was faster
        return False
    practice = keep_reading(actor=row.person, unit=row.unit, version=row.version, found=found, brought=brought, uuid=row.uuid)
    _end(row, ArrivalState.DONE, practice=practice)
    _tell(row, _("Se reconoció un formulario que trajo"), _next_step(practice.pending), f"/practicas/{practice.pk}/lecturas/")
    return True


def _next_step(pending: int) -> str:
    if not pending:
        return _("Revise cómo se leyó.")
    return ngettext("Revise cómo se leyó; %(num)s lectura espera su decisión.",
                    "Revise cómo se leyó; %(num)s lecturas esperan su decisión.", pending) % {"num": pending}


@transaction.atomic
def _refused(arrival_id: int, problem: str) -> bool:
    row = _locked(arrival_id)
    if row is None:
        return False
    _end(row, ArrivalState.REFUSED, problem=problem)
    record("practice.arrival.refuse", actor=None, institution_id=row.institution_id, subject=f"practice-arrival:{row.pk}",
           detail={"attempts": row.attempts})
    _tell(row, _("No se pudo leer un formulario que trajo"), problem, "/practicas/importar/")
    return True


def _end(row: PracticeArrival, state: ArrivalState, *, practice: Practice | None = None, problem: str = "") -> None:
    row.state, row.practice, row.problem, row.finished_at = state, practice, problem, timezone.now()
    row.save(update_fields=["state", "practice", "problem", "finished_at"])


def _tell(row: PracticeArrival, title: str, body: str, url: str) -> None:
    notify(recipients=[row.person_id], draft=NoticeDraft("system", title, f"practice-arrival:{row.pk}", f"{row.filename}\n{body}", url))


@transaction.atomic
def withdraw_arrival(*, actor: Person, arrival: PracticeArrival) -> None:
    """Whoever brought it does not want it read. Raises NotAllowed for somebody else's, Refused when it has ended."""
    if arrival.person_id != actor.pk:
        raise NotAllowed
    row = _locked(arrival.pk)
    if row is None:
        raise Refused(_("Ya terminó de leerse: no se puede quitar."))
    _end(row, ArrivalState.REFUSED, problem=_("Lo quitó usted antes de que se leyera."))
    record("practice.arrival.withdraw", actor=actor, institution_id=row.institution_id, subject=f"practice-arrival:{row.pk}")


def order_lost() -> int:
    """Order again the arrivals that no task could read any more (it failed); returns how many."""
    from ventanilla.modules.practices.tasks import read_arrival as task

    with connection.cursor() as cursor:
        cursor.execute(_LOST)
        lost = [row[0] for row in cursor.fetchall()]
    if lost:
        task.batch_defer(*[{"arrival_id": number} for number in lost])
    return len(lost)


_LOST = """
SELECT a.id FROM practices_practicearrival a WHERE a.state IN ('waiting', 'reading') AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = 'practices.read_arrival' AND j.status IN ('todo', 'doing')
    AND (j.args->>'arrival_id')::bigint = a.id)
ORDER BY a.id LIMIT 1000
"""
