"""What the intake itself writes: the polite refusal, once. What else who has no account is told: `guests.py`."""
from datetime import timedelta
from typing import Final
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.notices.models import Mail
from ventanilla.core.notices.services.mails import domain
from ventanilla.core.notices.tasks import hurry
from ventanilla.modules.servicedesk.models.mail import Mailbox, MailMessage
from ventanilla.modules.servicedesk.services.mail.senders import sender_of

AGAIN: Final = timedelta(days=30)
"""A sender is refused at most once in this time, so that two robots never talk for ever."""


def refuse(message: MailMessage, box: Mailbox) -> bool:
    """Say politely that the desk cannot take it, unless this sender was told lately. Whether it was said."""
    told = MailMessage.objects.filter(mailbox=box, sender=message.sender, flags__contains=["told"]).exclude(pk=message.pk)
    if not message.sender or told.filter(received_at__gte=timezone.now() - AGAIN).exists():
        return False
    with override("es-mx"):
        sender_of(box).put(Mail(
            message_id=f"<{uuid4()}@{domain()}>", person=None, to=message.sender, subject=_("No pudimos registrar su mensaje"), text=_(
                "Recibimos su correo, pero esta mesa de servicio sólo atiende a personas con cuenta.\n\n"
                "Pida a la persona enlace de su unidad que registre la solicitud, o escriba desde su correo institucional."))).save()
    hurry()
    return True
