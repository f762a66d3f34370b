"""A line that recognition gave twice, differently: the likelier reading stays, and is no longer sure.

Two passes over one page may each find the same print; where they disagree, nobody but a person can say.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ventanilla.core.documents.text import Word

SHARED = 0.6  # of the smaller word's area; words of neighbouring lines of a turned page share far less
MOST_LINES, MOST_WORDS = 400, 40  # of a page, of a line; what is beyond is no letter and is not compared
SLIVER = 0.5  # of the other reading's height: the upper edge of its letters, cut off by a seal's rim, is no reading of them
LOST = 0.5  # confidence under which a word may be no print at all
TWICE = 0.74  # confidence of a word read twice, differently: no field is sure with it


def once(lines: Sequence[list[Word]]) -> list[list[Word]]:
    """The lines without those that repeat another one's print; the order stays."""
    said = Counter(word.text for line in lines for word in line)
    kept = list(lines)
    for pair in _pairs(lines) if len(lines) <= MOST_LINES else ():
        if all(any(one is line for line in kept) for one in pair):
            _settle(kept, pair, said)
    return _without_slivers(kept) if len(lines) <= MOST_LINES else kept


def _without_slivers(lines: list[list[Word]]) -> list[list[Word]]:
    """Without the single words, hardly read, that lie on a word of another line: a second, worse reading of it."""
    long = [line for line in lines if len(line) > 1]
    return [line for line in lines if len(line) > 1 or line[0].confidence >= LOST
            or not any(_shared(line[0], word) > SHARED for one in long for word in one)]


def _pairs(lines: Sequence[list[Word]]) -> list[tuple[list[Word], list[Word]]]:
    ordered = sorted((line for line in lines if len(line) > 1), key=lambda line: line[0].y0)
    pairs = []
    for i, one in enumerate(ordered):
        for other in ordered[i + 1 :]:
            if other[0].y0 > one[0].y1:
                break
            if _same_print(one, other):
                pairs.append((one, other))
    return pairs


def _same_print(one: Sequence[Word], other: Sequence[Word]) -> bool:
    """Whether most words of the shorter line lie on words of the other."""
    few, many = sorted((one, other), key=len)
    few, many = few[:MOST_WORDS], many[:MOST_WORDS]
    return 2 * sum(any(_shared(a, b) > SHARED for b in many) for a in few) > len(few)


def _shared(a: Word, b: Word) -> float:
    """The share of the smaller word's area that both cover, 0..1."""
    wide, tall = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    least = min((a.x1 - a.x0) * (a.y1 - a.y0), (b.x1 - b.x0) * (b.y1 - b.y0))
    return wide * tall / least if wide > 0 and tall > 0 and least > 0 else 0.0


def _settle(kept: list[list[Word]], pair: tuple[list[Word], list[Word]], said: Counter[str]) -> None:
    """Leave the reading of whole letters, whose longer words the page says elsewhere, of more confidence; doubt what differs."""
    best, other = sorted(pair, key=lambda line: (_tall(line) > SLIVER * max(map(_tall, pair)), _worth(line, said)), reverse=True)
    texts = {w.text for w in other}
    doubted = best if {w.text for w in best} == texts else [
        w if w.text in texts else replace(w, confidence=min(w.confidence, TWICE)) for w in best]
    kept[:] = [doubted if line is best else line for line in kept if line is not other]


def _tall(line: Sequence[Word]) -> float:
    return sorted(word.y1 - word.y0 for word in line)[len(line) // 2]


def _worth(line: Sequence[Word], said: Counter[str]) -> tuple[float, float]:
    long = [w.text for w in line if len(w.text) >= 5]
    known = sum(said[text] > 1 for text in long)
    return known / max(len(long), 1), sum(w.confidence for w in line) / len(line)
