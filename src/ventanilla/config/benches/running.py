"""Each bench in a process of its own, in a session of its own, that ends when its time is over."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from ventanilla.config.benches.catalogue import Bench
from ventanilla.config.benches.rows import Row, normal, row


def run(bench: Bench, size: int, seconds: float, url: str) -> list[Row]:
    """Its rows; one that says why, when it failed or took too long."""
    with tempfile.TemporaryDirectory(prefix="ventanilla-bench-") as folder:
        out, log = Path(folder) / "rows.json", Path(folder) / "log"
        problem = _child(bench, size, seconds, url, out, log)
        found = json.loads(out.read_text()) if out.exists() else []
    if problem:
        found.append(row(f"not finished: {problem}", size, conditions=f"limit {seconds:.0f} s"))
    return [normal(bench.name, r) for r in found]


def _child(bench: Bench, size: int, seconds: float, url: str, out: Path, log: Path) -> str:
    until = time.monotonic() + seconds  # one clock for all processes: a bench that looks at it leaves out what it has no time for
    env = os.environ | {"DATABASE_URL": url, "BENCH_SECONDS": str(seconds), "BENCH_UNTIL": str(until), "PYTHONPATH": str(settings.SRC_DIR)}
    argv = [sys.executable, "-m", "django", "bench", "--child", bench.name, "--size", str(size), "--json", str(out)]
    with log.open("wb") as file:
        child = subprocess.Popen(argv, env=env, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            return f"{seconds:.0f} s"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return "" if child.returncode == 0 else _last_line(log)


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no output"


def keep(rows: list[Row], path: Path) -> None:
    """Called by a bench as it goes, so that what was measured survives the end of its time."""
    half = path.with_suffix(".part")
    half.write_text(json.dumps(rows, ensure_ascii=False, default=str), encoding="utf-8")
    half.replace(path)
