"""Seals and signatures across print: what fades, what stays, and which lines are read a second time."""
import pytest
from PIL import Image, ImageDraw, ImageFont

from ventanilla.core.documents.text import Word
from ventanilla.core.documents.workshop import images, ocr, second

needs_ocr = pytest.mark.skipif(ocr.tessdata() is None, reason="el idioma español de Tesseract no está instalado")
LINES = ("Solicito se informe el estado que guarda el expediente", "y se remita copia de los planos a esta unidad",
         "en un plazo de cinco dias", "ATENTAMENTE", "", "", "MAGDALENA MENDOZA RIVERA", "Directora de Obra")


def letter(scribble: bool = True) -> Image.Image:
    """A short grey letter with a signature down into the name, in the grey of the print."""
    page = Image.new("L", (1240, 1000), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(32)
    for n, line in enumerate(LINES):
        draw.text((140, 120 + n * 44), line, 0, font)
    if scribble:
        points = [(150 + 9 * k, 330 + (64 if k % 10 < 5 else 0)) for k in range(46)]
        draw.line(points, fill=40, width=3)
    return page


def word(text: str, x0: float, x1: float, confidence: float = 0.95, line: int = 1, y0: float = 0.1) -> Word:
    return Word(text, x0, y0, x1, y0 + 0.03, confidence, line, 1)


def test_half_dark_strokes_fade_next_to_print_and_stay_elsewhere() -> None:
    page = Image.new("L", (900, 900), 255)
    draw = ImageDraw.Draw(page)
    draw.rectangle((100, 100, 400, 120), 20)
    draw.rectangle((200, 60, 206, 140), 145)
    draw.rectangle((100, 600, 400, 640), 145)
    clean = images.without_seals(page)
    assert clean.getpixel((203, 95)) > 200 and clean.getpixel((300, 110)) == 20
    assert clean.getpixel((200, 620)) == 145, "a pale heading away from print is still there"


def test_pale_print_comes_back_untouched() -> None:
    page = Image.new("L", (600, 600), 255)
    ImageDraw.Draw(page).rectangle((50, 50, 500, 60), 130)
    assert images.without_seals(page).tobytes() == page.tobytes()


def test_a_coloured_letterhead_stays_dark_in_the_head() -> None:
    page = Image.new("RGB", (800, 1200), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((60, 60, 500, 90), "#9a1f4b")
    for y in range(400, 1100, 20):
        draw.rectangle((60, y, 700, y + 8), "black")
    grey = images.without_ink(page)
    assert grey.getpixel((300, 75)) < 90 and grey.getpixel((300, 404)) == 0


def test_orange_print_of_a_head_is_dark_and_a_blue_seal_over_it_fades() -> None:
    """In plain grey both are half-dark, as dark as each other."""
    page = Image.new("RGB", (800, 1200), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((60, 60, 500, 90), "#d98014")
    draw.rectangle((560, 60, 600, 90), "#7c8ccb")
    for y in range(400, 1100, 20):
        draw.rectangle((60, y, 700, y + 8), "black")
    grey = images.without_ink(page)
    assert grey.getpixel((300, 75)) < 60 and grey.getpixel((580, 75)) > 190


def test_print_of_other_colours_stays_as_grey_shows_it() -> None:
    """In the channel where wine is darkest a violet seal would be as dark."""
    page = Image.new("RGB", (800, 1200), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((60, 60, 500, 90), "#8a1538")
    draw.rectangle((560, 60, 600, 90), "#ab7cba")
    for y in range(400, 1100, 20):
        draw.rectangle((60, y, 700, y + 8), "black")
    grey = images.without_ink(page)
    assert grey.getpixel((300, 75)) < 80 and grey.getpixel((580, 75)) > 140


def test_a_page_read_whole_is_not_read_again() -> None:
    page, asked = Image.new("L", (1000, 1400), 255), []
    words = [word(f"palabra{n}", 0.1 + 0.08 * n, 0.17 + 0.08 * n) for n in range(10)]
    assert second.look_again(page, words, lambda strip: asked.append(strip) or []) == tuple(words)
    assert not asked


def test_a_weak_line_is_replaced_only_by_a_better_reading() -> None:
    page = Image.new("L", (1000, 1400), 255)
    good = [word(f"palabra{n}", 0.1 + 0.08 * n, 0.17 + 0.08 * n) for n in range(10)]
    weak = [word("MAGDLNA", 0.1, 0.3, 0.4, 2, 0.4), word("MENDZA", 0.32, 0.5, 0.5, 2, 0.4)]
    better = [Word("MAGDALENA", 0.05, 0.3, 0.5, 0.7, 0.95), Word("MENDOZA", 0.52, 0.3, 0.9, 0.7, 0.95)]
    read = [w.text for w in second.look_again(page, [*good, *weak], lambda strip: better)]
    assert read[-2:] == ["MAGDALENA", "MENDOZA"] and "MENDZA" not in read
    worse = [Word("MA", 0.05, 0.3, 0.5, 0.7, 0.3)]
    assert second.look_again(page, [*good, *weak], lambda strip: worse) == (*good, *weak)


def test_a_weak_line_under_a_grey_seal_is_read_without_its_ink() -> None:
    """The stroke of a seal, half-dark and thicker than a pen's, joins the letters that it crosses; print keeps its darkness."""
    page, looked = Image.new("L", (1000, 1400), 255), list[Image.Image]()
    draw = ImageDraw.Draw(page)
    for x in range(100, 500, 12):
        draw.rectangle((x, 565, x + 4, 595), 20)
    draw.rectangle((90, 572, 510, 586), 112)
    good = [word(f"palabra{n}", 0.1 + 0.08 * n, 0.17 + 0.08 * n) for n in range(10)]
    weak = [word("MAGDLNA", 0.1, 0.3, 0.4, 2, 0.4), word("MENDZA", 0.32, 0.5, 0.5, 2, 0.4)]
    second.look_again(page, [*good, *weak], lambda strip: looked.append(strip) or [])
    shades = [strip.histogram() for strip in looked if strip.getextrema()[0] < 85]
    assert len(shades) >= 2 and shades[0][112] and not any(shades[1][90:180])


def test_a_line_left_out_right_under_another_one_is_read() -> None:
    """A signature that touches the date makes the engine leave it out; the formula over it was read."""
    page, looked = Image.new("L", (1000, 1400), 255), list[Image.Image]()
    draw = ImageDraw.Draw(page)
    for x in range(180, 860, 12):
        draw.rectangle((x, 625, x + 5, 655), 20)
    words = [word(f"palabra{n}", 0.1 + 0.08 * n, 0.17 + 0.08 * n) for n in range(10)] + [word("ATENTAMENTE", 0.35, 0.65, 0.95, 2, 0.4)]
    date = [Word("TEXCOCO,", 0.05, 0.3, 0.5, 0.7, 0.95), Word("MAYO", 0.52, 0.3, 0.9, 0.7, 0.95)]
    read = [w.text for w in second.look_again(page, words, lambda strip: looked.append(strip) or date)]
    assert len(looked) == 1 and {"TEXCOCO,", "MAYO"} <= set(read)


def test_a_weak_line_that_is_read_the_same_twice_stays() -> None:
    """What is read without a seal's ink is then no better witness, though it may be surer of pieces."""
    page = Image.new("L", (1000, 1400), 255)
    good = [word(f"palabra{n}", 0.1 + 0.08 * n, 0.17 + 0.08 * n) for n in range(10)]
    weak = [word("212C0101040301S/1887/2025", 0.1, 0.5, 0.3, 2, 0.4)]
    readings = iter([[Word("212C0101040301S/1887/2025", 0.1, 0.3, 0.9, 0.7, 0.3)], [Word("2120010104030", 0.1, 0.3, 0.5, 0.7, 0.9)]])
    assert [w.text for w in second.look_again(page, [*good, *weak], lambda strip: next(readings))][-1] == weak[0].text


def test_the_number_of_second_readings_is_bounded() -> None:
    page, asked = Image.new("L", (1000, 1400), 255), []
    words = [word("borrosas", 0.1, 0.4, 0.2, n, 0.03 + 0.04 * n) for n in range(20)]
    second.look_again(page, words, lambda strip: asked.append(strip) or [])
    assert 0 < len({id(s) for s in asked}) <= 2 * second.MOST


@needs_ocr
def test_a_name_under_a_signature_is_read() -> None:
    text = " ".join(w.text for w in ocr.recognise(letter(), 150).words)
    assert "MENDOZA RIVERA" in text and "Directora de Obra" in text
