"""Two versions of an article beside each other."""
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Pair:
    """A line before and after; `kind` is equal, replace, delete or insert."""

    kind: str
    before: Markup
    after: Markup


def compared(before: str, after: str) -> list[Pair]:
    """Two texts line by line, with the words that changed marked."""
    old, new = before.splitlines(), after.splitlines()
    pairs: list[Pair] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        pairs += _block(kind, old[a:b], new[c:d])
    return pairs


def _block(kind: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    for n in range(max(len(old), len(new))):
        left, right = (rows[n] if n < len(rows) else "" for rows in (old, new))
        if kind == "equal":
            yield Pair(kind, escape(left), escape(right))
        else:
            yield Pair(kind, *_words(left, right))


def _words(left: str, right: str) -> tuple[Markup, Markup]:
    old, new = re.findall(r"\s+|\w+|[^\w\s]", left), re.findall(r"\s+|\w+|[^\w\s]", right)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return (_marked("del", ((k != "equal", old[a:b]) for k, a, b, _c, _d in codes)),
            _marked("ins", ((k != "equal", new[c:d]) for k, _a, _b, c, d in codes)))


def _marked(tag: str, runs: Iterable[tuple[bool, Sequence[str]]]) -> Markup:
    parts = [(changed, "".join(words)) for changed, words in runs]
    whole = Markup("<{0}>{1}</{0}>")
    return Markup("").join(whole.format(Markup(tag), text) if changed and text else escape(text) for changed, text in parts)
