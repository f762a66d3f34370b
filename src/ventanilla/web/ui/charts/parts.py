"""What all charts share: scales with round steps, elements, the frame with its words, the legend."""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from markupsafe import Markup

from ventanilla.lib.spanish import number

COLOURS: Final = ("s1", "s2", "s3", "s4", "s5", "s6")
_ids = itertools.count(1)


@dataclass(frozen=True)
class Series:
    """Values in the order of the labels; None is a gap. `css` overrides the colour (s-green, s-red); `urls` (one a value, or none)
    make the points of a line links to rows."""

    name: str
    values: Sequence[float | None]
    css: str = ""
    urls: Sequence[str] = ()

    def colour(self, index: int) -> str:
        """The class of this series when it is the `index`-th of its chart."""
        return self.css or COLOURS[index % len(COLOURS)]


@dataclass(frozen=True)
class Scale:
    """Values from 0 (or below) to `top`, drawn from pixel `start` to `end`."""

    bottom: float
    top: float
    step: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value."""
        return self.start + (value - self.bottom) / (self.top - self.bottom) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round values from bottom to top."""
        count = round((self.top - self.bottom) / self.step)
        return [round(self.bottom + i * self.step, 10) for i in range(count + 1)]


def scale(values: Iterable[float | None], start: float, end: float, steps: int = 4) -> Scale:
    """A scale that always holds zero and ends at round numbers (1, 2, 5 times a power of ten)."""
    known = [v for v in values if v is not None and math.isfinite(v)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if low == high:
        high = low + 1.0
    raw = (high - low) / steps
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw - 1e-12)
    if all(float(v).is_integer() for v in known):
        step = max(step, 1.0)
    return Scale(math.floor(low / step) * step, math.ceil(high / step - 1e-9) * step, step, start, end)


def tag(name: str, content: str | Markup = "", /, **attributes: object) -> Markup:
    """An element with escaped attributes; class_ and stroke_width become class and stroke-width."""
    pairs = Markup("").join(
        Markup(' {}="{}"').format(k.rstrip("_").replace("_", "-"), _plain(v))
        for k, v in attributes.items()
        if v is not None
    )
    return (
        Markup("<{0}{1}>{2}</{0}>").format(Markup(name), pairs, content)
        if content
        else Markup("<{}{}/>").format(Markup(name), pairs)
    )


def _plain(value: object) -> object:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def join(parts: Iterable[Markup]) -> Markup:
    """Elements one after another."""
    return Markup("").join(parts)


def text(x: float, y: float, words: str, *, anchor: str = "middle", css: str = "") -> Markup:
    """Words at a point; anchor start, middle or end."""
    return tag("text", words or " ", x=float(x), y=float(y), text_anchor=anchor, class_=css or None)


def mark(element: str, title: str, url: str = "", **attributes: object) -> Markup:
    """A shape with its own title; a link round it when there are rows to drill to."""
    drawn = tag(element, tag("title", title), **attributes)
    return linked(drawn, title, url) if url else drawn


def linked(drawn: Markup, title: str, url: str) -> Markup:
    """What is drawn, as a link to its rows."""
    return tag("a", drawn, href=url, aria_label=title)


def frame(
    width: int, height: int, title: str, description: str, body: Markup, css: str = "", links: bool = False
) -> Markup:
    """The SVG with its title and description; role=img, or group when it holds links."""
    key = f"chart-{next(_ids)}"
    head = tag("title", title, id=f"{key}-t") + tag("desc", description or title, id=f"{key}-d")
    return tag(
        "svg",
        head + body,
        class_=f"chart-svg {css}".strip(),
        viewBox=f"0 0 {width} {height}",
        role="group" if links else "img",
        aria_labelledby=f"{key}-t {key}-d",
    )


def legend(entries: Sequence[tuple[str, str]]) -> Markup:
    """Colour and word of each series; nothing for a single one."""
    if len(entries) < 2:
        return Markup("")
    square = "M0 0h14v14H0z"
    items = (
        tag(
            "li",
            tag("svg", tag("path", d=square, class_=css), viewBox="0 0 14 14", aria_hidden="true") + name,
        )
        for name, css in entries
    )
    return tag("ul", join(items), class_="legend")


def described(labels: Sequence[str], series: Sequence[Series], limit: int = 12) -> str:
    """The values in words, for who cannot see the chart."""
    lines = []
    for one in series:
        pairs = [
            f"{label}: {number(v, 0 if float(v).is_integer() else 1)}"
            if v is not None
            else f"{label}: {_('sin dato')}"
            for label, v in zip(labels, one.values, strict=True)
        ]
        lines.append(
            (f"{one.name}. " if one.name else "")
            + "; ".join(pairs[:limit])
            + ("…" if len(pairs) > limit else "")
        )
    return " | ".join(lines)


def shown(value: float, unit: str = "") -> str:
    """A value with its unit, at most one decimal."""
    rounded = number(value, 0 if float(value).is_integer() else 1)
    return f"{rounded}{unit if unit == '%' else f' {unit}' if unit else ''}"
