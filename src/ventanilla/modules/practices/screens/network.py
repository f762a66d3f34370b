"""Who adopted what from whom, drawn by the server: givers at the left, takers at the right, a band per adoption; with its table."""
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from ventanilla.modules.practices.models import Adoption, Practice
from ventanilla.modules.practices.models.transfers import Level
from ventanilla.modules.practices.screens.common import person_of
from ventanilla.web.ui.charts.parts import frame, join, mark, tag, text

MOST, ROW, TOP, WIDTH = 120, 34, 34, 960
LEFT, MIDDLE, RIGHT = 190, 480, 770
COLOUR = {"total": "s1", "partial": "s2", "advice": "s3", "support": "s4"}


def network(request: HttpRequest) -> HttpResponse:
    """The adoptions of every practice that this person may read."""
    person = person_of(request)
    level, words = request.GET.get("nivel", ""), request.GET.get("q", "").strip()
    rows = Adoption.objects.filter(practice__in=Practice.objects.visible_to(person)).select_related("practice__institution", "taker")
    rows = rows.filter(level=level) if level in Level.values else rows
    rows = rows.filter(Q(practice__title__icontains=words) | Q(name__icontains=words)) if words else rows
    shown = list(rows.order_by("practice__institution__name", "practice__title", "name")[:MOST + 1])
    return render(request, "practices/network.html", {
        "rows": shown[:MOST], "more": len(shown) > MOST, "svg": drawing(shown[:MOST]) if shown else None, "levels": Level.choices,
        "level": level, "q": words})


def drawing(rows: Sequence[Adoption]) -> Markup:
    """Institutions that give, their practices, and who took them, as three columns joined by curves."""
    givers, practices, takers = _places(r.practice.institution.short_name for r in rows), _places(r.practice_id for r in rows), _places(
        r.name for r in rows)
    height = TOP + ROW * max(len(givers), len(practices), len(takers)) + 10
    scale = [_spread(len(column), height) for column in (givers, practices, takers)]
    body = [text(x, 18, words, css="strong") for x, words in ((LEFT, _("Transfiere")), (MIDDLE, _("Práctica")), (RIGHT, _("Adopta")))]
    for giver, practice in dict.fromkeys((r.practice.institution.short_name, r.practice_id) for r in rows):
        body.append(_curve((LEFT, scale[0](givers[giver])), (MIDDLE - 130, scale[1](practices[practice])), "s-track", ""))
    for row in rows:
        said = _("%(name)s adoptó «%(what)s» (%(level)s)") % {"name": row.name, "what": row.practice.title,
                                                              "level": row.get_level_display().lower()}
        body.append(_curve((MIDDLE + 130, scale[1](practices[row.practice_id])), (RIGHT, scale[2](takers[row.name])), COLOUR[row.level],
                           said))
    body += [*_names(givers, LEFT - 10, scale[0], "end"), *_names(takers, RIGHT + 10, scale[2], "start"),
             *_practices(rows, practices, scale[1])]
    count = ngettext("%(n)s adopción", "%(n)s adopciones", len(rows)) % {"n": len(rows)}
    return frame(WIDTH, round(height), _("Quién adoptó qué de quién"), count, join(body), "network", links=True)


def _places(keys: Any) -> dict[Any, int]:
    return {key: n for n, key in enumerate(dict.fromkeys(keys))}


def _spread(count: int, height: float) -> Any:
    step = (height - TOP) / max(count, 1)
    return lambda n: TOP + step * (n + 0.5)


def _curve(start: tuple[float, float], end: tuple[float, float], css: str, said: str) -> Markup:
    (x, y), (x2, y2) = start, end
    bend = (x + x2) / 2
    return tag("path", tag("title", said) if said else "", d=f"M{x:.0f} {y:.1f} C{bend:.0f} {y:.1f} {bend:.0f} {y2:.1f} {x2:.0f} {y2:.1f}",
               class_=f"line {css}")


def _names(places: dict[str, int], x: float, scale: Any, anchor: str) -> list[Markup]:
    return [text(x, scale(n) + 4, _short(name, 26), anchor=anchor) for name, n in places.items()]


def _practices(rows: Sequence[Adoption], places: dict[int, int], scale: Any) -> list[Markup]:
    found = {r.practice_id: r.practice for r in rows}
    boxes = []
    for key, n in places.items():
        boxes.append(mark("rect", found[key].title, reverse("practice", args=[key]), x=MIDDLE - 130.0, y=scale(n) - 13, width=260,
                          height=26, rx=6,
                          class_="node mark"))
        boxes.append(text(MIDDLE, scale(n) + 4, _short(found[key].title, 36)))
    return boxes


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[:most - 1]}…"
