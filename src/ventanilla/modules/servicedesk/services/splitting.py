"""Splitting: one ticket asked for two things; the chosen notes and files go on in a new one, and both know of each other."""
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Attachment, Case, CaseLink, Note
from ventanilla.core.cases.moving import moving
from ventanilla.core.cases.services import attach
from ventanilla.core.documents.services.copying import copy_documents
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.models import CopiedFile, CopiedNote, Ticket
from ventanilla.modules.servicedesk.services.opening import TicketDraft, open_ticket

LINK: Final = "split_from"


@dataclass(frozen=True)
class SplitDraft:
    """The new ticket, and what of the old one it takes along; `kind` as the old one's when empty (request or incident)."""

    subject: str
    description: str = ""
    kind: str = ""
    notes: Sequence[Note] = ()
    files: Sequence[Attachment] = ()
    uuid: UUID = field(default_factory=uuid4)


def split(*, actor: Person, case: Case, draft: SplitDraft) -> Case:
    """Open a ticket from a part of another, for the same people, and return it. Idempotent by uuid.

    Notes keep author, moment and side, files their bytes and side. Raises NotAllowed and Refused.
    """
    known: Case | None = Case.objects.filter(uuid=draft.uuid, institution_id=case.institution_id).first()
    if known:
        return known
    if draft.kind and draft.kind != case.kind and not {draft.kind, case.kind} <= set(ASKED):
        raise Refused(_("De este ticket no se separa uno de ese tipo."), "kind")
    if not clean_text(draft.subject):
        raise Refused(_("Escriba de qué trata el ticket nuevo."), "subject")
    with moving(case, "split", actor, given={"subject": draft.subject}) as move:
        notes, files = _readable(actor, case, draft)
        made = open_ticket(actor=actor, draft=_draft(case, draft))
        CaseLink.objects.create(case=made, other=case, kind=LINK)
        _copy_notes(made, notes)
        _copy_files(actor, made, files)
        move.detail.update(split=made.pk, notes=[n.pk for n in notes], files=[f.pk for f in files])
        move.shown["folio"] = made.folio
    return made


def _readable(actor: Person, case: Case, draft: SplitDraft) -> tuple[list[Note], list[Attachment]]:
    """Only what is of this ticket, and the actor may read."""
    notes = list(Note.objects.readable_by(actor).filter(case=case, pk__in=[n.pk for n in draft.notes]).order_by("pk"))
    files = list(Attachment.objects.readable_by(actor).filter(case=case, pk__in=[f.pk for f in draft.files]).select_related("document")
                 .order_by("pk"))
    if len(notes) != len(draft.notes) or len(files) != len(draft.files):
        raise Refused(_("Algo de lo que eligió ya no está en este ticket."), "notes")
    return notes, files


def _draft(case: Case, draft: SplitDraft) -> TicketDraft:
    old = Ticket.objects.select_related("team", "level", "service", "requester", "beneficiary", "unit").get(pk=case.pk)
    return TicketDraft(
        draft.subject, kind=draft.kind or case.kind, description=draft.description, requester=old.requester,
        requester_name=old.requester_name, requester_email=old.requester_email, beneficiary=old.beneficiary,
        beneficiary_name=old.beneficiary_name, beneficiary_email=old.beneficiary_email, unit=old.unit,
        service=old.service, team=old.team, level=old.level, channel=old.channel,
        impact=old.impact, urgency=old.urgency, uuid=draft.uuid)


def _copy_notes(made: Case, notes: Sequence[Note]) -> None:
    rows = Note.objects.bulk_create(
        Note(case=made, person_id=n.person_id, text=n.text, public=n.public, private=n.private, at=n.at) for n in notes)
    CopiedNote.objects.bulk_create(CopiedNote(note=row, original=n) for row, n in zip(rows, notes, strict=True))


def _copy_files(actor: Person, made: Case, files: Sequence[Attachment]) -> None:
    alike: dict[tuple[str, bool], list[Attachment]] = defaultdict(list)
    for one in files:
        alike[one.role, one.private].append(one)
    for (role, private), originals in alike.items():
        copies = copy_documents(actor=actor, documents=[o.document for o in originals])
        rows = attach(actor=actor, case=made, documents=copies, role=role, private=private)
        CopiedFile.objects.bulk_create(CopiedFile(attachment=row, original=o) for row, o in zip(rows, originals, strict=True))
