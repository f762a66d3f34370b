"""Catalogues of correspondence in the administration area: each opens, saves, refuses in Spanish, stays in its institution."""
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document as Docx
from tests import make

from ventanilla.modules.correspondence.models import (
    ArchiveSeries,
    Correspondent,
    LetterTemplate,
    LetterType,
    Programme,
    UnitCost,
)

pytestmark = pytest.mark.django_db
SENT = {
    "tipos-de-documento": {"name": "Circular", "amount": "", "order": "10", "active": "on"},
    "series-de-archivo": {"code": "5C.2", "name": "Contratos", "active": "on"},
    "costos-unitarios": {"label": "Copia fotostática", "amount": "1.50", "per": "letter_sheets", "share": "1", "source": "Tabulador",
                         "valid_from": "2026-01-01"},
    "directorio-de-remitentes": {"order": "state", "organisation": "Secretaría de Salud", "name": "", "post": "", "email": "",
                                 "active": "on"},
}
MODELS = {"tipos-de-documento": LetterType, "series-de-archivo": ArchiveSeries, "costos-unitarios": UnitCost,
          "directorio-de-remitentes": Correspondent}


@pytest.fixture
def w():
    return make.world()


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("slug", SENT)
def test_added_listed_edited_and_never_twice(w, slug):
    admin = signed_in(w.admin)
    address = reverse("admin_area:new_row", args=[slug])
    assert admin.get(address).status_code == 200
    assert admin.post(address, SENT[slug]).status_code == 302
    again = admin.post(address, SENT[slug])
    assert again.status_code == 422 and "Ya hay un registro igual" in again.content.decode()
    row = MODELS[slug].objects.filter(institution=w.institution).latest("pk")
    assert str(row).rsplit(' ', 1)[-1] in admin.get(reverse("admin_area:catalogue", args=[slug])).content.decode()
    edit = reverse("admin_area:catalogue_row", args=[slug, row.pk])
    assert admin.get(edit).status_code == 200
    assert signed_in(make.world().admin).get(edit).status_code == 404
    assert signed_in(w.head).get(edit).status_code == 404
    assert admin.get(reverse("admin_area:history", args=[slug, row.pk])).status_code == 200


def test_a_programmed_unit_belongs_to_the_institution(w):
    admin, address = signed_in(w.admin), reverse("admin_area:new_row", args=["areas-programadas"])
    assert admin.post(address, {"unit": w.north.pk, "since": "2026-02-01"}).status_code == 302
    assert admin.post(address, {"unit": make.world().north.pk, "since": "2026-02-01"}).status_code == 422
    row = Programme.objects.get()
    assert (row.unit, str(row.since)) == (w.north, "2026-02-01")
    assert "Dirección Norte" in admin.get(reverse("admin_area:catalogue", args=["areas-programadas"])).content.decode()


def docx():
    made, stream = Docx(), io.BytesIO()
    made.add_paragraph("{{folio}} {{text}}")
    made.save(stream)
    return stream.getvalue()


def test_a_word_template_is_checked_and_kept_when_edited_without_a_file(w):
    admin, address = signed_in(w.admin), reverse("admin_area:new_row", args=["plantillas-de-oficio"])
    sent = {"name": "Oficio con logotipo", "unit": "", "engine": "docx", "active": "on"}
    assert admin.get(address).status_code == 200
    assert "Elija el documento de Word" in admin.post(address, sent).content.decode()
    wrong = admin.post(address, {**sent, "document": SimpleUploadedFile("a.docx", b"esto no es Word")})
    assert wrong.status_code == 422 and "no es un documento de Word" in wrong.content.decode()
    assert admin.post(address, {**sent, "document": SimpleUploadedFile("a.docx", docx())}).status_code == 302
    row = LetterTemplate.objects.get()
    edit = reverse("admin_area:catalogue_row", args=["plantillas-de-oficio", row.pk])
    assert admin.get(edit).status_code == 200
    assert admin.post(edit, {**sent, "name": "Oficio"}).status_code == 302
    kept = LetterTemplate.objects.get()
    assert (kept.name, kept.document_id) == ("Oficio", row.document_id)
