"""Extra fields in a real browser: asked at once when an agent chooses the service, chosen as columns, filtered, counted; the catalogue's pages."""
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.text import slugify
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow
from ventanilla.core.cases.models import Case
from ventanilla.core.questionnaires.services import values_of
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.modules.servicedesk.models import Offering, OfferingVersion, Service
from ventanilla.modules.servicedesk.services.catalogue import publish, start_version
from ventanilla.modules.servicedesk.tests.desk import Desk, desk
from ventanilla.modules.servicedesk.tests.test_fields import FIELDS, asks, form, tickets

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def d(live_server: Any) -> Desk:
    """A desk whose services ask fifty questions, with tickets that answered those of the first."""
    d = desk()
    version = asks(d, d.version, published(d.world.institution, form(*FIELDS), "datos", "request_form"))
    for n, name in enumerate(("Cuentas de correo", "Equipos de cómputo", "Impresoras", "Redes y telefonía", "Sistemas de nómina")):
        service = Service.objects.create(institution=d.world.institution, family=version.offering.service.family, slug=slugify(name), name=name)
        offering = Offering.objects.create(institution=d.world.institution, service=service, slug=f"{service.slug}-alta", name=f"Alta: {name}")
        first = OfferingVersion.objects.create(institution=d.world.institution, offering=offering, service=service, name=f"Alta: {name}", team=d.first, level=d.level,
                                               number=1)
        first.form = published(d.world.institution, form(*(
            {**f, "key": f"{f['key']}_{n}", **({"when": None} if "when" in f else {})} for f in FIELDS)), f"datos{n}", "request_form")
        first.description = "Lo que se ofrece"
        first.save()
        publish(actor=d.world.admin, version=first)
    tickets(d, version, *({"tramo": "ab"[n % 2], "equipos": n * 3, "costo": f"{n * 100}.5", "para_el": f"2026-12-{n + 1:02}", "urge": n % 3 == 0,
                           **({"porque": "Se detuvo la obra"} if n % 3 == 0 else {}), "area": d.world.south.pk} for n in range(9)))
    d.version = version
    return d


def test_the_questions_of_a_service_appear_when_it_is_chosen(
        d: Desk, page: Page, sign_in: Callable[..., Page], axe: Callable[[Page], None], shots: Callable[..., None]) -> None:
    sign_in(page, d.agent, "/mesa/registrar/")
    page.select_option("#id_version", str(d.version.pk))
    expect(page.get_by_text("Tramo")).to_be_visible()
    reason = page.get_by_label("¿Por qué?")
    expect(reason).to_be_hidden()
    page.locator("#questions").get_by_text("Sí", exact=True).click()
    expect(reason).to_be_visible()
    axe(page)
    shots(page, "fields-register")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.fill("#id_subject", "Llamó por la red")
    page.locator("#questions").get_by_text("Sur", exact=True).click()
    reason.fill("No hay red")
    page.get_by_role("button", name="Registrar y dar número").click()
    expect(page.get_by_text("Quedó registrada con el número")).to_be_visible()
    assert values_of(Case.objects.get(subject="Llamó por la red")) == {"tramo": "b", "urge": True, "porque": "No hay red"}


def test_columns_filters_and_the_report(
        d: Desk, page: Page, sign_in: Callable[..., Page], axe: Callable[[Page], None], shots: Callable[..., None]) -> None:
    sign_in(page, d.agent, "/listas/tickets/")
    page.get_by_role("link", name="Elegir columnas").click()
    expect(page.get_by_role("heading", name="Columnas de Tickets")).to_be_visible()
    page.locator("summary", has_text="Portal institucional").click()
    for name in ("tramo", "equipos", "para_el", "area"):
        page.locator(f"input[name=columna][value=campo-{name}]").check()
    axe(page)
    shots(page, "fields-columns")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Mostrar estas columnas").click()
    expect(page.get_by_role("columnheader", name="Tramo")).to_be_visible()
    page.get_by_text("Filtros", exact=False).first.click()
    page.select_option("#id_servicio", str(d.version.offering.service_id))
    page.get_by_role("button", name="Aplicar filtros").click()
    page.locator("summary", has_text="Filtros (1)").click()
    page.select_option("[name=campo-tramo]", "b")
    page.get_by_label("¿Cuántos equipos? (equipos): Desde").fill("4")
    page.get_by_role("button", name="Aplicar filtros").click()
    expect(page.get_by_text("3 resultados")).to_be_visible()
    axe(page)
    shots(page, "fields-list")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert not overflow(page), width
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, d.manager, "/mesa/informes/campos/?campo=campo-tramo")
    month = Case.objects.earliest("pk").received_at
    page.fill("#periodo", f"{month:%Y-%m}")
    page.select_option("#campo", "campo-equipos")
    page.get_by_role("button", name="Ver", exact=True).click()
    expect(page.get_by_text("9 solicitudes la contestaron")).to_be_visible()
    axe(page)
    shots(page, "fields-report")
    assert not overflow(page)


def test_the_catalogue_is_kept_without_code(
        d: Desk, page: Page, sign_in: Callable[..., Page], axe: Callable[[Page], None], shots: Callable[..., None]) -> None:
    draft = start_version(actor=d.world.admin, offering=d.version.offering)
    draft.approvals, draft.tasks = [{"label": "La jefatura de quien lo pide", "who": "head", "quorum": 1}], ["Revisar", "Publicar"]
    draft.routing = [{"field": "tramo", "value": "b", "team": d.second.pk}]
    draft.save()
    publish(actor=d.world.admin, version=draft)
    for name, person, address in (("offerings", d.world.admin, "/mesa/catalogo/"), ("offering", d.world.admin, f"/mesa/catalogo/{draft.offering_id}/"),
                                  ("ask", d.asker, f"/mesa/pedir/{draft.offering.slug}/"), ("portal", d.asker, "/mesa/")):
        sign_in(page, person, address)
        axe(page)
        shots(page, f"catalogue-{name}")
        assert not overflow(page), name
        page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("link", name="Catálogo en PDF")).to_be_visible()
