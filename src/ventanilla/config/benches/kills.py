"""Registrations over HTTP while clients and web processes are killed: no gap, no duplicate, no lost receipt.

A client writes the key of a letter into its own file before it asks, and the folio after it was told; whoever takes
over from a killed one asks again with the same key. What was acknowledged stands only in those files.
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from django.db import connection

from ventanilla.config.benches import folio, loading, people, replay, scratch
from ventanilla.config.benches.rows import Row, row
from ventanilla.core.cases.models import Case
from ventanilla.modules.correspondence.models import LetterType

CLIENTS: Final = 6
PROGRAM: Final = Path(__file__).with_name("kill_client.py")
EVERY: Final = (0.6, 2.5)  # seconds between two kills
REST: Final = 12.0  # seconds at least between two kills of web processes: one that starts anew must come to serve

_GAPS = """
SELECT count(*), coalesce(sum(f.last - n.there), 0) FROM cases_foliocounter f
JOIN (SELECT c.series_id, c.year, count(*) AS there, max(c.number) AS top FROM cases_case c GROUP BY 1, 2) n
  ON n.series_id = f.series_id AND n.year = f.year
WHERE f.series_id = ANY (%s) AND (n.there <> f.last OR n.top <> f.last)
"""


def bench(size: int = 5_000) -> list[Row]:
    """One row: what was registered, how many kills, and what went wrong (nothing may)."""
    institution, _said = loading.cases(0)
    chosen = replay.targets(institution, folio.SERIES)
    offices = replay.units(institution, chosen)
    _clerk, secret = people.writer(institution, offices)
    kind = LetterType.objects.filter(institution=institution).order_by("order")[0].name
    with tempfile.TemporaryDirectory(prefix="ventanilla-bench-") as place:
        folder = Path(place)
        bodies = [folio.body(str(u.uuid), kind).decode() for u in offices]
        (folder / "job.json").write_text(json.dumps({"secret": secret, "bodies": bodies, "each": size // CLIENTS, "clients": CLIENTS}))
        began = time.monotonic()
        with scratch.web(workers=2, threads=2) as server:
            kills = _play(server, folder, loading.until() - 30)
        seconds = time.monotonic() - began
        asked, told = _read(folder)
    return [_judged(size, seconds, asked, told, kills, [t.series_id for t in chosen])]


def _play(server: scratch.Web, folder: Path, end: float) -> Counter[str]:
    """Clients run until each has done its part; one of them, or a web process, is killed every now and then."""
    chance, kills = random.Random(20261121), Counter[str]()
    running, rested = {n: _client(n, server.port, folder) for n in range(CLIENTS)}, time.monotonic()
    while running and time.monotonic() < end:
        time.sleep(chance.uniform(*EVERY))
        _collect(running, server.port, folder)
        if time.monotonic() - rested < REST:
            if running:
                running[chance.choice(sorted(running))].kill()
                kills["clients"] += 1
        else:
            rested = time.monotonic()
            with suppress(ProcessLookupError, IndexError):
                os.kill(server.children()[0], signal.SIGKILL)
                kills["web"] += 1
    for client in running.values():
        client.kill()
        client.wait()
    _finish(server.port, folder)
    return kills


def _collect(running: dict[int, "subprocess.Popen[bytes]"], port: int, folder: Path) -> None:
    for n, client in list(running.items()):
        if client.poll() == 0:
            del running[n]
        elif client.returncode is not None:
            running[n] = _client(n, port, folder)


def _finish(port: int, folder: Path) -> None:
    """Every key that was asked for and not answered, once more."""
    last = [_client(n, port, folder, more=False) for n in range(CLIENTS)]
    for client in last:
        with suppress(subprocess.TimeoutExpired):
            client.wait(30)
        client.kill()
        client.wait()


def _client(n: int, port: int, folder: Path, more: bool = True) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, str(PROGRAM), str(n), str(port), str(folder), str(int(more))])


def _read(folder: Path) -> tuple[set[str], dict[str, str]]:
    """Keys asked for, and the folio that each acknowledged one was told."""
    asked, told = set[str](), dict[str, str]()
    for path in folder.glob("*.log"):
        for line in path.read_text().splitlines():
            word, key, *rest = [*line.split(" ", 2), "", ""]
            if word == "ask" and rest[0]:
                asked.add(key)
            elif word == "got" and rest[0].endswith("."):
                told[key] = rest[0].removesuffix(".")
    return asked, told


def _judged(size: int, seconds: float, asked: set[str], told: dict[str, str], kills: Counter[str],
            series: list[int]) -> Row:
    by_uuid = {uuid5(UUID(key), "1"): text for key, text in told.items()}
    there = dict(Case.objects.filter(uuid__in=by_uuid).values_list("uuid", "folio"))
    lost = sum(there.get(uuid) != text for uuid, text in by_uuid.items())
    doubled = len(told) - len(set(told.values()))
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, [series])
        broken, gaps = cursor.fetchone()
    return row("registrations with kills", len(told), throughput=round(len(told) / seconds, 1), target="0 gaps, 0 duplicates, 0 lost",
               conditions=f"{gaps} gaps in {broken} series, {doubled} duplicates, {lost} lost receipts; asked {len(asked):,} of "
               f"{size:,}; killed {kills['clients']} clients, {kills['web']} web processes")
