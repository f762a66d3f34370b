"""Lines under words: which are found, what of them goes, and that the words over them are read."""
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ventanilla.core.documents.text import Word
from ventanilla.core.documents.workshop import ocr, second, underlines

needs_ocr = pytest.mark.skipif(ocr.tessdata() is None, reason="el idioma español de Tesseract no está instalado")
SUBJECT = "Asunto: Entrega de documentos para la auditoria financiera"
DPI, LEFT, TOP = 300, 300, 500


def page(under: int | None = None, degrees: float = 0.0, text: str = SUBJECT) -> Image.Image:
    """A line of print, and a line of three pixels so many pixels under its feet; the sheet lies crooked by so many degrees."""
    sheet = Image.new("L", (2000, 1400), 255)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(48)
    draw.text((LEFT, TOP), text, 20, font, anchor="ls")
    if under is not None:
        wide = draw.textlength(text, font)
        draw.line((LEFT, TOP + under, LEFT + wide, TOP + under), fill=10, width=3)
    return sheet.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)


def word(text: str, x: float, y: float, line: int) -> Word:
    return Word(text, x, y, x + 0.06, y + 0.03, 0.95, line, 1)


def ink(sheet: Image.Image) -> int:
    return sum(v < underlines.INK for v in sheet.tobytes())


@pytest.mark.parametrize("degrees", [0.0, 0.9, -1.5])
def test_a_line_under_words_is_found_and_goes(degrees):
    sheet = page(4, degrees)
    lines = underlines.found(sheet, DPI)
    assert lines and lines[0].box[0] <= LEFT + 60 and lines[-1].box[2] >= 1200
    plain, drawn, clean = (ink(one) for one in (page(None, degrees), sheet, underlines.without(sheet, lines)))
    assert drawn > plain + 2000, "the line was there"
    assert abs(clean - plain) < 0.15 * (drawn - plain), "it has gone, and the letters have stayed"


@pytest.mark.parametrize("dpi", [1, 72, 80, 600])
def test_a_picture_says_what_it_likes_of_its_resolution(dpi):
    """A screenshot says 72; it is read like any other."""
    sheet = page(4)
    ImageDraw.Draw(sheet).line((0, 0, 1999, 0), fill=0, width=2)
    lines = underlines.found(sheet, dpi)
    assert underlines.without(sheet, lines).size == sheet.size and all(line.box[2] > line.box[0] for line in lines)


@needs_ocr
def test_a_screenshot_with_an_underlined_line_is_read():
    found = ocr.recognise(page(4), 72)
    assert {"Entrega", "documentos", "financiera"} <= {w.text for w in found.words}


def test_tails_that_cross_the_line_stay():
    text = "El pago y la queja que llega hoy a la oficina"
    sheet = page(2, text=text)
    clean = underlines.without(sheet, underlines.found(sheet, DPI))
    across = (LEFT, TOP + 1, 1600, TOP + 14)
    assert ink(clean.crop(across)) > 0.6 * ink(page(text=text).crop(across))
    assert ink(clean) < ink(sheet) - 2000


def test_print_alone_tables_and_rules_are_left_as_they_are():
    bold = Image.new("L", (2000, 1400), 255)
    draw = ImageDraw.Draw(bold)
    draw.text((LEFT, TOP), "LETRERO EN NEGRITAS: EL TEXTO ZETA EFE", 0, ImageFont.load_default(60), stroke_width=3)
    band = Image.new("L", (2000, 1400), 255)
    ImageDraw.Draw(band).rectangle((100, 100, 1900, 300), 40)
    for sheet in (page(), page(24), bold, band, Image.new("L", (2000, 1400), 10)):
        assert underlines.found(sheet, DPI) == []
        assert underlines.without(sheet, []) is sheet


def test_a_picture_of_lines_alone_is_not_looked_through():
    sheet = Image.frombytes("L", (1200, 1600), bytes(0 if y % 8 < 3 else 255 for y in range(1600) for _ in range(1200)))
    assert underlines.found(sheet, DPI) == []


def drawn(left: int, right: int, top: int = 605) -> underlines.Line:
    """A line under words from left to right, four pixels thick."""
    runs = [underlines._Run(column, top, top + 4) for column in range(left // 30, right // 30)]
    return underlines.Line(runs, 30)


@pytest.mark.parametrize(("over", "asked"), [(0, True), (9, False)])
def test_only_a_line_whose_words_are_missing_is_read_again(over, asked):
    words = [word(f"palabra{n}", 0.1 + 0.08 * n, 0.1, 1) for n in range(9)] + [word(f"otra{n}", 0.1 + 0.08 * n, 0.4, 2) for n in range(over)]
    read = [Word("Asunto:", 0.1, 0.2, 0.3, 0.8, 0.95), Word("Entrega", 0.4, 0.2, 0.9, 0.8, 0.95)]
    strips: list[Image.Image] = []
    line = drawn(200, 1600)
    found = second.look_again(Image.new("L", (2000, 1400), 255), words, lambda strip: strips.append(strip) or read, [line])
    assert bool(strips) is asked
    assert ("Entrega" in [w.text for w in found]) is asked


def test_pieces_of_one_line_are_read_as_one():
    words = [word(f"palabra{n}", 0.1 + 0.08 * n, 0.1, 1) for n in range(9)]
    read, strips = [Word("Entrega", 0.1, 0.2, 0.9, 0.8, 0.95)], []
    pieces = [drawn(200, 500), drawn(540, 900), drawn(930, 1500)]
    found = second.look_again(Image.new("L", (2000, 1400), 255), words, lambda strip: strips.append(strip) or read, pieces)
    assert [w.text for w in found].count("Entrega") == 1 and strips[0].width > 1300


@needs_ocr
def test_underlined_print_is_read():
    sheet = Image.new("L", (2000, 1400), 255)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(40)
    draw.text((LEFT, TOP), SUBJECT, 0, font, anchor="ls")
    draw.line((LEFT, TOP + 2, LEFT + draw.textlength(SUBJECT, font), TOP + 2), fill=0, width=3)
    for n in range(6):
        draw.text((LEFT, 540 + 60 * n), "Solicito se informe el estado que guarda el expediente", 0, font)
    sheet = sheet.rotate(-1.1, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.8))
    assert SUBJECT in " ".join(w.text for w in ocr.recognise(sheet, DPI).words)
