"""Paging by key, never by offset: a page costs the same at the beginning and at the end of a million rows."""
import base64
import binascii
import json
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

    def apply(self, rows: QuerySet[Any], *, nulls_first: bool = False) -> QuerySet[Any]:
        """The rows in this order."""
        tie = "-pk" if self.down else "pk"
        if self.field in ("pk", "id"):
            return rows.order_by(tie)
        column = F(self.field)
        nulls: dict[str, Any] = ({"nulls_first": True} if nulls_first else {"nulls_last": True}) if _may_be_null(rows, self.field) else {}
        return rows.order_by(column.desc(**nulls) if self.down else column.asc(**nulls), tie)


@dataclass(frozen=True)
class Page:
    """Rows of one page and the keys of its neighbours (empty: there is none)."""

    rows: list[Any]
    next: str = ""
    previous: str = ""


def page(rows: QuerySet[Any], order: Order, *, after: str = "", before: str = "", last: bool = False,
         limit: int = 50, read: Read = list) -> Page:
    """One page after or before a key, or the last one; `read` makes the rows of the query. Raises BadKey."""
    backwards = bool(before) or last
    way = order.reversed() if backwards else order
    if key := after or before:
        rows = rows.filter(_beyond(way, key, nulls_first=backwards))
    found = read(way.apply(rows, nulls_first=backwards)[: limit + 1])
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


def _may_be_null(rows: QuerySet[Any], field: str) -> bool:
    """Of a column that never is, a plain index gives the order both ways; with NULLS LAST in the query it could not."""
    try:
        return bool(getattr(rows.model._meta.get_field(field), "null", True)) or field in rows.query.annotations
    except FieldDoesNotExist:  # an annotation, or a field of another table
        return True


def _beyond(order: Order, key: str, *, nulls_first: bool) -> Q:
    value, pk = unpack(key)
    tie = Q(pk__lt=pk) if order.down else Q(pk__gt=pk)
    if order.field in ("pk", "id"):
        return tie
    empty = Q(**{f"{order.field}__isnull": True})
    if value is None:
        return (empty & tie) | (~empty if nulls_first else Q(pk__in=[]))
    further = Q(**{f"{order.field}__{'lt' if order.down else 'gt'}": value})
    same = Q(**{order.field: value}) & tie
    return further | same if nulls_first else further | same | empty
