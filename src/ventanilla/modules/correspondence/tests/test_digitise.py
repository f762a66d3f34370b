"""A scanned letter in the stack: read, proposed with confidence, registered with its file and found by its text."""
import io

import pytest
from django.urls import reverse
from tests import make

from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.services import FileDraft, process, separator_sheet, store
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.correspondence.models import Letter, Upload
from ventanilla.modules.correspondence.services.batches import split_batch
from ventanilla.modules.correspondence.services.uploads import add_uploads, discard_upload
from ventanilla.modules.correspondence.specimens.build import specimen

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def uploaded(w, content, name="escaneo.pdf"):
    version = store(actor=w.clerk, files=[FileDraft(name, io.BytesIO(content))])[0]
    upload = add_uploads(actor=w.clerk, unit=w.root, documents=[version.document])[0]
    process(version.pk)
    upload.refresh_from_db()
    return upload


def test_from_the_stack_to_a_folio(w, client):
    letter = specimen(11, quality="clean")
    upload = uploaded(w, letter.pdf)
    assert upload.reading["number"]["value"] == letter.truth["number"]
    client.force_login(w.clerk.user)
    html = client.get(reverse("letter_register"), {"carga": upload.uuid}).content.decode()
    assert letter.truth["number"] in html and "Usar este" in html
    box = ",".join(str(v) for v in upload.reading["number"]["box"])
    crop = client.get(reverse("file_crop", args=[upload.document.uuid, 1]), {"caja": box})
    assert crop.status_code == 200 and crop.content[:2] == b"\xff\xd8"
    response = client.post(reverse("letter_register"), {
        "uuid": "6b0e8a0e-0000-4000-8000-000000000001", "unit": w.root.pk, "direction": "incoming", "type": w.oficio.pk,
        "order": "state", "number": letter.truth["number"], "subject": "Registrado desde la pila", "received_at": "2026-01-05T10:00",
        "sheets": 1, "medium": "paper", "priority": 3, "level": 0, "uploads": str(upload.uuid)})
    assert response.status_code == 302
    case = Letter.objects.get().case
    assert case.attachments.get().document_id == upload.document_id
    word = letter.truth["subject"].split()[0]
    assert case.pk in {h.case_id for h in search(w.head, Wanted(word)).hits}
    assert not search(w.south_head, Wanted(word)).hits


def test_a_file_of_the_stack_is_only_for_who_registers_there(w, client):
    upload = uploaded(w, specimen(3).pdf)
    client.force_login(w.south_head.user)
    assert client.get(reverse("file_download", args=[upload.document.uuid])).status_code == 404
    client.force_login(w.clerk.user)
    got = client.get(reverse("file_download", args=[upload.document.uuid]))
    assert got.status_code == 200 and got["X-Content-Type-Options"] == "nosniff" and "attachment" in got["Content-Disposition"]
    with pytest.raises(NotAllowed):
        discard_upload(actor=w.south_head, upload_uuid=upload.uuid)


def test_a_batch_is_split_at_its_separator_sheets(w):
    import pikepdf
    batch = pikepdf.new()
    for content in (specimen(1).pdf, separator_sheet(1), specimen(2).pdf):
        with pikepdf.open(io.BytesIO(content)) as part:
            batch.pages.extend(part.pages[:1])
    whole = io.BytesIO()
    batch.save(whole)
    version = store(actor=w.clerk, files=[FileDraft("lote.pdf", io.BytesIO(whole.getvalue()))])[0]
    upload = add_uploads(actor=w.clerk, unit=w.root, documents=[version.document])[0]
    from ventanilla.core.documents.models import State
    DocumentVersion.objects.filter(pk=version.pk).update(state=State.CLEAN)
    assert len(split_batch(actor=w.clerk, upload=upload)) == 2 == Upload.objects.count()
