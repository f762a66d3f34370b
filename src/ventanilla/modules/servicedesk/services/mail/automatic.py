"""Mails that no person wrote: automatic answers, bulk, delivery reports, our own coming back (RFC 3834, RFC 3464)."""
from collections.abc import Collection
from typing import Final

from ventanilla.core.notices.services.mails import domain
from ventanilla.modules.servicedesk.services.mail.parsing import ParsedMail
from ventanilla.modules.servicedesk.services.mail.senders import is_own

ROBOTS: Final = ("mailer-daemon@", "postmaster@", "no-reply@", "noreply@", "no_reply@", "donotreply@", "bounce@", "bounces@")
BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
SIGNS: Final = ("x-loop", "x-autoreply", "x-autorespond", "x-auto-reply", "x-mail-autoreply", "list-id", "list-unsubscribe", "feedback-id")


def automatic(mail: ParsedMail, ours: Collection[str]) -> str:
    """Why the mail is not a person's: "bounce", "loop" or "automatic"; empty when it is. `ours`: every address of this installation."""
    if mail.content_type == "multipart/report" or mail.report_of or mail.sender.startswith(ROBOTS[:2]):
        return "bounce"
    if _ours(mail, ours):
        return "loop"
    return "automatic" if _said_so(mail) else ""


def _ours(mail: ParsedMail, ours: Collection[str]) -> bool:
    """It comes from a mailbox of ours, be it another one, or carries an id that this installation made."""
    return is_own(mail.sender, ours) or (
        mail.message_id.endswith(f"@{domain()}>") and "auto-generated" in mail.headers.get("auto-submitted", "")) or (
        domain() in mail.headers.get("x-loop", ""))


def _said_so(mail: ParsedMail) -> bool:
    headers = mail.headers
    if headers.get("auto-submitted", "no").split(";")[0].strip().lower() not in ("no", ""):
        return True
    if headers.get("return-path", "").strip() == "<>" or headers.get("precedence", "").strip().lower() in BULK:
        return True
    if mail.sender.startswith(ROBOTS) or headers.get("x-auto-response-suppress", "").strip().lower() in ("all", "oof", "autoreply"):
        return headers.get("x-auto-response-suppress", "").strip().lower() != "all" or mail.sender.startswith(ROBOTS)
    return any(sign in headers for sign in SIGNS)
