"""Kill -9 of web, worker, recognition, database and relay of a real installation at work: nothing lost, doubled or stuck.

VENTANILLA_DRILL_RUNS says how many kills (6: one of each part); `python -m tests.drill_all` does the contract's 100.
"""
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drill_all import drill
from tests.ready import furnish

pytestmark = [pytest.mark.slow, pytest.mark.faults]


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder that an unprivileged server may enter."""
    with tempfile.TemporaryDirectory(prefix="vt-drill-") as folder:
        furnish(Path(folder))
        yield Path(folder)


def test_kills_at_seeded_moments_lose_double_and_leave_nothing(root: Path) -> None:
    runs = int(os.environ.get("VENTANILLA_DRILL_RUNS", "6"))
    figures = drill(root, runs, seed=7)
    assert figures.problems == [], "\n".join(figures.lines())
    assert figures.runs == runs == sum(figures.killed.values())
    assert sum(figures.acknowledged.values()) >= 4 * runs, "too little was written to prove anything"
