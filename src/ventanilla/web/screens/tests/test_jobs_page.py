"""Mis exportaciones: each by the name of what it holds, never by a name of the program; its file too."""
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from tests import make
from tests.pages import as_, text

from ventanilla.core.exports.models import ExportJob

pytestmark = pytest.mark.django_db


def job(person, kind, **params):
    path = default_storage.save("exports/x.csv", ContentFile(b"Folio"))
    return ExportJob.objects.create(person=person, kind=kind, format="csv", params=params, state="done", path=path, rows=1)


def test_each_job_is_called_by_what_it_holds():
    w = make.world()
    made = job(w.head, "list", screen="enviados", query="")
    job(w.head, "letters.board", table="semaforo", query="")
    job(w.head, "list", screen="ya-no-existe", query="")
    page = text(as_(w.head).get(reverse("exports")))
    assert "Oficios enviados" in page and "Tablero de correspondencia: " in page and "letters.board" not in page.lower()
    assert "Exportación" in page
    got = as_(w.head).get(reverse("export_file", args=[made.uuid]))
    assert got["Content-Disposition"] == 'attachment; filename="oficios-enviados.csv"'
