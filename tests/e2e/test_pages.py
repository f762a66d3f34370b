"""Every page with something in it: axe in both themes, no report or console error, nothing wider than the window."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import overflow
from tests.make import World, letter, turn
from ventanilla.core.cases import services
from ventanilla.core.cases.models import Case, Tray, Turn
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.core.orgs.services import give
from ventanilla.modules.correspondence.models import ArchiveSeries, Circular
from ventanilla.modules.correspondence.services import PlaceDraft, archive, conclude, issue_receipt, open_file
from ventanilla.modules.correspondence.services.uploads import add_uploads
from ventanilla.modules.correspondence.specimens.build import specimen
from ventanilla.web.ui.errors import database_page

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
LONG = "Solicitud de información sobre el Programa de Regularización y Escrituración de la colonia Ñandú, sección Águilas"


@dataclass
class Scene:
    """An institution at work: letters in every light, a chain of turns, an answer to evaluate."""

    w: World
    case: Case
    north: Turn
    child: Turn


@pytest.fixture
def scene(w: World) -> Scene:
    """Made through the verbs, but for the moments of the lights."""
    now = timezone.now()
    for n, due in enumerate((-3, 1, 20, None, 40)):
        case = letter(w, subject=f"{LONG} {n}")
        held = turn(case, w.head, w.north, purpose="information" if n == 4 else "action")[0]
        if due:
            _ages(case, held, now + timedelta(days=due))
    case = letter(w, subject=LONG)
    north, south = turn(case, w.head, w.north, w.south)
    child = turn(case, w.north_head, w.north_1, parent=north)[0]
    services.answer(actor=w.north_1_head, turn=child, draft=AnswerDraft("Se entregó la escritura el lunes.\n\nSe anexa copia."))
    services.send_back(actor=w.north_head, turn=child, reason="Falta el acuse firmado.")
    services.answer(actor=w.south_head, turn=south, draft=AnswerDraft("No hay antecedentes."))
    services.add_note(actor=w.head, case=case, text="Llamó el solicitante.", uuid=uuid4())
    return Scene(w, case, north, child)


def _ages(case: Case, held: Turn, due: Any) -> None:
    for rows in (Tray.objects.filter(case=case), Turn.objects.filter(pk=held.pk), Case.objects.filter(pk=case.pk)):
        fields = {"due_at": due, "amber_at": due - timedelta(days=3)}
        rows.update(**fields, **({"order_at": due} if rows.model is Tray else {}))


def _upload(w: World) -> str:
    version = store(actor=w.clerk, files=[FileDraft("Escaneo del oficio.pdf", io.BytesIO(specimen(11, quality="clean").pdf))])[0]
    upload = add_uploads(actor=w.clerk, unit=w.root, documents=[version.document])[0]
    process(version.pk)
    return str(upload.uuid)


@pytest.fixture
def good(axe: Any, shots: Any) -> Callable[[Page, str], None]:
    """good(page, name): axe in both themes wide and narrow, no sideways scrolling down to 320 px, pictures."""

    def check(page: Page, name: str) -> None:
        assert page.locator("h1").count() == 1
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
                axe(page)
            assert not overflow(page), (width, overflow(page))
        page.set_viewport_size({"width": 320, "height": 640})
        assert not overflow(page), overflow(page)
        shots(page, name)

    return check


PAGES = [
    ("north_head", "/bandeja/", "bandeja"), ("north_head", "/bandeja/?luz=rojo", "bandeja-rojo"),
    ("head", "/bandeja/?pestana=evaluar", "bandeja-evaluar"), ("south_1_head", "/bandeja/", "bandeja-vacia"),
    ("head", "/buscar/?q=Solicitud", "buscar"), ("head", "/buscar/?q=inexistente", "buscar-nada"),
    ("head", "/buscar/", "buscar-sin-texto"), ("head", "/listas/correspondencia/", "lista"),
    ("head", "/correspondencia/{case}/", "expediente"), ("north_1_head", "/correspondencia/{case}/", "expediente-abajo"),
    ("clerk", "/correspondencia/registrar/", "registrar"),
    ("clerk", "/correspondencia/registrar/?carga={upload}", "registrar-carga"),
    ("clerk", "/correspondencia/digitalizar/", "digitalizar"), ("head", "/correspondencia/escribir/", "escribir"),
    ("head", "/correspondencia/tablero/", "tablero"), ("north_head", "/avisos/", "avisos"),
    ("north_head", "/avisos/preferencias/", "avisos-preferencias"), ("head", "/exportaciones/", "exportaciones"),
    ("head", "/perfil/", "perfil"), ("head", "/verificar/{code}/", "verificar"),
    ("head", "/verificar/NADA-NADA/", "verificar-nada"), ("head", "/verificar/", "verificar-sin-codigo"),
]


@pytest.mark.parametrize(("who", "path", "name"), PAGES, ids=[p[2] for p in PAGES])
def test_page(scene: Scene, page: Page, sign_in: Any, good: Any, who: str, path: str, name: str) -> None:
    upload = _upload(scene.w) if "{upload}" in path or "digitalizar" in path else ""
    code = issue_receipt(actor=scene.w.head, case=scene.case).code if "{code}" in path else ""
    sign_in(page, getattr(scene.w, who), path.format(case=scene.case.pk, upload=upload, code=code))
    good(page, name)


def test_filters_of_a_list_open(scene: Scene, page: Page, sign_in: Any, good: Any) -> None:
    sign_in(page, scene.w.head, "/listas/correspondencia/")
    for closed in page.locator("main details").all():
        closed.evaluate("d => { d.open = true }")
    good(page, "lista-filtros")


ON_CASE = ["route", "conclude", "cancel"]
ON_TURN = [("north_head", "north", "subroute"), ("north_1_head", "child", "answer"), ("head", "north", "extend"),
           ("head", "north", "withdraw"), ("north_head", "north", "reassign")]


@pytest.mark.parametrize("action", [*ON_CASE, "nota"])
def test_action_of_a_letter_with_errors(scene: Scene, page: Page, sign_in: Any, good: Any, action: str) -> None:
    case = scene.case if action == "route" else letter(scene.w, subject=LONG)
    sign_in(page, scene.w.head, f"/correspondencia/{case.pk}/{action}/")
    _send_empty(page)
    good(page, f"accion-{action}")


@pytest.mark.parametrize(("who", "which", "action"), ON_TURN, ids=[t[2] for t in ON_TURN])
def test_action_of_a_turn_with_errors(
    scene: Scene, page: Page, sign_in: Any, good: Any, who: str, which: str, action: str,
) -> None:
    sign_in(page, getattr(scene.w, who), f"/correspondencia/turnos/{getattr(scene, which).pk}/{action}/")
    _send_empty(page)
    good(page, f"turno-{action}")


@pytest.mark.parametrize("path", ["/correspondencia/registrar/", "/correspondencia/escribir/"], ids=["registrar", "escribir"])
def test_form_with_errors(scene: Scene, page: Page, sign_in: Any, good: Any, path: str) -> None:
    sign_in(page, scene.w.head, path)
    _send_empty(page)
    good(page, f"errores-{path.split('/')[2]}")


def _send_empty(page: Page) -> None:
    """Send the form as it is, past the browser's own check, and wait for the summary of errors."""
    page.locator("main form").last.evaluate("f => { f.noValidate = true; f.requestSubmit() }")
    expect(page.locator(".error-summary")).to_be_visible()


def test_a_circular(scene: Scene, page: Page, sign_in: Any, good: Any) -> None:
    sign_in(page, scene.w.head, "/correspondencia/escribir/")
    page.locator("[name=subject]").fill("Horario de fin de año")
    page.locator("[name=text]").fill("Se comunica el horario de atención.")
    page.locator("[name=units]").first.evaluate("s => [...s.options || []].slice(0, 3).forEach((o) => { o.selected = true })")
    page.locator("main form").last.evaluate("f => f.requestSubmit()")
    page.wait_for_url("**/circulares/*/")
    assert Circular.objects.count() == 1
    good(page, "circular")


def test_open_beside_the_list(scene: Scene, page: Page, sign_in: Any, axe: Any, shots: Any) -> None:
    sign_in(page, scene.w.north_head, "/bandeja/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    title = page.locator("#pane h2.title")
    expect(title).to_be_visible()
    assert page.url.endswith("/bandeja/")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        axe(page)
    assert not overflow(page), overflow(page)
    before = title.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(title).not_to_have_text(before)
    page.keyboard.press("Enter")
    expect(title).to_be_focused()
    shots(page, "bandeja-abierto", full=False)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.keyboard.press("Escape")
    expect(page.get_by_text("Elija un asunto de la lista")).to_be_visible()


def test_after_a_step_the_next_matter_is_a_key_away(scene: Scene, page: Page, sign_in: Any, good: Any) -> None:
    sign_in(page, scene.w.north_head, "/bandeja/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#pane .actions").get_by_role("link", name="Responder").click()
    page.locator("main form [name=text]").fill("Se entregó el lunes.")
    page.locator("main form").last.evaluate("f => f.requestSubmit()")
    offered = page.locator("a[data-onward]")
    expect(offered).to_contain_text("Siguiente de la bandeja: ")
    folio, address = offered.inner_text().rpartition(" ")[2], offered.get_attribute("href")
    good(page, "bandeja-siguiente")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_contain_text(f"Siguiente de la bandeja: {folio}")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("n")
    page.wait_for_url(f"**{address}")
    expect(page.locator("#record")).to_contain_text(folio)


def test_what_the_units_below_have_stands_apart(scene: Scene, page: Page, sign_in: Any, good: Any) -> None:
    give(actor=None, person=scene.w.north_head, role="head", unit=scene.w.north, subtree=True)
    sign_in(page, scene.w.north_head, "/bandeja/")
    good(page, "bandeja-mi-unidad")
    page.get_by_role("link", name="De las que dependen").click()
    page.wait_for_url("**ambito=dependen*")
    expect(page.get_by_role("link", name="De las que dependen")).to_have_attribute("aria-current", "page")
    good(page, "bandeja-dependen")


def test_an_archived_letter_takes_nothing_more(scene: Scene, page: Page, sign_in: Any, good: Any) -> None:
    w, case = scene.w, letter(scene.w)
    conclude(actor=w.head, case=case, reason="Atendido")
    file = open_file(actor=w.head, unit=w.root, series=ArchiveSeries.objects.get(institution=w.institution), title="Escrituras")
    archive(actor=w.head, case=case, draft=PlaceDraft(file, 1))
    sign_in(page, w.head, f"/correspondencia/{case.pk}/")
    expect(page.get_by_text("ya no recibe archivos")).to_be_visible()
    good(page, "record-archivado")


def test_a_row_is_a_page_on_a_phone(scene: Scene, new_page: Any, sign_in: Any) -> None:
    page = sign_in(new_page(width=390), scene.w.north_head, "/bandeja/")
    page.locator("[data-row-link]").first.click()
    page.wait_for_url("**/correspondencia/*/")


def test_several_at_once_and_each_refusal_told(scene: Scene, page: Page, sign_in: Any, axe: Any, shots: Any) -> None:
    sign_in(page, scene.w.north_head, "/bandeja/")
    boxes = page.get_by_role("checkbox")
    for box in boxes.all():
        box.check()
    expect(page.locator("[data-bulk-count]")).to_have_text(str(boxes.count()))
    axe(page)
    page.get_by_role("button", name="Aceptar").click()
    expect(page.get_by_text("Se aceptaron")).to_be_visible()
    expect(page.get_by_text("Es para conocimiento: márquelo como leído.")).to_be_visible()
    axe(page)
    shots(page, "bandeja-varios")
    assert Turn.objects.filter(unit=scene.w.north, purpose="action", state="sent").count() == 0
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Marcar como leído").click()
    expect(page.get_by_text("Se marcó 1 turno como leído.")).to_be_visible()


def test_a_word_without_end_widens_no_page(w: World, new_page: Any, sign_in: Any) -> None:
    case = letter(w, subject="X" * 400)
    held = turn(case, w.head, w.north)[0]
    services.add_note(actor=w.head, case=case, text="Y" * 400, uuid=uuid4())
    services.answer(actor=w.north_head, turn=held, draft=AnswerDraft("Z" * 400))
    page = sign_in(new_page(width=390), w.head, f"/correspondencia/{case.pk}/")
    for path in (f"/correspondencia/{case.pk}/", f"/correspondencia/{case.pk}/turnar/", "/bandeja/?pestana=evaluar", "/listas/correspondencia/", "/avisos/"):
        page.goto(path)
        assert overflow(page) == [], path


def test_the_open_tab_stands_in_sight_on_a_phone(scene: Scene, new_page: Any, sign_in: Any) -> None:
    page = sign_in(new_page(width=390), scene.w.head, "/bandeja/?pestana=concluidos")
    expect(page.locator('.tabs [aria-current="page"]')).to_be_in_viewport(ratio=0.95)


def test_a_list_of_cards_is_not_cut_on_a_phone(scene: Scene, new_page: Any, sign_in: Any) -> None:
    scene.w.staff.email = "maria.guadalupe.de.la.cruz.hernandez@institucion.example"
    scene.w.staff.save()
    page = sign_in(new_page(width=390), scene.w.admin, "/administracion/personas/")
    assert page.locator(".table-wrap").evaluate_all("all => all.map((e) => e.scrollWidth - e.clientWidth)") == [0]


def test_the_arrow_of_a_choice_is_the_same_with_an_error(scene: Scene, page: Page, sign_in: Any) -> None:
    arrow = "e => { const s = getComputedStyle(e); return [s.backgroundImage, s.backgroundPosition] }"
    sign_in(page, scene.w.head, "/perfil/suplencias/delegar/")
    choice = page.locator("select.form-select").first
    before = choice.evaluate(arrow)
    _send_empty(page)
    expect(choice).to_have_class("form-select is-invalid")
    assert choice.evaluate(arrow) == before and before[0].startswith("conic-gradient") and "," not in before[1]


def test_the_page_of_a_database_that_is_away_is_read_anew_once_it_answers(new_page: Any, axe: Any, problems: list[str]) -> None:
    page, address, asked = new_page(), "/bandeja/", []
    away = database_page(RequestFactory().get(address), OperationalError())
    assert away is not None

    def answer(route: Route) -> None:
        asked.append(route.request.method)
        if len(asked) > 2:
            route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>Ya responde</title>")
        else:
            route.fulfill(status=503, content_type="text/html; charset=utf-8", body=away.content)

    page.set_content(away.content.decode())
    axe(page)
    page.add_init_script("const later = window.setTimeout; window.setTimeout = (act, after) => later(act, after / 100)")
    page.route(f"**{address}", answer)
    page.goto(address)
    expect(page).to_have_title("Ya responde")
    assert asked == ["GET", "HEAD", "HEAD", "GET"]
    problems.clear()  # the failures that were asked for


def test_the_words_of_an_old_register_are_cards_on_a_phone(w: World, new_page: Any, sign_in: Any, shots: Any) -> None:
    page = sign_in(new_page(width=390), w.clerk, "/correspondencia/importar/")
    rows = "".join(f"{n},04/03/2021,Asunto {n},{way},Atendido por la Subdirección,DIRECCIÓN DE ADMINISTRACIÓN Y FINANZAS DE LA ZONA NORTE\n"
                   for n, way in enumerate(("Entrada", "Girado")))
    register = f"Folio,Fecha,Asunto,Sentido,Estatus,Turnado a\n{rows}".encode()
    page.locator("#import-file").set_input_files({"name": "libro.csv", "mimeType": "text/csv", "buffer": register})
    page.get_by_role("button", name="Subir y elegir columnas").click()
    page.get_by_role("button", name="Revisar sin guardar").click()
    words = page.locator('.table-wrap[aria-labelledby="known-words"]')
    expect(words.get_by_role("combobox")).to_have_count(3)
    assert words.evaluate("e => e.scrollWidth - e.clientWidth") == 0
    assert not overflow(page)
    expect(words.get_by_role("combobox", name="Girado").locator("option")).to_have_text(
        ["No traer esos documentos", "Recibida", "Enviada", "Interna"])
    shots(page, "importar-registro")
