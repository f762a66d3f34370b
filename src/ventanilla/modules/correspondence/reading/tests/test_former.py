"""Layouts that were once kept for the test (`former.py`, `former_more.py`, `former_third.py`, `former_fourth.py`), through the real recognition."""
import pytest

from ventanilla.core.documents.workshop import ocr
from ventanilla.modules.correspondence.reading import read_letter
from ventanilla.modules.correspondence.reading.bench import FIELDS, judged, known_units, recognised
from ventanilla.modules.correspondence.reading.tests.former import FORMER, former
from ventanilla.modules.correspondence.reading.tests.former_fourth import FORMER_FOURTH, former_fourth
from ventanilla.modules.correspondence.reading.tests.former_more import FORMER_MORE, former_more
from ventanilla.modules.correspondence.reading.tests.former_third import FORMER_THIRD, former_third

needs_ocr = pytest.mark.skipif(ocr.tessdata() is None, reason="el idioma español de Tesseract no está instalado")
SEED = 3
LEAST = 75  # of 80 fields


@needs_ocr
@pytest.mark.slow
def test_exactness_on_layouts_that_were_kept_before() -> None:
    kept = ((former, FORMER), (former_more, FORMER_MORE), (former_third, FORMER_THIRD), (former_fourth, FORMER_FOURTH))
    letters = [make(SEED, name, "scan") for make, layouts in kept for name in layouts]
    wrong = []
    for letter in letters:
        reading = read_letter(recognised(letter), known_units())
        wrong += [(letter.layout, name, letter.truth[name], getattr(reading, name)) for name in FIELDS
                  if "exact" not in judged(reading, letter, name)]
    assert len(letters) * len(FIELDS) - len(wrong) >= LEAST, wrong
