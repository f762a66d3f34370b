"""Registrations that go on while clients, web processes, workers and the database are killed with -9.

A whole installation with an embedded database of its own, which its supervisor mends. Each client writes the key of a
request into its own file before it asks, and the folios after they were told; whoever takes over from a killed one asks
again with the same key. What was acknowledged stands only in those files.
"""
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ventanilla.config import processes
from ventanilla.config.benches import loading
from ventanilla.config.benches.kill_client import MOST
from ventanilla.config.benches.rows import Row, row
from ventanilla.config.benches.serving import Installation, installed

CLIENTS: Final = 6
PROGRAM: Final = Path(__file__).with_name("kill_client.py")
PARTS: Final = ("web", "worker", "backend", "postmaster")
EVERY: Final = (0.5, 3.0)  # seconds between two kills of clients
REST: Final = (5.0, 15.0)  # seconds between being whole and the next kill of a part
LAST: Final = 100.0  # seconds kept for the last repetitions and the check


def bench(size: int = 20_000) -> list[Row]:
    """One row: what was registered, how many kills, and what went wrong (nothing may)."""
    end = loading.until() - LAST
    with (tempfile.TemporaryDirectory(prefix="vt-kills-") as place,
          installed(Path(place), WEB_WORKERS="2", LOG_LEVEL="WARNING") as installation):
        folder = Path(place) / "clients"
        folder.mkdir()
        installation.django("ventanilla.config.benches.kill_checks", "setup", str(folder))
        job = folder / "job.json"
        job.write_text(json.dumps(json.loads(job.read_text()) | {"each": size // CLIENTS}))
        began = time.monotonic()
        kills = Storm(installation, folder).play(end)
        seconds = time.monotonic() - began
        _settle(installation, folder)
        found = json.loads(installation.django("ventanilla.config.benches.kill_checks", "check", str(folder)))
    return [_judged(size, seconds, found, kills)]


class Storm:
    """Clients at work, and chance."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation, self.folder = installation, folder
        self.chance, self.kills = random.Random(20261121), Counter[str]()
        self.running = {n: client(installation, folder, n) for n in range(CLIENTS)}
        self.turn, self.due, self.down = 0, time.monotonic() + REST[0], False

    def play(self, end: float) -> Counter[str]:
        """Until each client has done its part, or the time is over; a client and a part are killed every now and then."""
        while self.running and time.monotonic() < end:
            time.sleep(self.chance.uniform(*EVERY))
            self._collect()
            if self.running:
                self.running[self.chance.choice(sorted(self.running))].kill()
                self.kills["clients"] += 1
            self._part()
        for one in self.running.values():
            one.kill()
            one.wait()
        return self.kills

    def _collect(self) -> None:
        for n, one in list(self.running.items()):
            if one.poll() == 0:
                del self.running[n]
            elif one.returncode is not None:
                self.running[n] = client(self.installation, self.folder, n)

    def _part(self) -> None:
        """One part after the other, each only when the one before was mended and some work was done."""
        if self.down and self.installation.whole():
            self.down, self.due = False, time.monotonic() + self.chance.uniform(*REST)
        elif not self.down and time.monotonic() > self.due:
            kind = PARTS[self.turn % len(PARTS)]
            self.down = self.installation.kill(kind, self.chance)
            self.kills[kind] += self.down
            self.turn += self.down


def client(installation: Installation, folder: Path, n: int, more: bool = True) -> "subprocess.Popen[bytes]":
    """A client in a process of its own; without `more` it only repeats what was not answered."""
    return subprocess.Popen([sys.executable, str(PROGRAM), str(n), str(installation.port), str(folder), str(int(more))])


def _settle(installation: Installation, folder: Path) -> None:
    """Everything mended, and every key that was asked for and not answered, once more."""
    processes.wait_until(installation.whole, 60, every=0.2)
    last = [client(installation, folder, n, more=False) for n in range(CLIENTS)]
    for one in last:
        with suppress(subprocess.TimeoutExpired):
            one.wait(60)
        one.kill()
        one.wait()


def _judged(size: int, seconds: float, found: dict[str, Any], kills: Counter[str]) -> Row:
    killed = ", ".join(f"{number} {kind}" for kind, number in kills.items())
    return row("registrations with kills", found["told"], throughput=round(found["told"] / seconds, 1),
               target="0 gaps, 0 duplicates, 0 lost",
               conditions=f"{found['gaps']} gaps in {found['broken']} series, {found['doubled']} duplicates, {found['lost']} "
               f"lost receipts, {found['untold']} registered and never told; asked {found['asked']:,} of {size:,}, 1 to {MOST} in a "
               f"request; killed {killed} in {seconds:.0f} s")
