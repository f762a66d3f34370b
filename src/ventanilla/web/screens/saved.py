"""Saved views: which a person has of a list, their own and those shared with where they work, and what is done with them.

A shared view is filters only: the list that it leads to starts from what its reader may see. It is of the unit with which it is shared:
whoever made it and no longer works there can neither see nor change it, the others go on using it, and whoever concludes the unit's
matters may take it over. Every verb says what shall be, so that a form sent twice does it once.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core import plans
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Grant, Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.numbers import whole
from ventanilla.web.screens.filtering import PAGING, WHOLE
from ventanilla.web.screens.models import VIEW, SavedView

USUAL: Final = ""
LONGEST: Final = 2000
NAME: Final = 60
MOST_UNITS: Final = 50
_OURS: Final = "ARRAY(SELECT unnest(%(homes)s::bigint[]))"
_SEEN: Final = plans.Related(SavedView, "person", "unit", where=f"""t.screen = ANY (ARRAY(SELECT unnest(%(screens)s::text[]))) AND (
  t.person_id = %(me)s AND (t.unit_id IS NULL OR EXISTS (SELECT FROM orgs_unit c WHERE c.id = t.unit_id AND c.valid_to IS NOT NULL))
  OR t.unit_id = ANY ({_OURS})
  OR t.below AND t.unit_id = ANY (ARRAY(SELECT unnest(h.path) FROM orgs_unit h WHERE h.id = ANY ({_OURS}))))""")
_USUAL: Final = plans.Related(SavedView, where="t.person_id = %s AND t.screen = %s AND t.name = ''")


class Refused(Exception):
    """Why a view is not kept, in words for whoever asked."""


@dataclass(frozen=True)
class Kept:
    """What a list says of saved views: all that the person has of it, the one that is open, whether its filters were changed since, the
    number of the one with which the list opens, and whether that one is gone."""

    views: Sequence[SavedView]
    now: SavedView | None
    changed: bool
    first: int | None
    lost: bool
    here: str
    """The query of this page with its view; of the whole list, what says so where a view would open in its place."""


def homes(person: Person) -> list[int]:
    """The units where the person works: where they belong, or for which they, or somebody for whom they stand in, were given a right."""
    return sorted({*reach_of(person).direct, *filter(None, [person.unit_id])})


def views_of(person: Person, *slugs: str) -> list[SavedView]:
    """The views that the person has of these lists, their own first, each kind in its order; what they keep for a list (USUAL) too."""
    at = homes(person)
    rows = _SEEN({"screens": list(slugs), "me": person.pk, "homes": at})
    for view in rows:
        view.mine = view.person_id == person.pk and (view.unit is None or view.unit_id in at or view.unit.valid_to is not None)
    return sorted(rows, key=lambda v: (not v.mine, v.order if v.mine else 0, v.pk))


def usual_of(person: Person, slug: str) -> str:
    """The query that the person keeps for the list: its columns."""
    return next((view.query for view in _USUAL([person.pk, slug])), "")


def named(views: Iterable[SavedView]) -> list[SavedView]:
    """Those that have a name."""
    return [view for view in views if view.name != USUAL]


def same(one: str, other: str) -> bool:
    """Whether two queries ask for the same, in whatever order their filters stand; that of the values of a filter counts."""
    first, second = (sorted(parse_qsl(query), key=lambda pair: pair[0]) for query in (one, other))
    return first == second


def kept_of(request: HttpRequest, rows: Sequence[SavedView], query: str) -> Kept:
    """What the page with this query says of views; `rows` are the person's of this list."""
    views, asked = named(rows), whole(request.GET.get(VIEW, ""))
    by_number = next((v for v in views if v.pk == asked), None)
    now = by_number or next((v for v in views if query and same(v.query, query)), None)
    first = next((v.first for v in rows if v.name == USUAL and v.mine), None)
    there = any(v.pk == first for v in views)
    here = "&".join(filter(None, (query, urlencode({VIEW: now.pk}) if now else "")))
    return Kept(views, now, bool(by_number and not same(by_number.query, query)), first if there else None, first is not None and not there,
                here or (WHOLE if there else ""))


def opening(request: HttpRequest, rows: Sequence[SavedView]) -> SavedView | None:
    """The view with which the list opens where its address asks for nothing; None: it opens whole, or something is asked for."""
    if request.GET or request.method != "GET" or getattr(request, "htmx", False):
        return None
    first = next((v.first for v in rows if v.name == USUAL and v.mine), None)
    return next((v for v in named(rows) if v.pk == first), None)


def cleaned(query: str) -> str:
    """What of an address a view keeps: neither the place in the list nor the view it came from."""
    return urlencode([(k, v) for k, v in parse_qsl(query) if k not in (*PAGING, VIEW)])


# --- verbs ---------------------------------------------------------------------------------------------------


def keep(person: Person, slug: str, name: str, query: str) -> SavedView:
    """A new view of one's own, at the end; the one that there is when it holds the same. Raises Refused."""
    name, query = name.strip(), _fitting(query)
    if not name:
        raise Refused(_("Escriba cómo se llamará la vista."))
    mine = SavedView.objects.filter(person=person, screen=slug)
    last = mine.exclude(name=USUAL).aggregate(last=Max("order"))["last"] or 0
    made, new = mine.get_or_create(name=name[:NAME], defaults={
        "person": person, "screen": slug, "query": query, "order": min(last + 1, 32_000)})
    if not new and not same(made.query, query):
        raise Refused(_("Usted ya tiene una vista «%(name)s» de esta lista, con otros filtros. Escriba otro nombre.") % {"name": made.name})
    return made


def change(view: SavedView, query: str) -> None:
    """It holds other filters, for everybody who sees it. Raises Refused."""
    view.query = _fitting(query)
    view.save(update_fields=["query"])


def rename(view: SavedView, name: str, unit: Unit | None, *, below: bool) -> None:
    """Its name, and with whom it is shared. Raises Refused where another one of theirs is called so."""
    view.name, view.unit, view.below = name.strip()[:NAME], unit, below and unit is not None
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "unit", "below"])
    except IntegrityError:
        raise Refused(_("Usted ya tiene otra vista «%(name)s» de esta lista. Escriba otro nombre.") % {"name": view.name}) from None


def move(person: Person, slug: str, view: SavedView, place: int) -> None:
    """Put it at that place among one's own, from 0."""
    with transaction.atomic():
        mine = [v for v in views_of(person, slug) if v.mine and v.name != USUAL]
        rest = [v for v in mine if v.pk != view.pk]
        rest.insert(max(0, min(place, len(rest))), view)
        for n, one in enumerate(rest, start=1):
            one.order = n
        SavedView.objects.bulk_update(rest, ["order"])


def open_with(person: Person, slug: str, view: SavedView | None) -> None:
    """The list opens with that view for this person; None: whole."""
    SavedView.objects.update_or_create(person=person, screen=slug, name=USUAL, defaults={"first": view.pk if view else None})


def copy(person: Person, view: SavedView) -> SavedView:
    """One of one's own that holds the same, by the same name or with a number behind it; the one there is when it was copied before."""
    for n in range(1, 100):
        ending = f" ({n})" if n > 1 else ""
        try:
            return keep(person, view.screen, view.name[:NAME - len(ending)] + ending, view.query)
        except Refused:
            continue
    raise Refused(_("Ya tiene demasiadas copias de esta vista."))


def may_lead(person: Person, view: SavedView) -> bool:
    """Whether the person answers for what is shared with the view's unit: concludes its matters."""
    return view.unit_id is not None and reach_of(person).can(cap.CONCLUDE, view.unit_id)


def left(views: Iterable[SavedView]) -> frozenset[int]:
    """Of shared views, the numbers of those whose author no longer works in the unit they are shared with; one statement, none for none."""
    shared = [v for v in views if v.unit_id]
    today = timezone.localdate()
    held = set(Grant.objects.filter(person__in={v.person_id for v in shared}, unit__in={v.unit_id for v in shared}, valid_from__lte=today)
               .exclude(valid_to__lte=today).values_list("person_id", "unit_id")) if shared else set()
    return frozenset(v.pk for v in shared if not v.person.active
                     or (v.person.unit_id != v.unit_id and (v.person_id, v.unit_id) not in held))


def take(person: Person, view: SavedView) -> None:
    """It becomes one's own, shared as before; by another name where one has one of that name."""
    taken = set(SavedView.objects.filter(person=person, screen=view.screen).values_list("name", flat=True))
    endings = ("", *(f" ({n})" for n in range(2, 100)))
    view.name = next(name for ending in endings if (name := view.name[:NAME - len(ending)] + ending) not in taken)
    view.person = person
    view.save(update_fields=["name", "person"])


def withdraw(view: SavedView) -> None:
    """It is shared with nobody any more, and stays its author's."""
    view.unit, view.below = None, False
    view.save(update_fields=["unit", "below"])


def drop(person: Person, slug: str, pk: int) -> None:
    """Forget a view of one's own, and that the list opens with it; others who opened theirs with it are told."""
    SavedView.objects.filter(pk__in=[v.pk for v in named(views_of(person, slug)) if v.mine and v.pk == pk]).delete()
    SavedView.objects.filter(person=person, screen=slug, name=USUAL, first=pk).update(first=None)


# --- with whom a view can be shared -----------------------------------------------------------------------------


def sharing(person: Person) -> list[tuple[Unit, bool]]:
    """The units with which the person may share, in Spanish order, and whether also with those below: where they reach into these."""
    reach = reach_of(person)
    reached = frozenset().union(*reach.units.values())
    units = list(Unit.objects.filter(pk__in=homes(person), institution=person.institution_id, valid_to=None)[:MOST_UNITS])
    below = Unit.objects.under(*(u.pk for u in units)).filter(pk__in=reached).values_list("path", flat=True) if units else ()
    above = {pk for path in below for pk in path[:-1]}
    return [(unit, unit.pk in above) for unit in units]


def _fitting(query: str) -> str:
    query = cleaned(query)
    if not query:
        raise Refused(_("No hay filtros, orden ni columnas que guardar."))
    if len(query) > LONGEST:
        raise Refused(_("Son demasiados filtros y columnas para una vista. Quite algunos y guárdela otra vez."))
    return query
