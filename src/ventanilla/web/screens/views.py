"""The pages of a screen: list, htmx fragment, JSON twin, choosing columns and bulk actions."""
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.cases.listing import MOST
from ventanilla.core.cases.queries import CaseQuerySet
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.numbers import whole
from ventanilla.web.screens.cells import Drawing
from ventanilla.web.screens.choosing import PARAM, boxes, columns_of, keep_columns, kept_query, pinned
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.filtering import OPEN, PAGING, WHOLE, chips, closed, controls, gone, held
from ventanilla.web.screens.keys import BadKey, Page
from ventanilla.web.screens.models import VIEW
from ventanilla.web.screens.saved import kept_of, opening, views_of
from ventanilla.web.screens.screen import Screen, screen_of
from ventanilla.web.screens.sorting import By, by_of, page_of, sorted_keys

CAP = MOST
FEW = 40
"""More columns than these are chosen on a page of their own."""


def found(request: HttpRequest, slug: str) -> tuple[Screen, Person]:
    """The screen and the person; 404 when either has no business here."""
    person: Person | None = getattr(request, "person", None)
    try:
        screen = screen_of(slug)
    except KeyError:
        raise Http404 from None
    if person is None or not screen.allowed(person):
        raise Http404
    return screen, person


def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The list as a page, or only its table when htmx asks."""
    screen, person = found(request, slug)
    if screen.own_page:
        return redirect(f"{screen.address}?{kept_query(request)}")
    views = views_of(person, slug)
    if first := opening(request, views):
        return redirect(f"{screen.address}?{first.asked}")
    rows, filters = screen.rows(request, person)
    query = kept_query(request)
    kept = kept_of(request, views, query)
    bare = WHOLE if kept.first else ""
    offered = screen.columns_for(person)
    columns = columns_of(screen, person, request.GET, views, offered)
    by = by_of(request.GET.get("orden", ""), offered)
    keys = sorted_keys(screen, rows, by) if by else None
    page = _page(request, screen, rows, columns, keys)
    total = _total(request, rows, page) if keys is None else len(keys)
    actions = [a for a in screen.actions if a.capability is None or reach_of(person).can(a.capability)]
    unfolded = bool((filters and filters.form.errors) or OPEN in request.GET)
    context = {
        "screen": screen, "columns": columns, "page": page, "chips": chips(request, filters, bare),
        "gone": gone(request, filters, bare), "closed": closed(filters), "unfolded": unfolded, "held": held(request, filters),
        "filterable": filters is not None or screen.filters_for(request, person) is not None,
        "controls": controls(request, screen, person, filters) if unfolded else "",
        "total": total, "cap": CAP, "unsorted": by.column if by and keys is None else None,
        "table": Drawing(columns).body(page.rows, [screen.row_url(row) for row in page.rows], ticked=bool(actions)),
        "next_url": _with(request, kept.here, despues=page.next) if page.next else "",
        "previous_url": _with(request, kept.here, antes=page.previous) if page.previous else "",
        "last_url": _with(request, kept.here, ultima="1") if page.next else "", "first_url": _with(request, kept.here),
        "sorts": _sortings(request, screen, columns, total, by if keys is not None else None),
        "tabs": screen.tabs_for(person), "places": screen.places_for(person),
        "kept": kept, "here": kept.here, "in_view": kept.now is not None,
        "saveable": bool(query),
        "query": query, "whole_url": f"{screen.address}{'?' if bare else ''}{bare}", "boxes": boxes(offered, columns),
        "many": len(offered) > FEW,
        "pinned": pinned(screen, person, request, columns),
        "exportable": reach_of(person).can(cap.EXPORT) or screen.capability is not None,
        "actions": actions,
        "empty_url": _next_step(screen, person),
    }
    name = "screens/table.html" if getattr(request, "htmx", False) else "screens/list.html"
    return render(request, name, context)


def _next_step(screen: Screen, person: Person) -> str:
    """Where an empty list leads; nowhere for who may not take that step."""
    may = screen.empty_capability is None or reach_of(person).can(screen.empty_capability)
    return reverse(screen.empty_step[0]) if screen.empty_step and may else ""


def filter_controls(request: HttpRequest, slug: str) -> HttpResponse:
    """The controls of the filters with what was chosen, which are fetched when they are unfolded."""
    screen, person = found(request, slug)
    if screen.own_page:
        raise Http404
    _rows, filters = screen.rows(request, person)
    return render(request, "screens/filters.html", {"controls": controls(request, screen, person, filters)})


def twin(request: HttpRequest, slug: str) -> JsonResponse:
    """The same page as JSON: rows, columns, and the address of the next page; none of what is shown in its own way."""
    screen, person = found(request, slug)
    if screen.own_page:
        raise Http404
    rows, _filters = screen.rows(request, person)
    columns = columns_of(screen, person, request.GET)
    by = by_of(request.GET.get("orden", ""), screen.columns_for(person))
    page = _page(request, screen, rows, columns, sorted_keys(screen, rows, by) if by else None)
    return JsonResponse({
        "titulo": str(screen.title), "columnas": [{"nombre": c.name, "titulo": str(c.title)} for c in columns],
        "filas": [{"id": row.pk, "direccion": screen.row_url(row), **{c.name: c.plain(row) for c in columns}}
                  for row in page.rows],
        "siguiente": request.build_absolute_uri(_with(request, kept_query(request), despues=page.next)) if page.next else None,
    }, json_dumps_params={"ensure_ascii": False})


@require_POST
def bulk(request: HttpRequest, slug: str, action: str) -> HttpResponse:
    """Do one of the screen's actions to the ticked rows that the person sees."""
    screen, person = found(request, slug)
    chosen = next((a for a in screen.actions if a.slug == action), None)
    if chosen is None or chosen.run is None or (chosen.capability and not reach_of(person).can(chosen.capability)):
        raise Http404
    ids = [pk for i in request.POST.getlist("fila") if (pk := whole(i)) is not None][:500]
    rows = list(screen.queryset(person).filter(pk__in=ids))
    if rows:
        messages.success(request, chosen.run(person, rows))
    else:
        messages.warning(request, _("Marque al menos una fila."))
    return redirect(f"{reverse('screen', args=[slug])}?{request.POST.get('consulta', '')[:2000]}")


def choose_columns(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep which columns this person wants in the list from now on; none, or `usuales`: the declared ones again. In a saved view they
    are part of its address, to be kept with it or not.

    Asked for, the page on which they are chosen where there are too many for the list's own.
    """
    screen, person = found(request, slug)
    if request.method != "POST":
        offered = screen.columns_for(person)
        return render(request, "screens/columns.html", {
            "screen": screen, "here": _along(request), "in_view": VIEW in request.GET,
            "boxes": boxes(offered, columns_of(screen, person, request.GET, offered=offered))})
    names = [] if "usuales" in request.POST else request.POST.getlist(PARAM)
    asked = request.POST.get("consulta", "")[:2000]
    rest = [(k, v) for k, v in parse_qsl(asked) if k not in (PARAM, *PAGING)]
    if VIEW in dict(rest):
        rest += [(PARAM, name) for name in names]
    else:
        keep_columns(screen, person, names)
    return redirect(f"{screen.address}?{urlencode(rest) or (WHOLE if asked == WHOLE else '')}")


def _along(request: HttpRequest) -> str:
    """The query string with the view it came from."""
    view = request.GET.get(VIEW, "")
    return "&".join(filter(None, (kept_query(request), urlencode({VIEW: view}) if view else "")))


def _page(request: HttpRequest, screen: Screen, rows: QuerySet[Any], columns: Sequence[Column], keys: Sequence[int] | None) -> Page:
    get = request.GET
    place: dict[str, Any] = {"after": get.get("despues", ""), "before": get.get("antes", ""), "last": bool(get.get("ultima"))}
    try:
        if keys is not None:
            return page_of(screen, rows, keys, columns, **place)
        return screen.page(rows, screen.ordering(get.get("orden", "")), columns, **place)
    except BadKey:
        raise Http404 from None


def _total(request: HttpRequest, rows: QuerySet[Any], page: Page) -> int:
    """How many rows, up to CAP + 1 ("más de 1,000"): counting all of a million tells nobody anything, nor what one page holds."""
    alone = not (page.next or page.previous) and (page.rows or not any(request.GET.get(name) for name in PAGING))
    if alone:
        return len(page.rows)
    known = rows.whole.total if isinstance(rows, CaseQuerySet) and rows.whole else None
    return rows.order_by()[: CAP + 1].count() if known is None else known


def _with(request: HttpRequest, here: str, **place: str) -> str:
    return f"{request.path}?{'&'.join(filter(None, (here, urlencode(place))))}"


def _sortings(request: HttpRequest, screen: Screen, columns: Sequence[Column], total: int, by: By | None) -> dict[str, tuple[str, str]]:
    """Of each column, where its title leads (nowhere, while no index orders by it and the rows are many), and how it is sorted now."""
    kept = urlencode([(k, v) for k, vs in request.GET.lists() if k not in (*PAGING, "orden") for v in vs if v])
    start, order = f"{request.path}?{kept}{'&' if kept else ''}orden=", screen.ordering(request.GET.get("orden", ""))
    found = {}
    for column in columns:
        now = by.down if by and by.column.name == column.name else order.down if not by and column.sort == order.field else None
        url = f"{start}{'-' if now is False else ''}{quote_plus(column.sort or column.name)}"
        found[column.name] = ("", "") if not column.sort and total > MOST else (
            url, "" if now is None else "descending" if now else "ascending")
    return found
