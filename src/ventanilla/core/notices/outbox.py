"""Reading new rows of an append-only table exactly once, in safe order, without waiting for long transactions.

A row is new when its transaction is visible in the `target` snapshot and was not in the last one: a writer that
commits late is found late but never missed, and a bulk load that runs for minutes holds nobody back (a watermark
below xmin would). Progress inside a target is the key (xid, id); all of it stands in one `Mark` row, moved in
the transaction that does the work, so a killed reader repeats at most what it had not committed.
"""
from collections.abc import Sequence
from typing import Final

from django.db import connection, transaction

from ventanilla.core.notices.models import Mark
from ventanilla.core.plans import rows

TABLES: Final = {"moves": "cases_move", "notices": "notices_notice"}

_NEW = """
SELECT r.xid, r.id FROM {table} r
WHERE r.xid >= pg_snapshot_xmin(%(last)s::pg_snapshot)::text::bigint
  AND r.xid < pg_snapshot_xmax(%(target)s::pg_snapshot)::text::bigint
  AND (r.xid, r.id) > (%(xid)s, %(number)s) AND r.id > %(floor)s
  AND pg_visible_in_snapshot(r.xid::text::xid8, %(target)s::pg_snapshot)
  AND NOT pg_visible_in_snapshot(r.xid::text::xid8, %(last)s::pg_snapshot)
ORDER BY r.xid, r.id LIMIT %(limit)s
"""

_WAITING = " UNION ALL ".join(f"""
SELECT '{name}' WHERE (
  SELECT m.target <> '' OR EXISTS (
    SELECT 1 FROM {table} r WHERE r.xid >= pg_snapshot_xmin(m.snapshot::pg_snapshot)::text::bigint AND r.id > m.floor
      AND NOT pg_visible_in_snapshot(r.xid::text::xid8, m.snapshot::pg_snapshot))
  FROM notices_mark m WHERE m.name = '{name}') IS NOT FALSE""" for name, table in TABLES.items())  # NULL: no mark yet


def take(name: str, limit: int = 500) -> list[int]:
    """Ids of the next new rows, in order; the mark moves with the caller's transaction, which must be open.

    A reader that starts for the first time begins at now. Empty when nothing is new.
    """
    mark = locked(name)
    if not mark.target:
        mark.target, mark.xid, mark.number = _snapshot(), 0, 0
        if mark.target == mark.snapshot:
            return []
    found = _rows(name, mark, limit)
    if not found and not mark.xid:
        return []
    if len(found) < limit:
        mark.snapshot, mark.target, mark.xid, mark.number = mark.target, "", 0, 0
    else:
        mark.xid, mark.number = found[-1]
    mark.save()
    return [number for _xid, number in found]


def waiting() -> set[str]:
    """The readers for whom there is something to take; one statement that only reads, so that idle ones cost next to nothing.

    A row that this statement sees is visible in the target that `take` sets afterwards.
    """
    return {name for (name,) in rows(_WAITING)}


def locked(name: str) -> Mark:
    """The mark of a reader, held until the transaction ends; made when missing."""
    if not Mark.objects.filter(pk=name).exists():
        Mark.objects.bulk_create([Mark(name=name, snapshot=_snapshot())], ignore_conflicts=True)
    return Mark.objects.select_for_update().get(pk=name)


def rebase() -> None:
    """After a restore into another cluster, where transaction numbers start anew: what stands is done, begin at now.

    Notices and mails that the backup had already written are rows of their own and are still sent.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for name, table in TABLES.items():
            mark = locked(name)
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            mark.floor, mark.snapshot, mark.target = cursor.fetchone()[0], _snapshot(), ""
            mark.xid = mark.number = 0
            mark.save()


def _snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        text: str = cursor.fetchone()[0]
        return text


def _rows(name: str, mark: Mark, limit: int) -> Sequence[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_NEW.format(table=TABLES[name]), {
            "last": mark.snapshot, "target": mark.target, "xid": mark.xid, "number": mark.number,
            "floor": mark.floor, "limit": limit})
        return [(xid, number) for xid, number in cursor.fetchall()]
