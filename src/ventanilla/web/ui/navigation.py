"""The places of the left-hand menu. Each app registers its own when Django starts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch
from django.utils.functional import Promise

from ventanilla.core.cases.words import said
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.web.ui import addresses


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


def actions_for(person: Person | None) -> Iterator[Place]:
    """The verbs that this person may do, by order."""
    if person is None:
        return
    for item in sorted(_actions.values(), key=lambda i: (i.order, i.slug)):
        if (url := _url(item)) and _may(person, item):
            yield Place(item, url, False)


def nav_for(person: Person | None, path: str = "") -> list[Place]:
    """The places this person may open, in order; the one whose address begins `path` longest is current."""
    if person is None:
        return []
    allowed = [i for i in sorted(_items.values(), key=lambda i: (i.order, i.slug)) if _may(person, i)]
    urls = {i.slug: url for i in allowed if (url := _url(i))}
    best = max((u for u in urls.values() if path.startswith(u)), key=len, default=None)
    return [
        Place(i, urls[i.slug], urls[i.slug] == best, i.count(person) if i.count else None)
        for i in allowed
        if i.slug in urls
    ]


def _may(person: Person, item: NavItem) -> bool:
    wanted = (item.capability,) if isinstance(item.capability, str) else item.capability
    return wanted is None or any(reach_of(person).can(c) for c in wanted)


def _url(item: NavItem) -> str:
    return address(item.url_name, "")


def address(url_name: str, default: str, *args: object) -> str:
    """The address of a view that another part brings, or `default` while that part is absent."""
    try:
        return addresses.address(url_name, *args)
    except NoReverseMatch:
        return default
