"""Which columns a list shows: those of the address, else those that the person keeps for it, else the declared ones.

What a person keeps is their saved view without a name; it never appears among the tabs.
"""
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

from django.http import HttpRequest, QueryDict

from ventanilla.core.orgs.models import Person
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.filtering import PAGING
from ventanilla.web.screens.models import VIEW, SavedView
from ventanilla.web.screens.saved import USUAL, usual_of
from ventanilla.web.screens.screen import Screen

PARAM: Final = "columna"
MOST: Final = 24
LONGEST: Final = 72
"""24 columns with names of 72 characters fit into a view."""


def columns_of(screen: Screen, person: Person, query: QueryDict, views: Sequence[SavedView] | None = None,
               offered: Sequence[Column] | None = None) -> tuple[Column, ...]:
    """The columns to show; `views` (the person's of this screen) and `offered` when they are at hand already."""
    offered = screen.columns_for(person) if offered is None else offered
    if names := query.getlist(PARAM):
        return screen.shown(names, offered)
    kept = usual_of(person, screen.slug) if views is None else next((v.query for v in views if v.name == USUAL and v.mine), "")
    return screen.shown(parse_qs(kept).get(PARAM, []), offered)


def keep_columns(screen: Screen, person: Person, names: Sequence[str]) -> None:
    """Show these columns from now on, the first MOST; the declared ones again when none of them is offered."""
    known = {c.name for c in screen.columns_for(person)}
    query = urlencode([(PARAM, n) for n in names if n in known and len(n) <= LONGEST][:MOST])
    if not query:
        kept = SavedView.objects.filter(person=person, screen=screen.slug, name=USUAL)
        kept.filter(first=None).delete()
        kept.update(query="")
        return
    SavedView.objects.update_or_create(person=person, screen=screen.slug, name=USUAL, defaults={"query": query},
                                       create_defaults={"query": query, "uuid": uuid4()})


def boxes(offered: Sequence[Column], shown: Sequence[Column]) -> tuple[tuple[str, int, tuple[tuple[str, str, bool], ...]], ...]:
    """The offered columns by group, in order of appearance, those without one first: title of the group, how many of it are shown, and
    of each column name, heading and whether it is shown."""
    names = {c.name for c in shown}
    groups: dict[str, list[tuple[str, str, bool]]] = {"": []}
    for column in offered:
        groups.setdefault(column.group, []).append((column.name, column.heading, column.name in names))
    return tuple((title, sum(one[2] for one in members), tuple(members)) for title, members in groups.items())


def kept_query(request: HttpRequest) -> str:
    """The query string without the place in the list and the view it came from."""
    return urlencode([(k, v) for k, vs in request.GET.lists() if k not in (*PAGING, VIEW) for v in vs if v])


def pinned(screen: Screen, person: Person, request: HttpRequest, columns: Sequence[Column] | None = None) -> str:
    """The query string with the columns that are shown, where they are not the declared ones: a view or a file keeps them."""
    query = kept_query(request)
    if request.GET.getlist(PARAM):
        return query
    columns = columns_of(screen, person, request.GET) if columns is None else columns
    chosen = "" if list(columns) == [c for c in screen.columns if c.shown] else urlencode([(PARAM, c.name) for c in columns])
    return "&".join(filter(None, (query, chosen)))
