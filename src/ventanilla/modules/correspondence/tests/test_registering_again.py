"""A cancelled letter is registered again with what it had, its files without copying bytes, once, and both say so."""
import io
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests import make
from tests.pages import as_, text

from ventanilla.core.cases.models import Attachment, Case, CaseLink
from ventanilla.core.documents.models import Document, DocumentVersion
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular
from ventanilla.modules.correspondence.services.circulars_sent import cancel_circular
from ventanilla.modules.correspondence.services.outgoing import OutgoingDraft, write_letters
from ventanilla.modules.correspondence.services.registering_again import files_of, register_again
from ventanilla.modules.correspondence.services.registration import LetterDraft, Sender
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def stored(w, name, actor=None):
    """A file that may be handed out."""
    document = store(actor=actor or w.clerk, files=[FileDraft(name, io.BytesIO(uuid4().bytes))])[0].document
    DocumentVersion.objects.filter(document=document).update(state="ready")
    return document


def cancelled(w, **extra):
    case = make.letter(w, actor=w.clerk, number="DGA/45/2026", sheets=4, annexes="2 planos", **extra)
    letters.cancel(actor=w.head, case=case, reason="Folio de más")
    return Case.objects.select_related("letter").get(pk=case.pk)


def draft(w, **extra):
    return LetterDraft(w.root, w.oficio, "Solicitud", Sender("state", "Secretaría de Finanzas"), **extra)


def address(case, name="letter_register"):
    return f"{reverse(name)}?de={case.pk}"


def form(w, **changed):
    return {"uuid": str(uuid4()), "unit": w.root.pk, "direction": "incoming", "type": w.oficio.pk, "order": "state",
            "organisation": "Secretaría de Finanzas", "subject": "Solicitud de escrituración", "received_at": "2026-03-06T10:00",
            "sheets": 4, "medium": "paper", "priority": 3, "level": 0, **changed}


def test_the_form_opens_with_what_the_cancelled_letter_had(w):
    case, clerk = cancelled(w, documents=[stored(w, "escaneo.txt")]), as_(w.clerk)
    record = text(clerk.get(reverse("letter", args=[case.pk])))
    assert "Registrar de nuevo" in record and f"?de={case.pk}" in record
    page = text(clerk.get(address(case)))
    assert all(value in page for value in ("DGA/45/2026", "2 planos", "Solicitud de escrituración", "Secretaría de Finanzas", "María Peña Ríos",
                                           'value="4"', "escaneo.txt", case.folio))
    assert f'data-draft="letter-register-again-{case.pk}"' in page and f"?de={case.pk}" in page


def test_it_gets_another_folio_the_ticked_files_share_their_bytes_and_both_records_say_so(w):
    kept, left = stored(w, "escaneo.txt"), stored(w, "borroso.txt")
    case, clerk = cancelled(w, documents=[kept, left]), as_(w.clerk)
    data = form(w, kept=str(kept.uuid))
    answers = [clerk.post(address(case), data) for _twice in range(2)]
    assert [a.status_code for a in answers] == [302, 302] and answers[0]["Location"] == answers[1]["Location"]
    made = CaseLink.objects.get(other=case, kind="replaces").case
    assert made.folio != case.folio and made.state == "registered" and Case.objects.get(pk=case.pk).state == "cancelled"
    copy = Attachment.objects.get(case=made).document
    assert copy != kept and copy.latest.blob_id == kept.latest.blob_id
    assert Document.objects.count() == 3, "a resend copies nothing"
    for one, other in ((case, made), (made, case)):
        assert reverse("letter", args=[other.pk]) in text(clerk.get(reverse("letter", args=[one.pk])))
    assert "Registrar de nuevo" not in text(clerk.get(reverse("letter", args=[case.pk])))
    assert "folio cancelado" not in text(as_(w.south_head).get(reverse("letter", args=[make.letter(w, unit=w.south, actor=w.south_head).pk])))


def test_only_a_cancelled_letter_is_and_only_once(w):
    standing, case, clerk = make.letter(w), cancelled(w), as_(w.clerk)
    assert clerk.get(address(standing)).status_code == 302
    with pytest.raises(Refused, match="se canceló"):
        register_again(actor=w.clerk, draft=draft(w), cancelled=standing)
    made = register_again(actor=w.clerk, draft=draft(w), cancelled=case)
    with pytest.raises(Refused, match="ya se registró de nuevo con el folio") as refused:
        register_again(actor=w.clerk, draft=draft(w), cancelled=case)
    assert made.folio in refused.value.message
    assert clerk.get(address(case)).status_code == 302
    page = clerk.post(address(case), form(w))
    assert page.status_code == 422 and "ya se registró de nuevo" in page.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseLink.objects.create(case=standing, other=case, kind="replaces")


def test_what_one_may_not_read_is_not_there(w):
    case = cancelled(w)
    assert as_(w.south_head).get(address(case)).status_code == 404
    assert as_(w.clerk).get(f"{reverse('letter_register')}?de=nada").status_code == 404
    with pytest.raises(NotAllowed):
        register_again(actor=w.south_head, draft=draft(w), cancelled=case)
    other = register_again(actor=w.clerk, draft=draft(w, uuid=uuid4()), cancelled=case)
    assert other.unit_id == w.root.pk


def test_a_file_that_is_still_being_checked_is_told_and_nothing_is_registered(w):
    document = stored(w, "escaneo.txt")
    case = cancelled(w, documents=[document])
    DocumentVersion.objects.filter(document=document).update(state="scanning")
    page = as_(w.clerk).post(address(case), form(w, kept=str(document.uuid)))
    assert page.status_code == 422 and "todavía se revisa" in page.content.decode()
    assert not CaseLink.objects.exists()


def test_a_letter_that_was_written_here_is_written_again_with_a_paper_of_its_own(w):
    annex = stored(w, "anexo.txt", w.head)
    case = write_letters(actor=w.head, drafts=[OutgoingDraft(w.root, w.oficio, "Informe", "Se informa.", "Ana Ruiz", annexes=[annex])])[0]
    letters.cancel(actor=w.head, case=case, reason="Folio de más")
    head = as_(w.head)
    assert address(case, "letter_write") in text(head.get(reverse("letter", args=[case.pk])))
    page = text(head.get(address(case, "letter_write")))
    assert all(words in page for words in ("Se informa.", "Informe", "Ana Ruiz", "anexo.txt"))
    data = {"uuid": uuid4(), "unit": w.root.pk, "type": w.oficio.pk, "subject": "Informe", "text": "Se informa otra vez.",
            "addressee": "Ana Ruiz", "purpose": "information", "kept": str(annex.uuid)}
    several = head.post(address(case, "letter_write"), {**data, "units": [w.north.pk, w.south.pk]})
    assert several.status_code == 422 and "un solo destinatario" in several.content.decode()
    assert head.post(address(case, "letter_write"), data).status_code == 302
    made = CaseLink.objects.get(other=case).case
    roles = {row.role: row.document for row in Attachment.objects.filter(case=made)}
    assert made.state == "sent" and set(roles) == {"annex", "letter"}
    assert roles["annex"].latest.blob_id == annex.latest.blob_id


def test_a_program_registers_again(w):
    scan = stored(w, "escaneo.txt")
    case = cancelled(w, documents=[scan])
    _token, secret = create_token(actor=w.clerk, name="Pruebas", scopes=tuple(SCOPES), days=1)
    body = {"unit": str(w.root.uuid), "type": "Oficio", "subject": "Solicitud", "sender": {"organisation": "Secretaría de Finanzas"},
            "keep": [str(scan.uuid)]}
    client, path, key = Client(), f"/api/v1/letters/{case.uuid}/again", str(uuid4())
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    assert client.post(path, {**body, "keep": [str(uuid4())]}, "application/json",
                       headers={**headers, "Idempotency-Key": str(uuid4())}).status_code == 422
    done = [client.post(path, body, "application/json", headers=headers) for _twice in range(2)]
    assert [d.status_code for d in done] == [201, 201], done[0].content
    assert done[0].json()["folio"] == done[1].json()["folio"] != case.folio
    assert len(files_of(CaseLink.objects.get(other=case).case)) == 1


def test_a_letter_of_a_circular_is_not_registered_again(w):
    sent = send_circular(actor=w.head, draft=CircularDraft(w.root, w.oficio, "Cierre", "Calendario.", [w.north]))
    cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha")
    case = Case.objects.get(letter__circular=sent)
    with pytest.raises(Refused, match="circular"):
        register_again(actor=w.head, draft=draft(w), cancelled=case)
    assert "Registrar de nuevo" not in text(as_(w.head).get(reverse("letter", args=[case.pk])))
