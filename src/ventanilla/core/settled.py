"""Reads of what is set up once and asked by every registration (calendars, numbering, teams, the catalogue, rights), answered by
this process as long as the database has not changed any of it.

Triggers on the tables of such reads (`unsettled_by`) write into `cases_settled`, in the transaction of each change. `bit_xor` of the
rows that a transaction sees is its stamp: equal stamps mean that the same changes are seen. Whoever has a change in the transaction,
committed or not, has another stamp than whoever has not, so no answer of the one serves the other.
"""
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, NamedTuple, TypeVar

from ventanilla.core import plans

T = TypeVar("T")
MOST: Final = 5000
_STAMP: Final = "SELECT bit_xor(value) FROM public.cases_settled"
_stamp: ContextVar[int | None] = ContextVar("settled", default=None)


class _Answers(NamedTuple):
    stamp: int | None
    known: dict[Hashable, Any]


_kept = _Answers(None, {})


@contextmanager
def settled() -> Iterator[None]:
    """Inside, `answered` answers by what this process knows, after one statement. Within one transaction, which reads nothing by
    `answered` that it changed itself in here."""
    if _stamp.get() is not None:
        yield
        return
    token = _stamp.set(_seen())
    try:
        yield
    finally:
        _stamp.reset(token)


def answered(read: Callable[[Sequence[Any]], T], params: Sequence[Any]) -> T:
    """`read(params)`; inside `settled()` asked once until something changes. Outside, asked each time.

    It only reads tables that have the triggers, and nothing but the parameters matters to it. Nobody changes what it answers.
    """
    stamp = _stamp.get()
    if stamp is None:
        return read(params)
    known, key = _known(stamp), (read, *(tuple(p) if isinstance(p, list) else p for p in params))
    if key in known:
        found: T = known[key]
        return found
    found = read(params)
    if _seen() == stamp:  # else something changed between the two, or this very transaction changed it and may be given up
        known[key] = found
    return found


def _known(stamp: int) -> dict[Hashable, Any]:
    global _kept
    if _kept.stamp != stamp or len(_kept.known) >= MOST:
        _kept = _Answers(stamp, {})
    return _kept.known


def _seen() -> int | None:
    found = plans.first(_STAMP)
    return found[0] if found else None


def unsettled_by(tables: Iterable[str], events: str = "INSERT OR UPDATE OR DELETE OR TRUNCATE") -> str:
    """The SQL that makes changes of these tables known, for migrations. They are told of whoever writes them, restoring included."""
    return "\n".join(
        f"CREATE TRIGGER {table}_unsettles AFTER {events} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION public.cases_unsettle();\n"
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_unsettles;" for table in tables)


def undone(tables: Iterable[str]) -> str:
    """The SQL that takes those triggers away."""
    return "\n".join(f"DROP TRIGGER {table}_unsettles ON {table};" for table in tables)
