"""The pages of the desk: the portal and its form, the record on both sides, every step's page, liaisons, the catalogue."""
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from tests.pages import as_, text

from ventanilla.core.cases.models import Case
from ventanilla.modules.servicedesk import services as verbs
from ventanilla.modules.servicedesk.forms import OfferingForm
from ventanilla.modules.servicedesk.models import Liaison, Objective, OfferingVersion
from ventanilla.modules.servicedesk.services import EntryDraft, TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.catalogue import next_version
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def test_a_person_asks_from_the_catalogue_and_reads_their_ticket(d: Desk) -> None:
    asker = as_(d.asker)
    assert "Actualización del sitio" in text(asker.get(reverse("portal")))
    assert "Actualización del sitio" not in text(asker.get(reverse("portal"), {"q": "impresora"}))
    page = reverse("ask", args=[d.version.offering.slug])
    form = asker.get(page)
    assert "Tiempo para tomarla" in text(form)
    Objective.objects.create(level=d.level, metric="team", team=d.first, minutes=1080)
    assert "Acuerdo interno" not in text(asker.get(page)), "what the desk agreed within itself is not told to who asks"
    said = {"uuid": "6f1c1f86-3333-4333-8333-333333333333", "subject": "Cambiar el aviso", "description": "Ya venció"}
    sent = asker.post(page, said)
    case = Case.objects.get(kind="request")
    assert sent.headers["Location"] == reverse("ticket", args=[case.pk])
    seen = text(asker.get(sent.headers["Location"]))
    assert case.folio in seen and "Ya venció" in seen and "Nota interna" not in seen
    again = asker.post(page, said)
    assert again.status_code == 302 and Case.objects.filter(kind="request").count() == 1
    assert asker.post(page, {"subject": ""}).status_code == 422


def _seconds(said: str) -> int:
    """"5 h 14 min 37 s" as it is printed."""
    sizes = {"h": 3600, "min": 60, "s": 1}
    return sum(int(n.replace(",", "")) * sizes[unit] for n, unit in re.findall(r"([\d,]+)\s(h|min|s)", said))


def test_the_desk_works_on_it_step_by_step(d: Desk) -> None:
    case = d.ticket()
    agent = as_(d.agent)
    assert "Tomar" in text(agent.get(reverse("ticket", args=[case.pk])))

    def step(name: str, **data: Any) -> None:
        url = reverse("ticket_action", args=[case.pk, name])
        text(agent.get(url))
        assert agent.post(url, data).status_code == 302
    step("prioritise", impact=2, urgency=1, reason="Hay evento mañana")
    step("take")
    assert agent.post(reverse("ticket_action", args=[case.pk, "resolve"]), {"solution": "x"}).status_code == 422
    step("hold", why=d.hold.pk, note="Falta la foto")
    assert "Falta información" in text(as_(d.asker).get(reverse("ticket", args=[case.pk])))
    step("resume")
    step("tiempo", minutes=25, text="Redacción")
    step("resolve", cause=d.cause.pk, solution="Se cambió el aviso")
    assert "25" in text(agent.get(reverse("ticket", args=[case.pk])))
    assert "Todo, sin huecos" in text(agent.get(reverse("ticket_clock", args=[case.pk])))
    at = case.created_at
    with time_machine.travel(at + timedelta(days=3, seconds=4321), tick=False):
        for table in re.findall(r"<table.*?</table>", text(as_(d.manager).get(reverse("ticket_clock", args=[d.ticket(received_at=at).pk]))), re.S):
            *rows, total = [_seconds(cell) for cell in re.findall(r'<td class="num"[^>]*>([^<]*)</td>', table)]
            assert len(rows) > 2 and sum(rows) == total == 3 * 86400 + 4321, "what is printed adds up"
    assert agent.post(reverse("ticket_action", args=[case.pk, "take"])).status_code == 302  # told that it is too late
    assert Case.objects.get(pk=case.pk).state == "resolved"


def test_the_private_log_never_reaches_who_asked(d: Desk) -> None:
    case = d.ticket()
    agent, asker = as_(d.agent), as_(d.asker)
    agent.post(reverse("ticket_entry", args=[case.pk]), {
        "uuid": "6f1c1f86-1111-4111-8111-111111111111", "text": "CANARIO-PRIVADO", "private": "on"})
    verbs.add_entry(actor=d.agent, ticket=case, draft=EntryDraft("Ya lo vemos"))
    assert "CANARIO-PRIVADO" in text(agent.get(reverse("ticket", args=[case.pk])))
    for url in (reverse("ticket", args=[case.pk]), reverse("ticket_clock", args=[case.pk]), reverse("portal"), "/listas/tickets/",
                "/buscar/?q=CANARIO-PRIVADO"):
        assert "CANARIO-PRIVADO" not in asker.get(url, follow=True).content.decode().replace("q=CANARIO-PRIVADO", "").replace(
            'value="CANARIO-PRIVADO"', "").replace("«CANARIO-PRIVADO»", "")
    assert asker.get(reverse("ticket_action", args=[case.pk, "assign"])).status_code == 302


def test_a_message_with_an_error_comes_back_on_a_page_that_knows_its_address(d: Desk) -> None:
    case, agent = d.ticket(), as_(d.agent)
    wrong = agent.post(reverse("ticket_entry", args=[case.pk]), {"text": ""})
    here = f'data-refetch-url="{reverse("ticket", args=[case.pk])}"'
    assert wrong.status_code == 422 and here in wrong.content.decode(), "news is read from the ticket, not from where forms go"
    assert here not in agent.get(reverse("ticket", args=[case.pk])).content.decode(), "its own address, with what is asked there"


def test_who_may_not_see_it_gets_the_same_404(d: Desk) -> None:
    case = d.ticket()
    for url in (reverse("ticket", args=[case.pk]), reverse("ticket_clock", args=[case.pk]), reverse("ticket_action", args=[case.pk, "take"])):
        assert as_(d.world.nobody).get(url).status_code == 404
    assert as_(d.world.nobody).get(reverse("ticket_register")).status_code == 404


def test_an_agent_registers_for_somebody_who_calls(d: Desk) -> None:
    agent = as_(d.agent)
    service = d.incident.offering.service
    service.name = d.incident.offering.name
    service.save()
    page = agent.get(reverse("ticket_register")).content.decode()
    assert f">{service.name}</option>" in page and f"{service.name} · {service.name}" not in page, "said once"
    assert page.index('name="subject"') < page.index('id="hints"') < page.index('name="description"'), "what is alike stands under what is typed"
    sent = agent.post(reverse("ticket_register"), {
        "uuid": "6f1c1f86-2222-4222-8222-222222222222", "channel": "phone", "requester": d.asker.pk, "version": d.incident.pk,
        "subject": "No abre la página", "description": "", "impact": "1", "urgency": "1"})
    case = Case.objects.get(kind="incident")
    assert sent.status_code == 302 and (case.priority, case.ticket.channel, case.ticket.unit_id) == (1, "phone", d.world.south.pk)
    assert case.folio in text(agent.get("/listas/tickets/", {"tipo": "incident", "prioridad": "1"}))
    assert case.folio not in text(agent.get("/listas/tickets/", {"mio": "mine"}))
    assert case.folio in text(as_(d.asker).get("/listas/tickets/", {"mio": "asked"}))


def test_a_liaison_from_the_letter_to_the_handover(d: Desk) -> None:
    before = Liaison.objects.create(institution=d.world.institution, unit=d.world.south, person=d.asker_head, state="active",
                                    requested_at="2025-01-01T12:00Z", validated_at="2025-01-01T12:00Z", agreement_at="2025-01-01",
                                    trained_at="2025-01-01")
    case = d.ticket()
    agent = as_(d.agent)
    text(agent.get(reverse("liaisons")))
    proposed = agent.post(reverse("liaisons"), {"unit": d.world.south.pk, "person": d.asker.pk, "letter": "212C/45/2026"})
    new = Liaison.objects.get(person=d.asker)
    url = reverse("liaison", args=[new.pk])
    assert proposed.status_code == 302 and proposed.headers["Location"] == url
    assert "Validar" not in text(agent.get(url))
    assert as_(d.asker_head).post(reverse("liaison_step", args=[new.pk, "validar"])).status_code == 302
    assert agent.post(url, {"agreement": "2026-01-05", "training": ""}).status_code == 302
    new.refresh_from_db()
    assert new.state == "validated"
    assert agent.post(url, {"agreement": "2026-01-05", "training": "2026-01-06"}).status_code == 302
    new.refresh_from_db()
    before.refresh_from_db()
    assert (new.state, before.state, before.change_letter) == ("active", "ended", "212C/45/2026")
    assert [p.person_id for p in case.parties.filter(role="liaison")] == [d.asker.pk]
    record = text(agent.get(reverse("ticket", args=[case.pk])))
    assert f"<dt>Enlace</dt><dd>{d.asker.name}</dd>" in record and "También lo siguen" not in record
    over = text(agent.get(reverse("liaison", args=[before.pk])))
    assert "Concluido" in over and "hasta que se cambie por oficio" not in over.partition("Cuenta y servicio")[2].partition("Cambio o conclusión")[0]
    assert as_(d.world.nobody).get(reverse("liaisons")).status_code == 404


def test_a_new_version_is_tried_and_published_and_old_tickets_keep_theirs(d: Desk) -> None:
    case, admin = d.ticket(), as_(d.world.admin)
    url = reverse("offering", args=[d.version.offering_id])
    assert "Probar" in text(admin.get(url))
    form = OfferingForm(instance=next_version(d.version.offering), institution_id=d.world.institution.pk)
    data = {f.html_name: f.value() if f.value() is not None else "" for f in form}
    data |= {"description": "Publicar o corregir contenidos", "steps": "Revisar\nPublicar", "paso0-who": "head", "service": d.version.offering.service_id}
    assert admin.post(url, data).status_code == 302
    draft = OfferingVersion.objects.get(offering=d.version.offering, state="draft")
    assert (draft.number, draft.tasks, draft.approvals[0]["who"]) == (2, ["Revisar", "Publicar"], "head")
    assert "Cambia respecto" in text(admin.get(url))
    assert admin.post(reverse("offering_publish", args=[d.version.offering_id])).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "published" and Case.objects.get(pk=case.pk).ticket.version_id == d.version.pk
    new = d.ticket(version=draft)
    assert (new.checklist.count(), Case.objects.get(pk=new.pk).state) == (2, "approval")
    head = as_(d.asker_head)
    assert "Autorizar o no" in text(head.get(reverse("ticket", args=[new.pk])))
    assert head.post(reverse("ticket_action", args=[new.pk, "decidir"]), {"verdict": "yes", "reason": ""}).status_code == 302
    assert Case.objects.get(pk=new.pk).state == "new"
    assert as_(d.agent).get(url).status_code == 404


def test_a_change_is_planned_authorised_by_others_done_and_reviewed(d: Desk) -> None:
    case = open_ticket(actor=d.agent, draft=TicketDraft("Cambiar el certificado", kind="change", team=d.first, requester=d.agent))
    agent = as_(d.agent)

    def step(name: str, **data: Any) -> int:
        url = reverse("ticket_action", args=[case.pk, name])
        text(agent.get(url))
        return int(agent.post(url, data).status_code)
    assert step("assign", team=d.first.pk, person=d.agent.pk) == 302
    plan = {"risk": 2, "plan": "Instalar", "back_out": "", "starts_at": "2030-01-10T20:00", "ends_at": "2030-01-10T19:00",
            "implementer": d.engineer.pk}
    assert step("plan", **plan) == 422
    assert step("plan", **plan | {"back_out": "Restaurar el anterior", "ends_at": "2030-01-10T22:00"}) == 302
    assert step("submit", people=[d.engineer.pk], quorum=1) == 422  # who implements does not authorise
    assert step("submit", people=[d.manager.pk, d.asker_head.pk], quorum=2) == 302
    for person in (d.manager, d.asker_head):
        assert Case.objects.get(pk=case.pk).state == "approval"
        assert as_(person).post(reverse("ticket_action", args=[case.pk, "decidir"]), {"verdict": "yes"}).status_code == 302
    assert step("implement") == 302
    assert step("finish") == 302
    assert step("review", review="Sin contratiempos") == 422  # nor reviews
    assert as_(d.manager).post(reverse("ticket_action", args=[case.pk, "review"]), {"review": "Sin contratiempos"}).status_code == 302
    done = Case.objects.get(pk=case.pk)
    assert (done.state, done.change.outcome) == ("closed", "implemented")


def test_an_emergency_is_not_closed_without_its_authorisation(d: Desk) -> None:
    case = open_ticket(actor=d.manager, draft=TicketDraft("Reiniciar el servidor", kind="emergency_change", team=d.first, requester=d.agent))
    manager = as_(d.manager)

    def step(name: str, who: Any = manager, **data: Any) -> int:
        return int(who.post(reverse("ticket_action", args=[case.pk, name]), data).status_code)
    assert step("implement", reason="Está caído") == 302
    assert step("finish") == 302
    assert step("review", as_(d.agent), review="Funcionó") == 422
    assert step("review", review="Funcionó", people=[d.asker_head.pk], quorum=1) == 422  # who implemented it
    assert step("review", as_(d.agent), review="Funcionó", people=[d.asker_head.pk], quorum=1) == 302
    assert Case.objects.get(pk=case.pk).state == "approval"
    assert as_(d.asker_head).post(reverse("ticket_action", args=[case.pk, "decidir"]), {"verdict": "no", "reason": "Debió esperar"}).status_code == 302
    assert Case.objects.get(pk=case.pk).state == "closed"
