"""Layouts that were once kept for the test (`former.py`, `former_more.py`), through the real recognition."""
import pytest

from ventanilla.core.documents.workshop import ocr
from ventanilla.modules.correspondence.reading import read_letter
from ventanilla.modules.correspondence.reading.bench import FIELDS, judged, known_units, recognised
from ventanilla.modules.correspondence.reading.tests.former import FORMER, former
from ventanilla.modules.correspondence.reading.tests.former_more import FORMER_MORE, former_more

needs_ocr = pytest.mark.skipif(ocr.tessdata() is None, reason="el idioma español de Tesseract no está instalado")
SEED = 3
LEAST = 36  # of 40 fields


@needs_ocr
@pytest.mark.slow
def test_exactness_on_layouts_that_were_kept_before() -> None:
    letters = [*(former(SEED, name, "scan") for name in FORMER), *(former_more(SEED, name, "scan") for name in FORMER_MORE)]
    wrong = []
    for letter in letters:
        reading = read_letter(recognised(letter), known_units())
        wrong += [(letter.layout, name, letter.truth[name], getattr(reading, name)) for name in FIELDS
                  if "exact" not in judged(reading, letter, name)]
    assert len(letters) * len(FIELDS) - len(wrong) >= LEAST, wrong
