"""Letters that leave and circulars: consecutive folios, papers, who has read."""
import pytest
from tests import make

from ventanilla.core.cases import services as spine
from ventanilla.core.orgs.models import Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.models import Circular, Letter
from ventanilla.modules.correspondence.services.circulars import CircularDraft, addressees, send_circular
from ventanilla.modules.correspondence.services.outgoing import OutgoingDraft, make_paper, write_letters

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
    from django.test import Client
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
