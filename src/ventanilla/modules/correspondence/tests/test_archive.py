"""Expedientes: opened once however often the form is sent, placed, closed, and their papers; who may see them."""
import subprocess
import sys
from datetime import date, timedelta
from functools import partial
from threading import Thread
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdfium2 import PdfDocument
from tests import make

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Attachment, Case, Clock
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.tests.test_places import somebody_waits_for_us
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence import tasks
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.models import ArchiveFile, ArchivePlace, ArchiveSeries
from ventanilla.modules.correspondence.services.archiving import FileDraft, close_file, open_drafted, place_file
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token
from ventanilla.web.events.tests.processes import environment, wait

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


@pytest.fixture
def file(w):
    series = ArchiveSeries.objects.get(institution=w.institution)
    return open_drafted(actor=w.head, draft=FileDraft(w.root, series, "Escrituras pendientes", "12", "B"))


def filed(w, file, **extra):
    case = make.letter(w, **extra)
    letters.conclude(actor=w.head, case=case, reason="Atendido")
    case.refresh_from_db()
    letters.archive(actor=w.head, case=case, draft=letters.PlaceDraft(file, 3))
    return case


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def words(pdf):
    return " ".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf))


def test_an_archived_letter_leads_to_its_expediente(w, file):
    case = filed(w, file)
    link = f'href="/archivo/{file.pk}/"'
    assert link in signed_in(w.head).get(f"/correspondencia/{case.pk}/").content.decode()
    assert link not in signed_in(w.head).get(f"/correspondencia/{make.letter(w).pk}/").content.decode()


def test_sent_twice_opens_one(w, file):
    draft = FileDraft(w.root, file.series, "Otro")
    assert open_drafted(actor=w.head, draft=draft) == open_drafted(actor=w.head, draft=draft)
    assert list(ArchiveFile.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_closed_one_takes_nothing(w, file):
    with pytest.raises(Refused):
        close_file(actor=w.head, file=file)
    filed(w, file)
    closed = close_file(actor=w.head, file=file)
    assert closed.closed and close_file(actor=w.head, file=file).closed == closed.closed
    with pytest.raises(Refused):
        filed(w, file)


def test_only_who_archives_there(w, file):
    for act in (lambda: close_file(actor=w.north_head, file=file), lambda: place_file(actor=w.staff, file=file, box="1", shelf=""),
                lambda: open_drafted(actor=w.north_head, draft=FileDraft(w.root, file.series, "Ajeno"))):
        with pytest.raises(NotAllowed):
            act()
    assert ArchiveFile.objects.visible_to(w.head).get() == file
    assert not ArchiveFile.objects.visible_to(w.north_head).exists()
    assert not ArchiveFile.objects.visible_to(w.admin).exists()


def test_pages_and_papers(w, file):
    case = filed(w, file)
    head, clerk = signed_in(w.head), signed_in(w.clerk)
    page = head.get(reverse("archive_file", args=[file.pk])).content.decode()
    assert case.folio in page and "Cerrar expediente" in page
    listed = head.get("/listas/expedientes/").content.decode()
    assert "Escrituras pendientes" in listed and file.reference in listed
    cover = words(head.get(reverse("archive_cover", args=[file.pk])).content)
    assert all(text in cover for text in (case.folio, "Carátula", file.reference, "Caja 12"))
    assert file.reference in words(head.get(reverse("archive_label", args=[file.pk])).content)
    assert clerk.get(reverse("archive_file", args=[file.pk])).status_code == 200
    for stranger in (signed_in(w.north_head), signed_in(w.admin)):
        for name in ("archive_file", "archive_cover", "archive_label"):
            assert stranger.get(reverse(name, args=[file.pk])).status_code == 404
        assert stranger.post(reverse("archive_close", args=[file.pk])).status_code == 404
    assert signed_in(w.admin).get(reverse("archive_open")).status_code == 404


def test_a_reserved_letter_keeps_its_subject_from_who_may_not_read_it(w, file):
    case = filed(w, file, subject="Denuncia delicada", level=2)
    clerk = signed_in(w.clerk)
    for answer in (clerk.get(reverse("archive_file", args=[file.pk])).content.decode(),
                   words(clerk.get(reverse("archive_cover", args=[file.pk])).content)):
        assert "Documento reservado" in answer
        assert "Denuncia" not in answer and case.folio not in answer


def test_open_place_and_close_from_the_page(w, file):
    head = signed_in(w.head)
    form = head.get(reverse("archive_open"))
    assert form.status_code == 200
    sent = {"uuid": "0" * 31 + "7", "unit": w.root.pk, "series": file.series_id, "title": "", "box": "", "shelf": ""}
    assert head.post(reverse("archive_open"), sent).status_code == 422
    assert head.post(reverse("archive_open"), {**sent, "title": "Fraccionamientos"}).status_code == 302
    head.post(reverse("archive_file", args=[file.pk]), {"box": "99", "shelf": "Z"})
    filed(w, file)
    head.post(reverse("archive_close", args=[file.pk]))
    file.refresh_from_db()
    assert (file.box, bool(file.closed)) == ("99", True)


def test_a_letter_was_concluded_when_it_was_and_not_when_it_is_archived(w, file):
    with time_machine.travel(make.at(date(2026, 10, 5))):
        case = make.letter(w)
        letters.conclude(actor=w.head, case=case, reason="Atendido")
        case.refresh_from_db()
    concluded = case.closed_at
    with time_machine.travel(make.at(date(2026, 11, 23))):
        letters.archive(actor=w.head, case=case, draft=letters.PlaceDraft(file, 3))
        case.refresh_from_db()
        assert (case.state, case.closed_at) == ("archived", concluded)


# --- into another expediente


def test_a_letter_put_into_the_wrong_expediente_is_moved(w, file):
    case, right = filed(w, file), open_drafted(actor=w.head, draft=FileDraft(w.root, file.series, "Convenios"))
    filed(w, right)
    concluded = Case.objects.get(pk=case.pk).closed_at
    client, wanted = signed_in(w.head), {"uuid": uuid4(), "file": right.pk, "sheets": 4, "reason": "Es de convenios"}
    assert f"/correspondencia/{case.pk}/refile/" in client.get(f"/correspondencia/{case.pk}/").content.decode()
    said = client.post(f"/correspondencia/{case.pk}/refile/", wanted, follow=True).content.decode()
    case = Case.objects.get(pk=case.pk)
    assert "Pasó a 3C.1/2/" in said and "pasó el asunto a otro expediente" in said
    assert (case.archive_place.file, case.archive_place.position, case.archive_place.sheets) == (right, 2, 4)
    assert (case.state, case.closed_at, file.places.count()) == ("archived", concluded, 0)


def test_nothing_leaves_a_closed_one_and_the_same_is_no_other(w, file):
    case, other = filed(w, file), open_drafted(actor=w.head, draft=FileDraft(w.root, file.series, "Convenios"))
    move = partial(letters.refile, actor=w.head, case=case, reason="Es de convenios")
    with pytest.raises(Refused, match="ya está en ese expediente"):
        move(draft=letters.PlaceDraft(file, 3))
    with pytest.raises(NotAllowed):
        letters.refile(actor=w.south_head, case=case, draft=letters.PlaceDraft(other, 3), reason="Es de convenios")
    close_file(actor=w.head, file=file)
    with pytest.raises(Refused, match="nada sale de él"):
        move(draft=letters.PlaceDraft(other, 3))
    assert file.places.count() == 1


# --- what an archived one takes no more

REFUSED = "ya no recibe archivos"


def test_an_archived_letter_takes_no_more_files_and_says_what_to_do(w, file):
    case, open_one = filed(w, file), make.letter(w)
    with pytest.raises(Refused, match=REFUSED):
        spine.attach(actor=w.head, case=case, documents=[make.document(w)])
    head, key = signed_in(w.head), {"HTTP_AUTHORIZATION": f"Bearer {create_token(actor=w.head, name='x', scopes=tuple(SCOPES), days=1)[1]}"}
    shown = head.get(reverse("letter", args=[case.pk])).content.decode()
    assert "add-files-form" not in shown and "puede archivarse en el mismo expediente" in shown
    assert "add-files-form" in head.get(reverse("letter", args=[open_one.pk])).content.decode()
    stored = DocumentVersion.objects.count()
    sent = head.post(reverse("letter_add_files", args=[case.pk]), {"files": SimpleUploadedFile("nota.txt", b"Texto"), "uuid": uuid4()})
    assert sent.status_code == 422 and REFUSED in sent.content.decode()
    told = head.post("/api/v1/documents", {"file": SimpleUploadedFile("nota.txt", b"Texto"), "case": str(case.uuid)}, **key)
    assert told.status_code == 422 and REFUSED in told.content.decode(), told.content
    assert DocumentVersion.objects.count() == stored
    spine.attach(actor=None, case=case, documents=[make.document(w)])  # an import brings what lay there already
    assert Attachment.objects.filter(case=case).count() == 1


def test_the_database_refuses_it_too(w, file):
    case, other, document = filed(w, file), make.letter(w), make.document(w)
    spine.attach(actor=w.head, case=other, documents=[document])
    wanted = Attachment(case=case, document=make.document(w), person=w.head, at=timezone.now())
    for act in (wanted.save, lambda: Attachment.objects.filter(document=document).update(case=case)):
        with pytest.raises(IntegrityError, match="ya no recibe archivos"), transaction.atomic():
            act()
    move_out = open_drafted(actor=w.head, draft=FileDraft(w.root, file.series, "Otro"))
    letters.refile(actor=w.head, case=case, draft=letters.PlaceDraft(move_out, 3), reason="Va en otro")
    assert list(Attachment.objects.values_list("case", "document")) == [(other.pk, document.pk)]


def test_a_letter_that_is_archived_before_its_paper_was_made_still_gets_it_once(w, file):
    """A circular for information is concluded as it is sent; the worker comes to its papers later."""
    send_circular(actor=w.head, draft=CircularDraft(w.root, w.oficio, "Cierre", "Calendario.", [w.north]))
    case = Case.objects.get(letter__circular__isnull=False)
    letters.archive(actor=w.head, case=case, draft=letters.PlaceDraft(file, 1))
    for _twice in range(2):
        tasks.make_paper(case.pk, w.head.pk)
    paper = Attachment.objects.get(case=case)
    assert (paper.role, paper.person, paper.document.title) == ("letter", None, f"{case.folio.replace('/', '-')}.pdf")


def test_the_flow_leaves_an_archived_letter_only_its_other_expediente(w, file):
    """No turn, no clock, no correction, no way back; remarks, and the read receipts of turns for information, may still come."""
    case = make.letter(w)
    told = make.turn(case, w.head, w.north, purpose="information")[0]
    letters.conclude(actor=w.head, case=case, reason="Atendido")
    letters.archive(actor=w.head, case=case, draft=letters.PlaceDraft(file, 1))
    case.refresh_from_db()
    assert {s.name for s in LETTER_FLOW.steps if "archived" in s.sources} == {"refile"} == {s.name for s in allowed_steps(w.head, case)}
    assert LETTER_FLOW.sealed == {"archived"}
    for act in (lambda: make.turn(case, w.head, w.south), lambda: letters.reopen(actor=w.head, case=case, reason="No"),
                lambda: letters.set_due(actor=w.head, case=case, due_at=timezone.now() + timedelta(days=9), reason="Más"),
                lambda: letters.cancel(actor=w.head, case=case, reason="No"), lambda: make.turn(case, w.north_head, w.north_1, parent=told)):
        with pytest.raises(Refused):
            act()
    spine.acknowledge(actor=w.north_head, turn=told)
    spine.add_note(actor=w.head, case=case, text="Se prestó el expediente.", uuid=uuid4())
    assert not Clock.objects.filter(case=case, state="run").exists() and Case.objects.get(pk=case.pk).closed_at == case.closed_at


@pytest.mark.django_db(transaction=True)
def test_who_adds_a_file_while_it_is_archived_waits_and_is_told(w):
    series, case, said = ArchiveSeries.objects.get(institution=w.institution), make.letter(w), []
    file, document = open_drafted(actor=w.head, draft=FileDraft(w.root, series, "Uno")), make.document(w)
    letters.conclude(actor=w.head, case=case, reason="Atendido")

    def add():
        try:
            spine.attach(actor=w.head, case=case, documents=[document])
        except Refused as refused:
            said.append(refused.message)
        finally:
            connection.close()

    adding = Thread(target=add)
    with transaction.atomic():
        letters.archive(actor=w.head, case=case, draft=letters.PlaceDraft(file, 1))
        adding.start()
        wait(somebody_waits_for_us)
    adding.join(120)
    assert REFUSED in said[0] and not Attachment.objects.filter(case=case).exists()


# --- three who move one letter

MOVER = """
import sys, django
django.setup()
from django.db import connection
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Attachment, Case, Clock
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.tests.test_places import somebody_waits_for_us
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence.models import ArchiveFile
from ventanilla.modules.correspondence.services import PlaceDraft, refile
person, case, file = (model.objects.get(pk=pk) for model, pk in zip((Person, Case, ArchiveFile), map(int, sys.argv[1:])))
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    print(cursor.fetchone()[0], flush=True)
try:
    refile(actor=person, case=case, draft=PlaceDraft(file, 1), reason="Va en otro")
    print("moved")
except Refused as refused:
    print(refused.message)
except Exception as error:
    print(type(error).__name__)
"""


def mover(w, case, file):
    """A process that moves the letter, once it waits for somebody."""
    made = subprocess.Popen([sys.executable, "-c", MOVER, str(w.head.pk), str(case.pk), str(file.pk)], env=environment(),
                            stdout=subprocess.PIPE, text=True)
    backend = int(made.stdout.readline())
    wait(lambda: waits(backend))
    return made


def waits(backend):
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_three_who_move_one_letter_do_not_wait_for_each_other(w):
    """Two come while the letter is at work, one before and one after another person moved it: they find it in different expedientes."""
    series = ArchiveSeries.objects.get(institution=w.institution)
    first, second, third = (open_drafted(actor=w.head, draft=FileDraft(w.root, series, title)) for title in ("Uno", "Dos", "Tres"))
    case, movers = filed(w, first), []
    gate = connection.copy()
    try:
        gate.set_autocommit(False)
        with gate.cursor() as cursor:
            cursor.execute("SELECT 1 FROM cases_case WHERE id = %s FOR NO KEY UPDATE", [case.pk])
        movers.append(mover(w, case, third))
        ArchivePlace.objects.filter(case=case).update(file=second)
        movers.append(mover(w, case, third))
        gate.rollback()
        told = sorted(made.communicate(timeout=120)[0].strip() for made in movers)
    finally:
        gate.close()
        for made in movers:
            made.kill()
            made.wait()
    assert told == ["El documento ya está en ese expediente.", "moved"]
    assert ArchivePlace.objects.get(case=case).file == third
