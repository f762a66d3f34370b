"""Raw bytes of a mail to what it says: text, files, addresses and thread, whatever its headers claim.

Nothing here trusts the sender: sizes, parts and nesting are bounded before the parser runs (RFC 5322, 2045 to
2049, 3464, 3834); charsets that lie are read anyway; HTML becomes text; nothing is ever rendered or fetched.
"""
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from hashlib import sha256
from typing import Final

from ventanilla.modules.servicedesk.services.mail.pages import text_of_html

HEADS: Final = 65_536
_ID = re.compile(r"<[^<>\s]{1,400}@[^<>\s]{1,250}>|<[^<>\s]{3,400}>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
WINMAIL: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


@dataclass(frozen=True)
class Limits:
    """What is taken in: bytes of the whole mail, parts, nesting, files, bytes per file, letters of the text."""

    size: int = 25 * 1024 * 1024
    parts: int = 300
    depth: int = 12
    files: int = 40
    text: int = 20_000
    tiny: int = 1024
    """Inline pictures below this many bytes (separators, counting pixels) are left out."""


class MailRefused(Exception):
    """The mail is not taken in; `reason` is one of `REASONS` in the model."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Attachment:
    """A file of a mail; `inline` when the text shows it."""

    name: str
    content: bytes = field(repr=False)
    media_type: str
    inline: bool = False


@dataclass(frozen=True)
class ParsedMail:
    """What a mail says. `sent_at` is aware or None; addresses are in lower case; ids with their angle brackets.

    `report_of`: the Message-IDs that a delivery report (RFC 3464) speaks of.
    """

    digest: str
    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    references: tuple[str, ...]
    text: str
    attachments: tuple[Attachment, ...]
    headers: dict[str, str]
    content_type: str
    report_of: tuple[str, ...] = ()


def parse(raw: bytes, limits: Limits | None = None) -> ParsedMail:
    """Read a mail. Raises MailRefused: "size", "bomb" (too many or too deep parts) or "unreadable"."""
    limits = limits or Limits()
    _bounded(raw, limits)
    try:
        message = message_from_bytes(raw)
        parts = list(_parts(message, limits, 0))
        return _parsed(raw, message, parts, limits)
    except RecursionError:
        raise MailRefused("bomb") from None
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as odd:
        raise MailRefused("unreadable") from odd


def head(raw: bytes) -> ParsedMail:
    """Only what the headers say: of mails that are refused whole. Never raises."""
    message = message_from_bytes(raw[:HEADS].split(b"\r\n\r\n")[0].split(b"\n\n")[0] + b"\r\n\r\n")
    try:
        return _parsed(raw, message, [], Limits())
    except (ValueError, LookupError, TypeError, AttributeError):
        return ParsedMail(sha256(raw).hexdigest(), "", "", "", (), "", None, (), "", (), {}, "")


def _bounded(raw: bytes, limits: Limits) -> None:
    """Refuse before parsing: the parser itself is what a bomb aims at."""
    if len(raw) > limits.size:
        raise MailRefused("size")
    if not raw.strip():
        raise MailRefused("unreadable")
    small = raw.lower() if len(raw) < 4_000_000 else raw
    if small.count(b"content-type:") > 2 * limits.parts or small.count(b"boundary=") > 8 * limits.depth:
        raise MailRefused("bomb")


def _parts(message: Message, limits: Limits, depth: int, seen: list[int] | None = None) -> Iterator[Message]:
    """The leaves of a mail in order; an attached mail is a leaf."""
    seen = seen if seen is not None else [0]
    seen[0] += 1
    if depth > limits.depth or seen[0] > limits.parts:
        raise MailRefused("bomb")
    payload = message.get_payload()
    if isinstance(payload, list) and (depth == 0 or message.get_content_maintype() == "multipart"):
        for part in payload:
            if isinstance(part, Message):
                yield from _parts(part, limits, depth + 1, seen)
    else:
        yield message


def _parsed(raw: bytes, message: Message, parts: list[Message], limits: Limits) -> ParsedMail:
    name, address = parseaddr(unfolded(message.get("From")))
    headers = {key.lower(): unfolded(str(value))[:2000] for key, value in message.items()}
    body, files = _content(parts, limits)
    subject = " ".join(unfolded(message.get("Subject")).split())[:300]
    return ParsedMail(
        digest=_digest(raw, headers), message_id=_first_id(headers.get("message-id", "")), sender=address.strip().lower()[:254],
        sender_name=" ".join(name.split())[:200], recipients=_recipients(message), subject=subject,
        sent_at=_sent_at(headers.get("date", "")), references=_references(headers), text=_clean(body)[:limits.text],
        attachments=tuple(files), headers=headers, content_type=message.get_content_type(),
        report_of=_report(message, parts, headers))


def _digest(raw: bytes, headers: dict[str, str]) -> str:
    """The same for the same mail delivered again by another way: without the headers that servers add."""
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1].replace(b"\r\n", b"\n").strip()
    told = "\n".join(headers.get(name, "") for name in ("message-id", "from", "to", "cc", "date", "subject"))
    return sha256(told.encode("utf-8", "replace") + b"\0" + body).hexdigest()


def unfolded(value: object) -> str:
    """A header as text: encoded words read (RFC 2047), also badly made ones; no control characters."""
    if value is None:
        return ""
    try:
        pieces = decode_header(str(value) if not hasattr(value, "encode") else value)  # type: ignore[arg-type]
    except Exception:
        pieces = [(str(value), None)]
    text = "".join(decoded(piece, charset) if isinstance(piece, bytes) else _bytes_again(piece) for piece, charset in pieces)
    return _CONTROL.sub(" ", text).replace("\n", " ").replace("\r", " ")


def _bytes_again(text: str) -> str:
    """Raw eight-bit bytes in a header come as surrogates."""
    return decoded(text.encode("ascii", "surrogateescape"), None) if any("\ud800" <= c <= "\udfff" for c in text) else text


def decoded(content: bytes, charset: str | None) -> str:
    """Bytes as text though the charset lies: valid UTF-8 wins, then what is declared, then Windows' Latin."""
    tries = ["utf-8", (charset or "").strip("\"' ").lower(), "cp1252"]
    if charset and re.match(r"(?i)utf-?(?:16|32|7)|iso-2022|gb|big5|euc|shift", charset.strip()):
        tries[:2] = tries[1::-1]
    for name in tries:
        try:
            return content.decode(name or "utf-8")
        except (LookupError, UnicodeError):
            continue
    return content.decode("latin-1")


def _content(parts: list[Message], limits: Limits) -> tuple[str, list[Attachment]]:
    """The text that people read, plain if there is any, and the files."""
    plain: list[str] = []
    pages: list[str] = []
    files: list[Attachment] = []
    for part in parts:
        kind, name = part.get_content_type(), _name(part)
        if kind in WINMAIL or name.lower() == "winmail.dat" or kind in ("message/delivery-status", "text/rfc822-headers"):
            continue
        if kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment":
            (plain if kind == "text/plain" else pages).append(decoded(_bytes(part), part.get_content_charset()))
        else:
            files += _file(part, kind, name, limits)
    if len(files) > limits.files:
        raise MailRefused("files")
    text = "\n\n".join(filter(str.strip, plain))
    return text or "\n\n".join(text_of_html(page) for page in pages), files


def _file(part: Message, kind: str, name: str, limits: Limits) -> list[Attachment]:
    content = _attached_mail(part) if kind == "message/rfc822" else _bytes(part)
    inline = part.get_content_maintype() == "image" and (part.get_content_disposition() == "inline" or bool(part.get("Content-ID")))
    if not content or (inline and len(content) < limits.tiny):
        return []
    return [Attachment(name or _named(kind), content, kind, inline)]


def _attached_mail(part: Message) -> bytes:
    inner = part.get_payload()
    return inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], Message) else _bytes(part)


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _name(part: Message) -> str:
    try:
        return " ".join(unfolded(part.get_filename()).split())[:200]
    except Exception:
        return "archivo"


def _named(kind: str) -> str:
    known = {"image/png": "imagen.png", "image/jpeg": "imagen.jpg", "image/gif": "imagen.gif", "message/rfc822": "correo.eml",
             "text/calendar": "cita.ics", "application/pdf": "documento.pdf", "text/html": "pagina.html", "text/plain": "texto.txt"}
    return known.get(kind, "archivo.bin")


def _recipients(message: Message) -> tuple[str, ...]:
    found = [unfolded(v) for name in ("To", "Cc", "Delivered-To", "X-Original-To") for v in message.get_all(name, [])]
    return tuple(dict.fromkeys(address.lower() for _, address in getaddresses(found[:50]) if address))[:100]


def _first_id(value: str) -> str:
    found = _ID.search(value)
    return found.group(0) if found else ""


def _references(headers: dict[str, str]) -> tuple[str, ...]:
    """What it answers: the nearest first."""
    near, far = _ID.findall(headers.get("in-reply-to", "")), _ID.findall(headers.get("references", ""))
    return tuple(dict.fromkeys([*near, *reversed(far)]))[:50]


def _sent_at(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _report(message: Message, parts: list[Message], headers: dict[str, str]) -> tuple[str, ...]:
    """The ids of the mails that a delivery report returns."""
    if message.get_content_type() != "multipart/report" and "mailer-daemon" not in headers.get("from", "").lower():
        return ()
    returned = [p for p in parts if p.get_content_type() in ("message/rfc822", "text/rfc822-headers", "text/plain")]
    texts = (decoded(_attached_mail(p), None)[:HEADS] for p in returned[:5])
    return tuple(dict.fromkeys(i for text in texts for i in re.findall(r"(?im)^message-id:\s*(<[^<>\s]{3,400}>)", text)))[:20]


def _clean(text: str) -> str:
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"\n{4,}", "\n\n\n", re.sub(r"[ \t\u00a0]+\n", "\n", text)).strip()
