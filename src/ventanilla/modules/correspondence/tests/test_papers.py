"""Receipt, label and whole file: real PDFs whose text can be read again."""
import io
import zipfile

import pypdfium2
import pytest
from tests import make

from ventanilla.core.cases import services
from ventanilla.core.cases.services import AnswerDraft
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
