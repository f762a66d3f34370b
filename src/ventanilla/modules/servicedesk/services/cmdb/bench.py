"""Measures of the configuration database: the kernel, reading the graph, impact over rows, loading files.

Run by `ventanilla bench cmdb` in a scratch database. Floors: a bare recursive statement that only follows reachability, and
nothing for files: what they are compared with is the target per second.
"""
import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from django.db import connection, transaction

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Grant, Institution, Person, Role, Unit
from ventanilla.core.orgs.services import add_person, add_unit, create_institution
from ventanilla.core.orgs.services.setup import PersonDraft, UnitDraft
from ventanilla.lib.impact import build, impact
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Relation, RelationType
from ventanilla.modules.servicedesk.services.cmdb import estate_of, impact_of, install_standard
from ventanilla.modules.servicedesk.services.cmdb.loading import apply_load, plan_load, undo_load
from ventanilla.modules.servicedesk.services.cmdb.loading.applying import LoadFile
from ventanilla.modules.servicedesk.services.cmdb.past import keep

Row = dict[str, Any]
REACH = """WITH RECURSIVE r(id) AS (SELECT %s::bigint UNION SELECT e.source_id FROM r JOIN servicedesk_relation e ON e.target_id = r.id)
SELECT count(*) FROM r"""


class _Undone(Exception):
    """Ends the measuring: everything written is rolled back."""


def bench(size: int = 100_000) -> list[Row]:
    """`size` items of the large graph (five relations each); the 5,001 items of the peer's rig; a file of `size` / 10 rows."""
    rows: list[Row] = []
    try:
        with transaction.atomic():
            institution, person = _keeper()
            rows += [*_kernel(size), *_peer(institution, person), *_large(institution, person, size)]
            rows += _files(institution, person, size // 10)
            raise _Undone
    except _Undone:
        return rows


def _times(run: Callable[[], Any], runs: int = 7) -> list[float]:
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return taken


def _row(what: str, size: int, taken: list[float], target: str = "", **more: Any) -> Row:
    ordered = sorted(1000 * t for t in taken)
    p50, p95 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    floor = more.pop("floor", None)
    return {"what": what, "size": size, "unit": "ms", "p50": round(p50, 2), "p95": round(p95, 2), "target": target,
            "floor": floor, "ratio": round(p50 / floor, 2) if floor else None, **more}


def _kernel(size: int) -> list[Row]:
    rng = np.random.default_rng(1)
    edges = 5 * size
    s, d = rng.integers(0, size, edges), rng.integers(0, size, edges)
    group, need = np.where(rng.random(edges) < 0.5, -1, d), np.ones(size, int)
    graph = build(size, s, d, group, need)
    found = impact(graph, [1, 2, 3])
    hurt = int((found.state > 0).sum())
    return [_row("arrays of the graph", size, _times(lambda: build(size, s, d, group, need)), conditions=f"edges={edges}"),
            _row("fixpoint, with reasons", size, _times(lambda: impact(graph, [1, 2, 3])), "<= 1000 ms",
                 conditions=f"edges={edges}, hurt={hurt}")]


def _keeper() -> tuple[Institution, Person]:
    institution = create_institution(slug="bench-cmdb", name="Medición", short_name="M")
    install_standard(actor=None, institution=institution)
    unit: Unit = add_unit(actor=None, institution=institution, draft=UnitDraft("TI", code="TI"))
    person = add_person(actor=None, institution=institution, draft=PersonDraft("Medición", "Bench", unit=unit))
    role = Role.objects.create(institution=institution, slug="cmdb", name="CMDB", capabilities=[cap.CMDB_READ, cap.CMDB_WRITE])
    Grant.objects.create(person=person, role=role, unit=unit, valid_from="2020-01-01")
    return institution, person


def _items(institution: Institution, person: Person, names: list[str], kind: str) -> list[ConfigurationItem]:
    from django.utils import timezone

    now, found = timezone.now(), CIType.objects.get(institution=institution, slug=kind)
    made = ConfigurationItem.objects.bulk_create((ConfigurationItem(
        institution=institution, type=found, name=n, state="in_use", created_at=now, changed_at=now, unit=person.unit)
        for n in names), 5000)
    keep(made, by=person, at=now)
    return made


def _tied(institution: Institution, pairs: list[tuple[int, int]]) -> None:
    kind = RelationType.objects.get(institution=institution, slug="depende-de")
    Relation.objects.bulk_create((Relation(institution=institution, type=kind, source_id=a, target_id=b, valid_from="2024-01-01")
                                  for a, b in pairs), 5000)


def _peer(institution: Institution, person: Person) -> list[Row]:
    """1 application on 4,000 databases on 800 database servers on 200 servers (facts, section 4)."""
    app = _items(institution, person, ["Sistema"], "sistema")
    bases = _items(institution, person, [f"Esquema {n}" for n in range(4000)], "base-de-datos")
    engines = _items(institution, person, [f"Motor {n}" for n in range(800)], "base-de-datos")
    servers = _items(institution, person, [f"Servidor {n}" for n in range(200)], "servidor")
    _tied(institution, [(b.pk, app[0].pk) for b in bases] + [(e.pk, bases[n].pk) for n, e in enumerate(engines)]
          + [(s.pk, engines[n].pk) for n, s in enumerate(servers)])
    person.__dict__.pop("_reach", None)

    def ask() -> None:
        report = impact_of(person, [app[0].pk])
        assert len(report.hurt) == 5000 and all(report.path(h.node.id) for h in report.hurt)

    with connection.cursor() as cursor:
        floor = sorted(_times(lambda: cursor.execute(REACH, [app[0].pk])))[3] * 1000
    return [_row("impact of 5,001 items, with every path", 5001, _times(ask), "<= 50 ms", floor=round(floor, 2),
                 conditions=f"processor time of the client {_cpu(ask)} ms; floor: bare recursive SQL, reachability only")]


def _cpu(run: Callable[[], Any]) -> float:
    """Milliseconds of this process alone: what a busy machine does not lengthen."""
    began = time.process_time()
    run()
    return round(1000 * (time.process_time() - began), 1)


def _large(institution: Institution, person: Person, size: int) -> list[Row]:
    rng, more = random.Random(5), max(0, size - 5001)
    made = [i.pk for i in _items(institution, person, [f"Elemento {n}" for n in range(more)], "servidor")]
    pairs = {(rng.choice(made), rng.choice(made)) for _ in range(5 * size)} if made else set()
    _tied(institution, [(a, b) for a, b in pairs if a != b])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE servicedesk_configurationitem, servicedesk_relation")
        floor = sorted(_times(lambda: cursor.execute(REACH, [made[0]]), 3))[1] * 1000 if made else None
    estate = estate_of(institution.pk)
    return [
        _row("reading the graph", size, _times(lambda: estate_of(institution.pk), 5), conditions=f"edges={estate.graph.edges}"),
        _row("fixpoint over it", size, _times(lambda: impact(estate.graph, [10_000 % size])), "<= 1000 ms"),
        _row("impact, read and named whole", size, _times(lambda: impact_of(person, made[:1]), 3), "<= 1000 ms",
             floor=floor and round(floor, 2)),
    ] if made else []


def _files(institution: Institution, person: Person, rows: int) -> list[Row]:
    text = "tipo,nombre,inventario,serie,estado,criticidad,unidad,memoria,ip\n" + "".join(
        f"servidor,Equipo {n},B-{n:06},SER{n},En uso,Alta,TI,{n % 128 + 1},10.{n // 65025}.{n // 255 % 255}.{n % 255}\n"
        for n in range(rows))
    data = text.encode()
    _settled()  # what was written before: the keys of the graph are not this file's work
    began = time.perf_counter()
    plan = plan_load(institution, "items", data)
    looked = time.perf_counter()
    load = apply_load(actor=person, institution=institution, file=LoadFile("items", "b.csv", data, plan.digest))
    _settled()
    applied = time.perf_counter()
    undo_load(actor=person, load=load)
    _settled()
    undone = time.perf_counter()
    spent = (("file of items: dry run", looked - began, ""), ("file of items: validated, applied, logged", applied - looked, ">= 2000/s"),
             ("file of items: undone", undone - applied, ""))
    return [{"what": what, "size": rows, "unit": "s", "p50": round(t, 3), "throughput": round(rows / t), "target": target}
            for what, t, target in spent]


def _settled() -> None:
    """Let the database check now what it would check at the end of the transaction, which a measure must not leave out."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
