"""Programs that ask for pages, a process that writes meanwhile, and the page's own SQL without Django as floor."""
import multiprocessing as mp
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from django.db import connection
from django.test import Client

from ventanilla.config.benches import program, replay, scratch
from ventanilla.config.benches.people import Viewer
from ventanilla.core.orgs.models import Institution

CLIENTS: Final = 16
WRITES: Final = 50  # per second
PACE: Final = 4.0
"""Pages a second that each client wants where it is not to ask without pause: more than anybody reads."""


@contextmanager
def writing(institution: Institution) -> Iterator[Callable[[], int]]:
    """Registrations (their full SQL) at WRITES per second, until the end; what it gives tells how many there were a second so far."""
    recording, chosen = replay.record(institution), replay.targets(institution, 109)
    context = mp.get_context("fork")
    done, stop = context.Value("i", 0), context.Event()
    process = context.Process(target=_write, args=(recording, chosen, done, stop), daemon=True)
    process.start()
    began = time.monotonic()
    try:
        yield lambda: round(done.value / (time.monotonic() - began))
    finally:
        stop.set()
        process.join(5)
        process.kill()


def _write(recording: replay.Recording, chosen: Sequence[replay.Target], done: Any, stop: Any) -> None:
    """Four connections that keep a common pace; one that is late does not catch up."""
    def one(n: int) -> None:
        with scratch.bare(autocommit=True) as base:
            for target in cycle(replay.shuffled(chosen, n)):
                began = time.monotonic()
                recording.run(base, target, uuid4())
                with done.get_lock():
                    done.value += 1
                if stop.wait(max(0.0, 4 / WRITES - (time.monotonic() - began))):
                    return

    threads = [threading.Thread(target=one, args=(n,), daemon=True) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def ask(port: int, viewer: Viewer, path: str, seconds: float, pace: float = 0.0) -> list[float]:
    """CLIENTS programs ask for the page for so many seconds, over and over or at a pace a second; the seconds of each answer."""
    headers = {"Host": f"localhost:{port}", "Cookie": viewer.cookie}
    return program.ask_together(port, headers, [("GET", path, "")], CLIENTS, seconds, pace)[0]


def get(base: HTTPConnection, port: int, viewer: Viewer, path: str) -> bytes:
    """One page. Raises RuntimeError for another answer than 200."""
    base.request("GET", path, headers={"Host": f"localhost:{port}", "Cookie": viewer.cookie})
    answer = base.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return text


def statements(viewer: Viewer, path: str) -> list[tuple[str, Any]]:
    """What one request of this person sends to the database, asked of the same code in this process."""
    client = Client(HTTP_HOST="localhost", headers={"cookie": viewer.cookie})
    client.cookies.load(viewer.cookie)
    client.get(path)  # caches of the process
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return seen


def processor(viewer: Viewer, path: str, times: int = 12) -> tuple[float, float]:
    """Milliseconds of processor time of one answer: of this process, and of its database backend (0: elsewhere).

    Unlike the wall clock it hardly depends on who else is at work. The best half of the answers: the rest waited for memory.
    """
    client = Client(HTTP_HOST="localhost", headers={"cookie": viewer.cookie})
    client.cookies.load(viewer.cookie)
    client.get(path)
    return spent(lambda: client.get(path), times)


def spent(ask: Callable[[], Any], times: int) -> tuple[float, float]:
    """The same of anything asked in this process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    taken, before = [], _ticks(backend)
    for _n in range(times):
        began = time.process_time()
        ask()
        taken.append(time.process_time() - began)
    best = sorted(taken)[: times // 2]
    return 1000 * sum(best) / len(best), 1000 * (_ticks(backend) - before) / os.sysconf("SC_CLK_TCK") / times


def _ticks(stat: Path) -> int:
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def bare(page: Sequence[tuple[str, Any]], seconds: float, count: int = CLIENTS) -> list[float]:
    """The same statements by so many bare connections."""
    taken: list[float] = []
    reads = [(sql, params) for sql, params in page if sql.lstrip()[:6].upper() in ("SELECT", "WITH R")]

    def run(n: int) -> None:
        end = time.monotonic() + seconds
        with scratch.bare(autocommit=True) as base:
            base.execute("SET TIME ZONE 'UTC'")
            while time.monotonic() < end:
                began = time.perf_counter()
                for sql, params in reads:
                    base.execute(sql, params).fetchall()
                taken.append(time.perf_counter() - began)

    _together(run, count)
    return taken


def _together(work: Any, count: int = CLIENTS) -> None:
    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
