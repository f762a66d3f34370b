"""Real pages beside the checkout: mean word recall at least 95 % clean, 90 % degraded (issue, section I)."""
from pathlib import Path

import pytest

from ventanilla.core.documents.services import text_of
from ventanilla.core.documents.tests.recall import recall

FOLDER = Path(__file__).resolve().parents[6] / "shared" / "data" / "ocr"
pytestmark = [
    pytest.mark.django_db, pytest.mark.shared_data,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="falta ../shared/data/ocr junto al repositorio"),
]


@pytest.mark.parametrize(("pattern", "least"), [("*[0-9].png", 0.95), ("*-degraded.jpg", 0.90)])
def test_mean_word_recall(stored, pattern, least):
    found = {}
    for image in sorted(FOLDER.glob(pattern)):
        version = stored(image.read_bytes(), image.name)
        found[image.name] = recall(image.with_suffix(".txt").read_text(encoding="utf-8"), text_of(version))
    assert len(found) >= 6 and sum(found.values()) / len(found) >= least, found
