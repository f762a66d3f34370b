"""The drill of a folder: hundreds of documents uploaded, read and registered in one go, while parts of the installation are killed.

`python -m tests.drill_folder [--documents 300] [--scans 30] [--kills 18] [--seed 1]` prints what it does and the figures at the end; 1
when a document was lost, doubled or left out, a folio is missing, or the page told what was not so. `tests/test_drill_folder.py` does a
small folder. What was acknowledged stands, flushed to the disk, in files outside the database.
"""
import argparse
import json
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid5

import psycopg

from tests.drill_clients import TOKEN, multipart, spanish
from ventanilla.config import processes
from ventanilla.config.benches.serving import KINDS, Installation, installed

NAMESPACE: Final = UUID("7a2d5c1e-9f3b-4c55-8e61-000000000003")
UPLOAD: Final = 100  # files of one form
BACK: Final = 120.0  # how soon it is back is what drill_all looks at
PATIENCE: Final = 180.0
STACK, MANY = "/correspondencia/digitalizar/", "/correspondencia/digitalizar/varios/"
FORM: Final = "application/x-www-form-urlencoded"
BEGUN: Final = "SELECT count(*) FROM correspondence_stackrow WHERE case_id IS NOT NULL"


@dataclass
class Figures:
    """What a drill found. `problems` must be empty."""

    documents: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    looks: int = 0
    phases: dict[str, float] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """For people."""
        slow = sorted(self.back) or [0.0]
        return [f"{self.documents} documents; killed {dict(self.killed)}; whole again after {slow[len(slow) // 2]:.1f} s (median), {slow[-1]:.1f} s",
                f"seconds by phase {({k: round(v) for k, v in self.phases.items()})}; the page was compared {self.looks} times",
                *(f"PROBLEM {problem}" for problem in self.problems or ["none"])]


class Office:
    """One person with a folder. Every form has its key before it is sent and is sent again until it is answered."""

    def __init__(self, installation: Installation, folder: Path, figures: Figures) -> None:
        self.installation, self.folder, self.figures = installation, folder, figures
        self.facts: dict[str, Any] = json.loads((folder / "job.json").read_text())

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = FORM) -> tuple[int, str, str]:
        """Status, text and Location of the first answer that is none of a platform that is away."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status, text, place = self._sent(method, path, body, kind)
            if 0 < status < 500:
                return status, text, place
            if status and not spanish(text):
                self.figures.problems.append(f"{path}: {status} without a Spanish page: {text[:200]!r}")
            time.sleep(0.2)
        raise TimeoutError(f"{method} {path}: no answer in {PATIENCE:.0f} s")

    def _sent(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, str, str]:
        base = HTTPConnection("127.0.0.1", self.installation.port, timeout=60)
        try:
            base.request(method, path, body, {"Host": f"localhost:{self.installation.port}", "Content-Type": kind,
                                              "Cookie": f"{self.facts['cookie']}; csrftoken={TOKEN}"})
            answer = base.getresponse()
            return answer.status, answer.read().decode(errors="replace"), answer.headers.get("Location", "")
        except (OSError, HTTPException):
            return 0, "", ""
        finally:
            base.close()

    def upload(self, files: list[tuple[str, bytes]]) -> None:
        """The folder, so many files a form; each form that is acknowledged is written down."""
        for n in range(0, len(files), UPLOAD):
            parts = [("csrfmiddlewaretoken", None, TOKEN.encode()), ("uuid", None, str(uuid5(NAMESPACE, f"upload-{n}")).encode()),
                     *(("files", name, data) for name, data in files[n:n + UPLOAD])]
            status, text, _place = self.ask("POST", STACK, multipart(parts), "multipart/form-data; boundary=limite")
            if status != 302:
                self.figures.problems.append(f"upload {n}: {status} {_said(text)}")
            self.note(f"uploaded {n} {len(files[n:n + UPLOAD])}")

    def wait_until_read(self, count: int, seconds: float) -> None:
        """Until the page offers every one of them."""
        end, page = time.monotonic() + seconds, ""
        while time.monotonic() < end:
            page = self.ask("GET", MANY)[1]
            if "todavía se está" not in page and _total(page) >= count:
                return
            time.sleep(2)
        self.figures.problems.append(f"after {seconds:.0f} s only {_total(page)} of {count} were read")

    def tick_all(self) -> str:
        """Look at every page, say what each document is, tick it; register them all. The address of the run."""
        number, key = 1, uuid5(NAMESPACE, "run")
        while True:
            page = self.ask("GET", f"{MANY}?pagina={number}")[1]
            body: list[tuple[str, str]] = [("csrfmiddlewaretoken", TOKEN), ("uuid", str(key)), ("received_at", "2026-03-06T10:00"),
                                           ("medium", "paper"), ("level", "0")]
            for uuid, title in rows_of(page):
                said = {"chosen": "1", "subject": f"Carpeta {title}", "order": "state", "organisation": "Secretaría de Finanzas",
                        "type": str(self.facts["type"]), "sheets": "1"}
                body += [("rows", uuid), *((f"{uuid}-{name}", value) for name, value in said.items())]
            following = f'name="ir" value="{number + 1}"' in page
            status, text, place = self.ask("POST", f"{MANY}?pagina={number}", urlencode(
                [*body, ("ir", str(number + 1))] if following else body).encode())
            if status != 302:
                self.figures.problems.append(f"page {number}: {status} {_said(text)}")
                return place
            if not following:
                self.note(f"run {key} {place}")
                return place
            number += 1

    def watch(self, place: str, count: int, seconds: float) -> None:
        """The page of the run never tells more than there is, nor less than there was; it ends."""
        end, before = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            lowest = self.registered()
            page = self.ask("GET", place)[1]
            highest = self.registered()
            done, failed = _stat(page, "Registrados"), _stat(page, "No se registraron")
            if failed or done < before or (lowest is not None and done < lowest) or (highest is not None and done > highest):
                self.figures.problems.append(f"the page says {done} registered and {failed} not; there were {lowest} to {highest}, before {before}")
            self.figures.looks += 1
            before = done
            if "hx-trigger" not in page:
                if done != count:
                    self.figures.problems.append(f"the run ended with {done} of {count}")
                return
            time.sleep(0.5)
        self.figures.problems.append(f"the run was not over after {seconds:.0f} s: {before} of {count}")

    def registered(self) -> int | None:
        """Rows of the run with a letter, by the database itself; None while it is away."""
        try:
            with psycopg.connect(self.installation.server.url, connect_timeout=5) as connection:
                return int(connection.execute(BEGUN).fetchall()[0][0])
        except psycopg.Error:
            return None

    def note(self, line: str) -> None:
        """On the disk, outside of the database."""
        with (self.folder / "acknowledged.txt").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def rows_of(page: str) -> list[tuple[str, str]]:
    """(key, title) of each document that a page of the stack offers."""
    keys = re.findall(r'name="rows" value="([^"]+)"', page)
    titles = re.findall(r'-chosen">\s*<strong>([^<]*)</strong>', page)
    return list(zip(keys, map(unescape, titles), strict=True))


def _total(page: str) -> int:
    found = re.search(r"de \d+, ([\d,]+) documentos", page)
    return int(found[1].replace(",", "")) if found else len(rows_of(page))


def _stat(page: str, label: str) -> int:
    found = re.search(rf'<span class="label">{label}</span><span class="value">([\d,]+)<', page)
    return int(found[1].replace(",", "")) if found else -1


def _said(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())[-300:]


def files_of(folder: Path, documents: int, scans: int) -> list[tuple[str, bytes]]:
    """Small PDF with their own text, and among them scans that must be recognised; each different."""
    pictures = [path.read_bytes() for path in sorted(folder.glob("scan-*.jpg"))]
    every = max(1, documents // scans) if scans else 0
    return [(f"doc-{n:04}.jpg", pictures[n % len(pictures)] + f"{n}".encode()) if every and n % every == 0 and n // every < scans
            else (f"doc-{n:04}.pdf", small_pdf(f"Oficio de la carpeta {n:04}")) for n in range(documents)]


def small_pdf(text: str) -> bytes:
    """One page with a line of text."""
    drawn = f"BT /F 18 Tf 72 700 Td ({text}) Tj ET".encode("latin-1")
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
               b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    data, places = b"%PDF-1.4\n", []
    for n, one in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s\nendobj\n" % (n, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (table, len(data))


class Killer:
    """Kills one part after another, each when all is whole again, while a phase lasts."""

    def __init__(self, installation: Installation, figures: Figures, seed: int, kills: int) -> None:
        self.installation, self.figures, self.chance = installation, figures, random.Random(seed)
        self.order = [kind for _round in range(kills // len(KINDS) + 1) for kind in self.chance.sample(KINDS, len(KINDS))][:kills]
        self.over = threading.Event()

    def during(self, share: int, pause: float) -> threading.Thread:
        """At most `share` kills, `pause` seconds between two at the most."""
        self.over.clear()
        thread = threading.Thread(target=self._work, args=(share, pause), daemon=True)
        thread.start()
        return thread

    def _work(self, share: int, pause: float) -> None:
        for _n in range(share):
            if self.over.wait(self.chance.uniform(0.1, pause)) or not self.order:
                return
            kind, end = self.order.pop(0), time.monotonic() + 10
            while not (hit := self.installation.kill(kind, self.chance)) and time.monotonic() < end and not self.over.wait(0.02):
                pass  # no file is being read just now
            if not hit:
                self.order.append(kind)
                continue
            self.figures.killed[kind] += 1
            began = time.monotonic()
            time.sleep(0.1)
            if not processes.wait_until(self.installation.whole, BACK, every=0.1):
                self.figures.problems.append(f"not whole {BACK:.0f} s after the {kind} was killed")
            self.figures.back.append(time.monotonic() - began)


def drill(root: Path, documents: int, scans: int, kills: int, seed: int, say: Callable[[str], None] = lambda line: None) -> Figures:
    """Upload, read, tick, register; kills in each phase; then look at everything."""
    figures = Figures(documents)
    with installed(root, WEB_WORKERS="2", LOG_LEVEL="WARNING") as installation:
        folder = root / "drill"
        folder.mkdir()
        installation.django("tests.drill_checks", "setup", str(folder))
        office, killer, place = Office(installation, folder, figures), Killer(installation, figures, seed, kills), ""
        assert processes.wait_until(installation.whole, BACK), installation.last_words()
        files, patience = files_of(folder, documents, scans), 120 + documents * 3.0

        def phase(name: str, act: Callable[[], Any], share: int, pause: float) -> Any:
            began, thread = time.monotonic(), killer.during(share, pause)
            made = act()
            killer.over.set()
            thread.join(BACK * 2)
            figures.phases[name] = time.monotonic() - began
            say(f"{name} {figures.phases[name]:.0f} s, killed {sum(figures.killed.values())}, problems {figures.problems[:3]}")
            return made

        third = max(1, kills // 4)
        phase("upload", lambda: office.upload(files), third, 0.3)
        phase("read", lambda: office.wait_until_read(documents, patience), max(1, kills // 2), min(5.0, documents * 0.1))
        place = phase("tick", office.tick_all, third, 0.3)
        phase("register", lambda: office.watch(place, documents, patience), kills, min(2.0, documents * 0.02))
        figures.problems += json.loads(installation.django("tests.drill_folder", "check", str(folder), str(documents)))
        if "íntegra" not in (log := installation.django("ventanilla", "audit", "verify")):
            figures.problems.append(log)
    return figures


def check(folder: Path, documents: int) -> list[str]:
    """What is wrong in the database: run against the installation's own."""
    import django
    django.setup()
    from tests import drill_checks as checks

    return [*_letters(documents), *_read(), *checks._folios(), *checks._places(), *checks._log(), *checks._jobs()]


def _letters(documents: int) -> Iterator[str]:
    """Each file is one document, of one scan, of one letter with one folio, one receipt and one file; one run, one notice."""
    from ventanilla.core.cases.models import Attachment, Case
    from ventanilla.core.documents.models import Document
    from ventanilla.core.notices.models import Notice
    from ventanilla.modules.correspondence.models import Receipt, StackRun, Upload

    wanted = Counter(f"doc-{n:04}" for n in range(documents))
    there = {"documents": [d.title for d in Document.objects.all()], "uploads": [str(u.document) for u in Upload.objects.all()],
             "letters": [c.subject.removeprefix("Carpeta ") for c in Case.objects.all()],
             "files": [a.document.title for a in Attachment.objects.select_related("document")]}
    for what, titles in there.items():
        found = Counter(title.rpartition(".")[0] for title in titles)
        yield from (f"{what}: {name} {found[name]} times" for name in {*found, *wanted} if found[name] != wanted[name])
    for attached in Attachment.objects.select_related("case", "document"):
        if attached.case.subject != f"Carpeta {attached.document.title}":
            yield f"{attached.document.title} lies with {attached.case.subject}"
    numbers = sorted(Case.objects.values_list("number", flat=True))
    if numbers != list(range(1, documents + 1)):
        yield f"folios {numbers[:3]}…{numbers[-3:]}"
    yield from (f"{n} {what}" for what, n, right in (
        ("waiting uploads", Upload.objects.filter(case=None).count(), 0), ("receipts", Receipt.objects.count(), documents),
        ("runs", StackRun.objects.exclude(finished_at=None).count(), 1),
        ("notices of the run", Notice.objects.filter(dedupe__contains="stack:").count(), int(documents > 10))) if n != right)


def _read() -> Iterator[str]:
    """Every document was read or says why not."""
    from ventanilla.core.documents.models import WAITING, DocumentVersion

    for version in DocumentVersion.objects.select_related("document"):
        if version.state in WAITING:
            yield f"{version.document.title} still waits"
        elif not version.problem and not version.pages.exclude(text="").exists():
            yield f"{version.document.title} has neither words nor a problem"


def main() -> int:
    """The command; `check <folder> <documents>` is its own second process."""
    if sys.argv[1:2] == ["check"]:
        print(json.dumps(check(Path(sys.argv[2]), int(sys.argv[3]))))
        return 0
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("documents", 300), ("scans", 30), ("kills", 18), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vt-folder-") as folder:
        figures = drill(Path(folder), options.documents, options.scans, options.kills, options.seed, lambda line: print(line, flush=True))
    print(*figures.lines(), sep="\n")
    return int(bool(figures.problems))


if __name__ == "__main__":
    sys.exit(main())
