"""Lines over time, and the small one that fits in a row of a table."""
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _
from markupsafe import Markup

from ventanilla.web.ui.charts.parts import Series, described, frame, linked, mark, scale, shown, tag, text
from ventanilla.web.ui.charts.plot import RIGHT, Plot, as_series, plot, titled

Point = tuple[float, float]
DOT: Final = 3.5
ROOM: Final = 12.0


def line_chart(title: str, labels: Sequence[str], series: Sequence[Series] | Sequence[float | None], *,
               unit: str = "", width: int = 480, height: int = 280, target: float | None = None) -> Markup:
    """One line a series, dashed differently from the second on; a gap in the values is a gap in the line."""
    sets = as_series(series)
    area = plot(labels, [*(v for s in sets for v in s.values), target], width, height)
    return area.finished(title, sets, _marks(area, sets, unit, target), any(any(one.urls) for one in sets))


def _marks(area: Plot, sets: Sequence[Series], unit: str, target: float | None) -> Iterator[Markup]:
    if target is not None:
        words = _("Meta: %(value)s") % {"value": shown(target, unit)}
        y = area.rule.at(target) - 6
        said = text(area.width - RIGHT, y, words, anchor="end", css="strong")
        yield area.across(target, "axis dash-2") + said
    for i, one in enumerate(sets):
        dash = f" dash-{i + 1}" if i else ""
        yield _line(_runs(one, area), f"line {one.colour(i)}{dash}")
        for j, value in enumerate(one.values):
            if value is not None:
                yield _point(area, j, one, value, titled(area.labels[j], one.name, value, unit), one.colour(i),
                             _room(area, sets, j, value))


def _point(area: Plot, index: int, one: Series, value: float, words: str, css: str, room: float) -> Markup:
    """A dot; where it leads to rows, with room round it for a finger."""
    x, y, url = area.x(index), area.rule.at(value), one.urls[index] if one.urls else ""
    dot = mark("circle", words, cx=x, cy=y, r=DOT, class_=f"mark {css}")
    return linked(tag("circle", cx=x, cy=y, r=room, fill="none", pointer_events="all") + dot, words, url) if url else dot


def _room(area: Plot, sets: Sequence[Series], index: int, value: float) -> float:
    """Up to half the way to the nearest point, so that no point lies under the room of another."""
    there = [one.values[index] for one in sets]
    near = [abs(area.rule.at(other) - area.rule.at(value)) for other in there if other is not None and other != value]
    return max(DOT, min(ROOM, area.step / 2, *(distance / 2 for distance in near)))


def _runs(one: Series, area: Plot) -> list[list[Point]]:
    points = [(area.x(j), area.rule.at(v)) if v is not None else None for j, v in enumerate(one.values)]
    return [[p for p in run if p] for known, run in groupby(points, key=bool) if known]


def _line(runs: Sequence[Sequence[Point]], css: str) -> Markup:
    path = " ".join("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in run) for run in runs)
    return tag("path", d=path, class_=css) if path else Markup("")


def sparkline(title: str, values: Sequence[float | None], *, css: str = "s1") -> Markup:
    """96 by 24 pixels; the last value is dotted. The title names what is seen, the description the values."""
    known = [(j, v) for j, v in enumerate(values) if v is not None]
    if not known:
        return Markup('<span class="quiet">—</span>')
    rule = scale([v for _j, v in known], 21, 3, steps=2)
    step = 88 / max(len(values) - 1, 1)
    points = [(4 + j * step, rule.at(v)) for j, v in known]
    dot = tag("circle", cx=float(points[-1][0]), cy=float(points[-1][1]), r=2.5, class_=css)
    words = described([str(j + 1) for j, _v in known], [Series("", [v for _j, v in known])])
    return frame(96, 24, title, words, _line([points], f"line {css}") + dot, "sparkline")
