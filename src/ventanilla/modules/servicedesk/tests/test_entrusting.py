"""Who gets a ticket at once is written with its opening: the same rows as when it is opened first and assigned then."""
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ventanilla.core.audit.models import Entry, Personal
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.models import AssignmentRule
from ventanilla.modules.servicedesk.services import TicketDraft, open_tickets
from ventanilla.modules.servicedesk.services.rules.assigning.deciding import ruling_of
from ventanilla.modules.servicedesk.services.rules.assigning.placing import place
from ventanilla.modules.servicedesk.services.sharing import share
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.test_assignment_rules import got, member, rule
from ventanilla.modules.servicedesk.tests.test_fields import asks, form

pytestmark = pytest.mark.django_db
PLACES = """
SELECT array_agg((t.unit_id, t.person_id, t.side, t.tab, t.token)::text), (SELECT array_agg(token ORDER BY token) FROM cases_access a
  WHERE a.case_id = %(c)s), (SELECT array_agg(tokens::text) FROM cases_searchrow s WHERE s.case_id = %(c)s)
FROM cases_tray t WHERE t.case_id = %(c)s
"""


@pytest.fixture
def d() -> Desk:
    return made()


def rows(case: Case) -> dict[str, Any]:
    """All that is written of a ticket but numbers and moments."""
    fresh = Case.objects.select_related("ticket").get(pk=case.pk)
    log = list(Entry.objects.filter(case_id=case.pk).order_by("id"))
    said = dict(Personal.objects.filter(entry_id__in=[e.pk for e in log]).values_list("entry_id", "data"))
    with connection.cursor() as cursor:
        cursor.execute(PLACES, {"c": case.pk})
        places = cursor.fetchone()
    return {
        "case": (fresh.state, fresh.unit_id, fresh.assignee_id, fresh.registrar_id, fresh.closed_at, fresh.source),
        "ticket": (fresh.ticket.team_id, fresh.ticket.owned_at, fresh.ticket.level_id),
        "history": list(Move.objects.filter(case=case).order_by("id").values_list(
            "verb", "from_state", "to_state", "actor", "acting_for", "unit", "reason", "detail", "source")),
        "log": [(e.verb, e.actor_id, e.acting_for_id, e.detail.replace(str(case.uuid), ""), said.get(e.pk)) for e in log],
        "clocks": list(Clock.objects.filter(case=case).order_by("kind").values_list("kind", "state", "amount", "stopped_at")),
        "shows": (fresh.due_at is None, fresh.amber_at is None), "places": places}


@pytest.mark.parametrize("strategy", ["person", "load", "on_call", "round", "team"])
def test_it_is_written_as_if_it_had_been_opened_and_then_assigned(d: Desk, strategy: str) -> None:
    who = member(d, "Olga", d.first, on_call=True) if strategy == "on_call" else d.agent
    one = rule(d, to=d.first, strategy=strategy, person=who if strategy == "person" else None)
    at_once = d.ticket()
    Case.objects.filter(pk=at_once.pk).update(assignee=None)  # so that as much is in hand as then
    AssignmentRule.objects.update(active=False, last=None)
    later = d.ticket()
    AssignmentRule.objects.filter(pk=one.pk).update(active=True)
    ruling = ruling_of(later)
    assert ruling
    assert place(later, ruling) == (None if strategy == "team" else who)
    Case.objects.filter(pk=at_once.pk).update(assignee=got(later)[1])
    assert rows(at_once) == rows(later)
    assert at_once.state == "assigned", "what the verb gives back is as it was written"


def test_a_team_that_shares_writes_the_same(d: Desk) -> None:
    later = d.ticket()
    d.first.automatic = True
    d.first.save()
    assert share(later) == d.agent
    Case.objects.filter(pk=later.pk).update(assignee=None)
    at_once = d.ticket(version=type(d.version).objects.select_related("team__unit", "level").get(pk=d.version.pk))
    Case.objects.filter(pk=later.pk).update(assignee=d.agent)
    assert rows(at_once) == rows(later)


def test_several_at_once_are_shared_out_one_after_the_other(d: Desk) -> None:
    other = member(d, "Berta", d.first, capacity=2)
    rule(d, to=d.first, strategy="load")
    drafts = [TicketDraft(f"Página {n}", version=d.version, requester=d.asker) for n in range(5)]
    cases = open_tickets(actor=d.asker, drafts=drafts)
    assert [got(c)[1] for c in cases] == [d.agent, other, d.agent, other, d.agent], "Berta takes two at once"
    assert [m.verb for m in Move.objects.filter(case__in=cases).order_by("id")] == ["register"] * 5 + ["assign"] * 5
    with CaptureQueriesContext(connection) as asked:
        assert [c.pk for c in open_tickets(actor=d.asker, drafts=drafts)] == [c.pk for c in cases], "sent again"
    assert not [q for q in asked.captured_queries if "INSERT" in str(q["sql"])]


def test_the_log_tells_answers_before_who_got_it(d: Desk) -> None:
    fields = [{"key": "tramo", "type": "text", "label": "Tramo"}]
    version = asks(d, d.version, published(d.world.institution, form(*fields), "datos", "request_form"))
    rule(d, to=d.first, strategy="person", person=d.agent)
    case = d.ticket(actor=d.agent, version=version, values={"tramo": "Norte"})
    verbs = list(Entry.objects.filter(case_id=case.pk).order_by("id").values_list("verb", flat=True))
    assert (verbs[0], verbs[-1]) == ("request.register", "request.assign") and len(verbs) == 3
    assert got(case) == (d.first, d.agent)


def test_clocks_run_on_when_a_new_ticket_is_assigned() -> None:
    """What `moving.first_step` relies on."""
    for flow in FLOWS:
        step = flow.find("assign", flow.initial)
        assert step is None or {kind_of(flow.slug).mode(c, step.target) for c in ("own", "resolve", "team1")} == {"run"}
