"""Groups of like texts inside one scope (an item, a unit, some days), found by density."""
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ventanilla.lib.recurrence.corpus import Corpus, Floats, Ints, Place
from ventanilla.lib.recurrence.lasting import periods

WINDOWS, STEP = (7, 28), {7: 3.5, 28: 21.0}
"""Lengths of the stretches of days that are searched, and how far each begins after the one before."""
LEVELS = (0.34, 0.40, 0.46, 0.52, 0.60)
"""Cosines to the centre at which "is about this" is tried; the one that tells most is kept."""
LIKE = 0.42
"""Cosine from which two texts of one scope are neighbours."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a group was looked for: `place` an item or a unit, or ("days", length); its rows by time."""

    place: Place
    rows: Ints


def scopes(corpus: Corpus, least: int) -> Iterator[Scope]:
    """Every item, unit and stretch of days with at least `least` tickets; an item also in the period in which it has most."""
    yield from (Scope(place, rows) for place, rows in corpus.places.items() if len(rows) >= least)
    yield from (Scope(place, rows) for place, rows in periods(corpus, least))
    for length in WINDOWS:
        for first in np.arange(corpus.days[0], corpus.days[-1], STEP[length]):
            low, high = np.searchsorted(corpus.days, (first, first + length))
            if high - low >= least:
                yield Scope(("days", length), np.arange(low, high))


class Theme(NamedTuple):
    """A way of saying in a scope: its centre, and how many tickets of the scope are like it at each level."""

    scope: Scope
    centre: Floats
    counts: Floats


def groups(corpus: Corpus, scope: Scope, least: int) -> list[Theme]:
    """The dense places of a scope, densest first; centres over the whole vocabulary, of length one."""
    texts, used = corpus.block(scope.rows)
    local = _normal(texts * _telling(texts))[:, np.count_nonzero(texts, axis=0) > 1]
    near = local @ local.T
    near[near < LIKE] = 0
    np.fill_diagonal(near, 1)
    means = [texts[members].mean(axis=0) for members in _peeled(near, least)]
    if not means:
        return []
    centres = np.zeros((len(means), len(corpus.vocabulary)), np.float32)
    centres[:, used] = _normal(np.stack(means))
    cosines = texts @ centres[:, used].T
    counts = np.stack([(cosines >= level).sum(axis=0) for level in LEVELS], axis=1).astype(np.float32)
    return [Theme(scope, centre, count) for centre, count in zip(centres, counts, strict=True)]


def _telling(texts: Floats) -> Floats:
    """How much a word tells inside the scope: nothing when nearly every ticket has it ."""
    share = (texts > 0).mean(axis=0)
    return np.asarray(np.sqrt(np.clip(1 - share, 0.2, 1)), np.float32)


def _normal(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def _peeled(near: Floats, least: int) -> Iterator[Ints]:
    """The densest neighbourhood, then the densest of what is left, and so on."""
    left = np.ones(len(near), bool)
    density = near.sum(axis=1)
    while True:
        seed = int(np.argmax(np.where(left, density, 0)))
        members = np.flatnonzero((near[seed] > 0) & left)
        if not left[seed] or len(members) < least:
            return
        yield members
        left[members] = False
        density = density - near[:, members].sum(axis=1)
