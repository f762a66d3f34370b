"""Offices of a drill: upload, register, route, answer and evaluate over HTTP, and write down what was acknowledged.

Every request has its key before it is sent and is sent again with it until it is answered. What the platform acknowledged
stands, a line each, flushed to the disk, in files outside its database.
"""
import json
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

NAMESPACE = UUID("7a2d5c1e-9f3b-4c55-8e61-000000000002")
PATIENCE = 150.0
"""Seconds that a client repeats one request before it says that the platform did not come back."""
TOKEN = "d" * 32  # of the protection against forged requests: a client chooses it


@dataclass
class Job:
    """What `drill_checks.setup` made: secrets by person, units, a session of the clerk, pictures to upload."""

    port: int
    folder: Path
    facts: dict[str, Any]
    scans: list[bytes] = field(default_factory=list)


def key(client: int, number: int, verb: str) -> UUID:
    """The key of a request, the same whenever it is repeated."""
    return uuid5(NAMESPACE, f"{client}-{number}-{verb}")


class Client:
    """One office. `letter(n)` does the whole way of its n-th letter; `problems` is what must not be."""

    def __init__(self, job: Job, number: int) -> None:
        self.job, self.number = job, number
        self.problems: list[str] = []
        self.seen: Counter[str] = Counter()
        self.log: IO[str] = (job.folder / f"client-{number}.log").open("a", encoding="utf-8")

    def letter(self, n: int) -> None:
        """By the API, or (every third) registered with the form; the scan goes with it or is added to it."""
        case, units = "", self.job.facts["units"]
        if n % 3 == 2:
            case = self.form(n)
        elif document := self.upload(n):
            case = self.registered(n, document)
        if not case or (n % 3 == 2 and not self.upload(n, case)):
            return
        turn = uuid5(key(self.number, n, "route"), "1")
        side = ("north", "south")[n % 2]
        steps = (("route", "head", f"/cases/{case}/route", {"turns": [{"unit": units[side], "text": "Atienda", "days": 5}]}),
                 ("answer", f"{side}_head", f"/turns/{turn}/answer", {"text": f"Se atendió {case}"}),
                 ("approve", "head", f"/turns/{turn}/approve", {"reason": ""}))
        for verb, who, path, body in steps[:2 + n % 2]:
            if not self.ask(n, verb, who, path, json.dumps(body).encode(), "application/json"):
                return

    def upload(self, n: int, case: str = "") -> str:
        """Send a scan, different in every letter; the uuid of the document."""
        name, scan = f"oficio-{self.number}-{n}.jpg", self.job.scans[n % len(self.job.scans)]
        fields = [("role", None, b"scan"), *([("case", None, case.encode())] if case else []),
                  ("file", name, scan + f"{self.number}-{n}".encode())]
        return self.ask(n, "upload", "head", "/documents", multipart(fields), "multipart/form-data; boundary=limite")

    def registered(self, n: int, document: str) -> str:
        """Register with the document already sent; the uuid of the case."""
        body = {"letters": [{"unit": self.job.facts["units"]["root"], "type": "Oficio", "subject": f"Simulacro {self.number}-{n}.",
                             "sender": {"organisation": "Secretaría de Finanzas"}, "documents": [document]}]}
        folio = self.ask(n, "register", "head", "/letters", json.dumps(body).encode(), "application/json")
        return str(uuid5(key(self.number, n, "register"), "1")) if folio else ""

    def form(self, n: int) -> str:
        """Register with the form of the counter; the form's own uuid is the case's."""
        uuid = key(self.number, n, "form")
        body = {"uuid": uuid, "unit": self.job.facts["root"], "direction": "incoming", "type": self.job.facts["type"], "order": "state",
                "organisation": "Secretaría de Finanzas", "signatory": "María Peña", "subject": f"Simulacro {self.number}-{n}.",
                "received_at": f"{datetime.now(ZoneInfo('America/Mexico_City')):%Y-%m-%dT%H:%M}", "sheets": 1, "medium": "paper", "priority": 3, "level": 0,
                "csrfmiddlewaretoken": TOKEN}
        return str(uuid) if self.ask(n, "form", "", "/correspondencia/registrar/", urlencode(body).encode(),
                                     "application/x-www-form-urlencoded") else ""

    def ask(self, n: int, verb: str, who: str, path: str, body: bytes, kind: str) -> str:
        """Ask until it is answered; what it was told (written down first), empty when it was refused."""
        mine, end = key(self.number, n, verb), time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status, text, place = self.send(mine, who, path, body, kind)
            self.seen[f"{status}"] += 1
            if 0 < status < 400:
                told = value(verb, text, place)
                self.write(f"{verb} {mine} {told}")
                return told
            if 400 <= status < 500:
                self.problems.append(f"{verb} {mine}: {status} {text[:300]!r}")
                return ""
            if status and not spanish(text):
                self.problems.append(f"{verb}: {status} without a Spanish page: {text[:200]!r}")
            time.sleep(0.2)
        self.problems.append(f"{verb} {mine}: no answer in {PATIENCE:.0f} s")
        return ""

    def send(self, mine: UUID, who: str, path: str, body: bytes, kind: str) -> tuple[int, str, str]:
        """Status (0: nobody answered), text and Location of one attempt."""
        facts, base = self.job.facts, HTTPConnection("127.0.0.1", self.job.port, timeout=30)
        entry = {"Authorization": f"Bearer {facts['tokens'][who]}", "Idempotency-Key": str(mine)} if who else {
            "Cookie": f"{facts['cookie']}; csrftoken={TOKEN}"}
        try:
            base.request("POST", f"/api/v1{path}" if who else path, body,
                         {"Host": f"localhost:{self.job.port}", "Content-Type": kind, **entry})
            answer = base.getresponse()
            return answer.status, answer.read().decode(errors="replace"), answer.headers.get("Location", "")
        except (OSError, HTTPException):
            return 0, "", ""
        finally:
            base.close()

    def write(self, line: str) -> None:
        """On the disk before anything else happens; a line counts when it is whole."""
        self.log.write(f"{line}.\n")
        self.log.flush()
        os.fsync(self.log.fileno())


def value(verb: str, text: str, place: str) -> str:
    """What an acknowledgement promises: a folio, an address, the uuid of a document, or only that it was done."""
    if verb == "form":
        return place
    made = json.loads(text)
    return str(made[0]["folio"] if verb == "register" else made["uuid"])


def spanish(text: str) -> bool:
    """Whether an error says something a person at a counter can read."""
    return not text or any(word in text for word in ("La base de datos no responde", "No hay espacio", "Algo falló", "No se pudo"))


def multipart(fields: list[tuple[str, str | None, bytes]]) -> bytes:
    """The body of a form with files."""
    parts = []
    for name, filename, data in fields:
        more = f'; filename="{filename}"\r\nContent-Type: application/octet-stream' if filename else ""
        parts.append(f'--limite\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + data + b"\r\n")
    return b"".join(parts) + b"--limite--\r\n"


class Crew:
    """Clients that work, a letter after another, while `go` is set, and rest between two runs."""

    def __init__(self, job: Job, clients: int) -> None:
        self.clients = [Client(job, n) for n in range(clients)]
        self.done = [0] * clients

    def work(self, until: threading.Event) -> list[threading.Thread]:
        """Start them; each ends with its first letter that is complete after `until`."""
        threads = [threading.Thread(target=self._work, args=(c, until), daemon=True) for c in self.clients]
        for thread in threads:
            thread.start()
        return threads

    def _work(self, client: Client, until: threading.Event) -> None:
        while True:
            try:
                client.letter(self.done[client.number])
            except Exception as failure:  # a client that breaks is a finding, not the end of the drill
                client.problems.append(repr(failure))
            self.done[client.number] += 1
            if until.is_set():
                return

    @property
    def problems(self) -> list[str]:
        """Of all of them."""
        return [problem for client in self.clients for problem in client.problems]

    @property
    def seen(self) -> Counter[str]:
        """How often each status was answered; "0": nobody answered."""
        return sum((client.seen for client in self.clients), Counter[str]())


def acknowledged(folder: Path) -> dict[str, dict[str, str]]:
    """verb -> key -> what was told, from the whole lines of the clients' files. Raises ValueError when one was told two things."""
    told: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("client-*.log")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.endswith("."):
                continue
            verb, mine, what = line.removesuffix(".").split(" ", 2)
            if told.setdefault(verb, {}).setdefault(mine, what) != what:
                raise ValueError(line)
    return told
