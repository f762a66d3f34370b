"""Reading a mailbox by IMAP (RFC 9051): new mails in order, each kept before the next; the server keeps its copies.

Nothing is deleted on the server and nothing depends on its flags: `last_uid` says how far reading has come, and
a mail that is read twice is the same row once. A mail above the limit is never downloaded: only its headers are.
"""
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from ventanilla.modules.servicedesk.models.mail import Mailbox
from ventanilla.modules.servicedesk.services.mail.parsing import Limits
from ventanilla.modules.servicedesk.services.mail.receiving import keep, process

SECONDS: Final = 30.0
MOST: Final = 500
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


def fetch_all() -> int:
    """Read every active mailbox; one that fails does not stop the others. Returns how many mails came."""
    return sum(fetch(box) for box in Mailbox.objects.filter(active=True).exclude(host="").select_related("agent", "team__unit"))


def fetch(box: Mailbox, most: int = MOST) -> int:
    """Take in what is new in a mailbox, at most `most` mails; returns how many. What went wrong stands in `problem`."""
    came = 0
    try:
        with _connected(box) as server:
            for uid, size in _new(box, server)[:most]:
                _take(box, server, uid, size)
                came += 1
        problem = ""
    except (imaplib.IMAP4.error, OSError, EOFError) as down:
        problem = f"{type(down).__name__}: {down}"[:300]
    Mailbox.objects.filter(pk=box.pk).update(problem=problem, read_at=timezone.now())
    return came


def _take(box: Mailbox, server: imaplib.IMAP4, uid: int, size: int) -> None:
    """One mail: kept, then the mark moves, then it is done."""
    if size > Limits().size:
        message = keep(box=box, raw=_got(server, uid, "BODY.PEEK[HEADER]"), size=size)
    else:
        message = keep(box=box, raw=_got(server, uid, "BODY.PEEK[]"))
    box.last_uid = uid
    Mailbox.objects.filter(pk=box.pk).update(validity=box.validity, last_uid=uid)
    if message.state == message.State.RECEIVED:
        process(message)


@contextmanager
def _connected(box: Mailbox) -> Iterator[imaplib.IMAP4]:
    server = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=ssl.create_default_context(), timeout=SECONDS) if box.tls \
        else imaplib.IMAP4(box.host, box.port, timeout=SECONDS)
    try:
        server.login(box.user or box.address, password_of(box))
        _told(server.select(f'"{box.folder}"', readonly=True))
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def password_of(box: Mailbox) -> str:
    """From the configuration: `IMAP_PASSWORDS` names it per address; never stored in the database."""
    passwords: dict[str, str] = getattr(settings, "IMAP_PASSWORDS", {})
    return passwords.get(box.address.lower(), "")


def _new(box: Mailbox, server: imaplib.IMAP4) -> list[tuple[int, int]]:
    """Uid and size of what was not read yet, in order; from the first one when the server has numbered anew."""
    validity = int(next(iter(server.response("UIDVALIDITY")[1] or []), None) or 0)
    if validity != box.validity:
        box.validity, box.last_uid = validity, 0
    rows = _told(server.uid("FETCH", f"{box.last_uid + 1}:*", "(UID RFC822.SIZE)"))
    found = ((_UID.search(row), _SIZE.search(row)) for row in rows if isinstance(row, bytes))
    pairs = sorted((int(uid.group(1)), int(size.group(1))) for uid, size in found if uid and size)
    return [(uid, size) for uid, size in pairs if uid > box.last_uid]


def _got(server: imaplib.IMAP4, uid: int, what: str) -> bytes:
    rows = _told(server.uid("FETCH", str(uid), f"({what})"))
    return next((bytes(row[1]) for row in rows if isinstance(row, tuple)), b"")


def _told(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(str(answer[1])[:200])
    return answer[1]
