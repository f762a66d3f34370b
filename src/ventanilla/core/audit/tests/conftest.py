"""A log of its own for each test: real commits, wiped as a superuser would, without flushing every table."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from ventanilla.core.audit.services import Line, record_many
from ventanilla.core.audit.tests.tamper import tamper


@pytest.fixture
def log(transactional_db: None) -> Iterator[Any]:
    """Empties the log and returns `write(n, case)`, which commits n entries."""

    def write(n: int, case: int | None = 1, **extra: Any) -> list[int]:
        return record_many(
            [
                Line(f"test.verb{i % 3}", 1, f"case:{case}", 7, case, detail={"n": i}, **extra)
                for i in range(n)
            ]
        )

    _wipe()
    yield write
    _wipe()


def _wipe() -> None:
    assert connection.settings_dict["NAME"].startswith("test"), "never a real log"
    tamper(
        "DELETE FROM audit_entry",
        "DELETE FROM audit_seal",
        "DELETE FROM audit_personal",
        "UPDATE audit_head SET seq = 0, hash = '', last_xid = 0, last_id = 0, floor_id = 0",
    )
