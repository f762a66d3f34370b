"""Measures exports: time, rows per second and memory growth, each in a process of its own, with a bare CSV
as floor."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

FORMATS = ("floor", "csv", "xlsx")


def sample_rows(size: int) -> Iterator[tuple[Any, ...]]:
    """Rows of a register of correspondence, made as they are asked for."""
    for n in range(size):
        yield (
            f"212C/E/{n}/2026",
            date(2026, 1 + n % 12, 1 + n % 28),
            datetime(2026, 1 + n % 12, 5, 16, tzinfo=UTC),
            f"Solicitud de información número {n} sobre escrituración de viviendas",
            "Dirección de Finanzas",
            n,
            n / 7,
            n % 100 / 100,
            ("green", "amber", "red")[n % 3],
        )


def bench(size: int = 200_000) -> list[dict[str, Any]]:
    """A row per format: what, size, seconds, rows_per_second, growth_mib, ratio (to the floor's time)."""
    found = [_child(name, size) for name in FORMATS]
    return [row | {"ratio": round(row["seconds"] / found[0]["seconds"], 2)} for row in found]


def _child(name: str, size: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", __name__, name, str(size)], capture_output=True, check=True, timeout=600
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _measure(name: str, size: int) -> dict[str, Any]:
    """Write once a little (imports, caches), then the real size, and see by how much the peak grew."""
    with tempfile.TemporaryDirectory() as folder:
        _write(name, 500, Path(folder) / "warm")
        before, started = _memory("VmRSS"), time.perf_counter()
        Path("/proc/self/clear_refs").write_text("5")  # starts the peak (VmHWM) anew, see proc(5)
        _write(name, size, Path(folder) / "out")
        seconds = time.perf_counter() - started
    growth = (_memory("VmHWM") - before) / 1024
    return {
        "what": f"export {name}",
        "size": size,
        "seconds": round(seconds, 3),
        "rows_per_second": round(size / seconds),
        "growth_mib": round(growth, 1),
    }


def _memory(field: str) -> int:
    """A field of this process's memory in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field + ":"))


def _write(name: str, size: int, path: Path) -> None:
    import csv

    from ventanilla.core.exports.services import WRITERS
    from ventanilla.core.exports.tables import Column, Kind, Table

    if name == "floor":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(sample_rows(size))
        return
    kinds: tuple[Kind, ...] = ("text", "date", "datetime", "text", "text", "int", "float", "percent", "light")
    WRITERS[name](Table("Medición", [Column(kind, kind) for kind in kinds], sample_rows(size)), path)


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(_measure(sys.argv[1], int(sys.argv[2]))))
