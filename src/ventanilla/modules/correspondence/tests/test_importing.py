"""The page that brings an old register: upload, columns, look, do; and who may."""
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.modules.correspondence.models import ImportRun
from ventanilla.modules.correspondence.services.legacy import FIELDS, runs
from ventanilla.modules.correspondence.tests.test_legacy import CSV, RELATED

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def page(client, settings, tmp_path):
    """The pages as a person sees them; what is uploaded lies in a folder of the test."""
    settings.DATA_DIR = tmp_path

    def signed(person):
        client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed


def upload(client, w, key=None, name="viejo.csv", data=CSV):
    return client.post(reverse("letter_imports"), {
        "file": SimpleUploadedFile(name, data.encode()), "unit": w.root.pk, "uuid": str(key or uuid4())})


def test_upload_choose_look_and_import(w, page):
    client = page(w.clerk)
    run_url = upload(client, w)["Location"]
    assert 'value="">No está' in client.get(run_url).content.decode()
    run = ImportRun.objects.get()
    columns = {f"col-{name}": column for name, column in run.mapping.columns.items()}
    shown = client.post(reverse("letter_import_action", args=[run.pk, "revisar"]), columns, follow=True).content.decode()
    assert "Importar 4 documentos" in shown and "Dirección Lunar" in shown and not Case.objects.exists()
    working = client.post(reverse("letter_import_action", args=[run.pk, "importar"]), follow=True).content.decode()
    assert "Detener" in working
    runs.perform(run.pk, w.clerk.pk)
    runs.perform(run.pk, w.clerk.pk)
    assert Case.objects.count() == 4 and "Terminada" in client.get(reverse("letter_imports")).content.decode()


def test_words_and_tables_are_said_on_the_page(w, page):
    client = page(w.clerk)
    shown = client.get(upload(client, w, name="sireco.sql", data=RELATED)["Location"]).content.decode()
    run = ImportRun.objects.get()
    assert "Tablas del registro" in shown and '<option selected>correspondencia</option>' in shown and "archivos: ruta" in shown
    sides = {"table": "correspondencia", "side": ["turnos", "areas", "bitacora"], "side-column": ["id_correspondencia", "id_area", ""],
             "side-to": ["id_correspondencia", "turnos: id_area", "folio"]}
    shown = client.post(reverse("letter_import_action", args=[run.pk, "tablas"]), sides, follow=True).content.decode()
    assert shown.count("<option>areas: nombre</option>") > len(FIELDS)
    run = ImportRun.objects.get()
    assert [join[0] for join in run.mapping.options["joins"]] == ["turnos", "areas"] and "turn_answer" not in run.mapping.columns
    columns = {f"col-{name}": column for name, column in run.mapping.columns.items()} | {"col-turn_unit": "areas: nombre"}
    shown = client.post(reverse("letter_import_action", args=[run.pk, "revisar"]), columns, follow=True).content.decode()
    assert "Qué quiere decir cada palabra" in shown and "Importar 3" not in shown and "No se conoce el estado «3»" in shown
    said = {"word-kind": ["state", "state"], "word": ["3", "1"], "word-means": ["concluded", "routed"]}
    shown = client.post(reverse("letter_import_action", args=[run.pk, "revisar"]), columns | said, follow=True).content.decode()
    assert "Importar 3 documentos" in shown and '<option value="concluded" selected>Concluido</option>' in shown
    again = client.get(upload(client, w, name="sireco.sql", data=RELATED)["Location"]).content.decode()
    assert '<option selected>areas: nombre</option>' in again and '<option value="concluded" selected>' in again


def test_a_register_is_known_by_its_name_and_its_unit(w, page):
    client = page(w.clerk)
    names = lambda: list(ImportRun.objects.order_by("pk").values_list("mapping__name", flat=True))  # noqa: E731
    upload(client, w)
    client.post(reverse("letter_imports"), {"file": SimpleUploadedFile("viejo 2.csv", CSV.encode()), "unit": w.root.pk, "uuid": str(uuid4()),
                                            "register": "viejo"})
    client = page(w.admin)
    client.post(reverse("letter_imports"), {"file": SimpleUploadedFile("viejo.csv", CSV.encode()), "unit": w.north.pk, "uuid": str(uuid4())})
    assert names() == ["viejo", "viejo", "viejo (2)"]
    assert '<option>viejo (2)</option>' in client.get(reverse("letter_imports")).content.decode()


def test_where_nothing_can_be_brought_nothing_is_offered(w, page):
    client = page(w.clerk)
    upload(client, w, data="Número,Fecha,Tema\nA-1,2024-03-05,Pide informe\n")
    run = ImportRun.objects.get()
    wrong = {"col-key": "Número", "col-received": "Tema", "col-subject": "Fecha"}
    shown = client.post(reverse("letter_import_action", args=[run.pk, "revisar"]), wrong, follow=True).content.decode()
    assert "No se entiende la fecha «Pide informe»." in shown and "Importar 0 documentos" not in shown
    right = wrong | {"col-received": "Fecha", "col-subject": "Tema"}
    shown = client.post(reverse("letter_import_action", args=[run.pk, "revisar"]), right, follow=True).content.decode()
    assert "Importar 1 documento<" in shown


def test_the_same_form_twice_is_one_import(w, page):
    client, key = page(w.clerk), uuid4()
    assert upload(client, w, key)["Location"] == upload(client, w, key)["Location"]
    assert ImportRun.objects.count() == 1


def test_a_stopped_import_keeps_what_it_did_and_does_no_more(w, page):
    client = page(w.clerk)
    upload(client, w)
    run = ImportRun.objects.get()
    runs.look(actor=w.clerk, run=run)
    runs.begin(actor=w.clerk, run=run)
    runs.cancel(actor=w.clerk, run=run)
    runs.perform(run.pk, w.clerk.pk)
    assert not Case.objects.exists() and ImportRun.objects.get().finished_at


@pytest.mark.parametrize(("name", "data", "words"), [
    ("foto.png", "x", "debe ser CSV"), ("vacio.csv", "Folio,Asunto\n", "ninguna fila"), ("malo.xlsx", "x", "dañado")])
def test_what_is_no_register_is_refused_in_words(w, page, name, data, words):
    assert words in upload(page(w.clerk), w, name=name, data=data).content.decode()
    assert not ImportRun.objects.exists()


def test_only_who_registers_or_keeps_the_catalogues_finds_the_page(w, page):
    upload(page(w.clerk), w)
    run = ImportRun.objects.get()
    assert reverse("letter_imports") in page(w.admin).get(reverse("admin_area:home")).content.decode()
    assert page(w.admin).get(reverse("letter_import", args=[run.pk])).status_code == 200
    for stranger in (w.nobody, make.world().clerk):
        client = page(stranger)
        assert client.get(reverse("letter_import", args=[run.pk])).status_code == 404
        assert client.post(reverse("letter_import_action", args=[run.pk, "importar"])).status_code == 404
