"""The printed words of every generation, by section: labels, heads and options under their normalised spelling.

Normalised: lower case, without accents, only letters and digits, without the number before it. So stray spaces, punctuation and
missing accents do not matter; what else differs is found by its beginning (`starting`) or its likeness (`alike`).
"""
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final, NamedTuple

from ventanilla.modules.practices.form import Row, generations, printed
from ventanilla.modules.practices.reading.likeness import near

LABEL, HEAD, OPTION, OTHER = "label", "head", "option", "other"
SEEN: Final = 320
"""So many characters of a cell are compared; the longest label has 190."""
_ACCENTED, _PLAIN = "áàäâãéèëêíìïîóòöôõúùüûñç", "aaaaaeeeeiiiiooooouuuunc"
_ALPHABET: Final = "".join(chr(code) for code in range(256) if chr(code).lower() in _ACCENTED or (code < 128 and chr(code).isalnum()))
_FOLD: Final = bytes.maketrans((_ACCENTED + _ALPHABET).encode("latin-1"),
                               (_PLAIN + _ALPHABET.lower().translate(str.maketrans(_ACCENTED, _PLAIN))).encode("latin-1"))
_SIGNS: Final = bytes(code for code in range(256) if chr(code) not in _ALPHABET)
"""What the normalised spelling leaves out, as Latin-1. Bytes are folded in one pass, ten times faster than letters one by one."""
_NUMBER: Final = re.compile(r"(\d{1,2}(?:\s?\.\s?\d{1,2}){1,3}\s?\.?)[\s\-)]*(?=[^\d\s.])")
SHORTEST: Final = 4
"""Of a section's title, so many letters stand in its first line at least."""


def norm(text: str) -> str:
    """The normalised spelling of the first `SEEN` characters."""
    return _bare(text[:SEEN])


def _bare(text: str) -> str:
    try:
        letters = text.encode("latin-1")
    except UnicodeEncodeError:
        letters = text.lower().encode("latin-1", "ignore")
    return letters.translate(_FOLD, _SIGNS).decode("ascii")


def after(text: str, letters: int) -> str:
    """What follows the first so many normalised letters; no character has more than one of them."""
    place = missing = letters
    while missing and place <= len(text):
        missing = letters - len(_bare(text[:place]))
        place += missing
    return text[place:]


def numbered(text: str) -> tuple[str, int]:
    """The printed number before a label ("2.7.", or "") and where the label begins."""
    found = _NUMBER.match(text) if text[:1].isdigit() else None
    return (found[1].replace(" ", ""), found.end()) if found else ("", 0)


def digits(number: str) -> str:
    """A printed number without its final dot."""
    return number.strip().rstrip(".")


class Parsed(NamedTuple):
    """The number before a label, where the label begins, and its normalised spelling."""

    number: str
    start: int
    word: str


@lru_cache(maxsize=8192)
def parsed(text: str) -> Parsed:
    """A cell as a label. Labels are the same in every form, so this is mostly remembered."""
    number, start = numbered(text)
    return Parsed(number, start, norm(text[start:]))


@dataclass(frozen=True, eq=False, slots=True)
class Target:
    """What a spelling may stand for: a row's label, a head of it, one of its options (`arg`: the key or the option's value)."""

    row: "RowModel"
    role: str
    arg: str = ""


@dataclass(eq=False, slots=True)
class RowModel:
    """A row of the form over all generations. `order` counts within its section."""

    rid: str
    layout: str
    key: str
    asks: bool
    """Whether it is more than a heading."""
    order: int = 0
    cells: dict[str, None] = field(default_factory=dict)
    options: dict[str, None] = field(default_factory=dict)
    other: str = ""
    numbers: set[str] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class SectionModel:
    """A section over all generations: its rows in order, and what every spelling may be."""

    key: str
    numeral: str
    rows: dict[str, RowModel] = field(default_factory=dict)
    words: dict[str, list[Target]] = field(default_factory=lambda: defaultdict(list))
    beginnings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Spellings of ten letters or more by their first three letters and by their last four."""
    cut: set[str] = field(default_factory=set)
    """Eight letters or more that a spelling of the section begins with, without being all of it."""
    numbers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    numbered: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Labels by their number, without its final dot."""
    telling: set[str] = field(default_factory=set)
    """Spellings that some generations print here and others do not."""

    def starting(self, word: str) -> Iterator[str]:
        """Spellings that `word` begins with, longest first."""
        return (one for one in self.beginnings.get(word[:4], ()) if word.startswith(one))

    def longer(self, word: str) -> Iterator[str]:
        """Spellings that begin with `word` and go on."""
        return (one for one in self.beginnings.get(word[:4], ()) if len(one) > len(word) and one.startswith(word))

    def alike(self, word: str) -> str:
        """The one label that differs from `word` by a few letters, or ""."""
        most = max(1, len(word) // 12)
        least, longest = len(word) - most, len(word) + most
        close = {one for end in (word[:3], word[-4:]) for one in self.ends.get(end, ()) if least <= len(one) <= longest}
        found = [one for one in close if near(word, one, most)]
        return found[0] if len(found) == 1 else ""


@cache
def sections() -> dict[str, SectionModel]:
    """Every section by key, in order."""
    found: dict[str, SectionModel] = {}
    for generation in reversed(generations()):
        for section in printed(generation).sections:
            _merge(found.setdefault(section.key, SectionModel(section.key, section.numeral)), section.rows)
    for model in found.values():
        _index(model)
    for key, word in vocabularies():
        found[key].telling.add(word)
    return found


class Headline(NamedTuple):
    """What a line may be a title of. `word`: its normalised spelling; `key`: the section that it names exactly, or nearly (`alike`)."""

    word: str
    key: str
    alike: str
    title: bool
    goes_on: bool
    """It begins a title, so the next line may end it."""


@lru_cache(maxsize=8192)
def headline(text: str) -> Headline | None:
    """The line as a title of the form or of a section; None when it is neither, not even its beginning."""
    word = norm(text)
    key, title = headings().get(word, ""), word in titles()
    goes_on = word in _title_beginnings()
    alike = "" if key or title else heading_alike(text)
    return Headline(word, key, alike, title, goes_on) if key or title or goes_on or alike else None


def heading_alike(text: str) -> str:
    """The section of a title with a typing error; it must begin with a numeral, even if that is misread."""
    numeral, _, rest = text.partition(" ")
    if len(numeral) > 5 or numeral.strip(".").upper() != numeral.strip("."):
        return ""
    word = norm(rest)
    most = max(1, len(word) // 10)
    return next((key for title, key in headings().items() if abs(len(title) - len(word)) <= most and near(word, title, most)), "")


@cache
def headings() -> dict[str, str]:
    """The section of every normalised section title, with and without its numeral."""
    found = {}
    for generation in generations():
        for section in printed(generation).sections:
            found[norm(section.title)] = found[norm(section.numeral + section.title)] = section.key
    return found


@cache
def _title_beginnings() -> frozenset[str]:
    """Everything that a title of the form, or four letters or more that a title of a section, begins with."""
    whole = ((title, 0) for title in titles()), ((title, SHORTEST) for title in headings())
    return frozenset(title[:size] for part in whole for title, least in part for size in range(least, len(title) + 1))


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
            model.rows[rid] = RowModel(rid, row.layout, row.key, row.layout != "heading")
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
        model.cut |= {word[:size] for size in range(8, len(word))}
        if len(word) >= 10:
            model.ends[word[:3]].append(word)
            model.ends[word[-4:]].append(word)
    for word, numbers in model.numbers.items():
        for number in {digits(one) for one in numbers if one}:
            model.numbered[number].append(word)
