"""What a page says and where: the one shape that text layers, OCR, search and field reading exchange.

Coordinates are fractions of the page (0..1), origin at the top left, so that they hold for any rendering.
"""
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `confidence` is 0..1 (1.0 when it comes from a PDF's own text layer)."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float = 1.0
    line: int = 0
    block: int = 0


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of one page in reading order; `number` starts at 1, `width` and `height` are points (1/72
    in)."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]

    def lines(self) -> Iterator[tuple[Word, ...]]:
        """The words grouped by (block, line), in reading order."""
        for _, words in groupby(self.words, key=lambda w: (w.block, w.line)):
            yield tuple(words)

    @property
    def text(self) -> str:
        """Plain text, a line break after each line."""
        return "\n".join(" ".join(w.text for w in line) for line in self.lines())
