"""A paper whose folio was cancelled is registered again: another letter with another folio, tied to the first one."""
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Attachment, Case, CaseLink
from ventanilla.core.cases.moving import lock_case
from ventanilla.core.documents.models import Document
from ventanilla.core.documents.services.copying import copy_documents
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.services.outgoing import OutgoingDraft, write_letters
from ventanilla.modules.correspondence.services.registration import LetterDraft, register

REPLACES: Final = "replaces"
"""The link from the letter that stands to the cancelled one."""


def register_again(*, actor: Person, draft: LetterDraft, cancelled: Case, keep: Sequence[Document] = ()) -> Case:
    """Register what a cancelled letter was; of its files those to `keep`, which share the bytes. Idempotent by uuid.

    Raises NotAllowed; Refused when it is not cancelled, was registered again already, or a file of it is not safe to copy.
    """
    return _again(actor, cancelled, draft.uuid, keep, lambda copies: register(
        actor=actor, drafts=[replace(draft, documents=[*copies, *draft.documents])])[0])


def write_again(*, actor: Person, draft: OutgoingDraft, cancelled: Case, keep: Sequence[Document] = ()) -> Case:
    """The same of a letter that was written here: its text under another folio, with those of its annexes. Raises as `register_again`."""
    return _again(actor, cancelled, draft.uuid, keep, lambda copies: write_letters(
        actor=actor, drafts=[replace(draft, annexes=[*copies, *draft.annexes])])[0])


@transaction.atomic
def _again(actor: Person, cancelled: Case, key: UUID, keep: Sequence[Document], make: Callable[[Sequence[Document]], Case]) -> Case:
    locked = lock_case(cancelled.pk)
    if not Case.objects.visible_to(actor).filter(pk=locked.pk).exists():
        raise NotAllowed
    known = standing_for(locked)
    if known and known.uuid == key:
        return known
    if why := not_again(actor, locked):
        raise Refused(why)
    case = make(copy_documents(actor=actor, documents=keep))
    CaseLink.objects.create(case=case, other=locked, kind=REPLACES)
    record("letter.registered_again", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"of": locked.pk, "files": len(keep)})
    return case


def not_again(person: Person, case: Case) -> str:
    """Why a letter is not registered again; empty when it may be."""
    if case.state != "cancelled":
        return _("Solo se registra de nuevo un documento cuyo folio se canceló.")
    if case.letter.circular_id:
        return _("El oficio de una circular no se registra de nuevo: escriba otra circular.")
    if (known := standing_for(case)) is None:
        return ""
    if Case.objects.visible_to(person).filter(pk=known.pk).exists():
        return _("Ese documento ya se registró de nuevo con el folio %(folio)s.") % {"folio": known.folio}
    return _("Ese documento ya se registró de nuevo.")


def standing_for(case: Case) -> Case | None:
    """The letter by which a cancelled one was registered again."""
    link = CaseLink.objects.filter(other=case, kind=REPLACES).select_related("case").first()
    return link.case if link else None


def tied(person: Person, case: Case) -> tuple[Case | None, Case | None]:
    """The cancelled letter that this one stands for, and the one that stands for this one, as far as the person may read them."""
    links = list(CaseLink.objects.filter(Q(case=case) | Q(other=case), kind=REPLACES))
    seen = Case.objects.visible_to(person).in_bulk({pk for link in links for pk in (link.case_id, link.other_id)}) if links else {}
    before = next((seen.get(link.other_id) for link in links if link.case_id == case.pk), None)
    after = next((seen.get(link.case_id) for link in links if link.other_id == case.pk), None)
    return before, after


def files_of(case: Case) -> list[Attachment]:
    """What came with the letter: its scans and annexes, without what was made or answered afterwards."""
    rows = Attachment.objects.filter(case=case, turn_id=None, answer_id=None, private=False,
                                     role__in=(Attachment.Role.SCAN, Attachment.Role.ANNEX))
    return list(rows.select_related("document").order_by("pk"))
