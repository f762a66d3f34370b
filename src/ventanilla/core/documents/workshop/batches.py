"""Scanned batches: finding the separator sheets (QR codes) between documents."""
from pathlib import Path
from typing import Any

from PIL import Image

from ventanilla.core.documents.workshop import images, limits, pdf

PREFIX = "VENTANILLA:SEP:"
SCAN_DPI = 130.0


def split(job: dict[str, Any], emit: Any) -> None:
    """Emit `end` with `ranges`: [first, last] pages (from 1, both included) between separator sheets.

    A blank page right after a separator (its back, in a duplex scan) belongs to no document.
    """
    ranges: list[list[int]] = []
    open_range = False
    with pdf.opened(Path(job["path"])) as document:
        after_separator = False
        for number in range(1, len(document) + 1):
            limits.allow_cpu(job["seconds"])
            picture = _picture(document, number)
            if _is_separator(picture):
                open_range, after_separator = False, True
                continue
            back, after_separator = after_separator and _blank(picture), False
            if back:
                continue
            if not open_range:
                ranges.append([number, number])
                open_range = True
            ranges[-1][1] = number
    emit({"kind": "end", "ranges": ranges})


def _picture(document: Any, number: int) -> Image.Image:
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(SCAN_DPI / 72, (4_000_000 / max(width * height, 1)) ** 0.5)
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    page.close()
    return picture


def _is_separator(picture: Image.Image) -> bool:
    import zxingcpp

    codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return any(code.text.startswith(PREFIX) for code in codes)


def _blank(picture: Image.Image) -> bool:
    """Hardly any ink: under 0.2 % of the even-lit page is dark, edges left out."""
    inner = images.evenly_lit(picture).crop((picture.width // 20, picture.height // 20,
                                             picture.width * 19 // 20, picture.height * 19 // 20))
    dark = sum(inner.histogram()[:128])
    return dark < 0.002 * inner.width * inner.height
