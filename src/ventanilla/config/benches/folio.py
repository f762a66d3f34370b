"""Registrations per second: the full SQL by pgbench with 64 clients over 109 series, one series alone, and the real verb over HTTP."""
import json
from collections.abc import Sequence
from typing import Any, Final

from ventanilla.config.benches import loading, people, pgbench, program, replay, scratch
from ventanilla.config.benches.rows import Row, row, timed
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution
from ventanilla.modules.correspondence.models import LetterType

WRITERS: Final = 64
CLIENTS: Final = 16
SERIES: Final = 109
PART: Final = 25.0  # seconds at most of each measure of the SQL
HTTP: Final = 10.0  # seconds of asking for the verb


def bench(size: int = 10_000) -> list[Row]:
    """Rows: the SQL for some `size` registrations, one series alone, and the verb over HTTP."""
    institution, said = loading.cases(0)
    chosen = replay.targets(institution, SERIES)
    recording = replay.record(institution)
    seconds = int(min(PART, max(8, size / 500)))
    many = _replayed(recording, chosen, seconds)
    one = _replayed(recording, chosen[:1], seconds)
    least = inserted(seconds)
    taken, client = over_http(institution, chosen)
    verb = round(len(taken) / HTTP, 1)
    said += f"; {len(recording.statements)} statements; p50 is the mean; {WRITERS} clients"
    return [
        row("registration's full SQL, pgbench", int(many["count"]), p50=many["mean"], throughput=many["rate"], floor=least,
            ratio=round(many["rate"] / least, 3), target=">= 1,500/s", conditions=f"{len(chosen)} series, first seconds left out; {said}; "
            f"written, numbered without gaps: {many['whole']}; floor and ratio: commits of one row by the same clients"),
        row("one series alone, full SQL", int(one["count"]), p50=one["mean"], throughput=one["rate"],
            conditions=f"1 series; written and numbered without gaps: {one['whole']}; {said}"),
        timed("the real verb over HTTP", len(taken), taken, throughput=verb, conditions=f"{CLIENTS} programs (each {client:.1f} ms of "
              f"processor for one), POST /api/v1/letters, 2 processes of 4 threads; {verb / many['rate']:.3f} of the SQL's rate"),
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


def body(unit: str, kind: str) -> str:
    """One letter for POST /api/v1/letters."""
    sender = {"order": "state", "organisation": "Secretaría de Finanzas", "signatory": "María Peña Ríos", "post": "Directora"}
    return json.dumps({"letters": [{
        "unit": unit, "type": kind, "subject": "Solicitud de escrituración de vivienda, expediente 4711", "sender": sender,
        "number": "SF/12/2026", "addressee": "Dirección General", "days": 5}]})


def over_http(institution: Institution, chosen: Sequence[replay.Target]) -> tuple[list[float], float]:
    """The verb, asked of a web server started here for HTTP seconds: the seconds of each answer, and the programs' own milliseconds."""
    offices = replay.units(institution, chosen)
    _clerk, secret = people.writer(institution, offices)
    kind = LetterType.objects.filter(institution=institution).order_by("order")[0].name
    asks = [("POST", "/api/v1/letters", body(str(u.uuid), kind)) for u in offices]
    with scratch.web() as server:
        headers = {"Host": f"localhost:{server.port}", "Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        return program.ask_together(server.port, headers, asks, CLIENTS, HTTP)
