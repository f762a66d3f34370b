"""The calendar of changes: which are on it, for whom, on which days, what crosses and what is barred; by page and API."""
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.pages import as_, text

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import Change
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.clearing import BlackoutDraft, save_blackout
from ventanilla.modules.servicedesk.services.schedule import schedule
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def local(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def change(d: Desk, subject: str, since: str, until: str, **extra: Any) -> Case:
    case = open_ticket(actor=d.agent, draft=TicketDraft(subject, kind="change", team=d.first, **extra))
    Change.objects.filter(pk=case.pk).update(starts_at=local(since), ends_at=local(until), implementer=d.agent)
    return case


def test_a_month_shows_each_change_on_its_local_days_with_what_it_crosses(d: Desk) -> None:
    night = change(d, "Cambiar el enlace", "2030-03-31T22:00", "2030-04-01T02:00")
    day = change(d, "Ampliar disco", "2030-04-01T01:00", "2030-04-01T03:00")
    change(d, "Otro mes", "2030-06-01T01:00", "2030-06-01T03:00")
    gone = change(d, "No se hará", "2030-04-02T01:00", "2030-04-02T03:00")
    desk.cancel(actor=d.agent, case=gone, reason="Ya no")
    change(d, "Sin ventana todavía", "2030-04-03T01:00", "2030-04-03T02:00")
    Change.objects.filter(case__subject="Sin ventana todavía").update(starts_at=None, ends_at=None)
    save_blackout(actor=d.manager, draft=BlackoutDraft("Cierre de mes", "Contabilidad", local("2030-04-01T00:00"), local("2030-04-02T00:00")))
    found = schedule(d.agent, local("2030-03-25T00:00"), local("2030-05-06T00:00"))
    assert [(p.case.pk, list(p.crosses), list(p.barred)) for p in found] == [
        (night.pk, [day.folio], ["Cierre de mes"]), (day.pk, [night.folio], ["Cierre de mes"])]
    april = text(as_(d.agent).get(reverse("change_calendar"), {"mes": "2030-04"}))
    assert "Ampliar disco" in april and "Cierre de mes" in april and f"A la misma hora que {night.folio}" in april
    assert "Otro mes" not in april and "No se hará" not in april and "Sin ventana" not in april
    march = text(as_(d.agent).get(reverse("change_calendar"), {"mes": "2030-03"}))
    assert 'id="d2030-03-31"' in march and "Cambiar el enlace" in march


def test_a_team_narrows_it_and_odd_addresses_show_this_month(d: Desk) -> None:
    change(d, "De la mesa", "2030-04-01T01:00", "2030-04-01T03:00")
    page = reverse("change_calendar")
    assert "De la mesa" not in text(as_(d.manager).get(page, {"mes": "2030-04", "equipo": d.second.pk}))
    assert "De la mesa" in text(as_(d.manager).get(page, {"mes": "2030-04", "equipo": d.first.pk}))
    for odd in ("2030-13", "x", "9999-01", "2030-04-01"):
        assert as_(d.manager).get(page, {"mes": odd, "equipo": "nada"}).status_code == 200


def test_only_the_desk_sees_it_and_each_only_what_they_may_read(d: Desk) -> None:
    change(d, "CANARIO del norte", "2030-04-01T01:00", "2030-04-01T03:00")
    others: list[Person] = [made().agent, d.engineer]
    assert as_(d.asker).get(reverse("change_calendar")).status_code == 404
    for person in others:
        assert "CANARIO" not in text(as_(person).get(reverse("change_calendar"), {"mes": "2030-04"}))
        assert schedule(person, local("2030-04-01T00:00"), local("2030-04-02T00:00")) == []


def test_queries_do_not_grow_with_the_changes(d: Desk, django_assert_max_num_queries: Any) -> None:
    for n in range(12):
        change(d, f"Cambio {n}", "2030-04-01T01:00", "2030-04-01T03:00")
    client = as_(d.manager)
    with django_assert_max_num_queries(16):
        page = text(client.get(reverse("change_calendar"), {"mes": "2030-04"}))
    assert "y 9 más" in page and page.count('class="folio"') >= 12


def test_a_window_longer_than_the_month_is_on_each_of_its_days_only(d: Desk) -> None:
    change(d, "Migración larga", "2029-01-01T00:00", "2031-01-01T00:00")
    page = text(as_(d.agent).get(reverse("change_calendar"), {"mes": "2030-02"}))
    assert page.count("<article id=") == 28
    assert len(schedule(d.agent, timezone.now(), timezone.now() + timedelta(days=1))) == 0
