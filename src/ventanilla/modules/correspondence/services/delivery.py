"""Delivery of letters that leave: when, how and to whom, with the acuse; which concludes them."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.models import Attachment, Case, SearchRow
from ventanilla.core.cases.moving import Moving, moving
from ventanilla.core.cases.services.attachments import attach_in
from ventanilla.core.cases.services.closing import open_turns
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.correspondence.models import Delivery, Letter
from ventanilla.modules.correspondence.services.correcting import words_of

VERB = "note_delivery"


@dataclass(frozen=True)
class DeliveryDraft:
    """When it was handed over (`at`, aware), by which means (`Delivery`), who received it, a remark, and the acuse's scan."""

    at: datetime
    means: str
    recipient: str
    note: str = ""
    documents: Sequence[Document] = ()


def note_delivery(*, actor: Person, case: Case, draft: DeliveryDraft) -> Case:
    """Note the delivery of a sent letter, which concludes it (it stays sent while turns of its own are open).

    The same delivery noted twice counts once. Raises NotAllowed; Refused naming the field: no recipient, an unknown means, a moment
    in the future or before the letter's day.
    """
    if _already(actor, case, draft):
        return case
    with moving(case, VERB, actor) as move:
        _check(move.case, draft)
        letter = Letter.objects.select_for_update(of=("self",)).get(case=move.case)
        letter.delivered_at, letter.delivery_means = draft.at, draft.means
        letter.delivered_to, letter.delivery_note = clean_text(draft.recipient)[:200], clean_text(draft.note)[:200]
        letter.save()
        SearchRow.objects.filter(case=move.case, kind=move.case.kind, ref=move.case.pk, page=0).update(body=words_of(letter))
        attach_in(move, draft.documents, role=Attachment.Role.RECEIPT)
        _tell(move, letter, draft)
        if open_turns(move.case.pk):
            move.land_in("sent")
        case_clocks_follow(move)
        return move.case


def _already(actor: Person, case: Case, draft: DeliveryDraft) -> bool:
    """A second click."""
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed
    return Letter.objects.filter(case=case, delivered_at=draft.at, delivery_means=draft.means,
                                 delivered_to=clean_text(draft.recipient)[:200]).exists()


def _check(case: Case, draft: DeliveryDraft) -> None:
    if draft.means not in Delivery.values:
        raise Refused(_("Elija cómo se entregó."), "means")
    if not clean_text(draft.recipient):
        raise Refused(_("Escriba quién recibió."), "recipient")
    if draft.at > timezone.now() + timedelta(minutes=10):
        raise Refused(_("La entrega no puede quedar en el futuro."), "at")
    if timezone.localtime(draft.at).date() < timezone.localtime(case.received_at).date():
        raise Refused(_("La entrega no puede ser anterior al oficio."), "at")


def _tell(move: Moving, letter: Letter, draft: DeliveryDraft) -> None:
    """To history and log how and when; to whom, only where it can be erased, and in the letter."""
    move.detail.update(means=draft.means, at=draft.at.isoformat(), files=len(draft.documents))
    move.personal.update(recipient=letter.delivered_to, note=letter.delivery_note)
