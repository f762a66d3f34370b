"""Generated letters: deterministic, data never markup, read exactly from real pictures."""

from dataclasses import replace
from datetime import date

import numpy
import pypdfium2
import pytest
from PIL import Image

from ventanilla.core.documents.workshop import ocr
from ventanilla.modules.correspondence.reading import read_letter
from ventanilla.modules.correspondence.reading.bench import FIELDS, judged, known_units, recognised
from ventanilla.modules.correspondence.reading.model import SURE
from ventanilla.modules.correspondence.specimens import LAYOUTS, Layout, render_letter, specimen
from ventanilla.modules.correspondence.specimens.degrade import degrade
from ventanilla.modules.correspondence.specimens.units import UNITS

needs_ocr = pytest.mark.skipif(ocr.tessdata() is None, reason="el idioma español de Tesseract no está instalado")


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_same_seed_gives_the_same_letter_and_the_same_picture() -> None:
    one, two = specimen(7, "federal", "photo"), specimen(7, "federal", "photo")
    assert (one.pdf, one.truth) == (two.pdf, two.truth)
    page = Image.new("RGB", (340, 440), "white")
    for quality in ("scan", "photo"):
        assert numpy.array_equal(numpy.asarray(degrade(page, quality, 7)), numpy.asarray(degrade(page, quality, 7)))


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_letter_can_be_of_a_wanted_day(name: str) -> None:
    drawn, wanted = specimen(7, name), specimen(7, name, day=date(2031, 5, 9))
    assert wanted.data.day == date(2031, 5, 9) != drawn.data.day and wanted.data.signatory == drawn.data.signatory
    assert str(drawn.data.day.year) not in wanted.data.subject + wanted.data.number


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_layout_prints_its_truth(name: str) -> None:
    letter = specimen(3, name)
    printed = " ".join(text_of(letter.pdf).split()).casefold()
    assert not letter.truth["number"] or letter.truth["number"].casefold() in printed
    assert letter.truth["signatory"].casefold() in printed


def test_text_is_data_never_markup() -> None:
    data = replace(specimen(1, "federal").data, subject='#panic("x") $x$ *a* \\ #let d = 1 "')
    assert '#panic("x") $x$ *a* \\ #let d = 1 "' in " ".join(text_of(render_letter(data, "federal")).split())


def test_a_new_layout_needs_only_its_source() -> None:
    plain = Layout(
        "plain",
        "municipal",
        "#d.letterhead.at(0) \\ #d.number_label #d.number \\ #body() #signed()",
        hides=("subject",),
    )
    assert specimen(4, plain).truth["subject"] is None


def test_there_are_109_units_with_codes_of_15_characters() -> None:
    assert len(UNITS) == 109 and {len(code) for code in UNITS} == {15}


@needs_ocr
@pytest.mark.slow
@pytest.mark.parametrize(
    ("layout", "quality", "seed"),
    [("estatal", "scan", 200), ("federal", "scan", 203), ("memorandum", "photo", 204)],
)
def test_real_recognition_of_degraded_letters(layout: str, quality: str, seed: int) -> None:
    letter = specimen(seed, layout, quality)
    reading = read_letter(recognised(letter), known_units())
    verdicts = {name: set(judged(reading, letter, name)) for name in FIELDS}
    assert not any("sure_and_wrong" in found for found in verdicts.values())
    assert sum("exact" in found for found in verdicts.values()) >= 4, {n: (getattr(reading, n), letter.truth[n]) for n in FIELDS}
    assert reading.date and reading.date.confidence >= SURE
