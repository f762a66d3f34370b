"""The places of the left-hand menu. Each app registers its own when Django starts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.urls import NoReverseMatch
from django.utils.functional import Promise

from ventanilla.core.cases.words import said
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.web.ui import addresses


@dataclass(frozen=True, eq=False)
class NavItem:
    """A place, equal to itself alone: `capability` None shows it to everybody who signed in; `order` sorts, below 90 is work.

    `capability` may be a tuple (any of them). `on_phone` puts it into the bottom bar, which holds five.
    `count` gives the number of its badge for a person, None for no badge. `lists` are the lists (`/listas/<slug>/`) that belong to it.
    """

    slug: str
    label: str | Promise
    icon: str
    url_name: str
    order: int
    capability: str | tuple[str, ...] | None = None
    on_phone: bool = True
    count: Callable[[Person], int | None] | None = None
    lists: tuple[str, ...] = ()

    def begins(self, url: str, path: str) -> int:
        """How much of `path` is its address, or that of a list of its own; 0 when it lies elsewhere."""
        ways = (url, *(address("screen", "", slug) for slug in self.lists))
        return max((len(way) for way in ways if way and path.startswith(way)), default=0)


class Place(NamedTuple):
    """A menu item as one person sees it on one page."""

    item: NavItem
    url: str
    current: bool = False
    number: int | None = None

    @property
    def label(self) -> str:
        """What it is called in the language of now."""
        return said(self.item.label)


_items: dict[str, NavItem] = {}
_actions: dict[str, NavItem] = {}
_badges: dict[str, Callable[[Person], int]] = {}


def register(item: NavItem) -> None:
    """Add a place; the same slug again replaces it (apps may be readied twice in tests)."""
    _items[item.slug] = item


def register_action(item: NavItem) -> None:
    """Offer a verb of the top bar ("Registrar"); a person sees the first one, by order, that they may do."""
    _actions[item.slug] = item


def register_badge(slug: str, count: Callable[[Person], int]) -> None:
    """Say how to count something for the shell; `notices` is the bell's number (one cheap query)."""
    _badges[slug] = count


def badge(slug: str, person: Person | None) -> int:
    """The number of a registered badge for a person; 0 for nobody or when none registered."""
    return _badges[slug](person) if person and slug in _badges else 0


def action_for(person: Person | None) -> Place | None:
    """The verb of the top bar for this person: the first of theirs."""
    return next(iter(actions_for(person)), None)


def actions_for(person: Person | None) -> list[Place]:
    """The verbs that this person may do, by order."""
    return [Place(item, url) for item, url in _open_to(person, _actions.values())]


def nav_for(person: Person | None, path: str = "") -> list[Place]:
    """The places this person may open, in order; the one whose address begins `path` longest, or whose list it is, is current."""
    places = _open_to(person, _items.values())
    lengths = [item.begins(url, path) for item, url in places]
    best = max(lengths, default=0)
    return [Place(item, url, 0 < best == length, item.count(person) if person and item.count else None)
            for (item, url), length in zip(places, lengths, strict=True)]


_Addressed = tuple[tuple[NavItem, str], ...]


def _open_to(person: Person | None, items: Iterable[NavItem]) -> _Addressed:
    """Those of the items that the person may open, in order, with their addresses."""
    if person is None:
        return ()
    return _open_with(reach_of(person).capabilities, tuple(items), addresses.place())


@lru_cache(maxsize=512)
def _open_with(held: frozenset[str], items: tuple[NavItem, ...], _place: addresses.Place) -> _Addressed:
    """The same for whoever holds these capabilities anywhere: worked out once for all who hold the same."""
    open_to = [i for i in items if i.capability is None or held & set(_any_of(i.capability))]
    return tuple((i, url) for i in sorted(open_to, key=lambda i: (i.order, i.slug)) if (url := address(i.url_name, "")))


def _any_of(capability: str | tuple[str, ...]) -> tuple[str, ...]:
    return (capability,) if isinstance(capability, str) else capability


def address(url_name: str, default: str, *args: object) -> str:
    """The address of a view that another part brings, or `default` while that part is absent."""
    try:
        return addresses.address(url_name, *args)
    except NoReverseMatch:
        return default
