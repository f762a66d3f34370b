"""A failure of the demo that goes on now: told on the portal, by the same verbs as in life."""
from typing import Final

from ventanilla.config.demo_data.desk_catalogue import Setup
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket, take
from ventanilla.modules.servicedesk.services.major import declare_major
from ventanilla.modules.servicedesk.services.major_telling import MessageDraft, publish_message, say_affected
from ventanilla.modules.servicedesk.services.touching import people_touched

WAITING: Final = 2
"""How many others said that it affects them."""
SERVICE: Final = "El sitio web no responde"
SUBJECT: Final = "El portal de trámites no abre en ninguna delegación"
HEADLINE: Final = "El portal de trámites no abre"
TEXT: Final = ("El equipo que reparte las visitas dejó de responder y ya se cambia por el de reserva. Mientras tanto, las ventanillas "
               "reciben las solicitudes en papel.")
"""Without a moment of the next message: the demo is looked at days after it was made."""


def write_major(setup: Setup) -> None:
    """Reported by a liaison, taken, declared and told; others said that it affects them too."""
    version = setup.offers[SERVICE][1]
    reporter = next(iter(setup.liaisons.values()))
    agent = setup.agents["Redes e infraestructura"][0]
    case = open_ticket(actor=reporter, draft=TicketDraft(SUBJECT, version=version, requester=reporter, description=f"{SUBJECT}.",
                                                         impact=1, urgency=1))
    case = declare_major(actor=agent, case=take(actor=agent, case=case), reason="Detiene las ventanillas de todas las delegaciones")
    others = people_touched(case.ticket) - {reporter.pk, agent.pk}
    for liaison in [person for person in setup.liaisons.values() if person.pk in others][:WAITING]:
        say_affected(actor=liaison, uuid=case.uuid)
    publish_message(actor=agent, case=case, draft=MessageDraft(TEXT, HEADLINE))
