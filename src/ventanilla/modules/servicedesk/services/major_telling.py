"""Telling those whom a major incident touches: once when it is declared, with every public message, and when it is over.

Nothing of the ticket is told (subject, description, log, solution): only its service's name and what was written for them.
One text is kept for all of them: Spanish, not the language of who acts.
"""
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Party
from ventanilla.core.cases.moving import lock_case
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text, long_moment
from ventanilla.modules.servicedesk.models import MajorAffected, MajorMessage, Ticket
from ventanilla.modules.servicedesk.services.entries import EntryDraft, add_entry
from ventanilla.modules.servicedesk.services.relations import ASKS, is_staff
from ventanilla.modules.servicedesk.services.touching import OVER, headline_of, notice_of, people_touched

MAX_HEADLINE: Final = 200
MAX_TEXT: Final = 2_000


@dataclass(frozen=True)
class MessageDraft:
    """A public message: what fails (empty: as the one before, else by the service's name), what is known, and when more will be said."""

    text: str
    headline: str = ""
    next_at: datetime | None = None
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def publish_message(*, actor: Person, case: Case, draft: MessageDraft) -> MajorMessage:
    """Say how a major incident stands to those whom it touches; it is in the ticket's public log too. Idempotent by uuid.

    Told at once are those who said that it affects them and who asked by a ticket that hangs from it. Raises NotAllowed (not of the desk of
    that ticket) and Refused (not a major incident that goes on, nothing written, a moment that is over).
    """
    if not is_staff(reach_of(actor), case):
        raise NotAllowed
    held = lock_case(case.pk)
    known = MajorMessage.objects.filter(uuid=draft.uuid, case=case).first()
    if known:
        return known
    row = Ticket.objects.select_related("case", "service").get(pk=held.pk)
    headline = _check(row, draft)
    said = MajorMessage.objects.create(
        institution_id=held.institution_id, case=held, uuid=draft.uuid, headline=headline, text=clean_text(draft.text),
        next_at=draft.next_at, by=actor, at=timezone.now())
    add_entry(actor=actor, ticket=held, draft=EntryDraft(_in_log(said), uuid=draft.uuid))
    record(f"{held.kind}.tell_major", actor=actor, institution_id=held.institution_id, subject=f"case:{held.pk}", case_id=held.pk,
           detail={"message": said.pk, "headline": headline, "next_at": draft.next_at.isoformat() if draft.next_at else None})
    _tell(_waiting(held) - {actor.pk}, headline, said.text, f"major-said:{said.pk}")
    return said


def _check(row: Ticket, draft: MessageDraft) -> str:
    """The headline. Raises Refused."""
    if not row.major or row.case.state in OVER:
        raise Refused(_("No es un incidente mayor en curso."))
    if not clean_text(draft.text):
        raise Refused(_("Escriba el mensaje: qué pasa y qué pueden hacer mientras tanto."), "text")
    last = MajorMessage.objects.filter(case=row.pk).values_list("headline", flat=True).first()
    with override(SPANISH):
        headline = clean_text(draft.headline) or last or headline_of(row)
    if len(headline) > MAX_HEADLINE or len(draft.text) > MAX_TEXT:
        raise Refused(_("El texto es demasiado largo: qué falla admite 200 letras y el mensaje 2,000."), "text")
    if draft.next_at and draft.next_at <= timezone.now():
        raise Refused(_("El siguiente aviso ya pasó: escriba un momento futuro."), "next_at")
    return headline


@override(SPANISH)
def _in_log(said: MajorMessage) -> str:
    following = _("Siguiente aviso: %(when)s") % {"when": long_moment(timezone.localtime(said.next_at))} if said.next_at else ""
    return "\n\n".join(part for part in (said.headline, said.text, following) if part)


@transaction.atomic
def say_affected(*, actor: Person, uuid: UUID, affected: bool = True) -> None:
    """"It affects me" (or it does not), without a new ticket: they are told how it goes. Twice is once.

    Raises Ticket.DoesNotExist for a major incident that they are told nothing of, or that is over.
    """
    notice = notice_of(actor, uuid)
    rows = MajorAffected.objects.filter(case=notice.case_id, person=actor)
    if affected:
        _row, changed = MajorAffected.objects.get_or_create(case_id=notice.case_id, person=actor, defaults={
            "institution_id": actor.institution_id, "unit_id": actor.unit_id, "at": timezone.now()})
    else:
        changed = bool(rows.delete()[0])
    if changed:
        record("incident.affected" if affected else "incident.not_affected", actor=actor, institution_id=actor.institution_id,
               subject=f"case:{notice.case_id}", case_id=notice.case_id, detail={"unit": actor.unit_id})


@override(SPANISH)
def tell_declared(case: Case, at: datetime, but: Iterable[int] = ()) -> None:
    """Everybody whom it touches learns once that it goes on; each declaration is a fact of its own."""
    row = Ticket.objects.select_related("case", "service").get(pk=case.pk)
    text = _("Ya lo estamos atendiendo. Si también le afecta, avísenos con un clic en el portal; no hace falta otra solicitud.")
    _tell(people_touched(row) - set(but), headline_of(row), text, f"major-on:{case.pk}:{at.isoformat()}", "ticket")


@override(SPANISH)
def tell_over(case: Case, at: datetime, verb: str) -> None:
    """Who said that it affects them learns once that it is over: `resolve`, `cancel`, `merge` or `stand_down`."""
    row = Ticket.objects.select_related("case", "service").get(pk=case.pk)
    if not row.major and verb != "stand_down":
        return
    text = {"resolve": _("Quedó resuelta. Si todavía le afecta, pídalo en el portal."),
            "cancel": _("Se dio por terminada. Si todavía le afecta, pídalo en el portal."),
            "merge": _("Es la misma falla que otra que ya estamos atendiendo. Si todavía le afecta, díganoslo en el portal."),
            "stand_down": _("Lo peor ya pasó y se sigue atendiendo. Si todavía le afecta, pídalo en el portal.")}[verb]
    last = MajorMessage.objects.filter(case=case.pk).first()
    told = set(MajorAffected.objects.filter(case=case.pk).values_list("person_id", flat=True))
    _tell(told, last.headline if last else headline_of(row), text, f"major-off:{case.pk}:{at.isoformat()}")


def _waiting(case: Case) -> set[int]:
    """Who said that it affects them, and who asked by what hangs from it; those of the ticket itself are told of its log."""
    said = MajorAffected.objects.filter(case=case.pk).values_list("person_id", flat=True)
    below = Party.objects.filter(case__ticket__parent=case.pk, role__in=ASKS).values_list("person_id", flat=True)
    own = Party.objects.filter(case=case.pk).values_list("person_id", flat=True)
    return (set(said) | set(below)) - set(own)


def _tell(told: Iterable[int], title: str, text: str, key: str, kind: str = "ticket_asked") -> None:
    """Without the ticket: most of them may not read it."""
    notify(recipients=sorted(told), draft=NoticeDraft(kind, title, key, text[:500], reverse("portal")))
