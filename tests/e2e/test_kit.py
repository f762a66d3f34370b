"""The parts every page is made of, all on one page: looks, contrast and keyboard in both themes."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow, violations
from ventanilla.web.ui.charts import Series

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
WHEN = datetime(2026, 11, 20, 20, 32, tzinfo=UTC)
MONTHS = ["jun", "jul", "ago", "sep", "oct", "nov"]
DATA: dict[str, Any] = {
    "months": MONTHS,
    "two": [
        Series("Recibidos", [120, 180, 150, 240, 260, 190]),
        Series("Atendidos", [100, 160, None, 200, 250, 120]),
    ],
    "lights": [
        Series("En tiempo", [80, 90, 70], "s-green"),
        Series("Por vencer", [10, 12, 20], "s-amber"),
        Series("Vencido", [5, 9, 12], "s-red"),
    ],
    "units": ["Dirección General", "Unidad de Administración y Finanzas", "Departamento de Escrituración"],
    "tiles": [("TOL", 1, 0), ("MET", 2, 0), ("LER", 1, 1), ("ZIN", 0, 1), ("TEN", 1, 2), ("ATL", 2, 1)],
    "shares": {"TOL": 90, "MET": 40, "LER": 12, "ZIN": None, "TEN": 60, "ATL": 25},
    "radar": [Series("2025", [60, 70, 50, 80, 40]), Series("2026", [75, 72, 66, 90, 70])],
    "spark": [3, 5, 4, 8, 6, 9],
    "entries": [
        {
            "icon": "send",
            "tone": "primary",
            "title": "Se turnó a Escrituración",
            "who": "María Peña",
            "when": WHEN,
            "text": "Para su atención.\nUrge.",
        },
        {
            "icon": "circle-check",
            "tone": "green",
            "title": "Se aceptó la respuesta",
            "who": "José Ñandú",
            "when": WHEN,
            "private": True,
        },
    ],
    "nodes": [
        {
            "title": "Dirección Norte",
            "url": "#",
            "detail": "desde vie 13 nov",
            "children": [{"title": "Departamento Norte Uno", "url": "#", "current": True, "children": []}],
        }
    ],
    "files": [
        {
            "name": "Oficio 212C/0123/2026.pdf",
            "url": "#",
            "size": 1_536_000,
            "pages": 3,
            "kind": "pdf",
            "preview_url": "#",
        }
    ],
    "tabs": [
        {"label": "Por atender", "url": "#", "current": True, "count": 12},
        {"label": "Concluidos", "url": "#", "count": "más de 1,000"},
    ],
    "chips": [
        {"label": "Unidad: Tesorería", "remove_url": "#"},
        {"label": "Estado: abierto", "remove_url": "#"},
    ],
    "columns": [
        {"label": "Folio", "sort": "desc", "url": "#"},
        {"label": "Asunto"},
        {"label": "Fojas", "num": True},
    ],
}
SOURCE = (Path(__file__).parent / "kit.html").read_text(encoding="utf-8")


def gallery() -> str:
    """The page with every macro and chart."""
    context = {**DATA, "tabs_data": DATA["tabs"], "chips_data": DATA["chips"]}
    with translation.override("es-mx"):
        return str(engines["jinja2"].from_string(SOURCE).render(context, RequestFactory().get("/piezas/")))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_part(dark: bool, new_page: Callable[..., Page], axe: Any, shots: Any) -> None:
    page = new_page(dark=dark)
    page.route("**/piezas/", lambda route: route.fulfill(body=gallery(), content_type="text/html"))
    page.goto("/piezas/")
    axe(page)
    page.locator("details.menu summary").first.click()
    expect(page.get_by_text("Solo quien registró")).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not overflow(page), overflow(page)
    if not dark:
        shots(page, "kit")


def test_axe_and_the_width_are_able_to_fail(page: Page) -> None:
    """Each theme of the same document is looked at anew: a grey that only the dark one has is found there, and only there."""
    page.route("**/piezas/", lambda route: route.fulfill(content_type="text/html", body="""<!doctype html><html lang=es><title>Piezas</title>
<style>p { color: #111; background: #fff } @media (prefers-color-scheme: dark) { p { color: #333; background: #222 } }</style>
<main><h1>Piezas</h1><p>Texto</p><div style="width: 200vw">Ancho</div></main></html>"""))
    page.goto("/piezas/")
    found = {}
    for theme in ("light", "dark", "light"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        found.setdefault(theme, []).append([v.partition(":")[0] for v in violations(page)])
    assert found == {"light": [[], []], "dark": [["color-contrast"]]}
    page.locator("main").evaluate("m => m.insertAdjacentHTML('beforeend', '<img src=data:,>')")
    assert "image-alt: Images must have alternative text" in "".join(violations(page))
    assert overflow(page)


def test_print_hides_the_frame(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.route("**/piezas/", lambda route: route.fulfill(body=gallery(), content_type="text/html"))
    page.goto("/piezas/")
    page.emulate_media(media="print")
    expect(page.locator(".page-head .actions")).to_be_hidden()
    page.wait_for_timeout(300)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_printed_list_begins_on_its_first_page_and_cuts_no_row(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.route("**/piezas/", lambda route: route.fulfill(body=gallery(), content_type="text/html"))
    page.goto("/piezas/")
    page.emulate_media(media="print")
    page.locator("main").evaluate("m => m.insertAdjacentHTML('beforeend', '<div class=card id=long><ul><li>Uno</li></ul></div>')")
    breaks = "e => [e, e.querySelector('li')].map(part => getComputedStyle(part).breakInside)"
    assert page.locator("#long").evaluate(breaks) == ["auto", "avoid"]
