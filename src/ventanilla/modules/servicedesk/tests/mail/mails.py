"""Mails for tests, as bytes, without the parser that is tested."""
import random
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.utils import timezone

from ventanilla.modules.servicedesk.models import Mailbox
from ventanilla.modules.servicedesk.tests.desk import Desk

ADDRESS = "mesa@example.org"


def mailbox(d: Desk, **extra: Any) -> Mailbox:
    """The desk's mailbox, for its first team."""
    given = {"address": ADDRESS, "team": d.first, "agent": d.agent, "most_per_hour": 1000, **extra}
    return Mailbox.objects.create(institution=d.world.institution, **given)


def mail(sender: str, subject: str = "No abre el portal", text: str = "No abre desde ayer.", *, number: object = None, **headers: str) -> bytes:
    """A plain mail; `number` makes its Message-ID. `in_reply_to="<…>"` and such are headers."""
    built = EmailMessage()
    built["From"], built["To"], built["Subject"] = sender, ADDRESS, subject
    built["Date"] = format_datetime(timezone.now())
    built["Message-ID"] = f"<m{number if number is not None else random.randrange(10**12)}@example.org>"
    for name, value in headers.items():
        built[name.replace("_", "-")] = value
    built.set_content(text)
    return built.as_bytes()


def with_files(raw_text: str, *files: tuple[str, str, bytes], sender: str = "ana@example.org", html: str = "") -> bytes:
    """A mail with files: (name, type, content)."""
    built = EmailMessage()
    built["From"], built["To"], built["Subject"], built["Message-ID"] = sender, ADDRESS, "Con archivos", f"<f{random.randrange(10**12)}@example.org>"
    built.set_content(raw_text)
    if html:
        built.add_alternative(html, subtype="html")
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        built.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return built.as_bytes()
