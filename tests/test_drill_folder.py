"""A folder registered in one go while web, worker, recognition, database and relay are killed: every file one letter, told as it is.

VENTANILLA_DRILL_DOCUMENTS says how many; `python -m tests.drill_folder` does hundreds.
"""
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drill_folder import drill
from tests.ready import furnish

pytestmark = [pytest.mark.slow, pytest.mark.faults]


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder that an unprivileged server may enter."""
    with tempfile.TemporaryDirectory(prefix="vt-folder-") as folder:
        furnish(Path(folder))
        yield Path(folder)


def test_a_folder_with_kills_is_registered_whole_and_once(root: Path) -> None:
    documents = int(os.environ.get("VENTANILLA_DRILL_DOCUMENTS", "14"))
    figures = drill(root, documents, scans=2, kills=6, seed=5)
    assert figures.problems == [], "\n".join(figures.lines())
    assert sum(figures.killed.values()) >= 4 and figures.looks >= 1, figures.lines()
