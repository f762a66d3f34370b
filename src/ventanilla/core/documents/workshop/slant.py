"""How the lines of a page lie, seen on a few columns of it: level or from top to bottom, and how crooked.

Each direction is squeezed into `COLUMNS` columns; to slant the page is then to shift these columns against each other, and the slant
at which the brightness changes most from row to row is that of the lines. A search costs a few thousand pixels a step.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from PIL import Image, ImageFilter, ImageOps

STEEPEST = 8  # degrees
COLUMNS, ROWS = 32, 500


@dataclass(frozen=True)
class _Squeezed:
    """The page seen one way: `COLUMNS` columns of about `ROWS` rows, ink bright; `ratio` is how many pixels of the page a column is
    wide for each that a row is high."""

    bands: Image.Image
    ratio: float

    @cached_property
    def coarse(self) -> tuple[int, float]:
        """The slant in whole degrees at which the lines stand out most, and how strongly they do."""
        flattest_first = sorted(range(-STEEPEST, STEEPEST + 1), key=abs)
        return max(((angle, self.strength(angle)) for angle in flattest_first), key=lambda found: found[1])

    @cached_property
    def angle(self) -> float:
        """The same in quarters of a degree; 0 for less than one."""
        coarse = self.coarse[0]
        return max((coarse + step / 4 for step in (0, -1, 1, -2, 2, -3, 3)), key=self.strength) if coarse else 0.0

    def strength(self, angle: float) -> float:
        """How strongly the mean brightness changes from row to row once the lines are turned by `angle` degrees counter-clockwise."""
        shift = math.tan(math.radians(angle)) * self.ratio
        level = self.bands.transform(
            self.bands.size, Image.Transform.AFFINE, (1, 0, 0, shift, 1, -shift * self.bands.width / 2), Image.Resampling.NEAREST)
        rows = level.resize((1, level.height), Image.Resampling.BOX).tobytes()
        return sum((a - b) ** 2 for a, b in pairwise(rows)) / max(len(rows), 1)


class Lie:
    """How the lines of a grey page lie. Nothing is computed before it is asked."""

    def __init__(self, grey: Image.Image) -> None:
        self._page = inner(grey)

    @cached_property
    def _small(self) -> Image.Image:
        return ImageOps.invert(self._page.reduce(max(1, round(max(self._page.size) / ROWS))))

    @cached_property
    def _level(self) -> _Squeezed:
        return _squeezed(self._small)

    @cached_property
    def _upright(self) -> _Squeezed:
        return _squeezed(self._small.transpose(Image.Transpose.ROTATE_90))

    @property
    def turnedness(self) -> float:
        """How much stronger the lines from top to bottom are than those from side to side, each at its own slant."""
        return self._upright.coarse[1] / max(self._level.coarse[1], 1e-6)

    def angle(self, turn: int) -> float:
        """Degrees (-8 to 8, counter-clockwise) that level the lines once the page is turned by `turn`; 0 for less than one."""
        return (self._upright if turn % 180 else self._level).angle


def _squeezed(small: Image.Image) -> _Squeezed:
    columns = min(COLUMNS, small.width)
    return _Squeezed(small.resize((columns, small.height), Image.Resampling.BOX), small.width / columns)


def busiest(grey: Image.Image, share: float = 0.4) -> Image.Image:
    """The square with most strokes on it, its side `share` of the shorter side of the page."""
    page = inner(grey)
    step = max(1, min(page.size) // 200)
    strokes = page.reduce(step).filter(ImageFilter.FIND_EDGES)
    side = max(1, int(min(strokes.size) * share))
    half = side // 2
    sums = strokes.filter(ImageFilter.BoxBlur(half)).crop((half, half, strokes.width - half, strokes.height - half))
    at = sums.tobytes().index(int(sums.getextrema()[1]))  # type: ignore[arg-type]
    left, top = at % sums.width * step, at // sums.width * step
    return page.crop((left, top, left + side * step, top + side * step))


def inner(grey: Image.Image) -> Image.Image:
    """Without the border: on photos the edge between sheet and table is the strongest line there is."""
    wide, high = grey.width * 6 // 100, grey.height * 6 // 100
    return grey.crop((wide, high, grey.width - wide, grey.height - high))
