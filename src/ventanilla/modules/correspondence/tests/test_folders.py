"""A folder of files becomes letters once; with the real material: recognised well enough and found by a phrase."""
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.services import text_of
from ventanilla.core.documents.tests.recall import recall
from ventanilla.modules.correspondence.models import Letter
from ventanilla.modules.correspondence.services.folders import Plan, import_folder, subject_of
from ventanilla.modules.correspondence.specimens import specimen

SHARED = Path(__file__).resolve().parents[6] / "shared" / "data"
real = [pytest.mark.shared_data,
        pytest.mark.skipif(not SHARED.is_dir(), reason="falta ../shared/data junto al repositorio")]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def folder(tmp_path):
    """A letter with text, the same bytes again under another name, and a file that is no letter."""
    letter = specimen(7, "estatal")
    (tmp_path / "b").mkdir()
    (tmp_path / "a.pdf").write_bytes(letter.pdf)
    (tmp_path / "b" / "copia.pdf").write_bytes(letter.pdf)
    (tmp_path / "notas.txt").write_text("nada")
    return tmp_path


def plan(w, **more):
    return Plan(w.root, w.clerk, w.oficio, **more)


def test_each_file_is_one_letter_however_often_it_is_imported(w, folder):
    first = import_folder(folder, plan(w))
    again = import_folder(folder, plan(w))
    assert [(o.path.name, o.known) for o in first] == [("a.pdf", False), ("copia.pdf", True)]
    assert all(o.known for o in again) and len({o.folio for o in first + again}) == 1
    assert Letter.objects.count() == 1 and Case.objects.get().source == "import"


def test_the_letter_is_named_read_and_found_by_a_phrase(w, folder):
    outcome = import_folder(folder / "a.pdf", plan(w))[0]
    assert outcome.subject and outcome.pages >= 1 and len(outcome.phrase.split()) == 5
    assert specimen(7, "estatal").truth["subject"].split()[0] in outcome.subject


def test_a_damaged_file_is_kept_and_the_others_go_on(w, folder):
    (folder / "0-malo.pdf").write_bytes(b"%PDF-1.7\nno es un pdf")
    (folder / "1-vacio.pdf").write_bytes(b"")
    outcomes = {o.path.name: o for o in import_folder(folder, plan(w))}
    assert outcomes["0-malo.pdf"].folio and outcomes["0-malo.pdf"].subject == "0-malo"
    assert not outcomes["1-vacio.pdf"].folio and outcomes["1-vacio.pdf"].problem
    assert outcomes["a.pdf"].folio


def test_the_command_prints_a_table_and_needs_someone_who_may(w, folder):
    out = StringIO()
    call_command("import_correspondence", str(folder), institution=w.institution.slug, person=w.clerk.email, stdout=out)
    assert "a.pdf" in out.getvalue() and "1 registrados, 1 ya estaban" in out.getvalue()
    with pytest.raises(CommandError, match="no puede registrar"):
        call_command("import_correspondence", str(folder), institution=w.institution.slug, person=w.nobody.email)
    with pytest.raises(CommandError, match="No existe la carpeta"):
        call_command("import_correspondence", str(folder / "x"), institution=w.institution.slug)


def test_a_picture_without_words_takes_the_name_of_its_file(w, tmp_path):
    Image.new("RGB", (400, 500), "white").save(tmp_path / "Foto del predio.png")
    assert import_folder(tmp_path, plan(w))[0].subject == "Foto del predio"


@pytest.fixture
def imported(w):
    """Imports a folder of the real material; each must get a folio and be found by a phrase of its first page."""
    def run(name):
        outcomes = import_folder(SHARED / name, plan(w))
        assert outcomes and all(o.folio and o.phrase for o in outcomes), outcomes
        return outcomes

    return run


class TestReal:
    """Section I of the issue."""

    pytestmark = [*real, pytest.mark.slow]

    def test_the_laws_are_registered_and_found(self, imported):
        outcomes = imported("documents/laws")
        assert len(outcomes) == 10 and all("ley" in o.subject.lower() for o in outcomes)

    def test_the_pictures_are_recognised_and_found(self, imported):
        found = {"clean": [], "degraded": []}
        for outcome in imported("ocr"):
            version = DocumentVersion.objects.get(filename=outcome.path.name)
            truth = outcome.path.with_suffix(".txt").read_text(encoding="utf-8")
            assert subject_of(version)
            found["degraded" if "degraded" in outcome.path.stem else "clean"].append(recall(truth, text_of(version)))
        assert sum(found["clean"]) / len(found["clean"]) >= 0.95, found
        assert sum(found["degraded"]) / len(found["degraded"]) >= 0.90, found
