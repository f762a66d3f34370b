"""Registrations per second: the full SQL by pgbench with 64 clients over 109 series, one series alone, and the real verb over HTTP."""
import json
import threading
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from itertools import cycle
from typing import Any, Final
from uuid import uuid4

from ventanilla.config.benches import loading, people, pgbench, replay, scratch
from ventanilla.config.benches.rows import Row, row, timed
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution
from ventanilla.modules.correspondence.models import LetterType

WRITERS: Final = 64
CLIENTS: Final = 16
SERIES: Final = 109
PART: Final = 25.0  # seconds at most of each measure

def bench(size: int = 10_000) -> list[Row]:
    """Rows: the SQL for some `size` registrations, one series alone, and the verb over HTTP (a tenth of them)."""
    institution, said = loading.cases(0)
    chosen = replay.targets(institution, SERIES)
    recording = replay.record(institution)
    seconds = int(min(PART, max(8, size / 500)))
    many = _replayed(recording, chosen, seconds)
    one = _replayed(recording, chosen[:1], seconds)
    least = inserted(seconds)
    verb = over_http(institution, chosen, size // 10)
    said += f"; {len(recording.statements)} statements; p50 is the mean; {WRITERS} clients"
    return [
        row("registration's full SQL, pgbench", int(many["count"]), p50=many["mean"], throughput=many["rate"], floor=least,
            ratio=round(many["rate"] / least, 3), target=">= 1,500/s", conditions=f"{len(chosen)} series, first seconds left out; {said}; "
            f"written, numbered without gaps: {many['whole']}; floor and ratio: commits of one row by the same clients"),
        row("one series alone, full SQL", int(one["count"]), p50=one["mean"], throughput=one["rate"],
            conditions=f"1 series; written and numbered without gaps: {one['whole']}; {said}"),
        timed("the real verb over HTTP", len(verb[1]), verb[1], throughput=_rate(verb), conditions=f"{CLIENTS} clients, POST "
              f"/api/v1/letters, 2 processes of 4 threads; {_rate(verb) / many['rate']:.3f} of the SQL's rate"),
    ]


def _replayed(recording: replay.Recording, chosen: Sequence[replay.Target], seconds: int) -> dict[str, Any]:
    """pgbench's figures, and whether as many cases as it counted stand there, numbered without a gap."""
    before = Case.objects.count()
    found: dict[str, Any] = dict(pgbench.run(pgbench.Script(recording, chosen).text(), clients=WRITERS, seconds=seconds))
    broken, _missing = replay.gaps([t.series_id for t in chosen])
    return found | {"whole": Case.objects.count() - before == found["count"] and not broken and not found["failed"]}


def inserted(seconds: int) -> float:
    """The floor, per second: transactions of one row in a table with nothing but its key."""
    with scratch.bare(autocommit=True) as base:
        base.execute("CREATE TABLE IF NOT EXISTS bench_floor (id bigserial PRIMARY KEY, text text NOT NULL)")
        try:
            return pgbench.run(pgbench.FLOOR, clients=WRITERS, seconds=seconds)["rate"]
        finally:
            base.execute("DROP TABLE bench_floor")


def _rate(found: tuple[float, list[float]]) -> float:
    seconds, taken = found
    return round(len(taken) / seconds, 1)


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
