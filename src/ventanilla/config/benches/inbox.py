"""Mi bandeja and the list of letters over HTTP, first and last key page, for four people, while others write."""
import re
from collections.abc import Iterator
from html import unescape
from time import monotonic
from typing import Final

from ventanilla.config.benches import clients, loading, people, scratch
from ventanilla.config.benches.rows import Row, timed

PAGES: Final = {"inbox": "/bandeja/", "inbox of the units below": "/bandeja/?ambito=dependen", "list": "/listas/correspondencia/"}
TARGET: Final = "p95 <= 60 ms, <= 12 queries"
DEEP: Final = 40  # key pages followed to reach the last one of an inbox, which has no link to its end


def bench(size: int) -> Iterator[Row]:
    """Two rows per page, place and person, without pause and at a pace; milliseconds of the whole answer."""
    institution, said = loading.cases(size)
    end = loading.until()
    with clients.writing(institution) as rate, scratch.web() as server:
        plan = [(viewer, name, place) for viewer in people.viewers(institution) for name in PAGES for place in ("first", "last")]
        for n, (viewer, name, place) in enumerate(plan):
            each = min(4.0, max(0.5, (end - monotonic()) / (len(plan) - n) / 4))
            for row in _measured(server.port, viewer, name, place, each, size):
                yield row | {"conditions": f"{row['conditions']}, {rate()} writes/s; {said}"}


def _measured(port: int, viewer: people.Viewer, name: str, place: str, seconds: float, size: int) -> list[Row]:
    path = PAGES[name] if place == "first" else _last(port, viewer, name)
    page = clients.statements(viewer, path)
    python, database = clients.processor(viewer, path)
    floor = clients.bare(page, seconds)
    rows = []
    for pace, said in ((0.0, "without pause"), (clients.PACE, f"{clients.PACE:g} pages a second wanted by each")):
        taken = clients.ask(port, viewer, path, seconds, pace)
        rows.append(timed(
            f"{name}, {place} page, {viewer.name}, {said}", size, taken, floor, target=TARGET, throughput=round(len(taken) / seconds, 1),
            conditions=f"{len(page)} queries, processor {python:.1f} + {database:.1f} ms (Python + database), {clients.CLIENTS} "
            f"clients, {len(taken)} answers"))
    return rows


def _last(port: int, viewer: people.Viewer, name: str) -> str:
    """The address of the last page: the list has a link to it; an inbox is followed DEEP pages down."""
    from http.client import HTTPConnection

    if name == "list":
        return f"{PAGES[name]}?ultima=1"
    base, path = HTTPConnection("127.0.0.1", port, timeout=60), PAGES[name]
    for _page in range(DEEP):
        text = clients.get(base, port, viewer, path).decode()
        links = re.findall(r'href="([^"]*despues=[^"]+)"', text)
        if not links:
            break
        path = unescape(links[-1])
        path = path if path.startswith("/") else PAGES[name] + path
    return path
