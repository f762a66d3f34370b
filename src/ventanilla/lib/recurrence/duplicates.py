"""Hints while a person types: which open or recent tickets may say the same.

Two steps. `features` are what an index looks for (the same function feeds it): stems and trigrams of words.
`duplicates` weighs the candidates that the index gives: text by trigrams and stems, items, unit, age.
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from math import exp, log

from ventanilla.lib.recurrence.words import stem, words

TEXT, ITEMS, UNIT = 0.7, 0.2, 0.1
"""Weights of the parts of a score; what was not told does not count against."""
MEMORY = 120.0
"""Days after which a ticket is worth a third less."""
FLOOR = 0.3


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person has typed so far; the last word may be half written. `moment` (aware): now."""

    text: str
    moment: datetime
    cis: tuple[int, ...] = ()
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that may say the same, as the index gives it."""

    id: int
    text: str
    moment: datetime
    cis: tuple[int, ...] = ()
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """A ticket that may say the same: score from 0 to 1 and why (shared words as written in the ticket)."""

    id: int
    score: float
    words: tuple[str, ...]
    same_item: bool
    same_unit: bool


@lru_cache(maxsize=4096)
def features(text: str) -> tuple[str, ...]:
    """What an index keeps of a text, without repetition, sorted: "=" and a stem, or a trigram of a word.

    Stems find the same word in another form; trigrams find slips of the hand and half written words.
    """
    found = set()
    for word in words(text):
        found.add(f"={stem(word)}")
        found.update(_trigrams(word))
    return tuple(sorted(found))


def rarest(text: str, frequency: Mapping[str, int], most: int = 8) -> list[str]:
    """The features of what is typed that tell most, for an index to look for: known ones, the rarest first.

    Stems first, since a rare trigram is often a slip; when fewer than half are stems, trigrams fill up.
    """
    known = [f for f in features(text) if f in frequency]
    order = sorted(known, key=lambda f: (frequency[f], f))
    return ([f for f in order if f[0] == "="][:most] + [f for f in order if f[0] != "="])[:most]


def duplicates(typed: Typed, candidates: Iterable[Candidate], frequency: Mapping[str, int], total: int, limit: int = 5) -> list[Hint]:
    """The candidates most likely to say the same, best first; none when nothing is like it.

    `frequency`: in how many of the `total` tickets each feature is (of a day ago is enough).
    """
    weights = _Weights(frequency, total)
    mine = {f: weights[f] for f in features(typed.text)}
    texts: dict[int, str] = {}
    scored = []
    for candidate in candidates:
        texts[candidate.id] = candidate.text
        hint = _hint(typed, mine, candidate, weights)
        if hint.score >= FLOOR:
            scored.append(hint)
    best = sorted(scored, key=lambda h: (-h.score, -h.id))[:limit]
    return [replace(hint, words=_shown(texts[hint.id], hint.words)) for hint in best]


class _Weights(dict[str, float]):
    """How much each feature tells: the square of the logarithm of its rarity; trigrams count a seventh of a stem."""

    def __init__(self, frequency: Mapping[str, int], total: int) -> None:
        super().__init__()
        self.frequency, self.total = frequency, total

    def __missing__(self, feature: str) -> float:
        """The weight of one feature; an unknown one is as rare as can be, but may be a slip."""
        seen = self.frequency.get(feature, 0)
        rarity = log((self.total + 1) / (seen + 1)) if seen else 0.5 * log(self.total + 1)
        weight = self[feature] = max(0.0, rarity) ** 2 * (1.0 if feature[0] == "=" else 0.15)
        return weight


def _hint(typed: Typed, mine: dict[str, float], candidate: Candidate, weights: _Weights) -> Hint:
    theirs = features(candidate.text)
    shared = [f for f in theirs if f in mine]
    item = bool(set(typed.cis) & set(candidate.cis))
    unit = typed.unit is not None and typed.unit == candidate.unit
    parts = [(TEXT, _alike(mine, shared, sum(weights[f] for f in theirs)))]
    if typed.cis and candidate.cis:
        parts.append((ITEMS, float(item)))
    if typed.unit is not None and candidate.unit is not None:
        parts.append((UNIT, float(unit)))
    score = sum(w * p for w, p in parts) / sum(w for w, _ in parts) * _age(typed, candidate)
    return Hint(candidate.id, round(score, 4), tuple(shared), item, unit)


def _alike(mine: dict[str, float], shared: Iterable[str], theirs: float) -> float:
    """Mostly how much of what is typed is in the other, a little how much of the other is in it."""
    both = sum(mine[f] for f in shared)
    return 0.7 * both / max(1e-9, sum(mine.values())) + 0.3 * both / max(1e-9, theirs)


def _age(typed: Typed, candidate: Candidate) -> float:
    days = abs((typed.moment - candidate.moment).total_seconds()) / 86400
    return 0.67 + 0.33 * exp(-days / MEMORY)


def _shown(text: str, shared: Iterable[str]) -> tuple[str, ...]:
    stems = {f[1:] for f in shared if f[0] == "="}
    return tuple(dict.fromkeys(w for w in words(text) if stem(w) in stems))


def _trigrams(word: str) -> Sequence[str]:
    """"imprimir" begins with "^im"; a half written word shares all but its last trigram."""
    marked = f"^{word}"
    return [marked[i:i + 3] for i in range(len(marked) - 2)]
