"""Findings that are one fault put together, and the tickets of it that name no item."""
from collections import Counter
from dataclasses import dataclass

import numpy as np

from ventanilla.lib.recurrence.concentration import Finding, odds, strength
from ventanilla.lib.recurrence.corpus import Corpus, Floats, Ints, Place

SHARED, ALIKE, ALIKE_HERE = 0.5, 0.25, 0.15
"""Share of the smaller one's tickets and cosine of the words from which two findings are one fault; the
cosine at one item."""
MOST = 0.6
COHERENT, COHERENT_HERE = 0.7, 0.4
"""Two are put together only while the tickets stay this coherent, compared with the stronger one; what came at
one item in the same days may be said in more ways."""
DOUBT, MORE, MARGIN = 0.3, 3.0, 0.1


@dataclass(slots=True)
class Draft:
    """One fault: its strongest finding, its tickets, its telling words, where else it was found."""

    best: Finding
    rows: Ints
    words: Floats
    cohesion: float
    places: set[Place]


def drafts(read: Corpus, found: list[Finding]) -> list[Draft]:
    """One draft per fault, the strongest and most coherent first."""
    done: list[Draft] = []
    for finding in sorted(found, key=lambda f: -f.strength * read.cohesion(f.rows) ** 0.5):
        rows = _at_one_item(read, finding.rows)
        draft = Draft(finding, rows, odds(read, rows), read.cohesion(rows), {finding.place})
        same = next((other for other in done if _same(other, draft)), None)
        if same is None:
            done.append(draft)
        else:
            _join(read, same, draft)
    return done


def _same(draft: Draft, other: Draft) -> bool:
    """Much of the smaller is in the other; the same item and much the same words; or the same item and period, whatever the words."""
    shared = len(np.intersect1d(draft.rows, other.rows, assume_unique=True)) / min(len(draft.rows), len(other.rows))
    alike = float(draft.words @ other.words) / max(1e-9, float(np.linalg.norm(draft.words) * np.linalg.norm(other.words)))
    here = other.best.place[0] == "ci" and other.best.place in draft.places
    return (shared >= SHARED and alike >= ALIKE) or (here and (alike >= ALIKE_HERE or _together(draft, other)))


def _together(draft: Draft, other: Draft) -> bool:
    """Whether both come in a period, and half of the shorter one's is also the other's."""
    begin, end = max(draft.rows[0], other.rows[0]), min(draft.rows[-1], other.rows[-1])
    shorter = min(draft.rows[-1] - draft.rows[0], other.rows[-1] - other.rows[0])
    return draft.best.lasting and other.best.lasting and bool(end - begin >= SHARED * shorter)


def _join(read: Corpus, draft: Draft, other: Draft) -> None:
    """Put together what stays coherent; nothing from other days to what comes in a period at one item."""
    both = _at_one_item(read, np.union1d(draft.rows, other.rows))
    here, together = draft.best.place == other.best.place, _together(draft, other)
    if here and draft.best.lasting and not together:
        return
    if read.cohesion(both) >= (COHERENT_HERE if here and together else COHERENT) * draft.cohesion:
        draft.rows = both
        draft.places |= other.places


def _at_one_item(read: Corpus, rows: Ints) -> Ints:
    """Without tickets of other items, when most of those that have an item have the same."""
    items = Counter(ci for row in rows for ci in read.items(row))
    having = sum(1 for row in rows if read.items(row))
    if having < 3 or items.most_common(1)[0][1] < MOST * having:
        return rows
    most = items.most_common(1)[0][0]
    return np.array([row for row in rows if not read.items(row) or most in read.items(row)])


def widened(read: Corpus, draft: Draft) -> Ints:
    """With tickets of the same theme in the same days on which no item was chosen nor named.

    Only where such tickets come clearly more often in those days than otherwise.
    """
    first, last = read.days[draft.rows[0]], read.days[draft.rows[-1]]
    margin = max(3.0, MARGIN * float(last - first))
    low, high = np.searchsorted(read.days, (first - margin, last + margin))
    near = read.bare[(read.bare >= low) & (read.bare < high)]
    scores = read.scores(odds(read, draft.rows))
    usual = float(np.median(scores[draft.rows]))
    best, gain = draft.rows, 5.0
    for part in (0.7, 0.85, 1.0):
        more = near[scores[near] >= part * usual]
        elsewhere = (scores[read.bare] >= part * usual).sum() - len(more)
        expected = max(DOUBT, (elsewhere + 0.5) / max(1, len(read.bare) - len(near)) * len(near))
        telling = float(strength(len(more), expected))
        if telling > gain and MORE * expected <= len(more) <= 1.5 * len(draft.rows):
            best, gain = np.union1d(draft.rows, more), telling
    return best
