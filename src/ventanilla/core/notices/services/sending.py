"""Sending what waits in the outbox, by SMTP. Several senders may run: each takes rows nobody else holds.

A mail is claimed, handed to the server and marked in one transaction, so a sender killed at any point sends it
again only when it died between the server's acceptance and the commit: at most one duplicate, with the same
Message-ID.
"""
import smtplib
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from ventanilla.core.notices.models import Mail, MailState
from ventanilla.core.notices.senders import from_of
from ventanilla.core.notices.services.mails import ACCOUNT

PAUSES: Final = (30, 60, 300, 900, 3600)  # seconds before the next try, by attempt
LONGEST: Final = timedelta(days=7)        # a notice older than this is of no use by mail
MOST_ATTEMPTS: Final = 12                 # of refusals that the server calls temporary


def send_waiting(limit: int = 1000) -> int:
    """Send up to `limit` mails that are due; returns how many were accepted. A server that is down ends the round."""
    if not settings.EMAIL_HOST:
        return 0
    expire()
    sent = 0
    with _Line() as line:
        for _turn in range(limit):
            outcome = _send_one(line.backend)
            sent += outcome == MailState.SENT
            if outcome in ("", "down"):
                break
    return sent


def expire() -> int:
    """What waited too long will not be sent; returns how many."""
    old = Mail.objects.filter(state=MailState.QUEUED, created_at__lt=timezone.now() - LONGEST)
    old.filter(message_id__startswith=ACCOUNT).update(text="", html="")
    return old.update(state=MailState.EXPIRED)


class _Line:
    """An SMTP connection for a whole round; closing it never raises."""

    def __enter__(self) -> "_Line":
        self.backend: BaseEmailBackend = get_connection(fail_silently=False)
        return self

    def __exit__(self, *_ended: object) -> None:
        with suppress(OSError):
            self.backend.close()


def _send_one(backend: BaseEmailBackend) -> str:
    """"sent", "refused", "later" (this mail), "down" (the server), or "" when nothing is due."""
    with transaction.atomic():
        now = timezone.now()
        due = Mail.objects.filter(state=MailState.QUEUED, next_at__lte=now).order_by("next_at", "id")
        mail = due.select_for_update(skip_locked=True, of=("self",)).first()
        if mail is None:
            return ""
        outcome = _hand_over(backend, mail)
        _keep(mail, outcome, now)
    return outcome


def _hand_over(backend: BaseEmailBackend, mail: Mail) -> str:
    try:
        backend.open()
        backend.send_messages([message(mail)])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as no:
        mail.problem = str(no)[:300]
        backend.close()
        if isinstance(no, smtplib.SMTPSenderRefused) and mail.from_address:
            mail.from_address = ""  # the relay does not take the mailbox: it goes from the platform, and answers still go to the mailbox
            return "later"
        return MailState.REFUSED if _permanent(no) or mail.attempts >= MOST_ATTEMPTS else "later"
    except ValueError as unfit:  # an address or a header that no message can be made of: it must not hold back the others
        mail.problem = f"{type(unfit).__name__}: {unfit}"[:300]
        return MailState.REFUSED
    except (OSError, smtplib.SMTPException) as down:
        mail.problem = f"{type(down).__name__}: {down}"[:300]
        backend.close()
        return "down"
    return MailState.SENT


def _permanent(no: smtplib.SMTPException) -> bool:
    if isinstance(no, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in no.recipients.values())
    return isinstance(no, smtplib.SMTPResponseException) and no.smtp_code >= 500


def _keep(mail: Mail, outcome: str, now: datetime) -> None:
    if outcome in (MailState.SENT, MailState.REFUSED):
        mail.state = outcome
        mail.sent_at = timezone.now() if outcome == MailState.SENT else None
        if mail.message_id.startswith(ACCOUNT):
            mail.text = mail.html = ""
    else:
        mail.next_at = now + timedelta(seconds=PAUSES[min(mail.attempts, len(PAUSES) - 1)] if outcome == "later" else 5)
    mail.attempts += outcome != "down"
    mail.save(update_fields=["state", "sent_at", "next_at", "attempts", "problem", "from_address", "text", "html"])


def message(mail: Mail) -> EmailMultiAlternatives:
    """The message as it goes out; the same bytes of headers each time it is built."""
    headers = {"Message-ID": mail.message_id, "Date": format_datetime(timezone.localtime(mail.created_at)),
               "Auto-Submitted": "auto-generated"}
    if mail.thread:
        headers |= {"In-Reply-To": mail.thread, "References": mail.thread}
    built = EmailMultiAlternatives(mail.subject, mail.text, from_of(mail), [mail.to], headers=headers,
                                   reply_to=[mail.reply_to] if mail.reply_to else None)
    if mail.html:
        built.attach_alternative(mail.html, "text/html")
    return built
