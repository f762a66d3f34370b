"""Letters that leave and circulars: consecutive folios, papers, who has read."""
from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests import make

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Attachment
from ventanilla.core.documents.models import DocumentVersion, State
from ventanilla.core.documents.services import open_version
from ventanilla.core.orgs.models import Appointment, Post, Unit
from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services.grants import AbsenceDraft, declare_absence
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import long_date
from ventanilla.modules.correspondence.models import Circular, Correspondent, Letter
from ventanilla.modules.correspondence.screens.attached import attached
from ventanilla.modules.correspondence.services.circulars import CircularDraft, addressees, send_circular
from ventanilla.modules.correspondence.services.outgoing import OutgoingDraft, make_paper, write_letters
from ventanilla.modules.correspondence.services.registration import Sender, sender_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def circular(w, **extra):
    units = list(Unit.objects.filter(institution=w.institution))
    return CircularDraft(w.root, w.oficio, "Cierre de ejercicio", "Se informa el calendario de cierre.", units, **extra)


def status_of(sent):
    return addressees(list(sent.letters.values_list("pk", flat=True)))


def test_a_circular_gives_each_addressee_a_consecutive_folio_and_a_read_receipt(w):
    sent = send_circular(actor=w.head, draft=circular(w))
    status = status_of(sent)
    assert [row.letter.case.number for row in status] == [1, 2, 3, 4, 5]
    turn = next(row.turn for row in status if row.turn.unit == w.north)
    spine.acknowledge(actor=w.north_head, turn=turn)
    row = next(row for row in status_of(sent) if row.turn.unit == w.north)
    assert (row.turn.read_by, row.acknowledged.actor, row.state, row.read) == (w.north_head, w.north_head, "Leído", True)


def test_sending_it_twice_is_once(w):
    draft = circular(w)
    assert send_circular(actor=w.head, draft=draft) == send_circular(actor=w.head, draft=draft)
    assert (Circular.objects.count(), Letter.objects.count()) == (1, 5)


def test_who_may_not_and_what_is_refused(w):
    with pytest.raises(NotAllowed):
        send_circular(actor=w.staff, draft=circular(w))
    with pytest.raises(Refused):
        send_circular(actor=w.head, draft=CircularDraft(w.root, w.oficio, "X", "Y", []))
    assert Circular.objects.count() == 0


def test_a_letter_of_ones_own_has_its_paper_once(w):
    case = write_letters(actor=w.head, drafts=[OutgoingDraft(w.root, w.oficio, "Respuesta", "Primer párrafo.\n\n#let x = 1",
                                                             "Secretaría de Finanzas")])[0]
    assert case.folio.startswith("212C01010000000/1/")
    paper = make_paper(actor=w.head, case=case)
    assert make_paper(actor=w.head, case=case) == paper
    assert paper.document.latest.blob.media_type == "application/pdf"


def lines_of_paper(w, *to):
    """What stands above «Presente» in the paper of a letter, line by line."""
    case = write_letters(actor=w.head, drafts=[OutgoingDraft(w.root, w.oficio, "Respuesta", "Texto.", *to)])[0]
    document = make_paper(actor=w.head, case=case).document
    document.versions.update(state=State.CLEAN)
    with open_version(document.latest) as stream:
        said = [line.strip() for line in pypdfium2.PdfDocument(stream.read())[0].get_textpage().get_text_range().splitlines()]
    return said[said.index(long_date(timezone.localtime(case.received_at).date())) + 1:said.index("Presente")]


def test_who_is_addressed_stands_with_name_post_and_institution_apart_where_they_are_known_apart(w):
    ana = Sender("state", "Secretaría de Finanzas", "Ana Ruiz, M. en D.", "Directora, encargada")
    Correspondent.objects.create(institution=w.institution, key=sender_key(ana), order=ana.order, organisation=ana.organisation,
                                 name=ana.signatory, post=ana.post)
    assert lines_of_paper(w, "Ana Ruiz, M. en D., Directora, encargada, Secretaría de Finanzas") == [
        "Ana Ruiz, M. en D.", "Directora, encargada", "Secretaría de Finanzas"]
    assert lines_of_paper(w, "Luis Peña, Notario 5, Toluca") == ["Luis Peña, Notario 5, Toluca"], "nothing typed is parted by its commas"
    post = Appointment.objects.get(person=w.north_head).post
    Post.objects.filter(pk=post.pk).update(title="Directora")
    assert lines_of_paper(w, "", w.north) == [w.north_head.name, "Directora", "Dirección Norte"]
    Post.objects.filter(pk=post.pk).update(title="Titular de la Dirección Norte")
    assert lines_of_paper(w, "", w.north) == [w.north_head.name, "Titular de la Dirección Norte"], "the unit is said once"
    Appointment.objects.filter(post=post).delete()
    assert lines_of_paper(w, "", w.north) == ["Dirección Norte"]


def test_a_turn_is_answered_with_a_letter_of_its_own_folio(w, client):
    from django.urls import reverse
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    client.force_login(w.north_head.user)
    data = {"uuid": "6b0e8a0e-0000-4000-8000-000000000009", "text": "Procede la escritura.", "letter": "on"}
    for _twice in range(2):
        assert client.post(reverse("turn_action", args=[turn.pk, "answer"]), data).status_code == 302
    answer = turn.answers.get()
    assert answer.letter.folio.startswith("212C0101000100S/1/") and answer.letter.links.get().other_id == turn.case_id
    assert Letter.objects.filter(direction="outgoing").count() == 1


def test_a_unit_does_not_write_to_itself(w):
    from django.urls import reverse

    client = Client()
    client.force_login(w.north_head.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("letter_write")).content.decode()
    addressees = page.split('name="units"')[1].split("</select>")[0]
    assert w.south.name in addressees and w.north.name not in addressees
    answer = client.post(reverse("letter_write"), {
        "uuid": "6b0e8a0e-0000-4000-8000-0000000000aa", "unit": w.north.pk, "type": w.oficio.pk, "subject": "Aviso", "text": "Texto",
        "units": [w.north.pk], "purpose": "information"})
    assert answer.status_code == 422


def test_who_writes_for_two_units_is_told_not_to_address_the_one_that_writes(w):
    from ventanilla.core.orgs.reach import forget
    from ventanilla.core.orgs.services import give
    from ventanilla.modules.correspondence.forms import WritingForm

    give(actor=None, person=w.north_head, role="head", unit=w.north_1)
    forget(w.north_head)
    data = {"uuid": "6b0e8a0e-0000-4000-8000-0000000000ab", "unit": w.north_1.pk, "type": w.oficio.pk, "subject": "Aviso",
            "text": "Texto", "purpose": "information"}
    form = WritingForm({**data, "units": [w.north_1.pk, w.south.pk]}, person=w.north_head)
    assert not form.is_valid() and "no puede ser también destinataria" in form.errors["units"][0]
    assert WritingForm({**data, "units": [w.north.pk, w.south.pk]}, person=w.north_head).is_valid()


# --- annexes, and addressees outside


def written(w, **data):
    client = Client()
    client.force_login(w.head.user)
    return client.post("/correspondencia/escribir/", {
        "unit": w.root.pk, "type": w.oficio.pk, "subject": "Formato de inventario", "text": "Se remite el formato.",
        "purpose": "information", "uuid": "6b0e8a0e-0000-4000-8000-000000000021", **data})


def form_file(name="Formato.csv"):
    return SimpleUploadedFile(name, b"bien,lugar\nescritorio,piso 2\n")


def annexes_of(case):
    return [row.document.title for row in Attachment.objects.filter(case=case, role="annex").order_by("pk")]


def test_the_annexes_of_a_circular_go_with_each_letter(w):
    units = [w.north.pk, w.south.pk, w.north_1.pk]
    for _twice in range(2):
        assert written(w, units=units, files=[form_file(), form_file("Guía.txt")]).status_code == 302
    cases = [letter.case for letter in Circular.objects.get().letters.order_by("case__number")]
    assert [annexes_of(case) for case in cases] == [["Formato.csv", "Guía.txt"]] * 3
    rows = DocumentVersion.objects.filter(document__attachment__case__in=cases)
    assert rows.count() == len({row.document_id for row in rows}) == 6 and rows.values("blob").distinct().count() == 1
    client = Client()
    client.force_login(w.south_head.user)
    south = next(case for case in cases if case.letter.addressee_unit == w.south)
    mine = Attachment.objects.filter(case=south).first().document
    assert str(mine.uuid) in client.get(f"/correspondencia/{south.pk}/").content.decode()


def test_the_annex_of_a_letter_is_attached_once_and_stands_after_its_paper(w):
    for _twice in range(2):
        assert written(w, addressee="Secretaría de Finanzas", files=form_file()).status_code == 302
    case = Letter.objects.get().case
    assert [one.attachment.document.title.rpartition(".")[2] for one in attached(case)] == ["pdf", "csv"]


def test_a_circular_to_several_outside(w):
    said = "Presidencia Municipal de Toluca\r\n\r\nPresidencia Municipal de Metepec\r\nPresidencia Municipal de Toluca"
    assert written(w, others=said, addressee="Secretaría de Finanzas").status_code == 302
    letters = Circular.objects.get().letters.select_related("case").order_by("case__number")
    assert [letter.addressee for letter in letters] == [
        "Secretaría de Finanzas", "Presidencia Municipal de Toluca", "Presidencia Municipal de Metepec"]
    assert {letter.case.state for letter in letters} == {"sent"}


def test_what_is_wrong_with_the_addressees_is_told(w):
    nobody, long = written(w), written(w, others="x" * 301)
    assert nobody.status_code == long.status_code == 422
    assert "Escriba a quién va dirigido o elija unidades." in nobody.content.decode()
    assert "Cada destinatario admite hasta 300 caracteres" in long.content.decode() and not Letter.objects.exists()


def test_one_tick_sends_it_to_every_other_unit(w):
    assert written(w, everyone="on", units=[w.north.pk]).status_code == 302
    to = {letter.addressee_unit for letter in Circular.objects.get().letters.select_related("addressee_unit")}
    assert to == set(Unit.objects.filter(institution=w.institution)) - {w.root}


def test_who_stands_in_for_an_absent_head_signs_for_them(w):
    """In the letterhead of another unit one's own post would say nothing; in one's own, one signs with one's own."""
    today = timezone.localdate()
    declare_absence(actor=w.north_head, person=w.north_head, draft=AbsenceDraft(today, today + timedelta(days=3), w.south_head))
    forget(w.south_head)
    for_them, own = write_letters(actor=w.south_head, drafts=[
        OutgoingDraft(unit, w.oficio, "Informe", "Se informa.", "Secretaría de Finanzas") for unit in (w.north, w.south)])
    post = w.north_head.appointments.get().post.title
    assert (for_them.letter.signatory, for_them.letter.post) == (w.south_head.name, f"En suplencia de {w.north_head.name}, {post}")
    assert own.letter.post == w.south_head.appointments.get().post.title
