"""Print on a page that no word stands for: short labels and ends of lines that the engine's parting of the page left out.

The page's ink is looked at in cells of eight pixels, without what lies under a word; what is left and has the shape of a short piece
of print (as high as the page's lines, longer than high, neither thin as a stroke nor full as a bar) is worth a reading of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

Pixels = tuple[int, int, int, int]
CELL = 8  # pixels
FULL = 0.1  # a cell with less ink than this is empty
LONGEST = 12  # line heights: longer lines are seldom left out, and what looks like one is a rule or an edge
MOST = 5000  # runs of full cells; a page with more is a picture
THIN, THICK = 0.13, 0.62  # the mean of a piece of print: strokes have less, rules and bars more


@dataclass
class _Piece:
    """Cells that hang together: from column x0 to before x1, from row y0 to before y1."""

    x0: int
    y0: int
    x1: int
    y1: int

    def grow(self, other: "_Piece") -> None:
        """Take in another piece."""
        self.x0, self.y0 = min(self.x0, other.x0), min(self.y0, other.y0)
        self.x1, self.y1 = max(self.x1, other.x1), max(self.y1, other.y1)


def pieces(ink: Image.Image, taken: Sequence[Pixels], tall: float) -> Iterator[Pixels]:
    """The boxes of print under none of the boxes `taken`; `ink` has a pixel for each cell, 255 where it is full; all else in pixels."""
    rest = ink.copy()
    draw, room = ImageDraw.Draw(rest), 0.2 * tall
    for x0, y0, x1, y1 in taken:
        draw.rectangle(((x0 - room) // CELL, (y0 - room) // CELL, (x1 + room) // CELL, (y1 + room) // CELL), fill=0)
    for one in _pieces(rest.point([0 if v < 255 * FULL else 255 for v in range(256)]), max(1, round(0.6 * tall / CELL))):
        wide, high = (one.x1 - one.x0) * CELL, (one.y1 - one.y0) * CELL
        if 0.45 * tall < high < 1.5 * tall + CELL and 1.1 * tall < wide < LONGEST * tall and _like_print(rest, one):
            pad = int(0.25 * tall)
            yield one.x0 * CELL - pad, one.y0 * CELL - pad, one.x1 * CELL + pad, one.y1 * CELL + pad


def _like_print(ink: Image.Image, one: _Piece) -> bool:
    cells = ink.crop((one.x0, one.y0, one.x1, one.y1)).tobytes()
    return THIN < sum(cells) / (255 * len(cells)) < THICK


def _pieces(full: Image.Image, gap: int) -> Iterator[_Piece]:
    """Cells that hang together, each piece once no further row can belong to it."""
    wide, high = full.size
    data, growing, left = full.tobytes(), list[_Piece](), MOST
    for y in range(high):
        runs = list(re.finditer(b"\xff+", data[y * wide : (y + 1) * wide]))
        left -= len(runs)
        if left < 0:
            return
        for match in runs:
            _add(growing, _Piece(match.start(), y, match.end(), y + 1), gap)
        yield from (one for one in growing if one.y1 < y)
        growing = [one for one in growing if one.y1 >= y]
    yield from growing


def _add(growing: list[_Piece], run: _Piece, gap: int) -> None:
    """A run of full cells into the piece it belongs to; pieces that it joins become one."""
    for piece in [one for one in growing if one.x0 <= run.x1 + gap and run.x0 <= one.x1 + gap]:
        run.grow(piece)
        growing.remove(piece)
    growing.append(run)
