"""What a database administrator with bad intentions can do: any statement, with every trigger asleep."""

from django.db import connection, transaction


def tamper(*statements: str) -> None:
    """Run the statements with triggers disabled, and commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
