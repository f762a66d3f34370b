"""Rules of assignment, the liaison's file and periods that repeat in a real browser: legible in both themes, usable by keyboard."""
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import overflow
from ventanilla.modules.servicedesk.models import AssignmentRule, Blackout, Liaison
from ventanilla.modules.servicedesk.services import liaison_papers, liaisons
from ventanilla.modules.servicedesk.services.blackouts import Repeat
from ventanilla.modules.servicedesk.services.clearing import BlackoutDraft, save_blackout
from ventanilla.modules.servicedesk.services.liaison_papers import PaperDraft
from ventanilla.modules.servicedesk.services.rules.assigning.facts import tree_of
from ventanilla.modules.servicedesk.services.rules.assigning.keeping import AssignmentDraft, save_assignment, switch_assignment
from ventanilla.modules.servicedesk.tests.desk import Desk, desk

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
LOOKS = ((1280, False), (390, True))


@pytest.fixture
def d(live_server: Any) -> Desk:
    """A desk with rules (one of them broken), a liaison half way, and periods that repeat."""
    d = desk()
    _rules(d)
    _liaison(d)
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    for name, rule, hours, extra in (
            ("Respaldo de los servidores", "FREQ=WEEKLY;BYDAY=FR,SA", 8, {}),
            ("Pago de la quincena", "FREQ=MONTHLY;BYMONTHDAY=15,-1", 12, {"workdays": True}),
            ("Mantenimiento del proveedor", "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=2", 3, {"zone": "America/New_York"})):
        save_blackout(actor=d.manager, draft=BlackoutDraft(name, "Nadie puede atender una falla", now, now + timedelta(hours=hours),
                                                           repeat=Repeat(rule, **extra)))
    save_blackout(actor=d.manager, draft=BlackoutDraft("Cierre del ejercicio", "Se cierra la contabilidad", now + timedelta(days=20),
                                                       now + timedelta(days=41)))
    return d


def _rules(d: Desk) -> None:
    for name, chosen, team, strategy in (
            ("Impresoras de la Dirección Sur", {"words": ["impresora*", "tóner"], "unit": [str(d.world.south.pk)], "hours": ["open"]}, d.second, "load"),
            ("Incidentes urgentes", {"kind": ["incident"], "priority": ["1", "2"]}, None, "on_call"),
            ("Redes por turnos", {"words": ["red"], "channel": ["phone", "mail"]}, d.first, "round")):
        rule = save_assignment(actor=d.manager, draft=AssignmentDraft(name, tree_of(chosen), team, strategy))
        switch_assignment(actor=d.manager, rule=rule, active=True)
    d.ticket(subject="La impresora del segundo piso no imprime")
    d.second.active = False
    d.second.save()


def _liaison(d: Desk) -> Liaison:
    row = liaisons.request_liaison(actor=d.agent, draft=liaisons.LiaisonDraft(d.world.south, d.asker, "212C01/DS/012/2026"))
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    for kind, number, who in (("request", "212C01/DS/012/2026", d.asker_head), ("agreement", "AC-7", d.agent)):
        liaison_papers.file_paper(actor=who, liaison=row, draft=PaperDraft(
            kind, date(2026, 1, 12), number, SimpleUploadedFile(f"{kind}.pdf", out.getvalue(), "application/pdf")))
    liaisons.validate(actor=d.asker_head, liaison=row)
    return row


def test_every_page_is_legible_and_fits(new_page: Callable[..., Page], sign_in: Callable[..., Page], axe: Callable[[Page], None],
                                        d: Desk) -> None:
    rule, row, period = AssignmentRule.objects.first(), Liaison.objects.get(), Blackout.objects.first()
    assert rule and period
    for width, dark in LOOKS:
        page = new_page(width=width, dark=dark)
        for path in ("/mesa/asignacion/", f"/mesa/asignacion/{rule.pk}/", f"/mesa/asignacion/{rule.pk}/ensayo/", f"/mesa/enlaces/{row.pk}/",
                     "/mesa/sin-cambios/", f"/mesa/sin-cambios/{period.pk}/"):
            sign_in(page, d.manager, path)
            axe(page)
            assert not overflow(page), (path, width)


def test_order_by_keyboard_a_period_by_its_choices_and_a_letter_of_our_own(page: Page, sign_in: Callable[..., Page], d: Desk) -> None:
    sign_in(page, d.manager, "/mesa/asignacion/")
    expect(page.get_by_text("El equipo «Redes» se cerró.")).to_be_visible()
    page.get_by_role("button", name="Subir «Incidentes urgentes»").focus()
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").first).to_contain_text("Incidentes urgentes")
    page.goto("/mesa/sin-cambios/nuevo/")
    expect(page.locator("#repite-week")).to_be_hidden()
    page.get_by_label("Nombre").fill("Ventana del portal")
    page.get_by_label("Por qué no se hacen cambios").fill("Se publica la convocatoria")
    start = datetime.combine(timezone.localdate() + timedelta(days=3), datetime.min.time())
    page.get_by_label("Empieza").fill(f"{start:%Y-%m-%dT20:00}")
    page.get_by_label("Termina").fill(f"{start:%Y-%m-%dT22:00}")
    page.get_by_label("Por semana").check()
    expect(page.locator("#repite-nth")).to_be_hidden()
    page.get_by_label("miércoles").check()
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Cada miércoles")).to_be_visible()
    row = Liaison.objects.get()
    page.goto(f"/mesa/enlaces/{row.pk}/")
    page.get_by_role("button", name="Expedir el nombramiento").click()
    expect(page.get_by_text("El nombramiento quedó expedido con el número")).to_be_visible()
    expect(page.get_by_role("link", name="Nombramiento").first).to_be_visible()
