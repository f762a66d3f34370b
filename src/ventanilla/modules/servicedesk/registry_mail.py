"""The mail log among the lists, and the mailboxes among the catalogues; called from `apps.py`."""
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models import Mailbox, OfferingVersion
from ventanilla.modules.servicedesk.services import keeping, keeping_teams
from ventanilla.modules.servicedesk.services.opening import may_register
from ventanilla.web.admin_area.registry import Catalogue, register_catalogue


def _mailbox(row: Mailbox) -> None:
    if row.team.institution_id != row.agent.institution_id:
        raise Refused(_("El equipo y la persona deben ser de la institución."), "team")
    if not may_register(row.agent, row.team):
        raise Refused(_("Esa persona no puede registrar tickets de ese equipo."), "agent")
    _asks_for(row)
    row.address = row.address.lower()


def _asks_for(row: Mailbox) -> None:
    """What a mail asks for can be asked for without a page: nothing is authorised first, and the person registers it there too."""
    if row.offering is None:
        return
    if row.offering.institution_id != row.agent.institution_id:
        raise Refused(_("Elija uno de la institución."), "offering")
    version = OfferingVersion.objects.select_related("team").filter(offering=row.offering, state="published").first()
    if version is None:
        raise Refused(_("Ese servicio no está publicado."), "offering")
    if version.approvals:
        raise Refused(_("Ese servicio pide autorización: un correo no la pide. Elija otro."), "offering")
    if not may_register(row.agent, version.team):
        raise Refused(_("Lo atiende «%(team)s», y a nombre de esa persona no se registra ahí.") % {"team": version.team.name}, "offering")


def register() -> None:
    """Called once from the app's `ready()`."""
    from ventanilla.core.notices.senders import register_senders
    from ventanilla.modules.servicedesk.screens import mail  # noqa: F401 - registers the list
    from ventanilla.modules.servicedesk.services.mail import senders
    from ventanilla.modules.servicedesk.services.mail.guests import tell_guests
    from ventanilla.web.events.relay import on_moves

    on_moves(tell_guests)
    register_senders("servicedesk", senders.senders_of, senders.owns)
    register_catalogue(Catalogue(
        "buzones", lazy("Mesa: buzones de correo"), Mailbox,
        ("address", "name", "plus", "team", "offering", "agent", "unknown", "host", "port", "tls", "user", "folder", "most_per_hour",
         "active"),
        columns=("address", "name", "team", "offering", "unknown", "active"), icon="mail", check=_mailbox, order=("address",),
        lent=cap.DESK_CATALOGUE, scope=keeping_teams.mailboxes, seen=keeping_teams.mailboxes_seen, reserved=keeping_teams.connection,
        among={"team": keeping.teams, "offering": keeping_teams.offered},
        why=lazy("Este buzón también sirve a un equipo o a un servicio que lleva otra persona: lo cambia la administración."),
        help=lazy("De dónde se leen los correos que abren tickets. El servidor, la cuenta y la carpeta los pone la administración."),
        helps={"name": lazy("De parte de quién se lee lo que se envía desde este buzón. Vacío: el nombre del equipo."),
               "plus": lazy("Márquelo sólo si su servidor entrega también lo que va a mesa+algo@…: así cada respuesta lleva en su "
                            "dirección la marca de su ticket."),
               "offering": lazy("De él salen el equipo, la prioridad y el nivel de cada correo; sin él no se promete nada."),
               "unknown": lazy("Qué se hace cuando escribe alguien sin cuenta."),
               "host": lazy("La contraseña no se guarda aquí: la pone quien administra el servidor (IMAP_PASSWORDS).")}))
