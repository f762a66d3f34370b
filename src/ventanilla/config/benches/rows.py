"""One shape for every figure: what, size, p50, p95, throughput, floor, ratio, conditions; as a table and as JSON."""
import json
import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

Row = dict[str, Any]
COLUMNS: Final = ("bench", "what", "size", "unit", "p50", "p95", "throughput", "floor", "ratio", "target", "conditions")
#: How the other benches call what is called here (value, unit).
MEDIANS: Final = {"seconds": "s", "cpu_s": "s", "cpu_s_per_letter": "s"}
RATES: Final = ("per_second", "rows_per_second")


def row(what: str, size: int, *, unit: str = "ms", p50: float | None = None, p95: float | None = None,
        throughput: float | None = None, floor: float | None = None, ratio: float | None = None, target: str = "",
        conditions: str = "") -> Row:
    """A figure; `floor` in the same unit as p50 (or as throughput, when there is no p50)."""
    return {"what": what, "size": size, "unit": unit, "p50": p50, "p95": p95, "throughput": throughput, "floor": floor,
            "ratio": ratio, "target": target, "conditions": conditions}


def at(taken: Sequence[float], percent: int) -> float:
    """A percentile of seconds, in milliseconds."""
    if len(taken) < 2:
        return round(1000 * taken[0], 2) if taken else 0.0
    return round(1000 * statistics.quantiles(taken, n=100, method="inclusive")[percent - 1], 2)


def timed(what: str, size: int, taken: Sequence[float], floor: Sequence[float] = (), **more: Any) -> Row:
    """A row from durations in seconds; the ratio is that of the medians."""
    base = at(floor, 50) if floor else None
    ratio = round(at(taken, 50) / base, 2) if base else None
    return row(what, size, p50=at(taken, 50), p95=at(taken, 95), floor=base, ratio=ratio, **more)


def normal(bench: str, found: Mapping[str, Any]) -> Row:
    """Any bench's row in our columns; what has no column of its own goes into `conditions`."""
    left = dict(found)
    made: Row = {"bench": bench} | {name: left.pop(name, None) for name in COLUMNS[1:]}
    for name, unit in MEDIANS.items():
        if made["p50"] is None and left.get(name) is not None:
            made["p50"], made["unit"] = left.pop(name), unit
    for name in RATES:
        made["throughput"] = left.pop(name, made["throughput"])
    made["unit"] = made["unit"] or "ms" if bench != "worktime" else "s"
    said = [str(made["conditions"] or ""), *(f"{k}={v}" for k, v in left.items())]
    return made | {"conditions": ", ".join(filter(None, said)), "target": made["target"] or ""}


def table(rows: Iterable[Row]) -> str:
    """The rows as aligned text."""
    lines = [COLUMNS[:-1], *(tuple(_cell(r.get(c)) for c in COLUMNS[:-1]) for r in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS) - 1)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}" if abs(value) < 10 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value or "")


def circumstances(began: datetime, server: str) -> dict[str, Any]:
    """What a reader must know: when, on what, how busy the machine was."""
    return {"began": began.isoformat(timespec="seconds"), "ended": timezone.localtime().isoformat(timespec="seconds"),
            "processors": os.cpu_count(), "load_average": [round(n, 2) for n in os.getloadavg()],
            "python": platform.python_version(), "postgresql": server}


def write_json(path: Path, rows: Sequence[Row], around: Mapping[str, Any]) -> None:
    """The file that other programs read."""
    path.write_text(json.dumps({"conditions": around, "rows": rows}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
