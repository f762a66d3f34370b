"""Sorting by a column that has no index: of few rows, by what the column shows.

A list of a million rows is never sorted by what no index orders. Once the filters leave MOST rows or fewer, the keys of all of them
are read, the column's values too, and they are put in order here: so any column sorts, worked out ones and those of forms included,
as people sort (Spanish letters, numbers within folios by their value), with what is missing last both ways.
"""
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from ventanilla.core.cases.listing import MOST
from ventanilla.lib.spanish import sort_key
from ventanilla.web.screens.columns import Column, LightCell, read_together
from ventanilla.web.screens.keys import BadKey, Order, Page, pack, unpack

if TYPE_CHECKING:
    from ventanilla.web.screens.screen import Screen

_DIGITS: Final = re.compile(r"(\d+)")
_KEY: Final = Order.of("pk")


@dataclass(frozen=True)
class By:
    """A column by which no index orders, up or down."""

    column: Column
    down: bool


def by_of(wanted: str, offered: Sequence[Column]) -> By | None:
    """The column that an address asks to sort by, among those offered; None for one that an index orders, or that there is not."""
    name = wanted.removeprefix("-")
    column = next((c for c in offered if c.name == name and not c.sort), None)
    return By(column, wanted.startswith("-")) if column else None


def sorted_keys(screen: "Screen", rows: QuerySet[Any], by: By) -> list[int] | None:
    """The keys of all rows in the order of the column; None when they are more than MOST."""
    keys = list(rows.order_by().values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        return None
    held = _read(screen, rows, keys, [by.column])
    said = [(_value(by.column, row), row.pk) for row in held]
    full = sorted(((value, pk) for value, pk in said if value is not None), reverse=by.down)
    return [pk for _said, pk in full] + [pk for value, pk in said if value is None]


def rows_of(screen: "Screen", rows: QuerySet[Any], keys: Sequence[int], columns: Sequence[Column]) -> list[Any]:
    """The rows of these keys in their order, as pages read them."""
    found = {row.pk: row for row in _read(screen, rows, keys, columns)}
    return [found[pk] for pk in keys if pk in found]


def _read(screen: "Screen", rows: QuerySet[Any], keys: Sequence[int], columns: Sequence[Column]) -> list[Any]:
    held = screen.read(rows, _KEY, columns)(rows.filter(pk__in=keys).order_by("pk")) if keys else []
    read_together(columns, held)
    return held


def page_of(screen: "Screen", rows: QuerySet[Any], keys: Sequence[int], columns: Sequence[Column], *, after: str = "", before: str = "",
            last: bool = False) -> Page:
    """A page of sorted keys after or before a key, or the last one. Raises BadKey."""
    size, end = screen.per_page, len(keys)
    if after:
        start = _place(keys, after) + 1
    else:
        start = max((_place(keys, before) if before else end if last else 0) - (size if before or last else 0), 0)
    shown = keys[start:start + size]
    return Page(rows_of(screen, rows, shown, columns), next=pack(start + len(shown) - 1, shown[-1]) if shown and start + size < end else "",
                previous=pack(start, shown[0]) if shown and start else "")


def _place(keys: Sequence[int], text: str) -> int:
    """Where the row stands now; where it stood, when it has left the list."""
    place, pk = unpack(text)
    if not isinstance(place, int) or not 0 <= place <= MOST:
        raise BadKey(text)
    return keys.index(pk) if pk in keys else min(place, len(keys))


def _value(column: Column, row: Any) -> tuple[Any, ...] | None:
    """What the value is compared by; kinds of values apart from each other. None: it is missing."""
    value = column.value(row)
    if isinstance(value, LightCell):
        value = value.due_at
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return 1, value.timestamp()
    if isinstance(value, date):
        return 1, datetime.combine(value, datetime.min.time(), timezone.get_current_timezone()).timestamp()
    if isinstance(value, (int, float)) or hasattr(value, "as_tuple"):
        return 0, value
    return 2, [(0, int(part[:40]), "") if part.isdecimal() else (1, 0, sort_key(part)) for part in _DIGITS.split(str(value)) if part]
