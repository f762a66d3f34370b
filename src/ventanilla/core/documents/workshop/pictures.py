"""Pictures as PDF images, kept in their own compression wherever PDF can hold it."""
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image, ImageCms, ImageOps, TiffImagePlugin

from ventanilla.core.documents.workshop import images

_JPEG_SPACES = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB}
_TURNS = {1: 0, 3: 180, 6: 90, 8: 270}  # clockwise, by EXIF orientation; the mirrored ones have none
_PNG_SPACES = {0: (Name.DeviceGray, 1), 2: (Name.DeviceRGB, 3)}


@dataclass(frozen=True)
class PdfPicture:
    """An image object with its size on paper in points as stored, and the clockwise turn that EXIF asks
    for."""

    image: pikepdf.Object
    width: float
    height: float
    turn: int

    def upright(self, more: int) -> tuple[float, float]:
        """Page size after its own turn and `more` degrees clockwise."""
        return (self.height, self.width) if (self.turn + more) % 180 else (self.width, self.height)

    def matrix(self, more: int) -> bytes:
        """The transformation that draws the unit square upright on that page."""
        width, height = self.upright(more)
        numbers = {
            0: (width, 0, 0, height, 0, 0), 90: (0, -height, width, 0, 0, height),
            180: (-width, 0, 0, -height, width, height), 270: (0, height, -width, 0, width, 0),
        }[(self.turn + more) % 360]
        return b" ".join(b"%.4f" % n for n in numbers)


def sheets(pdf: Pdf, source: Path) -> Iterator[PdfPicture]:
    """One PDF picture per frame of the file."""
    with images.opened(source) as picture:
        kept = _as_it_is(pdf, source, picture)
        if kept is not None:
            yield kept
            return
        for index in range(getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1):
            picture.seek(index)
            yield _encoded(pdf, picture)


def _as_it_is(pdf: Pdf, source: Path, picture: Image.Image) -> PdfPicture | None:
    turn = _TURNS.get(images.exif_orientation(picture), -1)
    if turn < 0:
        return None
    image = None
    if picture.format in ("JPEG", "MPO") and picture.mode in _JPEG_SPACES:
        image = _image(pdf, _jpeg(source, picture), picture.size, _JPEG_SPACES[picture.mode], 8, Filter=Name.DCTDecode)
    elif picture.format == "PNG":
        image = _png(pdf, source.read_bytes(), picture.size)
    return None if image is None else _placed(image, picture, turn)


def _jpeg(source: Path, picture: Image.Image) -> bytes:
    """The photo alone: many phones append a second view or a map of depths to it (MPO)."""
    data = source.read_bytes()
    if picture.format == "MPO":
        with suppress(KeyError, IndexError, TypeError):
            first = data[:picture.mpinfo[0xB002][0]["Size"]]  # type: ignore[attr-defined]
            return first if first.endswith(b"\xff\xd9") else data
    return data


def _placed(image: pikepdf.Object, picture: Image.Image, turn: int) -> PdfPicture:
    dpi = images.resolution(picture)
    return PdfPicture(image, picture.width * 72 / dpi, picture.height * 72 / dpi, turn)


def _image(pdf: Pdf, data: bytes, size: tuple[int, int], space: pikepdf.Object, bits: int,
           **more: object) -> Stream:
    return Stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1],
                  ColorSpace=space, BitsPerComponent=bits, **more)


def _png(pdf: Pdf, data: bytes, size: tuple[int, int]) -> Stream | None:
    """The compressed rows of a whole PNG (grey, RGB or palette, not interlaced) are what PDF stores too."""
    bits, colour, _, _, interlaced = struct.unpack(">BBBBB", data[24:29])
    chunks = list(_chunks(data))
    names = [name for name, _ in chunks]
    if interlaced or bits > 8 or b"tRNS" in names or b"IEND" not in names:
        return None
    rows = b"".join(body for name, body in chunks if name == b"IDAT")
    space, channels = _png_space(pdf, colour, dict(chunks).get(b"PLTE", b""))
    if space is None:
        return None
    shape = Dictionary(Predictor=15, Colors=channels, BitsPerComponent=bits, Columns=size[0])
    return _image(pdf, rows, size, space, bits, Filter=Name.FlateDecode, DecodeParms=shape)


def _png_space(pdf: Pdf, colour: int, palette: bytes) -> tuple[pikepdf.Object | None, int]:
    if colour == 3 and palette:
        return pikepdf.Array([Name.Indexed, Name.DeviceRGB, len(palette) // 3 - 1,
                              pikepdf.String(palette)]), 1
    return _PNG_SPACES.get(colour, (None, 0))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[place:place + 8])
        yield name, data[place + 8:place + 8 + length]
        place += 12 + length


def _encoded(pdf: Pdf, picture: Image.Image) -> PdfPicture:
    """Any other picture: black and white as CCITT group 4, the rest as JPEG (85)."""
    images.load(picture)
    upright = ImageOps.exif_transpose(picture)
    if picture.mode == "1":
        return _placed(_fax(pdf, upright), upright, 0)
    flat = images.flattened(upright)
    buffer = BytesIO()
    flat.save(buffer, "JPEG", quality=85)
    image = _image(pdf, buffer.getvalue(), flat.size, _JPEG_SPACES[flat.mode], 8, Filter=Name.DCTDecode)
    dpi = images.resolution(picture)
    return PdfPicture(image, flat.width * 72 / dpi, flat.height * 72 / dpi, 0)


def _fax(pdf: Pdf, picture: Image.Image) -> Stream:
    """Black and white rows in CCITT group 4, the strip of a TIFF that Pillow writes in one piece."""
    buffer = BytesIO()
    TiffImagePlugin.STRIP_SIZE, before = 1 << 30, TiffImagePlugin.STRIP_SIZE
    try:
        picture.save(buffer, "TIFF", compression="group4")
    finally:
        TiffImagePlugin.STRIP_SIZE = before
    buffer.seek(0)
    with Image.open(buffer) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        offset, length = tags[273][0], tags[279][0]
        black = tags[262] == 1
    shape = Dictionary(K=-1, Columns=picture.width, Rows=picture.height, BlackIs1=black)
    data = buffer.getvalue()[offset:offset + length]
    return _image(pdf, data, picture.size, Name.DeviceGray, 1, Filter=Name.CCITTFaxDecode, DecodeParms=shape)


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """An sRGB ICC profile made by LittleCMS (no file of anybody's), compressed."""
    return zlib.compress(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
