"""What a screen declares. The registry is what the tests, the menu and the address list are made from."""
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, ClassVar, cast

import django_filters
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.listing import Whole
from ventanilla.core.cases.search import saying
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.web.screens.columns import Column, read_together
from ventanilla.web.screens.filtering import asked, in_words, lean
from ventanilla.web.screens.keys import Order, Page, Taken, page
from ventanilla.web.screens.plain import Read, by_keys, reader
from ventanilla.web.screens.sorting import by_of, sorted_keys


@dataclass(frozen=True)
class BulkAction:
    """Something done to the ticked rows. `run(person, rows)` returns the Spanish sentence to show; `page`, in its place, names
    the address to which the ticked rows (`fila`) are posted, which asks for more first. `rare`: behind «Más» of the bar."""

    slug: str
    label: str | Promise
    run: Callable[[Person, Sequence[Any]], str] | None = None
    capability: str | None = None
    page: str = ""
    rare: bool = False


class Screen:
    """A list of rows that a person may see. Subclass, declare, and `register` it."""

    slug: ClassVar[str]
    title: ClassVar[str | Promise]
    columns: ClassVar[tuple[Column, ...]]
    order: ClassVar[str] = "-pk"
    filters: ClassVar[type[django_filters.FilterSet] | None] = None
    search: ClassVar[tuple[str, ...]] = ()
    """Fields in which each word of the search line may stand; all rows are looked through, so only where they are thousands."""
    case: ClassVar[str] = ""
    """Where the case of a row is (`pk`, `case_id`): the search line then asks the index for what the case says, and for no field."""
    capability: ClassVar[str | None] = None
    empty: ClassVar[str | Promise] = lazy("Todavía no hay nada aquí.")
    empty_step: ClassVar[tuple[str, str | Promise] | None] = None
    """What to do next in an empty list: address and verb; offered to who has `empty_capability`, where it is named."""
    empty_capability: ClassVar[str | None] = None
    actions: ClassVar[tuple[BulkAction, ...]] = ()
    per_page: ClassVar[int] = 50
    row_reads: ClassVar[tuple[str, ...]] = ()
    """Fields besides `pk` that `row_url` reads."""
    own_page: ClassVar[str] = ""
    """The name of a page that shows the rows in its own way (the inbox): the list leads there, views and files are as everywhere.
    Such a list has no `queryset` and says what `stream` and `count` are."""

    def queryset(self, person: Person) -> QuerySet[Any]:
        """The rows this person may see: begins with `visible_to`, or `listed_to` for cases and turns."""
        raise NotImplementedError

    def row_url(self, row: Any) -> str:
        """Where a row leads; empty when nowhere."""
        return ""

    @property
    def address(self) -> str:
        """Where the rows are looked at."""
        return reverse(self.own_page) if self.own_page else reverse("screen", args=[self.slug])

    def columns_for(self, person: Person) -> tuple[Column, ...]:
        """Every column that this person may choose: the declared ones, unless there are more (answers of forms)."""
        return self.columns

    def tabs_for(self, person: Person) -> Sequence[tuple[str | Promise, str]]:
        """Views that everybody of the person's kind has, before their own: a name and the query of the address. None cost a count."""
        return ()

    def places_for(self, person: Person) -> Sequence[tuple[str | Promise, str]]:
        """Pages that belong together with this list, the list itself first: a name and the address. Drawn as tabs above it."""
        return ()

    def filters_for(self, request: HttpRequest, person: Person) -> type[django_filters.FilterSet] | None:
        """The filters that this person has now: the declared ones, unless what is chosen brings more."""
        return self.filters

    def page(self, rows: QuerySet[Any], order: Order, columns: Sequence[Column], **where: Any) -> Page:
        """One page by key."""
        read, taken = self.read(rows, order, columns), self._taken(rows, order, columns)
        found = page(rows, order, limit=self.per_page, read=read, taken=taken, **where)
        read_together(columns, found.rows)
        return found

    def read(self, rows: QuerySet[Any], order: Order, columns: Sequence[Column]) -> Read:
        """How rows are read: plain when every column says what it reads, else as models (rows that `run` takes are always)."""
        fields, model = self._fields(rows, order, columns), cast(type[Model], rows.model)
        return reader(model, fields) if fields else list

    def _taken(self, rows: QuerySet[Any], order: Order, columns: Sequence[Column]) -> Taken | None:
        """How a page of a whole list of cases is taken in the order of registration; None: of everything else."""
        whole: Whole | None = getattr(rows, "whole", None)
        if whole is None or not order.by_key:
            return None
        fields = self._fields(rows, order, columns)
        model: type[Model] = rows.model
        found = by_keys(model, fields) if fields else partial(_models, rows)
        return lambda way, beyond, limit: found(whole.keys(down=way.down, beyond=beyond, limit=limit))

    def _fields(self, rows: QuerySet[Any], order: Order, columns: Sequence[Column]) -> tuple[str, ...]:
        """What plain rows are read with; nothing: they are read as models."""
        fields = [column.fields(rows.model) for column in columns]
        if any(a.run for a in self.actions) or not all(fields):
            return ()
        return tuple(sorted({*chain(*fields), *self.row_reads, order.field} - {"pk"}))

    def allowed(self, person: Person | None) -> bool:
        """Whether the screen exists for this person."""
        return person is not None and (self.capability is None or reach_of(person).can(self.capability))

    def rows(self, request: HttpRequest, person: Person) -> tuple[QuerySet[Any], django_filters.FilterSet | None]:
        """Rows after search and filters, and the filters themselves."""
        rows = self.queryset(person)
        if words := request.GET.get("q", "").strip():
            rows = self.found(rows, words[:200], person)
        filters = self.filters_for(request, person)
        if filters is None or not asked(filters, request.GET):
            return rows, None
        chosen = filters(request.GET, queryset=rows, request=request)
        lean(chosen)
        return (chosen.qs if chosen.is_valid() else rows.none()), chosen

    def asked_in_words(self, request: HttpRequest, person: Person) -> str:
        """What was searched and filtered, as a file says it; empty for the whole list."""
        return in_words(request.GET.get("q", "").strip(), self.rows(request, person)[1])

    def stream(self, request: HttpRequest, person: Person) -> Iterator[Any]:
        """Every row in the order asked for, as a file takes them."""
        rows, _filters = self.rows(request, person)
        by = by_of(request.GET.get("orden", ""), self.columns_for(person))
        if by and (keys := sorted_keys(self, rows, by)) is not None:
            found = {row.pk: row for row in rows.filter(pk__in=keys)}
            return iter([found[pk] for pk in keys if pk in found])
        return self.ordering(request.GET.get("orden", "")).apply(rows).iterator(chunk_size=2000)

    def count(self, request: HttpRequest, person: Person, most: int) -> int:
        """How many rows a file would have, counted up to `most`."""
        rows, _filters = self.rows(request, person)
        return rows.order_by()[:most].count()

    def found(self, rows: QuerySet[Any], words: str, person: Person) -> QuerySet[Any]:
        """Rows whose case says every word, or where it stands in one of the `search` fields."""
        if self.case:
            return rows.filter(saying(person, words, self.case))
        for word in words.split():
            anywhere = Q()
            for field in self.search:
                anywhere |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(anywhere)
        return rows

    def shown(self, chosen: Iterable[str], offered: Sequence[Column] | None = None) -> tuple[Column, ...]:
        """The chosen columns in the order in which they are offered; the declared usual ones when none is chosen."""
        offered = self.columns if offered is None else offered
        names = set(chosen) & {c.name for c in offered}
        return tuple(c for c in offered if (c.name in names if names else c.shown))

    def ordering(self, wanted: str) -> Order:
        """The order asked for in the address when a column offers it, else the screen's own."""
        offered = {c.sort for c in self.columns if c.sort}
        return Order.of(wanted if wanted.lstrip("-") in offered else self.order)


def _models(rows: QuerySet[Any], keys: Sequence[int]) -> list[Any]:
    found = rows.in_bulk(keys)
    return [found[pk] for pk in keys if pk in found]


_screens: dict[str, Screen] = {}


def register(screen: type[Screen]) -> type[Screen]:
    """Make a screen reachable at /listas/<slug>/ (usable as a decorator)."""
    _screens[screen.slug] = screen()
    return screen


def screen_of(slug: str) -> Screen:
    """The screen of that slug. Raises KeyError."""
    return _screens[slug]


def screens() -> tuple[Screen, ...]:
    """Every screen, in order of registration."""
    return tuple(_screens.values())
