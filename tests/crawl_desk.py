"""The service desk's part of the crawl: its addresses, and the things they name in a small desk of the north directorate."""
from datetime import timedelta
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import crawl_api_desk, crawl_cmdb, crawl_knowledge, make
from tests.crawl_routes import Route, api, may, of, public, signed
from tests.people import ADMIN, ADMINS, HERE, KEEPER, MEASURERS, NOBODY, PEOPLE, WRITERS
from ventanilla.core.documents.services import process
from ventanilla.modules.servicedesk.models import (
    Blackout,
    ChecklistItem,
    ImportedEvent,
    ImportedLog,
    Liaison,
    Mailbox,
    MailMessage,
    Objective,
    OnCall,
)
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.catalogue import start_version
from ventanilla.modules.servicedesk.services.clearing import BlackoutDraft, save_blackout
from ventanilla.modules.servicedesk.services.liaison_papers import PaperDraft, file_paper
from ventanilla.modules.servicedesk.services.mail import receive
from ventanilla.modules.servicedesk.services.on_call import OnCallDraft, save_turn
from ventanilla.modules.servicedesk.services.promises.escalating import EscalationDraft, save_escalation
from ventanilla.modules.servicedesk.services.rules import RuleDraft, save_rule
from ventanilla.modules.servicedesk.services.rules.assigning.keeping import AssignmentDraft, save_assignment
from ventanilla.modules.servicedesk.tests.desk import Desk, desk

TICKET: Final = frozenset({"nobody", "north_head", "head"})  # who asked, and who reads in the unit of the team
DESK: Final = frozenset({"north_head"})
WORK: Final = frozenset({"staff", "north_1_head", "north_head"})  # who works in the unit of a team
KEEPERS: Final = frozenset({"north_1_head", "north_head"}) | KEEPER  # who concludes in the unit of a team, or keeps its catalogue
NUMBER: Final = "987654321"
_M: Final = "mesa/"
ROUTES: Final[dict[str, Route]] = {
    _M: signed(), f"{_M}tickets/": public(), f"{_M}registrar/": may(WORK), f"{_M}problemas/nuevo/": may(WORK), f"{_M}cambios/nuevo/": may(WORK),
    f"{_M}enlaces/": may(WRITERS | WORK),
    f"{_M}pedir/<slug:slug>/": of(HERE, "{offering}"),
    f"{_M}enlaces/<int:pk>/": of(WORK | {"nobody"}, "{liaison}"),
    f"{_M}enlaces/<int:pk>/<slug:step>/": of(WORK, "{liaison}", "concluir"),
    f"{_M}enlaces/<int:pk>/documentos/": of(WORK, "{liaison}"),
    f"{_M}enlaces/<int:pk>/documentos/<uuid:uuid>/": of(WORK | {"nobody"}, "{liaison}", "{liaison_paper}"),
    f"{_M}enlaces/<int:pk>/documentos/<uuid:uuid>/retirar/": of(WORK, "{liaison}", "{liaison_paper}"),
    f"{_M}catalogo.pdf": signed(), f"{_M}catalogo/<int:pk>/version-<int:number>.pdf": of(HERE, "{offering_id}", "1"),
    f"{_M}catalogo/": may(ADMINS | KEEPER), f"{_M}catalogo/nuevo/": may(ADMINS | KEEPER),
    f"{_M}catalogo/<int:pk>/": of(ADMIN | KEEPER, "{offering_id}"), f"{_M}catalogo/<int:pk>/publicar/": of(ADMIN | KEEPER, "{offering_id}"),
    **{f"{_M}catalogo/<int:pk>/{p}/": of(ADMIN | KEEPER, "{offering_id}") for p in ("formulario", "retirar", "probar")},
    f"{_M}correo/": public(), f"{_M}fusionar/": may(WORK), f"{_M}varios/": may(WORK),
    f"{_M}tickets/<int:pk>/historial-importado/": of(frozenset({"north_head", "head"}), "{imported}"),
    f"{_M}reglas/": may(KEEPERS | ADMINS), f"{_M}reglas/nueva/": may(KEEPERS | ADMINS),
    **{f"{_M}reglas/<int:pk>/{p}": of(KEEPERS | ADMIN, "{rule}") for p in ("", "ensayo/")},
    f"{_M}reglas/<int:pk>/<slug:step>/": of(KEEPERS | ADMIN, "{rule}", "bajar"),
    f"{_M}niveles/": may(KEEPERS | ADMINS), f"{_M}niveles/tipos/": may(ADMINS),
    **{f"{_M}niveles/<int:pk>/{p}": of(KEEPERS | ADMIN, "{level}") for p in ("", "aplicar/", "avisos/nuevo/", "avisos/usuales/")},
    f"{_M}niveles/<int:pk>/avisos/<int:number>/": of(KEEPERS | ADMIN, "{level}", "{threshold}"),
    f"{_M}niveles/<int:pk>/avisos/<int:number>/<slug:step>/": of(KEEPERS | ADMIN, "{level}", "{threshold}", "apagar"),
    f"{_M}niveles/<int:pk>/metas/<int:number>/quitar/": of(ADMIN | KEEPER, "{level}", "{goal}"),
    f"{_M}equipos/<int:pk>/aplicar/": of(ADMIN | KEEPER, "{kept_team}"),
    f"{_M}asignacion/": may(KEEPERS | ADMINS), f"{_M}asignacion/nueva/": may(KEEPERS | ADMINS),
    **{f"{_M}asignacion/<int:pk>/{p}": of(KEEPERS | ADMIN, "{assignment}") for p in ("", "ensayo/")},
    f"{_M}asignacion/<int:pk>/<slug:step>/": of(KEEPERS | ADMIN, "{assignment}", "bajar"),
    **{f"{_M}correo/<int:pk>/{p}": of(frozenset({"north_head", "head"}), "{mail}") for p in ("", "original.eml")},
    **{f"{_M}correo/<int:pk>/{p}/": of(DESK, "{mail}") for p in ("registrar", "descartar")},
    **{f"{_M}tickets/<int:pk>/{p}": of(TICKET, "{ticket}") for p in ("", "reloj/", "mensaje/", "seguir/")},
    f"{_M}tickets/<int:pk>/pasos/<int:item>/": of(frozenset({"north_head", "head"}), "{ticket}", "{item}"),
    f"{_M}tickets/<int:pk>/pasos/<int:item>/quitar/": of(frozenset({"north_head", "head"}), "{ticket}", "{item}"),
    f"{_M}tickets/<int:pk>/tiempo/<int:entry>/quitar/": of(NOBODY, "{ticket}", NUMBER), f"{_M}tickets/<int:pk>/opinion/": of(TICKET, "{ticket}"),
    f"{_M}tickets/<int:pk>/elementos/": of(frozenset({"north_head", "head"}), "{ticket}"),
    f"{_M}tickets/<int:pk>/plan/<int:number>/": of(NOBODY, "{ticket}", NUMBER),  # no problem here
    f"{_M}tickets/<int:pk>/elementos/<int:tie>/quitar/": of(NOBODY, "{ticket}", NUMBER),
    **{f"{_M}tickets/<int:pk>/{p}": of(NOBODY, "{ticket}") for p in ("impacto/", "colisiones/")},  # nobody here reads the CMDB; no change
    f"{_M}calendario-de-cambios/": may(WORK | ADMINS | KEEPER),
    f"{_M}sin-cambios/": may(WORK | ADMINS | KEEPER), f"{_M}sin-cambios/nuevo/": may(KEEPERS | ADMINS),
    f"{_M}sin-cambios/<int:pk>/": of(KEEPERS | ADMIN, "{blackout}"), f"{_M}sin-cambios/<int:pk>/quitar/": of(KEEPERS | ADMIN, "{blackout_off}"),
    f"{_M}guardias/": may(WORK | ADMINS), **{f"{_M}guardias/{p}/": may((KEEPERS - KEEPER) | ADMINS) for p in ("nueva", "rol")},
    **{f"{_M}guardias/<int:pk>/{p}": of(DESK | ADMIN, "{on_call}") for p in ("", "quitar/")},
    f"{_M}tickets/<int:pk>/<slug:name>/": of(TICKET, "{ticket}", "take"),
    **{f"{_M}informes/{p}": may(MEASURERS) for p in ("", "detalle/", "sistemas/", "campos/")},
    f"{_M}informes/campos/detalle/": may(NOBODY), f"{_M}informes/campos/<slug:what>.<slug:kind>": may(NOBODY, "campo", "csv"),
    f"{_M}informes/<slug:what>.<slug:kind>": may(MEASURERS, "informe", "csv"), f"{_M}informes/sistemas/uno/": may(NOBODY),
    f"{_M}incidentes-mayores/<uuid:uuid>/me-afecta/": of(NOBODY, crawl_cmdb.UUID),
    "itop/webservices/rest.php": public(),
    **crawl_knowledge.ROUTES,
}
_V: Final = "api/v1/"
ROUTES |= {
    **{f"{_V}{p}": api(PEOPLE) for p in ("tickets", "ticket-fields", "offerings", "liaisons", "approvals")},
    **{f"{_V}{p}": api(WORK) for p in ("teams", "causes", "hold-reasons")},
    f"{_V}changes": api(PEOPLE),
    f"{_V}offerings/<slug>": api(HERE, "{offering}"),
    **{f"{_V}tickets/<uuid>{p}": api(TICKET, "{ticket_uuid}") for p in (
        "", "/clocks", "/entries", "/follow", "/approvals", "/decision", "/opinions")},
    f"{_V}tickets/<uuid>/time/<entry>": api(NOBODY, "{ticket_uuid}", NUMBER),
    **{f"{_V}tickets/<uuid>/{p}": api(frozenset({"north_head", "head"}), "{ticket_uuid}") for p in ("checklist", "time")},
    f"{_V}tickets/<uuid>/items": api(frozenset({"north_head", "head"}), "{ticket_uuid}"),
    f"{_V}tickets/<uuid>/items/<item>": api(NOBODY, "{ticket_uuid}", crawl_cmdb.UUID),
    f"{_V}tickets/<uuid>/collisions": api(frozenset({"north_head", "head"}), "{ticket_uuid}"),
    f"{_V}tickets/<uuid>/steps/<step>": api(TICKET, "{ticket_uuid}", "take"),
    f"{_V}tickets/<uuid>/checklist/<item>": api(TICKET, "{ticket_uuid}", "{item}"),
    **{f"{_V}liaisons/<int:liaison>{p}": api(WORK | {"nobody"}, "{liaison}") for p in ("", "/validate", "/complete", "/extend", "/end")},
    **crawl_api_desk.ROUTES,
}


def things(w: make.World) -> dict[str, str]:
    """What the addresses name."""
    d = desk(w)
    case = open_ticket(actor=w.nobody, draft=TicketDraft("El correo no abre", version=d.version, requester=w.nobody))
    item = ChecklistItem.objects.create(case=case, text="Revisar la cuenta")
    start_version(actor=w.admin, offering=d.version.offering)
    liaison = Liaison.objects.create(institution=w.institution, unit=w.south_1, person=w.nobody, request_letter="1/2026",
                                     requested_at=timezone.now())
    paper = file_paper(actor=d.agent, liaison=liaison, draft=PaperDraft("request", timezone.localdate(), "1/2026", SimpleUploadedFile(
        "oficio.txt", b"Se propone a la persona enlace.")))
    assert paper.document
    process(paper.document.latest.pk)
    named = {"liaison_paper": str(paper.uuid), "ticket": str(case.pk), "item": str(item.pk), "offering": d.version.offering.slug, "offering_id": str(d.version.offering_id),
            "liaison": str(liaison.pk), "mail": str(_mail(d).pk), "ticket_uuid": str(case.uuid), "blackout": str(_blackout(d).pk),
            "blackout_off": str(_blackout(d).pk), "imported": str(_imported(d)), "rule": str(_rule(w)),
            "assignment": str(_assignment(d)), "on_call": str(_on_call(d).pk), **_promises(d), **crawl_knowledge.things(d)}
    return {**named, **crawl_api_desk.things(d, named)}


def _on_call(d: Desk) -> OnCall:
    """A turn on call."""
    now = timezone.now()
    return save_turn(actor=d.manager, draft=OnCallDraft(d.first, d.agent, now, now + timedelta(days=7)))


def _blackout(d: Desk) -> Blackout:
    """A period without changes."""
    now = timezone.now()
    return save_blackout(actor=d.manager, draft=BlackoutDraft("Cierre", "Fin del ejercicio", now, now + timedelta(days=9)))


def _imported(d: Desk) -> int:
    """A ticket with an event of another system."""
    case = open_ticket(actor=d.agent, draft=TicketDraft("De antes", version=d.version, requester=d.world.nobody))
    log = ImportedLog.objects.create(institution=d.world.institution, system="Otro", source="log.csv", digest="0" * 64, columns=["state"],
                                     at=timezone.now())
    ImportedEvent.objects.create(log=log, case=case, sequence=1, line=2, at=timezone.now(), state="New", values=["New"])
    return case.pk


def _promises(d: Desk) -> dict[str, str]:
    """A service level with a threshold, and a goal that may be taken away."""
    goal = Objective.objects.create(level=d.level, metric="resolve", kind="change", minutes=900)
    held = save_escalation(actor=d.manager, level=d.level, draft=EscalationDraft("resolve", 90, ("lead",)))
    return {"level": str(d.level.pk), "threshold": str(held.pk), "goal": str(goal.pk)}


def _rule(w: make.World) -> int:
    """A notification rule that is off."""
    return save_rule(actor=w.admin, draft=RuleDraft("Lo urgente", "opened", {None: ("{numero}", "")}, ["manager"])).pk


def _assignment(d: Desk) -> int:
    """A rule of assignment that is off."""
    return save_assignment(actor=d.manager, draft=AssignmentDraft("Por turnos", strategy="round")).pk


def _mail(d: Desk) -> MailMessage:
    """A mail that is held for the desk to look at."""
    box = Mailbox.objects.create(institution=d.world.institution, address="mesa@example.org", team=d.first, agent=d.agent)
    return receive(box=box, raw=b"From: nadie@example.com\nMessage-ID: <uno@example.com>\nSubject: No abre\n\nNo abre el portal\n")
