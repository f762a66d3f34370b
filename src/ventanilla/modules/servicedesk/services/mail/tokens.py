"""Signed marks that say to which ticket an answer belongs: "[#1F4-K7QW…]". A folio in the subject never does.

The mark holds the ticket's number and 80 bits of an HMAC-SHA256 over institution and ticket with a key derived
from the installation's secret (RFC 2104); it cannot be made by who has not received it.
"""
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.conf import settings

_MARK = re.compile(r"\[#([0-9A-Z]{1,13})-([A-Z2-7]{16})\]")
_PLUS = re.compile(r"\+([0-9a-z]{1,13})-([a-z2-7]{16})@")
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Marks:
    """Tickets whose mark is genuine, and whether a forged one was there."""

    cases: tuple[int, ...]
    forged: bool


def mark(institution_id: int, case_id: int) -> str:
    """For the subject: "[#1F4-K7QWABCDEFGH2345]"."""
    return f"[#{_base36(case_id)}-{_signature(institution_id, case_id)}]"


def reply_address(address: str, institution_id: int, case_id: int) -> str:
    """The mailbox with the mark as a detail (RFC 5233): "mesa+1f4-k7qw…@ejemplo.gob.mx"."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{_base36(case_id)}-{_signature(institution_id, case_id)}@{domain}".lower()


def marks(institution_id: int, subject: str, addresses: tuple[str, ...]) -> Marks:
    """The marks of a subject and of the addresses that a mail was sent to."""
    found = _MARK.findall(subject) + [(a.upper(), b.upper()) for text in addresses for a, b in _PLUS.findall(text.lower())]
    checked = [(int(number, 36), hmac.compare_digest(_signature(institution_id, int(number, 36)), signed)) for number, signed in found[:20]]
    return Marks(tuple(dict.fromkeys(case for case, good in checked if good)), any(not good for _, good in checked))


def without_marks(subject: str) -> str:
    """The subject as people read it."""
    return " ".join(_MARK.sub("", subject).split())


def _signature(institution_id: int, case_id: int) -> str:
    key = hmac.new(settings.SECRET_KEY.encode(), b"servicedesk.mail.token", sha256).digest()
    return b32encode(hmac.new(key, f"{institution_id}:{case_id}".encode(), sha256).digest()[:10]).decode()


def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits
