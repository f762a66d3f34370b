"""The area of bars and lines: where a value and a label stand, axes, thinned labels."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from ventanilla.web.ui.charts.parts import (
    Scale,
    Series,
    described,
    frame,
    join,
    legend,
    scale,
    shown,
    tag,
    text,
)

LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 34
WIDE: Final = 600  # what is wider is moved sideways on a phone, where all of it would be too small to read
CHARACTER: Final = 7.2  # pixels a letter of 13 px needs on average


@dataclass(frozen=True)
class Plot:
    """An upright chart of `width` by `height` units; the page scales it (480 suits half a row)."""

    labels: Sequence[str]
    rule: Scale
    width: int
    height: int

    @property
    def step(self) -> float:
        """Units from one label to the next."""
        return (self.width - LEFT - RIGHT) / max(len(self.labels), 1)

    def x(self, index: int, part: float = 0.5) -> float:
        """Where the label stands; `part` 0 is the left edge of its room, 1 the right."""
        return LEFT + (index + part) * self.step

    def across(self, value: float, css: str) -> Markup:
        """A horizontal line at a value."""
        y = self.rule.at(value)
        return tag("line", x1=LEFT, x2=self.width - RIGHT, y1=y, y2=y, class_=css)

    def axes(self) -> Markup:
        """Horizontal lines with their values, and the labels below; crowded labels are thinned evenly."""
        lines = [self.across(t, "grid-line" if t else "axis")
                 + text(LEFT - 8, self.rule.at(t) + 4, shown(t), anchor="end") for t in self.rule.ticks()]
        longest = max((len(label) for label in self.labels), default=1)
        every = max(1, -(-int(longest * CHARACTER + 8) // max(int(self.step), 1)))
        words = [text(self.x(j), self.height - BOTTOM + 20, label)
                 for j, label in enumerate(self.labels) if j % every == 0]
        return join([*lines, *words])

    def finished(self, title: str, series: Sequence[Series], marks: Iterable[Markup],
                 links: bool = False) -> Markup:
        """Axes, marks, words for who cannot see them, legend."""
        body = self.axes() + join(marks)
        drawn = frame(self.width, self.height, title, described(self.labels, series), body, links=links)
        if self.width > WIDE:
            drawn = tag("div", drawn, class_="chart-scroll", tabindex=0, role="group", aria_label=title)
        return drawn + legend([(s.name, s.colour(i)) for i, s in enumerate(series)])


def plot(labels: Sequence[str], values: Iterable[float | None], width: int, height: int) -> Plot:
    """A plot whose scale holds the values."""
    return Plot(labels, scale(values, height - BOTTOM, TOP), width, height)


def as_series(series: Sequence[Series] | Sequence[float | None]) -> list[Series]:
    """Values without a name become one unnamed series."""
    named = [s for s in series if isinstance(s, Series)]
    return named or [Series("", [v for v in series if not isinstance(v, Series)])]


def titled(label: str, name: str, value: float, unit: str) -> str:
    """The words of one mark: "octubre, Recibidos: 1,204"."""
    return f"{label}, {name}: {shown(value, unit)}" if name else f"{label}: {shown(value, unit)}"
