"""From whom a mail goes: the platform's own address, or that of a mailbox which a module answers for.

A module registers once: which sender a case has, and which addresses are really its own. A mail keeps what was said when it was written;
whether the address is still the module's is asked again when the mail goes (`services/sending.py`), so nothing else can ever stand in From.
All mails leave by the same configured relay. Where `MAIL_DOMAINS` names the domains that it may send for, a mailbox of another one stands
only in Reply-To: with a foreign address in From a mail would fail DMARC (RFC 7489, 3.1) and be lost in silence.
"""
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings

from ventanilla.core.notices.models import Mail


@dataclass(frozen=True)
class Sender:
    """A mailbox as people see it: its address and name, where an answer goes, and what in the subject says to which matter it belongs."""

    address: str
    name: str
    reply_to: str
    mark: str = ""

    def put(self, mail: Mail) -> Mail:
        """The mail as this sender's."""
        mail.from_address, mail.from_name, mail.reply_to = self.address, " ".join(self.name.split())[:120], self.reply_to
        if self.mark and self.mark not in mail.subject:
            mail.subject = f"{mail.subject[:249 - len(self.mark)]} {self.mark}"
        return mail


SendersOf = Callable[[Collection[int]], Mapping[int, Sender]]
Owns = Callable[[str], bool]
_registered: dict[str, tuple[SendersOf, Owns]] = {}


def register_senders(module: str, of: SendersOf, owns: Owns) -> None:
    """Called once from a module's `ready()`: `of` gives the sender of each case that has one, `owns` says what is a mailbox of it now."""
    _registered[module] = (of, owns)


def senders_of(case_ids: Collection[int]) -> dict[int, Sender]:
    """The sender of each of these cases that has one; the others are the platform's."""
    found: dict[int, Sender] = {}
    for of, _owns in _registered.values() if case_ids else ():
        found |= of(case_ids)
    return found


def from_of(mail: Mail) -> str:
    """What stands in From: the mailbox's address, while it is one and the relay may send for it; else the platform's, with its name."""
    own = settings.DEFAULT_FROM_EMAIL
    if not mail.from_name:
        return own
    held = mail.from_address and _may_send_for(mail.from_address) and any(owns(mail.from_address) for _of, owns in _registered.values())
    return formataddr((mail.from_name, mail.from_address if held else parseaddr(own)[1]))


def _may_send_for(address: str) -> bool:
    return not settings.MAIL_DOMAINS or address.rpartition("@")[2].lower() in settings.MAIL_DOMAINS
