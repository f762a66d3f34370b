"""Every (state, step) pair of the registry's four flows through the page of the step: it works exactly where the table has the arrow."""
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from ventanilla.core.cases.models import Case, Move
from ventanilla.lib.flow import Flow
from ventanilla.modules.practices.flow import FLOWS
from ventanilla.modules.practices.models import Measurement, Observation, Practice, Review, Transfer, TransferStep
from ventanilla.modules.practices.services import transfers
from ventanilla.modules.practices.services.evaluation import instrument_of
from ventanilla.modules.practices.tests.life import Registry, marks, registry
from ventanilla.modules.practices.tests.taking import other_registry

pytestmark = pytest.mark.django_db
PAGE = {"practice_review": "/practicas/revision/{}/{}/", "practice_measurement": "/practicas/medicion/{}/{}/",
        "practice_transfer": "/practicas/transferencia/{}/{}/", "practice_adoption": "/practicas/transferencia/{}/{}/"}
ELSEWHERE = {"panel", "complete"}
"""Replacing an evaluator has its own page, and completing follows from the last evaluation: both in `test_life.py`."""


def given(r: Registry) -> dict[str, Any]:
    """Everything that any step may ask for."""
    day = timezone.localdate().isoformat()
    return {"reason": "Así es", "ruling": "Procede", "people": [r.first.pk, r.second.pk], "person": r.third.pk, "due_on": day,
            "text": "Va bien", "uuid": uuid4(),
            "agreement": "Convenio 1", "agreed_on": day, "result": "Funciona", "since": day, **marks(3)}


def world_of(flow: Flow) -> tuple[Registry, Case, list[Client]]:
    """A case of that flow in which everything is ready, and browsers of everybody who could take a step."""
    r = registry()
    if flow.slug == "practice_review":
        case = r.presented()
        Observation.objects.create(institution=r.world.institution, review_id=case.pk, state="accepted", at=timezone.now())
        return r, case, browsers(r.author, r.reviewer, r.keeper)
    practice = r.registered()
    if flow.slug == "practice_measurement":
        return r, measurement(r, practice), browsers(r.author, r.keeper)
    taker = other_registry()
    transfer = transfers.ask_transfer(actor=taker.author, practice=practice, draft=transfers.TransferDraft(
        "total", "OF/9", "municipality", taker.world.north))
    transfer.requirements.update(met=True)
    TransferStep.objects.create(transfer=transfer, text="Capacitar", due_on=timezone.localdate(), done_on=timezone.localdate(),
                                done_by=r.author)
    assert transfer.adoption
    return r, transfer.case if flow.slug == "practice_transfer" else transfer.adoption, browsers(r.author, taker.author)


def measurement(r: Registry, practice: Practice) -> Case:
    from ventanilla.modules.practices.models import Indicator, StatedValue
    from ventanilla.modules.practices.services.lifecycle_measuring import open_measurements, plan_measurement

    day = timezone.localdate()
    plan_measurement(actor=r.author, practice=practice, frequency="month", days=10, since=day.replace(day=1) - timedelta(days=1))
    case = open_measurements()[0]
    row = Measurement.objects.get(case=case)
    one = Indicator.objects.create(institution=practice.institution, practice=practice, name="Personas", since=row.start,
                                   created_by=r.author,
                                   created_at=timezone.now())
    StatedValue.objects.create(institution=practice.institution, indicator=one, start=row.start, end=row.end, value=7, person=r.author,
                               at=timezone.now())
    return case


def browsers(*people: Any) -> list[Client]:
    made = []
    for person in people:
        client = Client()
        client.force_login(person.user)
        made.append(client)
    return made


@pytest.mark.parametrize("flow", FLOWS, ids=lambda f: f.slug)
def test_a_step_works_exactly_where_the_table_has_the_arrow(flow: Flow) -> None:
    r, case, clients = world_of(flow)
    human = {s.name for s in flow.steps if s.roles - {"system"}} - ELSEWHERE
    wrong = []
    for state in flow.states:
        for name in sorted(human):
            taken = any(_taken(client, case, flow, state, name, given(r)) for client in clients)
            if taken != (flow.find(name, state) is not None):
                wrong.append((state, name, taken))
    assert wrong == []


def _taken(client: Client, case: Case, flow: Flow, state: str, name: str, posted: dict[str, Any]) -> bool:
    """Whether the posted step was taken from that state; nothing of it stays."""
    with transaction.atomic():
        put(case, flow, state, name)
        before = Move.objects.filter(case=case).count()
        answer = client.post(PAGE[flow.slug].format(case.pk, name), posted)
        after = list(Move.objects.filter(case=case).order_by("pk"))[before:]
        assert answer.status_code in (302, 404, 422), (state, name, answer.status_code)
        if after and (step := flow.find(name, state)):
            assert (after[0].verb, after[0].from_state, after[0].to_state) == (name, state, step.lands(state))
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
    return bool(after)


PAIRED = {"practice_transfer": {"requested": "asked", "preparing": "asked", "running": "adopting", "delivered": "received",
                                "concluded": "adopted", "declined": "turned_down", "cancelled": "cancelled"}}
PAIRED["practice_adoption"] = {"asked": "requested", "adopting": "running", "received": "delivered", "adopted": "concluded",
                               "turned_down": "declined", "cancelled": "cancelled"}


def put(case: Case, flow: Flow, state: str, name: str) -> None:
    """The case as if it had come to that state, with what the step needs; of a transfer the other side too."""
    closed = timezone.now() if flow.is_end(state) else None
    Case.objects.filter(pk=case.pk).update(state=state, closed_at=closed)
    if flow.slug == "practice_review":
        again = name == "confirm"
        Review.objects.filter(pk=case.pk).update(open=closed is None, purpose="revalidation" if again else "registration",
                                                 version=instrument_of(case.institution) if name == "arbitrate" else None)
        Observation.objects.filter(review=case.pk).update(state="draft" if name == "observe" else "accepted")
    row = Transfer.objects.filter(case=case).first() or Transfer.objects.filter(adoption=case).first()
    if row:
        other = row.adoption_id if row.case_id == case.pk else row.case_id
        Case.objects.filter(pk=other).update(state=PAIRED[flow.slug][state], closed_at=closed)
        if name == "confirm":  # the giver confirms only for a taker outside
            Transfer.objects.filter(pk=row.pk).update(adoption=None)
