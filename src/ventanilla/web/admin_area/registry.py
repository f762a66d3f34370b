"""Catalogues that can be kept in the administration area. A module registers its own in `apps.ready()`."""
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.reach import reach_of

if TYPE_CHECKING:
    from ventanilla.core.orgs.models import Person
    from ventanilla.web.admin_area.pages import Effect, Table

    Rows = Callable[[Person, QuerySet[Any]], QuerySet[Any]]


@dataclass(frozen=True)
class Filling:
    """What adds at once the rows that a table lacks: `verb(person)` returns how many, and in sentences what it left out;
    `done` says how many with %(n)s."""

    label: str | Promise
    verb: "Callable[[Person], tuple[int, Sequence[str]]]"
    done: str | Promise


@dataclass(frozen=True)
class Catalogue:
    """A table that the administration keeps: list, form and history come from this.

    `model` has `institution`; `fields` are edited (and shown, unless `columns` says which). `choices` gives
    a field a closed list; `check(row)` raises Refused for what the fields alone do not show. Rows are retired
    by a boolean field of theirs (`active`), never deleted. `files` are fields that hold a document and are uploaded
    (`check_file(content)` raises Refused);
    `owner` is the path to the institution for a table without its own. `effects(person, row)` tells, of a row not saved yet, what it
    would change elsewhere (`pages.Effect`s and `pages.Table`s, shown before saving), when one of the fields `effects_of` changes of a row
    that there is (none named: always); `after(row, changed)` is where to go once it is saved, empty: to the list;
    `preview(row)` is the address that shows what a saved row makes; `filling` is offered to who keeps all of the table. Rows of a table
    with `dropped` (what to ask first) may be taken away.

    Who has not `capability` but `lent` keeps those rows only that `scope(person, rows)` leaves, before and after they are saved. Of the
    others they read those that `seen(person, rows)` leaves, with `why` they do not change them. `among` narrows what they may choose in
    a field, `reserved(row)` names the fields that they read only. `may(person, row, before)` raises Refused for what else a person may
    not write, also who has `capability` (`before`: the values that are replaced; nothing of a new row).
    """

    slug: str
    label: str | Promise
    model: type[Model]
    fields: tuple[str, ...]
    columns: tuple[str, ...] = ()
    choices: Mapping[str, Callable[[], list[tuple[str, str]]]] = field(default_factory=dict)
    help: str | Promise = ""
    icon: str = "list"
    order: tuple[str, ...] = ("pk",)
    capability: str = cap.ADMIN_CATALOGUES
    lent: str = ""
    scope: "Rows | None" = None
    seen: "Rows | None" = None
    why: str | Promise = ""
    among: "Mapping[str, Rows]" = field(default_factory=dict)
    reserved: Callable[[Any], Collection[str]] | None = None
    may: "Callable[[Person, Any, Mapping[str, Any]], None] | None" = None
    dropped: str | Promise = ""
    labels: Mapping[str, str | Promise] = field(default_factory=dict)
    helps: Mapping[str, str | Promise] = field(default_factory=dict)
    check: Callable[[Any], None] | None = None
    files: tuple[str, ...] = ()
    check_file: Callable[[bytes], None] | None = None
    owner: str = "institution"
    effects: "Callable[[Person, Any], tuple[Sequence[Effect], Sequence[Table]]] | None" = None
    effects_of: tuple[str, ...] = ()
    after: Callable[[Any, Collection[str]], str] | None = None
    preview: Callable[[Any], str] | None = None
    filling: Filling | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """Columns of the list."""
        return self.columns or self.fields

    def rows(self, institution_id: int) -> QuerySet[Any]:
        """The rows of an institution."""
        return self.model._default_manager.filter(**{f"{self.owner}_id": institution_id})

    def open_to(self, person: "Person") -> bool:
        """Whether the person keeps some of it."""
        reach = reach_of(person)
        return reach.can(self.capability) or bool(self.lent and reach.can(self.lent))

    def whole(self, person: "Person") -> bool:
        """Whether all of it is theirs."""
        return reach_of(person).can(self.capability)

    def kept_by(self, person: "Person") -> QuerySet[Any]:
        """The rows that the person keeps."""
        rows = self.rows(person.institution_id)
        if self.whole(person):
            return rows
        return self.scope(person, rows) if self.scope and self.open_to(person) else rows.none()

    def visible_to(self, person: "Person") -> QuerySet[Any]:
        """The rows that the person keeps, and those that they only read."""
        kept = self.kept_by(person)
        if self.seen is None or self.whole(person) or not self.open_to(person):
            return kept
        rows = self.rows(person.institution_id)
        return rows.filter(Q(pk__in=kept.values("pk")) | Q(pk__in=self.seen(person, rows).values("pk")))

    def read_only(self, person: "Person", row: Any) -> Collection[str]:
        """Fields of the row that the person reads and does not write."""
        return self.reserved(row) if self.reserved and not self.whole(person) else ()

    def owner_id(self, row: Any) -> int | None:
        """The institution that a row belongs to; None while it is not known."""
        for name in self.owner.split("__"):
            row = getattr(row, name, None)
        return row.pk if row else None

    def title(self, name: str) -> str:
        """The Spanish name of a field."""
        label = self.labels.get(name) or self.model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        return str(label)[:1].upper() + str(label)[1:]


_catalogues: dict[str, Catalogue] = {}


@dataclass(frozen=True)
class AdminPlace:
    """A part of the administration area that a module brings: who may open it (any of them), its address, and what it is for."""

    capability: str | tuple[str, ...]
    url_name: str
    icon: str
    title: str | Promise
    text: str | Promise


_places: dict[str, AdminPlace] = {}


def register_place(place: AdminPlace) -> None:
    """Add a card to the administration area; the same address again replaces it."""
    _places[place.url_name] = place


def more_places() -> tuple[AdminPlace, ...]:
    """Those that modules brought, in order of registration."""
    return tuple(_places.values())


def register_catalogue(catalogue: Catalogue) -> None:
    """Add a catalogue; the same slug again replaces it (apps may be readied twice in tests)."""
    _catalogues[catalogue.slug] = catalogue


def catalogue_of(slug: str) -> Catalogue:
    """The catalogue of that slug. Raises KeyError."""
    return _catalogues[slug]


def catalogues() -> tuple[Catalogue, ...]:
    """All of them, by Spanish label."""
    return tuple(sorted(_catalogues.values(), key=lambda c: str(c.label)))


def value_of(row: Any, name: str) -> Any:
    """What a cell shows: the label of a choice, else the value."""
    display = getattr(row, f"get_{name}_display", None)
    return display() if display else getattr(row, name)
