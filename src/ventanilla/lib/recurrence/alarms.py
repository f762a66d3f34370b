"""Rates that rise: an alarm within a day, with how many came, how many were expected, and how rare that is.

Scan statistics of counts per day: windows that end on the day looked at, against what the past predicts.
The prediction is negative binomial: Poisson counts whose rate is only known from the past and wanders. All
series together raise at most about `false_per_month` false alarms in a month.
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np

WINDOWS = (1, 3, 7)
"""Lengths in days of the windows that end on the day looked at."""
PAST = 182
"""Days of the past from which the rate is learnt, before the gap."""
GAP = 7
"""Days before a window that are not learnt from, so that a slow rise does not hide itself."""
PRIOR_DAYS = 7.0
SPREAD_PRIOR = 30.0


@dataclass(frozen=True, slots=True)
class Watch:
    """How careful to be: false alarms in 30 days over all series together, least tickets, least rise."""

    false_per_month: float = 0.5
    least: int = 3
    lift: float = 2.0


@dataclass(frozen=True, slots=True)
class Alarm:
    """In the `days` days that end on day `day` (index of the series) `count` came and `expected` were expected.

    `chance`: how likely as many are when the rate has not risen.
    """

    key: int
    day: int
    days: int
    count: int
    expected: float
    chance: float


def alarms(series: Mapping[int, Sequence[int]], day: int, open_share: Sequence[float], watch: Watch | None = None) -> list[Alarm]:
    """The series (service or item id: tickets per day) whose rate has risen on `day`, the rarest first.

    `open_share`: per day of the series how much of a usual day's work it is expected to have (1 a usual
    working day, 0.1 a Saturday, 0 closed). The day's count may be partial: it is held against the whole
    day, so that it can be asked again every hour without more false alarms. Needs 28 days of past.
    """
    watch = watch or Watch()
    allowed = watch.false_per_month / 30 / max(1, len(series)) / len(WINDOWS)
    found = (_rarest(key, np.asarray(counts, float), day, np.asarray(open_share, float), watch) for key, counts in series.items())
    return sorted((a for a in found if a and a.chance <= allowed), key=lambda a: (a.chance, a.key))


def _rarest(key: int, counts: np.ndarray, day: int, share: np.ndarray, watch: Watch) -> Alarm | None:
    """The most surprising window of one series."""
    each = (_window(key, counts, day, length, share) for length in WINDOWS if day - length - GAP >= 28)
    enough = [a for a in each if a.count >= watch.least and a.count >= watch.lift * a.expected]
    return min(enough, key=lambda a: a.chance, default=None)


def _window(key: int, counts: np.ndarray, day: int, length: int, share: np.ndarray) -> Alarm:
    first, last = day - length + 1, day - length + 1 - GAP
    past = slice(max(0, last - PAST), last)
    exposure, seen = float(share[past].sum()), float(counts[past].sum())
    coming = float(share[first:day + 1].sum())
    rate = (seen + 0.5) / (exposure + PRIOR_DAYS * seen / max(seen + 1, 1))
    count = int(counts[first:day + 1].sum())
    spread = _spread(counts[past], share[past], rate)
    size = 1 / (1 / (seen + 0.5) + spread)
    expected = max(rate * coming, 1e-6)
    return Alarm(key, day, length, count, round(expected, 3), _tail(count, size, size / (size + expected)))


def _spread(counts: np.ndarray, share: np.ndarray, rate: float) -> float:
    """How much the daily rate wanders besides chance: variance of its relative part (0: Poisson, or not clearly more)."""
    expected = rate * share
    squares = float((expected ** 2).sum())
    excess: float = float(((counts - expected) ** 2 - expected).sum()) - (2 * squares + float(expected.sum())) ** 0.5
    return max(0.0, excess / float(squares + SPREAD_PRIOR * max(rate, 0.05) ** 2))


def _tail(count: int, size: float, stay: float) -> float:
    """P(X >= count) of a negative binomial with `size` and probability `stay`; exact to the precision of floats."""
    if count <= 0:
        return 1.0
    term = exp(lgamma(size + count) - lgamma(size) - lgamma(count + 1) + size * log(stay) + count * log(1 - stay))
    total, k = 0.0, count
    while term > total * 1e-12 and k < count + 10_000:
        total += term
        term *= (size + k) / (k + 1) * (1 - stay)
        k += 1
    return min(1.0, total)


def shares(weekday_counts: Iterable[tuple[int, int]]) -> tuple[float, ...]:
    """From (weekday 0-6, tickets) of a past, how much of a usual day each weekday has (the busiest is 1)."""
    totals = np.zeros(7)
    for weekday, count in weekday_counts:
        totals[weekday] += count
    return tuple(float(x) for x in totals / max(1.0, totals.max()))
