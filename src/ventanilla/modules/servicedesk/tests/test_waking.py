"""A ticket that waits until a moment: refused in the past, resumed once and by itself, not when it went on or waits longer, and told."""
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from tests.pages import as_, text

from ventanilla.core.cases.models import Case, Move, Pause
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.waking import wake
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def held(d: Desk, until: datetime) -> Case:
    case = d.ticket()
    desk.take(actor=d.agent, case=case)
    return desk.hold(actor=d.agent, case=case, why=d.hold, until=until)


def test_it_goes_on_by_itself_at_its_moment_once_and_whoever_has_it_is_told(d: Desk) -> None:
    until = timezone.now() + timedelta(hours=2)
    case = held(d, until)
    assert "Se reanuda solo el" in text(as_(d.asker).get(reverse("ticket", args=[case.pk])))
    assert wake(until - timedelta(seconds=1)) == 0 and Case.objects.get(pk=case.pk).state == "pending"
    with time_machine.travel(until + timedelta(seconds=30), tick=False):
        assert wake(timezone.now()) == 1 and wake(timezone.now()) == 0
    case.refresh_from_db()
    assert (case.state, case.assignee, case.ticket.held_for, Ticket.objects.get(pk=case.pk).held_until) == ("in_progress", d.agent, None, None)
    assert not Pause.objects.filter(clock__case=case, until=None).exists(), "its clocks run"
    assert Move.objects.filter(case=case, verb="resume").get().actor is None
    assert Notice.objects.filter(person=d.agent, title__startswith="Terminó la espera").count() == 1
    assert not Notice.objects.filter(person=d.asker, title__startswith="Terminó la espera").exists()


def test_what_went_on_or_waits_longer_is_left_as_it_is(d: Desk) -> None:
    until = timezone.now() + timedelta(hours=1)
    longer, answered, over = held(d, until), held(d, until), held(d, until)
    desk.resume(actor=d.agent, case=longer)
    desk.hold(actor=d.agent, case=longer, why=d.hold, until=until + timedelta(days=1))
    desk.resume(actor=d.agent, case=answered)
    desk.hold(actor=d.agent, case=answered, why=d.hold)
    desk.resolve(actor=d.agent, case=over, cause=d.cause, solution="Listo")
    with time_machine.travel(until + timedelta(minutes=5), tick=False):
        assert wake(timezone.now()) == 0
    states = {c.pk: c.state for c in Case.objects.filter(kind="request")}
    assert states == {longer.pk: "pending", answered.pk: "pending", over.pk: "resolved"}
    assert list(Ticket.objects.filter(held_until__isnull=False).values_list("case_id", flat=True)) == [longer.pk]


def test_a_problem_goes_on_too_and_a_moment_that_passed_is_refused_at_its_field(d: Desk) -> None:
    problem = open_ticket(actor=d.agent, draft=TicketDraft("Se satura", kind="problem", team=d.first))
    desk.take(actor=d.agent, case=problem)
    url, later = reverse("ticket_action", args=[problem.pk, "hold"]), timezone.localtime() + timedelta(days=2)
    wrong = as_(d.agent).post(url, {"why": d.hold.pk, "until": "2020-01-01T10:00"})
    assert wrong.status_code == 422 and "Elija un momento que no haya pasado" in wrong.content.decode()
    with pytest.raises(Refused):
        desk.hold(actor=d.agent, case=problem, why=d.hold, until=timezone.now())
    assert as_(d.agent).post(url, {"why": d.hold.pk, "until": f"{later:%Y-%m-%dT%H:%M}"}).status_code == 302
    with time_machine.travel(later + timedelta(minutes=1), tick=False):
        assert wake(timezone.now()) == 1
    assert Case.objects.get(pk=problem.pk).state == "investigating"
