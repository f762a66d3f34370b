"""Measures of the registry: official PDFs in bulk; list, facets, search, likeness and figures at many practices.

Run by `ventanilla bench practices` in a scratch database. Floors: for PDFs one compilation of an empty page; for pages of the list the same
rows by bare SQL in order of the index.
"""
import random
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.exports.typeset import typeset_many
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services import add_person, add_unit, create_institution, give
from ventanilla.core.orgs.services.setup import PersonDraft, UnitDraft
from ventanilla.modules.practices.form import definition, generations
from ventanilla.modules.practices.models import Practice, PracticeRevision
from ventanilla.modules.practices.services.columns import columns_of
from ventanilla.modules.practices.services.figures import figures
from ventanilla.modules.practices.services.papers import TEMPLATE, paper_data, practice_pdfs
from ventanilla.modules.practices.services.records import new_revision
from ventanilla.modules.practices.services.similar import similar_to

Row = dict[str, Any]
NOUNS = ("trámites", "citas", "archivos", "compras", "apoyos", "escrituras", "obras", "becas", "licencias", "quejas", "nómina", "parques")
WAYS = ("en línea", "por teléfono", "con firma electrónica", "sin papel", "en un solo paso", "con acompañamiento", "con datos abiertos")
WHOM = ("jóvenes", "personas mayores", "mujeres", "empresas", "municipios", "personas servidoras públicas", "comunidades")
BATCH, KINDS = 1000, 300


class _Undone(Exception):
    """Ends the measuring: everything written is rolled back."""


def bench(size: int = 50_000) -> list[Row]:
    """`size` public practices; `size` / 50 PDFs."""
    rows: list[Row] = []
    try:
        with transaction.atomic():
            person, unit = _keeper()
            _fill(person, unit, size)
            rows += [*_pages(person, size), *_papers(max(size // 50, 10))]
            raise _Undone
    except _Undone:
        return rows


def _keeper() -> tuple[Person, Unit]:
    institution: Institution = create_institution(slug="bench-practices", name="Medición", short_name="M")
    unit: Unit = add_unit(actor=None, institution=institution, draft=UnitDraft("Registro", code="R"))
    person = add_person(actor=None, institution=institution, draft=PersonDraft("Ana", "Prueba", unit=unit))
    give(actor=None, person=person, role="practice_registrar", unit=unit, subtree=True)
    return person, unit


def _said(rng: random.Random, number: int) -> dict[str, Any]:
    """What a practice says: enough words to be found, some of them rare."""
    noun, way, whom = rng.choice(NOUNS), rng.choice(WAYS), rng.choice(WHOM)
    asked = definition(generations()[-1]).fields
    text = f"Atender {noun} {way} para {whom}. " + " ".join(rng.choice(NOUNS + WAYS + WHOM) for _n in range(40))
    return {"nombre": f"{noun.capitalize()} {way} para {whom} {number}", "objetivo": text,
            "descripcion": text,
            "categoria": rng.choice(asked["categoria"].choices).value, "poblacion": [rng.choice(asked["poblacion"].choices).value],
            "ambito": "estatal", "inicio": f"{rng.randint(2005, 2025)}-01-15", "transferible": rng.random() < 0.6,
            "medicion": rng.random() < 0.7,
            "reconocimiento": rng.random() < 0.1, "dependencia": f"Dependencia {number % 60}", "gobierno_electronico": way}


def _fill(person: Person, unit: Unit, size: int) -> None:
    """Public practices with their sealed revision, written once each: no dead rows, as after a vacuum."""
    rng, now, generation = random.Random(1), timezone.now(), generations()[-1]
    kinds = [(values := _said(rng, n), columns_of(values, generation)) for n in range(KINDS)]
    for start in range(0, size, BATCH):
        rows = [(n, *kinds[n % KINDS]) for n in range(start, min(start + BATCH, size))]
        ids = _numbers(len(rows))
        made = Practice.objects.bulk_create(Practice(
            institution_id=person.institution_id, unit=unit, owner=person, created_at=now, updated_at=now, registered_at=now,
            current_id=pk, public=True, state="registered", **columns | {"title": f"{columns['title']} {n}"[:300]})
            for pk, (n, _values, columns) in zip(ids, rows, strict=True))
        revisions = [new_revision(person, p, 1, generation, values | {"nombre": p.title, "problematica": f"Clave rara{n % 997}."})
                     for p, (n, values, _columns) in zip(made, rows, strict=True)]
        for pk, one in zip(ids, revisions, strict=True):
            one.pk, one.sealed_at, one.digest = pk, now, "0" * 64
        PracticeRevision.objects.bulk_create(revisions)
        _look_again()


def _numbers(count: int) -> list[int]:
    """Ids for revisions, so that a practice can name its own before it is written (the keys are checked at the end)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('practices_practicerevision', 'id')) FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def _look_again() -> None:
    """Fresh statistics: plans made for empty tables read them whole."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE practices_practice; ANALYZE practices_practicerevision; ANALYZE cases_searchrow")


def _times(run: Callable[[], Any], runs: int = 40) -> list[float]:
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return taken


def _row(what: str, size: int, taken: list[float], target: str, floor: float | None = None) -> Row:
    ordered = sorted(1000 * t for t in taken)
    p50, p95 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {"what": what, "size": size, "unit": "ms", "p50": round(p50, 2), "p95": round(p95, 2), "target": target,
            "floor": floor and round(floor, 2), "ratio": round(p50 / floor, 2) if floor else None}


def _pages(person: Person, size: int) -> list[Row]:
    """What the list and its facets ask of the database: fifty rows in order, and the count that stops at 1,000."""
    visible, goal = Practice.objects.visible_to(person), "<= 40 ms"
    bare = min(_times(lambda: _bare("SELECT * FROM practices_practice WHERE public ORDER BY updated_at DESC, id DESC LIMIT 51"))) * 1000
    asked: dict[str, Callable[[], Any]] = {
        "list": lambda: _page(visible), "list, one category": lambda: _page(visible.filter(category__contains=["compras"])),
        "list, three facets": lambda: _page(visible.filter(
            category__contains=["compras"], population__contains=["mujeres"], transferable=True)),
        "list, common word": lambda: _page(visible.saying("jóvenes")),
        "list, rare word": lambda: _page(visible.saying("rara500")),
        "one search, common word": lambda: search(person, Wanted("trámites", kinds=("practice",))),
        "one search, rare word": lambda: search(person, Wanted("rara500", kinds=("practice",))),
    }
    rows = [_row(name, size, _times(run), goal, bare if name == "list" else None) for name, run in asked.items()]
    one = visible.latest("pk")
    return [*rows, _row("alike", size, _times(lambda: similar_to(one, person)), goal),
            _row("figures", size, _times(lambda: figures(person), 7), "")]


def _bare(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _page(rows: Any) -> Any:
    return list(rows.order_by("-updated_at", "-pk")[:51]), rows.order_by()[:1001].count()


def _papers(count: int) -> list[Row]:
    """So many official forms at once, in batches of 100."""
    rows = [(p, p.current) for p in Practice.objects.select_related("institution", "current").order_by("-pk")[:count] if p.current]
    blank = paper_data(*rows[0]) | {"sections": []}
    floor = min(_times(lambda: typeset_many(TEMPLATE, [blank] * 20), 1)) * 1000 / 20
    began = time.perf_counter()
    for start in range(0, len(rows), 100):
        practice_pdfs(rows[start:start + 100])
    each = (time.perf_counter() - began) / len(rows)
    return [_row("official PDF", len(rows), [each], "1,000 <= 60 s", floor)]
