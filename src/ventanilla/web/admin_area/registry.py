"""Catalogues that can be kept in the administration area. A module registers its own in `apps.ready()`."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from ventanilla.core.orgs import capabilities as cap


@dataclass(frozen=True)
class Catalogue:
    """A table that the administration keeps: list, form and history come from this.

    `model` has `institution`; `fields` are edited (and shown, unless `columns` says which). `choices` gives
    a field a closed list; `check(row)` raises Refused for what the fields alone do not show. Rows are retired
    by a boolean field of theirs (`active`), never deleted. `files` are fields that hold a document and are uploaded
    (`check_file(content)` raises Refused);
    `owner` is the path to the institution for a table without its own.
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
    labels: Mapping[str, str | Promise] = field(default_factory=dict)
    helps: Mapping[str, str | Promise] = field(default_factory=dict)
    check: Callable[[Any], None] | None = None
    files: tuple[str, ...] = ()
    check_file: Callable[[bytes], None] | None = None
    owner: str = "institution"

    @property
    def shown(self) -> tuple[str, ...]:
        """Columns of the list."""
        return self.columns or self.fields

    def rows(self, institution_id: int) -> QuerySet[Any]:
        """The rows of an institution."""
        return self.model._default_manager.filter(**{f"{self.owner}_id": institution_id})

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
    """A part of the administration area that a module brings: who may open it, its address, and what it is for."""

    capability: str
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
