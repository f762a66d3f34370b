"""The drill of all faults: a whole installation at work, and kill -9 of one of its parts at a seeded moment, again and again.

`python -m tests.drill_all [--runs 100] [--seed 1]` prints a line per run and the figures at the end; 1 when anything was
lost, doubled, left out, stuck or not told. `tests/test_drill.py` does a few runs of it.
"""
import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.drill_clients import Crew, Job
from ventanilla.config import processes
from ventanilla.config.benches.serving import KINDS, Installation, installed

CLIENTS = 3
LOOK = 10  # runs between two looks at everything: what is lost stays lost
BACK = 60.0
"""Seconds in which everything must be back after a kill."""
PAUSE = 8.0  # seconds between two looks at the end: a look takes the processor from those who read
READ = 90.0
"""Seconds after the last run in which another document must have been read, until all are."""


@dataclass
class Figures:
    """What a drill found. `problems` must be empty."""

    runs: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    stopping: float = 0.0

    def lines(self) -> list[str]:
        """For people."""
        slow = sorted(self.back) or [0.0]
        return [f"{self.runs} runs in {self.seconds:.0f} s; killed {dict(self.killed)}",
                f"acknowledged {self.acknowledged}, {sum(self.acknowledged.values())} in all; documents {self.documents}",
                f"answers by status (0: none) {dict(sorted(self.answers.items()))}",
                f"whole again after {slow[len(slow) // 2]:.1f} s (median), {slow[-1]:.1f} s (longest); stopped in {self.stopping:.1f} s",
                *(f"PROBLEM {problem}" for problem in self.problems or ["none"])]


def drill(root: Path, runs: int, seed: int, say: Callable[[str], None] = lambda line: None, minutes: float = 1e6) -> Figures:
    """So many kills (none begins after `minutes`), each kind in turn in a seeded order; then wait for the last document and
    look at everything."""
    chance, figures, began = random.Random(seed), Figures(), time.monotonic()
    with installed(root, WEB_WORKERS="2", LOG_LEVEL="WARNING") as installation:
        folder = root / "drill"
        folder.mkdir()
        installation.django("tests.drill_checks", "setup", str(folder))
        crew = Crew(_job(installation, folder), CLIENTS)
        assert processes.wait_until(installation.whole, BACK), installation.last_words()
        for n, kind in enumerate(_order(runs, chance)):
            _run(installation, crew, kind, chance, figures)
            if n % LOOK == LOOK - 1:
                _look(installation, folder, crew, figures, False)
            say(f"{n + 1:3} {kind:10} whole after {figures.back[-1]:4.1f} s, {sum(figures.acknowledged.values())} acknowledged, "
                f"problems {figures.problems[:3]}")
            if len(figures.problems) > 20 or time.monotonic() > began + minutes * 60:
                break
        say("the last documents are being read")
        _finish(installation, folder, crew, figures, say)
    figures.answers, figures.seconds = crew.seen, time.monotonic() - began
    return figures


def _order(runs: int, chance: random.Random) -> list[str]:
    """Every kind equally often; the slowest to be mended first."""
    kinds: list[str] = []
    while len(kinds) < runs:
        kinds += chance.sample(KINDS, len(KINDS))
    return kinds[:runs]


def _job(installation: Installation, folder: Path) -> Job:
    scans = [path.read_bytes() for path in sorted(folder.glob("scan-*.jpg"))]
    return Job(installation.port, folder, json.loads((folder / "job.json").read_text()), scans)


def _run(installation: Installation, crew: Crew, kind: str, chance: random.Random, figures: Figures) -> None:
    """Clients work; one part is killed; each client ends the letter it was at; everything runs again."""
    enough = threading.Event()
    threads = crew.work(enough)
    time.sleep(chance.uniform(0.05, 1.5))
    end = time.monotonic() + 20
    while not installation.kill(kind, chance) and time.monotonic() < end:
        time.sleep(0.02)  # no file is being read just now
    figures.killed[kind] += time.monotonic() < end
    figures.runs += 1
    began = time.monotonic()
    time.sleep(0.1)
    whole = processes.wait_until(installation.whole, BACK, every=0.1)
    figures.back.append(time.monotonic() - began)
    if not whole:
        figures.problems.append(f"run {figures.runs}: not whole {BACK:.0f} s after the {kind} was killed")
    enough.set()
    for thread in threads:
        thread.join(200)
        if thread.is_alive():
            figures.problems.append(f"run {figures.runs}: a client does not end")


def _look(installation: Installation, folder: Path, crew: Crew, figures: Figures, final: bool) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(installation.django("tests.drill_checks", "check", str(folder), str(int(final))))
    fresh = [p for p in (*found["problems"], *crew.problems) if p not in figures.problems]
    figures.problems += fresh
    figures.acknowledged, figures.documents = found["acknowledged"], found["documents"]
    return found


def _finish(installation: Installation, folder: Path, crew: Crew, figures: Figures, say: Callable[[str], None]) -> None:
    """Every document ends read or with a problem that is told; then the last look, and the command of the log."""
    end, left = time.monotonic() + READ, -1
    while (waiting := _look(installation, folder, crew, figures, False)["documents"].get("waiting", 0)) and time.monotonic() < end:
        if waiting != left:
            end, left = time.monotonic() + READ, waiting
            say(f"{waiting} documents wait, {sum(figures.acknowledged.values())} acknowledged, problems {figures.problems[:3]}")
        time.sleep(PAUSE)
    _look(installation, folder, crew, figures, True)
    log = installation.django("ventanilla", "audit", "verify")
    if "íntegra" not in log:
        figures.problems.append(log)
    figures.stopping = installation.stop()
    if figures.stopping > 10:
        figures.problems.append(f"stopping took {figures.stopping:.1f} s")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no run after so many")
    parser.add_argument("--keep", type=Path, help="a folder for the installation, kept afterwards")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vt-drill-") as folder:
        if options.keep:
            options.keep.mkdir()
        figures = drill(options.keep or Path(folder), options.runs, options.seed, lambda line: print(line, flush=True),
                        options.minutes)
    print(*figures.lines(), sep="\n")
    return int(bool(figures.problems))


if __name__ == "__main__":
    sys.exit(main())
