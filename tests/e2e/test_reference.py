"""The API's reference as people meet it: found by words, read in both languages, nothing sticking out, nothing for axe."""
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow
from ventanilla.web.api.reference import LANGUAGES
from ventanilla.web.api.reference_page import laid_out

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_an_operation_is_found_and_read(new_page: Callable[..., Page], axe: Any, shots: Any) -> None:
    for language in LANGUAGES:
        laid_out(language)  # seconds of work, once in a process: no browser waits for it
    page = new_page(width=390)
    page.goto("/api/v1/docs/")
    assert overflow(page) == []
    search = page.get_by_role("searchbox", name="Operación, dirección o campo")
    search.fill("circular recordar")
    search.press("Enter")
    remind = page.locator("#remind_circular")
    expect(remind).to_contain_text("A cada persona una vez")
    expect(remind).to_have_attribute("open", "")
    assert overflow(page) == []
    axe(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    axe(page)
    remind.get_by_role("link", name="CircularDetail").first.click()
    expect(page).to_have_url(re.compile("#CircularDetail$"))
    expect(page.locator("#CircularDetail")).to_be_in_viewport()
    shots(page, "reference-found")
    page.get_by_role("link", name="English").click()  # what was looked for is found in either language
    expect(remind).to_contain_text("Each person once")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    axe(page)
