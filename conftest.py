"""For every test of the project: what takes longest begins first, and a database that was really written is emptied quickly.

Django empties it by TRUNCATE of all tables, which makes new files for some two hundred tables and their indexes: seconds
after each test that commits. Deleting the few rows that a test wrote takes a fraction of that.
"""
from collections.abc import Iterator
from typing import Any

import pytest

#: Not Django's to empty (its models are not managed): a job that a test left behind would count as one that waits for ever.
QUEUE = ("procrastinate_events", "procrastinate_periodic_defers", "procrastinate_jobs")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests without Django's database first: pytest-django puts all tests without it last, where each process but one would wait
    for a whole installation that is killed again and again. Those with a database stay in its order, which they rely on."""
    items.sort(key=lambda item: not (item.get_closest_marker("slow") and not item.get_closest_marker("django_db")))


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_delete() -> Iterator[None]:
    """Where the database lets us pass over its triggers (they refuse to delete what is append-only); else as Django does."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    usual = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        names = [*tables, *(QUEUE if tables else ())]
        if not names or options.get("reset_sequences") or not _may(self.connection):
            return list(usual(self, style, names, **options))
        return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {self.quote_name(t)}" for t in _filled(self, names)),
                "SET LOCAL session_replication_role = origin"]

    DatabaseOperations.sql_flush = sql_flush
    yield
    DatabaseOperations.sql_flush = usual


def _may(connection: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def _filled(operations: Any, names: list[str]) -> list[str]:
    """Those of the tables that hold any row."""
    asked = " UNION ALL ".join(f"SELECT {n} WHERE EXISTS (SELECT 1 FROM {operations.quote_name(t)})" for n, t in enumerate(names))
    with operations.connection.cursor() as cursor:
        cursor.execute(asked)
        return [names[n] for (n,) in cursor.fetchall()]
