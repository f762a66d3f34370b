"""Knowledge, hints, proposed problems and dashboards in the crawl: addresses, and the things they name in the crawl's desk."""
from typing import Final

from django.utils import timezone

from tests.crawl_routes import Route, may, of, signed
from tests.people import HERE, PEOPLE
from ventanilla.modules.servicedesk.models import Candidate
from ventanilla.modules.servicedesk.services import TicketDraft, knowledge, open_ticket
from ventanilla.modules.servicedesk.services.knowledge import ArticleDraft
from ventanilla.modules.servicedesk.tests.desk import Desk

WORK: Final = frozenset({"staff", "north_1_head", "north_head"})  # who works in the unit of a team
DESK: Final = frozenset({"north_head"})
_A: Final = "mesa/ayuda/"
ROUTES: Final[dict[str, Route]] = {
    _A: signed(), f"{_A}sugerencias/": signed(), f"{_A}nuevo/": may(WORK), f"{_A}vista-previa/": may(WORK),
    f"{_A}desde/<int:pk>/": of(DESK, "{ticket}"),
    **{f"{_A}<int:pk>/{p}": of(HERE, "{article}") for p in ("", "opinion/", "leer/")},
    f"{_A}<int:pk>/me-sirvio/": Route(HERE, ("{article}",), blank=404, thing=True),
    **{f"{_A}<int:pk>/{p}": of(WORK, "{article}") for p in ("editar/", "versiones/")},
    f"{_A}<int:pk>/motivo/<slug:name>/": of(WORK, "{article}", "retirar"),
    f"{_A}<int:pk>/paso/<slug:name>/": of(WORK, "{article}", "revisar"),
    "mesa/parecidos/": may(WORK), "mesa/parecidos/<int:pk>/": of(DESK, "{ticket}"), "mesa/candidatos/": may(WORK),
    **{f"mesa/candidatos/<int:pk>/{p}/": of(DESK, "{candidate}") for p in ("aceptar", "descartar")},
    "mesa/tableros/": signed(), "mesa/tableros/cambiar/": Route(PEOPLE, blank=404),
    "mesa/tableros/ayuda-mostrada/": Route(WORK), "mesa/tableros/<slug:slug>/acotar/": signed("pedidos"),
    "mesa/tableros/<slug:slug>/": signed("pedidos"), "mesa/tableros/<slug:slug>.csv": signed("pedidos"),
}


def things(d: Desk) -> dict[str, str]:
    """An article that everybody reads, and a proposed problem of an incident that only the first team reads."""
    version = knowledge.save_draft(actor=d.agent, draft=ArticleDraft("No puedo imprimir", "Apague y encienda la impresora."))
    knowledge.submit(actor=d.agent, version=version)
    knowledge.publish(actor=d.engineer, version=version)
    case = open_ticket(actor=d.agent, draft=TicketDraft("No abre el portal", version=d.incident, requester=d.asker, channel="phone"))
    now = timezone.now()
    row = Candidate.objects.create(institution=d.world.institution, tickets=[case.pk], place="days:7", first_at=now, last_at=now,
                                   strength=30.0, found_at=now, seen_at=now)
    return {"article": str(version.article_id), "candidate": str(row.pk)}
