"""Pictures before recognition: opening within limits, orientation, uneven light, skew, small pictures for
the screen."""
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageFile, ImageFilter, ImageOps, ImageStat

Image.MAX_IMAGE_PIXELS = None  # the limit is ours, checked on the header before anything is decoded
LETTER_WIDTH = 8.5  # inches; what a picture without a sane resolution is taken to show
PREVIEW_WIDTH, THUMBNAIL_WIDTH = 1000, 240
DARK, PALE = 95, 160  # of 255: print is darker than the one, nothing paler than the other is print where there is dark print
_LIFTED = [v if v < 115 else min(255, 115 + (v - 115) * 140 // (PALE - 115)) for v in range(256)]
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
_EXIF_TURNS = {1: 0, 3: 180, 6: 90, 8: 270}


class Problem(Exception):
    """A file that cannot be read, by code (`problems.py` has the Spanish sentence)."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details


@dataclass(frozen=True)
class Frame:
    """One decoded picture, upright; `grey` (see `without_ink`) is for recognition, `colour` for people;
    `exif_turn` is the clockwise turn that its EXIF data asked for."""

    grey: Image.Image
    colour: Image.Image
    dpi: float
    exif_turn: int
    truncated: bool = False

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points (1/72 in)."""
        return self.grey.width * 72 / self.dpi, self.grey.height * 72 / self.dpi


def frames(path: Path, pixels: int, first: int = 1) -> Iterator[Frame]:
    """The frames of a picture from `first` (TIFF has several). Raises Problem: pixels, damaged."""
    with opened(path) as picture:
        count = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
        for index in range(first - 1, count):
            picture.seek(index)
            check_pixels(picture.width, picture.height, pixels)
            yield _frame(picture)


def frame_count(path: Path, pixels: int) -> int:
    """How many pages a picture file has; the header alone is read. Raises Problem: pixels, damaged."""
    with opened(path) as picture:
        check_pixels(picture.width, picture.height, pixels)
        return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1


def opened(path: Path) -> Image.Image:
    """The picture with its header read and nothing decoded. Raises Problem: damaged."""
    try:
        return Image.open(path)
    except (OSError, ValueError, SyntaxError, ZeroDivisionError) as error:
        raise Problem("damaged") from error


def check_pixels(width: int, height: int, limit: int) -> None:
    """Raises Problem `pixels` when width times height is over the limit."""
    if width * height > limit:
        raise Problem("pixels", megapixels=width * height // 1_000_000, limit=limit // 1_000_000)


def _frame(picture: Image.Image) -> Frame:
    truncated = _load(picture)
    orientation = _exif_orientation(picture)
    dpi = resolution(picture)
    upright = ImageOps.exif_transpose(picture) if orientation != 1 else picture
    colour = _flatten(upright)
    return Frame(without_ink(colour), colour, dpi, _EXIF_TURNS.get(orientation, -1), truncated)


def _load(picture: Image.Image) -> bool:
    """Decode; True when the end of the file was missing and the rest stayed grey."""
    try:
        picture.load()
        return False
    except (OSError, SyntaxError, ValueError, EOFError):
        ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        picture.load()
        return True
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Problem("damaged") from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _exif_orientation(picture: Image.Image) -> int:
    with suppress(Exception):  # EXIF is free-form; a broken block only means "not turned"
        return int(picture.getexif().get(0x0112, 1) or 1)
    return 1


def _flatten(picture: Image.Image) -> Image.Image:
    """Grey or RGB, transparency on white."""
    if picture.mode in ("L", "RGB"):
        return picture.copy()
    if picture.mode in ("1", "I", "I;16", "F"):
        return picture.convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    return picture.convert("RGB")


def without_ink(picture: Image.Image) -> Image.Image:
    """Grey for recognition, by the lightest of red, green and blue at each point: stamps and signatures in
    blue, red, green or violet fade, black print stays. Plain grey where the print itself is coloured: all over the page, or in
    its head away from black print, where coloured letterheads stand."""
    if picture.mode != "RGB":
        return picture if picture.mode == "L" else picture.convert("L")
    small = picture.reduce(min(8, *picture.size))
    lightest = _lightest(small)
    colour = ImageChops.subtract(lightest, small.convert("L"))
    if ImageStat.Stat(colour).mean[0] > 255 - ImageStat.Stat(lightest).mean[0]:
        return picture.convert("L")
    page = _lightest(picture)
    head = colour.crop((0, 0, small.width, small.height // 4))
    return _with_head(page, picture) if _extreme(head) > 30 else page


def _extreme(grey: Image.Image) -> int:
    return int(grey.getextrema()[1])  # type: ignore[arg-type]


def _with_head(page: Image.Image, picture: Image.Image) -> Image.Image:
    """The upper quarter in plain grey where no black print is near."""
    head = evenly_lit(page.crop((0, 0, page.width, page.height // 4)))
    plain = evenly_lit(picture.crop((0, 0, page.width, page.height // 4)).convert("L"))
    whole = evenly_lit(page)
    whole.paste(Image.composite(head, plain, _near_print(head)))
    return whole


def _lightest(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def resolution(picture: Image.Image) -> float:
    """Dots per inch from the file where they make a page of 2 to 30 in, else as if it showed a letter
    sheet."""
    short = min(picture.width, picture.height)
    with suppress(TypeError, ValueError, KeyError, IndexError):
        dpi = float(picture.info["dpi"][0])
        if dpi >= 72 and 2 <= short / dpi <= 30:
            return dpi
    return max(short / LETTER_WIDTH, 36.0)


def turned(picture: Image.Image, degrees: int) -> Image.Image:
    """The picture turned clockwise by a multiple of 90 degrees."""
    return picture.transpose(_TURNS[degrees % 360]) if degrees % 360 else picture


def evenly_lit(grey: Image.Image) -> Image.Image:
    """Divide by the background when the light is uneven (phone photos); flat scans come back untouched.

    The background is the local maximum of a small copy, blurred. On synthetic photos this takes the
    character error from 49 % to 0.5 % (facts, correspondence 3.1).
    """
    small = grey.resize((max(grey.width // 16, 8), max(grey.height // 16, 8)), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(4))
    if not _uneven(paper):
        return grey
    import numpy  # loaded only for photos

    gain = Image.fromarray(245.0 / numpy.maximum(numpy.asarray(paper, dtype=numpy.float32), 1.0))
    flat = numpy.asarray(gain.resize(grey.size, Image.Resampling.BILINEAR)) * numpy.asarray(grey)
    return Image.fromarray(numpy.minimum(flat, 255.0, out=flat).astype(numpy.uint8))


def without_seals(grey: Image.Image) -> Image.Image:
    """Half-dark strokes next to dark print turn white: what is left of seals and signatures across a line.

    Away from dark print they stay, so that pale or coloured letterheads are still read. Pages of pale print come back untouched.
    """
    return Image.composite(grey.point(_LIFTED), grey, _near_print(grey))


def _near_print(grey: Image.Image) -> Image.Image:
    """A mask of what is close to dark print: about a tenth of an inch beside it, less above and below."""
    dark = grey.point([255 if value < DARK else 0 for value in range(256)])
    step = max(2, max(grey.size) // 400)
    wide, high = min(2 * step, grey.width), min(step + step // 2, grey.height)
    near = dark.reduce((wide, high)).point([0] * 15 + [255] * 241).filter(ImageFilter.MaxFilter(5))
    return near.resize((near.width * wide, near.height * high), Image.Resampling.NEAREST).crop((0, 0, *grey.size))


def _uneven(paper: Image.Image) -> bool:
    """Whether the darkest tenth of the paper is under 82 % of its brightest tenth."""
    values = sorted(paper.tobytes())
    low, high = values[len(values) // 10], values[-len(values) // 10]
    return low < 0.82 * high


def skew(grey: Image.Image) -> float:
    """Degrees (-8 to 8, counter-clockwise) that straighten the lines, by the sharpest row profile; 0 under
    1."""
    small = ImageOps.invert(_thumb(grey, 300))
    coarse = max(range(-8, 9), key=lambda angle: _sharpness(small.rotate(angle)))
    if coarse == 0:
        return 0.0
    fine = ImageOps.invert(_thumb(grey, 500))
    steps = [coarse + step / 4 for step in range(-3, 4)]
    return max(steps, key=lambda angle: _sharpness(fine.rotate(angle)))


def turnedness(grey: Image.Image) -> float:
    """How much stronger the lines from top to bottom are than those from side to side: under 0.5 on upright
    pages of text, over 2 on pages that lie on their side; in between (tables, short letters) it cannot tell."""
    small = ImageOps.invert(_thumb(_inner(grey), 400))
    return _sharpness(small.transpose(Image.Transpose.ROTATE_90)) / max(_sharpness(small), 1e-6)


def busiest(grey: Image.Image, share: float = 0.4) -> Image.Image:
    """The square with most strokes on it, its side `share` of the shorter side of the page."""
    page = _inner(grey)
    step = max(1, min(page.size) // 200)
    strokes = page.reduce(step).filter(ImageFilter.FIND_EDGES)
    side = max(1, int(min(strokes.size) * share))
    half = side // 2
    sums = strokes.filter(ImageFilter.BoxBlur(half)).crop((half, half, strokes.width - half, strokes.height - half))
    at = sums.tobytes().index(int(sums.getextrema()[1]))  # type: ignore[arg-type]
    left, top = at % sums.width * step, at // sums.width * step
    return page.crop((left, top, left + side * step, top + side * step))


def _inner(grey: Image.Image) -> Image.Image:
    """Without the border: on photos the edge between sheet and table is the strongest line there is."""
    wide, high = grey.width * 6 // 100, grey.height * 6 // 100
    return grey.crop((wide, high, grey.width - wide, grey.height - high))


def _sharpness(small: Image.Image) -> float:
    """How strongly the mean brightness changes from row to row."""
    rows = small.resize((1, small.height), Image.Resampling.BOX).tobytes()
    return sum((a - b) ** 2 for a, b in pairwise(rows)) / max(len(rows), 1)


def _thumb(grey: Image.Image, side: int) -> Image.Image:
    factor = max(1, round(max(grey.width / side, grey.height / (side * 1.4))))
    return grey.reduce(factor)


def preview(picture: Image.Image, target: Path, width: int = PREVIEW_WIDTH) -> None:
    """A JPEG for the screen, at most `width` pixels wide: for grey pages as small as WebP, 15 times
    cheaper."""
    height = max(1, picture.height * width // max(picture.width, 1))
    small = picture if picture.width <= width else picture.resize(
        (width, min(height, 16000)), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if small.height > 16000:
        small = small.crop((0, 0, small.width, 16000))
    small.save(target, "JPEG", quality=60)
