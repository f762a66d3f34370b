"""Search for four people: filtered and equal to an exhaustive scan; a common term ranked over the newest 5,000 hits."""
import random
import time
from collections.abc import Sequence
from datetime import timedelta
from time import perf_counter
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from ventanilla.config.benches import loading, people
from ventanilla.config.benches.exhausting import Everything
from ventanilla.config.benches.rows import Row, timed
from ventanilla.core.cases import search
from ventanilla.core.cases.search import Wanted
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of

QUERIES: Final = 125  # of each of the four people
SCANS: Final = 2
STATES: Final = ("registered", "routed", "concluded")
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
    """Per person: filtered searches with how many equalled the exhaustive answer, and the commonest word ranked."""
    institution, said = loading.cases(size)
    seen, chance = people.viewers(institution), random.Random(20261121)
    wanted = [[_wanted(chance) for _n in range(QUERIES)] for _viewer in seen]
    with transaction.atomic():
        all_rows = Everything([v.person for v in seen], [w.text for ws in wanted for w in ws], STATES)
    found = []
    for n, viewer in enumerate(seen):
        for measured in (_filtered(n, viewer, wanted[n], all_rows), _ranked(viewer)):
            found.append(timed(f"{measured[0]}, {viewer.name}", size, measured[1], measured[2], target=measured[3],
                               conditions=f"{measured[4]}; {said}"))
    return found


def _wanted(chance: random.Random) -> Wanted:
    since = timezone.now() - timedelta(days=chance.choice((30, 120, 400)))
    return Wanted(" ".join(chance.sample(WORDS, chance.choice((1, 1, 2)))), state=chance.choice(("", "", *STATES)),
                  since=since if chance.random() < 0.4 else None)


def _filtered(n: int, viewer: people.Viewer, wanted: Sequence[Wanted], rows: Everything) -> tuple[str, list[float], list[float], str, str]:
    """Every query against the exhaustive answer; the floor is one scan that uses no index of the text."""
    taken, equal = [], 0
    for one in wanted:
        began = perf_counter()
        ids = [h.id for h in search.search(_fresh(viewer.person), one).hits]
        taken.append(perf_counter() - began)
        equal += ids == rows.newest(n, one)
    bare = []
    for one in wanted[:SCANS]:
        began = perf_counter()
        _scan(viewer.person, one, one.limit)
        bare.append(perf_counter() - began)
    said = f"{equal} of {len(taken)} equal to an exhaustive look at {len(rows.ids):,} rows; floor: {SCANS} scans"
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
