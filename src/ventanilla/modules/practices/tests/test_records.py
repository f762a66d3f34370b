"""Practices are written section by section: merging, what is hidden, comments, who else is there, generations, revisions."""
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.orgs.models import Person, Role
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import Comment, Practice, PracticeRevision
from ventanilla.modules.practices.services.columns import columns_of, completeness
from ventanilla.modules.practices.services.editing import (
    be_present,
    mark_of,
    move_generation,
    others_there,
    save_section,
    still_to_answer,
)
from ventanilla.modules.practices.services.records import PracticeDraft, create_practices, newest
from ventanilla.modules.practices.services.remarks import comment, settle
from ventanilla.modules.practices.services.similar import similar_to
from ventanilla.modules.practices.tests.life import Registry, complete, registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def r() -> Registry:
    return registry()


def draft(r: Registry, **values: object) -> Practice:
    return create_practices(actor=r.author, drafts=[PracticeDraft(r.world.north, "2024", values)])[0]


def finds(person: Person, words: str) -> list[int]:
    return [h.ref for h in search(person, Wanted(words, kinds=("practice",))).hits]


def test_what_is_found_says_the_words_of_options_and_tells_answers_apart(r: Registry) -> None:
    draft(r, nombre="Turnos", nivel_transferencia=["total", "asesoria"], objetivo="Menos filas.\nTotal de espera: cinco minutos.")
    (hit,) = search(r.author, Wanted("filas", kinds=("practice",))).hits
    said = hit.snippet.replace("\x02", "").replace("\x03", "")
    assert "Asesoría o transferencia de conocimiento" in said and "Menos filas. · Total de espera" in said and "asesoria" not in said
    assert "\x02filas\x03" in hit.snippet


def test_begun_once_and_only_where_one_documents(r: Registry) -> None:
    one = PracticeDraft(r.world.north, values={"nombre": "Citas en línea"}, uuid=uuid.UUID(int=7))
    made = create_practices(actor=r.author, drafts=[one, PracticeDraft(r.world.north)])
    assert create_practices(actor=r.author, drafts=[one])[0] == made[0] and Practice.objects.count() == 2
    assert [p.generation for p in made] == ["2024", "2024"] and newest(made[0]).values == {"nombre": "Citas en línea"}
    for person, unit in ((r.world.staff, r.world.north_1), (r.author, r.world.south), (r.reviewer, r.world.root)):
        with pytest.raises(NotAllowed):
            create_practices(actor=person, drafts=[PracticeDraft(unit)])
    with pytest.raises(Refused, match="generación"):
        create_practices(actor=r.author, drafts=[PracticeDraft(r.world.north, "1999")])


def test_what_two_people_write_at_once_is_compared_field_by_field(r: Registry) -> None:
    practice = draft(r, nombre="Citas")
    other = make.person(r.world.institution, r.world.north, "practice_owner")
    read = {k: mark_of(v) for k, v in {"nombre": "Citas", "sitio_web": None}.items()}
    first = save_section(actor=r.author, practice=practice, section="identificacion", marks=read,
                         raw={"nombre": "Citas en línea", "inicio": "2021-02-30"})
    assert list(first.errors) == ["inicio"] and first.changed == ["nombre"]
    second = save_section(actor=other, practice=practice, section="identificacion", marks=read,
                          raw={"nombre": "Citas por teléfono", "sitio_web": "https://ejemplo.gob.mx"})
    assert second.conflicts == {"nombre": "Citas en línea"} and second.changed == ["sitio_web"]
    quiet = save_section(actor=other, practice=practice, section="identificacion", marks=read, raw={"nombre": "Citas"})
    assert quiet.conflicts == {"sitio_web": "https://ejemplo.gob.mx"} or newest(practice).values["sitio_web"]
    assert newest(practice).values["nombre"] == "Citas en línea" and newest(practice).edited_by == other
    forced = save_section(actor=other, practice=practice, section="identificacion", raw={"nombre": "Citas por teléfono"})
    assert newest(practice).values == {"nombre": "Citas por teléfono"} and "sitio_web" in forced.changed
    practice.refresh_from_db()
    assert practice.title == "Citas por teléfono"
    with pytest.raises(Refused, match="no existe"):
        save_section(actor=other, practice=practice, section="nada", raw={})
    with pytest.raises(NotAllowed):
        save_section(actor=r.world.south_head, practice=practice, section="identificacion", raw={})


def test_what_another_answer_hides_is_kept_until_it_is_presented(r: Registry) -> None:
    practice = draft(r)
    raw = {"similares": "si", "similares_donde": "Jalisco"}
    save_section(actor=r.author, practice=practice, section="informacion", raw=raw)
    save_section(actor=r.author, practice=practice, section="informacion", raw={**raw, "similares": "no"})
    assert newest(practice).values == {"similares": False, "similares_donde": "Jalisco"}
    form = definition("2024")
    assert "similares_donde" in completeness(form, {"similares": True}).missing
    assert "similares_donde" not in completeness(form, {"similares": False}).missing
    assert "similares_donde" not in completeness(form, {}).missing and completeness(form, complete()).percent > 70


def test_the_columns_repeat_what_the_form_says() -> None:
    said = complete(gobierno_electronico="Trámite en línea con FIRMA ELECTRÓNICA y código QR", inicio="2019-05-01", medicion=True)
    found = columns_of(said, "2024")
    assert set(found["egov"]) == {"tramite_en_linea", "firma_electronica", "codigo_qr"}
    assert (found["start_year"], found["measured"], found["transferable"], found["scope"]) == (2019, True, True, ["estatal"])


def test_a_sealed_revision_never_changes_and_one_is_open_at_most(r: Registry) -> None:
    practice = draft(r)
    row = newest(practice)
    with pytest.raises(IntegrityError), transaction.atomic():
        PracticeRevision.objects.create(practice=practice, institution=r.world.institution, number=2, generation="2024", author=r.author,
                                        edited_by=r.author, created_at=timezone.now(), edited_at=timezone.now())
    PracticeRevision.objects.filter(pk=row.pk).update(sealed_at=timezone.now(), digest="a" * 64)
    for change in ({"values": {}}, {"sealed_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PracticeRevision.objects.filter(pk=row.pk).update(**change)
    save_section(actor=r.author, practice=practice, section="identificacion", raw={"nombre": "Otra"})
    assert newest(practice).number == 2 and newest(practice).values == {"nombre": "Otra"}


def test_moved_to_a_newer_generation_it_lists_what_must_be_answered(r: Registry) -> None:
    practice = create_practices(actor=r.author, drafts=[PracticeDraft(r.world.north, "2022", {
        "nombre": "Citas", "nivel_automatizacion": "Alto", "descripcion": "Se piden citas"})])[0]
    page = as_(r.author).get(reverse("practice_generation", args=[practice.pk]), {"generacion": "2024"})
    assert "2.7" not in text(page) and "proceso, trámite o" in text(page) and "Alto" in text(page)
    moved = move_generation(actor=r.author, practice=practice, generation="2024")
    assert "actividades_eficientes" in moved.to_answer and "nivel_automatizacion" not in moved.values and moved.values["nombre"] == "Citas"
    first = practice.revisions.get(number=1)
    assert first.sealed_at and first.values["nivel_automatizacion"] == "Alto"
    save_section(actor=r.author, practice=practice, section="informacion", raw={"actividades_eficientes": "Turnar", "descripcion": "Se piden"})
    assert "actividades_eficientes" not in still_to_answer(newest(practice))
    shown = text(as_(r.author).get(reverse("practice_versions", args=[practice.pk])))
    assert "<del>" in shown and "Alto" in shown
    with pytest.raises(Refused, match="ya está"):
        move_generation(actor=r.author, practice=practice, generation="2024")


def test_who_is_writing_there_and_what_was_said(r: Registry) -> None:
    practice = draft(r)
    other = make.person(r.world.institution, r.world.north, "practice_owner", name="Olivia")
    be_present(actor=other, practice=practice, section="informacion")
    assert [p.person for p in be_present(actor=r.author, practice=practice, section="informacion")] == [other]
    assert others_there(r.author, practice, "medicion") == []
    said = comment(actor=other, practice=practice, key="objetivo", text="¿Y la meta?", uuid=uuid.UUID(int=3))
    assert comment(actor=other, practice=practice, key="objetivo", text="¿Y la meta?", uuid=uuid.UUID(int=3)) == said
    shown = text(as_(r.author).get(reverse("practice_section", args=[practice.pk, "informacion"])))
    assert "¿Y la meta?" in shown and "También escribe aquí: Olivia" in shown
    assert as_(r.author).post(reverse("practice_comment_done", args=[said.pk])).status_code == 302
    assert Comment.objects.get().resolved_by == r.author and settle(actor=other, remark=said).resolved_by == r.author
    for key, words in (("nada", "x"), ("objetivo", " ")):
        with pytest.raises(Refused):
            comment(actor=other, practice=practice, key=key, text=words)
    with pytest.raises(NotAllowed):
        comment(actor=r.reviewer, practice=practice, key="", text="Antes de presentarla nadie más la lee")


def test_the_editor_saves_by_its_button_and_while_typing(r: Registry) -> None:
    practice = draft(r)
    browser, address = as_(r.author), reverse("practice_section", args=[practice.pk, "identificacion"])
    page = text(browser.get(address))
    assert 'name="q-nombre"' in page and 'name="m-nombre"' in page and "El nombre con que se conoce" in page
    marks = {"m-nombre": mark_of(None), "m-inicio": mark_of(None)}
    answer = browser.post(address, {"q-nombre": "Citas", "q-inicio": "ayer", **marks}, headers={"Accept": "application/json"})
    news = answer.json()
    assert answer.status_code == 200 and list(news["errors"]) == ["inicio"] and news["marks"]["nombre"] == mark_of("Citas")
    assert news["progress"]["identificacion"][0] == 1 and newest(practice).values == {"nombre": "Citas"}
    late = browser.post(address, {"q-nombre": "Otras citas", **marks})
    assert late.status_code == 422 and "Otra persona cambió" in late.content.decode() and 'value="Otras citas"' in late.content.decode()
    sent = browser.post(address, {"q-nombre": "Otras citas", "m-nombre": mark_of("Citas"), "seguir": "1"})
    assert sent.headers["Location"] == reverse("practice_section", args=[practice.pk, "informacion"])
    assert browser.post(reverse("practice_presence", args=[practice.pk, "informacion"])).json() == {"others": []}
    assert browser.get(reverse("practice_edit", args=[practice.pk])).headers["Location"] == address
    started = browser.post(reverse("practice_new"), {"nombre": "Nueva", "unidad": r.world.north.pk, "generacion": "2023"})
    assert started.status_code == 302 and Practice.objects.latest("pk").generation == "2023"
    assert browser.post(reverse("practice_new"), {"nombre": "", "unidad": r.world.north.pk, "generacion": "2023"}).status_code == 422


def test_found_by_exactly_those_who_may_read(r: Registry) -> None:
    practice = draft(r, nombre="CANARIO verde", objetivo="Sembrar jacarandas")
    for person, seen in ((r.author, True), (r.world.head, True), (r.world.south_head, False), (r.reviewer, False), (r.keeper, False)):
        assert (finds(person, "jacarandas") == [practice.pk]) is seen
        assert Practice.objects.visible_to(person).filter(pk=practice.pk).exists() is seen
        browser = as_(person)
        assert ("CANARIO" in text(browser.get("/listas/practicas/?q=jacarandas"))) is seen
        assert (browser.get(reverse("practice", args=[practice.pk])).status_code == 200) is seen
        for name in ("practice_edit", "practice_versions", "practice_generation", "practice_readings"):
            assert (browser.get(reverse(name, args=[practice.pk])).status_code in (200, 302)) is (seen and person != r.world.head
                                                                                              and name != "practice_readings")
    save_section(actor=r.author, practice=practice, section="informacion", raw={"objetivo": "Sembrar pinos"})
    assert finds(r.author, "jacarandas") == [] and finds(r.author, "pinos") == [practice.pk]


def test_alike_are_those_that_share_what_is_rare(r: Registry) -> None:
    words = ("Citas médicas por teléfono para personas mayores", "Citas médicas en línea para personas mayores", "Reparación de bombas de agua")
    rows = [draft(r, nombre=w, objetivo=w) for w in words]
    assert similar_to(rows[0], r.author) == [rows[1]] and similar_to(rows[0], r.world.south_head) == []
    shown = text(as_(r.author).get(reverse("practices_compare"), {"p": [rows[0].pk, rows[1].pk]}))
    assert "médicas por teléfono" in shown and "médicas en línea" in shown
    assert "bombas" in text(as_(r.author).get(reverse("practices_compare"), {"p": rows[0].pk, "q": "bombas"}))


def test_heads_of_institutions_that_were_there_document_too(r: Registry) -> None:
    held = Role.objects.get(institution=r.world.institution, slug="head").capabilities
    assert "practices.write" in held
    give(actor=None, person=r.world.nobody, role="practice_owner", unit=r.world.south_1)
    assert create_practices(actor=Person.objects.get(pk=r.world.nobody.pk), drafts=[PracticeDraft(r.world.south_1)])
