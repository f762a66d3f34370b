"""Lines drawn under words, taken out before a second look: the engine takes many an underlined line of print for a rule and leaves it out.

A page is looked at in cells as wide as a tenth of an inch and one pixel high: print hardly ever fills one, a level line fills every
cell on its way. Lines with print right on them go, where nothing crosses them; rules of tables and between parts of a page stay.
"""
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from PIL import Image

Pixels = tuple[int, int, int, int]
INK, FULL = 150, 0.93  # darker than this is ink, its soft edges included; a line fills this share of a cell
SHORTEST, GAP = 4, 3  # cells: of a line, and from one to the next where a letter stands in its way
EDGE = 3  # pixels: how far below its darkest rows a line may go on; above them stand letters
CARRIES = 0.6  # of its cells have print right above them
MOST = 3000  # runs of dark rows; a page with more is a picture


@dataclass(frozen=True)
class _Run:
    """Dark rows of one column of cells."""

    column: int
    top: int
    bottom: int

    def follows(self, other: "_Run") -> bool:
        """Whether a level line can go on here from the other: as thick, and hardly higher or lower."""
        away, gone = abs(self.top + self.bottom - other.top - other.bottom) / 2, self.column - other.column
        return 0 < gone <= GAP and away <= 1 + gone and abs(self.thick - other.thick) <= 2

    @property
    def thick(self) -> int:
        """Rows."""
        return self.bottom - self.top


@dataclass(frozen=True)
class Line:
    """A line under words: pieces of it in cells of so many pixels, from left to right."""

    runs: Sequence[_Run]
    cell: int

    @property
    def box(self) -> Pixels:
        """Left, top, right and bottom in pixels."""
        tops, bottoms = [run.top for run in self.runs], [run.bottom for run in self.runs]
        return self.runs[0].column * self.cell, min(tops), (self.runs[-1].column + 1) * self.cell, max(bottoms)


def found(page: Image.Image, dpi: float) -> list[Line]:
    """The lines under the words of a page."""
    cell = max(8, round(dpi / 10))
    return [Line(runs, cell) for runs in _lines(list(_runs(page, cell, dpi))) if _carries(page, runs, cell, dpi)]


def without(page: Image.Image, lines: Sequence[Line]) -> Image.Image:
    """The page without these lines; the same picture where there are none."""
    clean = page.copy() if lines else page
    for line in lines:
        for run in _whole(line.runs):
            _wipe(clean, run, line.cell)
    return clean


def _runs(page: Image.Image, cell: int, dpi: float) -> Iterator[_Run]:
    """Dark rows no thicker than a line, by columns from left to right."""
    inked = page.point([255 if v < INK else 0 for v in range(256)]).reduce((min(cell, page.width), 1))
    rows = inked.point([255 if v >= 255 * FULL else 0 for v in range(256)]).transpose(Image.Transpose.TRANSPOSE)
    data, high = rows.tobytes(), rows.width
    for column in range(rows.height):
        for match in re.finditer(b"\xff+", data[column * high : (column + 1) * high]):
            if match.end() - match.start() <= dpi / 25:
                yield _Run(column, match.start(), match.end())


def _lines(runs: Sequence[_Run]) -> Iterator[list[_Run]]:
    """Runs that go on from each other."""
    growing: list[list[_Run]] = []
    for run in runs if len(runs) <= MOST else ():
        yield from (line for line in growing if run.column - line[-1].column > GAP and len(line) >= SHORTEST)
        growing = [line for line in growing if run.column - line[-1].column <= GAP]
        line = next((line for line in growing if run.follows(line[-1])), None)
        if line is None:
            growing.append([run])
        else:
            line.append(run)
    yield from (line for line in growing if len(line) >= SHORTEST)


def _carries(page: Image.Image, line: Sequence[_Run], cell: int, dpi: float) -> bool:
    """Whether print stands right above most of a line, and paper below it."""
    room = max(round(0.03 * dpi), 3)

    def carries(run: _Run) -> bool:
        left, right = run.column * cell, min((run.column + 1) * cell, page.width)
        above = page.crop((left, max(run.top - room, 0), right, max(run.top - 2, 1)))
        below = page.crop((left, run.bottom + 2, right, run.bottom + 5)).resize((1, 1), Image.Resampling.BOX)
        return above.getextrema()[0] < INK <= below.getextrema()[0]  # type: ignore[operator]

    return sum(map(carries, line)) >= CARRIES * len(line)


def _whole(line: Sequence[_Run]) -> Iterator[_Run]:
    """A line, one cell longer at each end, with the cells that letters hide; no thicker than most of it: the rest are letters' feet."""
    thick = sorted(run.thick for run in line)[len(line) // 4]
    ends = replace(line[0], column=line[0].column - 1), replace(line[-1], column=line[-1].column + 2)
    for run, following in pairwise([ends[0], *line, ends[1]]):
        for column in range(run.column, following.column):
            near = run if column - run.column <= following.column - column else following
            yield _Run(column, near.bottom - thick, near.bottom)


def _wipe(page: Image.Image, run: _Run, cell: int) -> None:
    """White in the place of a piece of line and of its soft edges, but for what goes on below it, the tails of g, j, p and q, and
    what stands on it."""
    left, right = max(run.column * cell, 0), min((run.column + 1) * cell, page.width)
    top, bottom = run.top - 1, run.bottom + EDGE
    if left < right and top > 0 and bottom < page.height:
        page.paste(255, (left, run.top), _free(page, left, bottom, right).resize((right - left, bottom - run.top)))
        page.paste(255, (left, top), _free(page, left, top - 1, right))


def _free(page: Image.Image, left: int, top: int, right: int) -> Image.Image:
    """A mask of one row: where there is no ink."""
    return page.crop((left, top, right, top + 1)).point([255 if v >= INK else 0 for v in range(256)])
