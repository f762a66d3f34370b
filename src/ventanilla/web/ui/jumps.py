"""What Ctrl+K opens besides matters, units and people: verbs and places, by the words of their titles.

Each part of the platform brings its own from `apps.ready()`; a source tells only what its person may open.
"""
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.lib.spanish import fold
from ventanilla.web.ui import navigation

MOST: Final = 8


@dataclass(frozen=True)
class Jump:
    """Somewhere to go. `verb`: something is done there ("Registrar"); else it is a place."""

    title: str
    url: str
    icon: str
    detail: str = ""
    verb: bool = False


Source = Callable[[Person], Iterable[Jump]]
_sources: dict[str, Source] = {}


def register_jumps(slug: str, source: Source) -> None:
    """Offer what `source` tells of a person; the same slug again replaces it."""
    _sources[slug] = source


def jumps(person: Person, text: str) -> tuple[list[Jump], list[Jump]]:
    """Verbs, and places, in whose title or detail every word of `text` begins a word; an empty text gives the first MOST of each."""
    words = _words(text)
    found = [j for j in _offered(person) if _fits(words, j)]
    return [j for j in found if j.verb][:MOST], [j for j in found if not j.verb][:MOST]


def _offered(person: Person) -> Iterator[Jump]:
    """Each title once, unless a detail tells them apart; the menu before what its parts add."""
    seen = set()
    for jump in (*_menu(person), *(j for source in _sources.values() for j in source(person)), *_own()):
        if (jump.title, jump.detail) not in seen:
            seen.add((jump.title, jump.detail))
            yield jump


def _menu(person: Person) -> Iterator[Jump]:
    for verb, places in ((True, navigation.actions_for(person)), (False, navigation.nav_for(person))):
        yield from (Jump(p.label, p.url, p.item.icon, verb=verb) for p in places)


def _own() -> Iterator[Jump]:
    for title, name, icon in ((_("Mi perfil"), "ui:profile", "user-circle"), (_("Sesiones abiertas"), "usersessions_list", "device-laptop"),
                              (_("Ausencias y delegaciones"), "own:deputies", "calendar-off"), (_("Avisos"), "events:centre", "bell"),
                              (_("Preferencias de avisos"), "events:preferences", "bell"),
                              (_("Claves de acceso (API)"), "api_pages:tokens", "key"), (_("Mis exportaciones"), "exports", "download")):
        if url := navigation.address(name, ""):
            yield Jump(title, url, icon)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text).casefold())


def _fits(words: list[str], jump: Jump) -> bool:
    known = _words(f"{jump.title} {jump.detail}")
    return all(any(k.startswith(w) for k in known) for w in words)
