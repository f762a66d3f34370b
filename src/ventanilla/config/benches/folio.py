"""Registrations per second: the full SQL with 64 writers over 109 series, one series alone, and the real verb over HTTP."""
import json
import multiprocessing as mp
import threading
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from itertools import cycle
from typing import Any, Final
from uuid import uuid4

import psycopg

from ventanilla.config.benches import loading, people, replay, scratch
from ventanilla.config.benches.rows import Row, row, timed
from ventanilla.core.orgs.models import Institution
from ventanilla.modules.correspondence.models import LetterType

WRITERS: Final = 64
PROCESSES: Final = 4
CLIENTS: Final = 16
SERIES: Final = 109
PART: Final = 25.0  # seconds at most of each measure
Work = Callable[["psycopg.Connection[Any]", Any], object]


def bench(size: int = 2_000) -> list[Row]:
    """Rows for `size` registrations of each way (a tenth of them in one series)."""
    institution, said = loading.cases(0)
    chosen = replay.targets(institution, SERIES)
    recording = replay.record(institution)
    floor = written(recording, chosen, size)
    one = written(recording, chosen[:1], max(100, size // 10))
    bare = inserted(size)
    verb = over_http(institution, chosen, size)
    base, least = _rate(floor), _rate(bare)
    around = f"{said}; {len(recording.statements)} statements per registration"
    return [
        row("registration's full SQL, bare psycopg", len(floor[1]), p50=_ms(floor[1], 50), p95=_ms(floor[1], 95), throughput=base,
            floor=least, ratio=round(base / least, 3), target=">= 1,500/s", conditions=f"{WRITERS} writers, {len(chosen)} series; "
            f"{around}; floor and ratio: as many commits of one row, by the same writers"),
        timed("one series alone, full SQL", len(one[1]), one[1], throughput=_rate(one), conditions=f"{WRITERS} writers, 1 series"),
        row("the real verb over HTTP", len(verb[1]), p50=_ms(verb[1], 50), p95=_ms(verb[1], 95), throughput=_rate(verb), floor=base,
            ratio=round(_rate(verb) / base, 3), conditions=f"{CLIENTS} clients, POST /api/v1/letters, 2 processes of 4 threads; "
            "floor and ratio are of registrations per second"),
    ]


def inserted(size: int) -> tuple[float, list[float]]:
    """The floor: `size` transactions of one row in a table with nothing but its key."""
    with scratch.bare(autocommit=True) as base:
        base.execute("CREATE TABLE IF NOT EXISTS bench_floor (id bigserial PRIMARY KEY, text text NOT NULL)")
    found = _by_writers(_insert, size)
    with scratch.bare(autocommit=True) as base:
        base.execute("DROP TABLE bench_floor")
    return found


def _insert(base: "psycopg.Connection[Any]", target: replay.Target | None) -> None:
    base.execute("INSERT INTO bench_floor (text) VALUES ('Solicitud de escrituración de vivienda')")


def _ms(taken: Sequence[float], percent: int) -> float:
    from ventanilla.config.benches.rows import at

    return at(taken, percent)


def _rate(found: tuple[float, list[float]]) -> float:
    seconds, taken = found
    return round(len(taken) / seconds, 1)


def written(recording: replay.Recording, chosen: Sequence[replay.Target], size: int) -> tuple[float, list[float]]:
    """Registrations by bare psycopg in these series."""
    return _by_writers(lambda base, target: recording.run(base, target, uuid4()), size, chosen)


def _by_writers(work: Work, size: int, chosen: Sequence[Any] = (None,)) -> tuple[float, list[float]]:
    """Wall seconds and the seconds of each transaction: WRITERS connections in PROCESSES processes."""
    context = mp.get_context("fork")
    queue: Any = context.Queue()
    barrier = context.Barrier(PROCESSES + 1)
    each = -(-size // PROCESSES)
    jobs = [context.Process(target=_writers, args=(work, chosen, each, n, barrier, queue), daemon=True)
            for n in range(PROCESSES)]
    for job in jobs:
        job.start()
    barrier.wait(60)
    began = time.perf_counter()
    taken = [t for _job in jobs for t in queue.get(timeout=PART * 3)]
    seconds = time.perf_counter() - began
    for job in jobs:
        job.join(10)
    return seconds, taken


def _writers(work: Work, chosen: Sequence[Any], size: int, number: int, barrier: Any, queue: Any) -> None:
    """One process: its share of the writers as threads (libpq waits without the interpreter's lock)."""
    threads = WRITERS // PROCESSES
    bases = [scratch.bare(autocommit=True) for _ in range(threads)]
    barrier.wait(60)
    taken: list[float] = []
    end = time.perf_counter() + PART

    def write(n: int) -> None:
        for target, _turn in zip(cycle(replay.shuffled(chosen, number * 100 + n)), range(size // threads), strict=False):
            began = time.perf_counter()
            if began > end:
                return
            work(bases[n], target)
            taken.append(time.perf_counter() - began)

    together(write, threads)
    queue.put(taken)


def together(work: Any, count: int) -> None:
    """`work(n)` in `count` threads, until all are done."""
    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def body(unit: str, kind: str) -> bytes:
    """One letter for POST /api/v1/letters."""
    sender = {"order": "state", "organisation": "Secretaría de Finanzas", "signatory": "María Peña Ríos", "post": "Directora"}
    return json.dumps({"letters": [{
        "unit": unit, "type": kind, "subject": "Solicitud de escrituración de vivienda, expediente 4711", "sender": sender,
        "number": "SF/12/2026", "addressee": "Dirección General", "days": 5}]}).encode()


def over_http(institution: Institution, chosen: Sequence[replay.Target], size: int) -> tuple[float, list[float]]:
    """The same for requests to a web server started here."""
    offices = replay.units(institution, chosen)
    _clerk, secret = people.writer(institution, offices)
    kind = LetterType.objects.filter(institution=institution).order_by("order")[0].name
    bodies = [body(str(u.uuid), kind) for u in offices]
    taken: list[float] = []
    with scratch.web() as server:
        post(server.port, secret, bodies[0])
        end = time.perf_counter() + PART

        def ask(n: int) -> None:
            connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
            for data, _turn in zip(cycle(bodies[n::CLIENTS]), range(size // CLIENTS), strict=False):
                began = time.perf_counter()
                if began > end:
                    return
                post(server.port, secret, data, connection)
                taken.append(time.perf_counter() - began)

        began = time.perf_counter()
        together(ask, CLIENTS)
        return time.perf_counter() - began, taken


def post(port: int, secret: str, data: bytes, connection: HTTPConnection | None = None) -> Any:
    """Register one letter with a key of its own; what the server answered. Raises RuntimeError."""
    connection = connection or HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/api/v1/letters", data, {
        "Host": f"localhost:{port}", "Authorization": f"Bearer {secret}", "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4())})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 201:
        raise RuntimeError(f"{answer.status}: {text[:200]!r}")
    return json.loads(text)
