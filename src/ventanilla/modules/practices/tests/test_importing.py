"""Filled forms become practices: originals kept, contradictions wait and are decided, residue listed; files that are no form."""
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document
from tests.pages import as_, text

from ventanilla.core.documents.services import open_version, process
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.form import write_text
from ventanilla.modules.practices.models import FieldReading, Practice, PracticeImport
from ventanilla.modules.practices.services.deciding import NONE, decide
from ventanilla.modules.practices.services.further import begin_further
from ventanilla.modules.practices.services.importing import FormFile, import_forms
from ventanilla.modules.practices.services.records import clean_values, newest
from ventanilla.modules.practices.services.words import practice_docx
from ventanilla.modules.practices.tests.life import Registry, complete, registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def r() -> Registry:
    return registry()


def form(**values: Any) -> bytes:
    """A filled form of 2024 as text."""
    return write_text(complete(medicion=False, **values), "2024").encode()


def doubtful() -> bytes:
    """It says that it was not transferred, and names to whom."""
    plain = form(transferida=False).decode()
    start = plain.index("5.1.1")
    return (plain[:start] + plain[start:].replace("Municipios\t\t", "Municipios\tX\tToluca", 1)).encode()


def bring(r: Registry, data: bytes, name: str = "formulario.txt", **more: Any) -> Practice:
    done = import_forms(actor=r.author, unit=r.world.north, files=[FormFile(name, data, **more)])[0]
    assert done.practice, done.problem
    return done.practice


def test_what_a_form_says_is_kept_with_the_file_as_it_came(r: Registry) -> None:
    data = form(objetivo="Atender sin filas")
    practice = bring(r, data)
    revision, found = newest(practice), PracticeImport.objects.get()
    assert clean_values(revision.values, "2024") == complete(medicion=False, objetivo="Atender sin filas") and revision.source == "imported"
    assert practice.title == "Ventanilla única de trámites" and practice.pending == 0
    process(found.document.latest.pk)
    with open_version(found.document.latest) as kept:
        assert kept.read() == data
    reading = FieldReading.objects.get(imported=found, key="objetivo")
    assert reading.raw.endswith("Atender sin filas") or "Atender sin filas" in reading.raw
    assert reading.place and reading.confidence > 0.5
    again = import_forms(actor=r.author, unit=r.world.north, files=[FormFile("copia.txt", data), FormFile("otra.txt", data, again=True)])
    assert (again[0].known, again[0].practice, again[1].known) == (True, practice, False) and Practice.objects.count() == 2


def test_a_contradiction_waits_and_a_person_decides(r: Registry) -> None:
    practice = bring(r, doubtful())
    rows = list(FieldReading.objects.filter(decision="pending"))
    assert rows and practice.pending == len(rows) and "transferida" in {row.key for row in rows}
    browser, page = as_(r.author), reverse("practice_readings", args=[practice.pk])
    shown = text(browser.get(page))
    assert "Vale esta" in shown and "Toluca" in shown and "espera" in shown
    assert "por decidir" in text(browser.get(reverse("practices"))) and "Decidir ahora" in text(browser.get(reverse("practice", args=[practice.pk])))
    one = next(row for row in rows if row.key == "transferida")
    yes = next(n for n, a in enumerate(one.alternatives) if a["value"] is True)
    assert browser.post(reverse("practice_decide", args=[practice.pk, one.pk]), {"lectura": yes}).status_code == 302
    assert newest(practice).values["transferida"] is True
    for other in rows:
        if other.pk != one.pk:
            decide(actor=r.author, reading=other, choice=0)
    practice.refresh_from_db()
    assert practice.pending == 0 and "Decidió" in text(browser.get(page))
    decide(actor=r.author, reading=one, choice=NONE)
    assert "transferida" not in newest(practice).values
    with pytest.raises(Refused, match="Elija"):
        decide(actor=r.author, reading=one, choice=99)
    with pytest.raises(NotAllowed):
        decide(actor=r.world.south_head, reading=one, choice=0)
    plain = FieldReading.objects.filter(imported__revision__practice=practice, decision="").first()
    assert plain
    with pytest.raises(Refused, match="nada que decidir"):
        decide(actor=r.author, reading=plain, choice=0)
    assert browser.post(reverse("practice_decide", args=[practice.pk, one.pk]), {"lectura": "x"}).status_code == 302


def test_a_word_document_of_ours_reads_back_the_same(r: Registry) -> None:
    practice = bring(r, form(descripcion="Primero esto.\nY después lo otro, con ñ y <signos>.", receptores=[]))
    revision = newest(practice)
    back = bring(r, practice_docx(practice, revision), "formulario.docx")
    assert clean_values(newest(back).values, "2024") == clean_values(revision.values, "2024")


def test_the_page_takes_several_files_and_tells_what_became_of_each(r: Registry) -> None:
    files = [SimpleUploadedFile("a.txt", form()), SimpleUploadedFile("b.txt", b"Acta de la sesion ordinaria\tuno\n"),
             SimpleUploadedFile("c.txt", b"\n"), SimpleUploadedFile("=d.txt", b"<script>alert(1)</script>")]
    browser = as_(r.author)
    page = browser.post(reverse("practices_import"), {"archivos": files, "unidad": r.world.north.pk})
    shown = text(page)
    assert "Ventanilla única" in shown and shown.count("No se encontró el formulario") >= 2 and "<script>alert" not in shown
    assert Practice.objects.count() == 1
    assert browser.post(reverse("practices_import"), {"unidad": r.world.north.pk}).status_code == 422
    one = browser.post(reverse("practices_import"), {"archivos": [SimpleUploadedFile("e.txt", doubtful())], "unidad": r.world.north.pk})
    assert one.status_code == 302 and "/lecturas/" in one.headers["Location"]
    assert as_(r.world.nobody).get(reverse("practices_import")).status_code == 404
    assert text(browser.get(reverse("practice_readings", args=[Practice.objects.latest("pk").pk]), {"ver": "todo"}))


def test_from_the_command_line_with_and_without_writing(r: Registry, tmp_path: Path) -> None:
    path, other = tmp_path / "uno.txt", tmp_path / "otro.txt"
    path.write_bytes(doubtful())
    other.write_bytes(b"nada")
    unit = ["--institution", r.world.institution.slug, "--unit", r.world.north.code]

    def run(*more: str) -> str:
        out = io.StringIO()
        call_command("import_practices", str(path), str(other), *unit, *more, stdout=out)
        return out.getvalue()
    assert "generación 2024" in run("--dry-run") and Practice.objects.count() == 0
    told = run()
    assert "1 prácticas nuevas" in told and "por decidir" in told and "1 sin leer" in told
    assert "ya estaba" in run() and Practice.objects.count() == 1
    with pytest.raises(CommandError):
        run("--person", "nadie@ejemplo.gob.mx")
    with pytest.raises(CommandError):
        call_command("import_practices", str(tmp_path / "falta.txt"), *unit)


def test_two_forms_in_one_file_are_offered_as_two_practices_and_nothing_is_mixed(r: Registry) -> None:
    data = form(nombre="Citas en línea", objetivo="Sin filas") + b"\n" + form(nombre="Archivo en orden", objetivo="Encontrar pronto")
    browser = as_(r.author)
    page = browser.post(reverse("practices_import"), {"archivos": [SimpleUploadedFile("dos.txt", data)], "unidad": r.world.north.pk})
    first = Practice.objects.get()
    assert page.status_code == 302 and newest(first).values["objetivo"] == "Sin filas"
    shown = text(browser.get(reverse("practice_readings", args=[first.pk])))
    assert "El archivo trae otro formulario" in shown and "Archivo en orden" in shown
    place = reverse("practice_further", args=[first.pk, 2])
    assert as_(r.world.south_head).post(place).status_code == 404 and browser.post(reverse("practice_further", args=[first.pk, 3])).status_code == 404
    browser.post(place, {"dejar": "1"})
    assert Practice.objects.count() == 1 and "se dejó en el archivo" in text(browser.get(reverse("practice_readings", args=[first.pk])))
    assert "antivirus" in text(browser.post(place, follow=True)) and Practice.objects.count() == 1
    process(newest(first).imported.document.latest.pk)
    assert browser.post(place).headers["Location"] == browser.post(place).headers["Location"]
    second = Practice.objects.exclude(pk=first.pk).get()
    assert (newest(second).values["nombre"], newest(second).values["objetivo"]) == ("Archivo en orden", "Encontrar pronto")
    assert second.unit == first.unit
    assert newest(first).values["nombre"] == "Citas en línea" and newest(second).imported.part == 2
    assert import_forms(actor=r.author, unit=r.world.north, files=[FormFile("dos.txt", data)])[0].practice == first
    word = io.BytesIO()
    both = Document(io.BytesIO(practice_docx(first, newest(first))))
    for part in Document(io.BytesIO(practice_docx(second, newest(second)))).element.body:
        if not part.tag.endswith("sectPr"):
            both.element.body.insert(len(both.element.body) - 1, part)
    both.save(word)
    done = import_forms(actor=r.author, unit=r.world.north, files=[FormFile("dos.docx", word.getvalue())])[0]
    assert done.practice
    process(newest(done.practice).imported.document.latest.pk)
    assert done.further == 1 and newest(done.practice).values["objetivo"] == "Sin filas"
    third = begin_further(actor=r.author, imported=newest(done.practice).imported, number=2)
    assert newest(third).values["objetivo"] == "Encontrar pronto"
