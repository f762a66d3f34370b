"""The page of imports while scanned forms are recognised: it follows by itself, in both themes and on a phone."""
import io
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow
from tests.make import World
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.modules.practices.models import PracticeArrival
from ventanilla.modules.practices.services.records import PracticeDraft, create_practices

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def arrival(w: World, name: str, **more: Any) -> PracticeArrival:
    version = store(actor=w.north_head, files=[FileDraft(name, io.BytesIO(name.encode()))])[0]
    return PracticeArrival.objects.create(institution=w.institution, unit=w.north, version=version, filename=name,
                                          person=w.north_head, at=timezone.now(), **more)


def test_what_is_recognised_appears_without_asking(w: World, page: Page, sign_in: Any, axe: Any, shots: Any) -> None:
    arrival(w, "Acta de la sesión ordinaria del comité de adquisiciones, firmada y escaneada.png", state="refused",
            finished_at=timezone.now(), problem="No se encontró el formulario oficial de buenas prácticas en «Acta».")
    arrival(w, "formulario_2024_archivo_en_orden_version_final_firmada.pdf", state="reading", attempts=1)
    waiting = arrival(w, "Fotografía.jpg")
    sign_in(page, w.north_head, "/practicas/importar/")
    place = page.locator("#arrivals")
    expect(place).to_contain_text("En espera")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            axe(page)
        assert not overflow(page), overflow(page)
    shots(page, "importar-practicas")
    practice = create_practices(actor=w.north_head, drafts=[PracticeDraft(w.north, "2024", {"nombre": "Citas en línea"})])[0]
    PracticeArrival.objects.filter(pk=waiting.pk).update(state="done", practice=practice, finished_at=timezone.now())
    expect(place.get_by_role("link", name="Fotografía.jpg")).to_be_visible()  # the page looked again
