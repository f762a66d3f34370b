"""What a mail says: Spanish text and HTML from the same data, thread headers per case, stable Message-ID."""
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.template import engines
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.notices.models import Mail, Notice
from ventanilla.core.notices.senders import Sender
from ventanilla.core.orgs.models import Person

PREFERENCES = "/avisos/preferencias/"
CENTRE = "/avisos/"
MOST: Final = 40
"""Notices that one digest shows."""
ACCOUNT: Final = "<cuenta-"
"""How the ids of mails begin that bring a link to an account: what they say is not kept once they have gone, or will not go."""


def domain() -> str:
    """The host that message ids end with."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def account_id() -> str:
    """The id of a mail that brings a link to an account."""
    return f"{ACCOUNT}{uuid4()}@{domain()}>"


def thread_of(case_id: int | None) -> str:
    """The message id every mail of a case refers to, so that mail programs show them together."""
    return f"<asunto-{case_id}@{domain()}>" if case_id else ""


def address_of(person: Person) -> str:
    """Where the person reads mail; empty when nowhere is known."""
    return person.email or (person.user.email if person.user else "")


def mail_of(notice: Notice, person: Person, sender: Sender | None = None) -> Mail:
    """The mail of one notice, from the mailbox of its matter when it has one."""
    mail = _mail(f"<{notice.uuid}@{domain()}>", person, notice.title, [notice], thread_of(notice.case_id), answered=sender is not None)
    return sender.put(mail) if sender else mail


def digest_of(notices: Sequence[Notice], person: Person, day: str) -> Mail:
    """One mail for a day's notices, of which it shows MOST. `day` (YYYY-MM-DD, local) and the last one shown make its Message-ID."""
    with override("es-mx"):
        subject = _("Sus avisos de hoy (%(n)s)") % {"n": len(notices)}
    shown = notices[:MOST]
    return _mail(f"<resumen-{person.pk}-{day}-{shown[-1].pk}@{domain()}>", person, subject, shown, "", more=len(notices) - len(shown))


def _mail(message_id: str, person: Person, subject: str, notices: Sequence[Notice], thread: str, *, answered: bool = False,
          more: int = 0) -> Mail:
    values: dict[str, Any] = {"person": person, "institution": person.institution, "notices": notices,
                              "base": settings.BASE_URL.rstrip("/"), "preferences": PREFERENCES, "subject": subject,
                              "answered": answered, "more": more, "centre": CENTRE}
    jinja = engines["jinja2"]
    language = person.user.language if person.user else "es-mx"
    with override(language):
        text, html = (jinja.get_template(f"notices/mail.{end}").render(values) for end in ("txt", "html"))
    return Mail(message_id=message_id, person=person, to=address_of(person), text=text, html=html, thread=thread,
                subject=" ".join(subject.split())[:250])
