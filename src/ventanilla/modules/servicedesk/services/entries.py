"""The two logs of a ticket: public entries reach who asked, private ones only the desk; watchers."""
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
from ventanilla.modules.servicedesk.services.checklist import staff_only
from ventanilla.modules.servicedesk.services.family import survivor_of
from ventanilla.modules.servicedesk.services.relations import is_staff
from ventanilla.modules.servicedesk.services.rules.telling import tell_note_by_rules
from ventanilla.modules.servicedesk.services.telling import tell_entry
from ventanilla.modules.servicedesk.services.working import resume


@dataclass(frozen=True)
class EntryDraft:
    """What is said in a ticket. `private`: only the desk reads it, its files too. `by_guest`: who asked or benefits wrote it by mail
    without an account; the actor only registers it.
    """

    text: str
    private: bool = False
    documents: Sequence[Document] = ()
    mentioned: Sequence[Person] = ()
    uuid: UUID = field(default_factory=uuid4)
    by_guest: bool = False


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
        if not Note.objects.readable_by(actor).filter(pk=known.pk, case=ticket).exists():
            raise NotAllowed
        return known
    _refuse_merged(ticket)
    note = add_note(actor=actor, case=ticket, text=clean_text(draft.text), uuid=draft.uuid,
                    side="private" if draft.private else "public", mentioned=draft.mentioned)
    if draft.documents:
        attach(actor=actor, case=ticket, documents=draft.documents, role="evidence", private=draft.private)
    tell_note_by_rules(note)
    if not draft.private:
        _tell(note, staff, draft.by_guest)
    return note


def _tell(note: Note, staff: bool, by_guest: bool) -> None:
    """The other side learns of a public entry; one from outside resumes a ticket that waits."""
    from ventanilla.modules.servicedesk.services.mail.guests import tell_entry_to_guests

    tell_entry(note, staff and not by_guest, theirs=not by_guest)
    if staff and not by_guest:
        tell_entry_to_guests(note)
    elif Case.objects.get(pk=note.case_id).state == "pending":
        resume(actor=None, case=note.case)


def _refuse_merged(ticket: Case) -> None:
    """What was merged goes on elsewhere."""
    if ticket.state == "merged" and (other := survivor_of(ticket)):
        raise Refused(_("Este ticket se fusionó con %(folio)s: escriba allí.") % {"folio": other.folio}, "text")


@transaction.atomic
def watch(*, actor: Person, case: Case, person: Person) -> Party:
    """Let somebody follow the ticket: they read its public side and are told of it. Raises NotAllowed."""
    if person.institution_id != case.institution_id or not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed
    if actor != person:
        staff_only(actor, case)
    row, _made = Party.objects.get_or_create(case=case, person=person, role=Party.Role.WATCHER, defaults={"since": timezone.now()})
    record(f"{case.kind}.watch", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"person": person.pk})
    refresh([case.pk])
    return row


@transaction.atomic
def unwatch(*, actor: Person, case: Case) -> None:
    """The actor follows it no more: no notices; what they could read they still can. Raises NotAllowed."""
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed
    if Party.objects.filter(case=case, person=actor, role=Party.Role.WATCHER).delete()[0]:
        record(f"{case.kind}.unwatch", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk)
