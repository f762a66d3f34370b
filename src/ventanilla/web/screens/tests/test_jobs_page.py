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


def test_what_is_gone_or_came_to_nothing_is_asked_for_again_once():
    w = make.world()
    gone = ExportJob.objects.create(person=w.head, kind="list", format="csv", params={"screen": "correspondencia", "query": "q=informe"},
                                    state="expired")
    client = as_(w.head)
    told = client.get(reverse("export_file", args=[gone.uuid]), follow=True)
    assert "Ese archivo ya no se conserva." in text(told) and "Pedir de nuevo" in text(told)
    for _twice in range(2):
        client.post(reverse("export_again", args=[gone.uuid]))
    made = ExportJob.objects.exclude(pk=gone.pk).get()
    assert (made.state, made.kind, made.format, made.params) == ("waiting", gone.kind, gone.format, gone.params)
    assert "Pedir de nuevo" not in text(client.get(reverse("exports"))), "the new one has its place"
    assert "Todavía se está preparando" in text(client.get(reverse("export_file", args=[made.uuid]), follow=True))
    client.post(reverse("export_again", args=[made.uuid]))
    assert ExportJob.objects.count() == 2, "what is being made is not ordered again"
    assert as_(w.south_head).post(reverse("export_again", args=[gone.uuid])).status_code == 404


@pytest.mark.parametrize("screen", ["ya-no-existe", "enviados"])
def test_what_one_may_no_longer_consult_is_not_asked_for_again(screen):
    w = make.world()
    gone = ExportJob.objects.create(person=w.nobody, kind="list", format="csv", params={"screen": screen, "query": ""}, state="expired")
    told = as_(w.nobody).post(reverse("export_again", args=[gone.uuid]), follow=True)
    assert "Esa lista ya no se puede exportar" in text(told) and ExportJob.objects.count() == 1
