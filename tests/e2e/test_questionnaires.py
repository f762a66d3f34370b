"""Forms in a real browser: what is not asked hides, tables grow, a survey by link with and without a script; axe and pictures."""
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.make import World
from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.services import AnswersDraft, record_answers, start_draft
from ventanilla.core.questionnaires.tests import samples
from ventanilla.core.questionnaires.tests.kit import asked, published

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_survey_with_a_script_and_without(w: World, new_page: Callable[..., Page], axe: Any, shots: Any) -> None:
    version = published(w.institution, samples.survey())
    first, second = asked(version), asked(version)
    page = new_page()
    page.goto(first.path)
    why = page.get_by_label("¿Qué faltó?")
    expect(why).to_be_hidden()
    page.get_by_label("Nada satisfecho").check()
    expect(why).to_be_visible()
    axe(page)
    shots(page, "survey")
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Enviar mis respuestas").click()
    expect(page.get_by_role("alert")).to_contain_text("Falta corregir un dato")
    axe(page)
    shots(page, "survey-errors")
    page.get_by_label("Muy satisfecho").check()
    expect(page.get_by_label("¿Qué faltó?")).to_be_hidden()
    page.get_by_role("button", name="Enviar mis respuestas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gracias por responder")
    axe(page)
    shots(page, "survey-thanks")
    plain = new_page(script=False, width=390)
    plain.goto(second.path)
    expect(plain.get_by_text("Responda solo si")).to_be_visible()
    plain.get_by_label("Satisfecho", exact=True).check()
    plain.wait_for_timeout(2100)
    plain.get_by_role("button", name="Enviar mis respuestas").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Gracias por responder")
    assert Response.objects.filter(state="submitted").count() == 2


def test_the_builder(w: World, page: Page, sign_in: Any, axe: Any, shots: Any) -> None:
    survey = published(w.institution, samples.survey())
    start_draft(actor=None, instrument=survey.instrument)
    extra = published(w.institution, samples.extra(), "datos-del-servicio", "request_form")
    base = f"/administracion/formularios/{survey.instrument_id}"
    sign_in(page, w.admin, "/administracion/formularios/")
    for path, name in (("/administracion/formularios/", "forms"), ("/administracion/formularios/nuevo/", "form-new"), (f"{base}/", "form"),
                       (f"{base}/editar/", "form-edit"), (f"{base}/editar/0/pregunta/", "form-types"), (f"{base}/editar/0/1/", "form-question"),
                       (f"{base}/editar/0/", "form-section"), (f"{base}/publicar/", "form-publish")):
        page.goto(path)
        axe(page)
        shots(page, name)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/administracion/formularios/{extra.instrument_id}/probar/1/")
    page.get_by_label("Serie, 1").fill("A-1")
    page.get_by_role("button", name="Agregar renglones").click()
    page.get_by_label("Serie, 2").fill("B-2")
    page.locator("#id_q-unidad").fill("direccion norte")
    page.get_by_label("Nombre del Sistema").fill("Trámites")
    axe(page)
    page.get_by_role("button", name="Probar estas respuestas").click()
    expect(page.get_by_role("heading", name="Así quedaría guardado")).to_be_visible()
    expect(page.locator("dd", has_text="Dirección Norte")).to_be_visible()
    axe(page)
    shots(page, "form-try")
    assert not Response.objects.exists()


def test_results(w: World, page: Page, sign_in: Any, axe: Any, shots: Any) -> None:
    version = published(w.institution, samples.survey())
    record_answers(actor=None, drafts=[*(AnswersDraft(version, {"nivel": "muy_satisfecho", "minutos": n, "medios": ["tel"]}) for n in range(60)),
                                       AnswersDraft(version, {"nivel": "poco", "motivo": "Tardaron en llamar", "volveria": True})])
    sign_in(page, w.head, f"/administracion/formularios/{version.instrument_id}/resultados/")
    expect(page.locator(".answer-sentence")).to_contain_text("98.36")
    axe(page)
    shots(page, "form-results")
