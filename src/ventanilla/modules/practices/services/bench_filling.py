"""Fifty thousand public practices for the measuring: a few hundred are written by the program, the others copied from them in the database.

Copied are all columns and the words in the search, so the tables are what the verbs would have left; each copy has its own title,
moments (registered over ten years) and a rare word. Indexes are made again at the end, as after a restore. Nothing else may use the
tables meanwhile.
"""
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.practices.form import definition, generations
from ventanilla.modules.practices.models import Practice, PracticeRevision
from ventanilla.modules.practices.services.columns import columns_of
from ventanilla.modules.practices.services.records import new_revision

NOUNS = ("trámites", "citas", "archivos", "compras", "apoyos", "escrituras", "obras", "becas", "licencias", "quejas", "nómina", "parques")
WAYS = ("en línea", "por teléfono", "con firma electrónica", "sin papel", "en un solo paso", "con acompañamiento", "con datos abiertos")
WHOM = ("jóvenes", "personas mayores", "mujeres", "empresas", "municipios", "personas servidoras públicas", "comunidades")
KINDS: Final = 300
TABLES: Final = ("practices_practice", "practices_practicerevision", "cases_searchrow")
TRIGGERS: Final = (("practices_practicerevision", "practices_follow_revision"), ("cases_searchrow", "cases_search_vector"))


def fill(person: Person, unit: Unit, size: int) -> None:
    """`size` registered public practices of the unit, each with its sealed revision and its row of the search."""
    kinds = min(size, KINDS)
    _originals(person, unit, kinds)
    with connection.cursor() as cursor, _aside(cursor):
        cursor.execute(_COPY_RECORDS.format(**_columns()), {"kinds": kinds, "size": size})
        cursor.execute(_COPY_WORDS, {"kinds": kinds})
    with connection.cursor() as cursor:
        cursor.execute("".join(f"ANALYZE {table};" for table in TABLES))  # plans made for empty tables read them whole


def _originals(person: Person, unit: Unit, kinds: int) -> None:
    """The practices that the program writes, with ids in a row from 1; their keys are checked at the end of the statement."""
    rng, now, generation = random.Random(1), timezone.now(), generations()[-1]
    said = [_said(rng, n) for n in range(1, kinds + 1)]
    made = Practice.objects.bulk_create(Practice(
        pk=n, institution_id=person.institution_id, unit=unit, owner=person, created_at=now, updated_at=now - timedelta(seconds=n),
        registered_at=now, current_id=n, public=True, state="registered", **columns_of(values, generation))
        for n, values in enumerate(said, 1))
    PracticeRevision.objects.bulk_create(_sealed(person, p, values) for p, values in zip(made, said, strict=True))


def _sealed(person: Person, practice: Practice, values: dict[str, Any]) -> PracticeRevision:
    one = new_revision(person, practice, 1, practice.generation, values)
    one.pk, one.sealed_at, one.digest = practice.pk, practice.registered_at, "0" * 64
    return one


def _said(rng: random.Random, number: int) -> dict[str, Any]:
    """What a practice says: enough words to be found, some of them rare."""
    noun, way, whom = rng.choice(NOUNS), rng.choice(WAYS), rng.choice(WHOM)
    asked = definition(generations()[-1]).fields
    text = f"Atender {noun} {way} para {whom}. " + " ".join(rng.choice(NOUNS + WAYS + WHOM) for _n in range(40))
    return {"nombre": f"{noun.capitalize()} {way} para {whom}", "objetivo": text, "descripcion": text,
            "problematica": f"Clave rara{number}.",
            "categoria": rng.choice(asked["categoria"].choices).value, "poblacion": [rng.choice(asked["poblacion"].choices).value],
            "ambito": "estatal", "inicio": f"{rng.randint(2005, 2025)}-01-15", "transferible": rng.random() < 0.6,
            "medicion": rng.random() < 0.7, "reconocimiento": rng.random() < 0.1, "dependencia": f"Dependencia {number % 60}",
            "gobierno_electronico": way}


@contextmanager
def _aside(cursor: Any) -> Iterator[None]:
    """Without the indexes that no constraint needs, and without the triggers that work row by row; both come back."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(_INDEXES, [list(TABLES)])
    known = cursor.fetchall()
    cursor.execute("".join(f"DROP INDEX public.{name};" for name, _made in known) + _switched("DISABLE"))
    yield
    cursor.execute("".join(f"{made};" for _name, made in known) + _switched("ENABLE"))


def _switched(how: str) -> str:
    return "".join(f"ALTER TABLE {table} {how} TRIGGER {trigger};" for table, trigger in TRIGGERS)


def _columns() -> dict[str, str]:
    """The columns that a copy repeats as they are."""
    own = {"id", "uuid", "title", "updated_at", "registered_at", "current_id", "practice_id"}
    names = {"practice": Practice, "revision": PracticeRevision}
    return {name: ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.column not in own) for name, model in names.items()}


_INDEXES: Final = """
SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'public' AND i.tablename = ANY(%s)
AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = ('public.' || quote_ident(i.indexname))::regclass)
ORDER BY i.indexname
"""
_COPIES: Final = """
FROM practices_practice p JOIN practices_practicerevision r ON r.id = p.current_id,
     generate_series(%(kinds)s, %(size)s - 1, %(kinds)s) AS step
WHERE p.id <= %(kinds)s AND p.id + step <= %(size)s
"""
_COPY_RECORDS: Final = """
WITH copies AS MATERIALIZED (SELECT p.*, step """ + _COPIES + """),
practices AS (
    INSERT INTO practices_practice (id, uuid, title, updated_at, registered_at, current_id, {practice})
    SELECT id + step, gen_random_uuid(), title || ' ' || id + step, updated_at - step * interval '1 second',
           registered_at - (id + step) %% 3650 * interval '1 day', id + step, {practice}
    FROM copies)
INSERT INTO practices_practicerevision (id, practice_id, {revision})
SELECT id + step, id + step, {revision} FROM practices_practicerevision, generate_series(%(kinds)s, %(size)s - 1, %(kinds)s) AS step
WHERE id <= %(kinds)s AND id + step <= %(size)s
"""
_COPY_WORDS: Final = """
INSERT INTO cases_searchrow (institution_id, kind, ref, page, title, body, at, tokens, vector)
SELECT s.institution_id, s.kind, p.id, s.page, p.title, s.body || ' rara' || p.id %% 997, p.registered_at,
       s.tokens[1:cardinality(s.tokens) - 1] || public.month_token(p.registered_at),
       s.vector || public.title_vector(p.id::text) || public.doc_vector('rara' || p.id %% 997)
FROM cases_searchrow s, practices_practice p
WHERE s.kind = 'practice' AND s.ref = 1 + (p.id - 1) %% %(kinds)s AND p.id > %(kinds)s
"""
