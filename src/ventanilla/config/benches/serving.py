"""A whole installation to be hurt: `ventanilla serve` over a data folder of its own, and kill -9 of each of its parts."""
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ventanilla.config import processes
from ventanilla.config.embedded import Embedded
from ventanilla.config.place import Place, environment

ROOT = Path(__file__).resolve().parents[4]
KINDS = ("web", "worker", "ocr", "postmaster", "backend", "relay")
OWN = ("DATABASE_URL", "PORT", "EVENTS_PORT", "BASE_URL", "EVENTS_URL", "VENTANILLA_DEMO", "DJANGO_SETTINGS_MODULE", "CLAMD")


def free_port() -> int:
    """A port whose neighbour is free too (the live news take it)."""
    while True:
        with socket.socket() as first, socket.socket() as second, suppress(OSError):
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            second.bind(("127.0.0.1", port + 1))
            return port


class Installation:
    """`ventanilla serve` in a process of its own; what it writes goes to `<root>/serve.log`."""

    def __init__(self, place: Place, **extra: str) -> None:
        self.place, self.port = place, free_port()
        self.server = Embedded(place)
        plain = {k: v for k, v in environment(place).items() if k not in OWN}
        self.env = {**plain, "PORT": str(self.port), "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings",
                    "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "VENTANILLA_DATA": str(place.root), **extra}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it serves. Raises AssertionError with its last words."""
        with (self.place.root / "serve.log").open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "ventanilla", "serve"], env=self.env, cwd=ROOT,
                                            stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                                            preexec_fn=processes.dies_with_parent(signal.SIGTERM))
        assert processes.wait_until(self.ready, 300, every=0.1), self.last_words()

    def stop(self) -> float:
        """Ask it to stop; the seconds that took."""
        assert self.process
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(60)
        return time.monotonic() - began

    def end(self) -> None:
        """Nothing of it may be left."""
        if self.process and self.process.poll() is None:
            with suppress(subprocess.TimeoutExpired, AssertionError):
                self.stop()
            self.process.kill()
            self.process.wait()

    def last_words(self) -> str:
        """The end of its log."""
        return (self.place.root / "serve.log").read_text(errors="replace")[-4000:]

    def ready(self) -> bool:
        """Whether database, queue and storage work, by its own account."""
        return self.get("/readyz") == 200

    def whole(self) -> bool:
        """Ready, and every part of it runs."""
        return self.ready() and all(self.targets(kind) for kind in ("web", "worker", "postmaster", "relay"))

    def get(self, path: str) -> int:
        """The status of a page; 0 when nothing answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return int(answer.status)
        except OSError as error:
            return int(getattr(error, "code", 0))

    def django(self, *argv: str, seconds: float = 300) -> str:
        """Run a Python module of the project against its database; what it printed. Raises CalledProcessError."""
        env = {**self.env, "DATABASE_URL": self.server.url}
        return subprocess.run([sys.executable, "-m", *argv], env=env, cwd=ROOT, check=True, timeout=seconds,
                              stdout=subprocess.PIPE, text=True).stdout

    def targets(self, kind: str) -> list[int]:
        """Process ids of the parts of this kind that run now."""
        assert self.process
        found = list(descendants(self.process.pid))
        return [pid for pid, parents in found if _kind(command(pid), [command(p) for p in parents]) == kind]

    def kill(self, kind: str, chance: random.Random) -> bool:
        """kill -9 of one part; False when none of this kind runs."""
        found = sorted(self.targets(kind))
        if kind == "ocr" and len(found) > 1:
            found = found[1:] if chance.random() < 0.8 else found[:1]  # the readers themselves, or the server that forks them
        if kind == "backend":
            found = [pid for pid in found if not command(pid).endswith("idle")] or found
        if not found:
            return False
        with suppress(ProcessLookupError):
            os.kill(chance.choice(found), signal.SIGKILL)
        return True


def _kind(name: str, parents: list[str]) -> str:
    """What a process is, by its command line and those of its parents, the nearest first."""
    if "documents.worker_process" in name:
        return "ocr" if any(" worker" in p for p in parents) else ""
    if name.startswith("postgres: "):
        return "backend" if "ventanilla ventanilla" in name else ""
    by_part = {"--interface wsgi": "web", "ventanilla worker": "worker", "ventanilla relay": "relay"}
    if Path(name.partition(" ")[0]).name == "postgres":
        return "postmaster"
    return next((kind for part, kind in by_part.items() if part in name), "")


def command(pid: int) -> str:
    """Its command line; empty when it has gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""


def descendants(pid: int, above: tuple[int, ...] = ()) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every process below this one, with its parents, the nearest first."""
    for child in _children(pid):
        yield child, (pid, *above)
        yield from descendants(child, (pid, *above))


def _children(pid: int) -> list[int]:
    """Of all its threads; one that ends while they are read has none any more."""
    found: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found += map(int, (thread / "children").read_text().split())
    return found


@contextmanager
def installed(root: Path, **extra: str) -> Iterator[Installation]:
    """An installation that serves, and nothing of it afterwards."""
    root.chmod(0o711)  # an unprivileged database server works below it
    made = Installation(Place(root).prepare(), **extra)
    try:
        made.start()
        yield made
    finally:
        made.end()
