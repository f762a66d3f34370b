"""The roll-up of the registry (`Tally`): read, made small again, and compared with a plain count.

Triggers add to it (migration 0014); whatever is written, committed or rolled back, its sums equal the plain count of the same snapshot.
"""
from collections.abc import Mapping
from typing import Final

from django.db import connection, transaction

Counts = Mapping[tuple[str, str], int]

_SUMS: Final = "SELECT what, value, sum(n)::int FROM practices_tally GROUP BY what, value HAVING sum(n) <> 0"
_AFRESH: Final = "SELECT what, value, n FROM public.practices_tally_afresh()"
_FOLD: Final = f"""
WITH gone AS (DELETE FROM practices_tally RETURNING what, value, n)
INSERT INTO practices_tally (what, value, n) {_SUMS.replace("practices_tally", "gone")}
"""


def counts() -> dict[tuple[str, str], int]:
    """(what, value) and how many registered practices say it."""
    return _asked(_SUMS)


def fold() -> None:
    """One row for each count, in one statement: who reads meanwhile sees the rows from before or those from after. Safe to kill."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)


def wrong() -> dict[tuple[str, str], tuple[int, int]]:
    """What differs from the plain count, in one snapshot: (kept, counted). Empty unless somebody switched the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT what, value, coalesce(k.sum, 0), coalesce(c.n, 0) FROM ({_SUMS}) k FULL JOIN ({_AFRESH}) c "
                       "USING (what, value) WHERE k.sum IS DISTINCT FROM c.n")
        return {(what, value): (kept, counted) for what, value, kept, counted in cursor.fetchall()}


@transaction.atomic
def rebuild() -> None:
    """Count everything afresh; holds back writers of practices meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE practices_practice IN SHARE MODE; DELETE FROM practices_tally; "
                       f"INSERT INTO practices_tally (what, value, n) {_AFRESH}")


def _asked(sql: str) -> dict[tuple[str, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {(what, value): n for what, value, n in cursor.fetchall()}
