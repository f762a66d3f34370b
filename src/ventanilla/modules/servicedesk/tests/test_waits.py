"""Reasons to wait that stop some clocks and not others; what is told at once and what waits for the daily digest."""
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from ventanilla.core.cases.models import Case, Clock, Move, Note
from ventanilla.core.cases.telling import deadlines, notes
from ventanilla.core.cases.telling.moves import tell_moves
from ventanilla.core.notices.models import Mail, Mark, Notice, Preference
from ventanilla.modules.servicedesk import services as verbs
from ventanilla.modules.servicedesk.models import HoldReason, Ticket
from ventanilla.modules.servicedesk.services.explaining import explain
from ventanilla.modules.servicedesk.services.telling import tell_entry
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.test_fields import as_, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return made()


def reason(d: Desk, **stops: bool) -> HoldReason:
    return HoldReason.objects.create(institution=d.world.institution, text=f"Espera {sorted(stops)}", **stops)


def states(case: Case) -> dict[str, str]:
    return dict(Clock.objects.filter(case=case).values_list("kind", "state"))


def test_a_reason_stops_the_clocks_that_it_says_and_the_record_tells(d: Desk) -> None:
    case = d.ticket()
    verbs.take(actor=d.agent, case=case)
    verbs.hold(actor=d.agent, case=case, why=reason(d, stops_resolve=False))
    case.refresh_from_db()
    assert states(case) == {"own": "stop", "resolve": "run"} and case.due_at == Clock.objects.get(case=case, kind="resolve").due_at
    assert "Algunos relojes siguen corriendo" in text(as_(d.agent).get(reverse("ticket", args=[case.pk])))
    verbs.prioritise(actor=d.agent, case=case, impact=1, urgency=1, reason="Urge")
    assert states(case)["resolve"] == "run", "what goes on goes on when its promise changes"
    verbs.resume(actor=d.agent, case=case)
    assert not Clock.objects.get(case=case, kind="resolve").pauses.exists()
    verbs.hold(actor=d.agent, case=case, why=d.hold)
    assert states(case)["resolve"] == "pause" and Case.objects.get(pk=case.pk).due_at is None, "as always, with a reason of before"


def test_a_wait_that_leaves_the_time_to_take_it_running_is_no_taking(d: Desk) -> None:
    case, why = d.ticket(), reason(d, stops_own=False)
    verbs.assign(actor=d.agent, case=case, team=d.first)
    verbs.hold(actor=d.agent, case=case, why=why)
    case.refresh_from_db()
    ticket = Ticket.objects.get(pk=case.pk)
    assert (states(case), ticket.owned_at, case.assignee) == ({"own": "run", "resolve": "pause"}, None, None)
    HoldReason.objects.filter(pk=why.pk).update(stops_own=True)
    with time_machine.travel(timezone.now() + timedelta(hours=50), tick=False):
        verbs.resume(actor=d.agent, case=case)
        case.refresh_from_db()
        ticket.refresh_from_db()
        assert states(case) == {"own": "stop", "resolve": "run"} and ticket.owned_at == timezone.now() and case.assignee == d.agent
        for clock in Clock.objects.filter(case=case):
            told = explain(clock)
            assert sum(told.by_cause().values()) == told.total == int(told.until.timestamp()) - int(clock.start.timestamp())
            assert bool(told.by_cause()["paused"]) == (clock.kind == "resolve")


def test_a_promise_made_later_counts_the_waits_that_stopped_it_and_no_others(d: Desk) -> None:
    """Another level promises in mid-life: the clock is made from the moves, with what each wait said then."""
    now, case = timezone.now(), d.ticket()
    Clock.objects.filter(case=case, kind="resolve").delete()
    for hours, why in ((1, reason(d, stops_resolve=False)), (3, d.hold)):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            verbs.take(actor=d.agent, case=Case.objects.get(pk=case.pk)) if hours == 1 else None
            verbs.hold(actor=d.agent, case=Case.objects.get(pk=case.pk), why=why)
        with time_machine.travel(now + timedelta(hours=hours + 1), tick=False):
            verbs.resume(actor=d.agent, case=Case.objects.get(pk=case.pk))
    with time_machine.travel(now + timedelta(hours=6), tick=False):
        verbs.prioritise(actor=d.agent, case=Case.objects.get(pk=case.pk), impact=1, urgency=1, reason="Urge")
    pauses = list(Clock.objects.get(case=case, kind="resolve").pauses.all())
    assert [(p.since, p.until) for p in pauses] == [(now + timedelta(hours=3), now + timedelta(hours=4))]


def test_reasons_are_kept_by_page_and_api_with_what_they_stop(d: Desk) -> None:
    page = as_(d.world.admin)
    sent = {"text": "Espera al proveedor", "stops_own": "on", "stops_team": "on", "order": 5, "active": "on"}
    assert page.post(reverse("admin_area:new_row", args=["motivos-de-espera"]), sent).status_code == 302
    row = HoldReason.objects.get(text="Espera al proveedor")
    assert row.runs == ["resolve"]
    program = Program(d.world.admin)
    assert program.ok("GET", f"/catalogue/hold-reasons/{row.pk}")["stops_resolve"] is False
    assert program.ok("PATCH", f"/catalogue/hold-reasons/{row.pk}", {"stops_resolve": True, "stops_team": False})["stops_team"] is False
    assert HoldReason.objects.get(pk=row.pk).runs == ["team"]
    case = d.ticket()
    verbs.take(actor=d.agent, case=case)
    assert "sigue el reloj del equipo" in text(as_(d.agent).get(reverse("ticket_action", args=[case.pk, "hold"])))


def tell(case: Case, verb: str) -> None:
    tell_moves(Move.objects.filter(case=case, verb=verb).select_related("case"))


def mailed(person: object, *, case: Case) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(person=person, case_id=case.pk).order_by("pk").values_list("kind", "mail"))


def test_what_concerns_who_asked_and_what_somebody_acts_on_goes_at_once_and_the_rest_in_the_digest(d: Desk) -> None:
    case = d.ticket(actor=d.manager)
    tell(case, "register")
    verbs.assign(actor=d.manager, case=case, team=d.first, person=d.agent)
    tell(case, "assign")
    verbs.take(actor=d.agent, case=case)
    tell(case, "take")
    tell_entry(Note.objects.create(case=case, person=d.agent, text="¿Qué página?", at=timezone.now()), by_staff=True)
    tell_entry(Note.objects.create(case=case, person=d.asker, text="La de inicio", at=timezone.now()), by_staff=False)
    verbs.resolve(actor=d.agent, case=case, cause=d.cause, solution="Listo")
    tell(case, "resolve")
    asked = ("ticket_asked", "now")
    assert mailed(d.asker, case=case) == [asked, ("ticket", "digest"), asked, asked]
    assert ("ticket_assigned", "now") in mailed(d.agent, case=case) and ("ticket", "digest") in mailed(d.agent, case=case)
    assert Mail.objects.filter(person=d.asker).count() == 3 and Mail.objects.filter(person=d.agent).count() == 1


def test_mentions_breaches_and_escalations_go_at_once_and_what_a_person_chose_still_wins(d: Desk) -> None:
    case = d.ticket()
    verbs.take(actor=d.agent, case=case)
    Preference.objects.create(person=d.manager, kind="ticket_late", shown=True, mail="none")
    Mark.objects.update_or_create(pk="deadlines", defaults={"at": timezone.now()})
    due = Clock.objects.get(case=case, kind="resolve").due_at
    assert due
    deadlines.tell_deadlines(due + timedelta(seconds=1))
    assert ("ticket_late", "now") in mailed(d.agent, case=case)
    assert {mail for _kind, mail in mailed(d.manager, case=case)} <= {"none"}
    note = Note.objects.create(case=case, person=d.agent, text="Mira", at=timezone.now())
    assert notes.tell_note(note, [d.manager]) == 1 and ("mention", "now") in mailed(d.manager, case=case)
    assert Mail.objects.filter(person=d.manager).count() == 1


def test_what_a_person_had_chosen_of_tickets_holds_for_the_kinds_that_came_of_it(d: Desk) -> None:
    from importlib import import_module

    Preference.objects.create(person=d.asker, kind="ticket", shown=True, mail="none")
    Preference.objects.create(person=d.asker, kind="overdue", shown=False, mail="digest")
    import_module("ventanilla.modules.servicedesk.migrations.0046_waits_and_notices").carry(apps, None)
    chosen = {p.kind: (p.shown, p.mail) for p in Preference.objects.filter(person=d.asker)}
    assert chosen["ticket_asked"] == chosen["ticket_assigned"] == (True, "none") and chosen["ticket_late"] == (False, "digest")
