"""What can be packaged: parts that modules register, each a list of pieces with a key that means the same everywhere."""
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from ventanilla.core.orgs.models import Institution, Person, Unit

Text = str | Promise


@dataclass(frozen=True)
class Piece:
    """One thing of an institution's configuration, as plain JSON without numbers of rows.

    `key` names it in every institution (a slug); `needs` are other pieces ("part:key") without which it cannot be installed;
    `asks_unit`: whoever installs it chooses the unit that it belongs to. `files` are contents by SHA-256, named in `data`.
    """

    part: str
    key: str
    label: str
    data: Mapping[str, Any]
    needs: tuple[str, ...] = ()
    asks_unit: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """"part:key"."""
        return f"{self.part}:{self.key}"


@dataclass
class Installing:
    """Where a piece is being installed: by whom, in which institution and unit; `replaces` when one with its key is there and differs."""

    actor: Person
    institution: Institution
    unit: Unit
    files: Mapping[str, bytes]
    replaces: bool = False


@dataclass(frozen=True)
class PackagePart:
    """A part: `export` gives every piece of an institution; `install` makes one there, or changes the one with its key.

    Parts are installed in order of `order`. `install` calls the module's own verbs, which check the actor's rights. A `checked` part is
    never installed: its pieces travel with the program, and the preview says whether both sides have the same. `told(here, brings)` says in
    words what a piece would change (what, how it is here, how it would be), where its data alone would not.
    """

    slug: str
    label: Text
    order: int
    export: Callable[[Institution], Iterable[Piece]]
    install: Callable[[Installing, Piece], None]
    checked: bool = False
    told: Callable[[Piece | None, Piece], Iterable[tuple[str, str, str]]] | None = None


_parts: dict[str, PackagePart] = {}


def register_part(part: PackagePart) -> None:
    """Called once from an app's `ready()`. Raises ValueError when the slug is taken by another."""
    if _parts.setdefault(part.slug, part) != part:
        raise ValueError(f"the part {part.slug} exists already")


def parts() -> Iterator[PackagePart]:
    """Every part, in the order in which they are installed."""
    yield from sorted(_parts.values(), key=lambda p: (p.order, p.slug))


def part_of(slug: str) -> PackagePart | None:
    """The part of that slug; None when this installation does not know it."""
    return _parts.get(slug)


def exported(institution: Institution, slugs: Iterable[str] | None = None) -> Iterator[Piece]:
    """Every piece of an institution, of these parts (all)."""
    wanted = None if slugs is None else set(slugs)
    for part in parts():
        if wanted is None or part.slug in wanted:
            yield from part.export(institution)
