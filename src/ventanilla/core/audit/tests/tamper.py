"""What a database administrator with bad intentions can do: any statement, with every trigger asleep. And a log that is sealed whole."""

import time

from django.db import connection, transaction

from ventanilla.core.audit.sealing import seal


def sealed() -> int:
    """Seal until every entry has its seal; how many were sealed.

    One call may leave some for the next: a transaction of another database that ends just then is not known to be of another, and the
    server's own analysing of a table is a transaction too. Whatever is held back for longer is missing in the answer.
    """
    done, end = seal(), time.monotonic() + 120
    while _waiting() and time.monotonic() < end:
        time.sleep(0.02)
        done += seal()
    return done


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM audit_entry e WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id))")
        return bool(cursor.fetchone()[0])


def tamper(*statements: str) -> None:
    """Run the statements with triggers disabled, and commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
