"""Statements whose plan the database keeps: read and planned once per connection, then only executed.

Django writes every statement anew and sends it with its values in it, so PostgreSQL parses and plans it anew each time: for a
read of one row through twelve joins that is twenty times the work of executing it. Inside `kept_plans()` values travel beside
the statement, and psycopg prepares what it has sent `prepare_threshold` times (settings; none: a pooler between us and the
database cannot keep statements, and everything works as before).

Only for statements whose best plan does not depend on the values: by key, inserts, and pages whose words leave no choice (a part of an
index in its order, up to a limit that stands in the text). Never for other lists, counts or searches: what is best for a person who sees
fifty rows is not what is best for a head who sees half a million. An array that comes out of a query (`ARRAY(SELECT unnest(%s))`) is not
weighed; one that is a value has most statements planned anew for ever, because PostgreSQL takes a list that it does not know for ten.
"""
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache, cached_property, lru_cache
from types import NoneType
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.postgresql.base import CursorMixin, ServerBindingCursor
from django.db.models.base import ModelState
from psycopg import RawCursor
from psycopg.types.datetime import TimestamptzLoader

M = TypeVar("M", bound=models.Model)
Params = Sequence[Any] | Mapping[str, Any]
FEW: Final = 20
"""So many rows at once are written by statements that come again and again; more of them by long ones that do not."""


class NumberedCursor(CursorMixin, RawCursor):
    """For statements whose places are numbered ($1, $2 …): sent as they are, where the others are read through for each execution."""


@contextmanager
def kept_plans(factory: type[Any] = ServerBindingCursor) -> Iterator[None]:
    """Whatever this thread sends to the database inside keeps its plan; may be nested."""
    connection.ensure_connection()
    base = connection.connection
    usual = base.cursor_factory
    base.cursor_factory = factory
    try:
        yield
    finally:
        base.cursor_factory = usual


def rows(sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
    """All rows of one statement with a kept plan."""
    return _executed(ServerBindingCursor, sql, params)


def _ready(params: Params) -> Params:
    """The values with lists as PostgreSQL writes arrays: psycopg asks each element what it is, which costs more than a statement."""
    if isinstance(params, Mapping):
        return {name: array(value) if type(value) is list else value for name, value in params.items()}
    return [array(value) if type(value) is list else value for value in params]


def array(values: list[Any]) -> str | list[Any]:
    """The literal of an array of numbers, texts, uuids and bytes (its type is that of its place); another list as it is."""
    kinds = set(map(type, values))
    if kinds <= _BARE:
        return f"{{{','.join(map(str, values))}}}"
    return f"{{{','.join([_WRITTEN[type(v)](v) for v in values])}}}" if kinds <= _WRITTEN.keys() else values


_BARE: Final = frozenset({int, UUID})
_WRITTEN: Final[Mapping[type[Any], Callable[[Any], str]]] = {
    int: str, UUID: str, NoneType: lambda _none: "NULL", bytes: lambda value: f'"\\\\x{value.hex()}"',
    str: lambda value: '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'}


def _executed(factory: type[Any], sql: str, params: Params) -> list[tuple[Any, ...]]:
    """As Django's cursor does it, but with a cursor that the connection keeps: to make one costs as much as to use it.

    Where somebody wants to see what is sent (tests that count, contexts of the row history), Django's own is used.
    """
    params = _ready(params)
    ours = connections[DEFAULT_DB_ALIAS]  # `connection` looks it up anew for each of its attributes
    if ours.execute_wrappers or ours.queries_logged:
        with kept_plans(factory), ours.cursor() as seen:
            seen.execute(sql, params)
            return list(seen.fetchall())
    ours.ensure_connection()
    ours.validate_no_broken_transaction()
    kept: dict[type[Any], Any] = ours.connection.__dict__.setdefault("_kept_cursors", {})
    if (cursor := kept.get(factory)) is None:
        cursor = kept[factory] = factory(ours.connection)
        cursor.adapters.register_loader("timestamptz", TimestamptzLoader)  # compiled; Django's says the same in six times the time
    with ours.wrap_database_errors:
        found: list[tuple[Any, ...]] = cursor.execute(sql, params).fetchall()
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
        self.plain = model.__init__ is models.Model.__init__
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
        return self._made(values) if self.plain else self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)

    def _made(self, values: Sequence[Any]) -> Any:
        """What `Model.from_db` makes of all columns, without asking of each whether it is one: it is half of what a row costs."""
        made = self.model.__new__(self.model)
        made._state = ModelState()
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        made.__dict__.update(zip(self.names, values, strict=True))
        return made


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


class _Shape:
    """What an instance of a model begins with: values by column, how those that are made anew are made, and what refers elsewhere."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.concrete_fields
        self.fresh = [(f.attname, f._get_default) for f in fields if callable(f.default)]  # type: ignore[attr-defined]
        self.usual = {f.attname: None if callable(f.default) else f.get_default() for f in fields}
        self.refers = {f.name: f.attname for f in fields if f.is_relation}


@cache
def _shape_of(model: type[models.Model]) -> _Shape:
    return _Shape(model)


def new(model: type[M], **values: Any) -> M:
    """`model(**values)` for one that is no more than its fields, without asking each of them: a fifth of the work.

    Values are by field or by column; what a field refers to is saved already, or None.
    """
    shape = _shape_of(model)
    made = model.__new__(model)
    state = made._state = ModelState()
    held = made.__dict__
    held.update(shape.usual)
    for name, default in shape.fresh:
        held[name] = default() if name not in values else None
    for name, value in values.items():
        if (column := shape.refers.get(name)) is None:
            held[name] = value
        else:
            held[column], state.fields_cache[name] = value and value.pk, value
    return made


_AS_THEY_ARE: Final = frozenset({bool, str, NoneType, UUID})
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

    @staticmethod
    def _way(field: Any) -> tuple[str, Any, bool]:
        """Its name, itself, and whether plain values go to the database as they are."""
        dated = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        return field.attname, field, not (dated or isinstance(field, _WRAPPED))

    def text(self, count: int, keyed: bool, after: int) -> str:
        """The INSERT of so many rows, its places numbered behind the first `after`."""
        fields = self.keyed if keyed else self.numbered
        names, width = ", ".join(f'"{field.column}"' for _name, field, _plain in fields), len(fields)
        listed = [f"({', '.join(f'${n + 1}' for n in range(first, first + width))})"
                  for first in range(after, after + count * width, width)]
        return f'INSERT INTO "{self.table}" ({names}) VALUES {", ".join(listed)}'

    def values(self, made: Sequence[M]) -> list[Any]:
        """The values of these rows, all with a key or all without.

        Numbers go as text of no type: else a statement would be another one, and planned, for each mixture of small and large ones.
        """
        found: list[Any] = []
        for one in made:
            held = one.__dict__
            for name, field, plain in self.numbered if made[0].pk is None else self.keyed:
                value, kind = held[name], type(held[name])
                if plain and kind is int:
                    found.append(str(value))
                elif plain and (kind in _AS_THEY_ARE or (kind is datetime and value.tzinfo)):
                    found.append(value)
                else:
                    found.append(field.get_db_prep_save(field.pre_save(one, True), connection))
        return found


@cache
def _insert_of(model: type[models.Model]) -> Insert[Any]:
    return Insert(model)


class Part(NamedTuple):
    """What stands behind WITH in a statement that writes without answering: its text with numbered places, and how many these are."""

    text: str
    places: int

    def after(self, given: int) -> str:
        """The text behind so many places of others."""
        return re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + given}", self.text)


@lru_cache(maxsize=500)
def _written(shape: tuple[tuple[type[models.Model] | Part, int, bool], ...]) -> str:
    """One statement for rows of several tables (of each, how many and whether they have their keys) and what else is written."""
    texts, after = [], 0
    for n, (what, count, keyed) in enumerate(shape):
        if isinstance(what, Part):
            texts.append(what.after(after))
            after += what.places
        else:
            one = _insert_of(what)
            texts.append(f"i{n} AS ({one.text(count, keyed, after)})")
            after += count * len(one.keyed if keyed else one.numbered)
    return f"WITH {', '.join(texts)} SELECT 1"


_gathered: ContextVar[list[tuple[type[models.Model] | Part, list[Any]]] | None] = ContextVar("gathered", default=None)


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


def update(model: type[M], made: Sequence[M], *names: str) -> None:
    """Save these fields of any number of rows by one statement; none without asking the database.

    `bulk_update` writes a condition for each row and field, and each row is asked all of them.
    """
    if not made:
        return
    fields: list[Any] = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    given = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    columns = [f'"{field.column}"' for field in fields]
    written = ", ".join(f"{column} = n.{column}" for column in columns[1:])
    values = [[field.get_db_prep_save(getattr(one, field.attname), connection) for one in made] for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{model._meta.db_table}" t SET {written} FROM unnest({given}) AS n ({", ".join(columns)})'
                       f" WHERE t.{columns[0]} = n.{columns[0]}", values)


def alongside(part: Part, values: list[Any]) -> bool:
    """Inside `together()`, write this with the rows that are gathered there; False outside, where nothing is done."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered.append((part, values))
    return gathered is not None


@contextmanager
def together() -> Iterator[None]:
    """What `insert` is given inside is written at the end by one statement. What is read inside does not see it yet."""
    gathered: list[tuple[type[models.Model] | Part, list[Any]]] = []
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    if gathered:
        _send(gathered)


def _send(gathered: Sequence[tuple[type[models.Model] | Part, list[Any]]]) -> None:
    text = _written(tuple((what, 0, False) if isinstance(what, Part) else (what, len(made), made[0].pk is not None)
                          for what, made in gathered))
    _executed(NumberedCursor, text, [value for what, made in gathered
                                     for value in (made if isinstance(what, Part) else _insert_of(what).values(made))])
    for one in (one for what, made in gathered if not isinstance(what, Part) for one in made):
        one._state.adding, one._state.db = False, DEFAULT_DB_ALIAS


def _joined(model: type[models.Model], name: str, alias: str, other: str) -> tuple[type[models.Model], str]:
    """What a name of a path leads to, and how its table is joined."""
    field: Any = model._meta.get_field(name)
    target = field.related_model
    if field.concrete:
        return target, f'{other}."{target._meta.pk.column}" = {alias}."{field.column}"'
    return target, f'{other}."{field.field.column}" = {alias}."{model._meta.pk.column}"'
