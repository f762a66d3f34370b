"""The second sign behind a field that is sure: each of its words was read beyond doubt, or something else vouches for it.

The engine is wrong in every eighth word that it gives 0.80 to 0.90, in some of a thousand up to `CLEAR`, and in hardly any above.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ventanilla.core.documents.text import Word
from ventanilla.modules.correspondence.reading.lines import Line
from ventanilla.modules.correspondence.reading.model import SURE, Catalogue, Field, Reading
from ventanilla.modules.correspondence.reading.spelling import WORDS, misspelt
from ventanilla.modules.correspondence.reading.witness import DOUBT

CLEAR = 0.94  # of a word of letters: nothing need vouch for it
FIGURES = 0.88  # of a word with figures; nothing else can vouch for those
FAIR = 0.8  # what a word must have that is spelt like a known one, or that the letter writes again


def assured(reading: Reading, lines: Sequence[Line], catalogue: Catalogue) -> Reading:
    """The reading with every sure field asked in which a word has no second sign; the catalogue vouches for a whole value."""
    known = {*catalogue.people, *catalogue.organisations, catalogue.own, *(name for names in catalogue.codes.values() for name in names)}
    words = [word.text.lower() for line in lines for word in line.words if word.confidence >= FAIR]
    said = Counter(form for word in words for form in {word, _bare(word)})
    doubted = {name: replace(field, confidence=DOUBT) for name, field in reading.items()
               if field.confidence >= SURE and field.value not in known and not all(_vouched(word, said) for word in _words(field, lines))}
    return replace(reading, **doubted)


def _words(field: Field, lines: Sequence[Line]) -> list[Word]:
    """The words whose middle lies in a field's box."""
    x0, y0, x1, y1 = field.box
    words = (word for line in lines if line.page == field.page for word in line.words)
    return [w for w in words if x0 < (w.x0 + w.x1) / 2 < x1 and y0 < (w.y0 + w.y1) / 2 < y1]


def _vouched(word: Word, said: Mapping[str, int]) -> bool:
    text = _bare(word.text)
    if misspelt(text):
        return False
    if any(char.isdigit() for char in text):
        return word.confidence >= FIGURES
    known = (text in WORDS and text == word.text.lower()) or said[word.text.lower()] > 1
    return word.confidence >= (FAIR if known else CLEAR)


def _bare(text: str) -> str:
    """A word in small letters, without what closes its sentence and without brackets; other marks stay part of it."""
    return text.lower().strip("()“”\"").rstrip(".,:;")
