"""Measures of the registry: official PDFs in bulk; list, facets, search, likeness and figures at many practices.

Run by `ventanilla bench --only practices` in a scratch database. Floors: for PDFs one compilation of an empty page; for the list the same
rows by bare SQL in order of the index. Beside the seconds stands the processor time, of this process and of its database backend, since
it hardly depends on who else is at work.
"""
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.exports.typeset import typeset_many
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services import add_person, add_unit, create_institution, give
from ventanilla.core.orgs.services.setup import PersonDraft, UnitDraft
from ventanilla.modules.practices.models import Practice
from ventanilla.modules.practices.services.bench_filling import fill
from ventanilla.modules.practices.services.figures import figures
from ventanilla.modules.practices.services.papers import TEMPLATE, paper_data, practice_pdfs
from ventanilla.modules.practices.services.similar import similar_to

Row = dict[str, Any]
Asked = dict[str, Callable[[], Any]]
GOAL: Final = "p95 <= 40 ms"
RUNS: Final = 40
SECONDS, PAPER_SECONDS, FEWEST = 4.0, 60.0, 7
"""So long one row, and all the PDFs, go on at most (a busy machine must not keep the others from being measured); at least so many runs."""
BATCH: Final = 100
LAST: Final = 20.0
"""With so many seconds left, what was not begun is named as not measured instead of being cut off in the middle."""
PAGES: Final = {"list": "/listas/practicas/", "list, three facets": "/listas/practicas/?categoria=finanzas&transferible=si&medicion=si",
                "list, common word": "/listas/practicas/?q=jóvenes", "list, rare word": "/listas/practicas/?q=rara500",
                "figures": "/practicas/tablero/", "public list": "/buenas-practicas/"}


class _Undone(Exception):
    """Ends the measuring: everything written is rolled back."""


def bench(size: int = 50_000) -> Iterator[Row]:
    """`size` public practices; `size` / 50 PDFs. Row by row, so that what was measured is kept when the time is over."""
    with suppress(_Undone), transaction.atomic():
        person, unit = _keeper()
        fill(person, unit, size)
        yield from _pages(person, size)
        yield from _queries(person, size)
        yield from _papers(max(size // 50, 10))
        raise _Undone


def _keeper() -> tuple[Person, Unit]:
    institution: Institution = create_institution(slug="bench-practices", name="Medición", short_name="M")
    unit: Unit = add_unit(actor=None, institution=institution, draft=UnitDraft("Registro", code="R"))
    person = add_person(actor=None, institution=institution, draft=PersonDraft(
        "Ana", "Prueba", unit=unit, email="ana@bench.invalid", password="clave-de-medición-1", sign_in=True))
    give(actor=None, person=person, role="practice_registrar", unit=unit, subtree=True)
    return person, unit


def _queries(person: Person, size: int) -> Iterator[Row]:
    """What the list and its facets ask of the database: fifty rows in order, and the count that stops at 1,000."""
    visible = Practice.objects.visible_to(person)
    kept = visible.order_by("pk")[0]
    option, people = kept.category, kept.population
    asked: Asked = {
        "list": lambda: _page(visible), "list, one category": lambda: _page(visible.filter(category__contains=option)),
        "list, three facets": lambda: _page(visible.filter(category__contains=option, population__contains=people, transferable=True)),
        "list, common word": lambda: _page(visible.saying("jóvenes")),
        "list, rare word": lambda: _page(visible.saying("rara500")),
        "one search, common word": lambda: search(person, Wanted("trámites", kinds=("practice",))),
        "one search, rare word": lambda: search(person, Wanted("rara500", kinds=("practice",))),
        "alike": lambda: similar_to(kept, person), "figures": figures,
    }
    newest = "SELECT * FROM practices_practice WHERE public ORDER BY updated_at DESC, id DESC LIMIT 51"
    bare = 1000 * min(_measured(lambda: _bare(newest))[0])
    for name, run in asked.items():
        yield _row(f"query: {name}", size, run, bare if name == "list" else None)


def _pages(person: Person, size: int) -> Iterator[Row]:
    """Whole pages in this process: session, query and HTML; what the web server adds is not in it."""
    client = Client(HTTP_HOST="localhost")
    assert person.user is not None
    client.force_login(person.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    for name, path in PAGES.items():
        yield _row(f"page: {name}", size, partial(_seen, client, path))


def _seen(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")


def _bare(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _page(rows: Any) -> Any:
    return list(rows.order_by("-updated_at", "-pk")[:51]), rows.order_by()[:1001].count()


def _papers(count: int) -> list[Row]:
    """So many official forms at once, in batches. The compiler's processes are children: their time is counted too."""
    if _left() < 2 * LAST:
        return [{"what": "not measured: official PDF", "size": 0, "conditions": "the time was over"}]
    until = min(PAPER_SECONDS, _left() - LAST)
    rows = [(p, p.current) for p in Practice.objects.select_related("institution", "current").order_by("-pk")[:count] if p.current]
    blank = paper_data(*rows[0]) | {"sections": []}
    floor = 1000 * min(_measured(lambda: typeset_many(TEMPLATE, [blank] * 20), 1)[0]) / 20
    began, busy, done, taken = time.perf_counter(), _with_children(), 0, 0.0
    while done < len(rows) and taken < until:
        done += len(practice_pdfs(rows[done:done + BATCH]))
        taken = time.perf_counter() - began
    each, spent = 1000 * taken / done, 1000 * (_with_children() - busy) / done
    return [{"what": "official PDF", "size": done, "unit": "ms", "p50": round(each, 1), "floor": round(floor, 1),
             "ratio": round(each / floor, 2), "throughput": round(done / taken, 1), "target": "1,000 <= 60 s",
             "conditions": f"processor {spent:.1f} ms each"}]


def _left() -> float:
    """Seconds until the runner ends this process."""
    return float(os.environ.get("BENCH_UNTIL", "inf")) - time.monotonic()


# --- the watch -------------------------------------------------------------------------------------------------


def _row(what: str, size: int, run: Callable[[], Any], floor: float | None = None) -> Row:
    """Seconds of RUNS runs after one that fills the caches; `floor` in milliseconds."""
    if _left() < LAST:
        return {"what": f"not measured: {what}", "size": size, "conditions": "the time was over"}
    run()
    taken, python, database = _measured(run)
    ordered = sorted(1000 * t for t in taken)
    p50, p95 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {"what": what, "size": size, "unit": "ms", "p50": round(p50, 2), "p95": round(p95, 2), "target": GOAL,
            "floor": floor and round(floor, 2), "ratio": round(p50 / floor, 2) if floor else None,
            "conditions": f"processor {python:.1f} + {database:.1f} ms"}


def _measured(run: Callable[[], Any], runs: int = RUNS) -> tuple[list[float], float, float]:
    """Seconds of each run; milliseconds of processor of one, here and in the database backend (0 when that is elsewhere)."""
    backend = Path(f"/proc/{_bare('SELECT pg_backend_pid()')[0][0]}/stat")
    taken, python, before = list[float](), time.process_time(), _ticks(backend)
    while len(taken) < runs and (len(taken) < FEWEST or sum(taken) < SECONDS):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    database = (_ticks(backend) - before) / os.sysconf("SC_CLK_TCK")
    return taken, 1000 * (time.process_time() - python) / len(taken), 1000 * database / len(taken)


def _ticks(stat: Path) -> int:
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _with_children() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
