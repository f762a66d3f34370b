"""Copies of an identification: what is taken, who reads it, and that it is gone when its term has passed."""
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Attachment, Case
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.privacy.models import IdentityFile, PrivacyDesk, SubjectRequest
from ventanilla.core.privacy.services import identities
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.core.privacy.tests.making import Office, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def o() -> Office:
    return office()


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 25), "white").save(made, "JPEG")
    return made.getvalue()


def files(*names: str) -> list[identities.IdentityDraft]:
    return identities.examined([(name, io.BytesIO(photo())) for name in names])


def test_what_a_file_is_stands_in_its_content_not_in_its_name(o: Office) -> None:
    assert [one.media_type for one in files("frente.pdf", "vuelta.jpg")] == ["image/jpeg", "image/jpeg"]
    for name, content in (("ine.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("ine.pdf", b"MZ\x90\x00"), ("vacio.jpg", b""),
                          ("ine.png", b"<html><script>alert(1)</script>"), ("grande.jpg", photo() + b"0" * IdentityFile.MOST_BYTES)):
        with pytest.raises(Refused) as refused:
            identities.examined([(name, io.BytesIO(content))])
        assert refused.value.field == "copies" and name in refused.value.message
    with pytest.raises(Refused):
        identities.examined([("a.jpg", io.BytesIO(photo()))] * 5)


def test_the_antivirus_looks_before_anything_is_kept(o: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ventanilla.core.documents.antivirus.configured", lambda: True)
    monkeypatch.setattr("ventanilla.core.documents.antivirus.scan", lambda _stream, **_within: "Eicar-Test")
    with pytest.raises(Refused, match="antivirus"):
        files("ine.jpg")
    assert not IdentityFile.objects.exists()


def test_it_is_no_document_and_only_who_attends_opens_it_and_that_is_logged(o: Office) -> None:
    row = o.request("access", identity=files("frente.jpg"))
    kept = row.identities.get()
    assert not Document.objects.exists() and not Attachment.objects.exists()
    assert bytes(identities.open_identity(actor=o.officer, uuid=kept.uuid).content) == photo()
    for person in (o.w.head, o.w.admin, o.w.south_1_head, office().officer):
        with pytest.raises(NotAllowed):
            identities.open_identity(actor=person, uuid=kept.uuid)
        with pytest.raises(NotAllowed):
            identities.add_identity(actor=person, request=row, files=files("x.jpg"))
    assert Entry.objects.filter(verb="privacy.read_identity", case_id=row.pk).count() == 1
    assert Entry.objects.filter(verb="privacy.add_identity", case_id=row.pk).count() == 1


def test_at_the_counter_and_until_identity_is_proven(o: Office) -> None:
    row = o.request("access")
    identities.add_identity(actor=o.officer, request=row, files=files("frente.jpg", "vuelta.jpg"))
    with pytest.raises(Refused, match="son los que se admiten"):
        identities.add_identity(actor=None, request=row, files=files("a.jpg", "b.jpg", "c.jpg"))
    verbs.admit(actor=o.officer, request=row, identity="Credencial")
    with pytest.raises(Refused, match="ya consta"):
        identities.add_identity(actor=None, request=row, files=files("a.jpg"))
    assert row.identities.count() == 2


def test_the_same_form_again_keeps_its_files_once(o: Office) -> None:
    draft = o.draft("access", identity=files("frente.jpg"))
    for _n in range(2):
        row = verbs.register_request(actor=None, institution=o.w.institution, draft=draft).request
    assert row.identities.count() == 1


@pytest.mark.parametrize("end", ["proven", "withdrawn", "waiting"])
def test_they_are_deleted_so_many_days_after_it_was_proven_or_ended(o: Office, end: str) -> None:
    PrivacyDesk.objects.filter(institution=o.w.institution).update(identity_days=5)
    row, other = o.request("access", identity=files("frente.jpg")), office().request("access", identity=files("otra.jpg"))
    if end == "proven":
        verbs.admit(actor=o.officer, request=row, identity="Credencial")
    if end == "withdrawn":
        verbs.desist(actor=None, request=row, reason="Ya no")
    now = timezone.now()
    assert identities.forget_identities(now + timedelta(days=4, hours=23)) == 0
    gone = 0 if end == "waiting" else 1
    assert identities.forget_identities(now + timedelta(days=5, minutes=5)) == gone
    assert identities.forget_identities(now + timedelta(days=5, minutes=5)) == 0
    assert row.identities.count() == 1 - gone and other.identities.count() == 1
    assert Entry.objects.filter(verb="privacy.forget_identity", case_id=row.pk).count() == gone


def sent(**change: Any) -> dict[str, Any]:
    return {"uuid": str(uuid4()), "rights": ["access"], "holder": "Ana Núñez", "details": "Todo", "email": "", **change}


def test_by_the_public_pages_without_script(o: Office) -> None:
    from django.core.cache import cache
    cache.clear()
    here = f"/privacidad/{o.w.institution.slug}/solicitud/"
    assert 'enctype="multipart/form-data"' in Client().get(here).content.decode()
    refused = Client().post(here, sent(copies=[SimpleUploadedFile("ine.jpg", b"<html>no</html>")]))
    assert refused.status_code == 422 and "ine.jpg" in refused.content.decode() and not Case.objects.filter(kind="subject_request").exists()
    form = sent(copies=[SimpleUploadedFile(name, photo()) for name in ("frente.jpg", "vuelta.jpg")])
    assert Client().post(here, form).status_code == 200
    row = SubjectRequest.objects.select_related("case").get()
    assert row.identities.count() == 2
    there = f"/privacidad/seguimiento/{verbs.key_of(row.case.uuid)}/"
    assert "que recibimos: 2" in Client().get(there).content.decode() and "frente.jpg" not in Client().get(there).content.decode()
    assert Client().post(there, {"identidad": "1", "copies": SimpleUploadedFile("mas.jpg", photo())}).status_code == 302
    assert Client().post(there, {"identidad": "1"}).status_code == 422 and row.identities.count() == 3
    officer = Client()
    officer.force_login(o.officer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "frente.jpg" in officer.get(f"/datos-personales/{row.pk}/").content.decode()
    file = officer.get(f"/datos-personales/identificacion/{row.identities.first().uuid}")
    assert file.content == photo() and file["Content-Disposition"].startswith("attachment") and file["X-Content-Type-Options"] == "nosniff"
    added = officer.post(f"/datos-personales/{row.pk}/identificacion/", {"copies": SimpleUploadedFile("cuatro.jpg", photo())})
    assert added.status_code == 302 and row.identities.count() == 4
    assert Client().get(f"/datos-personales/identificacion/{row.identities.first().uuid}").status_code == 302
