"""A manager of the desk in a real browser: a goal is edited, what flips is seen and applied; points before and after the deadline; a
ticket becomes another kind."""
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow
from ventanilla.core.cases.models import Case, Clock
from ventanilla.modules.servicedesk.models import Escalation, Objective
from ventanilla.modules.servicedesk.tests.desk import desk

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_goal_is_edited_seen_and_applied_points_are_kept_and_a_ticket_reclassified(
    live_server: Any, page: Page, sign_in: Callable[..., Page], axe: Callable[[Page], None], shots: Callable[..., None],
) -> None:
    d = desk()
    cases = [d.ticket(received_at=timezone.now() - timedelta(days=days)) for days in (30, 0, 0)]
    Objective.objects.create(level=d.level, metric="resolve", kind="change", minutes=2400)

    def look(name: str) -> None:
        axe(page)
        shots(page, name)
        page.set_viewport_size({"width": 1280, "height": 800})
        assert not overflow(page), name

    d.level.objectives.filter(metric="own").delete()
    goal = d.level.objectives.get(metric="resolve", priority=0, kind="")
    Clock.objects.filter(case__in=cases, kind="own").update(amount=None, due_at=None, amber_at=None)
    sign_in(page, d.manager, "/mesa/niveles/")
    look("levels")
    page.get_by_role("link", name="Estándar").click()
    expect(page.get_by_text("Se avisa como siempre")).to_be_visible()
    look("level-empty")
    page.get_by_role("button", name="Empezar con los usuales").click()
    expect(page.get_by_text("Al 100 % del tiempo para resolver")).to_be_visible()
    page.get_by_role("link", name="Agregar un aviso").click()
    page.get_by_label("A qué porcentaje de su tiempo").fill("90")
    page.get_by_label("La coordinación del equipo").check()
    page.get_by_label("Subir un grado la prioridad").check()
    page.get_by_label("Pasarlo a otro equipo").select_option(label="Redes")
    look("threshold")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Al 90 % del tiempo para resolver")).to_be_visible()
    look("level")
    assert Escalation.objects.filter(level=d.level).count() == 7
    Objective.objects.filter(pk=goal.pk).update(minutes=60_000)
    page.get_by_role("link", name="Revisar los plazos en curso").click()
    expect(page.get_by_role("heading", name="Dejarían de estar vencidos")).to_be_visible()
    look("effects")
    page.get_by_role("button", name="Aplicar").click()
    expect(page.get_by_text("Se aplicaron las metas")).to_be_visible()
    assert {c.amount for c in Clock.objects.filter(case__in=cases, kind="resolve")} == {60_000}
    page.goto(f"/mesa/tickets/{cases[1].pk}/reloj/")
    look("points")
    page.goto(f"/mesa/tickets/{cases[1].pk}/reclassify/")
    page.get_by_text("¿Y si es de otro tipo?").click()
    page.locator("select[name=kind]").select_option(label="Un cambio normal")
    page.get_by_label("Riesgo").select_option(label="Medio")
    page.get_by_label("Motivo").fill("Hay que cambiar el servidor")
    look("reclassify")
    page.get_by_role("button", name="Reclasificar").click()
    expect(page.get_by_text("Cambió de tipo; conserva número, relojes e historia.")).to_be_visible()
    assert Case.objects.get(pk=cases[1].pk).kind == "change"
    assert Clock.objects.get(case=cases[1], kind="resolve").amount == 2400
    sign_in(page, d.world.admin, f"/administracion/catalogos/metas-de-servicio/{goal.pk}/")
    page.get_by_label("Minutos hábiles").fill("30")
    page.get_by_role("button", name="Ver los efectos").click()
    expect(page.get_by_role("heading", name="Esto es lo que pasará")).to_be_visible()
    look("goal")
