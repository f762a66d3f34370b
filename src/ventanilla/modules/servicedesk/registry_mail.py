"""The mail log among the lists, and the mailboxes among the catalogues; called from `apps.py`."""
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models import Mailbox
from ventanilla.modules.servicedesk.services.opening import may_register
from ventanilla.web.admin_area.registry import Catalogue, register_catalogue


def _mailbox(row: Mailbox) -> None:
    if row.team.institution_id != row.agent.institution_id:
        raise Refused(_("El equipo y la persona deben ser de la institución."), "team")
    if not may_register(row.agent, row.team):
        raise Refused(_("Esa persona no puede registrar tickets de ese equipo."), "agent")
    row.address = row.address.lower()


def register() -> None:
    """Called once from the app's `ready()`."""
    from ventanilla.modules.servicedesk.screens import mail  # noqa: F401 - registers the list

    register_catalogue(Catalogue(
        "buzones", lazy("Mesa: buzones de correo"), Mailbox,
        ("address", "team", "agent", "unknown", "host", "port", "tls", "user", "folder", "most_per_hour", "active"),
        columns=("address", "team", "unknown", "active"), icon="mail", check=_mailbox, order=("address",),
        helps={"unknown": lazy("Qué se hace cuando escribe alguien sin cuenta."),
               "host": lazy("La contraseña no se guarda aquí: la pone quien administra el servidor (IMAP_PASSWORDS).")}))
