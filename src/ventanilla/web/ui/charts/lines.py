"""Lines over time, and the small one that fits in a row of a table."""

from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext as _
from markupsafe import Markup

from ventanilla.web.ui.charts.bars import BOTTOM, LEFT, RIGHT, TOP, WIDTH, as_series, axes, titled
from ventanilla.web.ui.charts.parts import (
    Scale,
    Series,
    described,
    frame,
    join,
    legend,
    mark,
    scale,
    shown,
    tag,
    text,
)

Point = tuple[float, float]


def line_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series] | Sequence[float | None],
    *,
    unit: str = "",
    height: int = 280,
    target: float | None = None,
) -> Markup:
    """One line a series, dashed differently from the second on; a gap in the values is a gap in the line."""
    sets = as_series(series)
    rule = scale([*(v for s in sets for v in s.values), target], height - BOTTOM, TOP)
    step = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    body = [axes(rule, labels, step, height)]
    if target is not None:
        body.append(_target(rule.at(target), target, unit))
    for i, one in enumerate(sets):
        body.append(_line(_runs(one, rule, step), f"line {one.colour(i)}{f' dash-{i + 1}' if i else ''}"))
        body.extend(
            mark(
                "circle",
                titled(labels[j], one.name, v, unit),
                cx=float(LEFT + (j + 0.5) * step),
                cy=float(rule.at(v)),
                r=3.5,
                class_=f"mark {one.colour(i)}",
            )
            for j, v in enumerate(one.values)
            if v is not None
        )
    drawn = frame(WIDTH, height, title, described(labels, sets), join(body))
    return drawn + legend([(s.name, s.colour(i)) for i, s in enumerate(sets)])


def _target(y: float, value: float, unit: str) -> Markup:
    line = tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=float(y), y2=float(y), class_="axis dash-2")
    return line + text(
        WIDTH - RIGHT, y - 6, _("Meta: %(value)s") % {"value": shown(value, unit)}, anchor="end", css="strong"
    )


def _runs(one: Series, rule: Scale, step: float) -> list[list[Point]]:
    points = [
        (LEFT + (j + 0.5) * step, rule.at(v)) if v is not None else None for j, v in enumerate(one.values)
    ]
    return [[p for p in run if p] for known, run in groupby(points, key=bool) if known]


def _line(runs: Sequence[Sequence[Point]], css: str) -> Markup:
    path = " ".join("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in run) for run in runs)
    return tag("path", d=path, class_=css) if path else Markup("")


def sparkline(title: str, values: Sequence[float | None], *, css: str = "s1") -> Markup:
    """96 by 24 pixels; the last value is dotted. The title names what is seen and the last value."""
    known = [(j, v) for j, v in enumerate(values) if v is not None]
    if not known:
        return Markup('<span class="quiet">—</span>')
    rule = scale([v for _j, v in known], 21, 3, steps=2)
    step = 88 / max(len(values) - 1, 1)
    points = [(4 + j * step, rule.at(v)) for j, v in known]
    body = _line([points], f"line {css}") + tag(
        "circle", cx=points[-1][0], cy=float(points[-1][1]), r=2.5, class_=css
    )
    return frame(
        96, 24, title, described([""] * len(known), [Series("", [v for _j, v in known])]), body, "sparkline"
    )
