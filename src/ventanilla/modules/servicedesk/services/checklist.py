"""Steps of the work on a ticket: those of its offering and those that the desk adds; and the minutes that it took."""
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import lock_case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import ChecklistItem, TimeEntry
from ventanilla.modules.servicedesk.services.relations import is_staff

MOST: Final = 100
"""Steps of a ticket, at most."""


@transaction.atomic
def add_item(*, actor: Person, case: Case, text: str) -> ChecklistItem:
    """A further step, after the others. Raises NotAllowed and Refused (no words, closed, or MOST of them)."""
    staff_only(actor, case)
    case, said = lock_case(case.pk), clean_text(text)[:300]
    found = ChecklistItem.objects.filter(case=case)
    if not said:
        raise Refused(_("Escriba el paso."), "text")
    if case.closed_at:
        raise Refused(_("El ticket ya terminó: no se le agregan pasos."), "text")
    if found.count() >= MOST:
        raise Refused(_("Un ticket tiene a lo más %(n)s pasos.") % {"n": MOST}, "text")
    last = found.aggregate(last=Max("order"))["last"] or 0
    item = ChecklistItem.objects.create(case=case, order=last + 1, text=said)
    _told("step_added", actor, case, item)
    return item


@transaction.atomic
def drop_item(*, actor: Person, case: Case, item_id: int) -> None:
    """A step that is not needed after all; its words stay in the log. Raises NotAllowed, DoesNotExist, and Refused (it was done)."""
    staff_only(actor, case)
    item = ChecklistItem.objects.select_for_update().get(case=case, pk=item_id)
    if item.done_at:
        raise Refused(_("Ese paso ya se hizo: quite primero la marca."))
    _told("step_dropped", actor, case, item)
    item.delete()


@transaction.atomic
def tick(*, actor: Person, case: Case, item_id: int, done: bool) -> ChecklistItem:
    """Mark a step of the checklist as done, or not."""
    staff_only(actor, case)
    item = ChecklistItem.objects.select_for_update().get(case=case, pk=item_id)
    item.done_at, item.done_by = (timezone.now(), actor) if done else (None, None)
    item.save()
    record(f"{case.kind}.tick", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"item": item.pk, "done": done})
    return item


def _told(verb: str, actor: Person, case: Case, item: ChecklistItem) -> None:
    record(f"{case.kind}.{verb}", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"item": item.pk}, personal={"text": item.text})


@transaction.atomic
def log_time(*, actor: Person, case: Case, minutes: int, text: str = "") -> TimeEntry:
    """Minutes worked, 1 to 1,440. Raises NotAllowed and Refused."""
    staff_only(actor, case)
    if not 1 <= minutes <= 1440:
        raise Refused(_("Escriba entre 1 y 1,440 minutos."), "minutes")
    row = TimeEntry.objects.create(case=case, person=actor, minutes=minutes, text=clean_text(text)[:300], at=timezone.now())
    record(f"{case.kind}.time", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"minutes": minutes})
    return row


@transaction.atomic
def drop_time(*, actor: Person, case: Case, entry_id: int) -> None:
    """Minutes written down by mistake: by who wrote them, or by who concludes in the unit; the log keeps what they were.

    Raises NotAllowed and DoesNotExist.
    """
    staff_only(actor, case)
    row = TimeEntry.objects.select_for_update().get(case=case, pk=entry_id)
    if not may_drop(actor, case, row):
        raise NotAllowed
    record(f"{case.kind}.time_dropped", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"minutes": row.minutes, "person": row.person_id, "at": row.at}, personal={"text": row.text})
    row.delete()


def may_drop(person: Person, case: Case, row: TimeEntry) -> bool:
    """Whether the person may take back those minutes."""
    return row.person_id == person.pk or reach_of(person).can(cap.CONCLUDE, case.unit_id)


def staff_only(person: Person, case: Case) -> None:
    """Raises NotAllowed for who is not of the ticket's desk."""
    if not is_staff(reach_of(person), case):
        raise NotAllowed
