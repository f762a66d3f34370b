"""The two logs of a ticket: public entries reach who asked, private ones only the desk; time, checklist, watchers."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Note, Party
from ventanilla.core.cases.places import refresh
from ventanilla.core.cases.services import add_note, attach
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import ChecklistItem, Ticket, TimeEntry
from ventanilla.modules.servicedesk.services.relations import is_staff
from ventanilla.modules.servicedesk.services.telling import tell_entry
from ventanilla.modules.servicedesk.services.working import resume


@dataclass(frozen=True)
class EntryDraft:
    """What is said in a ticket. `private`: only the desk reads it, its files too."""

    text: str
    private: bool = False
    documents: Sequence[Document] = ()
    mentioned: Sequence[Person] = ()
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def add_entry(*, actor: Person, ticket: Case, draft: EntryDraft) -> Note:
    """Say something in the public or private log. Idempotent by uuid; the other side is told of public entries.

    An answer of the requester to a ticket that waits resumes it. Raises NotAllowed (private and not of the desk) and Refused.
    """
    staff = is_staff(reach_of(actor), ticket)
    if draft.private and not staff:
        raise NotAllowed
    known: Note | None = Note.objects.filter(uuid=draft.uuid).first()
    if known:
        return known
    note = add_note(actor=actor, case=ticket, text=clean_text(draft.text), uuid=draft.uuid,
                    side="private" if draft.private else "public", mentioned=draft.mentioned)
    if draft.documents:
        attach(actor=actor, case=ticket, documents=draft.documents, role="evidence", private=draft.private)
    if not draft.private:
        tell_entry(note, staff)
        if staff:
            _tell_guest(note)
        if not staff and Case.objects.get(pk=ticket.pk).state == "pending":
            resume(actor=None, case=ticket)
    return note


def _tell_guest(note: Note) -> None:
    """Who asked by mail and has no account gets the answer by mail."""
    from ventanilla.modules.servicedesk.services.mail.answering import tell_guest

    ticket = Ticket.objects.get(pk=note.case_id)
    if ticket.requester_id is None and ticket.requester_email:
        tell_guest(ticket.requester_email, note.case, note)


@transaction.atomic
def log_time(*, actor: Person, case: Case, minutes: int, text: str = "") -> TimeEntry:
    """Minutes worked, 1 to 1,440. Raises NotAllowed and Refused."""
    _staff_only(actor, case)
    if not 1 <= minutes <= 1440:
        raise Refused(_("Escriba entre 1 y 1,440 minutos."), "minutes")
    row = TimeEntry.objects.create(case=case, person=actor, minutes=minutes, text=clean_text(text)[:300], at=timezone.now())
    record(f"{case.kind}.time", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"minutes": minutes})
    return row


@transaction.atomic
def tick(*, actor: Person, case: Case, item_id: int, done: bool) -> ChecklistItem:
    """Mark a step of the checklist as done, or not."""
    _staff_only(actor, case)
    item = ChecklistItem.objects.select_for_update().get(case=case, pk=item_id)
    item.done_at, item.done_by = (timezone.now(), actor) if done else (None, None)
    item.save()
    record(f"{case.kind}.tick", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"item": item.pk, "done": done})
    return item


@transaction.atomic
def watch(*, actor: Person, case: Case, person: Person) -> Party:
    """Let somebody follow the ticket: they read its public side and are told of it. Raises NotAllowed."""
    if person.institution_id != case.institution_id or not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed
    if actor != person:
        _staff_only(actor, case)
    row, _made = Party.objects.get_or_create(case=case, person=person, role=Party.Role.WATCHER, defaults={"since": timezone.now()})
    record(f"{case.kind}.watch", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"person": person.pk})
    refresh([case.pk])
    return row


def _staff_only(actor: Person, case: Case) -> None:
    if not is_staff(reach_of(actor), case):
        raise NotAllowed
