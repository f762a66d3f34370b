"""Lines of a letter as the readers need them: text with offsets back to words, places, and labels."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ventanilla.core.documents.text import PageText, Word
from ventanilla.modules.correspondence.reading.again import once
from ventanilla.modules.correspondence.reading.model import Box, Field

SMALL_WORDS = {"de", "del", "al", "la", "las", "los", "el", "y", "e", "a", "en", "para", "con"}
HEAD = 0.42  # of a page: where columns stand side by side
SPECK = 0.66  # confidence under which short words are no print
_RULE = re.compile(r"^_(?=[^\W_]{3})")
_NUMBER = re.compile(r"[A-Z]{2,}[A-Z./-]*[./-][\w./-]*\d[./-](?:19|20)\d\d")
SIZED = 0.75, 1.3  # of the larger print: the gap before print of another size; and how much larger that is
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
    return text.lower() if text.isascii() else "".join(map(_fold_one, text))


@lru_cache(maxsize=4096)
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
    whole = _parted(_mended(once(parts), page), page)
    lines = [line_of(page.number, _unruled(part)) for part in whole]
    return _in_rows(lines, slope(lines, page.number))


def _in_rows(lines: Sequence[Line], turn: float) -> list[Line]:
    """From top to bottom, the page's turn allowed for; what stands at one height from left to right."""
    def middle(one: Line) -> float:
        return (one.box[1] + one.box[3]) / 2 - turn * one.box[0]

    rows: list[list[Line]] = []
    for line in sorted(lines, key=middle):
        if rows and middle(line) - middle(rows[-1][0]) < 0.25 * min(line.height, rows[-1][0].height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda one: one.box[0])]


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


def _parted(parts: Sequence[list[Word]], page: PageText) -> Iterable[list[Word]]:
    """Parts of the head cut where two columns stand so close that they were read as one: a gap wider than between words, right where
    two lines close by begin."""
    begins = [part[0] for part in parts]
    for part in (piece for one in parts for piece in _barred(one)):
        cuts = (i for i in range(1, len(part)) if part[i].y1 < HEAD and (_gutter(part, i, begins, page) or _other_size(part, i, page)))
        at = next(cuts, None)
        yield from (part,) if at is None else (part[:at], part[at:])


def _barred(part: list[Word]) -> Iterable[list[Word]]:
    """`Universidad del Valle | Facultad de Derecho` as two: a bar between words of the head; a label keeps what is behind its bar."""
    at = next((i for i in range(2, len(part) - 1) if re.fullmatch(r"[|¦•]+", part[i].text) and part[i].y1 < HEAD), None)
    if at is None or ":" in part[at - 1].text:
        return (part,)
    return (part[:at], *_barred(part[at + 1 :]))


def _gutter(part: Sequence[Word], i: int, begins: Sequence[Word], page: PageText) -> bool:
    last, word = part[i - 1], part[i]
    gap = (word.x0 - last.x1) * page.width / (_tall(word) * page.height)
    if gap < (0.3 if re.search(r"[\d:]", word.text) else 0.5) or word.x0 - part[0].x0 < (0.15 if gap < 1.3 else 0.08):
        return False  # a number or a label begins a column even where the gap is that between words
    if gap < 1.3 and fold(last.text) in SMALL_WORDS and word.text.islower():
        return False  # `… para mejoramiento de` | `vivienda`: a sentence over the edge of the cells above
    if gap >= 1.2 and re.fullmatch(r"[^\W\d]{2,14}:", word.text) and not last.text.endswith(":"):
        return True  # `… en el área de   Área: Coordinación`
    near = [abs(w.x0 - word.x0) for w in begins if w is not word and abs(w.y0 - word.y0) < 0.06]
    if _NUMBER.fullmatch(word.text) and any(off < 0.012 for off in near):
        return True  # a letter's number under its label, beside the end of a cell
    return (gap >= 0.9 and sum(off < 0.012 for off in near) >= 2) or sum(off < 0.006 for off in near) >= (1 if gap >= 1.3 else 3)


def _other_size(part: Sequence[Word], i: int, page: PageText) -> bool:
    """Whether print of another size begins at a word, further off than words of one line stand: a small address beside a large name.
    The tallest word of the smaller print counts and the second of the larger, so that a stroke through one word makes no size."""
    gap = (part[i].x0 - part[i - 1].x1) * page.width
    before, after = (sorted((word.y1 - word.y0 for word in side), reverse=True) for side in (part[max(0, i - 4) : i], part[i : i + 4]))
    if min(len(before), len(after)) < 2:
        return False
    larger, smaller = max(before, after, key=max), min(before, after, key=max)
    return gap > SIZED[0] * larger[1] * page.height and larger[1] > SIZED[1] * smaller[0]


def _follows(last: Word, first: Word, page: PageText) -> bool:
    common = min(last.y1, first.y1) - max(last.y0, first.y0)
    gap = (first.x0 - last.x1) * page.width
    tall = max(_tall(last), _tall(first))
    return common > 0.55 * tall and -0.5 * tall * page.height < gap < 1.2 * tall * page.height


def _nfc(words: Iterable[Word]) -> list[Word]:
    """Composed letters, so that offsets hold in text and words; noise of one mark, and the rule of a cell before a word, is dropped."""
    kept = [replace(w, text=_RULE.sub("", unicodedata.normalize("NFC", w.text))) for w in words]
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
    """The part to the right of a label on its own level, the page's turn allowed for: the leftmost of those nearest in height."""
    turn = slope(lines, line.page)
    last = line.words[-1]

    def off(other: Line) -> float:
        first = other.words[0]
        return abs(first.y0 + first.y1 - last.y0 - last.y1 - 2 * turn * (first.x0 - last.x0))

    right = [o for o in lines if o.page == line.page and o.box[0] >= line.box[2] and off(o) < 2.0 * max(o.height, line.height)
             and re.search(r"\w", o.text) and not speck(o)]  # the rule of a cell is no part
    right = [o for o in right if not re.fullmatch(r"[^\W\d]{1,2}", o.text)] or right  # nor what a seal leaves, `EC`
    level = min(map(off, right), default=0.0) + 0.6 * line.height
    return min((o for o in right if off(o) < level), key=lambda o: o.box[0], default=None)


def speck(line: Line) -> bool:
    """Whether a line is nothing but hardly read pieces of three characters at most: a stroke, or what a seal leaves."""
    return all(len(w.text) <= 3 and w.confidence < SPECK for w in line.words)


def overlapping(one: Line, other: Line) -> bool:
    """Whether two lines share some of their width."""
    return one.box[0] < other.box[2] and one.box[2] > other.box[0]


def under(lines: Sequence[Line], line: Line) -> Line | None:
    """The nearest part below a line that shares some of its width, at most two and a half line heights away."""
    tall = max(line.height, 0.008)
    below = [o for o in lines if o.page == line.page and 0.6 * tall < o.box[1] - line.box[1] < 3.5 * tall
             and overlapping(o, line)]
    return min(below, key=lambda o: o.box[1], default=None)


def slope(lines: Sequence[Line], page: int) -> float:
    """How far the lines of a page fall to the right, as a share of the page's height over the share of its width; 0 when few are long."""
    long = [one.words for one in lines if one.page == page and len(one.words) >= 5 and one.box[2] - one.box[0] > 0.3]
    turns = sorted((w[-1].y0 + w[-1].y1 - w[0].y0 - w[0].y1) / (2 * (w[-1].x0 - w[0].x0)) for w in long if w[-1].x0 > w[0].x0)
    return turns[len(turns) // 2] if len(turns) >= 3 else 0.0


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


_TITLED = re.compile(r"\W*(?:LIC|ING|ARQ|DRA?|PROFR?A?|MTR[OA]|GRAL|CNEL|CAP|ST[AO]|MA|N[OU]M?|C)\.\W*")  # a short title before a name
_BEGINS = re.compile(r"[^\W\d_]")


def proper(text: str) -> str:
    """A text in capitals as names are written; mixed text stays as it is."""
    if text != text.upper():
        return text
    words = [w.lower() if w.lower() in SMALL_WORDS and i else _capital(w) for i, w in enumerate(text.split())]
    return " ".join(words)


def _capital(word: str) -> str:
    """`“BENITO` as `“Benito`, `LIC.` as `Lic.`; other words with a stop are initials and stay."""
    if "." in word and not _TITLED.fullmatch(word):
        return word
    return "-".join(_BEGINS.sub(lambda m: m[0].upper(), part.lower(), count=1) for part in word.split("-"))
