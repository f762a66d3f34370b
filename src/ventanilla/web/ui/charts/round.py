"""Round charts: parts of a whole, how far towards a goal, several dimensions at once."""

import math
from collections.abc import Sequence

from django.utils.translation import gettext as _
from markupsafe import Markup

from ventanilla.web.ui.charts.parts import (
    COLOURS,
    Series,
    described,
    frame,
    join,
    legend,
    mark,
    shown,
    tag,
    text,
)


def donut_chart(
    title: str,
    parts: Sequence[tuple[str, float] | tuple[str, float, str]],
    *,
    unit: str = "",
    centre: str = "",
) -> Markup:
    """Parts (label, value, optional class) as slices of a ring from noon, with a legend of values."""
    named = [_part(part, i) for i, part in enumerate(parts)]
    if any(value < 0 for _label, value, _css in named):
        raise ValueError("a donut cannot show negative parts")
    total = sum(value for _label, value, _css in named)
    body, turn = [], 0.0
    for label, value, css in named:
        if value:
            share = value / total
            words = f"{label}: {shown(value, unit)} ({shown(round(share * 100, 1), '%')})"
            body.append(
                mark(
                    "path", words, d=_slice(100, 100, 90, 58, turn, turn + share), class_=f"mark slice {css}"
                )
            )
            turn += share
    if not total:
        body.append(tag("circle", cx=100, cy=100, r=74, stroke_width=32, class_="s-track"))
    body.append(text(100, 108, centre or shown(total), css="big"))
    drawn = frame(
        200,
        200,
        title,
        described([n[0] for n in named], [Series("", [n[1] for n in named])]),
        join(body),
        "donut",
    )
    return drawn + legend([(f"{label}: {shown(value, unit)}", css) for label, value, css in named])


def _part(part: tuple[str, float] | tuple[str, float, str], index: int) -> tuple[str, float, str]:
    css = part[2] if len(part) == 3 else COLOURS[index % len(COLOURS)]
    return part[0], float(part[1]), css


def _slice(cx: float, cy: float, outer: float, inner: float, start: float, end: float) -> str:
    end = min(end, start + 0.99999)
    (ax, ay), (bx, by) = _on(cx, cy, outer, start), _on(cx, cy, outer, end)
    (dx, dy), (ex, ey) = _on(cx, cy, inner, end), _on(cx, cy, inner, start)
    far = int(end - start > 0.5)
    return (
        f"M{ax:.2f} {ay:.2f}A{outer} {outer} 0 {far} 1 {bx:.2f} {by:.2f}L{dx:.2f} {dy:.2f}"
        f"A{inner} {inner} 0 {far} 0 {ex:.2f} {ey:.2f}Z"
    )


def _on(cx: float, cy: float, radius: float, turn: float) -> tuple[float, float]:
    angle = turn * 2 * math.pi - math.pi / 2
    return cx + radius * math.cos(angle), cy + radius * math.sin(angle)


def gauge(title: str, value: float, maximum: float = 100, *, unit: str = "%", css: str = "s1") -> Markup:
    """A half ring filled up to `value`; values outside are drawn at its ends and said as they are."""
    share = min(max(value / maximum if maximum else 0, 0), 1)
    body = tag("path", d=_arc(1.0), class_="ring s-track", stroke_width=18)
    if share:
        body += mark(
            "path", f"{title}: {shown(value, unit)}", d=_arc(share), class_=f"ring {css}", stroke_width=18
        )
    body += text(100, 96, shown(value, unit), css="big")
    words = _("%(value)s de %(maximum)s") % {"value": shown(value, unit), "maximum": shown(maximum, unit)}
    return frame(200, 112, title, words, body, "gauge")


def _arc(share: float) -> str:
    (ax, ay), (bx, by) = _on(100, 100, 82, 0.75), _on(100, 100, 82, 0.75 + share / 2)
    return f"M{ax:.2f} {ay:.2f}A82 82 0 0 1 {bx:.2f} {by:.2f}"


def radar_chart(
    title: str, labels: Sequence[str], series: Sequence[Series], *, maximum: float = 100, unit: str = ""
) -> Markup:
    """Dimensions as spokes from 0 to `maximum`; gaps count as 0. At least three dimensions."""
    if len(labels) < 3:
        raise ValueError("a radar needs three dimensions or more")
    count = len(labels)
    body = [
        tag("polygon", points=_ring([maximum * part] * count, maximum), class_="s-track grid-line")
        for part in (0.25, 0.5, 0.75, 1)
    ]
    body += [_spoke(i, count, label) for i, label in enumerate(labels)]
    for i, one in enumerate(series):
        values = [min(max(v or 0.0, 0.0), maximum) for v in one.values]
        body.append(tag("polygon", points=_ring(values, maximum), class_=f"radar-area {one.colour(i)}"))
        for j, value in enumerate(one.values):
            x, y = _on(230, 165, 120 * values[j] / maximum, j / count)
            body.append(
                mark(
                    "circle",
                    f"{labels[j]}, {one.name}: {shown(value or 0, unit)}",
                    cx=x,
                    cy=y,
                    r=4,
                    class_=f"mark {one.colour(i)}",
                )
            )
    drawn = frame(460, 330, title, described(labels, series), join(body), "radar")
    return drawn + legend([(s.name, s.colour(i)) for i, s in enumerate(series)])


def _ring(values: Sequence[float], maximum: float) -> str:
    spots = (_on(230, 165, 120 * v / maximum, i / len(values)) for i, v in enumerate(values))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)


def _spoke(index: int, count: int, label: str) -> Markup:
    x, y = _on(230, 165, 120, index / count)
    wx, wy = _on(230, 165, 136, index / count)
    anchor = "middle" if abs(wx - 230) < 12 else ("start" if wx > 230 else "end")
    return tag("line", x1=230, y1=165, x2=x, y2=y, class_="grid-line") + text(
        wx, wy + 4, label, anchor=anchor
    )
