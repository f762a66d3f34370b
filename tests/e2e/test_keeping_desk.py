"""A service manager keeps teams, members, mailboxes and forms in a real browser; a team moves, and a unit gets hours of its own."""
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import make
from tests.e2e.conftest import overflow
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.services import give
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.core.workdays.models import Calendar
from ventanilla.lib.worktime import Coverage
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import Membership, Offering, OfferingVersion
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.keepers import two_desks
from ventanilla.modules.servicedesk.tests.mail.mails import mailbox
from ventanilla.modules.servicedesk.tests.test_fields import FIELDS, asks, form
from ventanilla.modules.servicedesk.tests.test_other_hours import hours_for

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def d(live_server: Any) -> Desk:
    """Two desks, a form of both, a mailbox of each and one of both, a ticket that is late, and a unit that works round the clock."""
    found = two_desks()
    theirs = Offering.objects.get(slug="un-nodo-de-red")
    common = published(found.world.institution, form(*FIELDS[:2]), "Datos comunes", "request_form")
    for version in (found.version, OfferingVersion.objects.get(offering=theirs, state="published")):
        asks(found, version, common)
    published(found.world.institution, form(*FIELDS[:2]), "Alta de cuenta", "request_form")
    asks(found, found.incident, published(found.world.institution, form(*FIELDS[:2]), "Datos de la falla", "request_form"))
    mailbox(found, host="imap.example.org")
    mailbox(found, address="mixto@example.org", offering=theirs)
    hours_for(found, found.world.south, Coverage({0: ((540, 600),)}))
    desk.take(actor=found.agent, case=found.ticket(received_at=timezone.now() - timedelta(days=20)))
    return found


def manager_of(d: Desk) -> Any:
    person = make.person(d.world.institution, d.world.north, "desk_manager", name="Marcela")
    give(actor=None, person=person, role="desk_manager", unit=d.world.south)
    return person


def test_a_manager_keeps_teams_members_mailboxes_and_forms(
        d: Desk, page: Page, sign_in: Callable[..., Page], axe: Callable[[Page], None], shots: Callable[..., None]) -> None:
    manager, colleague = manager_of(d), make.person(d.world.institution, d.world.north, None, name="Clotilde")
    stranger = make.person(d.world.institution, d.world.north_1, "staff", name="Fermín")

    def look(name: str) -> None:
        axe(page)
        shots(page, name)
        page.set_viewport_size({"width": 390, "height": 800})
        assert not overflow(page), name
        page.set_viewport_size({"width": 1280, "height": 800})

    sign_in(page, manager, "/administracion/")
    look("keeper-home")
    page.goto("/administracion/catalogos/integrantes/nuevo/")
    page.locator("#id_team").select_option(label="Mesa de ayuda")
    page.locator("[name=person--text]").fill(stranger.name)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Pida a la administración que le dé ahí una función").first).to_be_visible()
    look("member-refused")
    page.locator("[name=person--text]").fill(colleague.name)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("cell", name=colleague.name)).to_be_visible()
    look("members")
    row = Membership.objects.get(person=colleague)
    page.goto(f"/administracion/catalogos/integrantes/{row.pk}/")
    look("member")
    page.get_by_role("button", name="Quitar").click()
    expect(page.get_by_text("siguen siendo suyos")).to_be_visible()
    axe(page)
    page.locator("#confirm [data-yes]").click()
    expect(page.get_by_text("Se quitó.")).to_be_visible()
    assert not Membership.objects.filter(pk=row.pk).exists()
    page.goto("/administracion/catalogos/buzones/")
    look("mailboxes")
    page.get_by_role("link", name="mixto@example.org").click()
    expect(page.get_by_text("lo cambia la administración").first).to_be_visible()
    look("mailbox-shared")
    page.goto("/administracion/catalogos/buzones/")
    page.get_by_role("link", name="mesa@example.org").click()
    look("mailbox")
    page.goto("/administracion/formularios/")
    expect(page.get_by_text("Alta De Cuenta")).to_have_count(0)
    look("forms")
    page.get_by_role("link", name="Datos Comunes").click()
    look("form-shared")


def test_a_team_moves_and_a_unit_gets_hours(
        d: Desk, page: Page, sign_in: Callable[..., Page], axe: Callable[[Page], None], shots: Callable[..., None]) -> None:
    manager, case = manager_of(d), Case.objects.get()
    d.first.memberships.all().delete()

    def look(name: str) -> None:
        axe(page)
        shots(page, name)
        page.set_viewport_size({"width": 390, "height": 800})
        assert not overflow(page), name
        page.set_viewport_size({"width": 1280, "height": 800})

    sign_in(page, manager, f"/administracion/catalogos/equipos/{d.first.pk}/")
    page.locator("#id_unit").select_option(value=str(d.world.south.pk))
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("dejarían de estar vencidos", exact=True)).to_be_visible()
    look("team-preview")
    page.locator("button[name=confirm]").click()
    expect(page.get_by_role("link", name="Dejar los plazos como están")).to_be_visible()
    look("team-effects")
    assert Case.objects.get().due_at == case.due_at
    page.get_by_role("button", name="Aplicar").click()
    expect(page.get_by_text("Se aplicaron las metas")).to_be_visible()
    assert Case.objects.get().due_at > case.due_at
    sign_in(page, d.world.admin, "/administracion/calendarios/nuevo/")
    page.get_by_label("Nombre").fill("De la dirección norte")
    page.locator("#id_unit").select_option(value=str(d.world.north.pk))
    page.get_by_role("button", name="Ver los efectos").click()
    expect(page.get_by_text("Esto es lo que pasará")).to_be_visible()
    look("calendar-preview")
    page.get_by_role("button", name="Crear calendario").click()
    expect(page.get_by_text("Se creó el calendario")).to_be_visible()
    look("calendar-made")
    assert Calendar.objects.filter(unit=d.world.north).exists()
