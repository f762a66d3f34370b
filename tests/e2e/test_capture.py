"""Capture in a real browser: proposals that are confirmed, drafts of a scan, and forms sent without network."""
import io
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests import make
from tests.e2e.conftest import overflow
from tests.e2e.serving import session
from tests.make import World
from ventanilla.core.cases.models import Case
from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.modules.correspondence.models import ArchiveFile, ArchiveSeries, Upload
from ventanilla.modules.correspondence.services.uploads import add_uploads
from ventanilla.modules.correspondence.specimens import specimen
from ventanilla.web.ui.models import Draft

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Enter = Callable[..., Page]


def scanned(w: World, seed: int = 11) -> Upload:
    """A letter in the stack, read."""
    version = store(actor=w.clerk, files=[FileDraft(f"Escaneo {seed}.pdf", io.BytesIO(specimen(seed, quality="clean").pdf))])[0]
    upload = add_uploads(actor=w.clerk, unit=w.root, documents=[version.document])[0]
    process(version.pk)
    upload.refresh_from_db()
    return upload


def marked(page: Page, name: str) -> Any:
    """The part of a field that stands only while its proposal is not confirmed."""
    return page.locator(f"#id_{name}_read .state")


def test_a_scan_is_confirmed_in_its_form_and_survives_a_lost_session(
        w: World, page: Page, sign_in: Enter, axe: Any, shots: Any, password: str, problems: list[str]) -> None:
    upload = scanned(w)
    read, where = upload.reading, f"/correspondencia/registrar/?carga={upload.uuid}"
    assert read is not None
    sign_in(page, w.clerk, where)
    expect(page.locator("#id_number")).to_have_value(read["number"]["value"])
    expect(marked(page, "number")).to_be_visible()
    axe(page)
    shots(page, "registrar-carga")
    page.set_viewport_size({"width": 390, "height": 844})
    assert not overflow(page), overflow(page)
    box, first = page.locator(".scan-pages").bounding_box(), page.locator("#id_order").bounding_box()
    assert box and first and box["y"] + box["height"] < first["y"], "the page comes before the fields"
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#id_number_read input[type=checkbox]").press("Space")
    expect(marked(page, "number")).to_be_hidden()
    page.locator("#id_subject").fill("Asunto que escribió la persona")
    expect(marked(page, "subject")).to_be_hidden()
    expect(page.locator("[data-proposals-left]")).to_contain_text("por comprobar")
    page.goto("/perfil/")  # left in the middle of a word
    page.wait_for_function(f"async () => (await fetch('/borradores/letter-register-{upload.uuid}/')).status === 200")
    page.context.clear_cookies()
    page.goto(where)
    page.get_by_label("Correo electrónico").fill(w.clerk.email)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url(f"**{where}")
    expect(page.locator("#id_subject")).to_have_value("Asunto que escribió la persona")
    expect(page.locator("#id_number_read input[type=checkbox]")).to_be_checked()
    expect(marked(page, "number")).to_be_hidden()
    page.locator("#id_organisation").fill("Secretaría de Finanzas")
    page.get_by_role("button", name="Registrar y dar folio").click()
    page.wait_for_url(re.compile(r"/correspondencia/\d+/$"))
    case = Case.objects.get()
    assert case.subject == "Asunto que escribió la persona" and case.attachments.get().document_id == upload.document_id
    assert not Draft.objects.exists()
    problems.clear()


def test_the_stack_is_registered_in_one_go(w: World, page: Page, sign_in: Enter, axe: Any, shots: Any) -> None:
    one, other = scanned(w, 11), scanned(w, 12)
    sign_in(page, w.clerk, "/correspondencia/digitalizar/")
    shots(page, "pila")
    page.get_by_role("link", name="Registrar varios a la vez").click()
    rows = page.locator("ol.many > li")
    expect(rows).to_have_count(2)
    axe(page)
    shots(page, "registrar-varios")
    page.set_viewport_size({"width": 320, "height": 640})
    assert not overflow(page), overflow(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Marcar todos").check()
    expect(page.locator("[data-ticked]")).to_have_text("2 marcados de 2")
    rows.nth(1).locator("[data-tick]").uncheck()
    rows.nth(0).locator("textarea").fill("Corregido en su lugar")
    expect(page.locator("[data-saved]").first).to_contain_text("Guardado")
    page.reload()
    expect(page.locator("[data-ticked]")).to_have_text("1 marcados de 2")
    expect(rows.nth(0).locator("textarea")).to_have_value("Corregido en su lugar")
    page.get_by_role("button", name="Registrar los marcados").dblclick()
    page.wait_for_url(re.compile(r"/varios/[0-9a-f-]{36}/$"))
    case = Case.objects.get()
    expect(page.locator("#stack-run")).to_contain_text(case.folio)
    axe(page)
    shots(page, "registrados-varios")
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.case_id, other.case_id, case.subject) == (case.pk, None, "Corregido en su lugar")


def shot(name: str, grey: int) -> FilePayload:
    """A photo as the camera gives it, of a grey of its own."""
    out = io.BytesIO()
    Image.new("L", (60, 80), grey).save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_photos_are_put_in_another_order_by_keyboard_by_touch_and_by_dragging_and_sent_as_they_are_shown(
        w: World, page: Page, sign_in: Enter, axe: Any, shots: Any) -> None:
    sign_in(page, w.clerk, "/correspondencia/digitalizar/")
    box = page.locator("[data-pages]").first
    for n, grey in enumerate((40, 120, 200), 1):
        box.locator("[data-camera]").set_input_files([shot(f"IMG_{n}.jpg", grey)])
    order, items = "box => [...box.querySelector('[data-kept]').files].map((f) => f.name)", box.locator("li")
    expect(items).to_have_count(3)
    expect(box.get_by_role("status")).to_have_text("Hojas: 3, en este orden.")
    expect(box.get_by_role("button", name="Adelantar Hoja 1")).to_be_disabled()
    expect(box.get_by_role("button", name="Atrasar Hoja 3")).to_be_disabled()
    box.get_by_role("button", name="Adelantar Hoja 3").press("Enter")
    assert box.evaluate(order) == ["IMG_1.jpg", "IMG_3.jpg", "IMG_2.jpg"]
    expect(box.get_by_role("status")).to_contain_text("Hoja 3 pasó al lugar 2.")
    expect(box.get_by_role("button", name="Adelantar Hoja 2")).to_be_focused()
    page.keyboard.press("Enter")
    assert box.evaluate(order) == ["IMG_3.jpg", "IMG_1.jpg", "IMG_2.jpg"]
    expect(box.get_by_role("button", name="Atrasar Hoja 1")).to_be_focused()
    items.nth(2).locator("img").drag_to(items.nth(1).locator("img"))
    assert box.evaluate(order) == ["IMG_3.jpg", "IMG_2.jpg", "IMG_1.jpg"]
    axe(page)
    shots(page, "fotos-en-orden")
    page.set_viewport_size({"width": 320, "height": 640})
    assert not overflow(page), overflow(page)
    box.locator("xpath=ancestor::form").get_by_role("button", name="Subir").click()
    expect(page.locator("main")).to_contain_text("Las 3 fotos quedaron en un PDF")
    document = Upload.objects.get().document
    assert list(document.versions.order_by("number").values_list("filename", flat=True))[:3] == ["IMG_3.jpg", "IMG_2.jpg", "IMG_1.jpg"]


# --- without network -------------------------------------------------------------------------------------------------

FORM = {"organisation": "Secretaría de Finanzas", "number": "SF/9/2026", "subject": "Solicita informe sin red"}
HELD = "Object.entries(localStorage).filter(([name]) => name.startsWith('ventanilla-held-')).map(([, value]) => value)"


def typed(page: Page) -> None:
    for name, value in FORM.items():
        page.locator(f"#id_{name}").fill(value)


def as_if(page: Page, person: Any) -> None:
    """Another session in the same browser, as at a counter's computer."""
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session(person), "url": urljoin(page.url, "/")}])


def test_what_fails_by_itself_without_network_is_told_once_and_covers_no_button(w: World, new_page: Any, sign_in: Enter) -> None:
    page = new_page(width=390)
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    for _key in range(3):  # each key pressed in a field with suggestions asks
        page.evaluate("document.dispatchEvent(new CustomEvent('htmx:sendError'))")
    expect(page.locator(".toast-note")).to_have_count(1)
    page.evaluate("document.dispatchEvent(new CustomEvent('toast', {detail: {text: 'Algo falló', kind: 'error'}}))")
    bottom = page.evaluate("document.querySelector('#toasts').getBoundingClientRect().bottom")
    assert bottom <= page.evaluate("document.querySelector('.form-actions.sticky').getBoundingClientRect().top"), "it lies over the buttons"
    expect(page.locator(".toast-note")).to_have_count(1)  # that of the network goes by itself


def test_a_form_sent_without_network_is_held_and_sent_once_by_its_person_only(
        w: World, page: Page, sign_in: Enter, axe: Any, shots: Any, problems: list[str]) -> None:
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    typed(page)
    page.context.set_offline(True)
    for _time in range(2):
        page.get_by_role("button", name="Registrar y dar folio").click()
        expect(page.locator("#held .alert")).to_have_count(1)
    expect(page.locator("#held")).to_contain_text("se enviará solo, una vez, cuando vuelva la red")
    assert FORM["subject"] not in "".join(page.evaluate(HELD)) and len(page.evaluate(HELD)) == 1
    axe(page)
    shots(page, "sin-red")
    as_if(page, w.head)
    with page.expect_response(lambda r: r.status == 409):
        page.context.set_offline(False)  # the page tries at once, but somebody else has signed in
    page.goto("/perfil/")
    expect(page.locator("#held .alert")).to_have_count(0)
    page.wait_for_timeout(500)
    assert not Case.objects.exists() and len(page.evaluate(HELD)) == 1
    as_if(page, w.clerk)
    lost = {"answers": 0}

    def lose(route: Any) -> None:
        """The server gets it, its answer never comes."""
        route.fetch()
        lost["answers"] += 1
        route.abort()

    page.route("**/correspondencia/registrar/", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
    page.goto("/perfil/")
    expect(page.locator("#held .alert")).to_have_count(1)
    for _time in range(100):
        page.wait_for_timeout(0 if lost["answers"] else 100)
    assert lost["answers"] == 1 and Case.objects.count() == 1 and len(page.evaluate(HELD)) == 1
    page.unroute("**/correspondencia/registrar/")
    page.reload()
    expect(page.locator("#toasts")).to_contain_text("se envió «Registrar correspondencia»")
    expect(page.locator("#toasts")).to_contain_text(Case.objects.get().folio)
    expect(page.locator("#held .alert")).to_have_count(0)
    case = Case.objects.get()
    assert (case.subject, case.registrar_id, page.evaluate(HELD)) == (FORM["subject"], w.clerk.pk, [])
    problems.clear()


FILES = """async () => {
  const base = await new Promise((done) => { indexedDB.open('ventanilla-held', 1).onsuccess = (event) => done(event.target.result); });
  const rows = await new Promise((done) => { base.transaction('files').objectStore('files').getAll().onsuccess = (e) => done(e.target.result); });
  base.close();
  return rows.map((row) => new TextDecoder('latin1').decode(row.sealed));
}"""
PDF = b"%PDF-1.4 contenido secreto de la hoja"
CHOSEN = {"name": "hoja.pdf", "mimeType": "application/pdf", "buffer": PDF}


def test_files_are_held_with_their_form_and_a_refusal_comes_back_to_be_corrected(
        w: World, page: Page, sign_in: Enter, problems: list[str]) -> None:
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    typed(page)
    page.locator("#files").set_input_files(CHOSEN)
    page.context.set_offline(True)
    page.get_by_role("button", name="Registrar y dar folio").click()
    expect(page.locator("#held")).to_contain_text("con sus archivos")
    kept = page.evaluate(FILES)
    assert len(kept) == 1 and "secreto" not in kept[0] and "hoja.pdf" not in "".join(page.evaluate(HELD))
    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"/correspondencia/\d+/$"))
    case = Case.objects.get()
    assert case.attachments.get(role="scan").document.latest.blob.sha256 == sha256(PDF).hexdigest()
    assert page.evaluate(HELD) == [] == page.evaluate(FILES)
    page.goto("/correspondencia/registrar/")
    typed(page)
    page.locator("#id_dated").fill("1899-12-31")
    page.locator("#files").set_input_files(CHOSEN)
    page.context.set_offline(True)
    page.get_by_role("button", name="Registrar y dar folio").click()
    expect(page.locator("#held .alert")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator("#held")).to_contain_text("anterior a 1900")
    with page.expect_navigation():
        page.get_by_role("button", name="Abrir con lo escrito").click()
    expect(page.locator("#id_dated")).to_have_value("1899-12-31")
    expect(page.get_by_role("list", name="Archivos que ya se recibieron")).to_contain_text("hoja.pdf")  # the server keeps them: nobody chooses again
    page.locator("#id_dated").fill("")
    page.get_by_role("button", name="Registrar y dar folio").click()
    page.wait_for_url(re.compile(r"/correspondencia/\d+/$"))
    assert [a.document.title for a in Case.objects.latest("pk").attachments.select_related("document")] == ["hoja.pdf"]
    assert Case.objects.filter(subject=FORM["subject"]).count() == 2 and page.evaluate(HELD) == [] == page.evaluate(FILES)
    problems.clear()


def test_a_large_file_is_held_in_pieces_and_arrives_whole(
        w: World, page: Page, sign_in: Enter, tmp_path: Any, problems: list[str]) -> None:
    large, content = tmp_path / "plano grande.pdf", b"%PDF-1.4" + bytes(range(256)) * (54 * 4096)
    large.write_bytes(content)
    small = tmp_path / "hoja.pdf"
    small.write_bytes(PDF)
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    typed(page)
    page.locator("#files").set_input_files([large, small])
    page.context.set_offline(True)
    page.get_by_role("button", name="Registrar y dar folio").click()
    expect(page.locator("#held")).to_contain_text("con sus archivos", timeout=60_000)
    assert len(page.evaluate(FILES)) == 8, "pieces of at most 8 MB, and the small one"
    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"/correspondencia/\d+/$"), timeout=60_000)
    found = [v.document.latest.blob.sha256 for v in Case.objects.get().attachments.select_related("document").order_by("pk")]
    assert found == [sha256(content).hexdigest(), sha256(PDF).hexdigest()]
    assert page.evaluate(HELD) == [] == page.evaluate(FILES)
    problems.clear()


def test_files_for_which_the_browser_has_no_room_are_asked_for_by_name(
        w: World, page: Page, sign_in: Enter, tmp_path: Any, axe: Any, shots: Any, problems: list[str]) -> None:
    large = tmp_path / "plano grande.pdf"
    large.write_bytes(b"%PDF-1.4" + bytes(9 * 1024 * 1024))
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": page.evaluate("location.origin"), "quotaSize": 5 * 1024 * 1024})
    typed(page)
    page.locator("#files").set_input_files(large)
    page.context.set_offline(True)
    page.get_by_role("button", name="Registrar y dar folio").click()
    expect(page.locator("#held")).to_contain_text("los archivos no caben («plano grande.pdf»)")
    assert page.evaluate(FILES) == []
    page.context.set_offline(False)
    page.goto("/perfil/")
    expect(page.locator("#held .alert")).to_have_count(1)
    assert not Case.objects.exists()
    page.get_by_role("button", name="Abrir con lo escrito").click()
    page.wait_for_url("**/correspondencia/registrar/")
    expect(page.locator("#id_subject")).to_have_value(FORM["subject"])
    expect(page.get_by_text("Elija otra vez estos archivos antes de enviar: «plano grande.pdf».")).to_be_visible()
    expect(page.locator("#held .alert")).to_have_count(0)
    axe(page)
    shots(page, "elija-otra-vez")
    problems.clear()


def gone(status: int | None) -> Callable[[Any], None]:
    """A proxy that says so, or nobody who answers."""
    return lambda route: route.fulfill(status=status, body="") if status else route.abort()


def test_a_form_without_a_draft_is_held_when_the_server_does_not_answer(
        w: World, page: Page, sign_in: Enter, problems: list[str]) -> None:
    series = ArchiveSeries.objects.create(institution=w.institution, code="4C.1", name="Correspondencia")
    sign_in(page, make.person(w.institution, w.root, "archivist"), "/archivo/abrir/")
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.url) if r.method == "POST" and "/archivo/" in r.url else None)

    def opened(title: str) -> None:
        page.locator("#id_series").select_option(str(series.pk))
        page.locator("#id_title").fill(title)
        page.locator("main").get_by_role("button", name="Abrir expediente").click()

    for status in (502, 503, 504, None):
        page.route("**/healthz", gone(status))
        opened(f"No salió {status}")
        expect(page.locator("#held")).to_contain_text("la plataforma no responde")
        assert posts == [] and len(page.evaluate(HELD)) == 1
        page.get_by_role("button", name="Descartar").click()
        page.get_by_role("button", name="¿Descartar").click()
        expect(page.locator("#held .alert")).to_have_count(0)
        expect(page.locator("#id_title")).to_have_value(f"No salió {status}")  # it stays on its page too
        page.unroute("**/healthz")
        page.reload()
    page.route("**/healthz", lambda route: route.abort())
    opened("Llegó después")
    expect(page.locator("#held .alert")).to_have_count(1)
    page.unroute("**/healthz")
    page.goto("/perfil/")
    expect(page.locator("#toasts")).to_contain_text("Volvió la red y se envió")
    assert [f.title for f in ArchiveFile.objects.all()] == ["Llegó después"] and page.evaluate(HELD) == []
    page.goto("/archivo/abrir/")
    opened("Con la red de vuelta")
    page.wait_for_url(re.compile(r"/archivo/\d+/$"))
    assert ArchiveFile.objects.count() == 2 and page.evaluate(HELD) == []
    problems.clear()


def test_a_form_with_a_draft_is_held_when_a_proxy_says_that_the_server_is_gone(
        w: World, page: Page, sign_in: Enter, problems: list[str]) -> None:
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    page.route("**/borradores/**", lambda route: route.fulfill(status=502, body="") if route.request.method == "PUT" else route.continue_())
    typed(page)
    page.get_by_role("button", name="Registrar y dar folio").click()
    expect(page.locator("#held")).to_contain_text("la plataforma no responde")
    assert not Case.objects.exists()
    page.unroute("**/borradores/**")
    page.goto("/perfil/")
    expect(page.locator("#toasts")).to_contain_text("Volvió la red y se envió")
    assert Case.objects.get().subject == FORM["subject"]
    problems.clear()


def test_what_is_held_ends_by_its_person_by_age_and_is_told_on_leaving(
        w: World, page: Page, sign_in: Enter, axe: Any, shots: Any, problems: list[str]) -> None:
    def hold() -> None:
        page.goto("/correspondencia/registrar/")
        typed(page)
        page.locator("#files").set_input_files(CHOSEN)
        page.context.set_offline(True)
        page.get_by_role("button", name="Registrar y dar folio").click()
        expect(page.locator("#held .alert")).to_have_count(1)
        page.route("**/correspondencia/registrar/", lambda r: r.fulfill(status=503, body="") if r.request.method == "POST" else r.continue_())
        page.context.set_offline(False)

    sign_in(page, w.clerk, "/perfil/")
    erase = page.get_by_role("button", name="Borrar lo guardado en este equipo")
    expect(erase).to_be_disabled()
    hold()
    page.goto("/perfil/")
    expect(page.locator("[data-held-count]")).to_have_text("Formularios sin enviar guardados aquí: 1")
    axe(page)
    shots(page, "guardado-aqui")
    page.locator("form[action='/salir/'] button").first.evaluate("button => button.click()")
    expect(page.locator("#toasts")).to_contain_text("En este equipo queda algo sin enviar")
    erase.click()
    page.get_by_role("button", name="¿Borrarlo sin enviarlo?").click()
    expect(page.locator("[data-held-count]")).to_have_text("Usted no tiene nada guardado en este equipo.")
    assert page.evaluate(HELD) == [] == page.evaluate(FILES)
    hold()
    page.evaluate("""() => { for (const [name, value] of Object.entries(localStorage)) if (name.startsWith('ventanilla-held-'))
        localStorage.setItem(name, JSON.stringify({...JSON.parse(value), at: Date.now() - 31 * 24 * 3600 * 1000})); }""")
    page.context.clear_cookies()
    page.goto("/entrar/")  # whoever opens a page here, also without signing in
    page.wait_for_function(f"() => ({HELD}).length === 0")
    page.wait_for_function(f"async () => (await ({FILES})()).length === 0")
    assert not Case.objects.exists()
    problems.clear()
