"""Letters that leave, in a real browser: suggestions that fill the form, templates, the circular's page, the acuse; in both themes."""
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.e2e.conftest import overflow
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.modules.correspondence.models import LetterTemplate
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular
from ventanilla.modules.correspondence.services.outgoing import AnswerLetter, OutgoingDraft, answer_letter, write_letters

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
LOOKS = ((1280, False), (390, True))


def test_every_page_is_legible_and_fits(new_page: Callable[..., Page], sign_in: Callable[..., Page], axe: Callable[[Page], None],
                                        w: Any, request: pytest.FixtureRequest) -> None:
    template = LetterTemplate.objects.create(institution=w.institution, name="Memorándum", engine="typst", body="{folio}\n\n{texto}")
    out = write_letters(actor=w.head, drafts=[OutgoingDraft(w.root, w.oficio, "Solicitud de informe", "Texto", "Ana Ruiz, Finanzas")])[0]
    sent = send_circular(actor=w.head, draft=CircularDraft(
        w.root, w.oficio, "Cierre del ejercicio", "Se informa el calendario.", [w.north, w.south], "action", outsiders=["Ana Ruiz, Finanzas"]))
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    void = answer_letter(actor=w.north_head, turn=turn, draft=AnswerLetter("Procede"), uuid=turn.uuid)
    spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Procede", letter=void))
    spine.send_back(actor=w.head, turn=turn, reason="Falta el anexo")
    paths = ((w.head, f"/correspondencia/{out.pk}/"), (w.head, f"/correspondencia/{out.pk}/note_delivery/"), (w.head, "/listas/enviados/"),
             (w.head, f"/correspondencia/circulares/{sent.pk}/"), (w.head, "/correspondencia/escribir/"),
             (w.head, f"/correspondencia/{turn.case_id}/"), (w.north_head, f"/correspondencia/{void.pk}/"),
             (w.north_head, f"/correspondencia/turnos/{turn.pk}/answer/"),
             (w.admin, f"/administracion/catalogos/plantillas-de-oficio/{template.pk}/"), (w.clerk, "/correspondencia/registrar/"))
    for width, dark in LOOKS:
        page = new_page(width=width, dark=dark)
        for n, (person, path) in enumerate(paths):
            sign_in(page, person, path)
            look(request, page, f"{n}-{width}")
            axe(page)
            assert not overflow(page), (path, width)


def look(request: pytest.FixtureRequest, page: Page, name: str) -> None:
    """A picture for who asks for them (VENTANILLA_SHOTS)."""
    import os

    if folder := os.environ.get("VENTANILLA_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_choosing_a_suggestion_fills_who_signs_and_the_post(page: Page, sign_in: Callable[..., Page], w: Any) -> None:
    from ventanilla.modules.correspondence.services import LetterDraft, register
    from ventanilla.modules.correspondence.services.registration import Sender

    known = LetterDraft(w.root, w.oficio, "Solicitud", Sender("federal", "Comisión Nacional de Vivienda", "Rosa Ibáñez Cruz", "Directora"))
    register(actor=w.clerk, drafts=[known, replace(known, sender=Sender("citizen", signatory="José Núñez"), uuid=make.document(w).uuid)])
    sign_in(page, w.clerk, "/correspondencia/registrar/")
    page.get_by_label("Institución u organización").press_sequentially("comision")
    option = page.locator("#organisations option").first
    expect(option).to_have_attribute("value", "Comisión Nacional de Vivienda, Rosa Ibáñez Cruz, Directora", timeout=60_000)
    page.get_by_label("Institución u organización").fill("Comisión Nacional de Vivienda, Rosa Ibáñez Cruz, Directora")
    expect(page.get_by_label("Institución u organización")).to_have_value("Comisión Nacional de Vivienda")
    expect(page.get_by_label("Quien firma")).to_have_value("Rosa Ibáñez Cruz")
    expect(page.get_by_label("Cargo")).to_have_value("Directora")
    expect(page.get_by_label("Clase de remitente")).to_have_value("federal")
