"""The dashboard of a person, each tile at its own address and as CSV, and arranging them without or with a script."""
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from markupsafe import Markup

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import ArticleVersion
from ventanilla.modules.servicedesk.screens.dashboards.counting import Look, Result
from ventanilla.modules.servicedesk.screens.dashboards.figures import DAYS
from ventanilla.modules.servicedesk.screens.dashboards.measures import Measure, offered, shown_to
from ventanilla.modules.servicedesk.screens.dashboards.narrowing import NarrowForm, params_of, words_of
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services.dashboards import arrange, moved, tiles_of
from ventanilla.modules.servicedesk.services.knowledge.deflecting import OFFERS, offers_of
from ventanilla.modules.servicedesk.services.managing import manages
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.ui.charts import Series, bar_chart, line_chart, stacked_chart

Chosen = list[tuple[str, bool]]
MOST_OFFERS = 500


@dataclass(frozen=True)
class Tile:
    """A tile as the page draws it."""

    measure: Measure
    wide: bool
    found: Result | None
    chart: Markup | str = ""
    narrowed: Sequence[str] = ()


def narrowed_by(person: Person, slug: str) -> dict[str, str]:
    """To what the person narrowed that tile."""
    return next((t.narrowed for t in tiles_of(person) if t.measure == slug), {})


def chosen_by(person: Person) -> Chosen:
    """The tiles of a person, in order."""
    return shown_to(person, [(t.measure, t.wide) for t in tiles_of(person)])


def home(request: HttpRequest) -> HttpResponse:
    """The dashboard; with `editar`, what can be added, removed and moved."""
    person = person_of(request)
    library, chosen, editing = offered(person), chosen_by(person), "editar" in request.GET
    kept = {t.measure: t.narrowed for t in tiles_of(person)}
    tiles = [_tile(_look(request, person, kept.get(slug, {})), library[slug], wide, counted=not editing, narrowed=kept.get(slug, {}))
             for slug, wide in chosen]
    absent = [m for slug, m in library.items() if slug not in dict(chosen)]
    return render(request, "servicedesk/dashboards/home.html", {
        "tiles": tiles, "editing": editing, "absent": absent, "staff": works_somewhere(person),
        "manages": manages(person)})


def _look(request: HttpRequest, person: Person, narrowed: Mapping[str, str]) -> Look:
    return Look(request, person, params_of(narrowed))


def _tile(look: Look, measure: Measure, wide: bool, *, counted: bool = True, narrowed: Mapping[str, str]) -> Tile:
    words = words_of(look.person, narrowed)
    if not counted:
        return Tile(measure, wide, None, narrowed=words)
    found = measure.count(look)
    return Tile(measure, wide, found, drawn(str(measure.label), found, wide), words)


def drawn(title: str, found: Result, wide: bool = False) -> Markup | str:
    """The chart; nothing for a number, or without anything to draw."""
    labels, first = [row.label for row in found.rows], [row.values[0] for row in found.rows]
    urls = [row.urls[0] if row.urls else "" for row in found.rows]
    if found.kind == "number" or not any(any(row.values) for row in found.rows):
        return ""
    if found.kind == "bars":
        return bar_chart(title, labels, first, unit=found.unit, urls=urls if any(urls) else (), lying=True, width=720 if wide else 480)
    css = [*found.css, *[""] * len(found.columns)]
    series = [Series(str(name), [row.values[n] for row in found.rows], css[n]) for n, name in enumerate(found.columns[1:])]
    if found.kind == "stacked":
        return stacked_chart(title, labels, series, width=720 if wide else 480, lying=True)
    return line_chart(title, labels, series, width=720 if wide else 480, height=240)


def _asked(request: HttpRequest, slug: str) -> tuple[Person, Measure]:
    person = person_of(request)
    measure = offered(person).get(slug)
    if measure is None:
        raise Http404
    return person, measure


def tile(request: HttpRequest, slug: str) -> HttpResponse:
    """One tile at its own address, with its table."""
    person, measure = _asked(request, slug)
    narrowed = narrowed_by(person, slug)
    form = NarrowForm(initial=narrowed, person=person) if measure.narrows else None
    return render(request, "servicedesk/dashboards/tile.html", {
        "tile": _tile(_look(request, person, narrowed), measure, True, narrowed=narrowed), "slug": slug, "form": form})


@require_POST
def narrow(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep to what the tile is narrowed; it is on the person's own dashboard from then on. Nothing chosen: everything again."""
    person, measure = _asked(request, slug)
    form = NarrowForm(request.POST, person=person)
    if not measure.narrows or not form.is_valid():
        raise Http404
    chosen = chosen_by(person)
    arrange(actor=person, tiles=chosen if slug in dict(chosen) else [*chosen, (slug, False)], narrowed={slug: form.narrowed})
    messages.success(request, _("La figura quedó acotada.") if form.narrowed else _("La figura cuenta todo otra vez."))
    return redirect("board_tile", slug)


def helps(request: HttpRequest) -> HttpResponse:
    """The forms behind the figures of help, newest first: when, for what, what was shown, and what came of it. Nobody is named."""
    person, _measure = _asked(request, "ayuda")
    which = request.GET.get("cuales", "mostrada")
    if which not in OFFERS:
        raise Http404
    since = timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=DAYS), time.min))
    offers = list(offers_of(person.institution, since, timezone.now(), which)[:MOST_OFFERS])
    seen = {c.uuid: c for c in Case.objects.visible_to(person).filter(uuid__in=[o.uuid for o in offers])}
    names = dict(ArticleVersion.objects.filter(article__in={a for o in offers for a in o.shown}, state="published").values_list(
        "article", "title"))
    return render(request, "servicedesk/dashboards/helps.html", {
        "which": OFFERS[which], "most": MOST_OFFERS,
        "rows": [(o, [names[a] for a in o.shown if a in names], seen.get(o.uuid)) for o in offers]})


def tile_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The table of a tile as CSV (UTF-8 with mark, so that spreadsheets read the accents)."""
    person, measure = _asked(request, slug)
    found = measure.count(_look(request, person, narrowed_by(person, slug)))
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{slug}.csv"'})
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_plain(str(c)) for c in found.columns])
    writer.writerows([_plain(row.label), *row.values] for row in found.rows)
    return response


def _plain(text: str) -> str:
    """No formula for a spreadsheet."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Add, remove, move, widen one tile; a whole order (from dragging); or the preset again."""
    person = person_of(request)
    done = _changed(request.POST, chosen_by(person), set(offered(person)))
    arrange(actor=person, tiles=done)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    messages.success(request, _("Su tablero quedó guardado.") if done else _("Volvió al tablero inicial."))
    return redirect(f"{request.path.removesuffix('cambiar/')}?editar=1")


def _changed(given: Any, chosen: Chosen, known: set[str]) -> Chosen:
    slug, what = given.get("medida", ""), given.get("hacer", "")
    if what == "inicial":
        return []
    if what == "ordenar":
        return _ordered(chosen, given.getlist("orden"))
    if slug not in known:
        raise Http404
    if what == "quitar":
        return [t for t in chosen if t[0] != slug]
    if what == "agregar":
        return [*chosen, (slug, False)]
    if what == "ancho":
        return [(s, not wide if s == slug else wide) for s, wide in chosen]
    steps = {"subir": -1, "bajar": 1}
    if what not in steps:
        raise Http404
    return moved(chosen, slug, steps[what])


def _ordered(chosen: Chosen, order: Sequence[str]) -> Chosen:
    """The same tiles in another order; those that it does not name stay at the end."""
    place = {slug: n for n, slug in enumerate(order)}
    return sorted(chosen, key=lambda t: place.get(t[0], len(place)))
