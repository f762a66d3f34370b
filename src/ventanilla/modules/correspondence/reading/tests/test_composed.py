"""Letters of parts drawn at random (`specimens.composed`), read from their own text: whether the reader holds for any layout."""

from collections import Counter

import pypdfium2
import pytest

from ventanilla.core.documents.text import PageText
from ventanilla.core.documents.workshop import pdf
from ventanilla.modules.correspondence.reading import read_letter
from ventanilla.modules.correspondence.reading.bench import FIELDS, judged, known_units
from ventanilla.modules.correspondence.specimens import Specimen, specimen
from ventanilla.modules.correspondence.specimens.composed import composed, pool

SEEDS = range(9_000, 9_040)
#: Exact fields of all, and fields that were sure and wrong, on pages without any fault of recognition.
LEAST, MOST_WRONG = 0.95, 1


def pages(letter: Specimen) -> list[PageText]:
    """The words that the PDF itself has."""
    document = pypdfium2.PdfDocument(letter.pdf)
    sheets = [pdf.sheet(document, i, 10**8) for i in range(len(document))]
    return [PageText(i, one.width, one.height, one.words) for i, one in enumerate(sheets, start=1)]


def test_a_seed_is_one_layout_and_the_next_another() -> None:
    assert composed(4).source == composed(4).source != composed(5).source
    assert specimen(4, composed(4)).pdf == specimen(4, composed(4)).pdf


def test_a_quarter_of_the_words_is_kept_for_letters_that_nobody_looks_at() -> None:
    assert list(pool("abcdefgh", held=True)) == list("abcdefgh")
    assert list(pool("abcdefgh", held=False)) == list("abcefg")


@pytest.mark.slow
def test_any_layout_is_read() -> None:
    counts: Counter[str] = Counter()
    wrong = []
    for seed in SEEDS:
        letter = specimen(seed, composed(seed, held=True))
        reading = read_letter(pages(letter), known_units())
        for name in FIELDS:
            verdict = set(judged(reading, letter, name))
            counts.update(verdict)
            wrong += [] if "exact" in verdict else [(seed, name, letter.truth[name], getattr(reading, name))]
    assert counts["exact"] >= LEAST * len(SEEDS) * len(FIELDS), wrong
    assert counts["sure_and_wrong"] <= MOST_WRONG, wrong
