"""Counting along a line with pauses: the arithmetic of every unit, without a loop over cases."""
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ventanilla.lib.worktime.zones import Ints

SPAN = 1 << 32
"""Longer than any line, so that cases laid one after another never touch."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where each case begins, and the union of its pauses as disjoint pieces in order.

    `net` is what has been counted when a piece begins; it never falls along a case, so the pieces that
    begin before the running deadline are a prefix and need no loop.
    """

    first: Ints
    rows: NDArray[np.int64]
    offsets: Ints
    begin: Ints
    length: Ints
    net: Ints

    def at(self, goal: Ints) -> Ints:
        """The first position at which `goal` has been counted.

        A pause that begins once the goal is reached changes nothing.
        """
        plain: Ints = self.first + goal
        if not self.rows.size:
            return plain
        counted = np.where(self.net < goal[self.rows], self.length, 0)
        return plain + _sums(counted, self.offsets)

    def counted(self, until: Ints) -> Ints:
        """What has been counted up to each position; 0 before the beginning."""
        span: Ints = np.maximum(until - self.first, 0)
        if not self.rows.size:
            return span
        end = until[self.rows]
        lost = np.minimum(self.begin + self.length, end) - np.minimum(self.begin, end)
        return span - _sums(lost, self.offsets)


def line(first: Ints, offsets: Ints, start: Ints, end: Ints) -> Line:
    """Lay out cases and the intervals `start` to `end` (CSR by `offsets`), cut at `first` and united."""
    rows = np.repeat(np.arange(first.size), np.diff(offsets))
    base = rows * SPAN
    low = np.maximum(start, first[rows]) + base
    high = np.maximum(end + base, low)
    if low.size and bool(np.any(low[1:] < low[:-1])):
        order = np.argsort(low, kind="stable")
        low, high = low[order], high[order]
    reach = np.maximum.accumulate(high)
    begin = low.copy()
    np.maximum(low[1:], reach[:-1], out=begin[1:])
    length = reach - begin
    begin -= base
    earlier = np.cumsum(length) - length
    earlier -= _firsts(earlier, offsets)[rows]
    return Line(first, rows, offsets, begin, length, begin - first[rows] - earlier)


def united(offsets: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Each interval (CSR, positions from 0) grown to the run of touching intervals to which it belongs."""
    if not start.size:
        return start, end
    laid = line(np.zeros(offsets.size - 1, np.int64), offsets, start, end)
    stop = laid.begin + laid.length
    fresh = np.append(True, (laid.rows[1:] != laid.rows[:-1]) | (laid.begin[1:] > stop[:-1]))
    run = np.cumsum(fresh) - 1
    return laid.begin[fresh][run], np.maximum.reduceat(stop, np.flatnonzero(fresh))[run]


def mirrored(first: Ints, offsets: Ints, start: Ints, end: Ints, size: int) -> Line:
    """The same line seen from its other end, for counting backwards from `first`."""
    flipped = np.clip(size - end, 0, size), np.clip(size - start, 0, size)
    return line(size - first, offsets, *flipped)


def _firsts(values: Ints, offsets: Ints) -> Ints:
    return np.append(values, 0)[offsets[:-1]]


def _sums(values: Ints, offsets: Ints) -> Ints:
    sums = np.zeros(values.size + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums[offsets[1:]] - sums[offsets[:-1]]
