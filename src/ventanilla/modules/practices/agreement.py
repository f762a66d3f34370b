"""How far two or more evaluators agree: difference by factor, share of equal answers, weighted kappa. Pure Python.

Definitions (shown on the page): agreement is the share of criteria that both rated equally; within one point counts neighbours too.
Weighted kappa is Cohen's with quadratic weights, 1 - sum(w*observed)/sum(w*expected), w = (i-j)^2/(k-1)^2, over all criteria of the
instrument (Cohen 1968, Psychological Bulletin 70(4)). With more than two people, it is the mean over their pairs (Light 1971).
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

POINTS = 5
FAR = 25.0
"""Points out of a hundred between the highest and the lowest mark of a factor from which a page calls it far apart."""


@dataclass(frozen=True)
class Agreement:
    """Shares 0..1 (None without a common criterion); kappa -1..1 (None where somebody's ratings never vary); `spread` by factor, 0..100."""

    criteria: int
    equal: float | None
    near: float | None
    kappa: float | None
    spread: dict[str, float]

    @property
    def far(self) -> list[str]:
        """The factors whose marks lie far apart."""
        return [key for key, points in self.spread.items() if points >= FAR]


def agreement(ratings: Sequence[Mapping[str, int]], marks: Sequence[Mapping[str, float]]) -> Agreement:
    """`ratings`: per evaluator, points 0..4 by criterion; `marks`: per evaluator, 0..100 by factor."""
    pairs = [_paired(a, b) for a, b in combinations(ratings, 2)]
    both = [pair for pairing in pairs for pair in pairing]
    kappas = [k for pairing in pairs if (k := weighted_kappa(pairing)) is not None]
    factors = {key for one in marks for key in one}
    spread = {key: _spread([one[key] for one in marks if key in one]) for key in sorted(factors)}
    return Agreement(
        len({c for one in ratings for c in one}), _share(both, 0), _share(both, 1), sum(kappas) / len(kappas) if kappas else None, spread)


def _paired(one: Mapping[str, int], other: Mapping[str, int]) -> list[tuple[int, int]]:
    return [(one[key], other[key]) for key in one if key in other]


def _share(pairs: Sequence[tuple[int, int]], within: int) -> float | None:
    return sum(abs(a - b) <= within for a, b in pairs) / len(pairs) if pairs else None


def _spread(values: Sequence[float]) -> float:
    return round(max(values) - min(values), 4) if len(values) > 1 else 0.0


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Cohen's kappa with quadratic weights of pairs of ratings; None when chance alone would give the same (nobody varies)."""
    n = len(pairs)
    if not n:
        return None
    observed = sum((a - b) ** 2 for a, b in pairs) / n
    expected = sum((a - b) ** 2 for a, _x in pairs for _y, b in pairs) / n**2
    return 1 - observed / expected if expected else None
