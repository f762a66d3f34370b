"""What a ticket may become: the table is whole, every way keeps number, log and clocks, everything else says what to do instead."""
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from ventanilla.core.cases.models import Case, Clock, Move, Pause
from ventanilla.core.cases.telling import tell_moves
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.flow import CHANGES, FLOWS
from ventanilla.modules.servicedesk.models import Change, Objective, Problem, Ticket
from ventanilla.modules.servicedesk.reclassification import INSTEAD, KINDS, WAYS, sources, ways_from
from ventanilla.modules.servicedesk.services import ChangeFacts, TicketDraft, open_ticket, solving
from ventanilla.modules.servicedesk.services.explaining import explain
from ventanilla.modules.servicedesk.services.promising import chosen, kinds_over
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as make_desk

ZONE = ZoneInfo("America/Mexico_City")
MONDAY = datetime(2026, 11, 9, 10, tzinfo=ZONE)


@pytest.fixture
def d(db: Any) -> Desk:
    return make_desk()


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def made(d: Desk, kind: str) -> Case:
    """A ticket of the desk itself, of that kind, promised by the usual level."""
    return open_ticket(actor=d.agent, draft=TicketDraft("Algo", kind=kind, team=d.first, level=d.level, requester=d.agent))


def given(d: Desk, kind: str) -> dict[str, Any]:
    """What the kind asks for."""
    return {"version": d.incident if kind == "incident" else d.version if kind == "request" else None,
            "change": ChangeFacts(1 if kind == "simple_change" else 2, "A todos") if kind in CHANGES else None}


def test_the_table_says_of_every_pair_where_it_lands_or_what_to_do_instead() -> None:
    pairs = {(a, b) for a in KINDS for b in KINDS}
    assert set(WAYS) | set(INSTEAD) == pairs and not set(WAYS) & set(INSTEAD)
    flows = {f.slug: f for f in FLOWS}
    for (a, b), states in WAYS.items():
        for before, after in states.items():
            assert before in flows[a].states and after in flows[b].states, (a, b)
            assert not flows[a].is_end(before) and not flows[b].is_end(after), (a, b)
    for flow in FLOWS:
        declared = {s for step in flow.steps if step.name == "reclassify" for s in step.sources}
        assert declared == set(sources(flow.slug)), flow.slug
    assert list(ways_from("known_error", "current")) == []


def test_every_way_from_every_state_keeps_number_log_and_clocks(d: Desk) -> None:
    for (before, kind), states in WAYS.items():
        for state, lands in states.items():
            case = made(d, before)
            Case.objects.filter(pk=case.pk).update(state=state)
            log = list(Move.objects.filter(case=case).values_list("pk", flat=True))
            told = {c.kind: (c.start, c.amount) for c in Clock.objects.filter(case=case)}
            now = desk.reclassify(actor=d.manager, case=case, kind=kind, reason="Era otra cosa", **given(d, kind))
            row = Case.objects.get(pk=case.pk)
            assert (row.kind, row.state, row.folio, row.number, now.kind) == (kind, lands, case.folio, case.number, kind)
            moves = list(Move.objects.filter(case=case).order_by("pk"))
            assert [m.pk for m in moves[:-1]] == log and (moves[-1].from_state, moves[-1].to_state) == (state, lands)
            assert {c.kind: (c.start, c.amount) for c in Clock.objects.filter(case=case)} == told, (before, kind)
            assert Problem.objects.filter(pk=case.pk).exists() or kind != "problem"
            if kind in CHANGES and before not in CHANGES:
                assert Change.objects.get(pk=case.pk).risk == (1 if kind == "simple_change" else 2)


def test_what_has_no_way_is_refused_and_says_what_to_do_instead(d: Desk) -> None:
    for (before, kind), told in INSTEAD.items():
        case = made(d, before)
        with pytest.raises(Refused) as refused:
            desk.reclassify(actor=d.agent, case=case, kind=kind, reason="Era otra cosa", **given(d, kind))
        assert refused.value.message == str(told) and refused.value.field == "kind"
        assert Case.objects.get(pk=case.pk).kind == before
    with pytest.raises(NotAllowed):
        desk.reclassify(actor=d.asker, case=made(d, "known_error"), kind="incident", reason="No la veo")


def test_the_conditions_beyond_the_table(d: Desk) -> None:
    waited = d.ticket(version=d.incident)
    with pytest.raises(Refused, match="cree un problema a partir de este incidente"):
        desk.reclassify(actor=d.agent, case=waited, kind="problem", reason="Se repite")
    problem = solving.open_problem(actor=d.agent, incidents=[waited], subject="Se cae")
    with pytest.raises(Refused, match="siga como problema"):
        desk.reclassify(actor=d.agent, case=problem, kind="incident", reason="No se repite", version=d.incident)
    bare = made(d, "problem")
    with pytest.raises(Refused, match="Elija el servicio"):
        desk.reclassify(actor=d.agent, case=bare, kind="incident", reason="Fue una vez")
    request = d.ticket()
    with pytest.raises(Refused, match="riesgo"):
        desk.reclassify(actor=d.agent, case=request, kind="change", reason="Cambia el portal")
    with pytest.raises(Refused, match="sólo se elige"):
        desk.reclassify(actor=d.agent, case=request, kind="change", reason="Cambia", version=d.version, change=ChangeFacts(1))
    planned = open_ticket(actor=d.engineer, draft=TicketDraft("Regla", kind="change", team=d.second, requester=d.engineer))
    with pytest.raises(Refused, match="lo dice quien coordina"):
        desk.reclassify(actor=d.engineer, case=planned, kind="simple_change", reason="Siempre se hace")
    twin = d.ticket(version=d.incident)
    desk.merge(actor=d.agent, case=twin, survivor=waited, reason="Lo mismo")
    own = made(d, "incident")
    desk.merge(actor=d.agent, case=made(d, "incident"), survivor=own, reason="Lo mismo")
    with pytest.raises(Refused, match="deshaga la fusión"):
        desk.reclassify(actor=d.agent, case=own, kind="problem", reason="Se repite")
    desk.take(actor=d.agent, case=request)
    desk.resolve(actor=d.agent, case=request, cause=d.cause, solution="Listo")
    with pytest.raises(Refused, match="Ya no es posible"):
        desk.reclassify(actor=d.agent, case=request, kind="incident", reason="Tarde")


def test_a_clock_keeps_what_was_worked_and_waited_and_gets_the_promise_of_the_new_kind(d: Desk) -> None:
    Objective.objects.create(level=d.level, metric="resolve", kind="change", minutes=1200)
    with at(MONDAY):
        case = d.ticket()
        desk.take(actor=d.agent, case=case)
    with at(MONDAY + timedelta(hours=1)):
        desk.hold(actor=d.agent, case=case, why=d.hold)
    with at(MONDAY + timedelta(hours=3)):
        desk.reclassify(actor=d.agent, case=case, kind="change", reason="Hay que cambiar el servidor", change=ChangeFacts(2))
    clock = Clock.objects.get(case=case, kind="resolve")
    assert (clock.amount, clock.state, Case.objects.get(pk=case.pk).state) == (1200, "run", "assigned")
    assert [(p.until - p.since) for p in Pause.objects.filter(clock=clock) if p.until] == [timedelta(hours=2)]
    assert Clock.objects.get(case=case, kind="own").state == "stop"      # it was taken once
    assert Ticket.objects.get(pk=case.pk).held_for is None
    with at(MONDAY + timedelta(hours=4)):
        assert explain(clock).used == 2 * 3600
    assert clock.due_at == datetime(2026, 11, 11, 14, tzinfo=ZONE)      # 20 hours less what passed, at nine hours a day, and 2 h of waiting


def test_who_asked_is_told_what_it_is_now(d: Desk) -> None:
    case = d.ticket()
    desk.reclassify(actor=d.agent, case=case, kind="change", reason="Cambia el sitio", change=ChangeFacts(1))
    tell_moves(list(Move.objects.filter(case=case).select_related("case", "case__institution")))
    told = Notice.objects.filter(person=d.asker, case_id=case.pk).order_by("pk").last()
    assert told and told.title == f"Ahora se atiende como «Cambio normal»: {case.folio}" and "Cambia el sitio" in told.body


def test_the_page_asks_what_the_kind_needs_and_the_log_tells_it(d: Desk) -> None:
    case, browser = d.ticket(), Client()
    browser.force_login(d.agent.user)  # type: ignore[arg-type] - people of the desk sign in
    address = reverse("ticket_action", args=[case.pk, "reclassify"])
    shown = browser.get(address).content.decode()
    assert "Un cambio de emergencia" in shown and "Sólo si pasa a ser un cambio." in shown and "cree un problema a partir de ese incidente" in shown
    assert "Un problema" not in shown
    refused = browser.post(address, {"kind": "change", "reason": "Se cambia"})
    assert refused.status_code == 422 and "Diga el riesgo del cambio." in refused.content.decode()
    assert browser.post(address, {"kind": "change", "reason": "Se cambia", "risk": 3}).status_code == 302
    assert Case.objects.get(pk=case.pk).kind == "change"
    assert browser.get(reverse("ticket", args=[case.pk])).status_code == 200


def test_kinds_over_follows_every_reclassification() -> None:
    """Against a walk that remembers the kind after each move."""
    for seed in range(200):
        rng = Random(seed)
        kind, details, after = rng.choice(KINDS), list[dict[str, Any]](), list[str]()
        for _move in range(rng.randrange(1, 9)):
            new = rng.choice(KINDS)
            details.append({"kind_before": kind, "kind": new} if rng.random() < 0.4 else {"kind": "?"} if rng.random() < 0.1 else {})
            kind = new if "kind_before" in details[-1] else kind
            after.append(kind)
        assert kinds_over(details, kind) == after


def test_the_most_specific_objective_is_chosen_whatever_their_order() -> None:
    """Against a plain reading of the rule: the kind before the priority, and nothing of another kind, priority or team."""
    for seed in range(300):
        rng = Random(seed)
        rows = [Objective(metric=m, kind=k, priority=p, minutes=rng.randrange(1, 999), team_id=9 if m == "team" else None)
                for m in ("own", "resolve", "team") for k in ("", "request", "change") for p in (0, 1, 3) if rng.random() < 0.4]
        rng.shuffle(rows)
        kind, priority, team = rng.choice(("request", "incident", "change")), rng.randrange(1, 5), rng.choice((9, 8))
        want = {}
        for metric in ("own", "resolve", "team"):
            for k, p in ((kind, priority), (kind, 0), ("", priority), ("", 0)):
                found = [o for o in rows if (o.metric, o.kind, o.priority) == (metric, k, p) and o.team_id in (None, team)]
                if found:
                    want[metric] = found[0].minutes
                    break
        assert {o.metric: o.minutes for o in chosen(rows, team, priority, kind)} == want
