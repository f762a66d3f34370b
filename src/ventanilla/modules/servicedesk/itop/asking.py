"""From a key of the protocol (a number, a query, an object of fields) to the rows that the person may see."""
import re
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.itop import oql
from ventanilla.modules.servicedesk.itop.classes import ItopClass, class_of
from ventanilla.modules.servicedesk.itop.conditions import Ask, where
from ventanilla.modules.servicedesk.itop.joining import joined, readable
from ventanilla.modules.servicedesk.itop.operands import Value
from ventanilla.modules.servicedesk.itop.oql import Leaf, Query
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.itop.words import zone_of


def found_by(person: Person, kind: ItopClass, key: Any, allowed: Collection[str] = ()) -> QuerySet[Any]:
    """The rows that a key names; classes that it joins need a scope of `allowed`. Raises ItopError."""
    if isinstance(key, dict):
        named = (Leaf(name, "=", (_simple(value),)) for name, value in key.items())
        return kind.rows(person).filter(*(where(person, kind, leaf, _asker(person, allowed)) for leaf in named))
    text = str(key).strip()
    if re.fullmatch(r"\d{1,18}", text):
        return kind.rows(person).filter(pk=int(text))
    queries = oql.parse(text, timezone.now().astimezone(zone_of(person.institution)))
    if len(queries) == 1:
        return _asked_by(person, kind, queries[0], allowed)
    return kind.rows(person).filter(_of_all(person, kind, queries, allowed))


def _asked_by(person: Person, kind: ItopClass, query: Query, allowed: Collection[str]) -> QuerySet[Any]:
    """The rows of a class that one query asks for, be it of that class or of one beside it."""
    asked = class_of(query.name)
    if asked is None:
        raise ItopError(f"Unknown class '{query.name}'")
    if asked.name != kind.name and kind.rows(person).model is not asked.rows(person).model:
        raise ItopError(f"The query is of class '{query.name}', not of '{kind.name}'")
    rows = kind.rows(person) if asked.name == kind.name else kind.rows(person) & asked.rows(person)
    if query.joins:
        return rows.filter(joined(person, query, allowed, _asker(person, allowed)))
    return rows.filter(where(person, asked, query.where, _asker(person, allowed))) if query.where else rows


def _asker(person: Person, allowed: Collection[str]) -> Ask:
    """How a query within a query is asked: of what the person sees and the token may read, as if it were asked by itself."""
    return lambda query: _asked_by(person, readable(query.name, allowed), query, allowed)


def _of_all(person: Person, kind: ItopClass, queries: Sequence[Query], allowed: Collection[str]) -> Q:
    """What any of the queries of a UNION asks for, each object once. Raises ItopError unless their classes have one above them."""
    first = class_of(queries[0].name)
    found = Q(pk__in=[])
    for query in queries:
        asked = kind if query.name == kind.name else readable(query.name, allowed)
        if first and asked.name != first.name and asked.final is not first.final:
            raise ItopError(f"Incompatible classes: could not find a common ancestor - found '{query.name}'")
        found |= Q(pk__in=_asked_by(person, kind, query, allowed).order_by().values("pk"))
    return found


def one_by(person: Person, name: str, key: Any) -> Any:
    """The one row that a key names, for a reference or a change. Raises ItopError when there is none, or several."""
    kind = class_of(name)
    assert kind
    rows = list(found_by(person, kind, key)[:2])
    if len(rows) != 1:
        raise ItopError(f"{'Several items' if rows else 'No item'} found of class {name} with key: {key}")
    return rows[0]


def _simple(value: Any) -> Value:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ItopError("A key is made of texts and numbers")
    return value
