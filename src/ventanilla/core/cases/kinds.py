"""The one registry through which the core reaches a module: kinds of case, and other searchable things."""
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from ventanilla.lib.flow import Flow


@dataclass(frozen=True)
class CaseKind:
    """What a module declares of its cases in `apps.py`.

    `detail_url(case_id)` gives the address of the record; `icon` is a name of the sprite.
    """

    slug: str
    label: str
    plural: str
    flow: Flow
    detail_url: Callable[[int], str]
    icon: str = "file"


@dataclass(frozen=True)
class Searchable:
    """Something that is not a case and can be found: unit, person, article…"""

    slug: str
    label: str | Promise
    detail_url: Callable[[int], str]
    icon: str = "file"


_kinds: dict[str, CaseKind] = {}
_searchables: dict[str, Searchable] = {}


def register_kind(kind: CaseKind) -> None:
    """Called once from a module's `ready()`. Raises ValueError when the slug is taken by another."""
    if _kinds.setdefault(kind.slug, kind) != kind:
        raise ValueError(f"two kinds of case are called {kind.slug}")


def register_searchable(thing: Searchable) -> None:
    """Called once from an app's `ready()`."""
    _searchables[thing.slug] = thing


def kind_of(slug: str) -> CaseKind:
    """The kind of that slug. Raises KeyError."""
    return _kinds[slug]


def kinds() -> tuple[CaseKind, ...]:
    """Every kind, in order of registration."""
    return tuple(_kinds.values())


def searchables() -> dict[str, Searchable]:
    """Every searchable thing that is not a case."""
    return dict(_searchables)
