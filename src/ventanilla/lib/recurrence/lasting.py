"""The period in which something comes: where its dates crowd more than chance allows, against the days of all tickets.

A fault begins and ends; everyday trouble does not. Time is counted in tickets of the whole desk (row numbers), so that
busy months, holidays and growth do not look like periods.
"""
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ventanilla.lib.recurrence.corpus import Corpus, Ints, Place

LONGEST = 600
"""Dates that are scanned pair by pair; of more, evenly taken ones begin and end the periods."""
BREADTH = 8
"""A period is never shorter than so many tickets of the desk: else two in one hour would tell too much."""
TELLING = 1.5
"""Gain from which an item's own tickets are looked at in a period by themselves."""


class Period(NamedTuple):
    """The dates `first` to `last` (both in it), the share of all time they span, and the gain: log-likelihood ratio of
    "more in this period" against "evenly", less what choosing the period costs (0: none)."""

    first: int
    last: int
    share: float
    gain: float


def period(rows: Ints, total: int) -> Period:
    """The most telling period of some rows (ascending) of `total`; the whole, without gain, where none is."""
    size = len(rows)
    whole = Period(0, size - 1, 1.0, 0.0)
    if size < 3:
        return whole
    picked = np.unique(np.linspace(0, size - 1, min(size, LONGEST)).astype(np.int64))
    begin, end = np.triu_indices(len(picked), 2)
    begin, end = picked[begin], picked[end]
    count = end - begin + 1.0
    share = np.minimum((rows[end] - rows[begin] + 1.0 + BREADTH) / total, 1.0)
    rest = size - count
    ratio = np.log(count / (size * share))
    others = np.log(np.maximum(rest, 1e-9) / (size * np.maximum(1 - share, 1e-9)))
    gain = np.where(ratio > 0, count * ratio + np.where(rest > 0, rest * others, 0), 0)
    best = int(np.argmax(gain))
    cost = 2 * float(np.log(size)) + 1
    if gain[best] <= cost:
        return whole
    return Period(int(begin[best]), int(end[best]), float(share[best]), float(gain[best]) - cost)


def periods(corpus: Corpus, least: int) -> Iterator[tuple[Place, Ints]]:
    """Items whose tickets crowd in a period, and those tickets."""
    for place, rows in corpus.places.items():
        if place[0] == "ci" and len(rows) >= least:
            found = period(rows, len(corpus))
            if found.gain >= TELLING and found.last - found.first + 1 >= least:
                yield place, rows[found.first:found.last + 1]
