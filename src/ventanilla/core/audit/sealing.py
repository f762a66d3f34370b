"""The sealer: gives every committed entry its place in the hash chain, without ever making a writer wait.

It takes only entries whose transaction number lies below every transaction that still runs in this database
(the snapshot's xmin, seen per database), so nothing can still appear before what was sealed. `heads.py`
exports the head, `verify.py` checks everything.
"""

from collections.abc import Sequence

from django.db import connection, transaction

from ventanilla.core.audit import rows
from ventanilla.core.audit.services import record
from ventanilla.lib import auditproof
from ventanilla.lib.auditproof import Chain

BATCH = 5000
LOCK = 0x56454E54_41554449  # "VENTAUDI": one sealer at a time in this database
PLATFORM = 0  # the institution number of entries about the installation itself

# The first transaction number of the statement's snapshot that may still write here. Snapshots cover the whole server:
# a transaction that is known to run in another database cannot write to this one, and need not be waited for.
_HORIZON = """
SELECT coalesce(min(x::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
FROM pg_snapshot_xip(pg_current_snapshot()) AS x WHERE NOT EXISTS (
    SELECT 1 FROM pg_stat_activity a WHERE a.backend_xid::text::bigint = mod(x::text::bigint, 4294967296)
    AND a.datid <> (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
_READY = f"""
SELECT {rows.COLUMNS} FROM audit_entry e
WHERE e.xid < ({_HORIZON}) AND (e.xid, e.id) > (%s, %s) AND e.id > %s
ORDER BY e.xid, e.id LIMIT %s
"""
_UNSEALED = f"""
SELECT {rows.COLUMNS} FROM audit_entry e
WHERE e.id > %s AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id) ORDER BY e.id LIMIT %s
"""
_STORE = """
INSERT INTO audit_seal (seq, entry_id, hash, case_id, verb)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bigint[], %s::text[])
"""


def seal(limit: int = 1_000_000) -> int:
    """Seal up to `limit` entries, in batches of BATCH with a transaction each; returns how many.

    Returns at once, with what it has, when another sealer is at work: it will take the rest.
    """
    done = 0
    while done < limit:
        with transaction.atomic():
            taken = _seal_batch(min(BATCH, limit - done)) if _alone() else 0
        done += taken
        if not taken:
            break
    return done


def rebase() -> int:
    """After a restore into another cluster, whose transaction numbers start anew; returns how many were
    sealed.

    Waits for running writers and holds new ones back, seals everything that has no seal, then sets the
    floor: from there on the order starts again. The operation itself is recorded.
    """
    done = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE")
        floor = _head()[4]
        while batch := [rows.as_entry(row) for row in rows.query(_UNSEALED, [floor, BATCH])]:
            _append(batch)
            done += len(batch)
        cursor.execute(
            "UPDATE audit_head SET last_xid = 0, last_id = 0, "
            "floor_id = greatest(floor_id, (SELECT coalesce(max(id), 0) FROM audit_entry)) WHERE id = 1"
        )
        record("audit.rebase", actor=None, institution_id=PLATFORM, subject=f"entries:{done}")
    return done


def _alone() -> bool:
    return bool(rows.one("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])[0])


def _head() -> tuple[int, bytes, int, int, int]:
    seq, value, xid, number, floor = rows.one(
        "SELECT seq, hash, last_xid, last_id, floor_id FROM audit_head WHERE id = 1 FOR UPDATE"
    )
    return seq, bytes(value), xid, number, floor


def _seal_batch(size: int) -> int:
    _seq, _hash, xid, number, floor = _head()
    batch = [rows.as_entry(row) for row in rows.query(_READY, [xid, number, floor, size])]
    if batch:
        _append(batch)
        rows.query(
            "UPDATE audit_head SET last_xid = %s, last_id = %s WHERE id = 1 RETURNING 1",
            [batch[-1]["xid"], batch[-1]["id"]],
        )
    return len(batch)


def chain_at(seq: int) -> Chain:
    """The chain after link `seq`, ready to go on."""
    stored = rows.query("SELECT seq, hash FROM audit_seal WHERE seq = ANY(%s)", [auditproof.ancestors(seq)])
    known: dict[int, bytes | None] = {0: auditproof.GENESIS}
    return Chain(seq, known | {n: bytes(value) for n, value in stored})


def _append(batch: Sequence[rows.Entry]) -> None:
    """Add links for the entries, in order, and move the head."""
    chain = chain_at(_head()[0])
    first, hashes = chain.seq + 1, []
    for entry in batch:
        value = chain.next(auditproof.leaf(entry))
        if value is None:
            raise RuntimeError(
                f"la cadena está rota antes del eslabón {chain.seq + 1}: ejecute «audit verify»"
            )
        chain.push(value)
        hashes.append(value)
    seqs = list(range(first, first + len(batch)))
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            [
                seqs,
                [e["id"] for e in batch],
                hashes,
                [e["case_id"] for e in batch],
                [e["verb"] for e in batch],
            ],
        )
        cursor.execute("UPDATE audit_head SET seq = %s, hash = %s WHERE id = 1", [seqs[-1], hashes[-1]])
