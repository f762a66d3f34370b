"""Search for four people: filtered and equal to an exhaustive scan; a common term ranked over the newest 5,000 hits."""
import random
import time
from datetime import timedelta
from time import monotonic, perf_counter
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from ventanilla.config.benches import loading, people
from ventanilla.config.benches.rows import Row, timed
from ventanilla.core.cases import search
from ventanilla.core.cases.search import Wanted
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.reach import reach_of

QUERIES: Final = 60
WORDS: Final = ("expediente", "escrituración", "vivienda", "dirección general", "secretaría", "solicitud", "informe",
                "obra", "presupuesto", "constancia", "zzzqx", "2026", "oficio", "lote", "predial")
SCAN: Final = """
SELECT s.id, ts_rank(s.vector, public.doc_query(%(text)s)) FROM (SELECT * FROM cases_searchrow OFFSET 0) s
LEFT JOIN cases_case c ON c.id = s.case_id
WHERE s.vector @@ public.doc_query(%(text)s) AND s.tokens && %(tokens)s::bigint[] AND s.institution_id = %(institution)s
  AND (%(state)s = '' OR c.state = %(state)s) AND (%(since)s::timestamptz IS NULL OR s.at >= %(since)s)
ORDER BY s.at DESC, s.id DESC LIMIT %(limit)s
"""


def bench(size: int) -> list[Row]:
    """Per person: filtered searches with how many equalled the scan, and the commonest word ranked."""
    institution, said = loading.cases(size)
    found, end = [], loading.until()
    seen = people.viewers(institution)
    for n, viewer in enumerate(seen):
        stop = monotonic() + max(5.0, (end - monotonic()) / (len(seen) - n))
        for measured in (_filtered(institution, viewer, stop), _ranked(viewer)):
            found.append(timed(f"{measured[0]}, {viewer.name}", size, measured[1], measured[2], target=measured[3],
                               conditions=f"{measured[4]}; {said}"))
    return found


def _wanted(institution: Institution, chance: random.Random) -> Wanted:
    states = ("", "", "registered", "routed", "concluded")
    since = timezone.now() - timedelta(days=chance.choice((30, 120, 400)))
    return Wanted(" ".join(chance.sample(WORDS, chance.choice((1, 1, 2)))), state=chance.choice(states),
                  since=since if chance.random() < 0.4 else None)


def _filtered(institution: Institution, viewer: people.Viewer, stop: float) -> tuple[str, list[float], list[float], str, str]:
    """Every query against the scan that uses no index of the text."""
    chance, taken, bare, equal = random.Random(20261121), [], [], 0
    for _n in range(QUERIES):
        wanted = _wanted(institution, chance)
        began = perf_counter()
        ids = [h.id for h in search.search(_fresh(viewer.person), wanted).hits]
        taken.append(perf_counter() - began)
        began = perf_counter()
        equal += ids == [row[0] for row in _scan(viewer.person, wanted, wanted.limit)]
        bare.append(perf_counter() - began)
        if monotonic() > stop:
            break
    said = f"{equal} of {len(taken)} equal to the scan; floor is the scan"
    return "filtered search", taken, bare, "p95 <= 50 ms, all equal", said


def _fresh(person: Person) -> Person:
    """Without what an earlier request knew."""
    person.__dict__.pop("_reach", None)
    return person


def _scan(person: Person, wanted: Wanted, limit: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SCAN, {"text": wanted.text, "tokens": [0, *reach_of(person).tokens], "state": wanted.state,
                              "institution": person.institution_id, "since": wanted.since, "limit": limit})
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _ranked(viewer: people.Viewer) -> tuple[str, list[float], list[float], str, str]:
    """The word that nearly every letter has; the floor is the scan of the newest 5,000 hits."""
    wanted, taken = Wanted("expediente", ranked=True), []
    for _n in range(12):
        began = time.perf_counter()
        ids = [h.id for h in search.search(_fresh(viewer.person), wanted).hits]
        taken.append(time.perf_counter() - began)
    began = time.perf_counter()
    newest = _scan(viewer.person, wanted, search.RANKED)
    best = [row[0] for row in sorted(newest, key=lambda row: (-row[1], -row[0]))][: wanted.limit]
    bare = [time.perf_counter() - began]
    said = "equal" if ids == best else "NOT equal"
    return "ranked common term", taken, bare, "p50 <= 150 ms, equal", f"{said} to newest 5,000 then rank; floor is the scan"
