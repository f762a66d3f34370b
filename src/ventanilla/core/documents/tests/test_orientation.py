"""Pages before recognition: which way they lie, and coloured ink that fades for the engine only."""
import pytest
from PIL import Image, ImageDraw, ImageFont

from ventanilla.core.documents.workshop import images, ocr

needs_ocr = pytest.mark.skipif(ocr.tessdata() is None, reason="el idioma español de Tesseract no está instalado")


def sheet(lines=6, colour="black"):
    """A short letter on the dark table that a photo shows at one side: its edge is the strongest line."""
    page = Image.new("RGB", (1100, 1400), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(26)
    for n in range(lines):
        draw.text((120, 300 + n * 44), "Solicito se informe el estado que guarda el expediente", "black", font)
    draw.ellipse((420, 320, 720, 480), outline=colour, width=9)
    draw.rectangle((0, 0, 30, 1400), "#46403a")
    draw.rectangle((300, 700, 306, 1250), "black")
    return page


@needs_ocr
@pytest.mark.parametrize(("turned", "back"), [(0, {0}), (90, {270}), (270, {90})])
def test_a_photo_with_a_dark_border_is_not_laid_on_its_side(turned, back):
    grey = images.turned(images.without_ink(sheet()), turned)
    assert ocr.recognise(grey, 150).turn in back


@pytest.mark.parametrize("ink", ["#1b3f94", "#b3262e", "#1f6f4a", "#6a2c91"])
def test_coloured_ink_fades_and_print_stays(ink):
    page = sheet(colour=ink)
    plain, faded = page.convert("L"), images.without_ink(page)
    assert faded.getpixel((424, 400)) >= plain.getpixel((424, 400)) + 25
    assert faded.getpixel((303, 900)) == 0


def test_a_page_printed_in_colour_stays_legible():
    poster = Image.new("RGB", (800, 1000), "white")
    ImageDraw.Draw(poster).rectangle((50, 50, 750, 700), "#ff2020")
    assert images.without_ink(poster).getpixel((400, 300)) < 130


def test_grey_pages_are_untouched():
    grey = Image.new("L", (50, 50), 90)
    assert images.without_ink(grey) is grey
