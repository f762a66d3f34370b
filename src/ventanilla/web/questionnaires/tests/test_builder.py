"""The builder as somebody without code uses it: from nothing to a published form, tried, changed and counted."""
import html
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests import make

from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.models import Instrument, Response
from ventanilla.core.questionnaires.services import AnswersDraft, record_answers, start_draft
from ventanilla.core.questionnaires.tests import samples
from ventanilla.core.questionnaires.tests.kit import published

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"questionnaires:{name}", args=args)


def text_of(page: Any) -> str:
    return html.unescape(page.content.decode())


def revision(client: Client, pk: int) -> str:
    found = re.search(r'name="revision" value="(\d+)"', text_of(client.get(at("edit", pk))))
    assert found
    return found[1]


@pytest.fixture
def w() -> make.World:
    return make.world()


def test_from_nothing_to_a_published_form(w: make.World) -> None:
    client = signed_in(w.admin)
    made = client.post(at("new"), {"name": "Satisfacción", "purpose": "survey"})
    instrument = Instrument.objects.get(name="Satisfacción")
    pk = instrument.pk
    assert made["Location"] == at("edit", pk)

    def save(name: str, *args: Any, **values: str) -> None:
        page = client.post(at(name, pk, *args), {"revision": revision(client, pk), **values})
        assert page.status_code == 302, text_of(page)

    save("new_section", title="El servicio")
    save("new_question", 0, "scale", label="¿Cómo fue la atención?", required="on", choices="Muy buena | 3\nRegular | 1\nMala | 0\nNo aplica | na")
    save("new_question", 0, "long_text", label="¿Qué faltó?", required="on", when_field_0="como_fue_la_atencion", when_op_0="in",
         when_value_0="regular; Mala")
    save("new_question", 0, "yes_no", label="¿Volvería?")
    save("new_question", 0, "table", label="Equipos", columns="Serie | Texto corto | obligatoria\nEstado | Una opción: Abierto; Cerrado", max="4")
    save("words", intro="Gracias por su tiempo.", thanks="¡Listo!", unanswered="exclude")
    draft = instrument.versions.get()
    fields = draft.definition["sections"][0]["fields"]
    assert [f["key"] for f in fields] == ["como_fue_la_atencion", "que_falto", "volveria", "equipos"]
    assert fields[0]["choices"] == [{"value": "muy_buena", "label": "Muy buena", "score": 3}, {"value": "regular", "label": "Regular", "score": 1},
                                    {"value": "mala", "label": "Mala", "score": 0}, {"value": "no_aplica", "label": "No aplica", "na": True}]
    assert fields[1]["when"] == {"field": "como_fue_la_atencion", "op": "in", "value": ["regular", "mala"]}
    assert fields[3]["columns"][1] == {"key": "estado", "label": "Estado", "type": "choice",
                                       "choices": [{"value": "abierto", "label": "Abierto"}, {"value": "cerrado", "label": "Cerrado"}]}
    # an option gets other words and keeps its value
    save("question", 0, 0, label="¿Cómo fue la atención?", required="on", choices="Muy buena | 3\nMás o menos | 1\nMala | 0\nNo aplica | na")
    assert instrument.versions.get().definition["sections"][0]["fields"][0]["choices"][1] == {"value": "regular", "label": "Más o menos", "score": 1}
    # moved and removed
    client.post(at("edit", pk), {"revision": revision(client, pk), "do": "up:0:3"})
    client.post(at("edit", pk), {"revision": revision(client, pk), "do": "remove:0:3"})
    assert [f["key"] for f in instrument.versions.get().definition["sections"][0]["fields"]] == ["como_fue_la_atencion", "que_falto", "equipos"]
    assert "Es la primera versión" in text_of(client.get(at("publish", pk)))
    assert client.post(at("publish", pk)).status_code == 302
    assert instrument.versions.get().state == "published" and "Versión 1 publicada" in text_of(client.get(at("list")))
    assert client.get(at("edit", pk)).status_code == 404


def test_a_stale_page_does_not_overwrite(w: make.World) -> None:
    client = signed_in(w.admin)
    version = published(w.institution, samples.survey())
    draft = start_draft(actor=None, instrument=version.instrument)
    pk, old = version.instrument_id, revision(client, version.instrument_id)
    client.post(at("edit", pk), {"revision": old, "do": "down:0:2"})
    page = client.post(at("question", pk, 0, 4), {"revision": old, "label": "Otra", "min": "0", "max": "9"})
    assert page.status_code == 422 and "Otra persona guardó" in text_of(page)
    client.post(at("edit", pk), {"revision": old, "do": "remove:0:0"})
    draft.refresh_from_db()
    assert len(draft.definition["sections"][0]["fields"]) == 6
    for wrong in ("up:9:9", "explode:0", "remove:x", "", "down"):
        assert client.post(at("edit", pk), {"revision": revision(client, pk), "do": wrong}).status_code == 302


def test_what_cannot_be_read_is_said_at_its_field(w: make.World) -> None:
    client = signed_in(w.admin)
    version = published(w.institution, samples.survey())
    start_draft(actor=None, instrument=version.instrument)
    pk, now = version.instrument_id, revision(client, version.instrument_id)
    for kind, values, words in (("choice", {"choices": "Sí | muchos"}, "van los puntos"), ("table", {"columns": "A | tabla"}, "tipo de columna"),
                                ("text", {"when_field_0": "nivel", "when_op_0": "eq", "when_value_0": "azul"}, "no es una opción")):
        page = client.post(at("new_question", pk, 0, kind), {"revision": now, "label": "P", **values})
        assert page.status_code == 422 and words in text_of(page)
    bad = client.post(at("new_question", pk, 0, "text"), {"revision": now, "label": "Clave", "pattern": "(a"})
    assert bad.status_code == 302, "a mistake of the definition is kept in the draft"
    page = text_of(client.get(at("edit", pk)))
    assert "Falta corregir 1 cosa antes de publicar" in page and "La forma no se entiende" in page
    assert "La forma no se entiende" in text_of(client.get(at("publish", pk)))
    client.post(at("publish", pk))
    assert version.instrument.versions.filter(state="draft").exists()
    assert "Todavía no se puede probar" in text_of(client.get(at("try", pk, 2)))


def test_trying_stores_nothing(w: make.World) -> None:
    client = signed_in(w.admin)
    version = published(w.institution, samples.extra(), "datos", "request_form")
    pk = version.instrument_id
    page = client.post(at("try", pk, 1), {"q-unidad--text": "direccion norte", "q-monto": "x"})
    assert page.status_code == 422 and 'value="Dirección Norte"' in text_of(page) and 'href="#id_q-sistema"' in text_of(page)
    page = client.post(at("try", pk, 1), {"q-sistema": "Pagos", "q-unidad--text": "Departamento Norte", "q-nota": "n"})
    assert "Hay varias que corresponden" in text_of(page) and f'value="{w.north_1.pk}"' in text_of(page)
    page = client.post(at("try", pk, 1), {"q-sistema": "Pagos", "q-unidad": str(w.north_1.pk), "q-unidad--text": "Departamento Norte",
                                          "q-unidad--was": "Departamento Norte", "q-equipos-0-serie": "A", "q-desde": "2026-11-21"})
    said = text_of(page)
    assert page.status_code == 200 and "Así quedaría guardado" in said and "Departamento Norte Uno" in said and "21 de noviembre de 2026" in said
    other = make.world()
    page = client.post(at("try", pk, 1), {"q-sistema": "Pagos", "q-unidad": str(other.north.pk)})
    assert "no existe o no puede elegirlo" in text_of(page)
    assert Response.objects.count() == 0


def test_publishing_shows_what_changes_and_a_file_starts_another_form(w: make.World) -> None:
    client = signed_in(w.admin)
    version = published(w.institution, samples.survey())
    pk = version.instrument_id
    assert client.post(at("begin", pk)).status_code == 302
    client.post(at("question", pk, 0, 2), {"revision": revision(client, pk), "label": "¿Lo recomendaría?", "required": "on"})
    client.post(at("edit", pk), {"revision": revision(client, pk), "do": "remove:0:4"})
    page = text_of(client.get(at("publish", pk)))
    assert "Preguntas que ya no se harán" in page and "¿Cuántos minutos esperó?" in page and "¿Lo recomendaría?" in page and "Obligatoria" in page
    client.post(at("publish", pk))
    assert [v.state for v in version.instrument.versions.order_by("number")] == ["retired", "published"]
    saved = client.get(at("download", pk))
    upload = SimpleUploadedFile("otro.json", saved.content, "application/json")
    client.post(at("new"), {"name": "Copia", "purpose": "survey", "file": upload})
    assert Instrument.objects.get(name="Copia").versions.get().definition == json.loads(saved.content)
    for content in (b"\xff", b"[]", b'{"sections": [3]}', b"[" * 100_000):
        page = client.post(at("new"), {"name": "Mala", "purpose": "survey", "file": SimpleUploadedFile("x.json", content)})
        assert page.status_code == 422 and "no es un formulario" in text_of(page)
    client.post(at("retire", pk))
    client.post(at("begin", pk))
    client.post(at("discard", pk))
    assert [v.state for v in version.instrument.versions.all()] == ["retired", "retired"]
    client.post(at("rename", pk), {"name": "Otro nombre"})
    assert Instrument.objects.get(pk=pk).name == "Otro nombre" and "Fuera de uso" in text_of(client.get(at("list")))


def test_results_and_files(w: make.World, django_assert_max_num_queries: Any) -> None:
    version = published(w.institution, samples.survey())
    case, secret = make.letter(w), make.letter(w, level=2)
    record_answers(actor=None, drafts=[
        *(AnswersDraft(version, {"nivel": "muy_satisfecho", "minutos": n, "interno": "canario"}, case=case) for n in range(40)),
        AnswersDraft(version, {"nivel": "poco", "motivo": "=1+1 Tardó mucho"}, case=case),
        AnswersDraft(version, {"nivel": "nada", "motivo": "xilocanto"}, case=secret)])
    client = signed_in(w.head)
    client.get(at("results", version.instrument_id))
    with django_assert_max_num_queries(24):
        page = client.get(at("results", version.instrument_id) + "?desde=2020-01-01&hasta=nunca")
    said = text_of(page)
    assert "95.24\u00a0% eligió «Muy satisfecho» entre 42 respuestas" in said and "Tardó mucho" in said and "canario" not in said
    assert "<svg" in said and "Ver los datos en una tabla" in said
    lines = b"".join(client.get(at("results_file", version.instrument_id, "csv")).streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 43 and "Muy satisfecho" in lines[1] and "'=1+1" in "\n".join(lines) and "canario" not in "\n".join(lines)
    assert client.get(at("results_file", version.instrument_id, "xlsx")).content[:2] == b"PK"
    clerk = signed_in(w.clerk)
    assert clerk.get(at("results", version.instrument_id)).status_code == 404
    admin = text_of(signed_in(w.admin).get(at("results", version.instrument_id)))
    assert "No hay respuestas en este periodo" in admin and "xilocanto" not in admin
    assert client.get(at("results", version.instrument_id) + "?hasta=2001-01-01").status_code == 200


def test_pages_are_of_the_administration_of_the_institution(w: make.World) -> None:
    version = published(w.institution, samples.survey())
    start_draft(actor=None, instrument=version.instrument)
    pk = version.instrument_id
    pages = [at(n, pk) for n in ("form", "rename", "publish", "edit", "words", "new_section", "download", "results")]
    pages += [at("section", pk, 0), at("types", pk, 0), at("new_question", pk, 0, "text"), at("question", pk, 0, 0), at("try", pk, 2)]
    client = signed_in(w.admin)
    for path in [at("list"), at("new"), *pages]:
        page = client.get(path)
        assert page.status_code == 200, path
        assert path.endswith(".json") or page.content.count(b"<h1") == 1, path
    for person in (w.staff, make.world().admin):
        other = signed_in(person)
        assert {other.get(path).status_code for path in pages} == {404}
    assert {Client().get(path).status_code for path in pages} == {302}
    for path in (at("section", pk, 9), at("question", pk, 0, 99), at("new_question", pk, 0, "nada"), at("try", pk, 9), at("types", pk, 9)):
        assert client.get(path).status_code == 404
    found = client.get(at("suggestions", "unit") + "?q=norte").json()["found"]
    assert any(f["label"] == "Dirección Norte" for f in found) and client.get(at("suggestions", "nada")).status_code == 404
    assert client.get(at("suggestions", "person") + "?q=peña").json() == {"found": []}
