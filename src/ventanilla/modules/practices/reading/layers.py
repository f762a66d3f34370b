"""A text layer against the pages that it lies on: whether both say the same, and what waits when they do not.

A scan often carries an invisible text that another program recognised. It is worth no more than what anybody sees on the page, and it may
have been put there from another form. Compared are the words of the answers; printed labels are in every form and say nothing.
"""
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from ventanilla.core.questionnaires.definition.messages import N_
from ventanilla.lib.spanish import fold
from ventanilla.modules.practices.form import generations, printed
from ventanilla.modules.practices.reading.model import Alternative, FieldReading, Notice, Reading

AGREE: Final = 0.7
"""Share of the layer's answered words that its pages must show. Of the five real forms another's words stand at most to 0.37, one's own
with every third word misread to 0.84; `tests/reading/test_layers.py` holds both sides on invented ones."""
LOST: Final = 0.6
"""An answer waits by itself, however well the rest agrees, when no stretch of the pages holds this share of its words: single words stand
in other answers too, but scattered. Of prose from one small vocabulary another's answer stands together at most to 0.56, one's own with
every third word misread to 0.68."""
STRETCH: Final = 2
"""How many words of the pages are looked at together, per word of the answer: columns that are read across part an answer."""
FEW: Final = 6
"""With fewer words of its own a text says too little to be told apart."""
CODE: Final = "capa_distinta"
QUESTION: Final = N_("El texto que trae el archivo no dice lo que se ve en sus páginas. ¿Cuál de las dos lecturas vale?")
OF_LAYER: Final = N_("Lo dice el texto que trae el archivo, que no se ve")
OF_PAGE: Final = N_("Es lo que se reconoció en la imagen de la página")
_WORD: Final = re.compile(r"[a-z0-9ñ]{4,}")


def checked(layer: Reading, seen: str, reading: Callable[[], Reading]) -> Reading:
    """The layer's reading as far as the pages (`seen`: their text, `reading`: how it is read) bear it out; what they do not, waits."""
    if agreement(layer, seen) < AGREE:
        return disputed(layer, reading())
    shown = list(_own(seen))
    lost = {key for key, one in layer.fields.items() if _together(list(_own(one.raw)), shown) < LOST}
    return disputed(layer, reading(), lost) if lost else layer


def agreement(layer: Reading, seen: str) -> float:
    """0..1: the share of the words of the layer's answers that stand on the pages too; a letter taken for another is forgiven."""
    said = Counter(word for one in layer.fields.values() for word in _own(one.raw))
    return _share(said, Counter(_words(seen)))


def _share(said: Counter[str], shown: Counter[str]) -> float:
    """1.0 of too few words to tell."""
    total = said.total()
    return ((said & shown).total() + _alike(said - shown, shown - said)) / total if total >= FEW else 1.0


def disputed(layer: Reading, seen: Reading, keys: Collection[str] | None = None) -> Reading:
    """The layer's reading with every answer (of `keys`) waiting that the pages do not say too: with both readings, none of them taken."""
    fields = {key: _both(one, seen.fields.get(key) or FieldReading(key)) if keys is None or key in keys else one
              for key, one in layer.fields.items()}
    return replace(layer, fields=fields, notices=(Notice(CODE, "", 1), *layer.notices))


def _both(layer: FieldReading, seen: FieldReading) -> FieldReading:
    if layer.value == seen.value and not layer.waiting and not seen.waiting:
        return layer
    offered = [Alternative(value, OF_LAYER) for value in _values(layer)]
    known = [one.value for one in offered]
    offered += [Alternative(value, OF_PAGE) for value in _values(seen) if value not in known]
    if not offered:
        return layer
    codes = tuple(dict.fromkeys((*layer.warnings, CODE)))
    raw = "\n".join(filter(None, (layer.raw, seen.raw)))
    return layer._replace(value=None, raw=raw, alternatives=tuple(offered), question=QUESTION, warnings=codes, confidence=0.3)


def _values(one: FieldReading) -> Iterable[object]:
    return [a.value for a in one.alternatives] if one.waiting else [] if one.value is None else [one.value]


def _together(said: list[str], shown: list[str]) -> float:
    """0..1: the share of the words that stand in the stretch of `shown` that holds most of them; 1.0 of too few words to tell."""
    if len(said) < FEW:
        return 1.0
    wanted, taken = Counter(said), Counter[str]()
    by_part = _by_part(wanted)
    named = [word if word in wanted else min(_near(word, by_part), default="") for word in shown]
    span, held, best = STRETCH * len(said), 0, 0
    for n, word in enumerate(named):
        if n >= span:
            old = named[n - span]
            held -= taken[old] <= wanted[old]
            taken[old] -= 1
        taken[word] += 1
        held += taken[word] <= wanted[word]
        best = max(best, held)
    return best / len(said)


def _own(text: str) -> Iterator[str]:
    return (word for word in _words(text) if word not in _printed())


def _words(text: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(fold(text).lower()))


@cache
def _printed() -> frozenset[str]:
    """Every word that any generation prints."""
    rows = [row for g in generations() for section in printed(g).sections for row in section.rows]
    texts = [(row.label, row.heading, *row.heads, *dict(row.choices).values(), *(c.label for c in row.cells)) for row in rows]
    return frozenset(w for many in texts for text in many for w in _words(text))


def _alike(lacking: Counter[str], free: Counter[str]) -> int:
    """How many of the lacking words stand there with one letter taken for another, dropped or added; each free word once."""
    by_part = _by_part(free)
    found = 0
    for word, many in lacking.items():
        for other in sorted(_near(word, by_part)):
            taken = min(many, free[other])
            free[other] -= taken
            found += taken
            many -= taken
    return found


def _by_part(words: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for word in words:
        for part in _parts(word):
            found.setdefault(part, set()).add(word)
    return found


def _near(word: str, by_part: dict[str, set[str]]) -> set[str]:
    return {other for part in _parts(word) for other in by_part.get(part, ())}


def _parts(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters: two words that share one differ by a letter, at most by two."""
    yield word
    yield from (word[:n] + word[n + 1:] for n in range(len(word)))
