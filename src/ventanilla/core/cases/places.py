"""Where matters wait and whom they open to, brought up to date by one statement for any number of cases.

The rules stand in SQL functions (`cases_places`, `cases_place`, `cases_refresh`; migrations 0002, 0008, 0011, 0026), so the button,
the importer and a reorganisation of a million cases give equal rows.
"""
from collections.abc import Sequence
from typing import Final

from django.db import connection

AT_ONCE: Final = 50

_ELSEWHERE = """
SELECT DISTINCT y.case_id FROM cases_turn t JOIN cases_case c ON c.id = t.case_id
JOIN cases_tray y ON y.case_id = t.case_id AND y.turn_id = t.id AND y.side = 'router'
WHERE t.state = 'answered' AND y.unit_id <> public.cases_judging_unit(t.id, t.from_unit_id, t.from_person_id, c.level) LIMIT %s
"""


def refresh(case_ids: Sequence[int]) -> None:
    """Recompute trays, access tokens and search tokens of these cases, in the current transaction. Locks the cases, in the order of
    their ids, before it looks.

    AT_ONCE of them at a time: where statistics still say that the tables are empty, the plan costs the cube of what it is given.
    """
    ids = sorted(set(case_ids))
    with connection.cursor() as cursor:
        for start in range(0, len(ids), AT_ONCE):
            cursor.execute("SELECT public.cases_refresh(%s::bigint[])", [ids[start:start + AT_ONCE]])


def judged_elsewhere(limit: int = 1000) -> list[int]:
    """Cases with an answer whose evaluation waits in another unit than where it belongs today: grants and absences begin and end."""
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, [limit])
        return [row[0] for row in cursor.fetchall()]


def place(case_ids: Sequence[int]) -> None:
    """Trays and access tokens, written where they are missing or differ: of new cases, or after moments changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.cases_place(%s::bigint[])", [list(case_ids)])
