"""Checking by set instead of row by row: what makes a million letters affordable without touching the schema.

Within one transaction of one session the triggers of rows and statements do not fire (`session_replication_role`;
the embedded server lets us, others need GRANT SET ON PARAMETER). Other sessions and the schema notice nothing. What
the triggers would have done is done here by set, in the same transaction: foreign keys (referenced rows are locked,
so that nobody removes them meanwhile), the guards of turns and cases, and the measures, by the very projections that
their triggers use. A test lists the triggers of these tables, so that a new one is not forgotten here.
"""
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from django.db import DatabaseError, connection, transaction

from ventanilla.core.indicators.registry import measures
from ventanilla.core.indicators.sql import in_zone

#: The rows of new cases, by table: what `{rows}` of a measure's projection becomes.
ROWS = {
    "cases_case": "id = ANY (%(ids)s)", "cases_turn": "case_id = ANY (%(ids)s)", "cases_move": "case_id = ANY (%(ids)s)",
    "cases_answer": "turn_id IN (SELECT k.id FROM cases_turn k WHERE k.case_id = ANY (%(ids)s))",
    "correspondence_letter": "case_id = ANY (%(ids)s)", "correspondence_archiveplace": "case_id = ANY (%(ids)s)",
}
#: Triggers of the written tables whose work is done here (or that concern only updates and deletes).
PACED = "SELECT public.letters_pace(ARRAY(SELECT t.id FROM cases_turn t WHERE t.case_id = ANY (%(ids)s) AND t.parent_id IS NULL))"
"""How long their stages took, as the triggers `letters_pace_…` would."""
KNOWN = frozenset({"cases_turn_guard", "cases_case_guard", "cases_access_follows", "cases_move_fixed", "cases_search_vector",
                   "audit_entry_fixed", "audit_entry_whole"})
NO_RIGHT = "42501"

_BROKEN = """
SELECT t.case_id FROM cases_turn t JOIN cases_turn a ON a.id = t.parent_id
WHERE t.case_id = ANY (%(ids)s) AND (a.case_id <> t.case_id OR t.closed_at IS NULL AND t.purpose = 'action' AND (
  a.closed_at IS NOT NULL OR a.state = 'answered' OR a.due_at IS NOT NULL AND (t.due_at IS NULL OR t.due_at > a.due_at)))
UNION ALL
SELECT c.id FROM cases_case c LEFT JOIN cases_state s ON s.kind = c.kind AND s.state = c.state
WHERE c.id = ANY (%(ids)s) AND (s.state IS NULL OR s.ends <> (c.closed_at IS NOT NULL) OR c.closed_at IS NOT NULL AND EXISTS (
  SELECT 1 FROM cases_turn t WHERE t.case_id = c.id AND t.closed_at IS NULL AND t.purpose = 'action'))
LIMIT 1
"""


class Broken(ValueError):
    """Rows that the constraints would have refused; nothing was written."""


def trusting() -> bool:
    """Turn triggers off for the rest of this transaction; False where the database does not let us."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL work_mem = '64MB'")  # for the search index, when it takes rows in lots
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != NO_RIGHT:
            raise
        return False
    return True


def hold(references: Mapping[str, Iterable[int | None]]) -> None:
    """Lock the rows of other tables that are referred to. Raises Broken when one does not exist."""
    with connection.cursor() as cursor:
        for table, ids in sorted(references.items()):
            wanted = sorted({i for i in ids if i is not None})
            cursor.execute(f"SELECT count(*) FROM (SELECT id FROM {table} WHERE id = ANY (%s) ORDER BY id FOR KEY SHARE) x",
                           [wanted])
            if cursor.fetchone()[0] != len(wanted):
                raise Broken(f"{table}: una fila citada no existe")


def check(ids: Sequence[int]) -> None:
    """The guards of turns and cases, by set. Raises Broken."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN, {"ids": list(ids)})
        if row := cursor.fetchone():
            raise Broken(f"el asunto {row[0]} contradice las reglas de los turnos")


def count(ids: Sequence[int], zone: str) -> None:
    """Append what the new rows, all of one institution in `zone`, add to every measure and pace, as their triggers would."""
    with connection.cursor() as cursor:
        cursor.execute(measured(), {"ids": list(ids), "zone": zone})
        cursor.execute(PACED, {"ids": list(ids)})


@cache
def measured() -> str:
    """One statement for every measure that looks at a written table.

    The rows are read once for all measures. The local day is computed in place: asking the institution's zone for
    each row took most of the time.
    """
    sources = [s for measure in measures() for s in measure.sources if s.main and s.table in ROWS]
    read = ", ".join(f"new_{table} AS MATERIALIZED (SELECT * FROM {table} WHERE {ROWS[table]})"
                     for table in dict.fromkeys(s.table for s in sources))
    parts = [f"SELECT s.i, s.u, s.d, '{source.measure}', s.p, s.a FROM ("
             + source.sql.replace("%", "%%").format(rows=f"new_{source.table}")
             + ") AS s(i, u, d, p, a) WHERE s.u IS NOT NULL AND s.d IS NOT NULL" for source in sources]
    union = " UNION ALL ".join(parts)
    return (f"WITH {read} INSERT INTO indicator_delta (institution_id, unit_id, day, measure, part, amount) "
            f"SELECT t.i, t.u, t.d, t.m, t.p, sum(t.a)::bigint FROM ({in_zone(union, '%(zone)s')}) AS t(i, u, d, m, p, a) "
            "GROUP BY 1, 2, 3, 4, 5 HAVING sum(t.a) <> 0")
