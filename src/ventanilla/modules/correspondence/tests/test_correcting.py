"""Correcting a registered letter: history tells old and new, the receipt keeps what it said, two at once are told."""
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests import make

from ventanilla.core.cases.models import Case, Move, SearchRow
from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.indicators.sql import recount
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence import services
from ventanilla.modules.correspondence.measures import SOURCES
from ventanilla.modules.correspondence.models import Correspondent, LetterType, Receipt
from ventanilla.modules.correspondence.services import Correction, correct, issue_receipt, renew_receipt
from ventanilla.modules.correspondence.services.correcting import changes_of, edition
from ventanilla.modules.correspondence.services.papers import receipt_pdf
from ventanilla.modules.correspondence.services.registration import LetterDraft, Sender, register

pytestmark = pytest.mark.django_db
REASON = "Se leyó mal el oficio"


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def case(w):
    return make.letter(w, subject="Solicitud de escriturasión", number="SF/12/2026", dated=date(2026, 3, 2))


def as_is(case, **changes):
    case = Case.objects.select_related("letter__type").get(pk=case.pk)
    letter = case.letter
    draft = Correction(
        letter.type, case.subject, Sender(letter.order, letter.organisation, letter.signatory, letter.post, letter.sender_unit),
        letter.number, letter.dated, letter.addressee, letter.sheets, letter.annexes, letter.medium, case.priority, edition(case))
    return replace(draft, **changes)


def text(pdf):
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_the_new_facts_stand_and_the_history_tells_the_old_ones(w, case):
    memo = LetterType.objects.create(institution=w.institution, name="Memorándum")
    correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(
        case, subject="Solicitud de escrituración", type=memo, number="SF/21/2026", sheets=4, priority=1,
        sender=Sender("municipal", "Ayuntamiento de Toluca", "Ana Peña")))
    case = Case.objects.select_related("letter").get(pk=case.pk)
    assert (case.subject, case.priority, case.letter.number_key, case.letter.sheets) == (
        "Solicitud de escrituración", 1, "SF212026", 4)
    move = Move.objects.get(case=case, verb="correct")
    assert move.reason == REASON and move.from_state == move.to_state == "registered"
    changes = {label: (old, new) for label, old, new in changes_of(move)}
    assert changes["Asunto"] == ("Solicitud de escriturasión", "Solicitud de escrituración")
    assert changes["Tipo de documento"] == ("Oficio", "Memorándum")
    assert changes["Prioridad"] == ("Ordinaria", "Urgente") and changes["Hojas"] == ("1", "4")
    assert "Anexos" not in changes


def test_the_log_names_the_fields_and_keeps_the_words_apart(w, case):
    correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(case, subject="Otro asunto"))
    with connection.cursor() as cursor:
        cursor.execute("""SELECT e.detail, p.data FROM audit_entry e JOIN audit_personal p ON p.entry_id = e.id
                          WHERE e.verb = 'letter.correct' AND e.case_id = %s""", [case.pk])
        detail, personal = cursor.fetchone()
    assert '"fields":["subject"]' in detail and "Otro asunto" not in detail
    assert "Otro asunto" in personal and "escriturasión" in personal and REASON in personal


def test_it_is_found_by_the_new_words_as_if_registered_with_them(w, case):
    sender = Sender("municipal", "Ayuntamiento de Tenancingo", "Ana Peña")
    twin = register(actor=w.clerk, drafts=[LetterDraft(w.root, w.oficio, "Drenaje pluvial", sender, number="TEN/7")])[0]
    correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(
        case, subject="Drenaje pluvial", sender=sender, number="TEN/7", dated=None))
    rows = {r.case_id: (r.title.removeprefix(f"{r.case.folio} "), r.body) for r in SearchRow.objects.filter(
        kind="letter").select_related("case")}
    assert rows[case.pk] == rows[twin.pk]
    assert {h.case_id for h in search(w.head, Wanted("Tenancingo")).hits} == {case.pk, twin.pk}
    assert search(w.head, Wanted("escriturasión")).hits == []


def test_the_directory_follows(w, case):
    correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(case, sender=Sender("state", "Secretaría del Campo", "Ana Peña")))
    uses = dict(Correspondent.objects.filter(institution=w.institution).values_list("organisation", "uses"))
    assert uses == {"Secretaría de Finanzas": 0, "Secretaría del Campo": 1}
    correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(case, sender=Sender("internal", unit=w.north)))
    case.letter.refresh_from_db()
    assert case.letter.correspondent is None and case.letter.sender == "Dirección Norte"


def test_the_measure_by_type_equals_a_recount(w, case):
    memo = LetterType.objects.create(institution=w.institution, name="Memorándum")
    correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(case, type=memo))
    with connection.cursor() as cursor:
        cursor.execute(recount(SOURCES[2]))
        recounted = {(row[1], row[4]): row[5] for row in cursor.fetchall() if row[0] == w.institution.pk}
        cursor.execute("SELECT unit_id, part, sum(amount) FROM indicator_delta WHERE measure = 'letters_by_type' "
                       "AND institution_id = %s GROUP BY 1, 2 HAVING sum(amount) <> 0", [w.institution.pk])
        assert {(u, p): n for u, p, n in cursor.fetchall()} == recounted == {(w.root.pk, f"type:{memo.pk}"): 1}


def test_two_at_once_the_second_is_told_and_nothing_is_lost(w, case):
    mine, theirs = as_is(case, subject="Versión de uno"), as_is(case, subject="Versión de otra")
    correct(actor=w.clerk, case=case, reason=REASON, draft=mine)
    with pytest.raises(Refused, match="Otra persona corrigió"):
        correct(actor=w.head, case=case, reason=REASON, draft=theirs)
    case.refresh_from_db()
    assert case.subject == "Versión de uno"


def test_a_double_click_is_one_correction(w, case):
    draft = as_is(case, subject="Una sola vez")
    for _n in range(2):
        correct(actor=w.clerk, case=case, reason=REASON, draft=draft)
    assert Move.objects.filter(case=case, verb="correct").count() == 1


@pytest.mark.parametrize(("changes", "field"), [
    ({"subject": " "}, "subject"), ({"subject": "x" * 4001}, "subject"), ({"dated": date(1899, 1, 1)}, "dated"),
    ({"dated": date(9999, 1, 1)}, "dated"), ({}, "")])
def test_what_cannot_be_is_refused_and_nothing_changes(w, case, changes, field):
    with pytest.raises(Refused) as refused:
        correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(case, **changes))
    assert refused.value.field == field and not Move.objects.filter(case=case, verb="correct").exists()


def test_without_a_reason_or_a_right_it_is_not_done(w, case):
    with pytest.raises(Refused, match="motivo"):
        correct(actor=w.clerk, case=case, reason=" ", draft=as_is(case, subject="Otro"))
    make.turn(case, w.head, w.north)
    for who in (w.north_head, w.staff, make.world().head):
        with pytest.raises(NotAllowed):
            correct(actor=who, case=case, reason=REASON, draft=as_is(case, subject="Otro"))


def test_a_type_or_unit_of_another_institution_is_not_taken(w, case):
    other = make.world()
    for changes in ({"type": other.oficio}, {"sender": Sender("internal", unit=other.north)}):
        with pytest.raises(NotAllowed):
            correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(case, **changes))


def test_a_concluded_letter_is_not_corrected(w, case):
    services.conclude(actor=w.head, case=case, reason="Atendido")
    with pytest.raises(Refused):
        correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(case, subject="Otro"))


def test_the_receipt_keeps_what_it_said_and_a_new_one_can_be_issued(w, case):
    first = issue_receipt(actor=w.clerk, case=case)
    assert renew_receipt(actor=w.clerk, case=case) == first
    correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(case, subject="Asunto ya bien escrito", sheets=9))
    first = services.verify_receipt(first.code)
    said = text(receipt_pdf(first))
    assert "escriturasión" in said and "bien escrito" not in said and first.sheets == 1
    second = renew_receipt(actor=w.clerk, case=case)
    assert renew_receipt(actor=w.clerk, case=case) == second == issue_receipt(actor=w.clerk, case=case)
    said = text(receipt_pdf(second))
    assert "bien escrito" in said and second.sheets == 9 and second.code != first.code
    page = Client().get(reverse("verify_code", args=[first.code])).content.decode()
    assert "auténtico" in page and "Después se expidió otro" in page
    assert Receipt.objects.filter(case=case).count() == 2


def test_another_priority_does_not_make_the_receipt_old(w, case):
    first = issue_receipt(actor=w.clerk, case=case)
    correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(case, priority=1))
    assert renew_receipt(actor=w.clerk, case=case) == first


# --- the page ------------------------------------------------------------------------------------------------


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def posted(case, **changes):
    letter = case.letter
    return {"type": letter.type_id, "subject": case.subject, "order": letter.order, "organisation": letter.organisation,
            "signatory": letter.signatory, "post": letter.post, "number": letter.number, "dated": letter.dated or "",
            "addressee": letter.addressee, "sheets": letter.sheets, "annexes": letter.annexes, "medium": letter.medium,
            "priority": case.priority, "seen": edition(case), "reason": REASON, **changes}


def test_the_form_comes_with_the_facts_and_the_record_tells_the_change(w, case):
    client, address = signed_in(w.clerk), reverse("letter_correct", args=[case.pk])
    page = client.get(address).content.decode()
    assert "Solicitud de escriturasión" in page and 'value="SF/12/2026"' in page and 'value="2026-03-02"' in page
    answer = client.post(address, posted(case, subject="Solicitud de escrituración", dated="2026-03-01"))
    assert answer.status_code == 302 and answer["Location"] == reverse("letter", args=[case.pk])
    record = client.get(answer["Location"]).content.decode()
    assert "corrigió los datos" in record and "«Solicitud de escriturasión»" in record and REASON in record
    assert "2 de marzo de 2026" in record and "1 de marzo de 2026" in record


def test_the_second_of_two_gets_the_form_back_with_what_the_first_did(w, case):
    address = reverse("letter_correct", args=[case.pk])
    late = posted(case, subject="Lo que escribió la segunda")
    correct(actor=w.head, case=case, reason=REASON, draft=as_is(case, number="SF/99/2026"))
    client = signed_in(w.clerk)
    answer = client.post(address, late)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Otra persona corrigió" in page and "SF/99/2026" in page
    assert "Lo que escribió la segunda" in page
    assert client.post(address, {**late, "seen": edition(case)}).status_code == 302
    case.refresh_from_db()
    assert case.subject == "Lo que escribió la segunda"


def test_who_may_not_is_sent_to_the_record_and_sees_no_button(w, case):
    make.turn(case, w.head, w.north)
    client, address = signed_in(w.north_head), reverse("letter_correct", args=[case.pk])
    assert client.get(address)["Location"] == reverse("letter", args=[case.pk])
    assert client.post(address, posted(case, subject="Otro"))["Location"] == reverse("letter", args=[case.pk])
    assert address not in client.get(reverse("letter", args=[case.pk])).content.decode()
    assert signed_in(w.south_1_head).get(address).status_code == 404
    case.refresh_from_db()
    assert case.subject == "Solicitud de escriturasión"


def test_a_new_receipt_by_its_button(w, case):
    issue_receipt(actor=w.clerk, case=case)
    client, record = signed_in(w.clerk), reverse("letter", args=[case.pk])
    address = reverse("letter_new_receipt", args=[case.pk])
    assert address not in client.get(record).content.decode()
    correct(actor=w.clerk, case=case, reason=REASON, draft=as_is(case, subject="Otro asunto"))
    assert address in client.get(record).content.decode()
    assert client.post(address).status_code == 302
    assert Receipt.objects.filter(case=case).count() == 2
    assert address not in client.get(record).content.decode()


def test_by_the_api_only_what_is_named_changes(w, case):
    from ventanilla.web.api.services import create_token

    _token, secret = create_token(actor=w.clerk, name="prueba", days=1, scopes=["cases:read", "cases:write"])
    client, address = Client(headers={"Authorization": f"Bearer {secret}"}), f"/api/v1/letters/{case.uuid}/correct"
    bad = client.post(address, {"reason": " ", "subject": "Otro"}, content_type="application/json")
    assert bad.status_code == 422
    answer = client.post(address, {"reason": REASON, "number": "SF/77/2026"}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    case = Case.objects.select_related("letter").get(pk=case.pk)
    assert case.letter.number == "SF/77/2026" and case.subject == "Solicitud de escriturasión"
    assert case.letter.dated == date(2026, 3, 2)
    late = client.post(address, {"reason": REASON, "sheets": 3}, content_type="application/json", headers={"If-Match": '"viejo"'})
    assert late.status_code == 412


@pytest.mark.django_db(transaction=True)
def test_at_the_very_same_moment_one_wins_and_the_other_is_told():
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    w = make.world()
    case = make.letter(w)
    drafts = {w.clerk: as_is(case, subject="De la oficialía"), w.head: as_is(case, subject="De la titular")}
    start = Barrier(2)

    def act(pair):
        actor, draft = pair
        try:
            start.wait(10)
            correct(actor=actor, case=case, reason=REASON, draft=draft)
            return draft.subject
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(act, drafts.items()))
    won = [f for f in found if isinstance(f, str)]
    told = [f for f in found if isinstance(f, Refused)]
    case.refresh_from_db()
    assert won == [case.subject] and "Otra persona" in told[0].message
    assert Move.objects.filter(case=case, verb="correct").count() == 1
