"""Receipt, label and whole file: real PDFs whose text can be read again."""
import io
import zipfile

import pypdfium2
import pytest
from django.utils import timezone
from tests import make

from ventanilla.core.cases import services
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.core.exports.typeset import typeset
from ventanilla.modules.correspondence.services import cancel, conclude, issue_receipt
from ventanilla.modules.correspondence.services.papers import _file_data, label_pdf, receipt_pdf, whole_pdf, whole_zip

pytestmark = pytest.mark.django_db


def text(pdf):
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_the_receipt_says_folio_sheets_and_code():
    w = make.world()
    case = make.letter(w, subject="#set page(fill: red) Asunto con $ y *marcas*", received_at=make.at(make.date(2026, 2, 5), 9))
    receipt = issue_receipt(actor=w.clerk, case=case)
    said = text(receipt_pdf(receipt))
    assert "jueves 5 de febrero de 2026 a las 9:00" in said
    assert receipt.case.folio in said and receipt.code in said and "#set page(fill: red)" in said
    assert receipt.case.folio in "".join(text(label_pdf(receipt)).split())


def test_papers_of_a_cancelled_folio_say_so():
    w = make.world()
    case = make.letter(w)
    papers = [make_paper(issue_receipt(actor=w.head, case=case)) for make_paper in (receipt_pdf, label_pdf)]
    assert not any("Folio cancelado" in text(paper) for paper in papers)
    cancel(actor=w.head, case=case, reason="Se registró dos veces")
    case.refresh_from_db()
    papers = [make_paper(issue_receipt(actor=w.head, case=case)) for make_paper in (receipt_pdf, label_pdf)]
    assert all("Folio cancelado" in text(paper) for paper in papers)


def test_the_whole_file_holds_turns_answers_and_log():
    w = make.world()
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north, text="Revisar")[0]
    services.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Procede la escritura"))
    issue_receipt(actor=w.clerk, case=case)
    said = text(whole_pdf(case).read())
    assert all(words in said for words in (case.folio, "Procede la escritura", "Dirección Norte", "Acuse de recibo"))
    assert {f"Expediente {case.folio}", case.subject} <= {line.strip() for line in said.splitlines()}  # each on a line of its own
    assert zipfile.ZipFile(io.BytesIO(whole_zip(case).read())).namelist() == ["00-expediente.pdf", "01-acuse.pdf"]


def test_the_whole_file_sets_each_turn_below_the_one_it_came_from_and_says_how_the_matter_ended():
    w = make.world()
    case = make.letter(w)
    north, south = make.turn(case, w.head, w.north, w.south)
    below = make.turn(case, w.north_head, w.north_1, parent=north)[0]
    assert [(row["to"], row["depth"]) for row in _file_data(case)["turns"]] == [
        (w.north.name, 0), (w.north_1.name, 1), (w.south.name, 0)]
    assert dict(_file_data(case)["rows"])["Conclusión"] == ""
    for turn, head, judge in ((below, w.north_1_head, w.north_head), (north, w.north_head, w.head), (south, w.south_head, w.head)):
        services.answer(actor=head, turn=turn, draft=AnswerDraft("Va"))
        services.approve(actor=judge, turn=turn)
    conclude(actor=w.head, case=case, reason="Se entregó la escritura")
    case.refresh_from_db()
    assert dict(_file_data(case)["rows"])["Conclusión"].endswith(". Se entregó la escritura")


def test_the_whole_file_tells_progress_from_answers_and_to_whom_each_turn_went():
    w = make.world()
    case = make.letter(w)
    north, south = make.turn(case, w.head, w.north, w.south)
    services.report(actor=w.north_head, turn=north, draft=AnswerDraft("Se pidieron los planos"))
    services.answer(actor=w.north_head, turn=north, draft=AnswerDraft("Procede"))
    services.answer(actor=w.south_head, turn=south, draft=AnswerDraft("No procede"))
    services.approve(actor=w.head, turn=south)
    data = _file_data(case)
    assert [(a["text"], a["verdict"]) for a in data["answers"]] == [
        ("Se pidieron los planos", "Es un avance; el turno siguió abierto."), ("Procede", "Sin evaluar"), ("No procede", f"Aceptada por {w.head}")]
    sent = next(event["what"] for event in data["events"] if event["what"].startswith("Turnar"))
    assert sent == f"Turnar · {w.root.name} → {w.north.name} y {w.south.name}"


def test_files_in_the_zip_are_of_the_day_they_came():
    w = make.world()
    case = make.letter(w)
    version = store(actor=w.clerk, files=[FileDraft("nota.txt", io.BytesIO(b"Una nota."))])[0]
    process(version.pk)
    services.attach(actor=w.clerk, case=case, documents=[version.document])
    version.refresh_from_db()
    entry = zipfile.ZipFile(io.BytesIO(whole_zip(case).read())).infolist()[-1]
    came = timezone.localtime(version.created_at)
    assert entry.filename.endswith("nota.txt") and entry.date_time[:5] == came.timetuple()[:5]


@pytest.mark.parametrize("paragraphs", [["Renglón"] * 18, ["Renglón"] * 21, ["Renglón"] * 23, [], ["Largo. " * 1500]])
def test_the_signature_of_a_letter_is_neither_parted_nor_left_alone(paragraphs):
    data = {"institution": "Instituto", "unit": "Unidad", "folio": "A/1/2026", "subject": "Asunto", "date": "hoy", "addressee": "Alguien",
            "paragraphs": paragraphs, "signatory": "Ana Peña", "post": "Titular", "logo": False}
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(typeset("letters/oficio.typ", data, {}))]
    signed = next(page for page in pages if "Atentamente" in page)
    assert "Ana Peña" in signed and "Titular" in signed
    assert "Renglón" in signed or "Renglón" not in paragraphs
    assert sum(page.count("Renglón") for page in pages) == paragraphs.count("Renglón")


@pytest.mark.parametrize("before", range(11, 22))
def test_the_end_of_a_long_last_paragraph_stays_with_the_signature(before):
    """Wherever the page ends: before the paragraph, within it, after it, and between the signature and what it signs."""
    data = {"institution": "Instituto", "unit": "Unidad", "folio": "A/1/2026", "subject": "Asunto", "date": "hoy", "addressee": "Alguien",
            "paragraphs": [*["Renglón"] * before, "Sol " * 180], "signatory": "Ana Peña", "post": "Titular", "logo": False}
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(typeset("letters/oficio.typ", data, {}))]
    (signed,) = [page for page in pages if "Atentamente" in page]
    assert "Ana Peña" in signed and "Titular" in signed and "Sol" in signed
    assert sum(page.count("Sol") for page in pages) == 180


def test_what_a_label_says_fits_on_it_however_long_it_is():
    """A second label, or a place of the archive that is cut off, would be of no use to whoever sticks them."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    long = {"institution": "Instituto Mexiquense de la Vivienda Social y del Hábitat Sustentable del Estado", "url": "u"}
    folio = "SDUI/212C0101000200S/CORRESPONDENCIA/E/123456/2026"
    label = long | {"folio": folio, "received": "23/11/2026 09:50", "sheets": 1234, "code": "4DEY-DTBC-EAYP", "cancelled": "Folio cancelado"}
    spine = long | {"unit": "Departamento de Control de Padrón de Beneficiarios y Seguimiento de Programas Regionales", "reference": "11C.2/1042/2026",
                    "title": "Requerimientos de información sobre el padrón de beneficiarios de los programas de vivienda rural, " * 2,
                    "place": "Caja 12 · Estante B-3"}
    for name, data, last in (("label", label, "4DEY-DTBC-EAYP"), ("spine", spine, "Estante B-3")):
        (only,) = pypdfium2.PdfDocument(typeset(f"letters/{name}.typ", data, {"qr.svg": svg}))
        found = only.get_textpage()
        where = found.search(last).get_next()
        assert where is not None and found.get_charbox(where[0])[1] > 0.3 / 2.54 * 72, name
    (sheet,) = pypdfium2.PdfDocument(typeset("letters/labels.typ", {"labels": [label | {"qr": "qr.svg"}] * 12, "sheet": True, "first": 1}, {"qr.svg": svg}))
    assert sheet.get_textpage().get_text_range().count("4DEY-DTBC-EAYP") == 12
