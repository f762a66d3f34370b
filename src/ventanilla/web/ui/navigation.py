"""The places of the left-hand menu. Each app registers its own when Django starts."""
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of


@dataclass(frozen=True)
class NavItem:
    """A place: `capability` None shows it to everybody who signed in; `order` sorts, below 90 is work.

    `capability` may be a tuple (any of them). `on_phone` puts it into the bottom bar, which holds five.
    `count` gives the number of its badge for a person, None for no badge.
    """

    slug: str
    label: str | Promise
    icon: str
    url_name: str
    order: int
    capability: str | tuple[str, ...] | None = None
    on_phone: bool = True
    count: Callable[[Person], int | None] | None = None


@dataclass(frozen=True)
class Place:
    """A menu item as one person sees it on one page."""

    item: NavItem
    url: str
    current: bool
    count: int | None = None


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add a place; the same slug again replaces it (apps may be readied twice in tests)."""
    _items[item.slug] = item


def nav_for(person: Person | None, path: str = "") -> list[Place]:
    """The places this person may open, in order; the one whose address begins `path` longest is current."""
    if person is None:
        return []
    allowed = [i for i in sorted(_items.values(), key=lambda i: (i.order, i.slug)) if _may(person, i)]
    urls = {i.slug: url for i in allowed if (url := _url(i))}
    best = max((u for u in urls.values() if path.startswith(u)), key=len, default=None)
    return [Place(i, urls[i.slug], urls[i.slug] == best, i.count(person) if i.count else None)
            for i in allowed if i.slug in urls]


def _may(person: Person, item: NavItem) -> bool:
    wanted = (item.capability,) if isinstance(item.capability, str) else item.capability
    return wanted is None or any(reach_of(person).can(c) for c in wanted)


def _url(item: NavItem) -> str:
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def as_context(person: Person | None, path: str) -> dict[str, Any]:
    """What the shell needs: `nav` (all places) and `nav_phone` (at most five for the bottom bar)."""
    places = nav_for(person, path)
    return {"nav": places, "nav_phone": [p for p in places if p.item.on_phone][:5]}
