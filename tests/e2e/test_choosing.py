"""What a page does for each key and each drop, it does once: a unit chosen by Enter, a file that was dropped."""
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import make
from tests.make import World

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
CHOSEN = "[...document.querySelector('#id_units').selectedOptions].map((option) => option.text)"
DROP = """() => {
  const data = new DataTransfer();
  data.items.add(new File(["hola"], "oficio.txt", { type: "text/plain" }));
  document.querySelector("[data-dropzone]").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  return [...document.querySelector("#stack-files").files].map((file) => file.name);
}"""


def test_enter_chooses_the_unit_that_was_written_and_no_other(w: World, page: Page, sign_in: Any) -> None:
    case = make.letter(w)
    for path in (reverse("letter_action", args=[case.pk, "route"]), reverse("letter_write")):
        sign_in(page, w.head, path)
        field = page.locator("[data-filter-options]").first
        field.fill("direccion sur")
        field.press("Enter")
        assert page.evaluate(CHOSEN) == [w.south.name], path


def test_a_click_chooses_one_more_unit_and_what_is_chosen_can_be_let_go(w: World, page: Page, sign_in: Any) -> None:
    sign_in(page, w.head, reverse("letter_action", args=[make.letter(w).pk, "route"]))
    page.locator("#id_units option", has_text=w.south.name).first.click()
    page.locator("[data-filter-options]").first.fill("norte")
    page.locator("#id_units option", has_text=w.north.name).first.click()
    assert set(page.evaluate(CHOSEN)) == {w.south.name, w.north.name}
    expect(page.locator(".chip")).to_have_count(2)
    page.get_by_role("button", name=f"Quitar {w.south.name}").click()
    assert page.evaluate(CHOSEN) == [w.north.name]


def test_a_dropped_file_is_there_once(w: World, page: Page, sign_in: Any) -> None:
    sign_in(page, w.clerk, reverse("letter_stack"))
    page.wait_for_function("window.htmx")
    assert page.evaluate(DROP) == ["oficio.txt"]
