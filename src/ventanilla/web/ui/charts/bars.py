"""Bars beside each other, on top of each other, upright or lying."""
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from ventanilla.web.ui.charts.parts import Scale, Series, described, frame, join, legend, mark, scale, shown, text
from ventanilla.web.ui.charts.plot import CHARACTER, Plot, as_series, plot, titled

ROW = 30
Pair = tuple[float, float]


def bar_chart(title: str, labels: Sequence[str], series: Sequence[Series] | Sequence[float | None], *,
              unit: str = "", urls: Sequence[str] = (), width: int = 480, height: int = 280,
              lying: bool = False) -> Markup:
    """Grouped bars; a plain list of values is one series. `urls` (one a label) make the bars links to rows.

    `lying` draws one horizontal bar a label with its value, for long labels and rankings.
    """
    sets = as_series(series)
    if lying:
        return _lying(title, labels, sets[0], unit, urls, width)
    area = plot(labels, (v for s in sets for v in s.values), width, height)
    return area.finished(title, sets, _grouped(area, sets, unit, urls), bool(urls))


def stacked_chart(title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = "",
                  urls: Sequence[str] = (), width: int = 480, height: int = 280, lying: bool = False) -> Markup:
    """Parts of a whole, one on the other; gaps count as nothing, negative values raise ValueError.

    `lying` draws one horizontal bar a label with its total, where labels are names.
    """
    if any(v is not None and v < 0 for s in series for v in s.values):
        raise ValueError("stacked bars cannot show negative values")
    totals = [sum(s.values[j] or 0 for s in series) for j in range(len(labels))]
    if lying:
        return _lying_parts(title, labels, series, totals, unit, urls, width)
    area = plot(labels, totals, width, height)
    return area.finished(title, series, _stacked(area, series, unit, urls), bool(urls))


def _grouped(area: Plot, sets: Sequence[Series], unit: str, urls: Sequence[str]) -> Iterator[Markup]:
    wide = area.step * 0.76 / len(sets)
    for i, one in enumerate(sets):
        for j, value in enumerate(one.values):
            if value is not None:
                words = titled(area.labels[j], one.name, value, unit)
                x = area.x(j, 0.12) + i * wide
                yield _bar(area.rule, (x, wide), (0, value), one.colour(i), words, _url(urls, j))


def _stacked(area: Plot, sets: Sequence[Series], unit: str, urls: Sequence[str]) -> Iterator[Markup]:
    for j, label in enumerate(area.labels):
        below = 0.0
        for i, one in enumerate(sets):
            if value := one.values[j]:
                words = titled(label, one.name, value, unit)
                room = (area.x(j, 0.16), area.step * 0.68)
                yield _bar(area.rule, room, (below, below + value), one.colour(i), words, _url(urls, j))
                below += value


def _bar(rule: Scale, room: Pair, ends: Pair, css: str, words: str, url: str) -> Markup:
    top, base = sorted((rule.at(ends[0]), rule.at(ends[1])))
    return mark("rect", words, url, x=float(room[0]), y=float(top), width=float(max(room[1], 1)),
                height=float(max(base - top, 1)), rx=2, class_=f"mark {css}")


def _lying(title: str, labels: Sequence[str], one: Series, unit: str, urls: Sequence[str],
           width: int) -> Markup:
    left = min(max((len(label) for label in labels), default=1) * CHARACTER + 16, width * 0.45)
    rule = scale(one.values, left, width - 64)
    rows = [_row(rule, j, (_short(label, left), label), value, one, unit, _url(urls, j))
            for j, (label, value) in enumerate(zip(labels, one.values, strict=True))]
    words = described(labels, [one])
    return frame(width, 16 + ROW * len(labels), title, words, join(rows), links=bool(urls))


def _lying_parts(title: str, labels: Sequence[str], series: Sequence[Series], totals: Sequence[float], unit: str, urls: Sequence[str],
                 width: int) -> Markup:
    left = min(max((len(label) for label in labels), default=1) * CHARACTER + 16, width * 0.45)
    rule = scale(totals, left, width - 64)
    rows = []
    for j, label in enumerate(labels):
        rows.append(_name(rule, j, _short(label, left)))
        rows += _parts(rule, j, label, series, unit, _url(urls, j))
        rows.append(text(rule.at(totals[j]) + 6, 8 + j * ROW + 16, shown(totals[j], unit), anchor="start", css="strong"))
    drawn = frame(width, 16 + ROW * len(labels), title, described(labels, series), join(rows), links=bool(urls))
    return drawn + legend([(s.name, s.colour(i)) for i, s in enumerate(series)])


def _parts(rule: Scale, index: int, label: str, series: Sequence[Series], unit: str, url: str) -> Iterator[Markup]:
    below = 0.0
    for i, one in enumerate(series):
        if value := one.values[index]:
            start, end = rule.at(below), rule.at(below + value)
            yield mark("rect", titled(label, one.name, value, unit), url, x=float(start), y=float(8 + index * ROW), height=22.0,
                       width=float(max(end - start, 1)), rx=2, class_=f"mark {one.colour(i)}")
            below += value


def _name(rule: Scale, index: int, label: str) -> Markup:
    return text(rule.start - 8, 8 + index * ROW + 16, label, anchor="end")


def _row(rule: Scale, index: int, label: tuple[str, str], value: float | None, one: Series, unit: str,
         url: str) -> Markup:
    y = 8 + index * ROW
    name = _name(rule, index, label[0])
    if value is None:
        return name
    start, end = sorted((rule.at(0), rule.at(value)))
    words = titled(label[1], one.name, value, unit)
    drawn = mark("rect", words, url, x=float(start), y=float(y), height=22.0,
                 width=float(max(end - start, 1)), rx=2, class_=f"mark {one.colour(0)}")
    return name + drawn + text(end + 6, y + 16, shown(value, unit), anchor="start", css="strong")


def _short(label: str, room: float) -> str:
    most = int((room - 16) / CHARACTER) + 1
    return label if len(label) <= most else label[: most - 1] + "…"


def _url(urls: Sequence[str], index: int) -> str:
    return urls[index] if index < len(urls) else ""
