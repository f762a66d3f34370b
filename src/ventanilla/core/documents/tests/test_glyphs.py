"""Like characters of a number told by their shape, and print that the parting of the page left out."""
import pytest
from PIL import Image, ImageDraw, ImageFont

from ventanilla.core.documents.workshop import glyphs, ocr, second, unread

needs_ocr = pytest.mark.skipif(ocr.tessdata() is None, reason="el idioma español de Tesseract no está instalado")


def printed(true: str, read: str) -> str:
    """What becomes of a number that stands printed as `true` and was taken for `read`."""
    page, symbols, x = Image.new("L", (900, 80), 255), [], 20
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(36)
    for char, taken in zip(true, read, strict=True):
        x0, y0, x1, y1 = (int(v) for v in draw.textbbox((x, 15), char, font))
        draw.text((x, 15), char, 0, font)
        symbols.append((taken, (x0, y0, x1 + 1, y1 + 1)))
        x = x1 + 4
    return glyphs.settled(page, symbols)


@pytest.mark.parametrize(("true", "read"), [
    ("APS.D5O/OS/00840/2024", "APS.D50/05/00840/2024"), ("CVD/V5/S5/02939/2025", "CVD/V5/55/02939/2025"),
    ("3815-I/2025", "3815-1/2025"), ("B00.R03/1171/2024", "BO0.RO3/1171/2024"), ("FEDP/U2/0S/012/2025", "FEDP/U2/08/012/2025"),
    ("ODECO/3770/2025", "ODECO!3770/2025"),
])
def test_a_misread_part_gets_the_characters_that_stand_there(true: str, read: str) -> None:
    assert printed(true, read) == true


@pytest.mark.parametrize("number", [
    "APS.D5O/OS/00840/2024", "CVD/V5/S5/02939/2025", "DGA/05/18/0151/2025", "212C0101000200S/1121/2025", "1VG/2Z/B8/0520/2024",
])
def test_what_was_read_as_it_stands_stays(number: str) -> None:
    assert printed(number, number) == number


def test_a_consecutive_number_never_gets_letters() -> None:
    assert printed("0OS86/VS/2024", "00586/VS/2024") == "00586/VS/2024"


def test_dates_and_words_are_not_looked_at() -> None:
    assert not any(glyphs.doubtful(text) for text in ("05/10/2024", "2024", "OFICIALÍA", "DGA/151/2024", "15:30"))
    assert glyphs.doubtful("DGA/V5/151/2024") and glyphs.doubtful("07/1X/2024")


def test_characters_without_a_place_or_far_too_large_leave_the_number_as_it_was_read() -> None:
    page, number = Image.new("L", (400, 400), 255), "CVD/V5/0151/2024"
    for box in (None, (10, 10, 10, 30), (0, 0, 390, 390)):
        assert glyphs.settled(page, [(char, box) for char in number]) == number


def test_a_page_of_dots_is_given_up_soon() -> None:
    dots = Image.frombytes("L", (300, 300), bytes(255 * (x % 2) for _ in range(300) for x in range(300)))
    assert list(unread.pieces(dots, [], 34.0)) == []


def cells(page: Image.Image) -> Image.Image:
    return page.point(lambda v: 255 if v < 110 else 0).reduce(unread.CELL)


def test_a_short_label_without_a_word_is_found_and_a_rule_a_stroke_and_read_print_are_not() -> None:
    page = Image.new("L", (1600, 1200), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(36)
    draw.text((200, 200), "Para:", 0, font)
    draw.text((200, 300), "leído ya", 0, font)
    draw.rectangle((100, 500, 1500, 504), 0)
    draw.line((200, 700, 500, 1000), 0, 4)
    read = tuple(int(v) for v in draw.textbbox((200, 300), "leído ya", font))
    found = list(unread.pieces(cells(page), [read], 34.0))  # type: ignore[list-item]
    assert len(found) == 1
    x0, y0, x1, y1 = draw.textbbox((200, 200), "Para:", font)
    assert found[0][0] <= x0 and found[0][1] <= y0 and found[0][2] >= x1 and found[0][3] >= y1


@needs_ocr
def test_the_second_look_reads_what_no_word_stands_for() -> None:
    page = Image.new("L", (1600, 1000), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(40)
    for n in range(6):
        draw.text((200, 100 + 70 * n), "Solicito se informe el estado que guarda", 0, font)
    draw.text((200, 700), "2024", 0, font)
    words = [w for w in ocr._words(page, 200) if w.text != "2024"]
    seen = second.look_again(page, words, lambda strip: tuple(ocr._words(strip, 200, line=True)))
    assert [w.text for w in seen if w.y0 > 0.65] == ["2024"]
