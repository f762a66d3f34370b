"""Keeps the processes of an installation running, and leaves none behind.

A child that ends is started again after a growing pause; SIGTERM, SIGINT or SIGHUP stop them all; and
when the supervisor itself is killed, the kernel tells every child (see `processes`).
"""
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from ventanilla.config import processes

PAUSES = (0.2, 0.5, 1, 2, 5, 10, 30)  # seconds before each new start of a child that keeps falling
STEADY = 30.0  # seconds after which a child counts as well
GRACE = 8.0  # seconds between asking and killing: a request that is being answered may end
ROUND = 0.1  # seconds between two looks at the children


@dataclass
class Child:
    """One command to keep running; `env` is its whole environment, `grace` the seconds it gets to end by itself."""

    name: str
    argv: Sequence[str]
    env: dict[str, str]
    log: Path | None = None
    grace: float = GRACE
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started: float = 0.0
    falls: int = 0
    again: float = 0.0

    def start(self) -> None:
        """Start it; its output goes to `log`, else to ours."""
        output = self.log.open("ab") if self.log else None
        try:
            self.process = processes.start(self.argv, env=self.env, output=output)
        finally:
            if output:
                output.close()
        self.started = time.monotonic()

    def tend(self, now: float) -> None:
        """Notice that it ended and start it again when its pause is over."""
        if self.process is None:
            if now >= self.again:
                self._try(now)
        elif self.process.poll() is not None:
            processes.signal_group(self.process, signal.SIGKILL)  # what it had started
            self._fell(now, f"terminó con {self.process.returncode}")

    def _try(self, now: float) -> None:
        try:
            self.start()
        except OSError as problem:  # no room for its log, no memory, no process numbers
            self._fell(now, f"no se pudo iniciar ({problem})")

    def _fell(self, now: float, how: str) -> None:
        self.falls = 0 if self.process and now - self.started > STEADY else self.falls + 1
        pause = PAUSES[min(self.falls, len(PAUSES) - 1)]
        _say(f"{self.name}: {how}; se inicia de nuevo en {pause} s")
        self.process, self.again = None, now + pause


class Supervisor:
    """Runs children until it is told to stop. `tend` is called in every round (the embedded database)."""

    def __init__(self, children: Sequence[Child], tend: Callable[[], object] = lambda: None) -> None:
        self.children, self._tend, self.stopping = children, tend, False
        self._started = len(children)

    def start(self, first: int = 0) -> None:
        """Take over the signals and start the first children; `run` starts the others, `others` says when."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        self._started = first or len(self.children)
        for child in self.children[:first]:
            child.start()

    def others(self) -> None:
        """From now on all children run (may be called from another thread)."""
        self._started = len(self.children)

    def run(self) -> None:
        """Until a signal comes; then stop everything."""
        try:
            while not self.stopping:
                self._tend()
                for child in self.children[:self._started]:
                    child.tend(time.monotonic())
                time.sleep(ROUND)
        finally:
            self.stop()

    def stop(self) -> None:
        """Ask every child, give each its grace, all at the same time, then kill what is left of their groups."""
        running = [(child, child.process) for child in self.children if child.process]
        for _child, process in running:
            if process.poll() is None:
                process.terminate()
        began = time.monotonic()
        for child, process in sorted(running, key=lambda pair: pair[0].grace):
            left = began + child.grace - time.monotonic()
            processes.wait_until(lambda p=process: p.poll() is not None, left, every=0.02)  # type: ignore[misc]
            processes.signal_group(process, signal.SIGKILL)
            process.wait()

    def _stop_soon(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def _say(text: str) -> None:
    with suppress(OSError):  # a full disk under our output
        print(text, file=sys.stderr, flush=True)
