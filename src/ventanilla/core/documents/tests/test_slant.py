"""How the lines of a page lie: found on drawn pages whose slant is known, and found cheaply enough to read a page only once."""
import pytest
from PIL import Image, ImageDraw

from ventanilla.core.documents.tests import samples
from ventanilla.core.documents.workshop import images, ocr, slant

needs_ocr = pytest.mark.skipif(ocr.tessdata() is None, reason="el idioma español de Tesseract no está instalado")


def ruled(angle: float, turn: int = 0) -> Image.Image:
    """A page of ragged dashes in lines, lying `angle` degrees clockwise of level, then turned by `turn`."""
    page = Image.new("L", (1100, 1400), 255)
    draw = ImageDraw.Draw(page)
    for n, y in enumerate(range(150, 1250, 32)):
        for x in range(120, 800 + 37 * n % 180, 46):
            draw.rectangle((x, y, x + 30 + x * n % 11, y + 13), 20)
    return images.turned(page.rotate(-angle, Image.Resampling.BILINEAR, fillcolor=255), turn)


@pytest.mark.parametrize("angle", [-7.5, -3, -1.5, 0, 1.25, 2, 4.5, 7])
def test_slant_and_direction_of_lines_are_found(angle):
    level, aside = slant.Lie(ruled(angle)), slant.Lie(ruled(angle, 90))
    assert level.angle(0) == level.angle(180) == pytest.approx(angle, abs=0.3)
    assert aside.angle(90) == aside.angle(270) == pytest.approx(angle, abs=0.3)
    assert level.turnedness < ocr.UPRIGHT and aside.turnedness > 2


def test_a_tiny_or_empty_picture_lies_level():
    for size in ((1, 1), (3, 900), (700, 2), (300, 300)):
        lie = slant.Lie(Image.new("L", size, 255))
        assert lie.angle(0) == lie.angle(90) == 0


@needs_ocr
@pytest.mark.parametrize("angle", [0, 1.5, 4])
def test_a_crooked_page_is_read_once(angle, monkeypatch):
    read, words = [], ocr._words
    monkeypatch.setattr(ocr, "_words", lambda page, dpi, *, line=False: read.append(line) or words(page, dpi, line=line))
    page = samples.scan().rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    found = ocr.recognise(page, 150)
    assert found.turn == 0 and found.confidence > 0.85
    assert read.count(False) == 1, "neither pieces nor the page a second time"
