"""Every theme that gathers somewhere: seeds from dense texts and from lifted words, settled and weighed."""
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from ventanilla.lib.recurrence.concentration import PARTS, SEED_LIFT, Finding, found, odds, promising, settled, strength, weighed
from ventanilla.lib.recurrence.corpus import Corpus, Ints
from ventanilla.lib.recurrence.groups import WINDOWS, Scope, groups, scopes
from ventanilla.lib.recurrence.lasting import period
from ventanilla.lib.recurrence.lifted import lifted

SEED = 6.4
"""Strength from which a theme is looked at more closely."""
LIKE, TRIMMED, MIXED = 0.55, 4.0, 0.12
"""Share of the usual score from which another ticket of the item is like a theme; gain from which what lies outside its
period is left out; cohesion below which it is a mixture, however telling."""
FAULTS, TRIED = 4, 4
"""How many faults are looked for at one item by their words, and how many seeds are tried for each."""


@dataclass(frozen=True, slots=True)
class Rules:
    """From when on a theme is proposed.

    `least`: tickets. `lift`: how many times more than elsewhere. `strength`: log-likelihood ratio of its
    number, of its coming in a period and of the agreement of its causes (22: chance does it with less than 3 in
    10,000,000,000); `days` is asked more of a stretch of days, of which there are many more than items; `always` more,
    and `steady` times more than elsewhere, of what comes at an item all the time, as everyday trouble does and a fault
    does not. `cohesion`: mean cosine of two of its tickets, below which as many times more is asked: a mixture, or one
    fault said in many ways.
    """

    least: int = 5
    lift: float = 4.5
    strength: float = 22.0
    days: float = 4.0
    always: float = 12.0
    steady: float = 10.0
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
        best = max(good, key=lambda f: f.strength * read.cohesion(f.rows) ** 0.5)
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
    """The theme with its other wordings and in its period, if it is worth proposing."""
    seen = settled(read, seen, rules.least)
    more, lift = (rules.days if seen.place[0] == "days" else 0.0), rules.lift
    if seen.place[0] == "ci":
        timed = _in_its_period(read, seen, rules)
        more, lift = (0.0, lift) if timed.strength > seen.strength else (rules.always, rules.steady)
        seen = timed
    cohesion = read.cohesion(seen.rows)
    needed = (rules.strength + more) * max(1.0, rules.cohesion / max(cohesion, 0.01))
    if seen.strength + agreement(read, seen.rows) < needed or len(seen.rows) < lift * seen.expected:
        return None
    return seen if cohesion >= MIXED else None


def _in_its_period(read: Corpus, seen: Finding, rules: Rules) -> Finding:
    """What is told by coming in a period, held against all tickets of the item that are like it; without those outside."""
    scores = read.scores(odds(read, seen.rows))
    of_item = read.places[seen.place]
    like = np.union1d(of_item[scores[of_item] >= LIKE * float(np.median(scores[seen.rows]))], seen.rows)
    when = period(like, len(read))
    rows = seen.rows[(seen.rows >= like[when.first]) & (seen.rows <= like[when.last])]
    if when.gain <= 0 or len(rows) < rules.least:
        return seen
    if when.gain < TRIMMED:
        return replace(seen, strength=seen.strength + when.gain)
    then = Scope(seen.place, of_item[(of_item >= rows[0]) & (of_item <= rows[-1])])
    kept = float(((seen.scope.rows >= rows[0]) & (seen.scope.rows <= rows[-1])).mean())
    within = replace(seen, scope=then, rows=rows, expected=seen.expected * kept)
    grown = settled(read, replace(within, strength=float(strength(len(rows), within.expected))), rules.least)
    return replace(grown, strength=max(seen.strength, grown.strength) + when.gain, lasting=True)


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
