"""Bars beside each other, on top of each other, upright or lying."""

from collections.abc import Sequence

from markupsafe import Markup

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

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 720, 52, 12, 12, 34
CHARACTER = 6.4  # pixels a letter of 12 px needs on average


def bar_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series] | Sequence[float | None],
    *,
    unit: str = "",
    urls: Sequence[str] = (),
    height: int = 280,
    lying: bool = False,
) -> Markup:
    """Grouped bars; a plain list of values is one series. `urls` (one a label) make the bars links to rows.

    `lying` draws one horizontal bar a label with its value, for long labels and rankings.
    """
    sets = as_series(series)
    if lying:
        return _lying(title, labels, sets[0], unit, urls)
    rule = scale((v for s in sets for v in s.values), height - BOTTOM, TOP)
    step = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    wide = step * 0.76 / len(sets)
    body = [axes(rule, labels, step, height)]
    for i, one in enumerate(sets):
        for j, value in enumerate(one.values):
            if value is not None:
                x = LEFT + j * step + step * 0.12 + i * wide
                body.append(
                    _bar(
                        x,
                        wide,
                        rule.at(value),
                        rule.at(0),
                        one.colour(i),
                        titled(labels[j], one.name, value, unit),
                        _url(urls, j),
                    )
                )
    drawn = frame(WIDTH, height, title, described(labels, sets), join(body), links=bool(urls))
    return drawn + legend([(s.name, s.colour(i)) for i, s in enumerate(sets)])


def stacked_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    urls: Sequence[str] = (),
    height: int = 280,
) -> Markup:
    """Parts of a whole, one on the other; gaps count as nothing, negative values are refused."""
    if any(v is not None and v < 0 for s in series for v in s.values):
        raise ValueError("stacked bars cannot show negative values")
    totals = [sum(s.values[j] or 0 for s in series) for j in range(len(labels))]
    rule = scale(totals, height - BOTTOM, TOP)
    step = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    body = [axes(rule, labels, step, height)]
    for j, label in enumerate(labels):
        below = 0.0
        for i, one in enumerate(series):
            if value := one.values[j]:
                body.append(
                    _bar(
                        LEFT + j * step + step * 0.16,
                        step * 0.68,
                        rule.at(below + value),
                        rule.at(below),
                        one.colour(i),
                        titled(label, one.name, value, unit),
                        _url(urls, j),
                    )
                )
                below += value
    drawn = frame(WIDTH, height, title, described(labels, series), join(body), links=bool(urls))
    return drawn + legend([(s.name, s.colour(i)) for i, s in enumerate(series)])


def as_series(series: Sequence[Series] | Sequence[float | None]) -> list[Series]:
    """Values without a name become one unnamed series."""
    return [s for s in series if isinstance(s, Series)] or [
        Series("", [v for v in series if not isinstance(v, Series)])
    ]


def titled(label: str, name: str, value: float, unit: str) -> str:
    """The words of one mark: "octubre, Recibidos: 1,204"."""
    return f"{label}, {name}: {shown(value, unit)}" if name else f"{label}: {shown(value, unit)}"


def axes(rule: Scale, labels: Sequence[str], step: float, height: int) -> Markup:
    """Horizontal lines with their values, and the labels below; crowded labels are thinned evenly."""
    lines = [
        tag(
            "line",
            x1=LEFT,
            x2=WIDTH - RIGHT,
            y1=rule.at(t),
            y2=rule.at(t),
            class_="axis" if t == 0 else "grid-line",
        )
        + text(LEFT - 8, rule.at(t) + 4, shown(t), anchor="end")
        for t in rule.ticks()
    ]
    longest = max((len(label) for label in labels), default=1)
    every = max(1, -(-int(longest * CHARACTER + 8) // max(int(step), 1)))
    words = [
        text(LEFT + (j + 0.5) * step, height - BOTTOM + 20, label)
        for j, label in enumerate(labels)
        if j % every == 0
    ]
    return join([*lines, *words])


def _bar(x: float, width: float, top: float, base: float, css: str, title: str, url: str) -> Markup:
    return mark(
        "rect",
        title,
        url,
        x=float(x),
        y=float(min(top, base)),
        width=float(max(width, 1)),
        height=float(max(abs(base - top), 1)),
        rx=2,
        class_=f"mark {css}",
    )


def _lying(title: str, labels: Sequence[str], one: Series, unit: str, urls: Sequence[str]) -> Markup:
    left = min(max((len(label) for label in labels), default=1) * CHARACTER + 16, 300)
    rule = scale(one.values, left, WIDTH - 76)
    row = 30
    body = []
    for j, (label, value) in enumerate(zip(labels, one.values, strict=True)):
        y = 8 + j * row
        body.append(text(left - 8, y + 16, _short(label, left), anchor="end"))
        if value is not None:
            start, end = sorted((rule.at(0), rule.at(value)))
            body.append(
                mark(
                    "rect",
                    titled(label, one.name, value, unit),
                    _url(urls, j),
                    x=float(start),
                    y=float(y),
                    width=float(max(end - start, 1)),
                    height=22.0,
                    rx=2,
                    class_=f"mark {one.colour(0)}",
                )
            )
            body.append(text(end + 6, y + 16, shown(value, unit), anchor="start", css="strong"))
    return frame(WIDTH, 16 + row * len(labels), title, described(labels, [one]), join(body), links=bool(urls))


def _short(label: str, room: float) -> str:
    most = int((room - 16) / CHARACTER) + 1
    return label if len(label) <= most else label[: most - 1] + "…"


def _url(urls: Sequence[str], index: int) -> str:
    return urls[index] if index < len(urls) else ""
