"""The desk's whole job in a real browser, by the people who do it: a request from the catalogue to the survey with every minute
explained; an incident that becomes a problem, a known error, a change with authorisation and an article; a server switched off on paper."""
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow
from tests.make import World
from ventanilla.core.cases.models import Case, Party
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Role
from ventanilla.core.orgs.services import give
from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.tests import samples
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.modules.servicedesk.models import Article, Liaison
from ventanilla.modules.servicedesk.models.cmdb import CIType, RelationType
from ventanilla.modules.servicedesk.services.catalogue import publish, start_version
from ventanilla.modules.servicedesk.services.cmdb import ItemDraft, RelationDraft, add_item, install_standard, relate
from ventanilla.modules.servicedesk.tests.desk import Desk, desk

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Enter = Callable[..., Page]


@pytest.fixture
def d(live_server: Any) -> Desk:
    """A desk with a survey on its request, whose asker is the liaison of the south."""
    d = desk()
    survey = published(d.world.institution, samples.survey())
    draft = start_version(actor=d.world.admin, offering=d.version.offering)
    draft.survey, draft.description = survey, "Cambios en las páginas de su unidad"
    draft.save()
    d.version = publish(actor=d.world.admin, version=draft)
    now = timezone.now()
    Liaison.objects.create(institution=d.world.institution, unit=d.world.south, person=d.asker, state="active", requested_at=now,
                           validated_at=now, agreement_at=now.date(), trained_at=now.date())
    return d


@pytest.fixture
def look(axe: Any, shots: Any) -> Callable[[Page, str], None]:
    """look(page, name): axe, both sizes and themes, nothing wider than the page."""

    def seen(page: Page, name: str) -> None:
        axe(page)
        shots(page, name)
        page.set_viewport_size({"width": 1280, "height": 800})
        assert not overflow(page), name

    return seen


def step(page: Page, label: str) -> None:
    """Choose a step of the record, from its button or from its menu."""
    head = page.locator(".page-head .actions")
    direct = head.locator("> a.btn", has_text=re.compile(f"^\\s*{label}\\s*$"))
    if not direct.count():
        head.locator("summary").click()
        direct = head.locator(".menu-body a", has_text=re.compile(f"^\\s*{label}\\s*$"))
    direct.click()


def send(page: Page, label: str) -> None:
    """Send the form of a step and come back to the record."""
    page.locator("main form").get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#record")).to_be_visible()


def test_a_request_is_asked_owned_paused_resolved_closed_and_surveyed(d: Desk, page: Page, sign_in: Enter, look: Any) -> None:
    sign_in(page, d.asker, "/mesa/")
    page.get_by_role("link", name=d.version.offering.name).click()
    page.get_by_label("¿Qué necesita, en pocas palabras?").fill("Actualizar el directorio de la página")
    page.get_by_label("Cuéntenos más").fill("Cambiaron dos nombres")
    page.get_by_role("button", name="Enviar la solicitud").click()
    expect(page.locator("#record")).to_be_visible()
    look(page, "desk-asked")
    case = Case.objects.get()
    record = f"/mesa/tickets/{case.pk}/"
    sign_in(page, d.agent, record)
    step(page, "Tomar")
    send(page, "Tomar")
    step(page, "Poner en espera")
    page.get_by_label("Detalle para quien lo pidió").fill("¿Cómo se llaman ahora?")
    send(page, "Poner en espera")
    expect(page.get_by_text("Los relojes están detenidos")).to_be_visible()
    sign_in(page, d.asker, record)
    page.locator("#id_text").fill("Ana Ruiz y Luis Mora")
    page.get_by_role("button", name="Guardar mensaje").click()
    expect(page.locator(".timeline")).to_contain_text("Ana Ruiz y Luis Mora")
    sign_in(page, d.agent, record)
    if Case.objects.get(pk=case.pk).state == "pending":
        step(page, "Reanudar")
        send(page, "Reanudar")
    page.locator("#id_text").fill("Ojo: revisar permisos")
    page.get_by_label("Nota interna: sólo la ve la mesa de servicio").check()
    page.get_by_role("button", name="Guardar mensaje").click()
    expect(page.locator(".timeline")).to_contain_text("Ojo: revisar permisos")
    step(page, "Resolver")
    page.locator("#id_cause").select_option(label=d.cause.name)
    page.locator("#id_solution").fill("Se publicaron los dos nombres")
    look(page, "desk-resolving")
    send(page, "Resolver")
    sign_in(page, d.asker, record)
    expect(page.locator("main")).not_to_contain_text("Ojo: revisar permisos")
    step(page, "Cerrar")
    send(page, "Cerrar")
    look(page, "desk-closed")
    step(page, "Explicar los relojes")
    for table in page.locator("section.card table").all():
        cells = table.locator("tbody td.num").all_inner_texts()
        assert cells and table.locator("tfoot td.num").inner_text()
    expect(page.get_by_text("Todo, sin huecos").first).to_be_visible()
    look(page, "desk-clock")
    invitation = Notice.objects.get(person=d.asker, kind="survey")
    page.goto(invitation.url)
    page.get_by_label("Muy satisfecho").check()
    page.wait_for_timeout(2100)  # a person takes at least this long; a robot does not
    page.get_by_role("button", name="Enviar mis respuestas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gracias por responder")
    assert Response.objects.get(state="submitted").case_id == case.pk


def walk_change(d: Desk, page: Page, sign_in: Enter, look: Any, change: Case) -> None:
    """A change is planned, authorised by somebody else, done, and reviewed by who did not do it."""
    record = f"/mesa/tickets/{change.pk}/"
    sign_in(page, d.agent, record)
    step(page, "Asignar")
    page.get_by_label("Agente").fill(d.agent.name)
    send(page, "Asignar")
    step(page, "Planear")
    starts = timezone.localtime() + timedelta(days=2)
    page.get_by_label("Plan de implementación").fill("Publicar la versión corregida")
    page.get_by_label("Plan de reversión").fill("Volver a la anterior")
    page.get_by_label("Inicia").fill(f"{starts:%Y-%m-%dT%H:%M}")
    page.get_by_label("Termina").fill(f"{starts + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.get_by_label("Quién lo implementa").fill(d.agent.name)
    send(page, "Planear")
    step(page, "Enviar a autorización")
    page.get_by_label("Quiénes autorizan").fill(d.manager.name)
    send(page, "Enviar a autorización")
    sign_in(page, d.manager, record)
    step(page, "Autorizar o no")
    page.locator("input[name=verdict][value=yes]").check()
    look(page, "desk-authorising")
    send(page, "Autorizar o no")
    sign_in(page, d.agent, record)
    step(page, "Comenzar")
    send(page, "Comenzar")
    step(page, "Quedó implementado")
    send(page, "Quedó implementado")
    sign_in(page, d.manager, record)
    step(page, "Revisar y cerrar")
    page.get_by_label("Revisión").fill("Sin caídas desde el cambio")
    send(page, "Revisar y cerrar")
    change.refresh_from_db()
    assert change.state == "closed" and Party.objects.filter(case=change, role="approver", person=d.manager).exists()
    look(page, "desk-change")


def test_an_incident_becomes_a_problem_a_known_error_a_change_and_an_article(d: Desk, page: Page, sign_in: Enter, look: Any) -> None:
    incident = d.ticket(version=d.incident, subject="El sitio no responde desde las 9")
    sign_in(page, d.agent, f"/mesa/tickets/{incident.pk}/")
    step(page, "Abrir un problema")
    page.get_by_label("El problema, en pocas palabras").fill("El servidor web se queda sin memoria")
    send(page, "Abrir un problema")
    problem = Case.objects.get(kind="problem")
    page.goto(f"/mesa/tickets/{problem.pk}/")
    step(page, "Investigar")
    send(page, "Investigar")
    step(page, "Registrar la causa")
    page.locator("#id_root_cause").fill("Un proceso nocturno no libera memoria")
    page.locator("#id_workaround").fill("Reiniciar el servicio a las 6:00")
    send(page, "Registrar la causa")
    step(page, "Plan de acción")
    page.locator("#id_text").fill("Cambiar el proceso nocturno")
    page.get_by_label("Es definitiva: quita la causa").check()
    send(page, "Plan de acción")
    step(page, "Publicar error conocido")
    page.locator("#id_workaround").fill("Reiniciar el servicio")
    send(page, "Publicar error conocido")
    page.goto(f"/mesa/tickets/{problem.pk}/")
    expect(page.get_by_role("heading", name="Relacionados")).to_be_visible()
    look(page, "desk-problem")
    step(page, "Abrir un cambio")
    page.get_by_label("En pocas palabras").fill("Corregir el proceso nocturno")
    page.get_by_label("Riesgo").select_option(label="Bajo")
    look(page, "desk-change-new")
    send(page, "Abrir un cambio")
    change = Case.objects.get(kind="change")
    expect(page.get_by_role("heading", level=1)).to_have_text("Corregir el proceso nocturno")
    expect(page.get_by_role("link", name=problem.folio)).to_be_visible()
    walk_change(d, page, sign_in, look, change)
    sign_in(page, d.agent, f"/mesa/tickets/{problem.pk}/")
    expect(page.get_by_role("link", name=change.folio)).to_be_visible()
    known = Case.objects.get(kind="known_error")
    page.goto(f"/mesa/tickets/{known.pk}/")
    page.get_by_role("button", name="Escribir un artículo de ayuda").click()
    page.get_by_label("Título").fill("Si el sitio no responde por la mañana")
    page.get_by_role("button", name="Guardar borrador").click()
    expect(page.get_by_text("El borrador quedó guardado")).to_be_visible()
    article = Article.objects.get()
    page.goto(f"/mesa/ayuda/{article.pk}/")
    page.locator("form[action$='/paso/revisar/'] button").click()
    sign_in(page, d.manager, f"/mesa/ayuda/{article.pk}/editar/")
    look(page, "desk-article")
    page.goto(f"/mesa/ayuda/{article.pk}/")
    page.locator("form[action$='/paso/publicar/'] button").click()
    expect(page.locator("main")).not_to_contain_text("Borrador")
    article.refresh_from_db()
    assert article.current is not None and article.current.state == "published"


def test_a_server_is_switched_off_on_paper(d: Desk, page: Page, sign_in: Enter, look: Any) -> None:
    w: World = d.world
    install_standard(actor=None, institution=w.institution)
    Role.objects.create(institution=w.institution, slug="cmdb", name="CMDB", capabilities=[cap.CMDB_READ, cap.CMDB_WRITE])
    give(actor=None, person=d.engineer, role="cmdb", unit=w.root)
    types = {t.slug: t for t in CIType.objects.filter(institution=w.institution)}
    made = {name: add_item(actor=d.engineer, draft=ItemDraft(types[kind], name, state="in_use")) for name, kind in (
        ("Servidor web", "servidor"), ("Aplicación de trámites", "sistema"), ("Trámites en línea", "servicio"))}
    tie = RelationType.objects.get(institution=w.institution, slug="depende-de")
    since = timezone.localdate() - timedelta(days=9)
    for source, target in (("Aplicación de trámites", "Servidor web"), ("Trámites en línea", "Aplicación de trámites")):
        relate(actor=d.engineer, draft=RelationDraft(tie, made[source], made[target], since=since))
    sign_in(page, d.engineer, "/cmdb/impacto/")
    page.get_by_label("¿Qué falla o se va a cambiar?").fill("Servidor web")
    page.get_by_role("button", name="Calcular").click()
    expect(page.locator("p.answer-sentence")).to_contain_text("2")
    rows = page.locator("section", has=page.get_by_role("heading", name="Lo mismo en tabla"))
    expect(rows).to_contain_text("Trámites en línea")
    rows.locator("details.why-path summary").first.click()
    expect(rows.locator("details[open] li").first).to_be_visible()
    drawing = page.locator("[data-impact]")
    drawing.focus()
    for _n in range(4):
        page.keyboard.press("+")
    for _n in range(4):  # the drawing itself, then its three items
        page.keyboard.press("Tab")
    last, frame = page.locator("[data-node]:focus").bounding_box(), drawing.bounding_box()
    assert last and frame and frame["x"] <= last["x"] and last["x"] + last["width"] <= frame["x"] + frame["width"], "the view follows"
    look(page, "desk-impact")
