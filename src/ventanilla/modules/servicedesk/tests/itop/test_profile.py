"""The compatibility profile through the real view: every pair of state and stimulus, legal or not as the table of iTop says."""
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Case, Move
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.itop.profile import LIFECYCLES, OF_KIND, PLAIN, SHOWN_AS, Lifecycle
from ventanilla.modules.servicedesk.models import Cause, HoldReason
from ventanilla.modules.servicedesk.models.itop import CompatMark
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as build
from ventanilla.modules.servicedesk.tests.itop.scripts import Script

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ventanilla.modules.servicedesk.tests.itop.urls")]
PAIRS = {"UserRequest": (120, 25), "Incident": (63, 18), "Problem": (16, 5), "NormalChange": (110, 12), "RoutineChange": (110, 6),
         "EmergencyChange": (110, 9)}
"""Pairs and legal ones of each class, as read from iTop 3.2's own tables."""


@dataclass
class Yard:
    """A desk, and the scripts of its people."""

    d: Desk
    agent: Script
    approver: Script
    manager: Script
    reviewer: Script

    def by(self, kind: str, stimulus: str) -> Script:
        """Who applies it where it is legal: nobody authorises what they ask for or make, nor reviews what they implement."""
        if stimulus == "finish":
            return self.reviewer
        if stimulus in ("approve", "reject", "notapprove"):
            return self.approver if kind == "request" else self.manager
        return self.agent

    def fields(self, kind: str, stimulus: str) -> dict[str, Any]:
        """What the stimulus needs."""
        start = timezone.localtime() + timedelta(days=3)
        team = {"team_id": self.d.first.pk}
        return {
            "assign": team, "reassign": team, "pending": {"pending_reason": "Falta información"},
            "resolve": {"solution": "Listo", "resolution_code": "assistance"},
            "autoresolve": {"solution": "Listo", "resolution_code": "assistance"},
            "wait_for_approval": {"approver_id": self.d.world.south_head.pk},
            "plan": {"start_date": start.strftime("%Y-%m-%d %H:%M:%S"), "fallback": "Volver a lo anterior",
                     "end_date": (start + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")},
        }.get(stimulus, {})

    def go(self, life: Lifecycle, key: str, stimulus: str, right: bool = True) -> dict[str, Any]:
        """Apply a stimulus, by who may and with what it needs; legal ones by the name that iTop's own data model gives them."""
        script = self.by(life.kind, stimulus) if right else self.agent
        said = f"ev_{stimulus}" if right or len(stimulus) % 2 else stimulus
        return script.stimulate(life.name, key, said, **self.fields(life.kind, stimulus))

    def made(self, life: Lifecycle, state: str) -> str:
        """A ticket that the façade shows in that state."""
        key = self.agent.create(life.name, title="Prueba del perfil", description="x", team_id=self.d.first.pk)
        if (way := path(life, state)) is None:  # a state of the common grid that this class never has
            last = Move.objects.filter(case_id=key).latest("pk")
            CompatMark.objects.create(case_id=key, state=state, move_id=last.pk, person=self.d.agent, at=timezone.now())
            return key
        for stimulus in way:
            answer = self.go(life, key, stimulus)
            assert answer["code"] == 0, (state, stimulus, answer)
        return key


def path(life: Lifecycle, state: str) -> list[str] | None:
    """The shortest way from the initial state; None when there is none."""
    seen, queue = {life.states[0]}, deque([(life.states[0], list[str]())])
    while queue:
        at, way = queue.popleft()
        if at == state:
            return way
        for stimulus, target in life.arrows.get(at, {}).items():
            if target not in seen:
                seen.add(target)
                queue.append((target, [*way, stimulus]))
    return None


@pytest.fixture(scope="module")
def yard(django_db_setup: None, django_db_blocker: Any) -> Iterator[Yard]:
    """One desk for the whole file; every test is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        d = build()
        Cause.objects.create(institution=d.world.institution, name="Asistencia")
        HoldReason.objects.create(institution=d.world.institution, text="Otro motivo")
        reviewer = make.person(d.world.institution, d.world.north, "desk_manager")
        yield Yard(d, Script(d.agent), Script(d.world.south_head), Script(d.manager), Script(reviewer))
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_the_table_has_the_pairs_of_itop(name: str) -> None:
    life = LIFECYCLES[name]
    legal = sum(len(arrows) for arrows in life.arrows.values())
    assert (len(life.states) * len(life.stimuli), legal) == PAIRS[name]
    assert sum(n for n, _legal in PAIRS.values()) == 529
    assert all(target in life.states and s in life.stimuli for arrows in life.arrows.values() for s, target in arrows.items())


def test_every_state_of_ours_is_shown_as_one_of_theirs() -> None:
    for flow in FLOWS:
        if flow.slug in OF_KIND:
            assert set(PLAIN[flow.slug]) == set(flow.states) == set(SHOWN_AS[flow.slug])
            assert {s for shown in SHOWN_AS[flow.slug].values() for s in shown} <= set(OF_KIND[flow.slug].states)


CASES = [(name, state) for name, life in LIFECYCLES.items() for state in life.states]


@pytest.mark.parametrize(("name", "state"), CASES, ids=[f"{n}-{s}" for n, s in CASES])
def test_every_pair_through_the_view(name: str, state: str, yard: Yard) -> None:
    life, wrong = LIFECYCLES[name], []
    with transaction.atomic():
        key = yard.made(life, state)
        assert yard.agent.status(name, key) == state
        for stimulus in life.stimuli:
            with transaction.atomic():
                wrong += _tried(yard, life, key, state, stimulus)
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert wrong == []


def facts(key: str) -> tuple[Any, ...]:
    """All that the state is made of."""
    marks = CompatMark.objects.filter(case_id=key).values_list("state", "move_id").first()
    return Case.objects.get(pk=key).state, Move.objects.filter(case_id=key).count(), marks


def _tried(yard: Yard, life: Lifecycle, key: str, state: str, stimulus: str) -> list[str]:
    target = life.target(state, stimulus)
    before = facts(key)
    answer = yard.go(life, key, stimulus, right=target is not None)
    if target is None:
        kept = answer["code"] == 100 and answer["message"].startswith("Invalid stimulus") and facts(key) == before
        return [] if kept else [f"{stimulus}: should be illegal, {answer}"]
    now = yard.agent.status(life.name, key)
    told = answer["code"] == 0 and next(iter(answer["objects"].values()))["fields"]["status"] == target
    return [] if told and now == target else [f"{stimulus}: should lead to {target}, {answer}, {now}"]


def test_lateness_is_escalation_and_a_new_stretch_ends_it(yard: Yard) -> None:
    """The promise passes while nobody has it, then while it is worked on; reassigned, it is assigned as in iTop."""
    import time_machine

    start = timezone.make_aware(timezone.datetime(2026, 11, 9, 9))
    with transaction.atomic():
        with time_machine.travel(start, tick=False):
            agent = Script(yard.d.agent)
            case = yard.d.ticket()
        with time_machine.travel(start + timedelta(minutes=61), tick=False):
            assert agent.status("UserRequest", case.pk) == "escalated_tto"
            assert [f["id"] for f in agent.get("UserRequest", "SELECT UserRequest WHERE status = 'escalated_tto'", "id")] == [str(case.pk)]
            assert agent.stimulate("UserRequest", case.pk, "assign", team_id=yard.d.first.pk)["code"] == 0
            assert agent.status("UserRequest", case.pk) == "assigned"
        with time_machine.travel(start + timedelta(hours=23, minutes=30), tick=False):
            assert agent.status("UserRequest", case.pk) == "escalated_ttr"
            assert agent.get("UserRequest", case.pk, "sla_tto_passed,sla_ttr_passed")[0] == {"sla_tto_passed": "yes", "sla_ttr_passed": "yes"}
            assert agent.stimulate("UserRequest", case.pk, "reassign", team_id=yard.d.first.pk)["code"] == 0
            assert agent.status("UserRequest", case.pk) == "assigned"
            assert Case.objects.get(pk=case.pk).state == "assigned", "lateness is no state of ours"
        transaction.set_rollback(True)
