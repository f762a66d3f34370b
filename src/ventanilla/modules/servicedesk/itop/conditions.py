"""A condition of OQL on one class, as the database understands it."""
import re
from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q, QuerySet

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.itop.classes import Attribute, ItopClass
from ventanilla.modules.servicedesk.itop.computing import Computing
from ventanilla.modules.servicedesk.itop.operands import Value
from ventanilla.modules.servicedesk.itop.oql import Condition, Leaf, Query, Test
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.itop.words import moment_of, zone_of

_COMPARED: Final = {"<": "__lt", ">": "__gt", "<=": "__lte", ">=": "__gte"}
BIG: Final = 2**62


Ask = Callable[[Query], QuerySet[Any]]


def where(person: Person, kind: ItopClass, tree: Condition, ask: Ask) -> Q:
    """The condition for the database; `ask` finds what queries within it name. Raises ItopError for a field that cannot be asked for."""
    if isinstance(tree, Leaf):
        return _selected(kind, tree, ask) if tree.op == "select" else _leaf(person, kind, tree)
    if isinstance(tree, Test):
        return Computing(person, kind, lambda inner: where(person, kind, inner, ask)).tested(tree)
    parts = [where(person, kind, part, ask) for part in tree.parts]
    if tree.op == "not":
        return ~parts[0]
    found = parts[0]
    for part in parts[1:]:
        found = found & part if tree.op == "and" else found | part
    return found


def _selected(kind: ItopClass, leaf: Leaf, ask: Ask) -> Q:
    """The key of one of the objects that a query finds."""
    attribute = kind.fields.get(leaf.field)
    if attribute is None:
        raise ItopError(f"Unknown attribute '{leaf.field}' of class '{kind.name}'")
    if attribute.kind != "key" or not attribute.lookup:
        raise ItopError(f"'{leaf.field}' of class '{kind.name}' is no key: it is not IN a SELECT")
    found = Q(pk__in=[])
    for query in leaf.values:
        assert isinstance(query, Query)
        found |= Q(**{f"{attribute.lookup}__in": ask(query).order_by().values("pk")})
    return found


def _leaf(person: Person, kind: ItopClass, leaf: Leaf) -> Q:
    attribute = kind.fields.get(leaf.field)
    if attribute is None:
        raise ItopError(f"Unknown attribute '{leaf.field}' of class '{kind.name}'")
    values = [value for value in leaf.values if not isinstance(value, Query)]
    if attribute.where:
        return _own(person, leaf, attribute.where)
    if not attribute.lookup:
        raise ItopError(f"'{leaf.field}' cannot be asked for")
    if leaf.op == "in":
        none = Q(pk__in=[])
        for value in values:
            none |= _compared(person, attribute, "=", value)
        return none
    return _compared(person, attribute, leaf.op, values[0] if values else "")


def _own(person: Person, leaf: Leaf, rule: Callable[[Person, str], Q]) -> Q:
    if leaf.op not in ("=", "in"):
        raise ItopError(f"'{leaf.field}' is asked for with = or IN")
    found = Q(pk__in=[])
    for value in leaf.values:
        found |= rule(person, str(value))
    return found


def _compared(person: Person, attribute: Attribute, op: str, value: Value) -> Q:
    lookup = attribute.lookup
    if op == "null" or (op == "=" and attribute.kind == "key" and value in (0, "0", "")):
        return Q(**{f"{lookup}__isnull": True})
    if op == "like":
        return Q(**{f"{lookup}__iregex": _pattern(str(value))})
    wanted = _converted(person, attribute, value)
    if wanted is None:
        return Q(pk__in=[])
    if op in _COMPARED:
        return Q(**{f"{lookup}{_COMPARED[op]}": wanted})
    return Q(**{f"{lookup}__iexact" if attribute.kind == "text" else lookup: wanted})


def _converted(person: Person, attribute: Attribute, value: Value) -> Any:
    """The value as the column keeps it; None when no row can have it."""
    if attribute.choices:
        return attribute.choices.get(str(value))
    if attribute.kind in ("key", "number"):
        text = str(value)
        return int(text) if re.fullmatch(r"-?\d{1,18}", text) and abs(int(text)) < BIG else None
    if attribute.kind == "moment":
        return moment_of(value, zone_of(person.institution))
    return str(value)


def _pattern(text: str) -> str:
    """LIKE as a regular expression of literals: % and _ are the only signs."""
    return "^" + "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in text[:300]) + "$"
