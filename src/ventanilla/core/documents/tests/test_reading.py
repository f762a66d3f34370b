"""Text of PDFs, scans, photos and office files; the searchable PDF; previews."""
import io
import shutil
import subprocess

import pikepdf
import pytest
from PIL import Image

from ventanilla.core.documents.models import Source, State
from ventanilla.core.documents.services import (
    open_preview,
    open_searchable,
    open_thumbnail,
    pages,
    reprocess,
    text_of,
)
from ventanilla.core.documents.tests import samples
from ventanilla.core.documents.tests.recall import recall

pytestmark = pytest.mark.django_db
TRUTH = f"Oficio 1 {samples.TEXT} {samples.TEXT}"


def pdftotext(data: bytes) -> str:
    tool = shutil.which("pdftotext")
    assert tool, "falta el paquete poppler-utils"
    return subprocess.run([tool, "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


def test_pdf_with_text_is_not_recognised(stored):
    version = stored(samples.letter(2))
    assert (version.state, version.page_count, version.searchable, version.confidence) == (State.READY, 2,
                                                                                           None, None)
    assert set(version.pages.values_list("source", flat=True)) == {Source.OWN}
    assert recall(TRUTH, text_of(version)) == 1.0
    assert open_searchable(version).read().startswith(b"%PDF")


def test_words_of_a_pdf_lie_where_they_are_drawn(stored):
    page = next(pages(stored(samples.letter())))
    heading = page.words[0]
    assert heading.text == "Oficio" and 0.1 < heading.x0 < heading.x1 < 0.3
    assert 0.05 < heading.y0 < heading.y1 < 0.15
    assert page.text.splitlines()[0] == "Oficio 1"
    assert [w.y0 for w in page.words] == sorted(w.y0 for w in page.words) or len(list(page.lines())) > 5


def test_mixed_pdf_recognises_only_the_scanned_page(stored):
    version = stored(samples.joined(samples.letter(), samples.picture_pdf(samples.scan())))
    assert list(version.pages.values_list("source", flat=True)) == [Source.OWN, Source.OCR]
    text = pdftotext(open_searchable(version).read())
    assert recall(f"{TRUTH} {TRUTH}", text) > 0.98
    assert "Begoña Muñoz Ibáñez" in text.split("\f")[1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_scan_becomes_searchable_pdf(stored, kind):
    version = stored(samples.saved(samples.scan(), kind), f"escaneo.{kind.lower()}")
    assert version.state == State.READY and version.reason == "" and version.confidence > 0.85
    data = open_searchable(version).read()
    text = pdftotext(data)
    assert recall(TRUTH, text) > 0.98
    assert "Begoña Muñoz Ibáñez" in " ".join(text.split()) and "Dirección" in text
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert not pdf.check_pdf_syntax() if hasattr(pdf, "check_pdf_syntax") else not pdf.check()
        with pdf.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "B")
        assert [round(float(v)) for v in pdf.pages[0].mediabox] == [0, 0, 612, 792]


def test_jpeg_is_kept_as_it_is(stored):
    data = samples.saved(samples.scan(), "JPEG", quality=80)
    with pikepdf.open(open_searchable(stored(data, "a.jpg"))) as pdf:
        assert pdf.pages[0].Resources.XObject.Im0.read_raw_bytes() == data


def test_black_and_white_is_kept_as_fax(stored):
    data = samples.saved(samples.scan(200).convert("1"), "TIFF", compression="group4", dpi=(200, 200))
    version = stored(data, "fax.tif")
    with pikepdf.open(open_searchable(version)) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        assert image.Filter == "/CCITTFaxDecode"
        assert pikepdf.PdfImage(image).as_pil_image().convert("L").histogram()[255] > 2_000_000
    assert recall(TRUTH, text_of(version)) > 0.97


def test_every_frame_of_a_tiff_is_a_page(stored):
    two = samples.letter(2)
    frames = [samples.scan(120, 0, two), samples.scan(120, 1, two)]
    version = stored(samples.saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]), "lote.tif")
    assert version.page_count == 2 and "Oficio 2" in text_of(version).split("\f")[1]


def test_photo_in_half_shadow_and_crooked(stored):
    version = stored(samples.saved(samples.photo(), "JPEG", quality=70), "foto.jpg")
    assert recall(TRUTH, text_of(version)) >= 0.95
    word = next(w for w in next(pages(version)).words if w.text == "Begoña")
    assert 0.05 < word.x0 < 0.95 and 0.05 < word.y0 < 0.5


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_are_set_upright(stored, turn):
    picture = samples.scan().rotate(turn, expand=True)
    version = stored(samples.saved(picture, "JPEG", dpi=(150, 150)), "girada.jpg")
    page = version.pages.get()
    assert page.turn == turn and recall(TRUTH, page.text) > 0.97
    assert page.words[0].y0 < 0.2 and page.width < page.height
    assert recall(TRUTH, pdftotext(open_searchable(version).read())) > 0.97


def test_turned_scan_inside_a_pdf(stored):
    version = stored(samples.picture_pdf(samples.scan().rotate(90, expand=True)))
    with pikepdf.open(open_searchable(version)) as pdf:
        assert pdf.pages[0].obj.Rotate == 90
    lines = pdftotext(open_searchable(version).read()).split("\n")
    assert recall(TRUTH, " ".join(lines)) > 0.97 and "Oficio" in lines[0]


def test_exif_orientation(stored):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = samples.scan().transpose(Image.Transpose.ROTATE_90)
    version = stored(samples.saved(picture, "JPEG", exif=exif), "celular.jpg")
    assert version.pages.get().turn == 0 and recall(TRUTH, text_of(version)) > 0.98
    with pikepdf.open(open_searchable(version)) as pdf:
        box = pdf.pages[0].mediabox
        assert float(box[2]) < float(box[3])


def test_previews_are_small_pictures(stored):
    version = stored(samples.letter(2))
    with Image.open(open_preview(version, 2)) as picture:
        assert picture.format == "JPEG" and 800 <= picture.width <= 1000
    with Image.open(open_thumbnail(version)) as picture:
        assert picture.width == 240


def test_office_text(stored):
    assert text_of(stored(samples.docx(["Año de Juárez", "segunda"]), "a.docx")) == "Año de Juárez\nsegunda"
    assert text_of(stored(samples.odt("Petición de agua"), "a.odt")) == "Petición de agua fin"
    assert text_of(stored("Señor:\nCumplió".encode("cp1252"), "a.txt")) == "Señor:\nCumplió"
    mail = b"From: a@x.mx\r\nTo: b@x.mx\r\nSubject: =?utf-8?q?Petici=C3=B3n?=\r\n\r\nBuenos d\xc3\xadas\r\n"
    text = text_of(stored(mail, "a.eml"))
    assert "Subject: Petición" in text and "Buenos días" in text


def test_long_text_is_cut_into_pages(stored):
    version = stored("\n".join(f"renglón {n}" for n in range(150)).encode(), "largo.txt")
    assert version.page_count == 3 and version.state == State.READY


def test_reprocess_reads_again(stored, ana):
    from ventanilla.core.documents.services import process
    version = stored(samples.letter())
    reprocess(actor=ana, version=version)
    version.refresh_from_db()
    assert version.state == State.RECEIVED and not version.pages.exists()
    process(version.pk)
    version.refresh_from_db()
    assert version.state == State.READY and version.pages.count() == 1
