"""Mi bandeja and search: what waits for this person, by tab and light; and what this person can find."""
from collections.abc import Sequence, Set
from datetime import datetime, time
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from markupsafe import Markup

from ventanilla.core import plans
from ventanilla.core.cases import inbox, search
from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.cases.kinds import kind_of, kinds, searchables
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.words import label_of, said, step_of
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.numbers import whole
from ventanilla.web.inbox import bulk, teams
from ventanilla.web.inbox.drawing import Drawing
from ventanilla.web.inbox.listed import Inbox, rows_of, turns_of
from ventanilla.web.inbox.parts import SIDES, TABS, UNITS, Part, along, key_from, key_of, part_of
from ventanilla.web.inbox.reminders import reminders
from ventanilla.web.screens.columns import case_light
from ventanilla.web.screens.models import VIEW, SavedView
from ventanilla.web.screens.saved import kept_of, opening, views_of
from ventanilla.web.screens.units import UnitsSelect, chosen_in
from ventanilla.web.ui.jumps import jumps

DIRECTORY = ("unit", "person")
EMPTY = {
    "atender": lazy("No tiene nada por atender. Lo nuevo aparecerá aquí sin que tenga que recargar la página."),
    "evaluar": lazy("No hay respuestas que evaluar."),
    "espera": lazy("No hay asuntos en espera de otras unidades."),
    "concluidos": lazy("Todavía no hay asuntos concluidos."),
}


@login_required
def tray(request: HttpRequest) -> HttpResponse:
    """The inbox: one tab, grouped by light then due date; htmx gets only the rows. POST: a step on what was ticked."""
    person = _person(request)
    if request.method == "POST":
        return _take(request, person)
    views = [] if getattr(request, "htmx", False) else views_of(person, Inbox.slug)
    if first := opening(request, views):
        return redirect(f"{request.path}?{first.asked}")
    try:
        part = part_of(person, request.GET)
    except Http404:
        return _without_view(request, views)
    place, team = part.place, part.team
    untaken, other = team.untaken, part.beside
    found = inbox.look(person, place, timezone.now(), *filter(None, (untaken, other)))
    rows, units, query = rows_of(found.keys), _units(person), _kept(request, VIEW)
    pages = bulk.pages_for(person)
    context = {
        "tab": part.tab, "tabs": [(slug, said(tab.label), found.counts[tab]) for slug, tab in TABS.items()], "cap": inbox.CAP,
        "pages": bulk.buttons_for(person, pages), "groups": Drawing(part.tab, pages).groups(rows, turns_of(rows), teams.named(rows)),
        "empty": EMPTY[part.tab],
        "units": _units_control(units, request.GET), "chosen": place.chosen,
        "words": place.words, "light": request.GET.get("luz", ""), "filtered": part.filtered, "team": team,
        "waiting": found.beside[0] if untaken else 0, "sides": _sides(person, part, found, request.GET), "below": place.side == inbox.BELOW,
        "along": along(request.GET),
        "next_url": _url(request, despues=key_from(rows[-1].order_at, rows[-1].pk)) if found.more and rows else "",
        "first_url": _url(request), "query": query, "accept": step_of(person.institution_id, TURN_FLOW, "accept"),
        "acknowledge": step_of(person.institution_id, INFO_FLOW, "acknowledge"),
    }
    if getattr(request, "htmx", False):
        return render(request, "inbox/rows.html", context)
    return render(request, "inbox/inbox.html", context | {
        "reminders": reminders(person), "exportable": reach_of(person).can(cap.EXPORT),
        "kept": kept_of(request, views, query), "pinned": query, "gone": _gone(person, place, {pk for pk, _name in units}),
        "saveable": part.filtered or bool(request.GET.get(VIEW))})


def _without_view(request: HttpRequest, views: Sequence[SavedView]) -> HttpResponse:
    """Instead of a saved view that asks for a tab or a team that there is not: the whole inbox, which says so. Else raises Http404."""
    view = kept_of(request, views, _kept(request, VIEW)).now
    if view is None:
        raise Http404
    messages.warning(request, _("La vista «%(name)s» pide un equipo o una pestaña que ya no existe o que usted no puede consultar; ésta es "
                                "su bandeja completa. Cambie la vista o quítela.") % {"name": view.name})
    return redirect(f"{request.path}?pestana={next(iter(TABS))}")


def _gone(person: Person, place: inbox.Place, offered: Set[int]) -> bool:
    """Whether units are asked for, and none of them is one where the person works today; a query only where none is offered."""
    if place.chosen is None or place.chosen & offered:
        return False
    reached = place.chosen & frozenset(reach_of(person).within(*inbox.WORK))
    return not Unit.objects.filter(pk__in=reached, valid_to=None).exists()


def _sides(person: Person, part: Part, found: inbox.Look, asked: QueryDict) -> list[tuple[str, str, bool, int]]:
    """Name, address, whether it is shown, and count of each side of the units where the person works; none where there are no two."""
    if part.beside is None:
        return []
    counts = {part.place.side: found.counts[part.place.tab], part.beside.side: found.beside[-1]}
    names = {"": ngettext("De mi unidad", "De mis unidades", len(inbox.own_units(person))), "dependen": _("De las que dependen")}
    return [(name, f"?pestana={part.tab}&{along(asked, side=value)}", SIDES[value] == part.place.side, counts[SIDES[value]])
            for value, name in names.items()]


def _take(request: HttpRequest, person: Person) -> HttpResponse:
    """The step on the ticked turns, then the same place of the inbox again."""
    step, chosen = request.POST.get("paso", ""), [n for n in map(whole, request.POST.getlist("turno")) if n]
    if step not in bulk.VERBS:
        raise Http404
    bulk.tell(request, step, *bulk.take(actor=person, step=step, turn_ids=chosen))
    if matters := len(request.POST.getlist("asunto")):
        text = ngettext("%(n)s asunto no lleva ese paso.", "%(n)s asuntos no llevan ese paso.", matters)
        messages.warning(request, text % {"n": matters})
    return redirect(request.get_full_path())


_UNITS = "SELECT id, name FROM orgs_unit WHERE id = ANY (%s::bigint[]) AND valid_to IS NULL ORDER BY sort_key LIMIT 200"


def _units(person: Person) -> list[tuple[Any, ...]]:
    """Number and name of the units of the filter: those where the person works, the first 200 in Spanish order."""
    ids = reach_of(person).within(*inbox.WORK)
    return plans.rows(_UNITS, [ids]) if len(ids) > 1 else []


def _units_control(units: Sequence[tuple[Any, ...]], asked: QueryDict) -> Markup:
    """The filter by units; nothing for who works in one."""
    return _units_drawn(tuple(units), tuple(chosen_in(asked, UNITS).items()), get_language()) if units else Markup("")


@lru_cache(maxsize=256)
def _units_drawn(units: tuple[tuple[Any, ...], ...], chosen: tuple[tuple[str, bool], ...], _language: str | None) -> Markup:
    """The same whenever it is asked the same, which takes as long as to draw ten rows."""
    widget = UnitsSelect(choices=units, every=_("Todas mis unidades"), submits=True)
    widget.chosen = dict(chosen)
    return widget.render(UNITS, list(widget.chosen), {"id": "tray-unit"})


@login_required
def find(request: HttpRequest) -> HttpResponse:
    """Search in everything this person may read: newest first, or the most fitting of the newest 5,000 hits."""
    person = _person(request)
    get = request.GET
    text = get.get("q", "").strip()[:400]
    wanted = search.Wanted(
        text, [get["tipo"]] if get.get("tipo") else (), whole(get.get("unidad")), get.get("estado", ""), _day(get.get("desde")),
        _day(get.get("hasta"), end=True), get.get("orden") == "relevancia", key_of(get.get("despues", "")))
    if text and (exact := _one_folio(person, text)):
        return redirect(exact)
    found = search.search(person, wanted)
    hits = found.hits if get.get("tipo") in DIRECTORY else [h for h in found.hits if h.kind not in DIRECTORY]
    first = not any(get.get(name) for name in ("tipo", "unidad", "estado", "desde", "hasta", "despues"))
    begun = [] if hits or wanted.before else search.begun(person, wanted)
    context = {
        "text": text, "found": found, "hits": _shown(hits or begun), "begun": begun, "kinds": kinds(), "ranked": wanted.ranked,
        "things": _shown(search.directory(person, text)) if first else [], "others": searchables().values(),
        "next_url": _url(request, despues=key_from(found.hits[-1].at, found.hits[-1].id)) if found.more and not wanted.ranked else "",
        "units": _units(person), "get": get,
        "chips": [{"label": _("Estado: %(word)s") % {"word": _state(person, wanted)},
                   "remove_url": f"{request.path}?{_kept(request, 'estado')}"}] if wanted.state else [],
    }
    return render(request, "inbox/search.html", context)


def _state(person: Person, wanted: search.Wanted) -> str:
    """What the state that is asked for is called; as it was asked where nothing has it."""
    flows = [kind.flow for kind in kinds() if not wanted.kinds or kind.slug in wanted.kinds]
    words = [label_of(person.institution_id, flow, wanted.state) for flow in flows if wanted.state in flow.states]
    return " / ".join(dict.fromkeys(words)) or wanted.state[:40]


def _one_folio(person: Person, text: str) -> str:
    """A folio typed in full goes straight to its record."""
    case = Case.objects.visible_to(person).filter(folio__iexact=text).first() if "/" in text or "-" in text else None
    return kind_of(case.kind).detail_url(case.pk) if case else ""


def _shown(hits: list[search.Hit]) -> list[dict[str, Any]]:
    cases = {c.pk: c for c in Case.objects.filter(pk__in=[h.case_id for h in hits if h.case_id]).select_related("unit")}
    others, read = searchables(), {h.ref for h in hits if h.kind == "page"}
    files = dict(Document.objects.filter(pk__in=read).values_list("pk", "title")) if read else {}
    shown = []
    for hit in hits:
        case = cases.get(hit.case_id or 0)
        kind = kind_of(case.kind) if case else others.get(hit.kind)
        if kind is None:
            continue
        paged = hit.kind == "page"
        url = kind.detail_url(case.pk if case else hit.ref) + (f"#pagina-{hit.ref}-{hit.page}" if paged else "")
        shown.append({"hit": hit, "case": case, "kind": kind, "url": url, "light": case_light(case) if case else None,
                      "page": _("Página %(n)s de %(name)s") % {"n": hit.page, "name": files.get(hit.ref, "")} if paged else ""})
    return shown


@login_required
def palette(request: HttpRequest) -> HttpResponse:
    """Ctrl+K: folios, verbs, places, units and what the words find, a few of each; with nothing written, verbs and places."""
    person = _person(request)
    text = request.GET.get("q", "").strip()[:120]
    cases = search.by_folio(person, text, 5) if text else []
    wanted = search.Wanted(text, limit=5)
    hits = search.search(person, wanted).hits if len(text) > 2 else []
    known = {c.pk for c in cases}
    if len(text) > 2 and len(hits) < wanted.limit:
        said_so = {h.case_id for h in hits}
        hits += [h for h in search.begun(person, wanted) if h.case_id not in said_so][:wanted.limit - len(hits)]
    folios = [{"title": c.folio, "detail": c.subject, "url": kind_of(c.kind).detail_url(c.pk), "icon": kind_of(c.kind).icon}
              for c in cases]
    texts = [{"title": s["case"].folio if s["case"] else s["hit"].title,
              "detail": s["page"] or (s["case"].subject if s["case"] else ""), "url": s["url"], "icon": s["kind"].icon}
             for s in _shown([h for h in hits if h.kind not in DIRECTORY]) if s["hit"].case_id not in known]
    things = [{"title": s["hit"].title, "detail": s["hit"].snippet, "url": s["url"], "icon": s["kind"].icon}
              for s in _shown(search.directory(person, text))]
    verbs, places = jumps(person, text)
    groups = [(_("Folios"), folios), (_("Acciones"), verbs), (_("Ir a"), places), (_("Unidades y personas"), things),
              (_("Encontrado"), texts)]
    return render(request, "ui/palette_results.html", {"groups": groups})


def _person(request: HttpRequest) -> Person:
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise Http404
    return person


def _day(text: str | None, *, end: bool = False) -> datetime | None:
    try:
        day = parse_date(text or "")
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time.max if end else time.min)) if day else None


def _kept(request: HttpRequest, *but: str) -> str:
    return urlencode([(k, v) for k, values in request.GET.lists() if k not in ("despues", *but) for v in values if v])


def _url(request: HttpRequest, **extra: str) -> str:
    return f"{request.path}?{'&'.join(filter(None, (_kept(request), urlencode(extra))))}"
