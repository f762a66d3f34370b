"""Letters that leave, in a real browser: suggestions that fill the form, templates, the circular's page, the acuse; in both themes."""
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.e2e.conftest import overflow
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import LetterTemplate
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular
from ventanilla.modules.correspondence.services.circulars_sent import cancel_circular, remind_circular
from ventanilla.modules.correspondence.services.outgoing import AnswerLetter, OutgoingDraft, answer_letter, write_letters
from ventanilla.modules.correspondence.specimens import specimen

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
            fits(request, page, axe, f"{n}-{width}")


def fits(request: pytest.FixtureRequest, page: Page, axe: Callable[[Page], None], name: str) -> None:
    """A picture of it, axe finds nothing, and nothing is cut off."""
    look(request, page, name)
    axe(page)
    assert not overflow(page), (page.url, overflow(page))


def test_what_is_taken_back_is_legible_and_fits(new_page: Callable[..., Page], sign_in: Callable[..., Page], axe: Callable[[Page], None],
                                                w: Any, request: pytest.FixtureRequest) -> None:
    """A circular that was reminded of and one that was cancelled, an answer that is withdrawn, a cancelled letter registered again."""
    units = [w.north, w.south]
    draft = CircularDraft(w.root, w.oficio, "Cierre del ejercicio", "Se informa el calendario.", units, outsiders=["Ana Ruiz, Finanzas"])
    standing = send_circular(actor=w.head, draft=replace(draft, remind_after=3))
    remind_circular(actor=w.head, circular=standing)
    void = cancel_circular(actor=w.head, circular=send_circular(actor=w.head, draft=replace(draft, uuid=uuid4())), reason="Cambió la fecha")
    waiting, withdrawn = (make.turn(make.letter(w), w.head, w.north)[0] for _n in range(2))
    for turn in (waiting, withdrawn):
        spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Procede"))
    spine.withdraw_answer(actor=w.north_head, turn=withdrawn, reason="Falta el anexo")
    version = store(actor=w.clerk, files=[FileDraft("Escaneo.pdf", io.BytesIO(specimen(11, quality="clean").pdf))])[0]
    case = make.letter(w, documents=[version.document])
    process(version.pk)
    letters.cancel(actor=w.head, case=case, reason="Folio de más")
    out = write_letters(actor=w.head, drafts=[OutgoingDraft(w.root, w.oficio, "Informe", "Texto", "Ana Ruiz")])[0]
    letters.cancel(actor=w.head, case=out, reason="Folio de más")
    paths = ((w.head, f"/correspondencia/circulares/{standing.pk}/"), (w.head, f"/correspondencia/circulares/{standing.pk}/cancelar/"),
             (w.head, f"/correspondencia/circulares/{void.pk}/"), (w.head, "/listas/circulares/"),
             (w.north_head, f"/correspondencia/{void.letters.first().pk}/"),
             (w.north_head, f"/correspondencia/turnos/{waiting.pk}/withdraw_answer/"),
             (w.north_head, f"/correspondencia/turnos/{withdrawn.pk}/answer/"), (w.head, f"/correspondencia/{withdrawn.case_id}/"),
             (w.head, f"/correspondencia/{case.pk}/"), (w.head, f"/correspondencia/registrar/?de={case.pk}"),
             (w.head, f"/correspondencia/escribir/?de={out.pk}"))
    for width, dark in LOOKS:
        page = new_page(width=width, dark=dark)
        for n, (person, path) in enumerate(paths):
            sign_in(page, person, path)
            fits(request, page, axe, f"de-nuevo-{n}-{width}")


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
