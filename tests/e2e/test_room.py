"""Room on the screen: the inbox beside an open matter, long folios and old deadlines on a phone, the list of letters on a desk."""
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.e2e.conftest import overflow
from tests.make import World, letter, turn
from ventanilla.core.cases import services
from ventanilla.core.cases.models import Case, Tray, Turn
from ventanilla.core.cases.services import TurnDraft

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
TALL = "() => { const box = document.querySelector('[data-scroll]'); return [document.documentElement.scrollHeight, box.scrollHeight, box.clientHeight] }"
TORN = "() => Math.max(...[...document.querySelectorAll('td .light')].map((light) => light.getBoundingClientRect().height))"
WIDE = "() => { const table = document.querySelector('.table-wrap'); return table.scrollWidth - table.clientWidth }"


def old(w: World) -> Case:
    """Many letters that are long overdue; the last one of them."""
    late = timezone.now() - timedelta(days=760)
    for n in range(14):
        case = letter(w, subject=f"Solicitud de información sobre el Programa de Regularización y Escrituración de la colonia Ñandú {n}")
        turn(case, w.head, w.north)
    for rows in (Tray.objects.all(), Turn.objects.all(), Case.objects.all()):
        rows.update(due_at=late, amber_at=late, **({"order_at": late} if rows.model is Tray else {}))
    return case


def test_there_is_room(w: World, page: Page, sign_in: Any, axe: Any, shots: Any) -> None:
    case = old(w)
    services.route(actor=w.head, case=letter(w), drafts=[TurnDraft(w.north_1, w.staff)])
    sign_in(page, w.north_head, "/bandeja/")
    whole, inside, seen = page.evaluate(TALL)
    assert whole < 1400 and inside > seen + 200, (whole, inside, seen)
    axe(page)
    page.locator("[data-scroll]").evaluate("box => box.scrollTo(0, 400)")
    shots(page, "bandeja", full=False)
    page.set_viewport_size({"width": 320, "height": 640})
    assert not overflow(page), overflow(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, w.head, "/listas/correspondencia/")
    assert page.evaluate(TORN) < 52 and page.evaluate(WIDE) <= 0, (page.evaluate(TORN), page.evaluate(WIDE))
    shots(page, "lista")
    for path, name in ((f"/correspondencia/{case.pk}/", "asunto"), (f"/correspondencia/{case.pk}/route/", "turnar"),
                       ("/buscar/?q=Escrituraci%C3%B3n", "buscar")):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(path)
        axe(page)
        shots(page, name)
        page.set_viewport_size({"width": 320, "height": 640})
        assert not overflow(page), (name, overflow(page))
