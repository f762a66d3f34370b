"""What the bench of the registry has no time for is named, and not cut off in the middle."""
import time

import pytest

from ventanilla.modules.practices.services import bench


def test_what_there_is_no_time_for_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_UNTIL", str(time.monotonic() + bench.LAST - 1))
    rows = [bench._row("list", 50_000, lambda: pytest.fail("begun")), *bench._papers(10)]
    assert [row["what"] for row in rows] == ["not measured: list", "not measured: official PDF"]
