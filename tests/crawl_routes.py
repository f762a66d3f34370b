"""What the crawl says of an address: whom it answers, and the thing that is asked for."""
from dataclasses import dataclass

from tests.people import EVERYBODY, PEOPLE


@dataclass(frozen=True)
class Route:
    """An address: who gets it (`who`), with which things (`asked`), and by which key (`session` or `token`)."""

    who: frozenset[str]
    asked: tuple[str, ...] = ()
    key: str = "session"
    query: str = ""
    blank: int = 0  # what an empty form is answered with, where that is not a form with errors
    thing: bool = False  # whether `who` depends on the thing, so that others get what a missing one gives


def public(*asked: str) -> Route:
    """Everybody, signed in or not."""
    return Route(EVERYBODY, asked)


def signed(*asked: str) -> Route:
    """Whoever signed in."""
    return Route(PEOPLE, asked)


def may(who: frozenset[str], *asked: str) -> Route:
    """Whoever has a capability; no thing is named."""
    return Route(who, asked)


def of(who: frozenset[str], *asked: str) -> Route:
    """Whoever may see this very thing."""
    return Route(who, asked, thing=True)


def api(who: frozenset[str], *asked: str) -> Route:
    """By token; `asked` names a thing when there is one."""
    return Route(who, asked, "token", thing=bool(asked))
