"""A ticket that waits for somebody who left says so, on its record, in lists and where somebody else is asked; of who works on, nothing is said."""
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.make import at
from tests.pages import as_, text

from ventanilla.core.orgs.leaving import left_of
from ventanilla.core.orgs.models import Appointment, Grant, Person, Unit, User
from ventanilla.core.orgs.services import give
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.services.approving import ask_instead
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as build
from ventanilla.web.ui.formats import long_date

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return build()


def without_work(person: Person, days: int = 3) -> Any:
    """Every function and post of theirs ended so many days ago; returns the first day without them."""
    ended = timezone.localdate() - timedelta(days=days)
    for model in (Grant, Appointment):
        model.objects.filter(person=person).update(valid_from=ended - timedelta(days=30), valid_to=ended)
    return ended


def waiting_for(d: Desk, person: Person) -> Any:
    case = d.ticket()
    desk.ask_approvals(actor=None, case=case, wanted=[{"label": "Jefatura", "who": [person.pk]}])
    return case


def told(d: Desk, case: Any) -> tuple[str, str, str]:
    """What the record, the list and the form by which somebody else is asked say."""
    agent = as_(d.agent)
    return (text(agent.get(reverse("ticket", args=[case.pk]))), text(agent.get("/listas/tickets/")),
            text(agent.get(reverse("ticket_action", args=[case.pk, "autoriza-otra"]))))


def test_of_who_works_there_nothing_is_said(d: Desk) -> None:
    case = waiting_for(d, d.asker_head)
    assert left_of([d.asker_head.pk]) == {} == left_of([])
    assert all("ya no" not in page.split("</head>")[1].split("<script")[0] for page in told(d, case))
    assert f">{d.asker_head.name}<" in told(d, case)[1], "whose authorisation is missing stands in the list"


def test_without_function_or_post_it_is_said_where_and_since_when(d: Desk) -> None:
    gone = d.asker_head
    case, place = waiting_for(d, gone), Grant.objects.filter(person=gone).latest("pk").unit.name
    day = without_work(gone)
    said = f"ya no trabaja en «{place}» desde el {long_date(day)}"
    record, listed, form = told(d, case)
    assert f"{gone.name} {said}." in record and "Pida la autorización a otra persona." in record
    assert f"{gone.name} ({said})" in listed and f"{gone.name} ({said})" in form
    asked = text(as_(d.asker).get(reverse("ticket", args=[case.pk])))
    assert said in asked and "Pida la autorización a otra persona." not in asked, "who asked is told, and the desk does it"
    ask_instead(actor=d.agent, case=case, gone=gone, person=d.world.south_1_head)
    assert all(said not in page for page in told(d, case)[:2])


def test_a_post_or_another_function_is_work(d: Desk) -> None:
    gone = d.asker_head
    without_work(gone)
    assert left_of([gone.pk])
    give(actor=None, person=gone, role="staff", unit=d.world.north_2)
    assert left_of([gone.pk]) == {}
    Grant.objects.filter(person=gone, valid_to=None).delete()
    Appointment.objects.filter(person=gone).update(valid_to=None)
    assert left_of([gone.pk]) == {}


def test_who_is_inactive_left_on_the_day_when_that_was_written(d: Desk) -> None:
    gone = d.asker_head
    case = waiting_for(d, gone)
    for active in (False, True, False):
        Person.objects.filter(pk=gone.pk).update(active=active)
    Person.pgh_event_model.objects.filter(pgh_obj=gone.pk).update(pgh_created_at=at(date(2026, 5, 3)))  # type: ignore[attr-defined]
    said = f"ya no trabaja en «{gone.unit.name}» desde el 3 de mayo de 2026"  # type: ignore[union-attr]
    assert f"{gone.name} {said}." in told(d, case)[0] and f"({said})" in told(d, case)[1]


def test_who_has_no_account_any_more_or_a_blocked_one_did_not_leave_and_cannot_answer(d: Desk) -> None:
    gone, user = d.asker_head, d.asker_head.user_id
    case = waiting_for(d, gone)
    User.objects.filter(pk=user).update(is_active=False)
    assert f"{gone.name} tiene la cuenta bloqueada." in told(d, case)[0]
    Person.objects.filter(pk=gone.pk).update(user=None)
    assert f"{gone.name} ya no tiene cuenta con que entrar." in told(d, case)[0]
    ask_instead(actor=d.agent, case=case, gone=Person.objects.get(pk=gone.pk), person=d.world.south_1_head)


def test_a_unit_that_closed_and_somebody_who_never_had_an_account(d: Desk) -> None:
    w, day = d.world, timezone.localdate()
    never = Person.objects.create(institution=w.institution, unit=w.south_1, given_name="Eva", surname_1="Ruiz")
    assert left_of([never.pk]) == {}
    Unit.objects.filter(pk=w.south_1.pk).update(valid_to=day)
    assert (left_of([never.pk])[never.pk].unit, left_of([never.pk])[never.pk].since) == (w.south_1.name, day)


def test_the_list_asks_as_much_for_many_who_left_as_for_one(d: Desk) -> None:
    def count() -> int:
        as_(d.agent).get("/listas/tickets/")
        client = as_(d.agent)
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/listas/tickets/").status_code == 200
        return len(seen)

    waiting_for(d, d.asker_head)
    without_work(d.asker_head)
    one = count()
    for _more in range(3):
        waiting_for(d, d.world.south_1_head)
    without_work(d.world.south_1_head)
    assert count() == one
