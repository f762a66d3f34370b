"""PDF pages: their own words with boxes, or the picture of the page for recognition. Uses PDFium only."""
import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
from PIL import Image

from ventanilla.core.documents.text import Word
from ventanilla.core.documents.workshop.images import Problem

MAX_SHEET = 14400.0  # points, PDF 32000-1 annex C
OCR_DPI, MAX_RENDER = 300.0, 40_000_000  # pixels of one rendered page
FEW_LETTERS = 40  # a page picture with fewer letters of its own (a stamp, a page number) is still recognised


def opened(path: Path) -> pypdfium2.PdfDocument:
    """The document. Raises Problem: encrypted, damaged."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Problem("encrypted" if "password" in str(error).lower() else "damaged") from error
    if len(document) == 0:
        raise Problem("damaged")
    return document


@dataclass(frozen=True)
class Sheet:
    """One page: size in points, its own words, and the widest picture on it (share of the page, its dpi,
    whether it has colours)."""

    page: pypdfium2.PdfPage
    width: float
    height: float
    words: tuple[Word, ...]
    picture_share: float
    picture_dpi: float
    coloured: bool = False

    @property
    def needs_recognition(self) -> bool:
        """No text of its own, and something drawn that could be text; page-wide pictures may carry a
        stamp."""
        letters = sum(len(w.text) for w in self.words)
        if letters == 0:
            return bool(raw.FPDFPage_CountObjects(self.page))
        return letters < FEW_LETTERS and self.picture_share > 0.7

    def rendered(self, dpi: float, *, grey: bool = True, limit: int = MAX_RENDER) -> Image.Image:
        """The page as a picture of at most `limit` pixels."""
        scale = min(dpi / 72, (limit / max(self.width * self.height, 1.0)) ** 0.5)
        bitmap = self.page.render(scale=scale, grayscale=grey, may_draw_forms=False)
        picture: Image.Image = bitmap.to_pil()
        return picture.convert("L" if grey else "RGB") if picture.mode not in ("L", "RGB") else picture

    def for_recognition(self) -> Image.Image:
        """The page in grey; a colour scan in colour, so that coloured ink can fade (`images.without_ink`)."""
        return self.rendered(self.ocr_dpi, grey=not self.coloured)

    def shown_by(self, drawn: Image.Image) -> bool:
        """Whether what was drawn for recognition shows the page to people as well: in colour, or of a page that is a single grey
        picture."""
        return drawn.mode == "RGB" or (self.picture_share > 0.7 and _single(self.page))

    @property
    def ocr_dpi(self) -> float:
        """The resolution of the scan itself where the page is one, between 150 and 300 dpi."""
        return min(max(self.picture_dpi, 150.0), OCR_DPI) if self.picture_share > 0.7 else OCR_DPI


def sheet(document: pypdfium2.PdfDocument, index: int, pixels: int) -> Sheet:
    """Read page `index` (from 0). Raises Problem: damaged, pixels (a picture on it is over the limit)."""
    try:
        page = document[index]
        width, height = page.get_size()
    except pypdfium2.PdfiumError as error:
        raise Problem("damaged") from error
    width, height = min(max(width, 1.0), MAX_SHEET), min(max(height, 1.0), MAX_SHEET)
    share, dpi, coloured = _widest_picture(page, width * height, pixels)
    words = tuple(_words(page, width, height))
    return Sheet(page, width, height, words if _readable(words) else (), share, dpi, coloured)


def _single(page: pypdfium2.PdfPage) -> bool:
    """Whether there is one picture on the page and nothing else, nor notes over it."""
    kinds = [item.type for item in page.get_objects(max_depth=1)]
    return kinds == [raw.FPDF_PAGEOBJ_IMAGE] and raw.FPDFPage_GetAnnotCount(page) == 0


def _widest_picture(page: pypdfium2.PdfPage, area: float, pixels: int) -> tuple[float, float, bool]:
    """Share of the page, dots per inch, and whether it has colours. Raises Problem: pixels."""
    best = (0.0, 0.0, False)
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        across, down = item.get_px_size()
        if across * down > pixels:
            raise Problem("pixels", megapixels=across * down // 1_000_000, limit=pixels // 1_000_000)
        left, bottom, right, top = item.get_bounds()
        sides = abs(right - left), abs(top - bottom)
        share = sides[0] * sides[1] / area
        if share > best[0]:
            best = share, max(across, down) * 72 / max(*sides, 1.0), item.get_metadata().bits_per_pixel >= 24
    return best


def _words(page: pypdfium2.PdfPage, width: float, height: float) -> Iterator[Word]:
    """Words in the order of the text layer; a line ends where PDFium breaks it, a block at a wide gap."""
    text = page.get_textpage()
    line = block = 0
    bottom = 0.0
    for letters in _runs(text):
        if letters == "\n":
            line += 1
            continue
        box = _box(page, text, letters, width, height)
        if box[1] - bottom > 1.2 * max(box[3] - box[1], 0.004) or box[1] < bottom - 0.2:
            block += 1
        bottom = box[3]
        yield Word("".join(chr(c) for _, c in letters), *box, 1.0, line, block)
    text.close()


def _runs(text: pypdfium2.PdfTextPage) -> Iterator[Any]:
    """Lists of (index, code) per word, and "\\n" between lines."""
    run: list[tuple[int, int]] = []
    for index in range(min(text.count_chars(), 200_000)):
        code = raw.FPDFText_GetUnicode(text, index)
        if code > 32 and code not in (0xA0, 0xFFFE, 0xAD):
            run.append((index, code))
            continue
        if run and code not in (0xFFFE, 0xAD):
            yield run
            run = []
        if code in (10, 13):
            yield "\n"
    if run:
        yield run


def _box(page: Any, text: Any, letters: list[tuple[int, int]], width: float, height: float,
         ) -> tuple[float, float, float, float]:
    """The union of the letters' boxes as fractions of the page as shown (its /Rotate applied)."""
    rect, x, y = raw.FS_RECTF(), ctypes.c_int(), ctypes.c_int()
    xs: list[int] = []
    ys: list[int] = []
    for index in (letters[0][0], letters[-1][0]):
        raw.FPDFText_GetLooseCharBox(text, index, rect)
        for px, py in ((rect.left, rect.top), (rect.right, rect.bottom)):
            raw.FPDF_PageToDevice(page, 0, 0, 100_000, 100_000, 0, px, py, x, y)
            xs.append(x.value)
            ys.append(y.value)
    values = (min(xs), min(ys), max(xs), max(ys))
    return tuple(min(max(v / 100_000, 0.0), 1.0) for v in values)  # type: ignore[return-value]


def _readable(words: tuple[Word, ...]) -> bool:
    """False when a third of the letters are private or replacement codes: a font without a Unicode map."""
    letters = "".join(w.text for w in words)
    strange = sum(c == "�" or 0xE000 <= ord(c) <= 0xF8FF or ord(c) < 32 for c in letters)
    return strange * 3 <= len(letters)
