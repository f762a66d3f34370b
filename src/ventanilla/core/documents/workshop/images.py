"""Pictures before recognition: opening within limits, orientation, uneven light, skew, small pictures for
the screen."""
import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageFile, ImageFilter, ImageStat

Image.MAX_IMAGE_PIXELS = None  # the limit is ours, checked on the header before anything is decoded
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF")  # Pillow knows dozens more that nobody should be able to reach
LETTER_WIDTH = 8.5  # inches; what a picture without a sane resolution is taken to show
PREVIEW_WIDTH, THUMBNAIL_WIDTH, MAX_HEIGHT = 1000, 240, 16_000
DARK, PALE = 95, 160  # of 255: print is darker than the one, nothing paler than the other is print where there is dark print
_LIFTED = [v if v < 115 else min(255, 115 + (v - 115) * 140 // (PALE - 115)) for v in range(256)]
_FINE = 255 / math.log(245 / 4)  # steps of a logarithm from 4 to 245: 1.6 %
_LOGARITHMS = [round(_FINE * math.log(max(v, 4) / 4)) if v < 245 else 255 for v in range(256)]
_GAINS = [round(_FINE * math.log(245 / max(v, 4))) if v < 245 else 0 for v in range(256)]
COLOURED = 30  # how much lighter than grey the lightest channel of coloured print is at least
_BLACK = 16  # what is darker than this once it is evenly lit is black: black print stays black in whatever light
_POWERS = [round(light) if light >= _BLACK else 0 for light in (4 * math.exp(v / _FINE) for v in range(256))]
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
_EXIF_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90}


class Problem(Exception):
    """A file that cannot be read, by code (`problems.py` has the Spanish sentence)."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details


@dataclass(frozen=True)
class Frame:
    """One decoded picture, upright; `grey` (see `without_ink`) is for recognition, `colour` for people and not larger than
    a preview needs."""

    grey: Image.Image
    colour: Image.Image
    dpi: float
    truncated: bool = False

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points (1/72 in)."""
        return self.grey.width * 72 / self.dpi, self.grey.height * 72 / self.dpi


def frames(path: Path, pixels: int, first: int = 1) -> Iterator[Frame]:
    """The frames of a picture from `first` (TIFF has several), each to be used before the next is asked for.

    Raises Problem: pixels, damaged.
    """
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
        return Image.open(path, formats=FORMATS)
    except (OSError, ValueError, SyntaxError, ZeroDivisionError) as error:
        raise Problem("damaged") from error


def check_pixels(width: int, height: int, limit: int) -> None:
    """Raises Problem `pixels` when width times height is over the limit."""
    if width * height > limit:
        raise Problem("pixels", megapixels=width * height // 1_000_000, limit=limit // 1_000_000)


def _frame(picture: Image.Image) -> Frame:
    """Decoded once; what is small is turned, and of what is large only the grey."""
    truncated = load(picture)
    orientation, dpi = exif_orientation(picture), resolution(picture)
    flat = flattened(picture)
    small = flat.reduce(max(1, int(min(flat.size) / (0.95 * PREVIEW_WIDTH))))  # never much smaller than the preview
    return Frame(uprighted(without_ink(flat, small), orientation), uprighted(small, orientation), dpi, truncated)


def uprighted(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture as its EXIF orientation (1 to 8) wants it shown."""
    return picture.transpose(_EXIF_TRANSPOSES[orientation]) if orientation in _EXIF_TRANSPOSES else picture


def load(picture: Image.Image) -> bool:
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


def exif_orientation(picture: Image.Image) -> int:
    """1 to 8, as the standard numbers them; 1 where nothing is said."""
    with suppress(Exception):  # EXIF is free-form; a broken block only means "not turned"
        return int(picture.getexif().get(0x0112, 1) or 1)
    return 1


def flattened(picture: Image.Image) -> Image.Image:
    """Grey or RGB, transparency on white; the same picture where it is that already."""
    if picture.mode in ("L", "RGB"):
        return picture
    if picture.mode in ("1", "I", "I;16", "F"):
        return picture.convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    return picture.convert("RGB")


def without_ink(picture: Image.Image, glance: Image.Image | None = None) -> Image.Image:
    """Grey for recognition, by the lightest of red, green and blue at each point: stamps and signatures in
    blue, red, green or violet fade, black print stays. Plain grey where the print itself is coloured: all over the page, or in
    its head away from black print, where coloured letterheads stand. A `glance` is a reduced copy that is there already."""
    if picture.mode != "RGB":
        return picture if picture.mode == "L" else picture.convert("L")
    seen = glance or picture
    small = seen.reduce(max(1, min(8 * seen.width // picture.width, *seen.size)))
    lightest = _lightest(small)
    colour = ImageChops.subtract(lightest, small.convert("L"))
    if ImageStat.Stat(colour).mean[0] > 255 - ImageStat.Stat(lightest).mean[0]:
        return picture.convert("L")
    page = _lightest(picture)
    head = (0, 0, small.width, small.height // 4)
    inked = colour.crop(head)
    return _with_head(page, picture, warm=_is_warm(small.crop(head), inked)) if _extreme(inked) > COLOURED else page


def _extreme(grey: Image.Image) -> int:
    return int(grey.getextrema()[1])  # type: ignore[arg-type]


def _is_warm(head: Image.Image, inked: Image.Image) -> bool:
    """Whether the coloured print of a head is orange, gold or brown: half-dark in plain grey, and dark in blue, where seals in blue and
    violet fade. Other print is dark enough in grey; in its own darkest channel a seal of another colour would be as dark."""
    red, green, blue = ImageStat.Stat(head, inked.point([0] * COLOURED + [255] * (256 - COLOURED))).mean
    return blue < min(red, green)


def _with_head(page: Image.Image, picture: Image.Image, *, warm: bool) -> Image.Image:
    """The upper quarter in plain grey, or in blue where its coloured print is `warm`, where no black print is near."""
    head = evenly_lit(page.crop((0, 0, page.width, page.height // 4)))
    coloured = picture.crop((0, 0, page.width, page.height // 4))
    plain = evenly_lit(coloured.getchannel("B") if warm else coloured.convert("L"))
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
    character error from 49 % to 0.5 % (facts, correspondence 3.1). To divide is to subtract logarithms, which fit in a byte.
    """
    small = grey.reduce((min(16, grey.width), min(16, grey.height)))
    paper = small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(4))
    if not _uneven(paper):
        return grey
    quarter = paper.point(_GAINS).resize((-(-grey.width // 4), -(-grey.height // 4)), Image.Resampling.BILINEAR)
    gain = quarter.resize((4 * quarter.width, 4 * quarter.height), Image.Resampling.NEAREST).crop((0, 0, *grey.size))
    return ImageChops.add(grey.point(_LOGARITHMS), gain).point(_POWERS)


def without_seals(grey: Image.Image) -> Image.Image:
    """Half-dark strokes next to dark print turn white: what is left of seals and signatures across a line.

    Away from dark print they stay, so that pale or coloured letterheads are still read. Pages of pale print come back untouched.
    """
    return ImageChops.lighter(grey, ImageChops.darker(grey.point(_LIFTED), _near_print(grey)))  # lifting never darkens


def _near_print(grey: Image.Image) -> Image.Image:
    """A mask of what is close to dark print: about a tenth of an inch beside it, less above and below."""
    dark = grey.point([255 if value < DARK else 0 for value in range(256)])
    step = max(2, max(grey.size) // 400)
    wide, high = min(2 * step, grey.width), min(step + step // 2, grey.height)
    near = dark.reduce((wide, high)).point([0] * 15 + [255] * 241).filter(ImageFilter.BoxBlur(2)).point([0] + [255] * 255)
    return near.resize((near.width * wide, near.height * high), Image.Resampling.NEAREST).crop((0, 0, *grey.size))


def _uneven(paper: Image.Image) -> bool:
    """Whether the darkest tenth of the paper is under 82 % of its brightest tenth."""
    values = sorted(paper.tobytes())
    low, high = values[len(values) // 10], values[-len(values) // 10]
    return low < 0.82 * high


def preview(picture: Image.Image, turn: int = 0, width: int = PREVIEW_WIDTH) -> Image.Image:
    """A picture for the screen, turned clockwise by `turn` and then at most `width` pixels wide; very long ones are cut."""
    wide = picture.height if turn % 180 else picture.width
    if wide > width:
        size = (max(1, picture.width * width // wide), max(1, picture.height * width // wide))
        picture = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=1.0)
    small = turned(picture, turn)
    return small.crop((0, 0, small.width, min(small.height, MAX_HEIGHT)))


def save_preview(small: Image.Image, target: Path) -> None:
    """A JPEG: for grey pages as small as WebP, 15 times cheaper."""
    small.save(target, "JPEG", quality=60)
