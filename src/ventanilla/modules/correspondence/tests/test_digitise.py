"""A scanned letter in the stack: read, proposed with confidence, registered with its file and found by its text."""
import io
import socket
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests import make
from tests.pages import as_

from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.documents import antivirus
from ventanilla.core.documents.models import PendingFile
from ventanilla.core.documents.services import FileDraft, process, separator_sheet, store
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.correspondence.models import Letter, Upload
from ventanilla.modules.correspondence.services.uploads import add_uploads, discard_upload, scans_after
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
    assert letter.truth["number"] in html and "Comprobado" in html
    box = ",".join(str(v) for v in upload.reading["number"]["box"])
    crop = client.get(reverse("file_crop", args=[upload.document.uuid, 1]), {"caja": box})
    assert crop.status_code == 200 and crop.content[:2] == b"\xff\xd8"
    response = client.post(reverse("letter_register"), {
        "uuid": "6b0e8a0e-0000-4000-8000-000000000001", "unit": w.root.pk, "direction": "incoming", "type": w.oficio.pk,
        "order": "state", "organisation": "Secretaría de Finanzas", "number": letter.truth["number"], "subject": "Registrado desde la pila", "received_at": "2026-01-05T10:00",
        "sheets": 1, "medium": "paper", "priority": 3, "level": 0, "uploads": str(upload.uuid)})
    assert response.status_code == 302
    case = Letter.objects.get().case
    assert case.attachments.get().document_id == upload.document_id
    word = letter.truth["subject"].split()[0]
    assert case.pk in {h.case_id for h in search(w.head, Wanted(word)).hits}
    assert not search(w.south_head, Wanted(word)).hits


def test_after_a_scan_comes_the_next_one_of_the_stack(w, client):
    """Down the stack and then from its top; what is not read yet is left out; at the end, an empty form."""
    first, second, third = (uploaded(w, specimen(n, quality="clean").pdf, f"{n}.pdf") for n in (3, 5, 7))
    unread = store(actor=w.clerk, files=[FileDraft("otro.pdf", io.BytesIO(specimen(9, quality="clean").pdf))])[0]
    add_uploads(actor=w.clerk, unit=w.root, documents=[unread.document])
    client.force_login(w.clerk.user)
    where, order = second, []
    for n, left in enumerate((2, 1, 0)):
        shown = client.get(reverse("letter_register"), {"carga": where.uuid}).content.decode()
        words = {2: "(quedan 2)", 1: "(queda 1)", 0: "Registrar y capturar otro"}
        assert words[left] in shown
        sent = client.post(f"{reverse('letter_register')}?carga={where.uuid}", {
            "uuid": f"6b0e8a0e-0000-4000-8000-0000000000{n:02d}", "unit": w.root.pk, "direction": "incoming", "type": w.oficio.pk,
            "order": "state", "organisation": "Secretaría de Finanzas", "subject": f"Registrado {n}", "received_at": "2026-01-05T10:00",
            "sheets": 1, "medium": "courier", "priority": 3, "level": 0, "uploads": str(where.uuid), "otro": "1"})
        assert sent.status_code == 302
        order.append(where)
        where = next((u for u in (first, second, third) if str(u.uuid) in sent["Location"]), None)
    assert order == [second, third, first] and where is None and "carga" not in sent["Location"]
    assert f"anterior={Letter.objects.get(case__subject='Registrado 2').case_id}" in sent["Location"]


def test_ones_own_scans_come_before_those_of_others(w):
    mine, other = uploaded(w, specimen(3, quality="clean").pdf), uploaded(w, specimen(5, quality="clean").pdf)
    Upload.objects.filter(pk=other.pk).update(person=w.head)
    assert scans_after(w.head, "") == [other.uuid, mine.uuid] and scans_after(w.clerk, str(other.uuid)) == [mine.uuid]
    assert scans_after(w.south_head, "") == []


def test_a_file_of_the_stack_is_only_for_who_registers_there(w, client):
    upload = uploaded(w, specimen(3).pdf)
    client.force_login(w.south_head.user)
    assert client.get(reverse("file_download", args=[upload.document.uuid])).status_code == 404
    client.force_login(w.clerk.user)
    got = client.get(reverse("file_download", args=[upload.document.uuid]))
    assert got.status_code == 200 and got["X-Content-Type-Options"] == "nosniff" and "attachment" in got["Content-Disposition"]
    with pytest.raises(NotAllowed):
        discard_upload(actor=w.south_head, upload_uuid=upload.uuid)


def sent_as_batch(w, *contents):
    """These pages in one PDF, uploaded as a batch and read, as the worker does."""
    import pikepdf
    batch, whole = pikepdf.new(), io.BytesIO()
    for content in contents:
        with pikepdf.open(io.BytesIO(content)) as part:
            batch.pages.extend(part.pages[:1])
    batch.save(whole)
    upload = SimpleUploadedFile("lote.pdf", whole.getvalue(), "application/pdf")
    assert as_(w.clerk).post(reverse("letter_stack"), {"files": [upload], "separadores": "1", "unit": w.root.pk}).status_code == 302
    one = Upload.objects.get()
    process(one.document.latest.pk)
    return one


def test_a_batch_is_split_at_its_separator_sheets(w):
    sent_as_batch(w, specimen(1).pdf, separator_sheet(1), specimen(2).pdf)
    parts = list(Upload.objects.order_by("pk"))
    assert [p.document.title for p in parts] == ["lote, documento 1", "lote, documento 2"] and parts[0].batch == parts[1].batch
    assert not any(p.separators for p in parts) and not Notice.objects.filter(person=w.clerk).exists()


def test_a_separator_before_the_only_letter_does_not_stay_in_it(w):
    sent_as_batch(w, separator_sheet(1), specimen(1).pdf)
    document = Upload.objects.get().document
    process(document.latest.pk)
    assert (document.title, document.latest.page_count) == ("lote, documento 1", 1) and not Notice.objects.filter(person=w.clerk).exists()


@pytest.mark.parametrize("sheet", [lambda: specimen(1).pdf, separator_sheet])
def test_a_batch_without_separators_or_of_nothing_else_stays_whole_and_says_so(w, sheet):
    one = sent_as_batch(w, sheet())
    assert Upload.objects.get().document == one.document and one.document.latest.state == "ready"
    assert "sin separar" in Notice.objects.get(person=w.clerk).title


def test_nothing_sent_is_asked_for(w):
    assert "Elija algún archivo" in as_(w.clerk).post(reverse("letter_stack"), {"unit": w.root.pk}, follow=True).content.decode()


def photo(text, size=(1240, 1640), turn=0):
    """A photographed page: uneven light, a little crooked; `turn` by EXIF, as phones do."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", size, 235)
    font = ImageFont.truetype("DejaVuSans.ttf", 44)
    for n, line in enumerate(text):
        ImageDraw.Draw(page).text((120, 200 + 90 * n), line, fill=30, font=font)
    page = page.rotate(1.5, fillcolor=200)
    shade = Image.linear_gradient("L").resize(size).point(lambda v: 160 + v * 95 // 255)
    from PIL import ImageChops
    page = ImageChops.multiply(page, shade).rotate(-turn, expand=True)
    exif = Image.Exif()
    exif[0x0112] = {0: 1, 90: 8}[turn]
    out = io.BytesIO()
    page.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def test_photos_of_one_letter_are_one_pdf_in_order_with_their_text(w, client):
    import pikepdf
    from django.core.files.uploadedfile import SimpleUploadedFile

    from ventanilla.core.documents.services import open_searchable, open_version

    shots = [photo(["OFICIO PRIMERO", "Solicitud de escrituras", "Colonia Esmeralda"]),
             photo(["SEGUNDA HOJA", "Relacion de predios", "Municipio de Tenancingo"])]
    client.force_login(w.clerk.user)
    data = {"uuid": "6b0e8a0e-0000-4000-8000-00000000000a", "photos": [
        SimpleUploadedFile(f"IMG_{n}.jpg", content, "image/jpeg") for n, content in enumerate(shots, 1)]}
    for _n in range(2):  # sent twice
        for file in data["photos"]:
            file.seek(0)
        assert client.post(reverse("letter_stack"), data).status_code == 302
    upload = Upload.objects.get()
    versions = list(upload.document.versions.order_by("number"))
    assert [v.filename for v in versions[:2]] == ["IMG_1.jpg", "IMG_2.jpg"] and len(versions) == 3
    assert [open_version(v).read() for v in versions[:2]] == shots
    process(versions[2].pk)
    pages = [p.text for p in versions[2].pages.order_by("number")]
    assert len(pages) == 2 and "Esmeralda" in pages[0] and "Tenancingo" in pages[1]
    versions[2].refresh_from_db()
    assert versions[2].state == "ready" and versions[2].page_count == 2
    with pikepdf.open(open_searchable(versions[2])) as pdf:
        assert len(pdf.pages) == 2
    upload.refresh_from_db()
    assert upload.reading is not None
    original = client.get(reverse("file_download", args=[upload.document.uuid]), {"version": 2})
    assert b"".join(original.streaming_content) == shots[1] and "IMG_2.jpg" in original["Content-Disposition"]
    for wrong in ("9", "x", "-1"):
        assert client.get(reverse("file_download", args=[upload.document.uuid]), {"version": wrong}).status_code == 404


def test_other_photos_with_the_same_form_are_another_document(w):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from ventanilla.modules.correspondence.services.uploads import store_photos

    def shot(text):
        return SimpleUploadedFile("a.jpg", photo([text]), "image/jpeg")

    key = "6b0e8a0e-0000-4000-8000-00000000000b"
    one = store_photos(actor=w.clerk, photos=[shot("UNA")], key=key)
    assert store_photos(actor=w.clerk, photos=[shot("UNA")], key=key) == one
    assert store_photos(actor=w.clerk, photos=[shot("OTRA")], key=key) != one
    assert store_photos(actor=w.clerk, photos=[], key=key) == []


@pytest.mark.parametrize("content", [b"esto no es una foto", b"%PDF-1.4 tampoco"])
def test_what_is_no_photo_is_not_taken_as_one(w, client, content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(w.clerk.user)
    page = client.post(reverse("letter_stack"), {"photos": SimpleUploadedFile("foto.jpg", content, "image/jpeg")}, follow=True)
    assert "no es una foto" in page.content.decode() and not Upload.objects.exists()


def test_a_damaged_photo_keeps_its_place_and_the_others_are_read(w):
    from uuid import uuid4

    from ventanilla.core.documents.services import store_capture

    shots = [photo(["PRIMERA"]), photo(["SEGUNDA"])[:400], photo(["TERCERA HOJA"])]
    version = store_capture(actor=w.clerk, photos=[FileDraft(f"{n}.jpg", io.BytesIO(c)) for n, c in enumerate(shots)],
                            title="Captura", uuid=uuid4())
    process(version.pk)
    assert version.pages.count() == 3 and "TERCERA" in version.pages.get(number=3).text


def test_photos_that_a_hung_antivirus_does_not_look_at_come_back_with_the_form(w, client, settings, monkeypatch):
    form = {"uuid": str(uuid4()), "unit": str(w.north.pk)}
    client.force_login(w.clerk.user)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.CLAMD = f"127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setattr(antivirus, "PAGE", 0.2)
        page = client.post(reverse("letter_stack"), form | {"photos": SimpleUploadedFile("foto.jpg", photo(["UNO"]), "image/jpeg")})
        assert page.status_code == 422 and "El antivirus no responde" in page.content.decode() and not Upload.objects.exists()
    settings.CLAMD = ""
    kept = PendingFile.objects.get(person=w.clerk, filename="foto.jpg")
    assert f"{kept.uuid} foto.jpg" in page.content.decode()
    client.post(reverse("letter_stack"), form | {"photos--pending": f"{kept.uuid} foto.jpg"})
    assert Upload.objects.get().document.versions.count() == 2
