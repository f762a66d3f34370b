"""Rows that hold exactly what the columns of a list read: no model instances, no fields that nobody asked for.

A page of fifty letters is fifty rows of five joined models; making them, and naming their sixty fields in the
statement, takes longer than drawing them. A plain row answers by attribute as its model does (properties of the
model included), so columns need not know which kind of row they read.

Rows with fields of other tables are read in two steps: which rows the page has, whose plan depends on who asks, and what
they say, by key, whose plan is kept. In one step PostgreSQL plans half a dozen joins for each page: [m] 9 ms for 0.5.
"""
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, Final

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.fields import Field
from django.db.models.fields.reverse_related import ForeignObjectRel

from ventanilla.core import plans

Read = Callable[[QuerySet[Any]], list[Any]]
NOBODY: Final = -1
"""A key that no row has: its place in a statement is taken by the keys of a page."""


class Plain:
    """A row; subclasses carry the properties of a model. Raises LookupError for what was not read."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise LookupError(f"{type(self).__name__} was read without {name!r}: name it in the column's `reads`")


@lru_cache(maxsize=256)
def reader(model: type[Model], paths: tuple[str, ...]) -> Read:
    """Reads a query of `model` as plain rows with these fields (`letter__type__name`) and `pk`."""
    names, make = _made(model, paths)
    joined = any("__" in name for name in names) and all(is_field(model, name) for name in names)
    two_steps = _ByKey(model, names) if joined else None

    def read(rows: QuerySet[Any]) -> list[Any]:
        return [make(values) for values in (two_steps(rows) if two_steps else rows.values_list(*names))]

    return read


@lru_cache(maxsize=64)
def by_keys(model: type[Model], paths: tuple[str, ...]) -> Callable[[Sequence[Any]], list[Any]]:
    """Reads the rows of these keys as plain rows with these fields and `pk`, in their order; one statement. What the person
    may see was asked before."""
    names, make = _made(model, paths)
    values_of = _ByKey(model, names)
    return lambda keys: [make(values) for values in values_of.of(keys)]


def _made(model: type[Model], paths: Iterable[str]) -> tuple[list[str], Callable[[Sequence[Any]], Any]]:
    """What to read of the model, `pk` first, and how a row is made of the values."""
    names, tree = ["pk"], _Tree(model, [("pk", 0)])
    for path in paths:
        tree.add(path.split("__"), names, "")
    return names, tree.maker()


class _ByKey:
    """Values of the rows of a query, `pk` first: its keys, then what stands in their rows."""

    def __init__(self, model: type[Model], names: Sequence[str]) -> None:
        self.model, self.names = model, names

    def __call__(self, rows: QuerySet[Any]) -> list[Sequence[Any]]:
        return self.of(list(rows.values_list("pk", flat=True)))

    def of(self, keys: Sequence[Any]) -> list[Sequence[Any]]:
        """Of the rows that there are, in the order of the keys."""
        sql, converted = self._written
        found = {values[0]: values for values in converted(plans.rows(sql, [list(keys)]))} if keys else {}
        return [found[key] for key in keys if key in found]

    @cached_property
    def _written(self) -> tuple[str, Callable[[Iterable[Any]], Iterable[Sequence[Any]]]]:
        """The statement as Django writes it, and how it reads what comes."""
        compiler = self.model._base_manager.filter(pk=NOBODY).values_list(*self.names).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        start, equal, rest = sql.rpartition(" = %s")
        assert equal and not rest and params == (NOBODY,), sql
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        # An array that comes out of a query is not weighed, so that the plan is kept for any number of keys.
        keys = f"ARRAY(SELECT unnest(%s::{self.model._meta.pk.rel_db_type(connection)}[]))"
        return f"{start} = ANY({keys})", lambda rows: compiler.apply_converters(rows, converters) if converters else rows


@lru_cache(maxsize=4096)
def is_field(model: type[Model], path: str) -> bool:
    """Whether the path ends at a column of the database."""
    *above, last = path.split("__")
    for name in above:
        related = _fields(model).get(name)
        if related is None or related.related_model is None:
            return False
        model = related.related_model
    found = _fields(model).get(last)
    return last == "pk" or (isinstance(found, Field) and (not found.is_relation or found.attname == last))


def _fields(model: type[Model]) -> dict[str, Any]:
    """Fields by name, foreign keys also by the name of their column."""
    fields = model._meta.get_fields()
    return {f.name: f for f in fields} | {f.attname: f for f in model._meta.concrete_fields if f.is_relation}


class _Tree:
    """The fields of one model in a row, and the models that hang from it."""

    def __init__(self, model: type[Model], leaves: list[tuple[str, int]]) -> None:
        self.model, self.leaves = model, leaves
        self.below: dict[str, tuple[int, _Tree]] = {}

    def add(self, parts: Sequence[str], names: list[str], prefix: str) -> None:
        """Another field, by its path from here."""
        if len(parts) == 1:
            if parts[0] not in dict(self.leaves):
                self.leaves.append((parts[0], _listed(names, prefix + parts[0])))
            return
        if parts[0] not in self.below:
            self.below[parts[0]] = self._related(parts[0], names, prefix)
        self.below[parts[0]][1].add(parts[1:], names, f"{prefix}{parts[0]}__")

    def _related(self, name: str, names: list[str], prefix: str) -> tuple[int, "_Tree"]:
        """The related model, and in which place of the row to see whether there is one."""
        field = _fields(self.model)[name]
        key = f"{prefix}{name}__pk" if isinstance(field, ForeignObjectRel) else f"{prefix}{field.attname}"
        return _listed(names, key), _Tree(field.related_model, [])

    def maker(self) -> Callable[[Sequence[Any]], Any]:
        """Makes the row of a tuple of values."""
        names, new = [name for name, _place in self.leaves], object.__new__
        first, *others = [place for _name, place in self.leaves] or [0]
        taken = itemgetter(first, *others) if others else lambda values: (values[first],)
        below = [(name, place, tree.maker()) for name, (place, tree) in self.below.items()]
        kind = type(f"Plain{self.model.__name__}", (Plain,), dict(_properties(self.model)))

        def make(values: Sequence[Any]) -> Any:
            row: Any = new(kind)
            row.__dict__ = held = dict(zip(names, taken(values), strict=False))
            for name, place, related in below:
                held[name] = None if values[place] is None else related(values)
            return row

        return make


def _listed(names: list[str], name: str) -> int:
    if name not in names:
        names.append(name)
    return names.index(name)


def _properties(model: type[Model]) -> Iterable[tuple[str, property]]:
    for kind in reversed(model.__mro__):
        if kind is not Model and issubclass(kind, Model):
            yield from ((name, found) for name, found in vars(kind).items() if isinstance(found, property))
