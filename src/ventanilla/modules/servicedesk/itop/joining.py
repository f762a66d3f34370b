"""Joins of OQL: which objects of the selected class have, along the joins, objects that fulfil the condition together.

The condition is written as alternatives, each a list of comparisons that must hold at once; those of one alternative are asked of the
same objects, class by class from the ends of the joins inwards. Every class is read through what the person sees of it, so a join tells
nothing of what is not theirs.
"""
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from django.db.models import Q, QuerySet

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.itop.classes import ItopClass, class_of
from ventanilla.modules.servicedesk.itop.conditions import Ask, where
from ventanilla.modules.servicedesk.itop.oql import Condition, Join, Leaf, Node, Query, Test
from ventanilla.modules.servicedesk.itop.problems import UNAUTHORIZED, ItopError
from ventanilla.modules.servicedesk.itop.trees import seen_from, standing

MOST: Final = 64
"""Alternatives of a condition over several classes, at most."""
Alternative = Sequence[Condition]


@dataclass(frozen=True)
class _Asking:
    """Who asks, of which classes by their aliases, and how the queries within the condition are asked."""

    person: Person
    kinds: Mapping[str, ItopClass]
    ask: Ask


def joined(person: Person, query: Query, allowed: Collection[str], ask: Ask) -> Q:
    """The condition on the selected class. Raises ItopError for unknown classes and fields, and for what the token may not read."""
    kinds = {alias: readable(name, allowed) for alias, name in query.classes.items()}
    found = Q(pk__in=[])
    for parts in alternatives(query.where):
        own: dict[str, list[Condition]] = {alias: [] for alias in kinds}
        for part in parts:
            own[_of(part) or query.alias].append(part)
        found |= _holds(_Asking(person, kinds, ask), own, (query.alias, query.joins))
    return found


def readable(name: str, allowed: Collection[str]) -> ItopClass:
    """The class of that name, when a token of those scopes may read it. Raises ItopError."""
    found = class_of(name)
    if found is None:
        raise ItopError(f"Unknown class '{name}'")
    if found.scope not in allowed:
        raise ItopError(f"Error: this token is not allowed to do this (scope {found.scope})", UNAUTHORIZED)
    return found


def _of(part: Condition) -> str:
    """Whose field a comparison, negated or not, is about."""
    return _of(part.parts[0]) if isinstance(part, Node) else part.of


def alternatives(tree: Condition | None) -> list[Alternative]:
    """The condition in disjunctive form. Raises ItopError when it is too wide."""
    found = [()] if tree is None else _spread(tree, wanted=True)
    return list(found)


def _spread(tree: Condition, *, wanted: bool) -> list[Alternative]:
    if isinstance(tree, Leaf | Test):
        return [(tree,)] if wanted else [(Node("not", [tree]),)]
    if tree.op == "not":
        return _spread(tree.parts[0], wanted=not wanted)
    parts = [_spread(part, wanted=wanted) for part in tree.parts]
    if (tree.op == "and") is wanted:
        many = 1
        for one in parts:
            many *= len(one)
        _narrow(many)
        return [tuple(leaf for piece in chosen for leaf in piece) for chosen in product(*parts)]
    _narrow(sum(len(one) for one in parts))
    return [piece for one in parts for piece in one]


def _narrow(count: int) -> None:
    if count > MOST:
        raise ItopError("Invalid OQL: the condition over joined classes has too many alternatives")


def _holds(asking: _Asking, own: Mapping[str, Iterable[Condition]], at: tuple[str, Sequence[Join]]) -> Q:
    """What a class has to fulfil: its own comparisons, and for each join that leads on, an object there that fulfils its part."""
    (alias, joins), kinds = at, asking.kinds
    found = Q()
    for part in own[alias]:
        found &= where(asking.person, kinds[alias], part, asking.ask)
    for join in joins:
        if alias in (join.one, join.other):
            end = join.other if alias == join.one else join.one
            beyond = [j for j in joins if j is not join]
            rows: QuerySet[Any] = kinds[end].rows(asking.person).filter(_holds(asking, own, (end, beyond))).order_by()
            found &= _equal(kinds, join, alias, rows) if join.op == "=" else _in_tree(kinds, join, alias, rows)
    return found


def _equal(kinds: Mapping[str, ItopClass], join: Join, alias: str, rows: QuerySet[Any]) -> Q:
    """Those of `alias` whose key is that of one of `rows`, on the other side of the join."""
    near, far, end = (join.field, join.other_field, join.other) if alias == join.one else (join.other_field, join.field, join.one)
    reached = _column(kinds[end], far)
    return Q(**{f"{_column(kinds[alias], near)}__in": rows.filter(**{f"{reached}__isnull": False}).values(reached)})


def _in_tree(kinds: Mapping[str, ItopClass], join: Join, alias: str, rows: QuerySet[Any]) -> Q:
    """Those of `alias` that stand in the tree as the join says to one of `rows`. Raises ItopError, as iTop does, where there is no tree."""
    kind = kinds[join.one]
    column = _column(kind, join.field)
    if not kind.fields[join.field].path:
        raise ItopError(f"The specified tree operator {join.op.replace(' ', '_')} is not applicable to the key - found '{join.field}'")
    if (other := kinds[join.other].name) != kind.name:
        raise ItopError(f"The joined class ({other}) is not compatible with the external key, which is pointing to {kind.name} - found "
                        f"'{join.field}'")
    return standing(join.op if alias == join.one else seen_from(join.op), rows, column, kind.fields[join.field].path)


def _column(kind: ItopClass, name: str) -> str:
    """The column of a field by which classes are joined. Raises ItopError for one that is no key."""
    attribute = kind.fields.get(name)
    if attribute is None:
        raise ItopError(f"Unknown attribute '{name}' of class '{kind.name}'")
    if attribute.kind != "key" or not attribute.lookup:
        raise ItopError(f"'{name}' of class '{kind.name}' is no key to join by")
    return attribute.lookup
