"""Recognition of one page picture by Tesseract 5 in process, Spanish, one thread.

Words come back in reading order with boxes as fractions of the upright page, whatever was turned or
straightened.
"""
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from ventanilla.core.documents.text import Word
from ventanilla.core.documents.workshop import glyphs, images, second, slant, underlines
from ventanilla.core.documents.workshop.images import Problem

LANGUAGE = "spa"
MIN_SKEW = 1.75  # degrees; Tesseract reads less than that as well, and faster
UPRIGHT = 0.5  # `Lie.turnedness` of pages that are surely upright; the others are tried both ways
SURE_PIECE = 0.85  # mean confidence at which a piece of a page settles how the page lies
LOW_CONFIDENCE = 0.55  # mean of the words; under it the page is also tried upside down
MAX_SIDE = 5200
MAX_DPI, ENOUGH = 315.0, 250.0  # what is finer is brought to what is enough: photos of twelve megapixels show a sheet at 350 dpi
_PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata", "/usr/share/tesseract-ocr/tessdata",
    "/usr/local/share/tessdata", "/opt/homebrew/share/tessdata",
)


@dataclass(frozen=True)
class Recognised:
    """What was read; `turn` is the clockwise turn (0, 90, 180, 270) that made the page upright."""

    words: tuple[Word, ...]
    confidence: float
    turn: int


def tessdata() -> Path | None:
    """The folder with `spa.traineddata`, or None: TESSDATA_PREFIX first, then where the systems put it."""
    for place in (os.environ.get("TESSDATA_PREFIX", ""), *_PLACES):
        for folder in (Path(place), Path(place) / "tessdata"):
            if place and (folder / f"{LANGUAGE}.traineddata").is_file():
                return folder
    return None


@lru_cache(maxsize=1)
def engine() -> Any:
    """The loaded engine. Raises Problem `no_ocr` when the Spanish language file is missing."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    import tesserocr

    folder = tessdata()
    if folder is None:
        raise Problem("no_ocr")
    return tesserocr.PyTessBaseAPI(path=str(folder), lang=LANGUAGE, oem=tesserocr.OEM.LSTM_ONLY)


def engine_name() -> str:
    """`tesseract 5.5.4 spa`."""
    import tesserocr

    return f"tesseract {tesserocr.tesseract_version().split()[1]} {LANGUAGE}"


def recognise(grey: Image.Image, dpi: float) -> Recognised:
    """Read a grey page: even light, straight lines, upright; then Tesseract once (twice when upside down)."""
    page, dpi = _sized(grey, dpi)
    page = images.without_seals(images.evenly_lit(page))
    lie = slant.Lie(page)
    turn = _turn(page, dpi, lie)
    best = _attempt(page, dpi, turn, lie)
    if best.confidence < LOW_CONFIDENCE and len(best.words) > 4:
        other = _attempt(page, dpi, turn + 180, lie)
        best = max(best, other, key=lambda r: r.confidence * math.sqrt(len(r.words)))
    return best if best.words else replace(best, turn=0)  # a photograph without words stays as it was taken


def _turn(page: Image.Image, dpi: float, lie: slant.Lie) -> int:
    """The clockwise turn that makes the lines level. Where their shape does not say it beyond doubt, a small
    piece of the page is read each way: the first that reads surely is taken, else the one that reads best."""
    shape = lie.turnedness
    if shape < UPRIGHT:
        return 0
    piece, scores = slant.busiest(page), {}
    for turn in (0, 180, 90, 270) if shape < 2 else (90, 270, 0, 180):
        words = _level(images.turned(piece, turn), dpi)
        confidence, letters = _confidence(words), sum(len(w.text) for w in words)
        if confidence > SURE_PIECE and letters >= 30:
            return turn
        scores[turn] = confidence * letters
    return max(scores, key=lambda turn: scores[turn])


def _level(piece: Image.Image, dpi: float) -> tuple[Word, ...]:
    """The longer words that are wider than tall: the engine itself also reads lines that run downwards."""
    words = (w for w in _words(piece, dpi) if len(w.text) >= 3)
    return tuple(w for w in words if (w.x1 - w.x0) * piece.width > (w.y1 - w.y0) * piece.height)


def _confidence(words: tuple[Word, ...]) -> float:
    return sum(w.confidence * len(w.text) for w in words) / max(sum(len(w.text) for w in words), 1)


def _sized(grey: Image.Image, dpi: float) -> tuple[Image.Image, float]:
    """Huge pages are reduced, very coarse ones doubled."""
    longest = max(grey.size)
    scale = 2.0 if dpi < 110 and longest < 1600 else min(MAX_SIDE / longest, ENOUGH / dpi if dpi > MAX_DPI else 1.0, 1.0)
    if 0.95 < scale <= 1:
        return grey, dpi
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    smooth = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BILINEAR
    return grey.resize(size, smooth, reducing_gap=2.0), dpi * scale


def _attempt(page: Image.Image, dpi: float, turn: int, lie: slant.Lie) -> Recognised:
    upright = images.turned(page, turn)
    angle = lie.angle(turn)
    straight = upright
    if abs(angle) >= MIN_SKEW:
        straight = upright.rotate(angle, Image.Resampling.BILINEAR, fillcolor=255)
    else:
        angle = 0.0
    words, lines = tuple(_words(straight, dpi)), underlines.found(straight, dpi)
    words = second.look_again(straight, words, lambda strip: tuple(_words(strip, dpi, line=True)), lines)
    place = _unturn(straight.width, straight.height, angle)
    words = tuple(place(word) for word in words) if angle else words
    return Recognised(words, _confidence(words), turn % 360)


def _words(page: Image.Image, dpi: float, *, line: bool = False) -> Iterator[Word]:
    """Words with boxes as fractions of this picture, which holds a page or a single `line`."""
    import tesserocr

    api, level = engine(), tesserocr.RIL
    api.SetPageSegMode(tesserocr.PSM.SINGLE_LINE if line else tesserocr.PSM.AUTO)
    api.SetImageBytes(page.tobytes(), page.width, page.height, 1, page.width)
    api.SetSourceResolution(int(min(max(dpi, 70), 2400)))
    api.Recognize()
    row = block = looks = 0
    found = api.GetIterator()
    for item in tesserocr.iterate_level(found, level.WORD) if found else ():
        if item.Empty(level.WORD):
            continue
        block += bool(item.IsAtBeginningOf(level.BLOCK))
        row += bool(item.IsAtBeginningOf(level.TEXTLINE))
        box = item.BoundingBox(level.WORD)
        text = item.GetUTF8Text(level.WORD).strip()
        if box and text:
            confidence = round(item.Confidence(level.WORD) / 100, 3)
            if looks < glyphs.MOST and glyphs.doubtful(text):
                looks += 1
                read, text = text, glyphs.settled(page, tuple(_symbols(item)))
                confidence = confidence if text == read else min(confidence, glyphs.CHANGED)
            yield Word(text, *_shares(box, page), confidence=confidence, line=row, block=block)
    api.Clear()


def _symbols(item: Any) -> Iterator[glyphs.Symbol]:
    """The characters of the word that the iterator stands at, each with its box in pixels; it stays inside the word."""
    import tesserocr

    level = tesserocr.RIL
    while True:
        yield item.GetUTF8Text(level.SYMBOL), item.BoundingBox(level.SYMBOL)
        if item.IsAtFinalElement(level.WORD, level.SYMBOL) or not item.Next(level.SYMBOL):
            return


def _shares(box: tuple[int, int, int, int], page: Image.Image) -> tuple[float, float, float, float]:
    """Pixels as fractions of the page."""
    places = (box[0] / page.width, box[1] / page.height, box[2] / page.width, box[3] / page.height)
    return tuple(round(min(max(p, 0.0), 1.0), 5) for p in places)  # type: ignore[return-value]


def _unturn(width: int, height: int, angle: float) -> Callable[[Word], Word]:
    """From a place in the straightened picture to fractions of the picture as it was."""
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def place(word: Word) -> Word:
        half_w, half_h = (word.x1 - word.x0) / 2 * width, (word.y1 - word.y0) / 2 * height
        dx, dy = (word.x0 + word.x1 - 1) / 2 * width, (word.y0 + word.y1 - 1) / 2 * height
        x, y = width / 2 + dx * cosine - dy * sine, height / 2 + dx * sine + dy * cosine
        corners = ((x - half_w) / width, (y - half_h) / height, (x + half_w) / width, (y + half_h) / height)
        x0, y0, x1, y1 = (round(min(max(c, 0.0), 1.0), 5) for c in corners)
        return replace(word, x0=x0, y0=y0, x1=x1, y1=y1)

    return place
