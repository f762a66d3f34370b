"""The service desk's part of the crawl: its addresses, and the things they name in a small desk of the north directorate."""
from typing import Final

from django.utils import timezone

from tests import make
from tests.crawl_routes import Route, may, of, public, signed
from tests.people import ADMIN, ADMINS, HERE, WRITERS
from ventanilla.modules.servicedesk.models import ChecklistItem, Liaison, Mailbox, MailMessage
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.catalogue import start_version
from ventanilla.modules.servicedesk.services.mail import receive
from ventanilla.modules.servicedesk.tests.desk import Desk, desk

TICKET: Final = frozenset({"nobody", "north_head", "head"})  # who asked, and who reads in the unit of the team
DESK: Final = frozenset({"north_head"})
_M: Final = "mesa/"
ROUTES: Final[dict[str, Route]] = {
    _M: signed(), f"{_M}tickets/": public(), f"{_M}registrar/": may(DESK), f"{_M}enlaces/": may(WRITERS),
    f"{_M}pedir/<slug:slug>/": of(HERE, "{offering}"),
    f"{_M}enlaces/<int:pk>/": of(DESK | {"nobody"}, "{liaison}"),
    f"{_M}enlaces/<int:pk>/<slug:step>/": of(DESK, "{liaison}", "concluir"),
    f"{_M}catalogo/": may(ADMINS), f"{_M}catalogo/nuevo/": may(ADMINS),
    f"{_M}catalogo/<int:pk>/": of(ADMIN, "{offering_id}"), f"{_M}catalogo/<int:pk>/publicar/": of(ADMIN, "{offering_id}"),
    f"{_M}correo/": public(),
    **{f"{_M}correo/<int:pk>/{p}": of(frozenset({"north_head", "head"}), "{mail}") for p in ("", "original.eml")},
    f"{_M}correo/<int:pk>/registrar/": of(DESK, "{mail}"),
    **{f"{_M}tickets/<int:pk>/{p}": of(TICKET, "{ticket}") for p in ("", "reloj/", "mensaje/", "seguir/")},
    f"{_M}tickets/<int:pk>/pasos/<int:item>/": of(frozenset({"north_head", "head"}), "{ticket}", "{item}"),
    f"{_M}tickets/<int:pk>/<slug:name>/": of(TICKET, "{ticket}", "take"),
}


def things(w: make.World) -> dict[str, str]:
    """What the addresses name."""
    d = desk(w)
    case = open_ticket(actor=w.nobody, draft=TicketDraft("El correo no abre", version=d.version, requester=w.nobody))
    item = ChecklistItem.objects.create(case=case, text="Revisar la cuenta")
    start_version(actor=w.admin, offering=d.version.offering)
    liaison = Liaison.objects.create(institution=w.institution, unit=w.south_1, person=w.nobody, request_letter="1/2026",
                                     requested_at=timezone.now())
    return {"ticket": str(case.pk), "item": str(item.pk), "offering": d.version.offering.slug, "offering_id": str(d.version.offering_id),
            "liaison": str(liaison.pk), "mail": str(_mail(d).pk)}


def _mail(d: Desk) -> MailMessage:
    """A mail that is held for the desk to look at."""
    box = Mailbox.objects.create(institution=d.world.institution, address="mesa@example.org", team=d.first, agent=d.agent)
    return receive(box=box, raw=b"From: nadie@example.com\nMessage-ID: <uno@example.com>\nSubject: No abre\n\nNo abre el portal\n")
