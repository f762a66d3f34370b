"""Installable, and honest without network: the manifest, the service worker, what it keeps, the page it shows."""

import json

import pytest
from playwright.sync_api import expect

from tests import make
from tests.e2e.serving import Served, served, static_files  # noqa: F401

pytestmark = [pytest.mark.e2e, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
READY = "navigator.serviceWorker.ready.then((r) => r.active && r.active.state)"
CONTROLLED = "!!navigator.serviceWorker.controller"
KEPT = """caches.keys().then((names) => Promise.all(names.map((n) => caches.open(n).then((c) => c.keys()))))
  .then((lists) => lists.flat().map((r) => new URL(r.url).pathname))"""


def test_chromium_would_install_it(served: Served) -> None:  # noqa: F811
    page = served.open(None, "/entrar/")
    devtools = page.context.new_cdp_session(page)
    answer = devtools.send("Page.getAppManifest")
    assert answer["errors"] == [] and answer["url"].endswith("/manifest.webmanifest")
    manifest = json.loads(answer["data"])
    assert (manifest["lang"], manifest["display"], manifest["start_url"]) == ("es-MX", "standalone", "/bandeja/")
    for icon in manifest["icons"]:
        found = page.request.get(icon["src"])
        assert found.headers["content-type"] == "image/png"
        assert int.from_bytes(found.body()[16:20], "big") == int(icon["sizes"].split("x")[0])


def test_it_keeps_hashed_files_and_one_page_and_shows_it_without_network(served: Served) -> None:  # noqa: F811
    w = make.world()
    case = make.letter(w, subject="Asunto que nadie guarda")
    page = served.open(w.head, "/bandeja/", workers="allow")
    assert page.evaluate(READY) in ("activating", "activated")
    page.wait_for_function(CONTROLLED)
    page.goto(f"/correspondencia/{case.pk}/")
    page.goto("/bandeja/")
    page.wait_for_timeout(300)
    kept = page.evaluate(KEPT)
    assert "/sin-conexion/" in kept and any(k.endswith(".css") for k in kept)
    assert [k for k in kept if not k.startswith("/estaticos/")] == ["/sin-conexion/"]
    assert page.evaluate("window.__csp") == [] and served.problems == []
    served.processes["web"].kill()
    page.goto("/correspondencia/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sin conexión")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert "Asunto que nadie guarda" not in page.content()
    served.start()
    page.goto("/bandeja/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mi bandeja")
