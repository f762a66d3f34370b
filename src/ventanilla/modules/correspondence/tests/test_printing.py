"""Papers of several letters in one document: labels on rolls and sheets, receipts, the list that is signed."""
import json

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import make
from tests.pages import as_

from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.correspondence.models import Receipt
from ventanilla.modules.correspondence.services import issue_receipt
from ventanilla.modules.correspondence.services.papers_many import labels_pdf
from ventanilla.modules.correspondence.services.receipts_each import issue_receipts
from ventanilla.modules.correspondence.services.slips import slips_pdf, turns_of_slips

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def pages(pdf):
    return ["".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


def printed(person, cases, paper, **data):
    answer = as_(person).post(reverse("letters_print"), {"fila": [c.pk for c in cases], "hacer": 1, "paper": paper, **data})
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf" and answer["Content-Disposition"].startswith("inline")
    return pages(answer.content)


def flat(text):
    return "".join(str(text).split())


def test_each_label_on_its_own_and_each_with_its_own_code(w):
    cases = [make.letter(w, sheets=n) for n in (1, 2, 3)]
    found = printed(w.clerk, cases, "labels")
    receipts = {r.case_id: r for r in Receipt.objects.all()}
    assert len(found) == len(receipts) == 3
    for page, case in zip(found, cases, strict=True):
        assert flat(case.folio) in page and receipts[case.pk].code in page
    assert printed(w.clerk, cases, "labels") == found, "printed again, the same codes"


def test_labels_on_sheets_begin_where_the_sheet_is_free(w):
    receipts = issue_receipts(actor=w.clerk, cases=[make.letter(w) for _n in range(3)])
    one, two = pages(labels_pdf(receipts, 1)), pages(labels_pdf(receipts, 11))
    assert len(one) == 1 and len(two) == 2
    assert flat(receipts[2].case.folio) in two[1] and flat(receipts[1].case.folio) in two[0]
    width, height = pypdfium2.PdfDocument(labels_pdf(receipts, 1))[0].get_size()
    assert (round(width), round(height)) == (612, 792)


def test_receipts_one_after_the_other(w):
    cases = [make.letter(w, subject=f"Asunto {n}") for n in range(2)]
    found = printed(w.clerk, cases, "receipts")
    assert len(found) == 2
    for page, case in zip(found, cases, strict=True):
        assert flat(case.folio) in page and flat(case.subject) in page and "Acusederecibo" in page


def test_the_list_has_a_page_for_each_that_receives_and_hides_what_is_not_ordinary(w):
    north, both, nowhere, secret = [make.letter(w, subject=s) for s in ("Uno", "Dos", "Tres")] + [
        make.letter(w, subject="Expediente del personal", level=1)]
    make.turn(north, w.head, w.north), make.turn(both, w.head, w.north, w.south), make.turn(secret, w.head, w.south)
    found = printed(w.head, [north, both, nowhere, secret], "relation")
    assert len(found) == 3, "the north, the south, and what nobody has"
    to = [next(page for page in found if flat(f"Para{name}") in page) for name in (w.north.name, w.south.name, "Todavía sin turnar")]
    held = [{case.pk for case in (north, both, nowhere, secret) if flat(case.folio) in page} for page in to]
    assert held == [{north.pk, both.pk}, {both.pk, secret.pk}, {nowhere.pk}]
    assert "Expedientedelpersonal" not in "".join(found) and "sobrecerrado" in to[1]
    assert all("Recibe:nombreyfirma" in page for page in found)
    assert Entry.objects.get(verb="letter.relation", institution_id=w.institution.pk).actor_id == w.head.pk


def test_only_what_one_reads_is_printed_and_what_is_not_there_is_told(w):
    mine, other = make.letter(w), make.letter(w, actor=w.south_head, unit=w.south)
    found = printed(w.clerk, [mine, other], "labels")
    assert len(found) == 1 and not Receipt.objects.filter(case=other).exists()
    with pytest.raises(NotAllowed):
        issue_receipts(actor=w.clerk, cases=[mine, other])
    assert as_(w.staff).post(reverse("letters_print"), {"fila": [mine.pk]}).status_code == 404
    back = as_(w.clerk).post(reverse("letters_print"), {"consulta": "luz=red"}, follow=True)
    assert back.redirect_chain[0][0].endswith("?luz=red") and "Marque al menos una fila." in back.content.decode()
    wrong = as_(w.clerk).post(reverse("letters_print"), {"fila": [mine.pk], "hacer": 1, "paper": "sheet", "first": 13})
    assert wrong.status_code == 422


def test_receipts_issued_together_are_those_issued_one_by_one(w):
    had, new = make.letter(w, sheets=4), make.letter(w, sheets=7, annexes="1 plano")
    before = issue_receipt(actor=w.clerk, case=had)
    both = issue_receipts(actor=w.clerk, cases=[new, had])
    assert [r.case_id for r in both] == [new.pk, had.pk] and both[1] == before
    assert (both[0].sheets, both[0].annexes, both[0].issued_by) == (7, "1 plano", w.clerk)
    assert issue_receipt(actor=w.clerk, case=new) == both[0]
    assert Entry.objects.filter(verb="letter.receipt", case_id__in=[had.pk, new.pk]).count() == 2


def test_as_many_statements_for_many_as_for_few(w):
    def statements(n):
        cases = [make.letter(w) for _n in range(n)]
        with CaptureQueriesContext(connection) as asked:
            issue_receipts(actor=w.clerk, cases=cases)
        return len(asked)

    statements(1)
    assert statements(2) == statements(8)


def test_the_slips_of_turns_two_on_a_sheet_say_what_to_whom_and_until_when(w):
    case = make.letter(w, subject="Escrituración de los lotes de la manzana 4")
    turns = [*make.turn(case, w.head, w.north, w.south, text="Revisar y proponer respuesta"), *make.turn(make.letter(w, level=1), w.head, w.north)]
    found = printed(w.head, [case, turns[2].case], "slips")
    assert len(found) == 2, "three slips"
    first = found[0]
    assert first.count("Volantedeturno") == 2 and first.count(flat(case.folio)) == 2 and first.count("Escrituracióndeloslotes") == 2
    assert first.count("Revisaryproponerrespuesta") == 2 and flat(f"También a{w.south.name}") in first and flat(f"Para{w.north.name}") in first
    assert "sobrecerrado" in found[1] and "sobrecerrado" not in first and "Recibe:nombre" in first
    entry = Entry.objects.get(verb="letter.slips", institution_id=w.institution.pk)
    assert entry.actor_id == w.head.pk and {t.pk for t in turns} == set(json.loads(entry.detail)["turns"])
    ticked = as_(w.north_head).post(reverse("turns_slips"), {"fila": [turns[0].pk]})
    assert ticked["Content-Type"] == "application/pdf" and pages(ticked.content)[0].count("Volantedeturno") == 1


def test_the_slips_of_a_letter_are_those_of_ones_own_unit(w):
    case = make.letter(w)
    north, _south = make.turn(case, w.head, w.north, w.south)
    make.turn(case, w.north_head, w.north_1, w.north_2, parent=north)
    url = reverse("letter_slips", args=[case.pk])

    def slips(person):
        return sum(page.count("Volantedeturno") for page in pages(as_(person).get(url).content))

    assert (slips(w.head), slips(w.north_head), slips(w.south_head)) == (2, 2, 1)
    assert as_(w.nobody).get(url).status_code == 404
    empty = make.letter(w)
    told = as_(w.head).get(reverse("letter_slips", args=[empty.pk]), follow=True)
    assert "no tiene turnos abiertos" in told.content.decode()
    none = as_(w.head).post(reverse("letters_print"), {"fila": [empty.pk], "hacer": 1, "paper": "slips"})
    assert none.status_code == 422 and "tiene turnos abiertos" in none.content.decode()


def test_a_slip_of_the_longest_words_stays_on_its_half_of_the_sheet(w):
    case = make.letter(w, subject=("Solicitud de información sobre regularización " * 86).strip())
    turns = make.turn(case, w.head, w.north, w.south, text="Revísese con cuidado y dígase lo que proceda " * 80)
    assert len(pages(slips_pdf(w.head, turns_of_slips(w.head, turns=[t.pk for t in turns])))) == 1
