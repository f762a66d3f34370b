"""Counts of people that may be published: cells under five are suppressed, and so is what would give them away by subtraction.

A table is published with the totals of its rows and columns. A cell from 1 to 4 is said as "<5"; a line (row or column, with its total)
in which what is hidden could be worked out gets a further cell hidden, which is said as "*".
"""
from collections.abc import Iterator, Sequence
from typing import Final

LEAST: Final = 5
SMALL, HIDDEN = "<5", "*"
Grid = list[list[int]]
Place = tuple[int, int]


def with_totals(counts: Sequence[Sequence[int]]) -> Grid:
    """The rows with their totals, and below them those of the columns. Raises ValueError for negative counts or rows of two lengths."""
    rows = [list(row) for row in counts]
    if any(n < 0 for row in rows for n in row) or len({len(row) for row in rows}) > 1:
        raise ValueError("a table of counts has rows of one length, and no negative ones")
    rows = [[*row, sum(row)] for row in rows]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]] if rows else []


def publishable(counts: Sequence[Sequence[int]]) -> list[list[str]]:
    """The table with totals as it may be published: numbers with thousands, "<5" and "*"."""
    grid = with_totals(counts)
    hidden = {(r, c) for r, row in enumerate(grid) for c, n in enumerate(row) if 0 < n < LEAST}
    small = frozenset(hidden)
    while more := _alone(grid, hidden) or _worked_out(grid, hidden, small):
        hidden.add(more)
    return [[SMALL if (r, c) in small else HIDDEN if (r, c) in hidden else f"{n:,}" for c, n in enumerate(row)]
            for r, row in enumerate(grid)]


def _lines(grid: Grid) -> Iterator[list[Place]]:
    """Every equation of the table: a row or a column adds up to its total."""
    if grid:
        yield from ([(r, c) for c in range(len(grid[0]))] for r in range(len(grid)))
        yield from ([(r, c) for r in range(len(grid))] for c in range(len(grid[0])))


def _alone(grid: Grid, hidden: set[Place]) -> Place | None:
    """A cell to hide as well, because of a line in which only one is hidden: the others would say it."""
    for line in _lines(grid):
        parts = [p for p in line[:-1] if p in hidden]
        shown = line[-1] not in hidden
        if (len(parts) == 1 if shown else not parts) and (more := _further(grid, hidden, line)):
            return more
    return None


def _further(grid: Grid, hidden: set[Place], line: Sequence[Place]) -> Place | None:
    """Of a line the smallest cell that is still shown: counts before zeros, and the total last."""
    rest = [p for p in line if p not in hidden]
    return min(rest, key=lambda p: (p == line[-1], grid[p[0]][p[1]] == 0, grid[p[0]][p[1]]), default=None)


def _worked_out(grid: Grid, hidden: set[Place], small: frozenset[Place]) -> Place | None:
    """A cell to hide because all lines together leave a small one a single value: what a reader with a pencil would find."""
    bounds = _bounds(grid, hidden, small)
    for found in sorted(small):
        if bounds[found][0] == bounds[found][1]:
            for line in _lines(grid):
                if found in line and (more := _further(grid, hidden, line)):
                    return more
    return None


def _bounds(grid: Grid, hidden: set[Place], small: frozenset[Place]) -> dict[Place, tuple[int, int]]:
    """The least and the most that each cell can be, from what is shown and from every line adding up to its total."""
    top = grid[-1][-1] + 2 * LEAST if grid else 0
    found = {(r, c): (1, LEAST - 1) if (r, c) in small else (0, top) if (r, c) in hidden else (n, n)
             for r, row in enumerate(grid) for c, n in enumerate(row)}
    before = None
    while before != found:
        before = dict(found)
        for line in _lines(grid):
            _tighten(found, line)
    return found


def _tighten(found: dict[Place, tuple[int, int]], line: Sequence[Place]) -> None:
    """One line: the total is the sum of its parts, and each part what the others leave."""
    *parts, total = line
    least, most = (sum(found[p][n] for p in parts) for n in (0, 1))
    found[total] = max(found[total][0], least), min(found[total][1], most)
    for p in parts:
        low, high = found[p]
        found[p] = max(low, found[total][0] - (most - high)), min(high, found[total][1] - (least - low))
