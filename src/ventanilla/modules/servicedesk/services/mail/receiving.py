"""A mail comes in: kept first, then decided and done in one transaction. Killed anywhere, it is done once.

The row with its bytes is committed before the mailbox is told; the ticket or entry, the decision and the state
are committed together. What was kept and not done is done by the next round (`finish_waiting`).
"""
import logging
from datetime import timedelta
from io import BytesIO
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.documents import problems, storage
from ventanilla.core.documents.models import Document, State
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services.intake import FileDraft, store
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models.mail import Mailbox, MailMessage
from ventanilla.modules.servicedesk.services.mail.deciding import Verdict, apply, decide
from ventanilla.modules.servicedesk.services.mail.parsing import MailRefused, ParsedMail, head, parse

MOST_ATTEMPTS: Final = 5
logger = logging.getLogger("ventanilla.mail")
D, S = MailMessage.Decision, MailMessage.State


def receive(*, box: Mailbox, raw: bytes) -> MailMessage:
    """Take a mail in and do what it asks for. The same mail again is the same row and nothing more.

    Never raises for what a mail says or lacks: the row tells the decision and the reason.
    """
    message = keep(box=box, raw=raw)
    return process(message) if message.state == S.RECEIVED else message


def keep(*, box: Mailbox, raw: bytes, size: int = 0) -> MailMessage:
    """The mail's row, with its bytes when they are taken. `size`: bytes on the server when only the headers were fetched."""
    try:
        if size:
            raise MailRefused("size")
        mail, refused = parse(raw), ""
    except MailRefused as no:
        mail, refused = head(raw), no.reason
    known = MailMessage.objects.filter(mailbox=box, digest=mail.digest).first()
    if known:
        return known
    try:
        return _kept(box, raw, mail, size or len(raw), refused)
    except IntegrityError:  # another reader was faster, with this mail or with its id
        known = MailMessage.objects.filter(mailbox=box, digest=mail.digest).first()
        return known or _kept(box, raw, mail, size or len(raw), refused)


def _kept(box: Mailbox, raw: bytes, mail: ParsedMail, size: int, refused: str) -> MailMessage:
    with transaction.atomic():
        used = MailMessage.objects.filter(mailbox=box, message_id=mail.message_id).exists() if mail.message_id else True
        flags = ["repeated_id"] if mail.message_id and used else []
        made = MailMessage.objects.create(
            institution_id=box.institution_id, mailbox=box, digest=mail.digest, size=size,
            message_id=f"<{mail.digest}@sin-identificador>" if used else mail.message_id, sender=mail.sender,
            sender_name=mail.sender_name, subject=mail.subject, sent_at=mail.sent_at, flags=flags,
            raw=None if refused in ("size", "bomb") else _stored(box, raw, mail),
            **({"state": S.DONE, "decision": D.REFUSED, "reason": refused} if refused else {}))
        record("mail.keep", actor=None, institution_id=box.institution_id, subject=f"mail:{made.pk}",
               detail={"digest": mail.digest, "bytes": size, "reason": refused}, personal={"sender": mail.sender, "subject": mail.subject})
        return made


def _stored(box: Mailbox, raw: bytes, mail: ParsedMail) -> Document | None:
    """The mail as it came; without it (disk full, refused) the mail is not taken, and comes again."""
    if not raw:
        return None
    uuid = uuid5(NAMESPACE_URL, f"mail:{box.pk}:{mail.digest}:raw")
    return store(actor=box.agent, files=[FileDraft(f"{mail.digest[:16]}.eml", BytesIO(raw), title=mail.subject or "Correo",
                                                   role="mail", uuid=uuid)])[0].document


def process(message: MailMessage, *, trusted: bool = False) -> MailMessage:
    """Decide and do, in one transaction. A mail that cannot be done is told why; after five failures it waits for a person."""
    try:
        with transaction.atomic():
            rows = MailMessage.objects.select_for_update(of=("self",)).select_related("mailbox__agent", "mailbox__team__unit", "raw")
            locked = rows.get(pk=message.pk)
            return locked if locked.state == S.DONE else _done(locked, trusted)
    except (Refused, NotAllowed, DocumentError) as no:
        return _finish(message, Verdict(D.HELD, "rule"), str(getattr(no, "message", no))[:300])
    except Exception as problem:
        logger.exception("mail %s could not be processed", message.pk)
        return _failed(message, problem)


def _done(message: MailMessage, trusted: bool) -> MailMessage:
    box = message.mailbox
    mail = parse(raw_of(message))
    _one_at_a_time(box, mail)
    verdict = decide(box, mail, trusted=trusted)
    message.flags = sorted({*message.flags, *verdict.flags})
    message.case = apply(message, box, mail, verdict)
    message.person = verdict.person
    return _finish(message, verdict)


def _one_at_a_time(box: Mailbox, mail: ParsedMail) -> None:
    """Of one mail that came by two mailboxes at once, the second reader sees what the first one did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"mail:{box.institution_id}:{mail.message_id}"])


def _finish(message: MailMessage, verdict: Verdict, detail: str = "") -> MailMessage:
    message.state, message.decision, message.reason, message.detail = S.DONE, verdict.decision, verdict.reason, detail
    message.save(update_fields=["state", "decision", "reason", "detail", "flags", "case", "person"])
    record("mail.decide", actor=None, institution_id=message.institution_id, subject=f"mail:{message.pk}", case_id=message.case_id,
           detail={"decision": message.decision, "reason": message.reason, "flags": message.flags})
    return message


def _failed(message: MailMessage, problem: Exception) -> MailMessage:
    message.refresh_from_db()
    message.attempts += 1
    message.detail = type(problem).__name__
    message.state = S.FAILED if message.attempts >= MOST_ATTEMPTS else S.RECEIVED
    message.save(update_fields=["attempts", "detail", "state"])
    return message


def raw_of(message: MailMessage) -> bytes:
    """The mail as it came, to be read by us and not handed out; empty when it was not kept. Raises NotServed: in quarantine."""
    if message.raw is None:
        return b""
    version = message.raw.latest
    if version.state == State.INFECTED or version.blob.quarantined:
        raise problems.quarantined()
    with storage.opened(version.blob.sha256) as stream:
        return stream.read()


def finish_waiting(limit: int = 500, older_than: float = 30.0) -> int:
    """Do what was kept by a process that died, at least `older_than` seconds ago; returns how many were looked at."""
    before = timezone.now() - timedelta(seconds=older_than)
    waiting = MailMessage.objects.filter(state=S.RECEIVED, received_at__lte=before).order_by("id")[:limit]
    return len([process(message) for message in waiting])


@transaction.atomic
def reprocess(*, actor: Person, message: MailMessage) -> MailMessage:
    """An agent has looked at a mail that was held, refused or failed: it is registered now, as its sender's or a guest's.

    Raises NotAllowed (not of the desk) and Refused (done already, or its bytes were not kept).
    """
    locked = MailMessage.objects.select_for_update().select_related("mailbox__team").get(pk=message.pk)
    require(actor, cap.REGISTER, locked.mailbox.team.unit_id)
    if locked.decision in (D.OPENED, D.REPLIED):
        raise Refused(_("Ese mensaje ya está en un ticket."))
    if locked.raw_id is None:
        raise Refused(_("Ese mensaje no se conservó: pida que lo envíen de nuevo."))
    locked.state, locked.decision, locked.reason, locked.attempts = S.RECEIVED, "", "", 0
    locked.save(update_fields=["state", "decision", "reason", "attempts"])
    record("mail.reprocess", actor=actor, institution_id=locked.institution_id, subject=f"mail:{locked.pk}", detail={})
    return process(locked, trusted=True)


@transaction.atomic
def set_aside(*, actor: Person, message: MailMessage, reason: str) -> MailMessage:
    """An agent has read a mail that waits, and it is nothing for the desk: nobody is told, it may still be registered later.

    Raises NotAllowed (not of the desk) and Refused (it does not wait, or no reason).
    """
    locked = MailMessage.objects.select_for_update().select_related("mailbox__team").get(pk=message.pk)
    require(actor, cap.REGISTER, locked.mailbox.team.unit_id)
    if not MailMessage.objects.waiting().filter(pk=locked.pk).exists():
        raise Refused(_("Ese mensaje no está en revisión."))
    if not (words := clean_text(reason)):
        raise Refused(_("Escriba por qué no se registra."), "reason")
    record("mail.set_aside", actor=actor, institution_id=locked.institution_id, subject=f"mail:{locked.pk}", detail={"reason": words[:300]})
    return _finish(locked, Verdict(D.IGNORED, "set_aside"), words[:300])
