"""The service desk: tickets opened and read through the API, its list and its record over HTTP, hints while typing.

Processor time of one answer is that of this process (the same code without the web server) and of its database backend.
Floors: of the API, the same clients asking for `/healthz`; of a page, its own SQL by bare connections; of hints, a scan.
"""
import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from itertools import cycle
from typing import Any, Final
from uuid import uuid4

from django.db import connection
from django.test import Client

from ventanilla.config.benches import clients, desk_world, people, program, recomputation, scratch
from ventanilla.config.benches.rows import Row, row, timed
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.servicedesk.models import OfferingVersion, Team
from ventanilla.modules.servicedesk.services import hints
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token

CLIENTS: Final = 4
SECONDS: Final = 8.0
TIMES: Final = 30
PAGES: Final = {"list": ("/listas/tickets/", "p95 <= 40 ms at 20k, 80 ms at 1M; <= 60 kB"), "record": ("", "p95 <= 50 ms; <= 80 kB")}
Rate = tuple[list[float], float]
"""The seconds of each answer, and the milliseconds of processor of one on the side of the clients."""


def bench(size: int) -> list[Row]:
    """Rows for a desk with `size` tickets."""
    institution, said = desk_world.tickets(size)
    agent = _agent(institution)
    offer = next(v for v in desk_world.simple(institution) if v.team.memberships.filter(person=agent).exists())
    _token, secret = create_token(actor=agent, name="Medición", scopes=list(SCOPES), days=1)
    found = _hints(agent, size)
    with scratch.web() as server:
        found += [_page(server.port, agent, name, size) for name in PAGES]
        found += Api(server.port, secret).rows(offer, [str(u) for u in _newest(agent).values_list("uuid", flat=True)[:200]], size)
    found += recomputation.of(institution, size)
    return [one | {"conditions": f"{one['conditions']}; {said}"} for one in found]


def _agent(institution: Institution) -> Person:
    """Somebody of the first team: sees what the desk sees."""
    team = Team.objects.filter(institution=institution, tier=1, active=True).order_by("pk")[0]
    rows = Person.objects.filter(pk__in=team.memberships.values("person"), user__isnull=False)
    return rows.select_related("user", "unit", "institution").order_by("pk")[0]


def _newest(person: Person) -> Any:
    return Case.objects.visible_to(person).filter(ticket__isnull=False).order_by("-pk")


class Api:
    """A program with a token: over HTTP, and in this process to count processor time."""

    def __init__(self, port: int, secret: str) -> None:
        self.port = port
        self.headers = {"Host": f"localhost:{port}", "Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self.client = Client(HTTP_HOST="localhost", headers={"authorization": f"Bearer {secret}"})

    def rows(self, offer: OfferingVersion, uuids: list[str], size: int) -> list[Row]:
        """Opening and reading, each beside the same clients asking for nothing."""
        body = json.dumps({"tickets": [{"subject": "El correo no abre", "description": "Desde ayer.", "offering": offer.offering.slug}]})
        paths = [f"/api/v1/tickets/{uuid}" for uuid in uuids]
        again, floor = cycle(paths), self._rate([("GET", "/healthz", "")])
        return [
            self._row("API: open a ticket", size, floor, ">= 200/s", self._rate([("POST", "/api/v1/tickets", body)]),
                      processor(lambda: self.client.post("/api/v1/tickets", body, content_type="application/json",
                                                         headers={"Idempotency-Key": str(uuid4())}))),
            self._row("API: read a ticket", size, floor, ">= 430/s", self._rate([("GET", path, "") for path in paths]),
                      processor(lambda: self.client.get(next(again))))]

    def _rate(self, asks: list[program.Ask]) -> Rate:
        """CLIENTS at once for SECONDS, each a process of its own."""
        return program.ask_together(self.port, self.headers, asks, CLIENTS, SECONDS)

    def _row(self, what: str, size: int, floor: Rate, target: str, rate: Rate, spent: tuple[float, float, int]) -> Row:
        taken, busy = rate
        return timed(what, size, taken, floor[0], target=target, throughput=round(len(taken) / SECONDS, 1),
                     conditions=f"{CLIENTS} clients, {busy:.2f} ms of processor each answer; floor {len(floor[0]) / SECONDS:.0f}/s; "
                                f"{_said(spent)}")


def _said(spent: tuple[float, float, int]) -> str:
    return f"processor {spent[0]:.1f} + {spent[1]:.1f} ms (Python + database), {spent[2]} queries"


def processor(ask: Callable[[], Any], times: int = TIMES) -> tuple[float, float, int]:
    """Milliseconds of processor time of one answer (this process, best half; its database backend), and its queries."""
    seen = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        return execute(sql, params, many, context)

    for _n in range(8):  # caches of the process, plans of the connection
        ask()
    with connection.execute_wrapper(count):
        ask()
    python, database = clients.spent(ask, times)
    return python, database, seen


def _page(port: int, agent: Person, name: str, size: int) -> Row:
    viewer = people.Viewer("agent", agent, people.cookie(agent))
    path, target = PAGES[name]
    path = path or f"/mesa/tickets/{_newest(agent)[0].pk}/"
    page, base = clients.statements(viewer, path), HTTPConnection("127.0.0.1", port, timeout=60)
    python, database = clients.processor(viewer, path)
    taken, text = [], b""
    for _n in range(TIMES):
        began = time.perf_counter()
        text = clients.get(base, port, viewer, path)
        taken.append(time.perf_counter() - began)
    return timed(f"page: {name}", size, taken, clients.bare(page, 1.0, 1), target=target,
                 conditions=f"1 client, {len(text) / 1000:.1f} kB of HTML, {_said((python, database, len(page)))}")


def _hints(agent: Person, size: int) -> list[Row]:
    """What is typed is the text of a ticket that there is, without its last word; the floor is to look at every ticket."""
    while hints.index_tickets():
        pass
    hints.count_features(agent.institution_id)
    texts = [" ".join(s.split()[:-1]) for s in _newest(agent).values_list("subject", flat=True)[:TIMES]]
    taken, spent = [], 0.0
    for text in texts:
        began, busy = time.perf_counter(), time.process_time()
        hints.alike(agent, hints.Asked(text))
        taken.append(time.perf_counter() - began)
        spent += time.process_time() - busy
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case c JOIN servicedesk_ticket t ON t.case_id = c.id WHERE c.subject ILIKE %s",
                       [f"%{texts[0]}%"])
    scan = time.perf_counter() - began
    return [row("hints while typing", size, p50=timed("", 0, taken)["p50"], p95=timed("", 0, taken)["p95"], floor=round(1000 * scan, 1),
                ratio=round(timed("", 0, taken)["p50"] / 1000 / scan, 2), target="p95 <= 30 ms",
                conditions=f"{len(texts)} texts, processor {1000 * spent / len(texts):.1f} ms (Python); floor: one scan of all subjects")]
