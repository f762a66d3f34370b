"""Folding deltas into the bases, and counting everything afresh. Both leave every reader the same numbers."""

from collections.abc import Sequence

from django.db import connection, transaction

from ventanilla.core.indicators.registry import measures
from ventanilla.core.indicators.sql import Source, recount

LOCK = 0x56454E54_494E4449  # "VENTINDI": one fold at a time in this database

_FOLD = """
WITH gone AS (
    DELETE FROM indicator_delta WHERE id IN (SELECT id FROM indicator_delta ORDER BY id LIMIT %s)
    RETURNING institution_id, unit_id, day, measure, part, amount
), days AS (
    INSERT INTO indicator_base AS b (institution_id, unit_id, day, measure, part, amount)
    SELECT institution_id, unit_id, day, measure, part, sum(amount) FROM gone GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (measure, unit_id, day, part, institution_id) DO UPDATE SET amount = b.amount +
    excluded.amount
), months AS (
    INSERT INTO indicator_month AS b (institution_id, unit_id, day, measure, part, amount)
    SELECT institution_id, unit_id, date_trunc('month', day::timestamp)::date, measure, part, sum(amount)
    FROM gone GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (measure, unit_id, day, part, institution_id) DO UPDATE SET amount = b.amount +
    excluded.amount
)
SELECT count(*) FROM gone
"""


def fold(limit: int = 1_000_000, batch: int = 20_000) -> int:
    """Move up to `limit` deltas into the bases, one statement a batch; returns how many. Safe to kill."""
    done = 0
    while done < limit:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                break
            cursor.execute(_FOLD, [min(batch, limit - done)])
            moved: int = cursor.fetchone()[0]
        done += moved
        if not moved:
            break
    return done


def rebuild(slugs: Sequence[str] | None = None) -> None:
    """Count measures (all, or those named) afresh from their tables: after a restore, or a new trigger on
    old rows.

    Holds back writers of the source tables while it runs.
    """
    chosen = [m for m in measures() if slugs is None or m.slug in slugs]
    mains = [source for m in chosen for source in m.sources if source.main]
    tables = sorted({source.table for m in chosen for source in m.sources})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if tables:
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE MODE")
        for table in ("indicator_delta", "indicator_base", "indicator_month"):
            cursor.execute(f"DELETE FROM {table} WHERE measure = ANY(%s)", [[m.slug for m in chosen]])
        for source in mains:
            recount_into(source)
    fold()


def recount_into(source: Source) -> None:
    """Append the recount of one source as deltas (nothing of it may stand in the tables yet)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO indicator_delta (institution_id, unit_id, day, measure, part, amount) "
            + recount(source).replace("%", "%%")
        )
