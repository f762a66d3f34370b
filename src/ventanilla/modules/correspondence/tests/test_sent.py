"""What becomes of a letter that leaves: sent, delivered with its acuse, settled or void with the answer that it is."""
import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Case, Tray
from ventanilla.core.cases.search import saying
from ventanilla.core.documents.models import DocumentVersion, State
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import Circular, LetterTemplate, LetterType
from ventanilla.modules.correspondence.services.outgoing import OutgoingDraft, write_letters
from ventanilla.modules.correspondence.services.papers import whole_pdf, whole_zip
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token

pytestmark = pytest.mark.django_db
UUID = "6b0e8a0e-0000-4000-8000-0000000000{}"


@pytest.fixture
def w():
    return make.world()


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def sent(w):
    return write_letters(actor=w.head, drafts=[OutgoingDraft(w.root, w.oficio, "Solicitud de informe", "Texto", "Ana Ruiz, Finanzas")])[0]


def state_of(case):
    return Case.objects.get(pk=case.pk).state


def test_it_waits_for_its_acuse_and_not_under_what_is_to_be_done(w):
    case = sent(w)
    assert case.state == "sent" and [m.verb for m in case.moves.order_by("pk")] == ["register", "send"]
    assert Tray.objects.get(case=case).tab == Tray.Tab.WAITING
    head = signed_in(w.head)
    for address in ("/listas/enviados/?acuse=no", "/listas/correspondencia/?acuse=no"):
        assert case.folio in head.get(address).content.decode()
    page = head.get(reverse("letter", args=[case.pk])).content.decode()
    assert "Anotar la entrega" in page and "Sin acuse" in page
    address = reverse("letter_action", args=[case.pk, "note_delivery"])
    data = {"uuid": UUID.format("01"), "at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "means": "courier", "recipient": "Oficialía de Finanzas",
            "note": "Guía 123"}
    assert head.post(address, {**data, "recipient": ""}).status_code == 422
    assert head.post(address, {**data, "files": SimpleUploadedFile("acuse.txt", b"sello")}).status_code == 302
    letter = Case.objects.select_related("letter").get(pk=case.pk).letter
    assert (state_of(case), letter.delivered_to, letter.delivery_means) == ("concluded", "Oficialía de Finanzas", "courier")
    assert case.attachments.get().role == "receipt"
    entry = Entry.objects.get(verb="letter.note_delivery", case_id=case.pk)
    assert "courier" in entry.detail and "Finanzas" not in entry.detail
    page = head.get(reverse("letter", args=[case.pk])).content.decode()
    assert all(words in page for words in ("Oficialía de Finanzas", "Mensajería", "Guía 123", "anotó la entrega"))
    assert case.folio not in head.get("/listas/enviados/?acuse=no").content.decode()
    assert case.folio in head.get("/listas/enviados/?acuse=si").content.decode()


def test_what_is_refused_and_what_counts_once(w):
    case, now = sent(w), timezone.now()
    for field, draft in (("at", (now + timedelta(days=1), "email", "x")), ("at", (now - timedelta(days=2), "email", "x")),
                         ("means", (now, "paloma", "x")), ("recipient", (now, "email", " "))):
        with pytest.raises(Refused) as refused:
            letters.note_delivery(actor=w.head, case=case, draft=letters.DeliveryDraft(*draft))
        assert refused.value.field == field
    draft = letters.DeliveryDraft(now, "email", "ana@example.org")
    for _twice in range(2):
        letters.note_delivery(actor=w.head, case=case, draft=draft)
    assert case.moves.filter(verb="note_delivery").count() == 1
    letters.reopen(actor=w.head, case=case, reason="Se entregó en otra oficina")
    assert state_of(case) == "sent"
    make.turn(case, w.head, w.north)
    letters.note_delivery(actor=w.head, case=case, draft=letters.DeliveryDraft(timezone.now(), "personal", "Ana"))
    assert state_of(case) == "sent", "a turn of its own is still open"
    with pytest.raises(Refused):
        letters.note_delivery(actor=w.head, case=make.letter(w), draft=draft)


def test_a_delivered_letter_is_found_by_who_received_it(w):
    case, at = sent(w), timezone.now()
    assert case not in Case.objects.visible_to(w.head).filter(saying(w.head, "zacarías", "pk"))
    letters.note_delivery(actor=w.head, case=case, draft=letters.DeliveryDraft(at, "personal", "Zacarías Ñúñez"))
    for words in ("zacarias", "zacar", f"ñúñez {case.folio}"):
        assert case in Case.objects.visible_to(w.head).filter(saying(w.head, words, "pk")), words


def test_a_program_notes_the_delivery_and_reads_it(w):
    case = sent(w)
    _token, secret = create_token(actor=w.head, name="Pruebas", scopes=tuple(SCOPES), days=1)
    headers, address = {"Authorization": f"Bearer {secret}"}, f"/api/v1/letters/{case.uuid}"
    body = {"at": timezone.now().isoformat(), "means": "personal", "recipient": "Ana Ruiz"}
    client = Client()
    assert client.get(address, headers=headers).json()["delivered_at"] is None
    assert client.post(f"{address}/delivery", {**body, "means": "paloma"}, "application/json", headers=headers).status_code == 422
    assert client.post(f"{address}/delivery", body, "application/json", headers=headers).json()["state"] == "concluded"
    found = client.get(address, headers=headers).json()
    assert (found["delivered_to"], found["delivery_means"]) == ("Ana Ruiz", "personal")


def test_the_letter_of_an_answer_follows_its_evaluation_and_lies_in_the_whole_file(w):
    turn = make.turn(make.letter(w, number="DGA/45/2026"), w.head, w.north)[0]
    memo = LetterType.objects.create(institution=w.institution, name="Memorándum")
    north, address = signed_in(w.north_head), reverse("turn_action", args=[turn.pk, "answer"])
    template = LetterTemplate.objects.create(institution=w.institution, name="T", engine="typst", body="{numero_recibido}: {texto}")
    first = {"uuid": UUID.format("09"), "text": "Procede.", "letter": "on", "letter_to": "María Peña Ríos, Finanzas",
             "letter_subject": "Se informa", "letter_type": memo.pk, "template": template.pk}
    assert 'value="Respuesta a' in north.get(address).content.decode()
    assert north.post(address, first).status_code == 302
    void = turn.answers.get().letter
    assert (void.subject, void.letter.type, void.letter.addressee, void.letter.addressee_unit) == (
        "Se informa", memo, "María Peña Ríos, Finanzas", None)
    assert state_of(void) == "sent"
    spine.send_back(actor=w.head, turn=turn, reason="Falta el anexo")
    assert state_of(void) == "returned"
    assert north.post(address, {"uuid": UUID.format("20"), "text": "Va completo.", "letter": "on"}).status_code == 302
    good = turn.answers.order_by("pk").last().letter
    assert (good.subject, good.letter.addressee_unit) == (f"Respuesta a {turn.case.folio}", w.root)
    spine.approve(actor=w.head, turn=turn)
    assert (state_of(good), state_of(void)) == ("concluded", "returned")
    DocumentVersion.objects.update(state=State.CLEAN)
    clerk = signed_in(w.clerk)
    page = clerk.get(reverse("letter", args=[turn.case_id])).content.decode()
    paper = void.attachments.get().document
    assert "Sin validez" in page and reverse("file_download", args=[paper.uuid]) in page
    assert clerk.get(reverse("file_download", args=[paper.uuid])).status_code == 200
    assert signed_in(w.south_head).get(reverse("file_download", args=[paper.uuid])).status_code == 404
    assert "no tiene validez" in north.get(reverse("letter", args=[void.pk])).content.decode()
    names = zipfile.ZipFile(io.BytesIO(whole_zip(turn.case).read())).namelist()
    assert [n.split("-", 1)[1] for n in names[1:]] == [
        f"oficio-212c0101000100s-{void.number}-{void.year}-devuelto-sin-validez.pdf", f"oficio-212c0101000100s-{good.number}-{good.year}.pdf"]
    said = pdf_text(whole_pdf(turn.case))
    assert all(words in said for words in (f"Oficio {void.folio} (devuelto, sin validez)", f"Oficio {good.folio}", "DGA/45/2026: Procede.",
                                           "Va completo.", "sin leer"))


def pdf_text(stream):
    import pypdfium2

    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(stream.read()))


def test_units_and_an_outside_addressee_get_one_letter_each(w):
    template = LetterTemplate.objects.create(institution=w.institution, name="T", engine="typst", body="{texto}")
    head = signed_in(w.head)
    answer = head.post(reverse("letter_write"), {
        "uuid": UUID.format("30"), "unit": w.root.pk, "type": w.oficio.pk, "subject": "Cierre", "text": "Texto", "template": template.pk,
        "addressee": "Ana Ruiz, Finanzas", "units": [w.north.pk, w.south.pk], "purpose": "action"})
    assert answer.status_code == 302
    sent = Circular.objects.get()
    assert [(row.addressee, row.template, row.case.state, row.case.number) for row in sent.letters.select_related("case").order_by("case__number")] == [
        ("Dirección Norte", template, "routed", 1), ("Dirección Sur", template, "routed", 2), ("Ana Ruiz, Finanzas", template, "sent", 3)]
    turn = sent.letters.get(addressee_unit=w.north).case.turns.get()
    spine.answer(actor=w.north_head, turn=turn, draft=spine.AnswerDraft("Enterados"))
    page = head.get(reverse("circular", args=[sent.pk])).content.decode()
    assert all(words in page for words in ("Ana Ruiz, Finanzas", "fuera de la institución", "Respuesta por evaluar", "por evaluar",
                                           "Han respondido 1.", "Por aceptar", "Enviado"))


def test_a_first_document_that_has_no_picture_shows_an_icon(w):
    case = make.letter(w)
    head = signed_in(w.head)
    head.post(reverse("letter_add_files", args=[case.pk]), {"files": SimpleUploadedFile("nota.txt", b"Texto simple")})
    DocumentVersion.objects.update(state="ready", page_count=1)
    page = head.get(reverse("letter", args=[case.pk])).content.decode()
    assert "/pagina/1" not in page and "page-none" in page and "nota.txt" in page


def test_nobody_gives_a_letter_its_own_paper_by_adding_a_file(w):
    case = make.letter(w)
    forged = {"files": SimpleUploadedFile("oficio.txt", b"Falso"), "role": "letter"}
    assert signed_in(w.clerk).post(reverse("letter_add_files", args=[case.pk]), forged).status_code == 302
    assert case.attachments.get().role == "annex"


def test_a_history_of_a_letter_that_left_is_as_the_verbs_leave_it(w):
    from ventanilla.modules.correspondence.services.histories import Happened, Past, write_histories
    from ventanilla.modules.correspondence.services.registration import Sender

    at, sender = timezone.now() - timedelta(days=3), Sender("internal", "", w.head.name, "Titular", w.root)
    open_one, again = (Past(w.root, w.oficio.pk, "Informe", sender, at, at, w.head.pk, "outgoing", "outgoing", happened=happened) for happened in (
        (), (Happened(at + timedelta(hours=1), "conclude", w.head.pk), Happened(at + timedelta(hours=2), "reopen", w.head.pk))))
    write_histories([open_one, again], source="import")
    for case in Case.objects.filter(subject="Informe"):
        assert (case.state, Tray.objects.get(case=case).tab) == ("sent", Tray.Tab.WAITING)
        assert [m.verb for m in case.moves.order_by("pk")][:2] == ["register", "send"]
