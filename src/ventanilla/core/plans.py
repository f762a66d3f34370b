"""Statements whose plan the database keeps: read and planned once per connection, then only executed.

Django writes every statement anew and sends it with its values in it, so PostgreSQL parses and plans it anew each time: for a
read of one row through twelve joins that is twenty times the work of executing it. Inside `kept_plans()` values travel beside
the statement, and psycopg prepares what it has sent `prepare_threshold` times (settings; none: a pooler between us and the
database cannot keep statements, and everything works as before).

Only for statements whose best plan does not depend on the values: by key, or inserts. Never for lists, counts or searches: what
is best for a person who sees fifty rows is not what is best for a head who sees half a million.
"""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from types import NoneType
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.backends.postgresql.base import ServerBindingCursor

M = TypeVar("M", bound=models.Model)
Params = Sequence[Any] | Mapping[str, Any]
FEW: Final = 20
"""So many rows at once are written by statements that come again and again; more of them by long ones that do not."""


@contextmanager
def kept_plans() -> Iterator[None]:
    """Whatever this thread sends to the database inside keeps its plan; may be nested."""
    connection.ensure_connection()
    base = connection.connection
    usual = base.cursor_factory
    base.cursor_factory = ServerBindingCursor
    try:
        yield
    finally:
        base.cursor_factory = usual


def rows(sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
    """All rows of one statement with a kept plan."""
    with kept_plans(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def first(sql: str, params: Params = ()) -> tuple[Any, ...] | None:
    """Its first row, or None."""
    found = rows(sql, params)
    return found[0] if found else None


class Columns:
    """The columns of a model's table in a statement, and an instance from their values."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.fields = model._meta.concrete_fields
        self.names = [f.attname for f in self.fields]
        self.key = self.names.index(model._meta.pk.attname)
        self.read = [(n, f) for n, f in enumerate(self.fields) if hasattr(f, "from_db_value")]

    def sql(self, alias: str) -> str:
        """`alias.a, alias.b, …`"""
        return ", ".join(f'{alias}."{f.column}"' for f in self.fields)

    def instance(self, found: Sequence[Any]) -> Any:
        """The row as Django reads it; None when nothing was joined."""
        if found[self.key] is None:
            return None
        values = list(found)
        for n, field in self.read:
            values[n] = field.from_db_value(values[n], None, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)


class Related(Generic[M]):
    """`select_related` whose statement is written once: rows of a model with what they refer to, under one fixed condition.

    `paths` are as there: forwards, and backwards over one-to-one. In `where` the model's table is called `t`.
    """

    def __init__(self, model: type[M], *paths: str, where: str) -> None:
        self.model, self.paths, self.where = model, paths, where

    @cached_property
    def _written(self) -> tuple[str, list[tuple[str, str, Columns]]]:
        """The statement, and of each joined table: the path to it, its last name, its columns. The model itself comes first."""
        parts = [("", "", Columns(self.model))]
        joins, alias = "", {"": "t"}
        for path in sorted({"__".join(p.split("__")[:n + 1]) for p in self.paths for n in range(p.count("__") + 1)}):
            above, _dash, name = path.rpartition("__")
            model = next(c.model for p, _n, c in parts if p == above)
            alias[path] = f"t{len(parts)}"
            target, condition = _joined(model, name, alias[above], alias[path])
            joins += f' LEFT JOIN "{target._meta.db_table}" {alias[path]} ON {condition}'
            parts.append((path, name, Columns(target)))
        wanted = ", ".join(c.sql(alias[p]) for p, _n, c in parts)
        return f'SELECT {wanted} FROM "{self.model._meta.db_table}" t{joins} WHERE {self.where}', parts

    def __call__(self, params: Params) -> list[M]:
        """The rows, in no order; one query."""
        sql, parts = self._written
        return [self._assembled(row, parts) for row in rows(sql, params)]

    def _assembled(self, row: Sequence[Any], parts: Sequence[tuple[str, str, Columns]]) -> M:
        made: dict[str, Any] = {}
        at = 0
        for path, name, columns in parts:
            made[path] = columns.instance(row[at:at + len(columns.names)])
            at += len(columns.names)
            above = made.get(path.rpartition("__")[0]) if path else None
            if above is not None and made[path] is not None:
                setattr(above, name, made[path])
        return made[""]  # type: ignore[no-any-return]


_AS_THEY_ARE: Final = frozenset({bool, int, str, NoneType, UUID})
_WRAPPED: Final = (models.JSONField, models.BinaryField, ArrayField)


class Insert(Generic[M]):
    """`bulk_create` of a few rows whose statement is written once per number of rows.

    Columns that the database fills (`db_default`) are left to it, and so is a key that it numbers when the instances have none.
    """

    def __init__(self, model: type[M]) -> None:
        meta = model._meta
        self.table, self.key = meta.db_table, meta.pk.column
        fields: list[Any] = [f for f in meta.local_concrete_fields if not f.has_db_default()]
        self.numbered = [self._way(f) for f in fields if f is not meta.auto_field]
        self.keyed = [self._way(f) for f in fields]
        self._texts: dict[tuple[int, int], str] = {}

    @staticmethod
    def _way(field: Any) -> tuple[str, Any, bool]:
        """Its name, itself, and whether plain values go to the database as they are."""
        dated = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        return field.attname, field, not (dated or isinstance(field, _WRAPPED))

    def statement(self, made: Sequence[M]) -> tuple[str, list[Any]]:
        """The INSERT of these rows, all with a key or all without, and its values."""
        fields = self.numbered if made[0].pk is None else self.keyed
        if (text := self._texts.get((len(made), len(fields)))) is None:
            row = f"({', '.join(['%s'] * len(fields))})"
            names = ", ".join(f'"{field.column}"' for _name, field, _plain in fields)
            text = f'INSERT INTO "{self.table}" ({names}) VALUES {", ".join([row] * len(made))}'
            self._texts[len(made), len(fields)] = text
        return text, [_value(one, *way) for one in made for way in fields]


def _value(one: models.Model, name: str, field: Any, plain: bool) -> Any:
    value = getattr(one, name)
    if plain and type(value) in _AS_THEY_ARE:
        return value
    return field.get_db_prep_save(field.pre_save(one, True), connection)


_inserts: dict[type[models.Model], Insert[Any]] = {}
_gathered: ContextVar[list[tuple[type[models.Model], list[Any]]] | None] = ContextVar("gathered", default=None)


def insert(model: type[M], made: Iterable[M]) -> None:
    """Insert new rows: up to FEW by a kept statement, more of them in bulk, and none without asking the database.

    Keys that the database numbers are not told.
    """
    listed, gathered = list(made), _gathered.get()
    if len(listed) > FEW:
        model._default_manager.bulk_create(listed)
    elif listed and gathered is not None:
        gathered.append((model, listed))
    elif listed:
        _send([(model, listed)])


@contextmanager
def together() -> Iterator[None]:
    """What `insert` is given inside is written at the end by one statement. What is read inside does not see it yet."""
    gathered: list[tuple[type[models.Model], list[Any]]] = []
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    if gathered:
        _send(gathered)


def _send(gathered: Sequence[tuple[type[models.Model], list[Any]]]) -> None:
    texts, values = [], list[Any]()
    for n, (model, made) in enumerate(gathered):
        text, given = _inserts.setdefault(model, Insert(model)).statement(made)
        texts.append(f"i{n} AS ({text})")
        values += given
    rows(f"WITH {', '.join(texts)} SELECT 1", values)
    for one in (one for _model, made in gathered for one in made):
        one._state.adding, one._state.db = False, DEFAULT_DB_ALIAS


def _joined(model: type[models.Model], name: str, alias: str, other: str) -> tuple[type[models.Model], str]:
    """What a name of a path leads to, and how its table is joined."""
    field: Any = model._meta.get_field(name)
    target = field.related_model
    if field.concrete:
        return target, f'{other}."{target._meta.pk.column}" = {alias}."{field.column}"'
    return target, f'{other}."{field.field.column}" = {alias}."{model._meta.pk.column}"'
