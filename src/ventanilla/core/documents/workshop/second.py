"""A second look at single lines where a seal or a signature broke the first: the strip of the line alone, as one line of text.

What crosses a line of print joins its letters to something too tall to be text, and the engine leaves both out. Cut out, the strip
holds the letters and only the part of the stroke that crosses them. Pages whose print was read whole cost a glance, not a reading.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from PIL import Image, ImageFilter

from ventanilla.core.documents.text import Word
from ventanilla.core.documents.workshop import underlines, unread
from ventanilla.core.documents.workshop.underlines import Line

WEAK = 0.7  # a line with a longer word below this is looked at again
HARDLY = 0.5  # a word over a line drawn under it that was read no better was not read
MOST, SHARE = 6, 0.10  # strips of a page, and their share of it
INK, BLANK = 110, 0.04  # darker than this is ink; a column with less of it than the share is blank
SOLID, SOFT, SEALED = 85, 150, 0.35  # print is darker than the first, a seal's ink in grey lies between; the share of it that tells of one
_FADED = [v if v < SOLID else min(255, SOLID + (v - SOLID) * (255 - SOLID) // 45) for v in range(256)]
COLUMN = 8  # pixels; ink is counted in columns of this width
Pixels = tuple[int, int, int, int]
Read = Callable[[Image.Image], Sequence[Word]]


class _Inked:
    """A page and its ink, counted once: the share of each eight pixels of a row."""

    def __init__(self, page: Image.Image) -> None:
        self.width, self.height = page.size
        self._ink = page.point([255 if v < INK else 0 for v in range(256)]).reduce((min(COLUMN, page.width), 1))
        self._bands: dict[tuple[int, int], list[float]] = {}

    @property
    def cells(self) -> Image.Image:
        """The share of ink in each cell of eight pixels by eight, 255 for all."""
        return self._ink.reduce((1, min(unread.CELL, self.height)))

    def columns(self, top: int, bottom: int) -> list[float]:
        """The share of ink in each eight columns of a band; a line asks several times for its own."""
        if (top, bottom) not in self._bands:
            band = self._ink.crop((0, top, self._ink.width, bottom))
            self._bands[top, bottom] = [v / 255 for v in band.resize((band.width, 1), Image.Resampling.BOX).tobytes()]
        return self._bands[top, bottom]


@dataclass(frozen=True)
class Strip:
    """A line to be read again, in pixels, the words it has now (their places in the page's list), how urgent it is, and whether it
    stands over a line drawn under it."""

    box: tuple[int, int, int, int]
    old: tuple[int, ...]
    weight: float
    over: bool = False

    @property
    def area(self) -> int:
        """Square pixels."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


def look_again(page: Image.Image, words: Sequence[Word], read: Read, lines: Sequence[Line] = ()) -> tuple[Word, ...]:
    """The words with broken lines read again where that reads more, or surer; print over `lines` drawn under it without these."""
    if not 8 <= len(words) <= 1500:
        return tuple(words)
    found = sorted(_strips(_Inked(page), words, [line.box for line in lines]), key=lambda s: -s.weight)
    kept, left = list(words), page.width * page.height * SHARE
    dropped: set[int] = set()
    done: list[Pixels] = []
    clean = underlines.without(page, lines if any(strip.over for strip in found) else ())
    for strip in found[:MOST]:
        left -= strip.area
        if left < 0:
            break
        better = [] if any(_middle_in(strip.box, box) for box in done) else _better(clean if strip.over else page, strip, words, read)
        if better:
            dropped.update(strip.old)
            done.append(strip.box)
            kept += better
    return tuple(_ordered(kept, dropped))


def _ordered(words: Sequence[Word], dropped: set[int]) -> Iterator[Word]:
    """Without the words that were replaced; the new ones keep the place of their line by their block and line numbers."""
    yield from sorted((w for i, w in enumerate(words) if i not in dropped), key=lambda w: (w.block, w.line))


def _strips(page: _Inked, words: Sequence[Word], underlined: Sequence[Pixels]) -> Iterator[Strip]:
    lines: dict[int, list[int]] = {}
    for i, word in enumerate(words):
        lines.setdefault(word.line, []).append(i)
    tall = sorted(w.y1 - w.y0 for w in words)[len(words) // 2] * page.height
    boxes = {line: _around(words, some, page) for line, some in lines.items()}
    for line, some in lines.items():
        own = boxes[line]
        others = [box for other, box in boxes.items() if other != line]
        if 0.6 * tall < own[3] - own[1] < 2.2 * tall and not any(_within(own, box) for box in others):
            yield from _broken(page, words, some, own, tall)
            yield from _unread_near(page, own, list(boxes.values()), tall)
    own_boxes = [_around(words, (i,), page) for i in range(len(words))]
    over = list(_over(_joined(underlined, tall), own_boxes, words, tall))
    yield from (replace(strip, box=_inside(strip.box, page)) for strip in over)
    apart = own_boxes + [strip.box for strip in over]
    yield from (Strip(_inside(box, page), (), 2.0) for box in unread.pieces(page.cells, apart, tall))


def _joined(lines: Sequence[Pixels], tall: float) -> Iterator[Pixels]:
    """Pieces of line that follow each other at the same height are one: letters interrupt them."""
    rest = sorted(lines)
    while rest:
        one, others = rest[0], []
        for x0, y0, x1, y1 in rest[1:]:
            near = x0 < one[2] + 4 * tall and abs(y0 + y1 - one[1] - one[3]) < tall
            one = (one[0], min(one[1], y0), max(one[2], x1), max(one[3], y1)) if near else one
            others += [] if near else [(x0, y0, x1, y1)]
        yield one
        rest = others


def _over(lines: Iterator[Pixels], boxes: Sequence[Pixels], words: Sequence[Word], tall: float) -> Iterator[Strip]:
    """The room over a line, where words stand on less than half of it or hardly read ones do."""
    for left, top, right, bottom in lines:
        room = (int(left - tall), int(top - 1.4 * tall), int(right + tall), int(bottom + 0.4 * tall))
        old = tuple(i for i, box in enumerate(boxes) if _middle_in(box, room))
        said = sum(boxes[i][2] - boxes[i][0] for i in old if words[i].confidence > HARDLY)
        if said < 0.5 * (right - left):
            yield Strip(room, old, 2.5, over=True)


def _middle_in(box: Pixels, room: Pixels) -> bool:
    return room[0] < (box[0] + box[2]) / 2 < room[2] and room[1] < (box[1] + box[3]) / 2 < room[3]


def _inside(box: Pixels, page: _Inked) -> Pixels:
    return max(box[0], 0), max(box[1], 0), min(box[2], page.width), min(box[3], page.height)


def _within(own: Pixels, other: Pixels) -> bool:
    """Whether the middle of another line lies in this one's strip: slanting lines cannot be cut apart."""
    return own[1] < (other[1] + other[3]) / 2 < own[3] and other[0] < own[2] and other[2] > own[0]


def _around(words: Sequence[Word], some: Sequence[int], page: _Inked) -> Pixels:
    chosen = [words[i] for i in some]
    return (int(min(w.x0 for w in chosen) * page.width), int(min(w.y0 for w in chosen) * page.height),
            int(max(w.x1 for w in chosen) * page.width), int(max(w.y1 for w in chosen) * page.height))


def _broken(page: _Inked, words: Sequence[Word], some: Sequence[int], own: Pixels, tall: float) -> Iterator[Strip]:
    """A line with a weak word, or with ink beside and between its words that no word stands for."""
    weak = min((words[i].confidence for i in some if len(words[i].text) > 2), default=1.0)
    near = _reach(page, own, tall)
    spans = sorted((int(words[i].x0 * page.width), int(words[i].x1 * page.width)) for i in some)
    holes = [(near[0], own[0]), (own[2], near[1]), *((a[1], b[0]) for a, b in pairwise(spans))]
    torn = any(b - a > 1.4 * tall and _filled(page, (a, own[1], b, own[3])) for a, b in holes)
    letters = sum(len(words[i].text) for i in some)
    if torn or (weak < WEAK and letters >= 6):
        pad = int(0.2 * tall)
        box = (max(near[0] - pad, 0), max(own[1] - pad, 0), min(near[1] + pad, page.width), min(own[3] + pad, page.height))
        yield Strip(box, tuple(some), 1.0 - weak + 0.5 * torn + min(letters, 20) / 40)


def _filled(page: _Inked, hole: Pixels) -> bool:
    """Whether ink stands in most of a hole's columns, as print does and table cells or specks do not."""
    shares = page.columns(hole[1], hole[3])[hole[0] // COLUMN + 1 : hole[2] // COLUMN]
    return bool(shares) and sum(s > 0.08 for s in shares) > 0.5 * len(shares)


def _unread_near(page: _Inked, own: Pixels, taken: Sequence[Pixels], tall: float) -> Iterator[Strip]:
    """The room of one line right above a line and right below it, when there is ink in it but no word: a name under a signature, a date
    over one."""
    for top, bottom in ((own[1] - 2.1 * tall, own[1] - 0.15 * tall), (own[3] + 0.15 * tall, own[3] + 2.1 * tall)):
        room = (own[0], int(top), own[2], int(bottom))
        if top < 0 or bottom > page.height or any(_in_the_way(box, room, tall) for box in taken):
            continue
        span = _text_span(page, room, tall)
        if span and span[1] - span[0] > 5 * tall:
            yield Strip((max(span[0] - 12, 0), room[1], min(span[1] + 12, page.width), room[3]), (), 0.6)


def _in_the_way(box: Pixels, room: Pixels, tall: float) -> bool:
    """Whether a line stands in more of a room than its edges."""
    return box[1] < room[3] - 0.3 * tall and box[3] > room[1] + 0.3 * tall and box[0] < room[2] and box[2] > room[0]


def _text_span(page: _Inked, band: Pixels, tall: float) -> tuple[int, int] | None:
    """From the first to the last ink of a band where its columns are filled as print fills them; None for a stroke or specks."""
    left, right = _reach(page, band, tall)
    shares = page.columns(band[1], band[3])[left // COLUMN : right // COLUMN]
    full = [i for i, share in enumerate(shares) if share > 0.1]
    if len(full) < 12 or len(full) < 0.55 * (full[-1] - full[0]):
        return None
    print_like = 0.07 < sum(shares[full[0] : full[-1] + 1]) / (full[-1] - full[0] + 1) < 0.6
    return (left + full[0] * COLUMN, left + full[-1] * COLUMN + COLUMN) if print_like else None


def _reach(page: _Inked, band: Pixels, tall: float) -> tuple[int, int]:
    """How far the ink of a band goes on to both sides without a blank wider than two and a half letters."""
    full = [share > BLANK for share in page.columns(band[1], band[3])]
    left, right = band[0] // COLUMN, min(band[2] // COLUMN, len(full) - 1)
    return _edge(full, left, -1, tall / COLUMN) * COLUMN, (_edge(full, right, 1, tall / COLUMN) + 1) * COLUMN


def _edge(full: Sequence[bool], start: int, step: int, tall: float) -> int:
    last = at = start
    while 0 <= at + step < len(full) and abs(at - last) < 2.5 * tall:
        at += step
        last = at if full[at] else last
    return last


def _better(page: Image.Image, strip: Strip, words: Sequence[Word], read: Read) -> list[Word]:
    """The words of the strip read alone, on the page's own scale; none when the first reading was as good."""
    left, top = strip.box[:2]
    cut = page.crop(strip.box)
    old = [words[i] for i in strip.old]
    fresh = _read(cut, read, old)
    if not _is_better(fresh, old):
        return []
    like = old[0] if old else _nearest(words, top / page.height)
    return [replace(w, x0=(left + w.x0 * cut.width) / page.width, x1=(left + w.x1 * cut.width) / page.width,
                    y0=(top + w.y0 * cut.height) / page.height, y1=(top + w.y1 * cut.height) / page.height,
                    line=like.line if old else -like.line - 1, block=like.block) for w in fresh]


def _is_better(fresh: Sequence[Word], old: Sequence[Word]) -> bool:
    """Whether a reading is worth more than the first one; where that had nothing, whether it is print, and sure if it is short."""
    if old:
        return _worth(fresh) > max(_worth(old) * 1.05, 4.0) or _parted(fresh, old)
    short = all(w.confidence > 0.85 for w in fresh) and sum(c.isalnum() for w in fresh for c in w.text) > 1
    return short or (_worth(fresh) > 4.0 and _print(fresh))


def _parted(fresh: Sequence[Word], old: Sequence[Word]) -> bool:
    """Whether a reading is the first one with slashes where that had gaps: `CVD V5 03137 2024`."""
    now, then = (" ".join(w.text for w in words) for words in (fresh, old))
    return now.count("/") > then.count("/") + 1 and abs(sum(map(str.isalnum, now)) - sum(map(str.isalnum, then))) <= 1


def _read(cut: Image.Image, read: Read, old: Sequence[Word]) -> list[Word]:
    """The strip as it is and, where that is doubtful and not what was read before, without what crosses its print: the surer of both."""
    plain = _said(read(cut))
    if _mean(plain) > 0.85 or [w.text for w in plain] == [w.text for w in old]:
        return plain
    return max(plain, _said(read(_uncrossed(cut))), key=_worth)


def _uncrossed(cut: Image.Image) -> Image.Image:
    """A strip without the half-dark ink of a seal where there is much of it, else without strokes thinner than a pen's. On a whole page
    that ink is left alone: taking it out also thins the print, and a 9 becomes a 0."""
    shades = cut.histogram()
    if sum(shades[SOLID:SOFT]) > SEALED * sum(shades[:SOLID]):
        return cut.point(_FADED)
    width = 5 if cut.height > 60 else 3
    return cut.filter(ImageFilter.MaxFilter(width)).filter(ImageFilter.MinFilter(width))


def _said(words: Sequence[Word]) -> list[Word]:
    """Without specks: doubtful words of few letters."""
    return [w for w in words if w.confidence > 0.3 or sum(c.isalnum() for c in w.text) > 3]


def _nearest(words: Sequence[Word], top: float) -> Word:
    return min(words, key=lambda w: abs(w.y0 - top))


def _worth(words: Sequence[Word]) -> float:
    return sum(max(w.confidence, 0.0) * sum(c.isalnum() for c in w.text) for w in words)


def _print(words: Sequence[Word]) -> bool:
    """Whether what was read where nothing had been is print and no scribble: two longer words beyond doubt, or most of it."""
    return _mean(words) > 0.5 or sum(w.confidence > 0.8 and len(w.text) >= 4 for w in words) >= 2


def _mean(words: Sequence[Word]) -> float:
    return sum(w.confidence * len(w.text) for w in words) / max(sum(len(w.text) for w in words), 1)
