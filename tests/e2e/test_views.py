"""Saved views as people meet them: by keyboard alone, without script, on a phone and in the dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.e2e.conftest import overflow
from tests.make import World
from ventanilla.web.screens.models import SavedView

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
LIST, KEPT = "/listas/correspondencia/", "/listas/correspondencia/vistas"


def patient(page: Page) -> Page:
    """The first page of a process is slow where much else runs."""
    page.set_default_timeout(180_000)
    return page


def press(page: Page, role: Any, name: str, key: str = "Enter") -> None:
    """What a keyboard does: focus it, then the key."""
    there = page.get_by_role(role, name=name, exact=True).first
    there.focus()
    there.press(key)


def test_by_keyboard_alone_a_view_is_kept_changed_shared_and_opened_first(
    w: World, page: Page, sign_in: Any
) -> None:
    for subject in ("Bacheo uno", "Bacheo dos", "Alumbrado"):
        make.letter(w, actor=w.north_head, unit=w.north, subject=subject)
    sign_in(patient(page), w.north_head, LIST)
    page.get_by_label("Buscar en la lista").press_sequentially("bacheo")
    page.keyboard.press("Enter")
    page.locator("summary", has_text="Guardar esta vista").press("Enter")
    page.get_by_label("Nombre de la vista").press_sequentially("Baches")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Vistas").locator("[aria-current]")).to_have_text("Baches")
    page.get_by_label("Buscar en la lista").press("Control+a")
    page.keyboard.type("bacheo dos")
    page.keyboard.press("Enter")
    expect(page.get_by_text("«Baches», con cambios sin guardar.")).to_be_visible()
    press(page, "button", "Guardar cambios en «Baches»")
    expect(page.get_by_text("Los cambios quedaron en la vista «Baches».")).to_be_visible()
    press(page, "link", "Cambiar nombre o compartir")
    page.get_by_label("Quién la ve").press("ArrowDown")
    page.keyboard.press("ArrowDown")
    press(page, "button", "Guardar")
    expect(page.get_by_role("link", name="Compartida con «Dirección Norte»")).to_be_visible()
    press(page, "link", "Organizar las vistas")
    press(page, "button", "Abrir la lista con ella «Baches»")
    page.goto(LIST)
    expect(page.get_by_label("Buscar en la lista")).to_have_value("bacheo dos")
    press(page, "link", "Todo")
    expect(page.get_by_label("Buscar en la lista")).to_have_value("")
    view = SavedView.objects.get(name="Baches")
    assert (view.query, view.unit, view.below) == ("q=bacheo+dos", w.north, True)


def test_the_pages_of_views_look_right(
    w: World, new_page: Callable[..., Page], sign_in: Any, axe: Any, shots: Any, problems: list[str]
) -> None:
    make.letter(w, actor=w.north_1_head, unit=w.north_1, subject="Bacheo de la avenida Juárez")
    long = "Los asuntos de la Secretaría de Finanzas que vencen pronto"
    own = SavedView.objects.create(person=w.north_1_head, screen="correspondencia", name="Baches", query="q=bacheo", order=1)
    SavedView.objects.create(person=w.north_1_head, screen="correspondencia", name="Rojos", query="luz=red", unit=w.north_1, order=2)
    shared = SavedView.objects.create(
        person=w.north_head, screen="correspondencia", name=long, query="q=bacheo&luz=green", unit=w.north, below=True
    )
    SavedView.objects.create(person=w.north_1_head, screen="correspondencia", name="", query="", first=shared.pk)
    inbox = SavedView.objects.create(person=w.north_1_head, screen="bandeja", name="Baches", query="pestana=atender&q=bacheo")
    page = patient(new_page())
    for name, path in (
        ("views", KEPT), ("view", f"{KEPT}/{own.pk}"), ("view-changed", f"{LIST}?q=bacheo&luz=red&vista={own.pk}"),
        ("view-shared", f"{LIST}?{shared.asked}"), ("view-gone", f"{LIST}?tipo=987654321&q=bacheo&vista={own.pk}"),
        ("view-inbox", f"/bandeja/?pestana=atender&q=bacheo&luz=red&vista={inbox.pk}"),
    ):
        sign_in(page, w.north_1_head, path)
        assert page.locator("h1").count() == 1
        for theme in ("dark", "light"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            axe(page)
        page.set_viewport_size({"width": 320, "height": 640})
        assert not overflow(page), (name, overflow(page))
        axe(page)
        page.set_viewport_size({"width": 1280, "height": 800})
        shots(page, name)


def test_without_script_views_are_kept_put_in_order_and_copied(w: World, new_page: Callable[..., Page], sign_in: Any) -> None:
    SavedView.objects.create(person=w.north_head, screen="correspondencia", name="De todos", query="luz=red", unit=w.north, below=True)
    page = sign_in(patient(new_page(script=False, width=390)), w.staff, f"{LIST}?q=bacheo")
    page.locator("summary", has_text="Guardar esta vista").click()
    page.get_by_label("Nombre de la vista").fill("Baches")
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.get_by_role("link", name="Organizar las vistas").click()
    page.get_by_role("button", name="Guardar una copia «De todos»").click()
    page.get_by_role("link", name="Organizar las vistas").click()
    page.get_by_role("button", name="Subir «De todos»").click()
    rows = page.get_by_role("region", name="Suyas").locator("li strong")
    expect(rows).to_have_text(["De todos", "Baches"])
