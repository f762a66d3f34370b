"""What is done with a mail: a new ticket, an entry of one, held, refused or ignored; and the doing of it."""
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import Document
from ventanilla.core.documents.services.intake import FileDraft, store
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.models.mail import Mailbox, MailMessage
from ventanilla.modules.servicedesk.services.entries import EntryDraft, add_entry
from ventanilla.modules.servicedesk.services.family import survivor_of
from ventanilla.modules.servicedesk.services.mail.answering import refuse
from ventanilla.modules.servicedesk.services.mail.automatic import automatic
from ventanilla.modules.servicedesk.services.mail.parsing import ParsedMail
from ventanilla.modules.servicedesk.services.mail.quoting import own_words
from ventanilla.modules.servicedesk.services.mail.senders import box_of, own_addresses
from ventanilla.modules.servicedesk.services.mail.threading import Thread, takes_part, thread_of, wrote_before
from ventanilla.modules.servicedesk.services.mail.tokens import without_marks
from ventanilla.modules.servicedesk.services.opening import TicketDraft, may_register, open_ticket
from ventanilla.modules.servicedesk.services.relations import is_staff

PUBLIC: Final = "#respuesta"
"""The first line by which an agent's mail is an answer to who asked; without it only the desk reads it."""
OVER: Final = frozenset({"closed", "cancelled", "rejected"})
D = MailMessage.Decision


@dataclass(frozen=True)
class Verdict:
    """The decision, its reason (a key of `MailMessage.REASONS`), and the ticket and person it is about."""

    decision: str
    reason: str
    case: Case | None = None
    person: Person | None = None
    flags: tuple[str, ...] = ()


def decide(box: Mailbox, mail: ParsedMail, *, trusted: bool = False) -> Verdict:
    """What to do with a mail; writes nothing. `trusted`: an agent has looked at it, so it is neither held nor refused."""
    robot = automatic(mail, own_addresses())
    if robot:
        return Verdict(D.IGNORED, robot, _bounced(box, mail) if robot == "bounce" else None)
    if there := _elsewhere(box, mail):
        return Verdict(D.IGNORED, "copy", there)
    if not mail.sender or "@" not in mail.sender:
        return Verdict(D.HELD, "sender")
    if not mail.text and not mail.attachments and not mail.subject:
        return Verdict(D.IGNORED, "empty")
    thread, people = thread_of(box, mail), _people(box, mail.sender)
    if not trusted and (held := _doubt(box, mail, thread, people)):
        return held
    person = people[0] if len(people) == 1 else None
    if thread.case is None:
        return _fresh(box, thread, person, trusted)
    return _answer(thread, person, mail)


def _doubt(box: Mailbox, mail: ParsedMail, thread: Thread, people: list[Person]) -> Verdict | None:
    """Why somebody has to look at it first."""
    if thread.how == "conflict" or len(people) > 1:
        return Verdict(D.HELD, "conflict" if thread.how == "conflict" else "several", flags=thread.flags)
    person = people[0] if people else None
    if _too_many(box, mail.sender):
        return Verdict(D.HELD, "rate", thread.case, person, thread.flags)
    if thread.case and not (takes_part(person, thread.case) if person else wrote_before(mail.sender, thread.case)):
        return Verdict(D.HELD, "stranger", None, person, thread.flags)
    return None


def _fresh(box: Mailbox, thread: Thread, person: Person | None, trusted: bool) -> Verdict:
    if person or trusted:
        return Verdict(D.OPENED, "new" if person else "guest", None, person, thread.flags)
    decision, reason = {Mailbox.Unknown.REFUSE: (D.REFUSED, "unknown"), Mailbox.Unknown.GUEST: (D.OPENED, "guest")}.get(
        Mailbox.Unknown(box.unknown), (D.HELD, "unknown"))
    return Verdict(decision, reason, flags=thread.flags)


def _answer(thread: Thread, person: Person | None, mail: ParsedMail) -> Verdict:
    """An entry of its ticket; a ticket that is over is not woken: another one is opened."""
    assert thread.case
    if thread.case.state in OVER and not (person and is_staff(reach_of(person), thread.case)):
        return Verdict(D.OPENED, "closed", thread.case, person, thread.flags)
    return Verdict(D.REPLIED, thread.how, survivor_of(thread.case) or thread.case, person, thread.flags)


def _people(box: Mailbox, address: str) -> list[Person]:
    """Who of the institution writes from this address."""
    found = Person.objects.filter(Q(email__iexact=address) | Q(user__email__iexact=address), institution_id=box.institution_id, active=True)
    return list(found.select_related("institution", "unit").distinct()[:2])


def _too_many(box: Mailbox, address: str) -> bool:
    """More mails of the sender in the last hour than the mailbox takes; refused and ignored ones count too."""
    since = timezone.now() - timedelta(hours=1)
    return MailMessage.objects.filter(mailbox=box, sender=address, received_at__gte=since).count() > box.most_per_hour


def _elsewhere(box: Mailbox, mail: ParsedMail) -> Case | None:
    """The ticket in which the same mail is already, because it was sent to another mailbox of the institution too."""
    rows = MailMessage.objects.filter(institution_id=box.institution_id, message_id=mail.message_id, sender=mail.sender,
                                      subject=mail.subject, decision__in=[D.OPENED, D.REPLIED]).exclude(mailbox=box)
    first = rows.select_related("case").order_by("pk").first() if mail.message_id else None
    return first.case if first else None


def _bounced(box: Mailbox, mail: ParsedMail) -> Case | None:
    """The ticket whose mail could not be delivered."""
    return thread_of(box, replace(mail, references=mail.report_of or mail.references, subject="", recipients=())).case


def apply(message: MailMessage, box: Mailbox, mail: ParsedMail, verdict: Verdict) -> Case | None:
    """Do what was decided, in the caller's transaction; the ticket that it ended in. Idempotent by the mail's digest.

    Raises Refused and NotAllowed of the verbs it calls.
    """
    if verdict.decision == D.REFUSED:
        if refuse(message, box):
            message.flags = [*message.flags, "told"]
        return None
    if verdict.decision == D.OPENED:
        return _open(message, box, mail, verdict)
    if verdict.decision == D.REPLIED:
        return _add(message, box, mail, verdict)
    return verdict.case


def _open(message: MailMessage, box: Mailbox, mail: ParsedMail, verdict: Verdict) -> Case:
    person = verdict.person
    text = mail.text if verdict.reason != "closed" else own_words(mail.text)
    version = asked_for(box)
    if box.offering_id and version is None:
        message.flags = [*message.flags, "not_offered"]
    return open_ticket(actor=box.agent, draft=TicketDraft(
        subject=without_marks(mail.subject)[:300] or _("Mensaje sin asunto"), description=text, version=version,
        team=None if version else box.team, requester=person,
        requester_name="" if person else (mail.sender_name or mail.sender), requester_email="" if person else mail.sender, channel="mail",
        parent=verdict.case if verdict.reason == "closed" else None, received_at=message.received_at, source="mail",
        documents=_files(message, box.agent, mail), uuid=_uuid(message, "ticket")))


def asked_for(box: Mailbox) -> OfferingVersion | None:
    """What a mail to this box asks for, as it is offered now; None when nothing is set, or it is not offered, has to be authorised now, or
    in the box's name it cannot be registered there: the ticket is then of the box's team, without a promise, rather than held.
    """
    row = OfferingVersion.objects.select_related("offering__service__family", "team__unit", "level", "form").filter(
        offering=box.offering_id, state="published").first() if box.offering_id else None
    if row is None or row.approvals or not (row.team.active and row.offering.service.active and row.offering.service.family.active):
        return None
    return row if may_register(box.agent, row.team) else None


def _add(message: MailMessage, box: Mailbox, mail: ParsedMail, verdict: Verdict) -> Case:
    case, person = verdict.case, verdict.person
    assert case
    text, private = _said(mail, staff=bool(person and is_staff(reach_of(person), case)))
    agent = (box_of(case.pk) or box).agent  # an answer may come into another mailbox, whose agent works elsewhere
    draft = EntryDraft(text, private, _files(message, agent, mail), uuid=_uuid(message, "entry"))
    if person:
        add_entry(actor=person, ticket=case, draft=draft)
        return case
    said = f"{mail.sender_name or mail.sender} ({mail.sender}):\n\n{text}"
    add_entry(actor=agent, ticket=case, draft=replace(draft, text=said, by_guest=True))
    return case


def _said(mail: ParsedMail, *, staff: bool) -> tuple[str, bool]:
    """What the mail adds to the log, and whether only the desk reads it."""
    text = own_words(mail.text) or _("(mensaje sin texto)")
    if not staff:
        return text, False
    first, _line, rest = text.partition("\n")
    if first.strip().lower() == PUBLIC:
        return rest.strip() or _("(mensaje sin texto)"), False
    return text, True


def _files(message: MailMessage, agent: Person, mail: ParsedMail) -> list[Document]:
    drafts = [FileDraft(a.name, BytesIO(a.content), role="annex", uuid=_uuid(message, f"file:{n}")) for n, a in enumerate(mail.attachments)]
    return [version.document for version in store(actor=agent, files=drafts)] if drafts else []


def _uuid(message: MailMessage, what: str) -> UUID:
    """The same for the same mail, so that doing it again is the same thing once."""
    return uuid5(NAMESPACE_URL, f"mail:{message.mailbox_id}:{message.digest}:{what}")
