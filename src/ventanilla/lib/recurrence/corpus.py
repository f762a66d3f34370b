"""Tickets as arrays: rows in order of time, their weighted words, and where and when they were."""
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ventanilla.lib.recurrence.words import spelled, words

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Place = tuple[str, int]
COMMON = 0.2
"""A word in more than this share of the tickets tells nothing."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is looked at of a ticket: when it was opened (aware), its words, and where it belongs.

    `cis` are the configuration items that were *chosen* on it, `unit` the requester's unit, `cause` the code
    of its resolution ("" while there is none). Ids are of any system, unique in their kind.
    """

    id: int
    moment: datetime
    text: str
    cis: tuple[int, ...] = ()
    unit: int | None = None
    cause: str = ""


class Peers(NamedTuple):
    """Rows of several places end to end, and where each place begins among them (and the end)."""

    rows: Ints
    start: Ints


@dataclass(frozen=True, slots=True)
class Item:
    """What a configuration item is called, and its type: items of a type have the same everyday troubles."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Rows by time. Words lie in compressed rows: of row i, `terms[start[i]:start[i+1]]` with `weights`; of
    word j the tickets are `rows[posted[j]:posted[j+1]]` with the weights `posting`.

    `places` are the rows of each item and unit; `peers` those of all places of its
    type; `named` the items that a row's text names though none was chosen.
    """

    tickets: Sequence[Ticket]
    days: NDArray[np.float64]
    vocabulary: list[str]
    start: Ints
    terms: Ints
    weights: Floats
    posted: Ints
    rows: Ints
    posting: Floats
    places: dict[Place, Ints]
    peers: dict[Place, Peers]
    named: Sequence[tuple[int, ...]]
    bare: Ints
    causes: Counter[str]

    def __len__(self) -> int:
        """How many tickets there are."""
        return len(self.tickets)

    def items(self, row: int) -> tuple[int, ...]:
        """The items chosen on a ticket or, without any, those that its text names."""
        return self.tickets[row].cis or self.named[row]

    def block(self, rows: Ints) -> tuple[Floats, Ints]:
        """A dense matrix of some rows over the words they use, and which words those are."""
        at, start = self.span(rows)
        used, columns = np.unique(self.terms[at], return_inverse=True)
        dense = np.zeros((len(rows), len(used)), np.float32)
        dense[np.repeat(np.arange(len(rows)), np.diff(start)), columns] = self.weights[at]
        return dense, used

    def against(self, centres: Floats, rows: Ints) -> Floats:
        """The cosine of some rows with centres (centres x words, of length one): rows x centres."""
        at, start = self.span(rows)
        products = centres.T[self.terms[at]] * self.weights[at, None]
        sums = np.add.reduceat(np.vstack([products, np.zeros((1, len(centres)), np.float32)]), start[:-1], axis=0)
        sums[np.diff(start) == 0] = 0
        return np.asarray(sums, np.float32)

    def scores(self, words: Floats) -> Floats:
        """The sum of something per word over the words of each ticket."""
        used = np.flatnonzero(words)
        at, start = _runs(self.posted[used], self.posted[used + 1])
        return np.bincount(self.rows[at], np.repeat(words[used], np.diff(start)), len(self)).astype(np.float32)

    def cosines(self, centre: Floats) -> Floats:
        """The cosine of every ticket with a centre of length one."""
        used = np.flatnonzero(centre)
        at, start = _runs(self.posted[used], self.posted[used + 1])
        return np.bincount(self.rows[at], self.posting[at] * np.repeat(centre[used], np.diff(start)), len(self)).astype(np.float32)

    def cohesion(self, rows: Ints) -> float:
        """The mean cosine of two different rows."""
        total = np.bincount(*self.told(rows), minlength=len(self.vocabulary))
        return float((total @ total - len(rows)) / max(1, len(rows) * (len(rows) - 1)))

    def told(self, rows: Ints) -> tuple[Ints, Floats]:
        """The words of some rows and their weights, end to end."""
        at, _ = self.span(rows)
        return self.terms[at], self.weights[at]

    def span(self, rows: Ints) -> tuple[Ints, Ints]:
        """Where the words of some rows lie, and where each row begins among them."""
        return _runs(self.start[rows], self.start[rows + 1])


def _runs(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """The numbers of several half-open intervals end to end, and where each interval begins among them."""
    start = np.concatenate(([0], np.cumsum(last - first)))
    return np.repeat(first - start[:-1], last - first) + np.arange(start[-1]), start


def corpus(tickets: Sequence[Ticket], items: Mapping[int, Item] | None = None) -> Corpus:
    """Read the tickets: words set right and weighted by how rare they are, rows of length one.

    A word that is in the name of one item alone counts as that item chosen, where none was, and not as a
    word of the text (else all tickets of a system would be alike).
    """
    rows = sorted(tickets, key=lambda t: (t.moment, t.id))
    owner = _owners(items or {})
    spelt = spelled((t.text for t in rows), owner)
    owner = _sure(owner, rows, spelt)
    named = [() if t.cis else tuple(sorted({owner[w] for w in bag if w in owner})) for t, bag in zip(rows, spelt, strict=True)]
    bags = [sorted({w for w in bag if w not in owner}) for bag in spelt]
    vocabulary, rarity = _vocabulary(bags)
    known = {word: i for i, word in enumerate(vocabulary)}
    numbers = [[known[w] for w in bag if w in known] for bag in bags]
    start = np.concatenate(([0], np.cumsum([len(k) for k in numbers]))).astype(np.int64)
    terms = np.fromiter(chain.from_iterable(numbers), np.int64, int(start[-1]))
    weights = _normal(rarity[terms], start)
    return _arranged(rows, vocabulary, (start, terms, weights), _places(rows, named), named, items or {})


def _arranged(rows: Sequence[Ticket], vocabulary: list[str], told: tuple[Ints, Ints, Floats], places: dict[Place, Ints],
              named: list[tuple[int, ...]], items: Mapping[int, Item]) -> Corpus:
    """The same by word, by place and by what has no place."""
    start, terms, weights = told
    by_word = np.argsort(terms, kind="stable")
    posted = np.searchsorted(terms[by_word], np.arange(len(vocabulary) + 1))
    holder = np.repeat(np.arange(len(rows)), np.diff(start))[by_word]
    return Corpus(
        tickets=rows, days=np.array([t.moment.timestamp() / 86400 for t in rows]), vocabulary=vocabulary, start=start, terms=terms,
        weights=weights, posted=posted, rows=holder, posting=weights[by_word], places=places, peers=_types(places, items),
        named=named, bare=np.array([i for i, t in enumerate(rows) if not t.cis and not named[i]], np.int64),
        causes=Counter(t.cause for t in rows if t.cause))


def _owners(items: Mapping[int, Item]) -> dict[str, int]:
    """Words that are in the name of one item only, and whose."""
    found: dict[str, set[int]] = defaultdict(set)
    for ci, item in items.items():
        for word in words(item.name):
            found[word].add(ci)
    return {word: min(cis) for word, cis in found.items() if len(cis) == 1}


def _sure(owner: Mapping[str, int], rows: Sequence[Ticket], spelt: list[list[str]]) -> dict[str, int]:
    """Without names that are also ordinary words: tickets that have them are mostly about other items."""
    right, wrong = Counter[str](), Counter[str]()
    for ticket, bag in zip(rows, spelt, strict=True):
        for word in owner.keys() & bag if ticket.cis else ():
            (right if owner[word] in ticket.cis else wrong)[word] += 1
    return {word: ci for word, ci in owner.items() if right[word] >= 2 * wrong[word]}


def _vocabulary(bags: list[list[str]]) -> tuple[list[str], Floats]:
    frequency = Counter(chain.from_iterable(bags))
    kept = sorted(w for w, n in frequency.items() if 2 < n <= max(10, COMMON * len(bags)))
    counts = np.array([frequency[w] for w in kept], float)
    return kept, np.log((len(bags) + 1) / (counts + 1)).astype(np.float32)


def _normal(weights: Any, start: Ints) -> Floats:
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    norms = np.sqrt(np.bincount(owner, weights ** 2, minlength=len(start) - 1))
    return np.asarray(weights / np.maximum(norms, 1e-9)[owner], np.float32)


def _places(rows: Sequence[Ticket], named: list[tuple[int, ...]]) -> dict[Place, Ints]:
    """Rows by configuration item (chosen, or named in the text) and by unit."""
    found: dict[Place, list[int]] = defaultdict(list)
    for row, ticket in enumerate(rows):
        for ci in {*ticket.cis, *named[row]}:
            found["ci", ci].append(row)
        if ticket.unit is not None:
            found["unit", ticket.unit].append(row)
    return {place: np.array(at) for place, at in sorted(found.items())}


def _types(places: dict[Place, Ints], items: Mapping[int, Item]) -> dict[Place, Peers]:
    """For each place, the rows of all places of its type end to end; one object per type."""
    of_type: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in places:
        item = items.get(place[1]) if place[0] == "ci" else None
        of_type[place[0], item.type if item else ""].append(place)
    found: dict[Place, Peers] = {}
    for members in of_type.values():
        lists = [places[place] for place in members]
        peers = Peers(np.concatenate(lists), np.concatenate(([0], np.cumsum([len(rows) for rows in lists]))))
        found |= dict.fromkeys(members, peers)
    return found
