"""What only a browser can tell of the pages of correspondence: that nothing is covered, cut or out of line."""
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow
from tests.make import World, letter, turn

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
COVERED = """() => {
  const e = document.activeElement, bar = document.querySelector(".form-actions.sticky");
  if (bar.contains(e) || !e.closest("main form")) return false;
  const here = e.getBoundingClientRect();
  return here.height < bar.getBoundingClientRect().top && here.bottom > bar.getBoundingClientRect().top + 1;
}"""
CONTROLS = """names => names.map((n) => Math.round(document.querySelector(`[name=${n}]`).getBoundingClientRect().bottom))"""
TABLE = """() => { const w = document.querySelector(".table-wrap"); return [w.scrollWidth, w.clientWidth]; }"""


@pytest.mark.parametrize("width", [1280, 390])
def test_a_field_that_has_the_focus_is_never_under_the_bar_of_buttons(width: int, w: World, new_page: Any, sign_in: Callable[..., Page]) -> None:
    page = sign_in(new_page(width=width), w.clerk, "/correspondencia/registrar/")
    expect(page.locator("#id_order")).to_be_focused()
    met, covered = [], []
    while (name := page.evaluate("document.activeElement.name")) != "level":
        met.append(name)
        covered += [name] * page.evaluate(COVERED)
        page.keyboard.press("Tab")
    assert {"subject", "sheets", "unit"} <= set(met) and covered == []


def test_controls_of_a_row_stand_on_one_line(w: World, page: Page, sign_in: Callable[..., Page]) -> None:
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    assert len(set(page.evaluate(CONTROLS, ["type", "number", "dated"]))) == 1


def test_a_hidden_control_shows_its_focus_on_its_button(w: World, page: Page, sign_in: Callable[..., Page]) -> None:
    sign_in(page, w.clerk, "/correspondencia/digitalizar/")
    for key in ("stack-folder", "stack-camera"):
        page.locator(f"#{key}").focus()
        page.keyboard.press("Shift")  # from here on the keyboard is in use
        expect(page.locator(f'label[for="{key}"]')).to_have_css("outline-style", "solid")


def test_a_subject_without_a_place_to_break_widens_no_list(w: World, page: Page, sign_in: Callable[..., Page]) -> None:
    case = letter(w, subject=f"Respuesta a {'X' * 60}")
    sign_in(page, w.head, "/listas/correspondencia/")
    expect(page.get_by_role("link", name=case.folio)).to_be_visible()
    asked, given = page.evaluate(TABLE)
    assert asked <= given


def test_a_form_without_fields_starts_at_its_button(w: World, page: Page, sign_in: Callable[..., Page]) -> None:
    held = turn(letter(w), w.head, w.north)[0]
    sign_in(page, w.north_head, f"/correspondencia/turnos/{held.pk}/accept/")
    expect(page.get_by_role("button", name="Aceptar")).to_be_focused()


LINES = """() => { const folio = document.querySelector("td .folio"), found = [];
  folio.parentElement.style.display = "block"; folio.parentElement.style.width = "12em"; folio.style.whiteSpace = "normal";
  const whole = document.createRange(), walk = document.createTreeWalker(folio, NodeFilter.SHOW_TEXT);
  for (let top = null, text = walk.nextNode(); text; text = walk.nextNode()) for (let n = 0; n < text.length; n++) {
    whole.setStart(text, n); whole.setEnd(text, n + 1);
    const here = whole.getBoundingClientRect().top;
    if (top === null || Math.abs(here - top) > 3) found.push("");
    found[found.length - 1] += text.data[n]; top = here;
  }
  return found; }"""


def test_a_folio_that_does_not_fit_goes_on_after_a_stroke(w: World, new_page: Any, sign_in: Callable[..., Page]) -> None:
    case = letter(w)
    page = sign_in(new_page(width=390), w.head, "/listas/correspondencia/")
    expect(page.locator("td .folio wbr").first).to_be_attached()
    lines = page.evaluate(LINES)
    assert "".join(lines) == case.folio and len(lines) > 1 and all(line[-1] in "/-" for line in lines[:-1]), lines


def test_a_view_with_a_long_name_is_kept_and_taken_away_without_anything_cut(w: World, new_page: Any, sign_in: Callable[..., Page]) -> None:
    name = "Vencidos de la Dirección General que faltan por turnar hoy"
    letter(w)
    page = sign_in(new_page(width=390), w.head, "/listas/correspondencia/?estado=registered")
    page.locator("summary", has_text="Guardar esta vista").click()
    page.locator("#view-name").fill(name)
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
    assert overflow(page) == []
    page.get_by_role("link", name="Cambiar nombre o compartir").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    assert overflow(page) == []
    page.get_by_role("button", name="Quitar").click()
    expect(page.locator("#confirm")).to_contain_text(name)
    asked = page.locator("#confirm [data-yes]")
    assert overflow(page) == [] and asked.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    asked.click()
    expect(page.get_by_role("link", name=name)).to_have_count(0)
