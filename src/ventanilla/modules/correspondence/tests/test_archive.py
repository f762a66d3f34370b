"""Expedientes: opened once however often the form is sent, placed, closed, and their papers; who may see them."""
from datetime import date
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pypdfium2 import PdfDocument
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import ArchiveFile, ArchiveSeries
from ventanilla.modules.correspondence.services.archiving import FileDraft, close_file, open_drafted, place_file

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
