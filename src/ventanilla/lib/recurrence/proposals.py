"""Repeated incidents proposed as a problem, each with what justifies it.

A theme (a way of saying) is looked for inside every item, unit and stretch of days; it is proposed when it
gathers there far more than its own rate elsewhere explains. Common themes without a place are not proposed.
"""
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from ventanilla.lib.recurrence.concentration import odds
from ventanilla.lib.recurrence.corpus import Corpus, Ints, Item, Ticket, corpus
from ventanilla.lib.recurrence.drafts import Draft, drafts, widened
from ventanilla.lib.recurrence.searching import Rules, findings
from ventanilla.lib.recurrence.words import stem, words

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why: how often each word, item, unit, cause and week (its Monday, in the moments' own zone) is in the tickets.

    Words are as people write them most, the most telling first, with the number of tickets that have them.
    """

    words: tuple[tuple[str, int], ...]
    cis: tuple[tuple[int, int], ...]
    units: tuple[tuple[int, int], ...]
    causes: tuple[tuple[str, int], ...]
    weeks: tuple[tuple[date, int], ...]
    expected: float
    """Tickets of this theme that would be there if it came as often as elsewhere."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A problem to consider: its tickets by time, where they gather, since when, and the evidence.

    `place` is ("ci", id), ("unit", id) or ("days", length in days). `strength` is a log-likelihood ratio.
    """

    tickets: tuple[int, ...]
    place: tuple[str, int]
    first: datetime
    last: datetime
    strength: float
    evidence: Evidence


def proposals(tickets: Sequence[Ticket], items: Mapping[int, Item] | None = None, rules: Rules | None = None) -> list[Proposal]:
    """The repeated faults among some tickets (say two years), strongest first.

    `items`: names and types of the configuration items by id. A few seconds for 20,000 tickets.
    """
    rules = rules or Rules()
    if len(tickets) < rules.least:
        return []
    read = corpus(tickets, items)
    found = [_proposal(read, draft, widened(read, draft)) for draft in drafts(read, list(findings(read, rules)))]
    return sorted(found, key=lambda p: (-p.strength, p.tickets))


def _proposal(read: Corpus, draft: Draft, rows: Ints) -> Proposal:
    told = [read.tickets[row] for row in rows]
    evidence = _evidence(read, draft.best.expected, rows)
    return Proposal(tuple(t.id for t in told), draft.best.place, told[0].moment, told[-1].moment, draft.best.strength, evidence)


def _evidence(read: Corpus, expected: float, rows: Ints) -> Evidence:
    told = [read.tickets[row] for row in rows]
    cis = Counter(ci for row in rows for ci in read.items(row))
    weeks = Counter(t.moment.date() - timedelta(t.moment.weekday()) for t in told)
    return Evidence(
        words=_words(read, rows), cis=tuple(cis.most_common()),
        units=tuple(Counter(t.unit for t in told if t.unit is not None).most_common()),
        causes=tuple(Counter(t.cause for t in told if t.cause).most_common()),
        weeks=tuple(sorted(weeks.items())), expected=expected)


def _words(read: Corpus, rows: Ints) -> tuple[tuple[str, int], ...]:
    """The words that set the tickets apart, in the form that people write most."""
    forms: dict[str, Counter[str]] = {}
    for row in rows:
        for word in words(read.tickets[row].text):
            forms.setdefault(stem(word), Counter())[word] += 1
    having = np.bincount(read.told(rows)[0], minlength=len(read.vocabulary))
    telling = odds(read, rows) * having
    best = [i for i in np.argsort(-telling, kind="stable")[:SHOWN] if telling[i] > 0]
    shown = ((read.vocabulary[i], int(having[i])) for i in best)
    return tuple((forms[w].most_common(1)[0][0] if w in forms else w, count) for w, count in shown)
