"""Open seconds up to a moment, for millions of moments: a piecewise linear function found by table."""
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ventanilla.lib.worktime.zones import Ints

CELL = 12
"""Time is cut into cells of 2^12 seconds; a table says how many corners lie before each. Measured four
times faster than `np.interp` on random moments, and exact in integers."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """Rises by one per second inside the intervals, stays level outside; level too outside its bounds."""

    begin: int
    end: int
    corners: Ints
    table: NDArray[np.int32]
    deep: int  # most corners in one cell
    base: Ints
    slope: Ints

    def at(self, moments: Ints) -> Ints:
        """Seconds inside the intervals before each moment."""
        inside = np.clip(moments, self.begin, self.end)
        passed: NDArray[Any] = self.table[(inside - self.begin) >> CELL]
        for _ in range(self.deep):
            passed = passed + (self.corners[passed] <= inside)
        seconds: Ints = self.base[passed] + self.slope[passed] * inside
        return seconds


def ramp(opens: Ints, closes: Ints, opened: Ints, begin: int, end: int) -> Ramp:
    """From disjoint intervals in order, with the seconds opened up to the end of each."""
    corners = np.column_stack((opens, closes)).ravel()
    heights = np.column_stack((opened - (closes - opens), opened)).ravel()
    cells = np.arange(begin, end + (2 << CELL), 1 << CELL)
    table = np.searchsorted(corners, cells, side="right").astype(np.int32)
    slope = np.zeros(corners.size + 1, np.int64)
    slope[1::2] = 1
    base = np.concatenate((np.zeros(1, np.int64), heights - corners * slope[1:]))
    last = np.append(corners, np.iinfo(np.int64).max)
    return Ramp(begin, end, last, table, int(np.diff(table).max()), base, slope)
