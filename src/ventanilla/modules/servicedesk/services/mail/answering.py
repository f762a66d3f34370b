"""What the intake itself writes: the acknowledgement to guests and the polite refusal, once."""
from datetime import timedelta
from typing import Final
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.cases.models import Case, Note
from ventanilla.core.notices.models import Mail
from ventanilla.core.notices.services.mails import domain, thread_of
from ventanilla.core.notices.tasks import hurry
from ventanilla.modules.servicedesk.models.mail import Mailbox, MailMessage
from ventanilla.modules.servicedesk.services.mail.quoting import MARK
from ventanilla.modules.servicedesk.services.mail.tokens import mark

AGAIN: Final = timedelta(days=30)
"""A sender is refused at most once in this time, so that two robots never talk for ever."""


def acknowledge(message: MailMessage, case: Case) -> None:
    """Tell a guest that the ticket was opened, with the mark by which an answer finds it."""
    with override("es-mx"):
        text = _("%(mark)s\n\nRecibimos su mensaje y quedó registrado con el folio %(folio)s.\n\n"
                 "Si desea agregar algo, responda a este correo sin cambiar el asunto.") % {"mark": MARK, "folio": case.folio}
        _send(message.sender, _("Recibimos su mensaje: %(folio)s") % {"folio": case.folio}, text, case)


def tell_guest(address: str, case: Case, note: Note) -> None:
    """A public entry of the desk, to who asked by mail and has no account."""
    with override("es-mx"):
        _send(address, _("Respuesta a su mensaje: %(folio)s") % {"folio": case.folio}, f"{MARK}\n\n{note.text}", case)


def tell_merged(address: str, case: Case, into: Case) -> None:
    """Who asked by mail and has no account learns that it goes on together with another request; an answer still finds it."""
    with override("es-mx"):
        text = _("%(mark)s\n\nSu mensaje con el folio %(folio)s se atiende junto con otro que trata de lo mismo: %(other)s.\n\n"
                 "No necesita hacer nada; puede responder a este correo si desea agregar algo.")
        _send(address, _("Se unió a otro ticket: %(folio)s") % {"folio": case.folio},
              text % {"mark": MARK, "folio": case.folio, "other": into.folio}, case)


def refuse(message: MailMessage, box: Mailbox) -> bool:
    """Say politely that the desk cannot take it, unless this sender was told lately. Whether it was said."""
    told = MailMessage.objects.filter(mailbox=box, sender=message.sender, flags__contains=["told"]).exclude(pk=message.pk)
    if not message.sender or told.filter(received_at__gte=timezone.now() - AGAIN).exists():
        return False
    with override("es-mx"):
        _send(message.sender, _("No pudimos registrar su mensaje"), _(
            "Recibimos su correo, pero esta mesa de servicio sólo atiende a personas con cuenta.\n\n"
            "Pida a la persona enlace de su unidad que registre la solicitud, o escriba desde su correo institucional."), None)
    return True


def _send(to: str, subject: str, text: str, case: Case | None) -> None:
    marked = f"{subject} {mark(case.institution_id, case.pk)}" if case else subject
    Mail.objects.create(message_id=f"<{uuid4()}@{domain()}>", person=None, to=to, subject=marked[:250], text=text,
                        thread=thread_of(case.pk) if case else "")
    hurry()
