"""Knowledge, help while asking, proposed problems and dashboards in a real browser: usable, legible, without script too."""
import random
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow
from ventanilla.core.cases.models import Case
from ventanilla.modules.servicedesk import services as verbs
from ventanilla.modules.servicedesk.models import Article, Tile
from ventanilla.modules.servicedesk.services import TicketDraft, knowledge, open_tickets
from ventanilla.modules.servicedesk.services.candidates import refresh
from ventanilla.modules.servicedesk.services.knowledge import ArticleDraft
from ventanilla.modules.servicedesk.tests.desk import Desk, desk

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BODY = """## Antes de empezar

Vea que la impresora esté **encendida** y que la pantalla no pida papel.

## Qué hacer

1. Abra *Configuración* y elija [Impresoras](https://example.org).
2. Quite la impresora y vuelva a agregarla.
3. Imprima una página de prueba.

| Luz | Qué significa |
|---|---|
| verde | lista |
| roja | sin papel |
"""
FAULT = ("El sistema de nómina se queda en blanco al timbrar", "Al timbrar la nómina la pantalla queda en blanco",
         "Pantalla en blanco cuando timbro la nómina", "No puedo timbrar nómina, sale blanco")
THINGS = ("teclado", "ratón", "monitor", "cable", "silla", "teléfono", "escáner", "memoria", "disco", "proyector", "bocina", "cámara")
TROUBLES = ("no enciende", "está roto", "hace ruido", "se calienta", "quedó flojo", "se perdió", "no sirve", "falla a veces")


def article(d: Desk, title: str, summary: str, **extra: Any) -> Article:
    version = knowledge.save_draft(actor=d.agent, draft=ArticleDraft(title, BODY, summary, **extra))
    knowledge.submit(actor=d.agent, version=version)
    return knowledge.publish(actor=d.engineer, version=version)


@pytest.fixture
def d(live_server: Any) -> Desk:
    """A desk with articles and three months of incidents."""
    d = desk()
    family = d.version.offering.service.family
    article(d, "No puedo imprimir", "Quite la impresora y agréguela otra vez.", words="impresora, tóner", family=family)
    article(d, "Cambiar la contraseña del correo", "Desde el portal de cuentas, en un minuto.", words="clave, olvidé")
    article(d, "Reiniciar el servidor de nómina", "Sólo para la mesa.", audience="desk", family=family)
    now, rng = timezone.now(), random.Random(7)
    said = [(FAULT[n % 4], 2 + n % 6) for n in range(12)] + [
        (f"{rng.choice(THINGS)} {rng.choice(TROUBLES)} en {rng.choice(THINGS)}", rng.randrange(1, 85)) for _n in range(150)]
    cases = open_tickets(actor=d.agent, drafts=[
        TicketDraft(text, version=d.incident, requester=d.asker, channel="phone", received_at=now - timedelta(days=days, minutes=n))
        for n, (text, days) in enumerate(said)])
    for case in cases[20:60]:
        verbs.take(actor=d.agent, case=Case.objects.get(pk=case.pk))
        verbs.resolve(actor=d.agent, case=Case.objects.get(pk=case.pk), cause=d.cause, solution="Listo")
    verbs.take(actor=d.agent, case=Case.objects.get(pk=cases[0].pk))
    verbs.log_time(actor=d.agent, case=Case.objects.get(pk=cases[0].pk), minutes=95)
    assert refresh(d.world.institution, now) == 1
    return d


PAGES = ("/mesa/ayuda/", "/mesa/ayuda/{article}/", "/mesa/ayuda/{article}/editar/", "/mesa/ayuda/{article}/versiones/", "/mesa/candidatos/",
         "/mesa/tableros/", "/mesa/tableros/?editar=1", "/mesa/tableros/semanas/", "/listas/articulos/")


def test_every_page_is_legible_on_a_phone_and_in_the_dark(d: Desk, new_page: Callable[..., Page], sign_in: Callable[..., Page],
                                                         axe: Callable[[Page], None], shots: Callable[..., None]) -> None:
    row = Article.objects.order_by("pk")[0]
    assert row.current
    knowledge.save_draft(actor=d.agent, article=row, draft=ArticleDraft("No puedo imprimir", BODY.replace("una página", "dos páginas")))
    page = sign_in(new_page(), d.agent)
    for number, path in enumerate(PAGES):
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(path.format(article=row.pk))
        assert overflow(page) == [], path
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            axe(page)
        shots(page, f"knowledge-{number}")


def test_help_appears_while_typing_and_what_helps_ends_there(d: Desk, page: Page, sign_in: Callable[..., Page],
                                                             axe: Callable[[Page], None], shots: Callable[..., None]) -> None:
    sign_in(page, d.asker, f"/mesa/pedir/{d.version.offering.slug}/")
    page.locator("#id_subject").press_sequentially("la impresora no imprime", delay=20)
    page.get_by_text("Quizá esto le ayude").wait_for()
    subject, help_ = page.locator("#id_subject").bounding_box(), page.locator("#help").bounding_box()
    assert subject and help_ and 0 < help_["y"] - subject["y"] < 150, "right under what is typed"
    page.locator("#help summary").first.click()
    page.get_by_text("Quite la impresora y vuelva a agregarla").wait_for()
    axe(page)
    shots(page, "knowledge-ask")
    page.get_by_role("button", name="Esto me sirvió").click()
    expect(page.get_by_text("No se abrió ninguna solicitud")).to_be_visible()
    assert not Case.objects.filter(kind="request").exists()


def test_tiles_are_moved_by_dragging_and_by_keyboard(d: Desk, page: Page, sign_in: Callable[..., Page]) -> None:
    sign_in(page, d.agent, "/mesa/tableros/?editar=1")
    before = page.locator("[data-tile]").evaluate_all("tiles => tiles.map(t => t.dataset.tile)")
    with page.expect_response(lambda r: "cambiar" in r.url) as sent:
        page.locator("[data-tile] h2").nth(0).drag_to(page.locator("[data-tile] h2").nth(1))
    assert sent.value.status == 204
    assert list(Tile.objects.filter(person=d.agent).values_list("measure", flat=True))[:2] == [before[1], before[0]]
    page.get_by_role("button", name="después").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Su tablero quedó guardado").wait_for()
    assert list(Tile.objects.filter(person=d.agent).values_list("measure", flat=True))[:2] == before[:2]


def test_it_all_works_without_script(d: Desk, new_page: Callable[..., Page], sign_in: Callable[..., Page]) -> None:
    page = sign_in(new_page(script=False), d.agent, "/mesa/ayuda/nuevo/")
    page.fill("#id_title", "Sin script")
    page.fill("#id_body", "Uno **dos**")
    page.get_by_role("button", name="Ver cómo queda").click()
    expect(page.locator("#preview strong")).to_have_text("dos")
    page.get_by_role("button", name="Guardar borrador").click()
    expect(page.get_by_text("El borrador quedó guardado")).to_be_visible()
    page.goto("/mesa/tableros/?editar=1")
    page.get_by_role("button", name="Quitar").first.click()
    expect(page.get_by_text("Su tablero quedó guardado")).to_be_visible()


def test_on_a_phone_the_boards_first_tile_is_on_the_first_screen_and_its_menu_within_it(d: Desk, new_page: Any, sign_in: Any) -> None:
    page = sign_in(new_page(width=390), d.manager, "/mesa/tableros/")
    tile = page.locator(".board-tile").first.bounding_box()
    assert tile and tile["y"] + tile["height"] < 844
    page.get_by_text("Más de la mesa").click()
    menu = page.locator(".page-head .menu[open] .menu-body").bounding_box()
    assert menu and menu["x"] >= 0 and menu["x"] + menu["width"] <= 390 and not overflow(page)
    page.get_by_role("link", name="Guardias").click()
    expect(page).to_have_url(re.compile("/mesa/guardias/$"))
