"""Paging by key, never by offset: a page costs the same at the beginning and at the end of a million rows."""
import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, QuerySet

from ventanilla.web.screens.plain import Read


class BadKey(ValueError):
    """The key in the address was not made here."""


@dataclass(frozen=True)
class Order:
    """One model field, up or down, with the primary key to break ties. Nulls come last both ways."""

    field: str
    down: bool = False

    @classmethod
    def of(cls, text: str) -> "Order":
        """From `-received_at` or `folio`."""
        return cls(text.lstrip("-"), text.startswith("-"))

    def reversed(self) -> "Order":
        """For pages before a key, and the last page."""
        return Order(self.field, not self.down)

    @property
    def tie(self) -> str:
        """What orders rows of the same value."""
        return "-pk" if self.down else "pk"

    @property
    def by_key(self) -> bool:
        """There is nothing to order by but the key."""
        return self.field in ("pk", "id")

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """All rows in this order."""
        if self.by_key:
            return rows.order_by(self.tie)
        nulls: dict[str, Any] = {"nulls_last": True} if _may_be_null(rows, self.field) else {}
        return rows.order_by(F(self.field).desc(**nulls) if self.down else F(self.field).asc(**nulls), self.tie)


@dataclass(frozen=True)
class Page:
    """Rows of one page and the keys of its neighbours (empty: there is none)."""

    rows: list[Any]
    next: str = ""
    previous: str = ""


Taken = Callable[[Order, int | None, int], list[Any]]
"""So many rows in an order by key, beyond a key."""


def page(rows: QuerySet[Any], order: Order, *, after: str = "", before: str = "", last: bool = False,
         limit: int = 50, read: Read = list, taken: Taken | None = None) -> Page:
    """One page after or before a key, or the last one; `read` makes the rows of the query, where they are not `taken` otherwise.
    Raises BadKey."""
    backwards = bool(before) or last
    way = order.reversed() if backwards else order
    found: list[Any] = taken(way, _beyond(after or before), limit + 1) if taken else []
    for part in () if taken else _parts(way, rows, after or before, nulls_first=backwards):
        found += read(part[: limit + 1 - len(found)]) if len(found) <= limit else []
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    first, final = _key(order, found[0]), _key(order, found[-1])
    return Page(found, next=final if (bool(before) if backwards else more) else "",
                previous=first if (more if backwards else bool(after)) else "")


def _key(order: Order, row: Any) -> str:
    value: Any = row
    for part in order.field.split("__"):
        value = getattr(value, part, None)
    if isinstance(value, (date, datetime)):
        value = value.isoformat()
    return pack(value, row.pk)


def pack(value: Any, pk: int) -> str:
    """The place of a row as an address says it."""
    return base64.urlsafe_b64encode(json.dumps([value, pk]).encode()).decode().rstrip("=")


def unpack(key: str) -> tuple[Any, int]:
    """What `pack` packed. Raises BadKey."""
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        return value, int(pk)
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadKey(key) from error


def _beyond(place: str) -> int | None:
    """The key of a place, as the database takes it. Raises BadKey."""
    pk = unpack(place)[1] if place else None
    if pk is not None and not 0 <= pk < 2**63:
        raise BadKey(place)
    return pk


def _may_be_null(rows: QuerySet[Any], field: str) -> bool:
    """A column that never is needs no second look for what is missing."""
    try:
        return bool(getattr(rows.model._meta.get_field(field), "null", True)) or field in rows.query.annotations
    except FieldDoesNotExist:  # an annotation, or a field of another table
        return True


def _parts(order: Order, rows: QuerySet[Any], key: str, *, nulls_first: bool) -> list[QuerySet[Any]]:
    """The rows beyond a key: those with a value, and those without one, which are read by themselves.

    An index holds missing values at one of its ends; ordered with NULLS LAST, it would serve one way only.
    """
    value, pk = unpack(key) if key else (None, None)
    tie = Q() if pk is None else Q(pk__lt=pk) if order.down else Q(pk__gt=pk)
    if order.by_key:
        return [rows.filter(tie).order_by(order.tie)]
    full = rows.order_by(f"-{order.field}" if order.down else order.field, order.tie)
    if not _may_be_null(rows, order.field):
        return [full.filter(_further(order, value, tie)) if key else full]
    full, empty = full.filter(**{f"{order.field}__isnull": False}), rows.filter(**{f"{order.field}__isnull": True}).order_by(order.tie)
    if key and value is None:
        return [empty.filter(tie), full] if nulls_first else [empty.filter(tie)]
    if key:
        full = full.filter(_further(order, value, tie))
        return [full] if nulls_first else [full, empty]
    return [empty, full] if nulls_first else [full, empty]


def _further(order: Order, value: Any, tie: Q) -> Q:
    """Beyond a value and a key; the first condition is where an index begins."""
    way = "lt" if order.down else "gt"
    return Q(**{f"{order.field}__{way}e": value}) & (Q(**{f"{order.field}__{way}": value}) | tie)
