"""The whole digital file as one PDF, and batch scans cut at their separator sheets."""
import io

import pikepdf
import pypdfium2
import pytest

from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import merge_pdf, separator_sheet, split_by_separators
from ventanilla.core.documents.tests import samples
from ventanilla.core.documents.tests.test_reading import pdftotext

pytestmark = pytest.mark.django_db


def test_pdfs_pictures_and_other_files_become_one_pdf(stored, tmp_path):
    strange = stored(b"PK\x03\x04 nada", "respaldo #set text(red) «$x».zip")
    versions = [stored(samples.letter(2)), stored(samples.saved(samples.scan(), "JPEG"), "a.jpg"), strange,
                stored(samples.encrypted(), "clave.pdf")]
    cover = tmp_path / "carátula.pdf"
    cover.write_bytes(samples.letter(1, "Carátula del expediente"))
    with merge_pdf(versions, [("Carátula", cover)]) as path:
        data = path.read_bytes()
    assert not path.exists()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 6
        assert [bytes(spec.get_file().read_bytes()) for spec in pdf.attachments.values()] == [
            b"PK\x03\x04 nada", samples.encrypted()] or len(pdf.attachments) == 2
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root][:2] == ["Carátula", "oficio.pdf"]
    sheets = pdftotext(data).split("\f")
    assert "Begoña Muñoz" in " ".join(sheets[3].split())
    plain = sheets[4].replace("\n", "").replace("\u200b", "")
    assert "respaldo #set text(red) «$x».zip" in plain and "Archivo adjunto" in plain
    assert strange.blob.sha256 in plain


def batch() -> bytes:
    """Two letters, a separator with a blank back, a letter, two separators in a row, a letter."""
    with pypdfium2.PdfDocument(separator_sheet(2)) as sheets:
        assert len(sheets) == 2
        separator = sheets[0].render(scale=150 / 72, grayscale=True).to_pil().convert("L")
    from PIL import Image
    page, blank = samples.scan(), Image.new("L", samples.scan().size, 250)
    crooked = separator.rotate(4, fillcolor=255)
    return samples.picture_pdf(page, page, separator, blank, page, crooked, separator.rotate(180), page,
                               blank, page)


def test_batch_is_split_at_separators(tmp_path):
    (tmp_path / "lote.pdf").write_bytes(batch())
    assert split_by_separators(tmp_path / "lote.pdf") == [range(1, 3), range(5, 6), range(8, 11)]


def test_separator_sheets_are_plain_spanish():
    text = pdftotext(separator_sheet(3))
    assert text.count("Separador de documentos") == 3 and "Hoja 3" in text


def test_batch_that_cannot_be_read(tmp_path):
    (tmp_path / "malo.pdf").write_bytes(b"%PDF-1.4 nada")
    with pytest.raises(DocumentError, match="dañado"):
        split_by_separators(tmp_path / "malo.pdf")
