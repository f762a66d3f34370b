"""Lines of a letter as the readers need them: text with offsets back to words, places, and labels."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading.model import Box, Field

WIDE_GAP = 2.6  # line heights; a wider gap separates two columns


@dataclass(frozen=True)
class Line:
    """Words that stand together on one page; `plain` is the text folded, lower case, of the same length."""

    page: int
    words: tuple[Word, ...]
    text: str
    plain: str

    @property
    def box(self) -> Box:
        """The rectangle round the words."""
        return surround(self.words)

    def after(self, start: int) -> "tuple[Word, ...]":
        """The words from a character on; a word that begins before it is cut."""
        words = self.between(start, len(self.text))
        lead = sum(len(w.text) + 1 for w in self.words[: len(self.words) - len(words)])
        rest = words[0].text[max(0, start - lead) :].strip("\"'“”.:") if words else ""
        return (replace(words[0], text=rest), *words[1:]) if rest else words[1:]

    @property
    def height(self) -> float:
        """Median height of its words, as a fraction of the page."""
        return sorted(w.y1 - w.y0 for w in self.words)[len(self.words) // 2]

    def between(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that characters start..end of `text` touch."""
        chosen, at = [], 0
        for word in self.words:
            if at < end and at + len(word.text) > start:
                chosen.append(word)
            at += len(word.text) + 1
        return tuple(chosen)


def fold(text: str) -> str:
    """Lower case without accents, one character for each (so that offsets hold)."""
    return "".join(_fold_one(c) for c in text)


def _fold_one(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char


def surround(words: Sequence[Word]) -> Box:
    """The rectangle round some words."""
    return (
        min(w.x0 for w in words),
        min(w.y0 for w in words),
        max(w.x1 for w in words),
        max(w.y1 for w in words),
    )


def line_of(page: int, words: Sequence[Word]) -> Line:
    """A line from words in order."""
    text = unicodedata.normalize("NFC", " ".join(w.text for w in words))
    return Line(page, tuple(words), text, fold(text))


def lines_of(page: PageText) -> list[Line]:
    """The page's lines from top to bottom; a line across two columns is two."""
    parts: list[list[Word]] = []
    for words in page.lines():
        parts += _columns(_nfc(words), page)
    lines = [line_of(page.number, _unruled(part)) for part in _mended(parts, page)]
    return sorted(lines, key=lambda one: (round(one.box[1] + one.box[3], 2), one.box[0]))


def _mended(parts: Sequence[list[Word]], page: PageText) -> list[list[Word]]:
    """Parts that a seal or a signature tore apart: same height, the one begins where the other ends."""
    whole: list[list[Word]] = []
    for part in sorted(parts, key=lambda p: p[0].x0):
        before = next((one for one in whole if _follows(one[-1], part[0], page)), None)
        if before is None:
            whole.append(list(part))
        else:
            before += part
    return whole


def _follows(last: Word, first: Word, page: PageText) -> bool:
    common = min(last.y1, first.y1) - max(last.y0, first.y0)
    gap = (first.x0 - last.x1) * page.width
    tall = max(_tall(last), _tall(first))
    return common > 0.55 * tall and -0.5 * tall * page.height < gap < 1.2 * tall * page.height


def _nfc(words: Iterable[Word]) -> list[Word]:
    """Composed letters, so that offsets hold in text and words; noise of one mark is dropped."""
    kept = [replace(w, text=unicodedata.normalize("NFC", w.text)) for w in words]
    return [w for w in kept if not (re.fullmatch(r"[^\w]+", w.text) and w.confidence < 0.6)]


def _unruled(words: Sequence[Word]) -> list[Word]:
    """Without the rules of a table that stand between a label and its value: `Oficio: | DGA/1/2024`."""
    return [w for before, w in zip([None, *words], words, strict=False)
            if not re.fullmatch(r"[|¦]+" if not before or not before.text.endswith(":") else r"[|¦_—–-]+", w.text)] or list(words)


def _columns(words: Sequence[Word], page: PageText) -> Iterable[list[Word]]:
    run: list[Word] = []
    for word in words:
        if run and (word.x0 - run[-1].x1) * page.width > WIDE_GAP * max(_tall(run[-1]), _tall(word)) * page.height:
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _tall(word: Word) -> float:
    return max(word.y1 - word.y0, 0.006)


def beside(lines: Sequence[Line], line: Line) -> Line | None:
    """The part to the right of a label at the same height: of those that overlap, the one nearest in height."""
    middle = (line.box[1] + line.box[3]) / 2
    right = [o for o in lines if o.page == line.page and o.box[0] >= line.box[2]
             and abs(o.box[1] + o.box[3] - 2 * middle) < 1.5 * max(o.height, line.height)]
    return min(right, key=lambda o: (round(abs(o.box[1] + o.box[3] - 2 * middle), 3), o.box[0]), default=None)


def quality(words: Sequence[Word]) -> float:
    """How far the recognition is to be trusted, 0..1: the weakest word decides; 0.85 and up is 1."""
    weakest = min((w.confidence for w in words), default=0.0)
    return min(1.0, max(0.0, weakest / 0.85))


def found(line: Line, start: int, end: int, *, value: str, trust: float, raw: str = "") -> Field:
    """A field from a span of a line; `trust` is the confidence that perfect recognition would have."""
    words = line.between(start, end) or line.words
    return Field(value, raw or line.text[start:end], round(trust * quality(words), 3), line.page, surround(words))


def joined(lines: Sequence[Line]) -> str:
    """The text of wrapped lines: a hyphen at a line's end, or a slash, joins without a space."""
    text = ""
    for line in lines:
        if re.search(r"\w-$", text) and line.text[:1].islower():
            text = text[:-1] + line.text
        else:
            text += line.text if not text or text.endswith("/") else f" {line.text}"
    return text.strip()


def proper(text: str) -> str:
    """A text in capitals as names are written; mixed text stays as it is."""
    if text != text.upper():
        return text
    small = {"de", "del", "la", "las", "los", "el", "y", "e", "a", "en", "para", "con"}
    words = [w.lower() if w.lower() in small and i else _capital(w) for i, w in enumerate(text.split())]
    return " ".join(words)


def _capital(word: str) -> str:
    return word if "." in word else word[:1].upper() + word[1:].lower()
