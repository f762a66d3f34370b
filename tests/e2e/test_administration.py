"""The pages of the administration in a real Chromium: axe finds nothing in either theme, and nothing is wider than 320 px (WCAG 1.4.10)."""
import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse

from tests import make
from ventanilla.core.orgs.models import Role
from ventanilla.core.workdays.models import Calendar

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("VENTANILLA_SHOTS", "")


@pytest.fixture
def w(live_server):
    return make.world()


def pages(w):
    calendar = Calendar.objects.get(institution=w.institution)
    role = Role.objects.get(institution=w.institution, slug="head")
    args = {"unit": [w.north.pk], "edit_unit": [w.north.pk], "close_unit": [w.north.pk], "person": [w.north_1_head.pk],
            "handover": [w.north_1_head.pk], "delegate": [w.north_head.pk], "role": [role.pk], "calendar": [calendar.pk],
            "new_version": [calendar.pk], "catalogue": ["numeracion"], "history": ["unit", w.north.pk]}
    plain = ("home", "institution", "units", "merge", "codes", "people", "new_person", "roles", "calendars", "catalogues",
             "import_units", "log")
    return {n: reverse(f"admin_area:{n}", args=args.get(n, [])) for n in (*plain, *args)}


def test_every_page_is_accessible_and_fits(w, live_server, browser):
    client = Client()
    client.force_login(w.admin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    problems = []
    for theme, width in (("light", 1280), ("dark", 320)):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        for name, address in pages(w).items():
            page.goto(live_server.url + address, wait_until="load")
            if SHOTS:
                page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}-{theme}.png"), full_page=True)
            found = Axe().run(page)
            problems += [(name, theme, v["id"], v["nodes"][0]["html"][:200]) for v in found.response["violations"]]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                problems.append((name, theme, "wider than the screen", ""))
        context.close()
    assert problems == []
