"""The printed words of every generation, by section: labels, heads and options under their normalised spelling.

Normalised: lower case, without accents, only letters and digits, without the number before it. So stray spaces, punctuation and
missing accents do not matter; what else differs is found by its beginning (`starting`) or its likeness (`alike`).
"""
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from ventanilla.modules.practices.form import Row, generations, printed

LABEL, HEAD, OPTION, OTHER = "label", "head", "option", "other"
SEEN: Final = 320
"""So many characters of a cell are compared; the longest label has 190."""
_FOLD: Final = str.maketrans("áàäâãéèëêíìïîóòöôõúùüûñç", "aaaaaeeeeiiiiooooouuuunc")
_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_NUMBER: Final = re.compile(r"(\d{1,2}(?:\s?\.\s?\d{1,2}){1,3}\s?\.?)[\s\-)]*(?=[^\d\s.])")
YES_NO: Final = {"si": "si", "no": "no"}


def norm(text: str) -> str:
    """The normalised spelling of the first `SEEN` characters."""
    return _norm(text[:SEEN])


@lru_cache(maxsize=8192)
def _norm(text: str) -> str:
    return _SIGNS.sub("", text.lower().translate(_FOLD))


def numbered(text: str) -> tuple[str, int]:
    """The printed number before a label ("2.7.", or "") and where the label begins."""
    found = _NUMBER.match(text) if text[:1].isdigit() else None
    return (found[1].replace(" ", ""), found.end()) if found else ("", 0)


@lru_cache(maxsize=8192)
def parsed(text: str) -> tuple[str, int, str]:
    """The number before a label, where the label begins, and its normalised spelling."""
    number, start = numbered(text)
    return number, start, norm(text[start:])


@dataclass(frozen=True)
class Target:
    """What a spelling may stand for: a row's label, a head of it, one of its options (`arg`: the key or the option's value)."""

    row: "RowModel"
    role: str
    arg: str = ""


@dataclass(eq=False)
class RowModel:
    """A row of the form over all generations. `order` counts within its section."""

    rid: str
    layout: str
    key: str
    order: int = 0
    cells: dict[str, None] = field(default_factory=dict)
    options: dict[str, None] = field(default_factory=dict)
    other: str = ""
    numbers: set[str] = field(default_factory=set)

    @property
    def asks(self) -> bool:
        """Whether it is more than a heading."""
        return self.layout != "heading"


@dataclass(eq=False)
class SectionModel:
    """A section over all generations: its rows in order, and what every spelling may be."""

    key: str
    numeral: str
    rows: dict[str, RowModel] = field(default_factory=dict)
    words: dict[str, list[Target]] = field(default_factory=lambda: defaultdict(list))
    beginnings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lengths: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def starting(self, word: str) -> Iterator[str]:
        """Spellings that `word` begins with, longest first."""
        return (one for one in self.beginnings.get(word[:4], ()) if word.startswith(one))

    def longer(self, word: str) -> Iterator[str]:
        """Spellings that begin with `word` and go on."""
        return (one for one in self.beginnings.get(word[:4], ()) if len(one) > len(word) and one.startswith(word))

    def alike(self, word: str) -> str:
        """The one label that differs from `word` by a few letters, or ""."""
        most = max(1, len(word) // 12)
        near = [one for size in range(len(word) - most, len(word) + most + 1) for one in self.lengths.get(size, ())
                if one[:3] == word[:3] or one[-4:] == word[-4:]]
        found = [one for one in near if distance(one, word, most) <= most]
        return found[0] if len(found) == 1 else ""


def distance(one: str, other: str, most: int) -> int:
    """Letters to change, add or drop to make one of the other (Levenshtein), or `most` + 1 when it is more than that."""
    before = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        low, high = max(1, n - most), min(len(other), n + most)
        now = [most + 1] * (len(other) + 1)
        now[0] = n
        for m in range(low, high + 1):
            now[m] = min(before[m] + 1, now[m - 1] + 1, before[m - 1] + (letter != other[m - 1]))
        if min(now[low - 1:high + 1]) > most:
            return most + 1
        before = now
    return min(before[-1], most + 1)


@cache
def sections() -> dict[str, SectionModel]:
    """Every section by key, in order."""
    found: dict[str, SectionModel] = {}
    for generation in reversed(generations()):
        for section in printed(generation).sections:
            _merge(found.setdefault(section.key, SectionModel(section.key, section.numeral)), section.rows)
    for model in found.values():
        _index(model)
    return found


@cache
def headings() -> dict[str, str]:
    """The section of every normalised section title, with and without its numeral."""
    found = {}
    for generation in generations():
        for section in printed(generation).sections:
            found[norm(section.title)] = found[norm(section.numeral + section.title)] = section.key
    return found


@cache
def heading_beginnings() -> frozenset[str]:
    """The first four letters of every section title."""
    return frozenset(title[:4] for title in headings())


@cache
def titles() -> frozenset[str]:
    """The normalised titles of the form."""
    return frozenset(norm(printed(generation).title) for generation in generations())


@cache
def vocabulary(generation: str) -> frozenset[tuple[str, str]]:
    """(section, spelling) of everything that a generation prints: what tells generations apart."""
    return frozenset((section.key, norm(text)) for section in printed(generation).sections for row in section.rows for text in _texts(row))


@cache
def vocabularies() -> frozenset[tuple[str, str]]:
    """What some generations print and others do not."""
    everything = [vocabulary(one) for one in generations()]
    return frozenset.union(*everything) - frozenset.intersection(*everything)


def _texts(row: Row) -> Iterator[str]:
    yield row.label
    yield from (c.label for c in row.cells)
    yield from (label for _value, label in row.choices)


def rid_of(row: Row) -> str:
    """The name of a row in every generation."""
    return row.key or (row.cells[0].key if row.cells else "#" + norm(row.label))


def _merge(model: SectionModel, rows: tuple[Row, ...]) -> None:
    order = list(model.rows)
    place = 0
    for row in rows:
        rid = rid_of(row)
        if rid not in model.rows:
            model.rows[rid] = RowModel(rid, row.layout, row.key)
            order.insert(place, rid)
        place = order.index(rid) + 1
        one = model.rows[rid]
        one.numbers.add(row.number)
        one.cells |= dict.fromkeys(c.key for c in row.cells)
        one.options |= dict.fromkeys(("si", "no") if row.layout == "yes_no" else (value for value, _ in row.choices))
        one.other = one.other or (row.other.key if row.other else "")
        _add_words(model, one, row)
    for n, rid in enumerate(order):
        model.rows[rid].order = n


def _add_words(model: SectionModel, one: RowModel, row: Row) -> None:
    for text, role, arg in _words(row):
        targets = model.words[norm(text)]
        if not any(t.row is one and t.role == role and t.arg == arg for t in targets):
            targets.append(Target(one, role, arg))
    if row.label:
        model.numbers[norm(row.label)].add(row.number)


def _words(row: Row) -> Iterator[tuple[str, str, str]]:
    """Everything that a row prints, with its role."""
    if row.label:
        yield row.label, LABEL, ""
    yield from ((cell.label, HEAD, cell.key) for cell in row.cells)
    yield from ((text, HEAD, "") for text in row.heads)
    if row.layout != "plan":
        yield from ((label, OPTION, value) for value, label in row.choices)
    if row.layout == "yes_no":
        yield from (("Sí", OPTION, "si"), ("No", OPTION, "no"))
    if row.other:
        yield row.other.label, OTHER, row.other.key


def _index(model: SectionModel) -> None:
    for word in sorted(filter(None, model.words), key=len, reverse=True):
        model.beginnings[word[:4]].append(word)
        if len(word) >= 10:
            model.lengths[len(word)].append(word)
