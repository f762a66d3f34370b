"""The main job in a real browser: a scanned letter goes from the counter to the archive, and its log verifies.

Files are read by the real task worker, in a process of its own.
"""
import gzip
import io
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import make
from tests.e2e.conftest import overflow
from tests.make import World
from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Answer, Case, Turn
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.cases.terms import Term
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import ArchiveSeries, Letter, Upload
from ventanilla.modules.correspondence.specimens import Specimen, images, specimen
from ventanilla.web.events.tests.processes import Process
from ventanilla.web.ui.models import Draft

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Enter = Callable[..., Page]


@contextmanager
def working() -> Iterator[None]:
    """The task worker, in a process of its own, until the block ends."""
    worker = Process(sys.executable, "-m", "django", "procrastinate", "worker", "--no-listen-notify", "-p", "0.3")
    try:
        yield
    finally:
        worker.kill()


def scan(letter: Specimen, path: Path) -> Path:
    """The letter as a scanner would have sent it: a PDF of pictures."""
    pages = images(letter, "scan")
    pages[0].save(path, "PDF", resolution=300, save_all=True, append_images=pages[1:])
    return path


def step(page: Page, case: Case, turn: Turn | None, action: str) -> None:
    """Open the record and follow its button or menu entry for this action."""
    page.goto(f"/correspondencia/{case.pk}/")
    target = f"/correspondencia/turnos/{turn.pk}/{action}/" if turn else f"/correspondencia/{case.pk}/{action}/"
    link = page.locator(f'#record a[href="{target}"]').first
    if not link.is_visible():
        link.locator("xpath=ancestor::details[1]/summary").click()
    link.click()
    page.wait_for_url(f"**{target}")


def send(page: Page) -> None:
    """Send the form of the page; the record comes back with what was done."""
    page.locator("main form.form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/correspondencia/\d+/$"))
    expect(page.locator("#messages")).not_to_be_empty()


def held(case: Case, unit: Any) -> Turn:
    return Turn.objects.get(case=case, unit=unit)


@pytest.mark.slow
def test_a_scanned_letter_goes_from_the_counter_to_the_archive(w: World, new_page: Enter, sign_in: Enter, tmp_path: Path) -> None:
    original = specimen(11)
    paper = scan(original, tmp_path / "escaneo.pdf")
    pages = {name: sign_in(new_page(), w.people[name], "/bandeja/")
             for name in ("clerk", "head", "north_head", "north_1_head", "south_head")}
    case = counter(w, pages["clerk"], paper, original)
    routed(w, pages["head"], case)
    nested(w, pages, case)
    corrected(w, pages, case)
    archived(w, pages["head"], case)
    whole_file(pages["head"], case)
    verified()


def counter(w: World, page: Page, paper: Path, original: Specimen) -> Case:
    """The clerk uploads the scan, confirms what was read from it, and hands out the receipt."""
    page.goto("/correspondencia/digitalizar/")
    page.set_input_files("#stack-files", paper)
    with working():
        page.get_by_role("button", name="Subir").click()
        expect(page.locator(".state-good")).to_be_visible(timeout=90_000)
    upload = Upload.objects.get()
    assert upload.reading, "nothing was proposed"
    page.goto("/correspondencia/digitalizar/")
    page.get_by_role("link", name="Registrar").last.click()
    page.wait_for_url("**/registrar/?carga=*")
    assert page.locator("#id_number").input_value() == original.truth["number"]
    assert len(page.locator("#id_subject").input_value()) > 10
    page.get_by_role("button", name="Registrar y dar folio").click()
    page.wait_for_url(re.compile(r"/correspondencia/\d+/$"))
    case = Case.objects.get()
    expect(page.locator("main")).to_contain_text(case.folio)
    receipt = page.request.get(f"/correspondencia/{case.pk}/acuse.pdf")
    assert case.folio in text_of(receipt.body())
    return case


def routed(w: World, page: Page, case: Case) -> None:
    """The head finds it in the inbox and routes it to two units."""
    page.goto("/bandeja/")
    row = page.locator(f'main a[href="/correspondencia/{case.pk}/"]').first
    expect(row).to_be_visible()
    row.click()  # beside the list on a wide screen, as a page on a phone
    expect(page.locator("#record")).to_contain_text(case.subject[:40])
    step(page, case, None, "route")
    page.locator("#id_units").select_option([str(w.north.pk), str(w.south.pk)])
    page.locator("#id_text").fill("Para su atención y respuesta")
    send(page)
    assert set(Turn.objects.filter(case=case).values_list("unit_id", flat=True)) == {w.north.pk, w.south.pk}


def nested(w: World, pages: dict[str, Page], case: Case) -> None:
    """The north sub-routes; its department answers; the north accepts that and answers."""
    step(pages["north_head"], case, held(case, w.north), "subroute")
    pages["north_head"].locator("#id_units").select_option([str(w.north_1.pk)])
    send(pages["north_head"])
    answered(pages["north_1_head"], case, held(case, w.north_1), "El expediente está completo")
    step(pages["north_head"], case, held(case, w.north_1), "approve")
    send(pages["north_head"])
    answered(pages["north_head"], case, held(case, w.north), "La escritura se firma el lunes")


def answered(page: Page, case: Case, turn: Turn, text: str) -> None:
    step(page, case, turn, "answer")
    page.locator("#id_text").fill(text)
    send(page)


def corrected(w: World, pages: dict[str, Page], case: Case) -> None:
    """The south's answer is sent back with the reason, corrected, and both are accepted."""
    answered(pages["south_head"], case, held(case, w.south), "Se atendió")
    step(pages["head"], case, held(case, w.south), "send_back")
    pages["head"].locator("#id_reason").fill("Falta el número de expediente")
    send(pages["head"])
    pages["south_head"].goto(f"/correspondencia/{case.pk}/")
    expect(pages["south_head"].locator("main")).to_contain_text("Falta el número de expediente")
    answered(pages["south_head"], case, held(case, w.south), "Se atendió; expediente 12/2026")
    for unit in (w.north, w.south):
        step(pages["head"], case, held(case, unit), "approve")
        send(pages["head"])
    assert Answer.objects.filter(turn__case=case, verdict="sent_back").count() == 1


def archived(w: World, page: Page, case: Case) -> None:
    """Concluded, and sent to an expediente that is opened for it."""
    step(page, case, None, "conclude")
    page.locator("#id_reason").fill("Atendido por las dos direcciones")
    send(page)
    step(page, case, None, "archive")
    page.locator("#id_series").select_option(str(ArchiveSeries.objects.get(institution=w.institution).pk))
    page.locator("#id_title").fill("Escrituración de vivienda")
    page.locator("#id_box").fill("12")
    page.locator("#id_shelf").fill("B")
    send(page)
    case.refresh_from_db()
    assert case.state == "archived"


def whole_file(page: Page, case: Case) -> None:
    """One button gives everything: the scan, the receipt, turns, answers, evaluations, the place."""
    page.goto(f"/correspondencia/{case.pk}/")
    link = page.locator(f'a[href="/correspondencia/{case.pk}/expediente.pdf"]')
    link.locator("xpath=ancestor::details[1]/summary").click()
    with page.expect_download(timeout=60_000) as downloading:
        link.click()
    text = " ".join(text_of(Path(downloading.value.path()).read_bytes()).split())
    for said in (case.folio, "El expediente está completo", "Falta el número de expediente", "expediente 12/2026",
                 "Atendido por las dos direcciones", "Escrituración de vivienda"):
        assert said in text, said


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def verified() -> None:
    """The log is sealed and verifies, by the command that an auditor uses."""
    call_command("audit_seal", stdout=io.StringIO())
    told = io.StringIO()
    call_command("audit_verify", stdout=told)
    assert "La bitácora está íntegra" in told.getvalue()
    assert Entry.objects.filter(verb__startswith="letter.").count() > 10


# --- the keyboard --------------------------------------------------------------------------------------------


KEYS_TO_REGISTER = 12
"""Keys beside the text itself, from the page as it opens to the folio: between fields, Ctrl+Enter.

Four of them cross the date, which is day, month, year and its calendar.
"""


class Keyboard:
    """Types, and counts the keys that are not text."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def to(self, field: str) -> None:
        """Tab until this field has the focus."""
        for _ in range(40):
            if self.page.evaluate("document.activeElement.id") == field:
                return
            self.press("Tab")
        raise AssertionError(f"{field} cannot be reached by Tab")


def test_a_letter_is_registered_by_keyboard_alone_in_few_keys(w: World, page: Page, sign_in: Enter) -> None:
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    keys = Keyboard(page)
    expect(page.locator("#id_order")).to_be_focused()
    for field, text in (("id_organisation", "Secretaría de Finanzas"), ("id_signatory", "María Peña Ríos"),
                        ("id_number", "SF/123/2026"), ("id_subject", "Solicita informe de escrituración")):
        keys.to(field)
        page.keyboard.type(text)
    keys.press("Control+Enter")
    page.wait_for_url(re.compile(r"/correspondencia/\d+/$"))
    letter = Letter.objects.select_related("case").get()
    assert (letter.organisation, letter.number, letter.case.subject) == (
        "Secretaría de Finanzas", "SF/123/2026", "Solicita informe de escrituración")
    assert keys.pressed <= KEYS_TO_REGISTER, keys.pressed


def test_letters_in_a_row_are_registered_by_keyboard_and_enter_gives_no_folio(w: World, page: Page, sign_in: Enter) -> None:
    """Enter goes on to the next field, past the calendar of a date; Ctrl+Shift+Enter registers and brings the next form."""
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    keys = Keyboard(page)
    for n in range(2):
        expect(page.locator("#id_order")).to_be_focused()
        keys.press("Enter")
        for text in ("Secretaría de Finanzas", "María Peña Ríos", "", None, f"SF/{n}/2026", "01052026"):
            page.keyboard.type(text or "")
            keys.press("Enter")
        expect(page.locator("#id_subject")).to_be_focused()
        assert not Letter.objects.filter(number=f"SF/{n}/2026").exists()
        page.keyboard.type(f"Solicita informe {n}")
        with page.expect_navigation(url=re.compile(r"/registrar/\?anterior=\d+$")):
            keys.press("Control+Shift+Enter")
    assert sorted(Letter.objects.values_list("number", flat=True)) == ["SF/0/2026", "SF/1/2026"]
    assert keys.pressed == 16
    page.locator("#id_sheets").press("Enter")
    expect(page.locator("#id_medium")).to_be_focused()
    page.locator("#id_level").press("Shift+Enter")
    expect(page.locator("#id_priority")).to_be_focused()


def test_registering_asks_of_the_sender_only_what_its_kind_needs(w: World, page: Page, sign_in: Enter) -> None:
    """By style alone, so that it holds without script too."""
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    fields = {name: page.locator(f"#id_{name}") for name in ("organisation", "sender_unit", "signatory")}
    for kind, asked in (("state", {"organisation", "signatory"}), ("internal", {"sender_unit", "signatory"}), ("anonymous", set[str]())):
        page.select_option("#id_order", kind)
        for name, field in fields.items():
            expect(field).to_be_visible(visible=name in asked)


def test_who_sends_from_inside_makes_the_letter_internal(w: World, page: Page, sign_in: Enter) -> None:
    """Its folio is of another series: nobody has to think of it. What the person says afterwards stands."""
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    for kind, direction in (("internal", "internal"), ("federal", "incoming"), ("internal", "internal")):
        page.select_option("#id_order", kind)
        expect(page.locator("#id_direction")).to_have_value(direction)
    page.select_option("#id_sender_unit", str(w.north.pk))
    page.fill("#id_subject", "Informe mensual")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/correspondencia/\d+/$"))
    letter = Letter.objects.get()
    assert (letter.direction, letter.sender_unit) == ("internal", w.north)
    page.goto("/correspondencia/registrar/")
    page.select_option("#id_direction", "outgoing")
    page.select_option("#id_order", "internal")
    expect(page.locator("#id_direction")).to_have_value("outgoing")


def by_palette(keys: Keyboard, words: str, where: str) -> None:
    """Ctrl+K, what to do, Enter at once: what stood there before the words were answered is never opened."""
    keys.press("Control+k")
    keys.page.keyboard.type(words)
    keys.press("Enter")
    keys.page.wait_for_url(f"**/{where}/")


def test_a_letter_is_routed_and_concluded_by_keyboard_in_few_keys(w: World, page: Page, sign_in: Enter) -> None:
    """The steps of what is open come first in Ctrl+K, and their form starts where one types."""
    case = make.letter(w)
    home = re.compile(rf"/correspondencia/{case.pk}/$")
    sign_in(page, w.head, f"/correspondencia/{case.pk}/")
    keys = Keyboard(page)
    by_palette(keys, "turnar", "route")
    page.keyboard.type(w.north.name)
    keys.press("Enter")
    keys.press("Control+Enter")
    page.wait_for_url(home)
    turn = held(case, w.north)
    spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Va"))
    spine.approve(actor=w.head, turn=turn)
    page.reload()
    by_palette(keys, "concluir", "conclude")
    page.keyboard.type("Se entregó la escritura")
    keys.press("Control+Enter")
    page.wait_for_url(home)
    case.refresh_from_db()
    assert (case.state, keys.pressed) == ("concluded", 7)
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzzqq")
    page.keyboard.press("Enter")
    page.wait_for_url("**/buscar/?q=zzzzqq")


def test_a_form_starts_where_one_types(w: World, page: Page, sign_in: Enter) -> None:
    """From any page: Ctrl+K leads to registering without the mouse."""
    sign_in(page, w.clerk, "/bandeja/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    link = page.locator('a[href="/correspondencia/registrar/"]').first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/correspondencia/registrar/")
    assert page.locator("h1").inner_text() == "Registrar correspondencia"


# --- every page, populated -----------------------------------------------------------------------------------


@pytest.fixture
def populated(w: World) -> Case:
    """Letters in every state, late and on time, with answers, notes and a sent-back turn."""
    late, now = timezone.now() - timedelta(days=20), timezone.now()
    for n in range(12):
        case = make.letter(w, subject=f"Solicitud de escrituración {n}", received_at=late if n % 3 == 0 else now,
                           term=Term(3) if n % 2 else Term(30), number=f"SF/{n}/2026")
        if n % 4 == 1:
            letters.conclude(actor=w.head, case=case, reason="Atendido")
    main = make.letter(w, subject="Informe del avance de la obra con un asunto que ocupa más de un renglón en la lista", term=Term(10))
    north, south = make.turn(main, w.head, w.north, w.south, text="Atiendan por favor", term=Term(5))
    make.turn(main, w.north_head, w.north_1, parent=north)
    spine.answer(actor=w.south_head, turn=south, draft=AnswerDraft("Va la respuesta"))
    spine.send_back(actor=w.head, turn=south, reason="Falta el anexo")
    spine.answer(actor=w.south_head, turn=south, draft=AnswerDraft("Con el anexo"))
    return main


def visited(w: World, case: Case) -> list[tuple[str, str]]:
    """(who, where) of the pages that are looked at."""
    south = Turn.objects.get(case=case, unit=w.south)
    child = Turn.objects.get(case=case, unit=w.north_1)
    done = Case.objects.filter(state="concluded").first()
    assert done
    record, turn = f"/correspondencia/{case.pk}/", f"/correspondencia/turnos/{south.pk}/"
    return [("head", p) for p in (
        "/bandeja/", "/bandeja/?pestana=evaluar", "/listas/correspondencia/", "/listas/correspondencia/?luz=red", "/listas/turnos/",
        "/listas/correspondencia/?q=nada", record, f"{record}route/", f"{record}nota/", f"{turn}approve/", f"{turn}send_back/",
        f"{turn}extend/", f"{turn}withdraw/", f"/correspondencia/{done.pk}/archive/", "/buscar/?q=escrituracion", "/buscar/?q=zzzz",
        "/correspondencia/tablero/", "/correspondencia/registrar/", "/correspondencia/digitalizar/", "/correspondencia/escribir/",
        "/avisos/", "/avisos/preferencias/", "/exportaciones/", "/perfil/", "/perfil/api/")
    ] + [("north_1_head", f"/correspondencia/turnos/{child.pk}/{a}/") for a in ("answer", "return", "subroute")] + [
        ("admin", f"/administracion/{p}") for p in (
            "", "institucion/", "unidades/", f"unidades/{w.north.pk}/", "unidades/nueva/", "personas/", f"personas/{w.staff.pk}/",
            "personas/nueva/", "funciones/", "calendarios/", "catalogos/", "bitacora/", "webhooks/", "importar/unidades/")]


@pytest.mark.slow
def test_every_populated_page_is_accessible_and_fits(w: World, populated: Case, new_page: Enter, sign_in: Enter,
                                                     axe: Callable[[Page], None], problems: list[str]) -> None:
    wrong: list[str] = []
    people: dict[str, Page] = {}
    for who, where in visited(w, populated):
        if who not in people:
            people[who] = sign_in(new_page(), w.people[who], "/perfil/")
        wrong += looked_at(people[who], where, axe)
    wrong += problems
    problems.clear()
    assert wrong == []


def looked_at(page: Page, where: str, axe: Callable[[Page], None]) -> list[str]:
    """What is wrong with the page at both widths and in both themes."""
    found = []
    answer = page.goto(where)
    if answer is None or answer.status != 200:
        return [f"{where}: {answer and answer.status}"]
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        if wide := overflow(page):
            found.append(f"{where}: {wide} px too wide at {width}")
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{where}: {headings} h1")
    page.set_viewport_size({"width": 1280, "height": 800})
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        try:
            axe(page)
        except AssertionError as failure:
            found.append(f"{where}, {theme}: {failure}")
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_form_with_errors_is_accessible(dark: bool, w: World, new_page: Enter, sign_in: Enter, axe: Callable[[Page], None],
                                            problems: list[str]) -> None:
    page = sign_in(new_page(dark=dark), w.clerk, "/correspondencia/registrar/")
    page.locator("#id_dated").fill("1899-12-31")
    page.locator("#id_organisation").fill("Secretaría de Finanzas")
    page.get_by_role("button", name="Registrar y dar folio").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_subject_error")).to_be_visible()
    expect(page.locator("#id_organisation")).to_have_value("Secretaría de Finanzas")
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") in ("id_subject", "id_dated")
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not overflow(page), overflow(page)


@pytest.mark.parametrize("where", ["/bandeja/", "/listas/correspondencia/", "record", "/correspondencia/registrar/"])
def test_a_page_weighs_at_most_120_kilobytes(where: str, w: World, populated: Case, page: Page, sign_in: Enter) -> None:
    """As a compressing server sends it: page, style sheet, scripts and icons."""
    bodies: list[bytes] = []
    page.on("response", lambda r: bodies.append(r.body()) if r.status == 200 and "stream" not in r.headers.get("content-type", "") else None)
    sign_in(page, w.head, f"/correspondencia/{populated.pk}/" if where == "record" else where)
    page.wait_for_timeout(400)
    assert sum(len(gzip.compress(body)) for body in bodies) <= 120 * 1024


# --- a session that ends in the middle -----------------------------------------------------------------------


def test_a_session_that_ends_in_the_middle_of_the_form_loses_nothing(w: World, page: Page, sign_in: Enter, problems: list[str]) -> None:
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    typed = {"id_organisation": "Secretaría de Finanzas", "id_number": "SF/9/2026", "id_subject": "Solicita informe"}
    for field, text in typed.items():
        page.locator(f"#{field}").fill(text)
    page.locator("#id_level").select_option("1")
    expect(page.locator("[data-saved]").first).to_contain_text("Guardado", timeout=60_000)
    assert Draft.objects.filter(person=w.clerk).exists()
    page.context.clear_cookies()
    page.get_by_role("button", name="Registrar y dar folio").click()
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator("#id_subject")).to_have_value("Solicita informe")
    assert not Case.objects.exists()
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    expect(page.locator("#id_subject")).to_have_value("Solicita informe")
    for field, text in typed.items():
        expect(page.locator(f"#{field}")).to_have_value(text)
    expect(page.locator("#id_level")).to_have_value("1")
    page.get_by_role("button", name="Registrar y dar folio").click()
    page.wait_for_url(re.compile(r"/correspondencia/\d+/$"))
    assert Case.objects.get().level == 1
    page.goto("/correspondencia/registrar/")
    expect(page.locator("#id_subject")).to_have_value("")
    problems.clear()
