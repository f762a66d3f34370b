"""Several things at once, as a counter, a head with a phone and a unit that passes its work on do them in a browser."""
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow
from tests.make import World, letter, turn
from ventanilla.core.cases import services
from ventanilla.core.cases.models import Answer, Case, Turn
from ventanilla.core.cases.services import AnswerDraft

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
LONG = "Solicitud de información sobre el Programa de Regularización y Escrituración de la colonia Ñandú, sección Águilas"


def looked_at(page: Page, name: str, axe: Any, shots: Any) -> None:
    """axe and no sideways scrolling on a phone and on a desk, in both themes; pictures."""
    assert page.locator("h1").count() == 1
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            assert overflow(page) == [], (name, width)
            axe(page)
    shots(page, name)


def test_the_counter_registers_and_turns_by_keyboard_alone(w: World, page: Page, sign_in: Any, axe: Any, shots: Any) -> None:
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    expect(page.locator("#id_order")).to_be_focused()
    for name, text in (("organisation", "Secretaría de Finanzas"), ("signatory", "María Peña Ríos"), ("subject", "Solicita informe")):
        page.locator(f"#id_{name}").focus()
        page.keyboard.type(text)
    page.get_by_text("Turnar en cuanto se registre").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Filtrar: Turnar a")).to_be_visible()
    page.get_by_label("Filtrar: Turnar a").focus()
    page.keyboard.type("norte")
    page.locator("#id_turno-units").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(page.locator("#id_turno-units option:checked")).to_have_count(1)
    looked_at(page, "registrar-y-turnar", axe, shots)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/correspondencia/\d+/$"))
    expect(page.get_by_text("Turnado a")).to_be_visible()
    assert Case.objects.get().state == "routed" and Turn.objects.count() == 1


def test_a_head_with_a_phone_reads_the_answers_and_accepts_them(w: World, new_page: Any, sign_in: Any, axe: Any, shots: Any) -> None:
    for n in range(4):
        held = turn(letter(w, subject=f"{LONG} {n}"), w.head, w.north)[0]
        services.answer(actor=w.north_head, turn=held, draft=AnswerDraft(f"Procede {n}.\n\n{LONG}"))
    page = sign_in(new_page(width=390), w.head, "/bandeja/?pestana=evaluar")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Leer y aceptar las elegidas").click()
    expect(page.get_by_role("heading", name="Evaluar respuestas")).to_be_visible()
    looked_at(page, "evaluar-varias", axe, shots)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Aceptar las marcadas").click()
    expect(page.get_by_text("Se aceptaron 3 respuestas.")).to_be_visible()
    assert Answer.objects.filter(verdict="accepted").count() == 3


def test_a_head_with_a_phone_turns_what_waits_in_the_inbox(w: World, new_page: Any, sign_in: Any, axe: Any, shots: Any) -> None:
    for n in range(2):
        letter(w, subject=f"{LONG} {n}")
    page = sign_in(new_page(width=390), w.head, "/bandeja/")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Todos los de esta página").click()
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    expect(page.get_by_role("button", name="Aceptar")).to_be_hidden()  # of letters there is nothing to accept
    looked_at(page, "bandeja-por-turnar", axe, shots)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("[data-bulk]").get_by_role("button", name="Turnar").click()
    page.locator("#id_units").select_option(label="Dirección Norte")
    page.get_by_role("button", name="Turnar", exact=True).click()
    expect(page.get_by_text("Quedó hecho en 2 asuntos.")).to_be_visible()
    assert set(Turn.objects.values_list("unit__name", flat=True)) == {"Dirección Norte"}


def test_a_unit_passes_several_turns_on_from_its_phone(w: World, new_page: Any, sign_in: Any, axe: Any, shots: Any) -> None:
    for n in range(3):
        turn(letter(w, subject=f"{LONG} {n}"), w.head, w.north)
    page = sign_in(new_page(width=390), w.north_head, "/listas/turnos/")
    page.locator("[data-row] input[type=checkbox]").first.check()
    page.get_by_role("button", name="Todas las de esta página").click()
    expect(page.locator("[data-bulk-count]")).to_have_text("3")
    looked_at(page, "turnos-marcados", axe, shots)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("[data-bulk]").get_by_role("button", name="Turnar los marcados").click()
    page.get_by_label("Filtrar: Unidades").fill("norte uno")
    page.locator("#id_units").select_option(label="Departamento Norte Uno")
    looked_at(page, "turnar-varios-turnos", axe, shots)
    page.get_by_role("button", name="Turnar", exact=True).click()
    expect(page.get_by_text("Quedó hecho en 3 asuntos.")).to_be_visible()
    assert Turn.objects.exclude(parent=None).count() == 3


def test_several_turns_are_reassigned_from_their_list(w: World, page: Page, sign_in: Any, axe: Any, shots: Any) -> None:
    for n in range(3):
        turn(letter(w, subject=f"{LONG} {n}"), w.head, w.north)
    sign_in(page, w.head, "/listas/turnos/")
    page.get_by_label("Marcar todas").check()
    page.locator("[data-bulk] summary").click()
    looked_at(page, "turnos-de-quien-los-envio", axe, shots)
    page.locator("[data-bulk]").get_by_role("button", name="Reasignar").click()
    page.get_by_role("combobox", name="Unidad").select_option(label="Dirección Sur")
    page.get_by_label("Motivo").fill("Es de su competencia")
    looked_at(page, "reasignar-varios-turnos", axe, shots)
    page.get_by_role("button", name="Reasignar", exact=True).click()
    expect(page.get_by_text("Quedó hecho en 3 asuntos.")).to_be_visible()
    assert set(Turn.objects.values_list("unit__name", flat=True)) == {"Dirección Sur"}


def test_the_papers_of_a_morning_are_printed_together(w: World, page: Page, sign_in: Any, axe: Any, shots: Any) -> None:
    for n in range(3):
        letter(w, subject=f"{LONG} {n}")
    sign_in(page, w.clerk, "/listas/correspondencia/")
    page.get_by_label("Marcar todas").check()
    looked_at(page, "correspondencia-marcados", axe, shots)
    page.get_by_role("button", name="Imprimir los marcados").click()
    expect(page.get_by_text("3 asuntos marcados")).to_be_visible()
    looked_at(page, "imprimir-varios", axe, shots)
    page.get_by_label("Relación de entrega, con lugar para la firma de quien recibe").check()
    with page.context.expect_event("response", lambda r: r.request.method == "POST", timeout=120_000) as answered:
        page.get_by_role("button", name="Abrir para imprimir").click()
    assert (answered.value.status, answered.value.headers["content-type"]) == (200, "application/pdf")
    expect(page.get_by_role("heading", name="Imprimir")).to_be_visible()
    expect(page.get_by_role("button", name="Abrir para imprimir")).to_be_enabled()
