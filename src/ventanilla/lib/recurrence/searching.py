"""Every theme that gathers somewhere: seeds from dense texts and from lifted words, settled and weighed."""
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from ventanilla.lib.recurrence.concentration import PARTS, SEED_LIFT, Finding, found, promising, settled, weighed
from ventanilla.lib.recurrence.corpus import Corpus, Ints
from ventanilla.lib.recurrence.groups import WINDOWS, Scope, groups, scopes
from ventanilla.lib.recurrence.lifted import lifted

SEED = 6.4
"""Strength from which a theme is looked at more closely."""
FAULTS, TRIED = 4, 4
"""How many faults are looked for at one item by their words, and how many seeds are tried for each."""


@dataclass(frozen=True, slots=True)
class Rules:
    """From when on a theme is proposed.

    `least`: tickets. `lift`: how many times more than elsewhere. `strength`: log-likelihood ratio of its
    number and of the agreement of its causes (22: chance does it with less than 3 in 10,000,000,000);
    `days` is asked more of a stretch of days, of which there are many more than items. `cohesion`: mean
    cosine of two of its tickets, below which it is a mixture.
    """

    least: int = 5
    lift: float = 4.5
    strength: float = 22.0
    days: float = 4.0
    cohesion: float = 0.28


def findings(read: Corpus, rules: Rules) -> Iterable[Finding]:
    """Themes worth proposing; one fault may be found in several scopes and wordings."""
    everywhere = list(scopes(read, rules.least))
    for seen in _dense(read, everywhere, rules):
        if seen and (finding := _enough(read, seen, rules)):
            yield finding
    for scope in everywhere:
        if scope.place[0] == "ci" or scope.place == ("days", WINDOWS[0]):
            yield from _peeled(read, scope, rules)


def _dense(read: Corpus, everywhere: Sequence[Scope], rules: Rules) -> Iterable[Finding | None]:
    """Dense places of the texts of every scope, as first seen."""
    themes = [theme for scope in everywhere for theme in groups(read, scope, 3 if scope.place[0] == "ci" else rules.least)]
    for theme in promising(read, themes, rules.least, SEED):
        yield found(read, theme.scope, theme.centre, rules.least)


def _peeled(read: Corpus, scope: Scope, rules: Rules) -> Iterable[Finding]:
    """Themes of lifted words; without the tickets of the best, the next ones show."""
    for _ in range(FAULTS):
        seen = sorted(_lifted(read, scope, rules), key=lambda f: -f.strength)[:TRIED]
        good = [finding for f in seen if (finding := _enough(read, f, rules))]
        if not good:
            return
        best = max(good, key=lambda f: f.strength * read.cohesion(f.rows))
        yield best
        scope = Scope(scope.place, np.setdiff1d(scope.rows, best.rows))


def _lifted(read: Corpus, scope: Scope, rules: Rules) -> Iterable[Finding]:
    for weights in lifted(read, scope):
        scores = read.scores(weights)
        top = float(scores[scope.rows].max())
        seen = weighed(read, scope, scores, [top * part for part in PARTS], rules.least, SEED_LIFT)
        if seen and seen.strength >= SEED:
            yield seen


def _enough(read: Corpus, seen: Finding, rules: Rules) -> Finding | None:
    """The theme with its other wordings, if it is worth proposing."""
    seen = settled(read, seen, rules.least)
    needed = rules.strength + (rules.days if seen.place[0] == "days" else 0)
    if seen.strength + agreement(read, seen.rows) < needed or len(seen.rows) < rules.lift * seen.expected:
        return None
    return seen if read.cohesion(seen.rows) >= rules.cohesion else None


def agreement(read: Corpus, rows: Ints) -> float:
    """Log-likelihood ratio of the commonest cause of some tickets against its share of all; 0 without causes."""
    causes = Counter(cause for row in rows if (cause := read.tickets[row].cause))
    total, every = causes.total(), read.causes.total()
    best = 0.0
    for cause, count in causes.items():
        usual, share = read.causes[cause] / every, count / total
        if share > usual:
            rest = (total - count) * log((1 - share) / (1 - usual)) if count < total else 0.0
            best = max(best, count * log(share / usual) + rest - log(len(read.causes)))
    return best
