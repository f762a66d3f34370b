"""A letter that is already there is shown while typing and beside its scan, and only to who may read it."""
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.modules.correspondence.models import Letter
from ventanilla.modules.correspondence.services.duplicates import duplicates_of_uploads, possible_duplicates, written_ways
from ventanilla.modules.correspondence.services.registration import LetterDraft, Sender, register
from ventanilla.modules.correspondence.services.uploads import add_uploads, register_with_uploads
from ventanilla.modules.correspondence.specimens import specimen

pytestmark = pytest.mark.django_db
SUBJECT = "Entrega de expedientes de obra del conjunto El Mirador"


@pytest.fixture
def w():
    return make.world()


def registered(w, **extra):
    sender = Sender("state", "Secretaría de Finanzas", "María Peña Ríos")
    fields = {"unit": w.root, "type": w.oficio, "subject": SUBJECT, "sender": sender, "number": "DGA/0123/2024",
              "dated": date(2024, 3, 5), "medium": "email", **extra}
    return register(actor=w.head, drafts=[LetterDraft(**fields)])[0]


def typed(person, **fields):
    return possible_duplicates(person, **{"number": "", "organisation": "", "subject": "", **fields})


def waiting(w, content, name="escaneo.pdf"):
    version = store(actor=w.clerk, files=[FileDraft(name, io.BytesIO(content))])[0]
    upload = add_uploads(actor=w.clerk, unit=w.root, documents=[version.document])[0]
    process(version.pk)
    upload.refresh_from_db()
    return upload


def test_the_same_number_says_how_and_when_it_came(w):
    case = registered(w)
    (found,) = typed(w.clerk, number="dga 0123-2024", subject="Otra cosa")
    assert found.case == case and "Mismo número de documento: DGA/0123/2024." in found.reasons
    day = timezone.localtime(case.received_at).date()
    assert found.reasons[-1].startswith(f"El mismo oficio llegó por correo el {day.day} de ")


def test_sender_and_subject_without_a_number(w):
    case = registered(w, number="")
    assert [d.case for d in typed(w.clerk, organisation="secretaría de finanzas", subject=SUBJECT)] == [case]
    assert not typed(w.clerk, organisation="Secretaría de Finanzas", subject="Invitación a la sesión ordinaria del comité")
    assert not typed(w.clerk, organisation="Otra dependencia", subject="Asunto que nadie ha escrito")


def test_a_sender_written_without_accents_or_in_capitals_is_the_same_sender(w):
    case = registered(w, number="")
    assert [d.case for d in typed(w.clerk, organisation="SECRETARIA DE  FINANZAS", subject=SUBJECT)] == [case]
    assert not typed(w.clerk, organisation="Secretaría de Fin", subject=SUBJECT)


def test_a_citizen_who_writes_twice_is_the_same_sender(w, client):
    case = registered(w, number="", sender=Sender("citizen", signatory="Ximena Chávez Peña"))
    (found,) = typed(w.clerk, signatory="ximena chavez peña", subject=SUBJECT)
    assert found.case == case and "Mismo remitente." in found.reasons
    assert not typed(w.clerk, signatory="Otra Persona", subject=SUBJECT)
    assert not typed(w.clerk, organisation="Colegio de Notarios", signatory="Ximena Chávez Peña", subject=SUBJECT)
    client.force_login(w.clerk.user)
    shown = client.get(reverse("letter_duplicates"), {"signatory": "Ximena Chávez Peña", "subject": SUBJECT})
    assert case.folio in shown.content.decode()
    form = client.get(reverse("letter_register")).content.decode()
    assert "#id_signatory, #id_subject, #id_dated" in form, "what is typed there is asked with"


def test_zeros_before_a_number_do_not_make_another_of_it(w):
    case = registered(w)
    for written in ("DGA/123/2024", "dga-00123-2024"):
        assert [d.case for d in typed(w.clerk, number=written)] == [case], written
    assert not typed(w.clerk, number="DGA/1230/2024")
    assert written_ways("212C0101000200S/347/2022") == ["212C0101000200S003472022", "212C0101000200S03472022", "212C0101000200S3472022"]
    assert len(written_ways("1.6.3.4.5/2025")) <= 125 + 1 and not written_ways("12")


def test_another_number_of_the_same_series_is_another_letter(w):
    registered(w)
    assert not typed(w.clerk, number="DGA/0124/2024", organisation="Secretaría de Finanzas", subject="Turno de expedientes")


def test_nothing_is_revealed_to_who_may_not_read_it(w):
    registered(w)
    assert typed(w.clerk, number="DGA/0123/2024") and not typed(w.south_head, number="DGA/0123/2024")


def test_a_scan_that_was_registered_before_is_found_by_file_and_by_text(w, client):
    letter = specimen(11)
    case = register_with_uploads(
        actor=w.clerk, draft=LetterDraft(w.root, w.oficio, "Sin número", Sender("citizen", signatory="Anónimo"), medium="email"),
        uploads=[waiting(w, letter.pdf)], documents=[])
    assert Letter.objects.get().fingerprint is not None
    again, rewritten = waiting(w, letter.pdf), waiting(w, letter.pdf + b"\n% otra copia\n")
    (same,), (near,) = duplicates_of_uploads(w.clerk, [again]), duplicates_of_uploads(w.clerk, [rewritten])
    assert (same.case, same.score) == (case, 1.0) and "Es exactamente el mismo archivo." in same.reasons
    assert near.case == case and "El texto es casi el mismo." in near.reasons
    assert not duplicates_of_uploads(w.south_head, [again])
    client.force_login(w.clerk.user)
    page = client.get(reverse("letter_register"), {"carga": again.uuid}).content.decode()
    assert "El mismo oficio llegó por correo el" in page and case.folio in page


def test_a_scan_read_after_registration_leaves_its_fingerprint(w):
    version = store(actor=w.clerk, files=[FileDraft("oficio.pdf", io.BytesIO(specimen(12).pdf))])[0]
    registered(w, documents=[version.document])
    assert Letter.objects.get().fingerprint is None
    process(version.pk)
    assert Letter.objects.get().fingerprint


def test_the_number_of_queries_does_not_grow(w, django_assert_num_queries):
    registered(w)
    fields = {"number": "DGA/0123/2024", "organisation": "Secretaría de Finanzas", "subject": SUBJECT}
    typed(w.clerk, **fields)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    with CaptureQueriesContext(connection) as few:
        typed(w.clerk, **fields)
    for n in range(8):
        registered(w, number=f"DGA/{n}/2024", received_at=timezone.now() - timedelta(days=n))
    with django_assert_num_queries(len(few)):
        assert typed(w.clerk, **fields)[0].score > 0.9
