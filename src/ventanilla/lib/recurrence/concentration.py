"""Whether a theme gathers in one place or time more than chance allows, against how often it comes elsewhere."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ventanilla.lib.recurrence.corpus import Corpus, Floats, Ints, Place
from ventanilla.lib.recurrence.groups import LEVELS, Scope, Theme

Flags = NDArray[np.bool_]
SAMPLE, CHUNK, DOUBT, FEW = 1500, 400, 300, 4
LEAST_EXPECTED = 0.3
"""Nothing is expected less often than this: else purity would tell more than number."""
LIFT, SEED_LIFT = 4.0, 2.0
PARTS = (0.2, 0.3, 0.4, 0.55, 0.7, 0.85, 1.0)


@dataclass(frozen=True, slots=True)
class Finding:
    """A theme gathered in a scope: its rows, how many chance would put there, and how telling that is.

    `strength` is the log-likelihood ratio of "comes at its own rate here" against "comes as elsewhere";
    the chance of as many is at most e to the minus strength (Chernoff's bound for Poisson counts). `lasting`: it
    crowds in a period, outside of which nothing of it is kept, and the strength tells that too.
    """

    scope: Scope
    level: float
    rows: Ints
    expected: float
    strength: float
    lasting: bool = False

    @property
    def place(self) -> Place:
        """Where it gathers."""
        return self.scope.place


def strength(count: Floats | int, expected: Floats | float) -> Floats:
    """Log-likelihood ratio of a Poisson count against what was expected; 0 when not above it."""
    ratio = np.maximum(count, 1e-9) / np.maximum(expected, 1e-9)
    return np.where(ratio > 1, count * np.log(np.maximum(ratio, 1)) - (count - expected), 0).astype(np.float32)


def promising(corpus: Corpus, themes: Sequence[Theme], least: int, floor: float) -> Iterator[Theme]:
    """Themes that a sample of the corpus does not already show to be ordinary."""
    sample = np.unique(np.linspace(0, len(corpus) - 1, min(SAMPLE, len(corpus))).astype(np.int64))
    for first in range(0, len(themes), CHUNK):
        part = themes[first:first + CHUNK]
        cosines = corpus.against(np.stack([theme.centre for theme in part]), sample)
        shares = np.stack([((cosines >= level).sum(axis=0) + 0.3) / len(sample) for level in LEVELS], axis=1)
        sizes = np.array([len(theme.scope.rows) for theme in part])
        counts = np.stack([theme.counts for theme in part])
        telling = np.where(counts >= min(least, 3), strength(counts, shares * sizes[:, None]), 0).max(axis=1)
        yield from (theme for theme, tells in zip(part, telling, strict=True) if tells >= floor)


def weighed(corpus: Corpus, scope: Scope, scores: Floats, levels: Iterable[float], least: int,
            lift: float = LIFT) -> Finding | None:
    """The theme at its most telling level of `scores` (one per ticket), against every ticket outside the scope."""
    inside = np.zeros(len(corpus), bool)
    inside[scope.rows] = True
    best: Finding | None = None
    for level in levels:
        like = scores >= level
        rows = np.flatnonzero(like & inside)
        if len(rows) < least:
            break
        expected = max(LEAST_EXPECTED, len(scope.rows) * _share(corpus, scope, like, inside))
        if len(rows) < lift * expected:
            continue
        telling = float(strength(len(rows), expected))
        if best is None or telling > best.strength:
            best = Finding(scope, level, rows, expected, telling)
    return best


def found(corpus: Corpus, scope: Scope, centre: Floats, least: int) -> Finding | None:
    """What is like a centre, where that tells most."""
    return weighed(corpus, scope, corpus.cosines(centre), LEVELS, least, SEED_LIFT)


def settled(corpus: Corpus, finding: Finding, least: int, rounds: int = 3) -> Finding:
    """The same theme told by the words that set its tickets apart, which brings in its other wordings."""
    for _ in range(rounds):
        scores = corpus.scores(odds(corpus, finding.rows))
        usual = float(np.median(scores[finding.rows]))
        moved = weighed(corpus, finding.scope, scores, [usual * part for part in PARTS], least)
        if moved is None or moved.strength <= finding.strength:
            break
        finding = moved
    return finding


def odds(corpus: Corpus, rows: Ints) -> Floats:
    """Per word, how much likelier a ticket of these rows has it than another (logarithm; 0 when not likelier)."""
    size = len(corpus.vocabulary)
    having = np.bincount(corpus.told(rows)[0], minlength=size)
    other = np.bincount(corpus.terms, minlength=size) - having
    share = (having - 0.5) / (len(rows) + 1)
    ratio = share / ((other + 0.5) / (len(corpus) - len(rows) + 1))
    return np.where(having > 1, np.log(np.maximum(ratio, 1)), 0).astype(np.float32)


def _share(corpus: Corpus, scope: Scope, like: Flags, inside: Flags) -> float:
    """How often the theme comes elsewhere: the highest of over all tickets, over places of the same type, and
    over those of them that ever have it (as if they had `DOUBT` tickets more; few of them count for less)."""
    outside = ((like & ~inside).sum() + 0.5) / (len(corpus) - len(scope.rows) + 1)
    if scope.place not in corpus.peers:
        return float(outside)
    rows, start = corpus.peers[scope.place]
    hits, sizes = np.add.reduceat((like & ~inside)[rows].astype(np.int64), start[:-1]), np.diff(start)
    having = hits > 0
    among = hits.sum() / (sizes[having].sum() + DOUBT) * having.sum() / (having.sum() + FEW)
    return float(max(outside, hits.sum() / (sizes.sum() - len(scope.rows) + DOUBT), among))
