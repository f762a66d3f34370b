"""Which of two like characters a glyph of a number is, by its own shape: 0 or O, 5, 8 or S, 8 or B, 1 or I, 2 or Z.

The engine reads `APS.D5O/OS/00840/2024` by what usually stands there, and surely. The shape tells: half a turn leaves an S and a Z
as they are and no 5 and no 2, a mirror leaves an 8 and no B, an O is wider than the zeros of the same number, an I narrower than its 1.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageFilter

Box = tuple[int, int, int, int]
Symbol = tuple[str, Box | None]
_Placed = tuple[str, Box]
CHANGED = 0.74  # confidence of a word whose shape says another character than the engine: no field is sure with it
_LIKE = "0O581Il|!]2"
_NUMBER = re.compile(r"(?=.*\d{3})(?=.*[/.-])[\w/.|!\]-]{5,40}[,;:]?")
_DATE = re.compile(r"\d\d?([/.-])\d\d?\1(?:\d\d){1,2}\W?")
_PART = re.compile(r"[\w|!\]]+")
_RUN = re.compile(r"(?<!\w)\d{3,}(?!\w)")
_SIZE = (16, 24)
MOST, LARGEST = 60, 160  # numbers of a page that are looked at; pixels of a character's side
_TURNS = (Image.Transpose.ROTATE_180, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM)


def doubtful(text: str) -> bool:
    """Whether a word is a number with a part in which like characters may be taken for each other."""
    return bool(_NUMBER.fullmatch(text)) and not _DATE.fullmatch(text) and any(_is_doubtful(part) for part in _PART.findall(text))


def _is_doubtful(part: str) -> bool:
    """Mixed of letters and digits, or one or two digits alone."""
    plain = part.isalpha() and not re.search(r"l|OO", part)
    return any(char in _LIKE for char in part) and not plain and not (part.isdigit() and len(part) > 2)


def settled(page: Image.Image, symbols: Sequence[Symbol]) -> str:
    """The text of a number whose doubtful characters are read by their shape; the others stay."""
    text = "".join(char for char, _ in symbols)
    placed = [(char, box) for char, box in symbols if box and 0 < box[2] - box[0] < LARGEST and 0 < box[3] - box[1] < LARGEST]
    return _settled(page, placed, text) if len(placed) == len(symbols) else text


def _settled(page: Image.Image, symbols: Sequence[_Placed], text: str) -> str:
    sure = [symbols[i] for match in _RUN.finditer(text) for i in range(*match.span()) if len(text) == len(symbols)]
    zeros = sorted(box[2] - box[0] for char, box in sure if char == "0")
    if not zeros:
        return text
    known = _Known(page, sure, zeros[len(zeros) // 2], _fixed_pitch(symbols), _upright(page, sure))
    said = list(text)
    for part in _PART.finditer(text):
        for i in range(*part.span()) if _is_doubtful(part[0]) else ():
            char = _shaped(known, *symbols[i], inside=part.start() < i < part.end() - 1)
            said[i] = said[i] if char.isalpha() and _is_serial(part[0]) else char
    return "".join(said)


def _is_serial(part: str) -> bool:
    """Nearly digits alone, as consecutive numbers are: a letter among them is a misread digit, and never the other way round."""
    return len(part) <= 8 and sum(char.isdigit() for char in part) >= 3


@dataclass(frozen=True)
class _Known:
    """What a number says of its own print: digits beyond doubt, how wide its zeros are, whether every character has the same room, and
    whether it stands upright: a slanting 8 is not its own mirror."""

    page: Image.Image
    sure: Sequence[_Placed]
    zero: int
    fixed: bool
    upright: bool

    def likeness(self, char: str, glyph: Image.Image) -> float | None:
        """How like a glyph is to the same digit elsewhere in the number; None where there is none."""
        others = [_glyph(self.page, box) for digit, box in self.sure if digit == char]
        return max((_correlation(glyph.tobytes(), other.tobytes()) for other in others), default=None)


def _fixed_pitch(symbols: Sequence[_Placed]) -> bool:
    """Whether marks take as much room as digits, as on a typewriter: there an O is as wide as a zero."""
    middles = [(box[0] + box[2]) / 2 for _, box in symbols]
    steps = sorted(b - a for a, b in pairwise(middles))
    return steps[-1 - len(steps) // 8] < 1.18 * steps[len(steps) // 8]


def _upright(page: Image.Image, sure: Sequence[_Placed]) -> bool:
    glyph = next(_glyph(page, box) for char, box in sure if char == "0")
    return _correlation(glyph.tobytes(), glyph.transpose(_TURNS[1]).tobytes()) > 0.7


def _shaped(known: _Known, char: str, box: Box, *, inside: bool) -> str:
    """The character that the shape says; a slash only `inside` a part, between two others."""
    wide = (box[2] - box[0]) / known.zero
    if char in "0O":
        return char if known.fixed else "0" if wide < 1.09 else "O" if wide > 1.18 else char
    if char not in _LIKE or (char in "|!]" and not inside) or box[3] - box[1] < 8 or box[2] <= box[0]:
        return char
    glyph = _glyph(known.page, box)
    half, mirror, flip = (_correlation(glyph.tobytes(), glyph.transpose(t).tobytes()) for t in _TURNS)
    if char in "1Il|!]" and inside and known.upright and half > 0.6 and mirror < 0.4 and wide < 0.95:
        return "/"
    if char in "1l|!]":
        straight = known.upright and (wide < 0.62 or (half > 0.93 and flip > 0.93))
        return "I" if wide < 0.45 or straight else "1" if wide > 0.7 and half < 0.85 else char
    if char == "2":
        return "Z" if half > 0.72 else char
    if char == "8":
        return "S" if known.upright and mirror < 0.6 and flip < 0.56 else char
    like = known.likeness("5", glyph)
    return "S" if half > (0.78 if like is None else like - 0.1) else char


def _glyph(page: Image.Image, box: Box) -> Image.Image:
    """The print in a box, without what stands in from its neighbours, in one size."""
    cut = page.crop(box)
    values = cut.tobytes()
    middle = (min(values) + max(values)) / 2
    dark = cut.point([255 if value < middle else 0 for value in range(256)])
    own = _largest(dark).filter(ImageFilter.MaxFilter(3))
    alone = Image.composite(cut, Image.new("L", cut.size, 255), own).crop(own.getbbox())
    return alone.resize(_SIZE, Image.Resampling.BOX)


def _largest(dark: Image.Image) -> Image.Image:
    """The largest piece of connected ink as a mask."""
    wide, high = dark.size
    left = {i for i, value in enumerate(dark.tobytes()) if value}
    best: list[int] = []
    while len(left) > len(best):
        piece = [left.pop()]
        for at in piece:  # grows while it is walked
            x = at % wide
            near = (at - wide, at + wide, *((at - 1,) if x else ()), *((at + 1,) if x < wide - 1 else ()))
            found = [i for i in near if i in left]
            left.difference_update(found)
            piece += found
        best = max(best, piece, key=len)
    mask = bytearray(wide * high)
    for at in best:
        mask[at] = 255
    return Image.frombytes("L", dark.size, bytes(mask))


def _correlation(one: bytes, other: bytes) -> float:
    """1 for the same picture, 0 for two that have nothing in common."""
    mean, middle = sum(one) / len(one), sum(other) / len(other)
    both = sum((a - mean) * (b - middle) for a, b in zip(one, other, strict=True))
    spread = sum((a - mean) ** 2 for a in one) * sum((b - middle) ** 2 for b in other)
    return both / math.sqrt(spread) if spread else 1.0
