"""For every test of the project: what takes longest begins first, and a database that was really written is emptied quickly.

Django empties it by TRUNCATE of all tables, which makes new files for some two hundred tables and their indexes: seconds
after each test that commits. Deleting the few rows that a test wrote takes a fraction of that. Then Django makes the rows that
belong to the schema anew, a thousand of them in two hundred queries, the same ones each time: here they stay.
"""
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A machine that stands still is no counterexample; each run tries the same examples, `--hypothesis-profile=default` tries others.
settings.register_profile("ventanilla", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ventanilla")

#: Not Django's to empty (its models are not managed): a job that a test left behind would count as one that waits for ever.
QUEUE = ("procrastinate_events", "procrastinate_periodic_defers", "procrastinate_jobs")


#: Rows of the schema: no test changes them, and what would make them anew after each test need not run.
KEPT = ("django_content_type", "auth_permission")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests without Django's database first: pytest-django puts all tests without it last, where each process but one would wait
    for a whole installation that is killed again and again. Those with a database stay in its order, which they rely on."""
    items.sort(key=lambda item: not (item.get_closest_marker("slow") and not item.get_closest_marker("django_db")))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Why the first try of a test failed that the whole suite tried again: nothing is passed over in silence."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"tried again: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_delete() -> Iterator[None]:
    """Where the database lets us pass over its triggers (they refuse to delete what is append-only); else as Django does."""
    from django.core.management.commands import flush
    from django.db.backends.postgresql.operations import DatabaseOperations

    usual, signal = DatabaseOperations.sql_flush, flush.emit_post_migrate_signal
    kept = False

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        nonlocal kept
        names = [*(t for t in tables if t not in KEPT), *(QUEUE if tables else ())]
        kept = bool(names) and not options.get("reset_sequences") and _may(self.connection)
        if not kept:
            return list(usual(self, style, names, **options))
        return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {self.quote_name(t)}" for t in _filled(self, names)),
                "SET LOCAL session_replication_role = origin"]

    def anew(*told: Any, **options: Any) -> None:
        if not kept:
            signal(*told, **options)

    DatabaseOperations.sql_flush, flush.emit_post_migrate_signal = sql_flush, anew
    yield
    DatabaseOperations.sql_flush, flush.emit_post_migrate_signal = usual, signal


@pytest.fixture(scope="session", autouse=True)
def _nobody_writes_what_is_settled() -> Iterator[None]:
    """What a process knows of what is set up is shared by its requests (`core/settled`): a test that meets it changed fails."""
    from ventanilla.core import settled

    usual, seen = settled.answered, dict[int, Any]()

    def answered(read: Any, params: Any) -> Any:
        found = usual(read, params)
        if seen.get(0) is not settled._kept:
            seen.clear()
            seen[0] = settled._kept
        _kept, first = seen.setdefault(id(found), (found, _written(found)))
        assert _holds(first, _written(found)), f"written on what is settled: {first}"
        return found

    settled.answered = answered
    yield
    settled.answered = usual


def _written(value: Any) -> Any:
    """What somebody could have written, without what objects keep for themselves."""
    if isinstance(value, list | tuple):
        return [_written(one) for one in value]
    if isinstance(value, dict):
        return {key: _written(one) for key, one in value.items()}
    return {k: _written(v) for k, v in vars(value).items() if k[0] != "_"} if hasattr(value, "__dict__") else value


def _holds(first: Any, now: Any) -> bool:
    """Whether all is as it was; what has been worked out since may stand beside it."""
    if isinstance(first, dict):
        return all(key in now and _holds(one, now[key]) for key, one in first.items())
    if isinstance(first, list):
        return len(first) == len(now) and all(map(_holds, first, now))
    return bool(first == now)


@cache
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
