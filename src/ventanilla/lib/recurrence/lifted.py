"""Themes of one item told by the words that its tickets have more often than those of its peers."""
from collections.abc import Iterator

import numpy as np

from ventanilla.lib.recurrence.concentration import DOUBT, Flags, strength
from ventanilla.lib.recurrence.corpus import Corpus, Floats, Ints
from ventanilla.lib.recurrence.groups import Scope

TELLING, TELLING_DAYS, SEEDS = 3.0, 6.0, 12
"""Log-likelihood ratio from which a word is told to be lifted."""


def lifted(corpus: Corpus, scope: Scope) -> Iterator[Floats]:
    """Weights per word (logarithm of the lift) of each set of lifted words that come together in tickets.

    People say one fault in many ways: two wordings without a word in common still meet through a third.
    """
    telling, weights = _lift(corpus, scope)
    words = np.flatnonzero(telling >= (TELLING_DAYS if scope.place[0] == "days" else TELLING))
    if len(words) > 1:
        for theme in _sets(telling[words], _together(corpus, scope.rows, words)):
            yield np.where(np.isin(np.arange(len(weights)), words[theme]), weights, 0).astype(np.float32)


def _sets(telling: Floats, together: Ints) -> Iterator[Flags]:
    """Around each of the most telling words: those that come with it, with these in turn, and all lifted words."""
    seen: set[bytes] = set()
    for seed in np.argsort(-telling, kind="stable")[:SEEDS]:
        near = together[seed] >= 2
        loose = together[seed] >= 1
        for theme in (near, loose, near | (together[near] >= 2).any(axis=0)):
            theme = theme.copy()
            theme[seed] = True
            if theme.sum() > 1 and theme.tobytes() not in seen:
                seen.add(theme.tobytes())
                yield theme


def _lift(corpus: Corpus, scope: Scope) -> tuple[Floats, Floats]:
    """Per word: how telling its number in the scope is against the scope's peers, and the logarithm of its lift."""
    size = len(corpus.vocabulary)
    here = np.bincount(corpus.told(scope.rows)[0], minlength=size).astype(np.float32)
    peers = corpus.peers[scope.place].rows if scope.place in corpus.peers else None
    there = np.bincount(corpus.terms if peers is None else corpus.told(peers)[0], minlength=size) - here
    total = len(corpus) if peers is None else len(peers)
    expected = np.maximum((there + 0.5) / (total - len(scope.rows) + DOUBT) * len(scope.rows), 0.1).astype(np.float32)
    return strength(here, expected), np.log(np.maximum(here / expected, 1)).astype(np.float32)


def _together(corpus: Corpus, rows: Ints, words: Ints) -> Ints:
    """In how many of the rows two words come together (0 for a word with itself)."""
    texts, used = corpus.block(rows)
    has = (texts[:, np.searchsorted(used, words)] > 0).astype(np.float32)
    counts = (has.T @ has).astype(np.int64)
    np.fill_diagonal(counts, 0)
    return counts
