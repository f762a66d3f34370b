"""Random histories of tickets against the oracle that counts seconds: the fold and the kernel, and the verbs on the database.

A million of the first kind: `python -m ventanilla.modules.servicedesk.tests.clocks.million`. VENTANILLA_HISTORIES says how many of the
second kind (20).
"""
import os
from random import Random

import pytest

from ventanilla.lib.tests.worktime_worlds import WORLDS
from ventanilla.modules.servicedesk.tests.clocks.lives import differences
from ventanilla.modules.servicedesk.tests.clocks.ticket import Ticket, yard
from ventanilla.modules.servicedesk.tests.desk import desk

VERBS = int(os.environ.get("VENTANILLA_HISTORIES", "20"))


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_every_life_is_counted_as_the_oracle_counts_it(world: str) -> None:
    assert differences(world, 20261121, 100, explain_each=25) == []


@pytest.mark.django_db
def test_the_verbs_leave_the_clocks_that_the_oracle_expects() -> None:
    made, wrong = yard(desk()), []
    for seed in range(VERBS):
        ticket = Ticket(made, Random(seed))
        for _step in range(ticket.rng.choice((1, 2, 4, 6, 9))):
            ticket.step()
        wrong += [f"history {seed}: {one}" for one in ticket.differences()]
    assert wrong == []
