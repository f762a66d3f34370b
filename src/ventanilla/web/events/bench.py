"""How soon news arrives: streams of as many people, an event caused by a real verb over HTTP, reaching 1, 5 and all.

Starts its own web server, events server and relay on free ports, over the database of the settings (a throw-away one),
and stops them. Milliseconds from sending the request to the line read by each browser, the verb included.
Floor: a bare NOTIFY heard by one bare LISTEN. The verb: `report` on a turn.
"""
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone

from ventanilla.core.cases.kinds import kinds
from ventanilla.core.cases.models import Case, FolioSeries, Turn
from ventanilla.core.cases.services import CaseDraft, TurnDraft, open_cases, route
from ventanilla.core.orgs.models import Grant, Institution, Person, Role, Unit, User
from ventanilla.core.orgs.services import add_unit, create_institution
from ventanilla.core.orgs.services.setup import UnitDraft
from ventanilla.core.workdays.services import standard_calendar
from ventanilla.web.events import tickets

EVENTS: Final = 12    # of each reach
SECONDS: Final = 20.0  # the longest a browser waits for one


def bench(size: int = 500) -> list[dict[str, Any]]:
    """A row per reach: p50, p95 and max in ms, how many arrived of how many, how many heard what was not theirs."""
    rooms = _rooms(size)
    floor = _floor()
    rows = [{"what": "notice floor: bare NOTIFY", "size": 1, "p50": _at(floor, 50), "p95": _at(floor, 95), "ratio": 1.0}]
    with _servers() as (web, events):
        found = asyncio.run(_measure(rooms, size, web, events))
    for row in found:
        rows.append(row | {"ratio": round(row["p95"] / max(_at(floor, 95), 0.001), 1)})
    return rows


class Room:
    """A turn that `reach` people hear of, and a token to act with."""

    def __init__(self, name: str, people: Sequence[Person], turn: Turn, secret: str) -> None:
        self.name, self.people, self.turn, self.secret = name, people, turn, secret


def _rooms(size: int) -> list[Room]:
    """An institution with `size` people; three turns, which one, five and all of them may read."""
    mark = uuid4().hex[:8]
    institution = create_institution(slug=f"bench-{mark}", name="Medición", short_name="M")
    standard_calendar(institution)
    people = _people(institution, size, mark)
    return [_room(institution, name, people[:count], mark)
            for name, count in (("1", 1), ("5", 5), ("all", size))]


def _people(institution: Institution, size: int, mark: str) -> list[Person]:
    users = User.objects.bulk_create(User(email=f"p{n}.{mark}@example.org", password="!") for n in range(size))
    return Person.objects.bulk_create(Person(institution=institution, user=u, given_name="Persona", surname_1=str(n))
                                      for n, u in enumerate(users))


def _room(institution: Institution, name: str, people: Sequence[Person], mark: str) -> Room:
    from ventanilla.web.api.services import create_token

    desk, office = (_unit(institution, f"{name} {part}") for part in ("mesa", "oficina"))
    role = Role.objects.get(institution=institution, slug="staff")
    today = timezone.localdate()
    Grant.objects.bulk_create(Grant(person=p, role=role, unit=office, valid_from=today) for p in people)
    user = User.objects.create(email=f"actor{name}.{mark}@example.org", password="!")
    actor = Person.objects.create(institution=institution, user=user, given_name="Actor", surname_1=name)
    head = Role.objects.get(institution=institution, slug="head")
    Grant.objects.bulk_create(Grant(person=actor, role=head, unit=u, valid_from=today) for u in (desk, office))
    case = _case(actor, desk)
    turn = route(actor=actor, case=case, drafts=[TurnDraft(office)])[0]
    _token, secret = create_token(actor=actor, name="Medición", scopes=["cases:write"], days=1)
    return Room(name, people, turn, secret)


def _unit(institution: Institution, name: str) -> Unit:
    made = add_unit(actor=None, institution=institution, draft=UnitDraft(name))
    FolioSeries.objects.create(institution=institution, unit=made, slug="incoming", mask="{n}/{year}")
    return made


def _case(actor: Person, unit: Unit) -> Case:
    draft = CaseDraft(kinds()[0].slug, unit, "Medición", timezone.now())
    return open_cases(actor=actor, drafts=[draft], details=lambda ids, drafts: None)[0]


def _floor() -> list[float]:
    params = {k: v for k, v in connection.get_connection_params().items()
              if k in ("dbname", "user", "password", "host", "port")}
    taken = []
    with psycopg.connect(**params, autocommit=True) as ear, psycopg.connect(**params, autocommit=True) as mouth:
        ear.execute("LISTEN bench_floor")
        for _n in range(50):
            began = time.perf_counter()
            mouth.execute("SELECT pg_notify('bench_floor', 'x')")
            next(ear.notifies(timeout=5))
            taken.append((time.perf_counter() - began) * 1000)
    return taken


@contextmanager
def _servers() -> Iterator[tuple[int, int]]:
    """The three processes; web and events ports."""
    web, events = _port(), _port()
    env = os.environ | {"DATABASE_URL": _url(), "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings",
                        "PYTHONPATH": str(settings.SRC_DIR), "BASE_URL": f"http://localhost:{web}"}
    granian = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--log-level", "warning", "--workers", "1"]
    commands = (
        [*granian, "--interface", "wsgi", "--blocking-threads", "4", "--port", str(web), "ventanilla.config.wsgi:application"],
        [*granian, "--interface", "asgi", "--port", str(events), "ventanilla.config.asgi:application"],
        [sys.executable, "-m", "django", "relay"])
    children = [subprocess.Popen(command, env=env) for command in commands]
    try:
        _await_ports(web, events)
        yield web, events
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=20)


def _url() -> str:
    params = connection.get_connection_params()
    who = params["user"] + (f":{params['password']}" if params.get("password") else "")
    host = str(params.get("host") or "")
    where = f"@/{params['dbname']}?host={host}" if host.startswith("/") else f"@{host}:{params.get('port') or 5432}/{params['dbname']}"
    return f"postgresql://{who}{where}"


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_ports(*ports: int) -> None:
    end = time.monotonic() + 60
    for port in ports:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            if time.monotonic() > end:
                raise TimeoutError(port)
            time.sleep(0.1)


class Ear:
    """One person's stream: (moment, case) of everything heard."""

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id
        self.heard: list[tuple[float, int]] = []

    async def listen(self, port: int, ticket: str) -> None:
        """Open it, and read until cancelled."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        query = urlencode({"boleto": ticket})
        self.writer.write(f"GET /eventos/?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        while b"hello" not in await self.reader.readline():
            if self.reader.at_eof():
                raise ConnectionError("the stream was refused")
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while line := await self.reader.readline():
            if line.startswith(b'data: {"id"'):
                self.heard.append((time.perf_counter(), json.loads(line[6:])["id"]))


async def _measure(rooms: Sequence[Room], size: int, web: int, events: int) -> list[dict[str, Any]]:
    ears = {p.pk: Ear(p.pk) for p in rooms[-1].people}
    for ear in ears.values():
        await ear.listen(events, tickets.issue_for(ear.person_id))
    await asyncio.sleep(1)
    async with httpx.AsyncClient(base_url=f"http://localhost:{web}", timeout=30) as client:
        rows = [await _reach(room, ears, client, size) for room in rooms]
    for ear in ears.values():
        ear.task.cancel()
        ear.writer.close()
    return rows


async def _reach(room: Room, ears: dict[int, Ear], client: httpx.AsyncClient, size: int) -> dict[str, Any]:
    theirs = {p.pk for p in room.people}
    taken: list[float] = []
    foreign = 0
    for _n in range(EVENTS + 1):
        for ear in ears.values():
            ear.heard.clear()
        began = time.perf_counter()
        answer = await client.post(f"/api/v1/turns/{room.turn.uuid}/report", json={"text": "Avance"},
                                   headers={"Authorization": f"Bearer {room.secret}"})
        answer.raise_for_status()
        await _all_heard([ears[i] for i in theirs], began)
        await asyncio.sleep(0.3)
        if _n:  # the first one warms connections and code
            taken += [(ears[i].heard[0][0] - began) * 1000 for i in theirs if ears[i].heard]
            foreign += sum(bool(ear.heard) for i, ear in ears.items() if i not in theirs)
    return {"what": f"notice reaching {room.name}", "size": size, "p50": _at(taken, 50), "p95": _at(taken, 95),
            "max": round(max(taken), 1), "arrived": len(taken), "expected": EVENTS * len(theirs), "foreign": foreign}


async def _all_heard(ears: Sequence[Ear], began: float) -> None:
    while not all(ear.heard for ear in ears) and time.perf_counter() - began < SECONDS:
        await asyncio.sleep(0.005)


def _at(taken: Sequence[float], percent: int) -> float:
    """A percentile, in ms."""
    if len(taken) < 2:
        return round(taken[0], 1) if taken else 0.0
    return round(statistics.quantiles(taken, n=100, method="inclusive")[percent - 1], 1)
