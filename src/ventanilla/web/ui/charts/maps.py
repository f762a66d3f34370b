"""Maps: territories as equal tiles on a grid, or as their simplified outlines."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from markupsafe import Markup

from ventanilla.web.ui.charts.parts import Series, described, frame, join, legend, mark, shown, tag

CLASSES = 5


def thresholds(values: Sequence[float]) -> list[float]:
    """Upper limits of five classes with equally many values (quantiles); fewer when values repeat."""
    known = sorted(values)
    limits = (
        [known[min(len(known) - 1, round(len(known) * (i + 1) / CLASSES) - 1)] for i in range(CLASSES)]
        if known
        else []
    )
    return sorted(set(limits))


def shade(value: float | None, limits: Sequence[float]) -> str:
    """q0 for no value, else q1 (lowest) to q5."""
    if value is None or not limits:
        return "q0"
    place = next((i for i, limit in enumerate(limits) if value <= limit), len(limits) - 1)
    return f"q{round((place + 1) * CLASSES / len(limits))}"


def tile_map(
    title: str,
    tiles: Sequence[tuple[str, int, int]],
    values: Mapping[str, float | None],
    *,
    names: Mapping[str, str] | None = None,
    unit: str = "",
    urls: Mapping[str, str] | None = None,
) -> Markup:
    """Tiles (code, column, row), each with its code, shaded by value; `names` says the territory in full."""
    limits = thresholds([v for v in values.values() if v is not None])
    size = 44
    body = []
    for code, column, row in tiles:
        value, css = values.get(code), shade(values.get(code), limits)
        x, y = column * size, row * size
        body.append(
            mark(
                "rect",
                _said((names or {}).get(code, code), value, unit),
                (urls or {}).get(code, ""),
                x=x,
                y=y,
                width=size - 2,
                height=size - 2,
                rx=4,
                class_=f"tile mark {css}",
            )
        )
        tone = "on-dark" if css in {"q4", "q5"} else "on-light"
        body.append(
            tag(
                "text",
                code,
                x=x + size / 2 - 1,
                y=y + size / 2 + 4,
                text_anchor="middle",
                class_=tone,
                aria_hidden="true",
            )
        )
    width = (max((t[1] for t in tiles), default=0) + 1) * size
    height = (max((t[2] for t in tiles), default=0) + 1) * size
    return _finished(title, width, height, body, values, names or {}, unit, limits, bool(urls))


def shape_map(
    title: str,
    shapes: Mapping[str, str],
    values: Mapping[str, float | None],
    *,
    size: tuple[int, int] = (800, 600),
    names: Mapping[str, str] | None = None,
    unit: str = "",
    urls: Mapping[str, str] | None = None,
) -> Markup:
    """A choropleth: `shapes` maps a code to an SVG path (simplify and cache them beforehand)."""
    limits = thresholds([v for v in values.values() if v is not None])
    body = [
        mark(
            "path",
            _said((names or {}).get(code, code), values.get(code), unit),
            (urls or {}).get(code, ""),
            d=path,
            class_=f"tile mark {shade(values.get(code), limits)}",
        )
        for code, path in shapes.items()
    ]
    return _finished(title, *size, body, values, names or {}, unit, limits, bool(urls))


def _said(name: str, value: float | None, unit: str) -> str:
    return f"{name}: {_('sin dato') if value is None else shown(value, unit)}"


def _finished(
    title: str,
    width: int,
    height: int,
    body: Sequence[Markup],
    values: Mapping[str, float | None],
    names: Mapping[str, str],
    unit: str,
    limits: Sequence[float],
    links: bool,
) -> Markup:
    words = described([names.get(c, c) for c in values], [Series("", list(values.values()))])
    keys = [(_("hasta %(value)s") % {"value": shown(limit, unit)}, shade(limit, limits)) for limit in limits]
    return frame(width, height, title, words, join(body), "map", links=links) + legend(
        [*keys, (_("sin dato"), "q0")]
    )
