"""Which printed words of the form a cell holds: exactly, at its beginning, nearly, or wrapped over several lines.

A spelling may mean several things (the option «Estatal», the label «Cargo» twice); `rank` says which is likelier where the walk is.
"""
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from ventanilla.modules.practices.reading.lexicon import (
    HEAD,
    LABEL,
    OPTION,
    OTHER,
    Parsed,
    RowModel,
    SectionModel,
    Target,
    after,
    digits,
    norm,
)
from ventanilla.modules.practices.reading.likeness import near, nearest_beginning

SURE: Final = 12
"""A label of so many letters is one even when something follows it in its cell."""
LONG: Final = 30
IMPOSSIBLE: Final = 1e9


@dataclass(slots=True)
class Situation:
    """Where the walk is: the open row, how far the section has come, which rows were opened and which options were seen."""

    section: SectionModel
    row: RowModel | None = None
    pointer: int = -1
    opened: dict[str, set[str]] = field(default_factory=dict)
    first: bool = False
    value_due: bool = False
    """The cell stands right of a one-line label, where its value belongs."""


class Match(NamedTuple):
    """What was recognised, the text after it, how ("exacta", "fundida", "parecida"), and the printed number."""

    target: Target
    rest: str
    how: str
    number: str
    word: str


def match(text: str, seen: Parsed, at: Situation) -> Match | None:
    """The printed words that the cell, `parsed` as `seen`, is or begins with."""
    number, start, word = seen
    if not word or (at.value_due and not number and not _moved_option(word, at)):
        return None
    if found := _best(word, at, number):
        return _exact(found, number, word)
    if start and (found := _best(norm(text), at, "")):  # «X (Twitter):» begins with no number, «5.1.1» may
        return _exact(found, "", norm(text))
    body = text[start:] if start else text
    return _beginning(body, word, at, number) or _likeness(body, word, at, number)


@lru_cache(maxsize=4096)
def _exact(target: Target, number: str, word: str) -> Match:
    return Match(target, "", "exacta", number, word)


def _moved_option(word: str, at: Situation) -> bool:
    return word in ("si", "no") and at.row is not None and at.row.layout == "line"


def _best(word: str, at: Situation, number: str) -> Target | None:
    targets = at.section.words.get(word, ())
    for target in targets:
        if target.row is at.row and target.role != LABEL:
            return target  # nothing is likelier than the open row
    best, least = None, IMPOSSIBLE
    for target in targets:
        rank = _rank(target, at, number)
        if rank is not None and rank < least:
            best, least = target, rank
    return best


def _rank(target: Target, at: Situation, number: str) -> float | None:
    """How unlikely the meaning is here, where it is none of the open row but its label; None: impossible."""
    row, role = target.row, target.role
    if role == LABEL or (role == HEAD and opens(target)):
        return _rank_of_label(row, at, number)
    if at.row is not None and at.row.layout == "block" and not (target.role == OPTION and row.layout != "yes_no" and at.first):
        return None
    if row.layout == "yes_no" and target.role == OPTION:
        late = row.rid in at.opened and 0 < at.pointer - row.order <= 2 and target.arg not in at.opened[row.rid]
        return 2 if late else None
    if row.rid in at.opened:
        return 2 + abs(at.pointer - row.order) / 1000
    lost = target.role == OPTION and at.first and 0 < row.order - at.pointer <= 3
    return 5 if lost else None


def _rank_of_label(row: RowModel, at: Situation, number: str) -> float | None:
    if at.row is not None and at.row.layout == "block" and not at.first and not number:
        return None
    if number and row.rid in at.opened and number in row.numbers and at.row is row:
        return 0.5
    if row.order > at.pointer and row.rid not in at.opened:
        return 1 + (row.order - at.pointer) / 1000
    return 3 if row.rid not in at.opened else 4 if at.first or number else None


def opens(head: Target) -> bool:
    """Whether a head stands for its row, because that has no label of its own («Teléfono 1»)."""
    return head.row.layout == "row" and head.row.rid == head.arg


def _beginning(body: str, word: str, at: Situation, number: str) -> Match | None:
    for label in at.section.beginnings.get(word[:4], ()):
        if not word.startswith(label) or len(label) == len(word) or (target := _best(label, at, number)) is None:
            continue
        if longer := _nearly_longer(word, label, at):
            return Match(longer[0], after(body, longer[1]).lstrip(" ?:.)\u00a0\n"), "parecida", number, longer[2])
        rest = after(body, len(label))
        if _may_go_on(target, label, rest, at, number):
            return Match(target, rest.lstrip(" ?:.)\u00a0\n"), "fundida", number, label)
    return None


def _nearly_longer(word: str, label: str, at: Situation) -> tuple[Target, int, str] | None:
    """A longer label with a typing error, of which `label` is only the beginning."""
    for longer in at.section.longer(label):
        most = max(1, len(longer) // 12)
        for size in (len(longer), len(longer) - 1, len(longer) + 1):
            if near(word[:size], longer, most) and (target := _best(longer, at, "")) and target.role == LABEL:
                return target, size, longer
    return None


def _may_go_on(target: Target, label: str, rest: str, at: Situation, number: str) -> bool:
    """Whether a cell that begins with these words may be a label with its value."""
    if target.role == OPTION or rest[:1] in ("/", "@", "_", "-") or (rest[:1].isalnum() and (len(label) < SURE or rest[:1].islower())):
        return False
    if target.role == OTHER:
        return True
    known = bool(number) and digits(number) in {digits(one) for one in at.section.numbers[label]}
    if target.role == HEAD:
        return len(label) > 5 or rest.strip()[:1].isdigit()
    if target.row.layout in ("block", "yes_no", "pair"):
        return known or (bool(number) and len(label) >= SURE) or (len(label) >= LONG and at.first and target.row.layout != "block")
    if known or target.row.layout in ("plan", "footer"):
        return True
    return at.first and (len(label) >= SURE or 0 < target.row.order - at.pointer <= 2)


def _likeness(body: str, word: str, at: Situation, number: str) -> Match | None:
    """A label with a typing error; with its number also when the value follows in the same cell."""
    if len(word) < 10 or not (at.first or number):
        return None
    label, rest = at.section.alike(word) if len(word) <= 210 else "", ""
    if not label and number:
        label, rest = _nearly_begins(body, word, at, number)
    target = _best(label, at, number) if label else None
    return Match(target, rest, "parecida", number, label) if target and target.role == LABEL else None


def _nearly_begins(body: str, word: str, at: Situation, number: str) -> tuple[str, str]:
    """The label of that number with which the cell nearly begins, and what follows it."""
    for label in at.section.numbered.get(digits(number), ()):
        most = len(label) // 8
        size = nearest_beginning(word, label, most) if most else None
        if size is not None:
            return label, after(body, size).lstrip(" ?:.)\u00a0\n")
    return "", ""
