"""Templates of letters: text with fields and marks, Word documents, refusals when saved, and what a letter made with one says."""
import io
import re
import zipfile
from uuid import uuid4

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document as Docx
from tests import make

from ventanilla.core.documents.models import State
from ventanilla.core.documents.services import FileDraft, open_version, store
from ventanilla.core.exports.docx import fields_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence.models import Letter, LetterTemplate
from ventanilla.modules.correspondence.services.outgoing import OutgoingDraft, make_paper, set_body, write_letters
from ventanilla.modules.correspondence.services.templates import blocks, check_body, example

ADDRESS = "plantillas-de-oficio"


def said(stream):
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(stream))


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def split_word(*runs):
    """A Word document whose words stand in these runs, as Word leaves them after corrections."""
    made, stream = Docx(), io.BytesIO()
    paragraph = made.add_paragraph()
    for run in runs:
        paragraph.add_run(run)
    made.save(stream)
    return stream.getvalue()


def clean(document):
    """Its version, as the antivirus leaves it."""
    document.versions.update(state=State.CLEAN)
    return document.latest


def test_text_becomes_blocks_and_a_value_is_never_a_mark():
    body = "# {institucion}\n>>*Oficio* {folio}\n\nVa _esto_ de {cargo_destinatario}\ny sigue\n{texto}\n- uno\n><{firmante}"
    values = example() | {"texto": "*No* #let x = 1\n\n{folio} tal cual", "firmante": "# Ana_María_ {cargo}"}
    found = blocks(body, values)
    assert [b["kind"] for b in found] == ["title", "right", "paragraph", "paragraph", "paragraph", "item", "center"]
    assert found[1]["runs"] == [{"text": "Oficio", "style": "strong"}, {"text": f" {values['folio']}", "style": ""}]
    assert "".join(r["text"] for r in found[2]["runs"]) == f"Va esto de {values['cargo_destinatario']}\ny sigue"
    assert [b["runs"][0]["text"] for b in found[3:5]] == ["*No* #let x = 1", "{folio} tal cual"]
    assert found[6]["runs"] == [{"text": "# Ana_María_ {cargo}", "style": ""}]


@pytest.mark.django_db
def test_lines_stand_where_their_mark_says():
    values = dict.fromkeys(example(), "x") | {"texto": "Va."}
    page = pypdfium2.PdfDocument(set_body(make.world().institution, "Izquierda\n\n>>Derecha\n><Centro\n\n{texto}", values))[0]
    text = page.get_textpage()

    def sides(word):
        start, count = text.search(word).get_next()
        boxes = [text.get_charbox(n) for n in range(start, start + count)]
        return boxes[0][0], page.get_width() - boxes[-1][2]

    (left, _far), (_long, right), (before, after) = sides("Izquierda"), sides("Derecha"), sides("Centro")
    assert abs(left - right) < 3 and abs(before - after) < 3 and before > 2 * left


@pytest.mark.parametrize(("body", "told"), [
    ("{texto} {fecha_larga} {Folio}", "{Folio}, {fecha_larga}. Los que hay son: {folio}, {fecha}"),
    ("Sólo {folio}", "Falta el campo {texto}")])
def test_a_field_that_does_not_exist_is_refused_with_those_that_do(body, told):
    with pytest.raises(Refused) as refused:
        check_body(body)
    assert refused.value.field == "body" and told in refused.value.message


def test_fields_that_word_split_in_its_runs_are_found():
    assert fields_of(split_word("Folio {", "{fo", "lio}", "} para {{ desti", "natario }}: {{te", "xto}}")) == {"folio", "destinatario", "texto"}


@pytest.mark.django_db
def test_the_catalogue_refuses_shows_and_keeps_a_template():
    w = make.world()
    admin, address = signed_in(w.admin), reverse("admin_area:new_row", args=[ADDRESS])
    text = {"name": "Memorándum", "unit": "", "engine": "typst", "active": "on"}
    refused = admin.post(address, {**text, "body": "{texto} {nombre}"})
    assert refused.status_code == 422 and "No existen los campos: {nombre}" in refused.content.decode()
    assert admin.post(address, {**text, "body": "# MEMORÁNDUM {folio}\n\n{texto}\n\n><{firmante}"}).status_code == 302
    row = LetterTemplate.objects.get()
    preview = reverse("letter_template", args=[row.pk])
    assert preview in admin.get(reverse("admin_area:catalogue_row", args=[ADDRESS, row.pk])).content.decode()
    shown = admin.get(preview)
    assert "MEMORÁNDUM 212C0101000000L/123/2026" in said(io.BytesIO(shown.content)) and shown["Content-Type"] == "application/pdf"
    assert (signed_in(w.head).get(preview).status_code, signed_in(make.world().admin).get(preview).status_code) == (404, 404)
    word = {"name": "Word", "unit": "", "engine": "docx", "active": "on"}
    wrong = admin.post(address, {**word, "document": SimpleUploadedFile("a.docx", split_word("{{no", "mbre}} {{texto}}"))})
    assert wrong.status_code == 422 and "No existen los campos: {{nombre}}" in wrong.content.decode()
    sums = admin.post(address, {**word, "document": SimpleUploadedFile("a.docx", split_word("{{texto}} {{1/0}}"))})
    nested = "{% for a in texto %}{% for b in texto %}{{a}}{% endfor %}{% endfor %}"
    loops = admin.post(address, {**word, "document": SimpleUploadedFile("a.docx", split_word(nested))})
    assert loops.status_code == 422 and "Revise sus ciclos" in loops.content.decode(), "it would do for the example, not for a letter"
    assert sums.status_code == 422 and "sólo puede llevar campos" in sums.content.decode()


@pytest.mark.django_db
def test_a_document_of_a_form_that_comes_back_is_kept_unless_it_is_what_was_wrong():
    w = make.world()
    admin, address = signed_in(w.admin), reverse("admin_area:new_row", args=[ADDRESS])
    sent = {"name": "", "unit": "", "engine": "docx", "active": "on", "uuid": str(uuid4())}

    def chosen(field):
        return {"document": SimpleUploadedFile("memo.docx", split_word(f"{{{{{field}}}}} {{{{folio}}}}"))}

    page = admin.post(address, sent | chosen("texto")).content.decode()
    kept = re.search(r'name="document--pending" value="([^"]+)"', page)
    assert kept and "memo.docx" in kept[1] and f'name="uuid" value="{sent["uuid"]}"' in page
    assert admin.post(address, sent | {"name": "Memorándum", "document--pending": kept[1]}).status_code == 302
    with open_version(clean(LetterTemplate.objects.get().document)) as stream:
        assert fields_of(stream.read()) == {"texto", "folio"}
    wrong = admin.post(address, sent | {"name": "Otro", "uuid": str(uuid4())} | chosen("nombre"))
    assert wrong.status_code == 422 and "document--pending" not in wrong.content.decode()


@pytest.mark.django_db
def test_a_letter_is_set_with_its_template_and_signed_with_the_post(tmp_path):
    w = make.world()
    text = LetterTemplate.objects.create(institution=w.institution, name="Texto", engine="typst",
                                         body=">>{folio}\n*{destinatario}*\n\n{texto}\n\n><{firmante}\n><{cargo}")
    post = w.head.appointments.get().post
    post.title = "Titular del Instituto"
    post.save()
    draft = OutgoingDraft(w.root, w.oficio, "Aviso", "Va #let x = 1 y *esto*", "Ana Ñáñez, Directora", template=text)
    case = write_letters(actor=w.head, drafts=[draft])[0]
    with open_version(clean(make_paper(actor=w.head, case=case).document)) as stream:
        words = said(stream)
    assert all(part in words for part in (case.folio, "Ana Ñáñez, Directora", "#let x = 1 y *esto*", w.head.name, "Titular del Instituto"))
    content = split_word("Oficio {{fo", "lio}}: {{te", "xto}} {{signatory}} {", "{cargo}}")
    document = store(actor=w.admin, files=[FileDraft("a.docx", io.BytesIO(content))])[0].document
    clean(document)
    word = LetterTemplate.objects.create(institution=w.institution, name="Word", engine="docx", document=document)
    case = write_letters(actor=w.head, drafts=[OutgoingDraft(w.root, w.oficio, "Aviso", "Texto <b>", "Ana", template=word)])[0]
    paper = clean(make_paper(actor=w.head, case=case).document)
    with open_version(paper) as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as made:
        body = made.read("word/document.xml").decode()
    assert f"{case.folio}: " in body and "Texto &lt;b&gt;" in body and "Titular del Instituto" in body and paper.filename.endswith(".docx")


@pytest.mark.django_db
def test_a_template_of_another_unit_is_not_offered_nor_taken():
    w = make.world()
    own = LetterTemplate.objects.create(institution=w.institution, name="Del sur", engine="typst", unit=w.south)
    assert "Del sur" not in signed_in(w.north_head).get(reverse("letter_write")).content.decode()
    assert "Del sur" in signed_in(w.south_head).get(reverse("letter_write")).content.decode()
    with pytest.raises(Refused) as refused:
        write_letters(actor=w.north_head, drafts=[OutgoingDraft(w.north, w.oficio, "Aviso", "Texto", "Ana", template=own)])
    assert refused.value.field == "template" and not Letter.objects.exists()
