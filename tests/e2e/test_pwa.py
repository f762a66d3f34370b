"""Installable, and honest without network: the manifest, the service worker, what it keeps, the page it shows."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import make
from tests.e2e.serving import Served, served, static_files  # noqa: F401
from ventanilla.core.audit.models import Sending
from ventanilla.core.cases.models import Note
from ventanilla.web.events.tests.processes import answers, wait

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
    page.get_by_role("link", name="Intentar de nuevo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Correspondencia")


HELD = "Object.keys(localStorage).filter((key) => key.startsWith('ventanilla-held-'))"
MANY_BYTES = {"name": "hoja.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 hoja"}


@pytest.mark.parametrize("answered", [False, True], ids=["before it was sent", "after it was done, before it was answered"])
def test_a_server_that_stops_between_the_question_and_the_sending_loses_and_doubles_nothing(served: Served, answered: bool) -> None:  # noqa: F811
    w = make.world()
    case = make.letter(w)
    page = served.open(w.clerk, f"/correspondencia/{case.pk}/")

    def stop(route: Any) -> None:
        if answered:
            assert route.fetch(max_redirects=0).status == 302
            page.context.clear_cookies(name="answered")  # what that fetch was told the browser never hears
        served.processes["web"].kill()
        route.abort() if answered else route.continue_()

    page.route("**/archivos/**", stop, times=1)
    page.locator("#add-files").set_input_files(MANY_BYTES)  # type: ignore[arg-type]
    with page.expect_event("requestfailed", lambda request: request.method == "POST" and "healthz" not in request.url):
        page.locator("#add-files-form button.btn-sm").last.click()
    assert case.attachments.count() == int(answered)
    wait(lambda: not answers(served.port), 30)
    served.start()
    page.goto("/bandeja/")
    expect(page.locator("#toasts")).to_contain_text("Volvió la red y se envió", timeout=60_000)
    assert [a.document.title for a in case.attachments.select_related("document")] == ["hoja.pdf"]
    assert page.evaluate(HELD) == []


def test_what_was_done_and_never_answered_is_the_same_when_the_browser_sends_it_again(served: Served) -> None:  # noqa: F811
    """Text of several lines goes another way then, and is not taken for something else."""
    w = make.world()
    case = make.letter(w)
    page = served.open(w.head, f"/correspondencia/{case.pk}/nota/")

    def stop(route: Any) -> None:
        assert route.fetch(max_redirects=0).status == 302
        page.context.clear_cookies(name="answered")
        served.processes["web"].kill()
        route.abort()

    page.route("**/nota/", stop, times=1)
    page.locator("main textarea").fill("Uno, «dos»\n\n  tres\n")
    with page.expect_event("requestfailed", lambda request: request.method == "POST" and request.url.endswith("/nota/")):
        page.locator("main form[data-draft] .btn-primary").click()
    assert Note.objects.count() == 1 == Sending.objects.count()
    wait(lambda: not answers(served.port), 30)
    served.start()
    page.goto("/bandeja/")
    expect(page.locator("#toasts")).to_contain_text("Volvió la red y se envió", timeout=60_000)
    assert page.evaluate(HELD) == [] and Note.objects.count() == 1


def test_a_form_that_was_answered_leaves_nothing_behind_and_one_without_a_server_stays(served: Served) -> None:  # noqa: F811
    w = make.world()
    case = make.letter(w)
    page = served.open(w.clerk, f"/correspondencia/{case.pk}/")
    page.locator("#add-files").set_input_files(MANY_BYTES)  # type: ignore[arg-type]
    page.locator("#add-files-form button.btn-sm").last.click()
    expect(page.locator("#messages")).to_contain_text("Se agregó el archivo")
    assert page.evaluate(HELD) == [] and "answered" not in page.evaluate("document.cookie")
    page.locator("#add-files-form button.btn-sm").last.click()  # refused: nothing was chosen
    expect(page.locator(".error-summary")).to_contain_text("Elija algún archivo")
    assert page.evaluate(HELD) == [] and re.search(r"/archivos/|/agregar", page.url)
    served.processes["web"].kill()
    page.locator("#add-files").set_input_files({**MANY_BYTES, "name": "otra.pdf"})  # type: ignore[arg-type]
    page.locator("#add-files-form button.btn-sm").last.click()
    expect(page.locator("#held")).to_contain_text("no se ha enviado", timeout=60_000)
    wait(lambda: not answers(served.port), 30)
    served.start()
    page.goto("/bandeja/")
    expect(page.locator("#toasts")).to_contain_text("Volvió la red y se envió", timeout=60_000)
    assert sorted(a.document.title for a in case.attachments.select_related("document")) == ["hoja.pdf", "otra.pdf"]
