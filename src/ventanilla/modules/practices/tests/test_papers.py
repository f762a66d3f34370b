"""Official outputs and the public registry: PDF with its record, Word, linked data, open data; nothing of the contact person."""
import io
import json
import re
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document
from tests.pages import as_, text

from ventanilla.modules.practices.form import definition, generations
from ventanilla.modules.practices.models import Practice, PracticeRevision
from ventanilla.modules.practices.services.carrying import brought_by
from ventanilla.modules.practices.services.importing import FormFile, import_forms
from ventanilla.modules.practices.services.papers import practice_pdf, practice_pdfs, record_json
from ventanilla.modules.practices.services.publishing import dictionary
from ventanilla.modules.practices.services.records import PracticeDraft, clean_values, create_practices, newest
from ventanilla.modules.practices.services.words import practice_docx
from ventanilla.modules.practices.tests.life import Registry, registry

pytestmark = pytest.mark.django_db
BY_TYPE: dict[str, Any] = {
    "text": "Texto corto", "long_text": "Un párrafo con ñandú, «comillas» y <signos>.\nSegundo renglón.", "yes_no": True, "date": "2021-03-04",
    "decimal": "95.5", "email": "alguien@ejemplo.gob.mx", "phone": "722 226 1820", "table": [{"ambito": "municipios", "nombre": "Toluca"}]}


def full(generation: str, **other: Any) -> dict[str, Any]:
    """An answer to every question."""
    found = {}
    for key, one in definition(generation).fields.items():
        found[key] = BY_TYPE.get(one.type) or ([c.value for c in one.choices] if one.type == "choices" else one.choices[0].value)
        found[key] = f"{found[key]} {key}" if one.type == "text" else found[key]
    return clean_values(found | other, generation)


def made(r: Registry, generation: str = "2024", **other: Any) -> Practice:
    draft = PracticeDraft(r.world.north, generation, full(generation, **other))
    return create_practices(actor=r.author, drafts=[draft])[0]


def publish(practice: Practice) -> Practice:
    """As the registry does it at the end of a review."""
    revision, now = newest(practice), timezone.now()
    PracticeRevision.objects.filter(pk=revision.pk).update(sealed_at=now, digest="0" * 64)
    Practice.objects.filter(pk=practice.pk).update(
        current=revision, state="registered", public=True, registered_at=now, registry_number=f"BP/{practice.pk}/2026", updated_at=now)
    practice.refresh_from_db()
    return practice


@pytest.fixture
def r() -> Registry:
    return registry()


@pytest.mark.parametrize("generation", generations())
def test_the_pdf_carries_its_record_and_says_so(r: Registry, generation: str) -> None:
    practice = made(r, generation)
    revision = newest(practice)
    data = practice_pdf(practice, revision)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        about = bytes(pdf.Root.Metadata.read_bytes()).decode()
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang).lower() == "es-mx"
    assert re.search(r"pdfaid:part[^3]*3", about) and "pdfuaid:part" in about
    brought = brought_by(data)
    assert brought and (brought.generation, brought.values) == (generation, clean_values(revision.values, generation))
    assert practice_pdf(practice, revision) == data, "the same revision is the same file"
    altered = json.loads(record_json(practice, revision))
    altered["values"]["nombre"] = "Otra"
    with pikepdf.open(io.BytesIO(data)) as pdf, io.BytesIO() as out:
        pdf.attachments["practica.json"] = pikepdf.AttachedFileSpec(pdf, json.dumps(altered).encode())
        pdf.save(out)
        assert brought_by(out.getvalue()) is None
    assert brought_by(b"%PDF-1.7 nada") is None


def test_many_pdfs_at_once_are_those_of_each(r: Registry) -> None:
    rows = [made(r, nombre=f"Práctica {n}") for n in range(3)]
    pairs = [(p, newest(p)) for p in rows]
    assert [brought_by(d).values["nombre"] for d in practice_pdfs(pairs)] == [p.title for p in rows]  # type: ignore[union-attr]


def test_exported_imported_and_exported_again_it_is_the_same(r: Registry) -> None:
    practice = made(r)
    data = practice_pdf(practice, newest(practice))
    done = import_forms(actor=r.author, unit=r.world.north, files=[FormFile("practica.pdf", data)])[0]
    assert done.practice and not done.problem and done.practice.pending == 0
    again = newest(done.practice)
    assert again.values == newest(practice).values and again.source == "imported"
    assert record_json(practice, again) == record_json(practice, newest(practice)).replace('"revision":1', f'"revision":{again.number}')
    twin = import_forms(actor=r.author, unit=r.world.north, files=[FormFile("copia.pdf", data)])[0]
    assert twin.known and twin.practice == done.practice
    page = text(as_(r.author).get(reverse("practice_readings", args=[done.practice.pk])))
    assert "Todo se leyó sin dudas" in page


def test_the_word_document_has_every_label_and_answer(r: Registry) -> None:
    practice = made(r)
    word = Document(io.BytesIO(practice_docx(practice, newest(practice))))
    said = "\n".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    for wanted in ("1.1. Nombre de la práctica", "Texto corto nombre", "Segundo renglón", "Toluca", "95.5%"):
        assert wanted in said
    browser = as_(r.author)
    for kind, start in (("pdf", b"%PDF"), ("docx", b"PK"), ("json", b"{")):
        answer = browser.get(reverse("practice_paper", args=[practice.pk, kind]))
        assert answer.content.startswith(start) and "attachment" in answer.headers["Content-Disposition"]
    assert browser.get(reverse("practice_paper", args=[practice.pk, "exe"])).status_code == 404


def test_the_public_page_tells_everything_but_the_contact_person(r: Registry) -> None:
    practice = made(r, enlace_nombre="PERSONA RESERVADA", objetivo="Servir </script><script>alert(1)</script>")
    visitor, address = Client(), reverse("public_practice", args=[practice.uuid])
    assert visitor.get(address).status_code == 404 and "Texto corto nombre" not in text(visitor.get(reverse("public_practices")))
    publish(practice)
    page = text(visitor.get(address))
    assert "Texto corto nombre" in page and "PERSONA RESERVADA" not in page and "<script>alert" not in page
    linked = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[0])
    assert linked["@type"] == "CreativeWork" and linked["identifier"] == practice.registry_number and linked["abstract"].endswith("</script>")
    assert "Texto corto nombre" in text(visitor.get(reverse("public_practices"), {"q": "ñandú", "categoria": "atencion_ciudadana"}))
    assert "No hay prácticas" in text(visitor.get(reverse("public_practices"), {"q": "helicóptero"}))
    assert "No hay prácticas" in text(visitor.get(reverse("public_practices"), {"anio": "1990"}))
    for kind in ("pdf", "json"):
        sent = visitor.get(reverse("public_practice_paper", args=[practice.uuid, kind])).content
        record = brought_by(sent).values if kind == "pdf" else json.loads(sent)["values"]  # type: ignore[union-attr]
        assert "enlace_nombre" not in record and record["nombre"] == practice.title
    assert "PERSONA RESERVADA" not in text(as_(registry().author).get(reverse("practice", args=[practice.pk])))
    assert "PERSONA RESERVADA" in text(as_(r.author).get(reverse("practice", args=[practice.pk])))


def test_the_registry_as_open_data_with_its_dictionary(r: Registry) -> None:
    practice = publish(made(r, nombre="=SUMA(A1)", enlace_correo="oculto@ejemplo.gob.mx"))
    made(r, nombre="Borrador oculto")
    visitor = Client()
    rows = b"".join(visitor.get(reverse("public_practices_data", args=["practicas.csv"])).streaming_content).decode()
    assert "'=SUMA(A1)" in rows and str(practice.uuid) in rows and "oculto" not in rows
    found = json.loads(b"".join(visitor.get(reverse("public_practices_data", args=["practicas.json"])).streaming_content))
    assert [p["uuid"] for p in found["practicas"]] == [str(practice.uuid)] and found["practicas"][0]["valores"]["similares"] is True
    told = json.loads(visitor.get(reverse("public_practices_data", args=["diccionario.json"])).content)
    assert told == dictionary() == found["diccionario"]
    columns = [row["columna"] for row in told]
    assert rows.lstrip("\ufeff").splitlines()[0].split(",") == columns and not [c for c in columns if c.startswith("enlace_")]
    assert visitor.get(reverse("public_practices_data", args=["otra.csv"])).status_code == 404


def test_the_board_counts_what_is_registered_and_leads_to_it(r: Registry) -> None:
    publish(made(r, inicio="2019-05-01"))
    made(r)
    page = text(as_(r.world.nobody).get(reverse("practices_board")))
    assert "Hay 1 práctica registrada" in page and "categoria=atencion_ciudadana" in page
    browser = as_(r.world.nobody)
    for query, there in (("categoria=atencion_ciudadana", True), ("categoria=compras", False), ("anio=2019", True), ("transferible=no", False),
                         ("reconocida=si", True), ("estado=draft", False), ("q=ñandú", True), ("dependencia=corto", True), ("para=mias", False)):
        assert ("Texto corto nombre" in text(browser.get(f"/listas/practicas/?{query}"))) is there, query
    assert "Recién registradas" in text(browser.get(reverse("practices"))) and "Lo que está documentando" in text(
        as_(r.author).get(reverse("practices")))
