"""Registering: folios without gaps, idempotent by key, one call of n equal to n calls of one."""
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Case, FolioSeries, Move, SearchRow, Tray
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.correspondence.models import Correspondent, Letter
from ventanilla.modules.correspondence.services import LetterDraft, issue_receipt, register, verify_receipt
from ventanilla.modules.correspondence.services.registration import Sender, number_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def draft(w, n=0, **extra):
    return LetterDraft(w.root, w.oficio, f"Asunto {n}", Sender("municipal", "Ayuntamiento de Toluca", "Ana Peña"),
                       number=f"TOL/{n}/2026", **extra)


def test_the_folio_is_written_with_the_mask_of_the_desk(w):
    case = register(actor=w.clerk, drafts=[draft(w)])[0]
    assert case.folio == f"212C01010000000/E/1/{timezone.localdate().year}"


def test_one_call_of_n_equals_n_calls_of_one(w):
    other = make.world()
    register(actor=w.clerk, drafts=[draft(w, n) for n in range(5)])
    for n in range(5):
        register(actor=other.clerk, drafts=[draft(other, n)])

    def shape(world):
        cases = Case.objects.filter(institution=world.institution).order_by("number")
        return [(c.folio, c.subject, c.state, c.letter.number_key, c.moves.count(), c.trays.count(),
                 SearchRow.objects.filter(case=c).count(), c.access.count()) for c in cases]

    assert shape(w) == shape(other)
    assert Correspondent.objects.get(institution=w.institution).uses == 5


def test_the_same_key_is_the_same_letter(w):
    first = draft(w)
    again = register(actor=w.clerk, drafts=[first]) + register(actor=w.clerk, drafts=[first, draft(w, 1)])
    assert again[0] == again[1] != again[2]
    assert [c.number for c in Case.objects.order_by("id")] == [1, 2]


def test_a_cancelled_folio_stays_and_is_not_given_again(w):
    from ventanilla.modules.correspondence.services import cancel
    case = register(actor=w.clerk, drafts=[draft(w)])[0]
    cancel(actor=w.head, case=case, reason="Se capturó dos veces")
    assert register(actor=w.clerk, drafts=[draft(w, 1)])[0].number == 2


def test_who_may_not_register_there(w):
    with pytest.raises(NotAllowed):
        register(actor=w.staff, drafts=[draft(w)])


def test_a_desk_without_a_series_says_so(w):
    FolioSeries.objects.filter(unit=w.root, slug="incoming").update(active=False)
    with pytest.raises(Refused, match="numeración"):
        register(actor=w.clerk, drafts=[draft(w)])


@pytest.mark.parametrize(("field", "value"), [
    ("subject", "   "), ("subject", "x" * 10_000), ("dated", date(1899, 12, 31)), ("dated", date(9999, 1, 1)),
    ("received_at", timezone.now() + timedelta(days=2)),
])
def test_bad_values_are_refused_naming_the_field(w, field, value):
    with pytest.raises(Refused) as caught:
        register(actor=w.clerk, drafts=[replace(draft(w), **{field: value})])
    assert caught.value.field == field and Case.objects.count() == 0


@pytest.mark.parametrize(("field", "value", "word"), [
    ("received_at", datetime(1899, 5, 1, tzinfo=UTC), "anterior a 1990"), ("received_at", datetime(1, 1, 1, tzinfo=UTC), "anterior a 1990"),
    ("received_at", datetime(1989, 12, 31, tzinfo=UTC), "anterior a 1990"), ("received_at", timezone.now() + timedelta(days=2), "futuro"),
    ("dated", date(1899, 12, 31), "anterior a 1900"), ("dated", date(9999, 1, 1), "posterior a hoy"),
])
def test_a_slip_in_a_date_is_told_for_what_it_is(w, field, value, word):
    with pytest.raises(Refused, match=word):
        register(actor=w.clerk, drafts=[replace(draft(w), **{field: value})])


def test_marks_that_hide_or_turn_text_are_taken_out():
    assert clean_text("Hola\u202e\x00 mundo\u200f\n") == "Hola mundo"


def test_a_number_is_the_same_with_other_marks():
    assert number_key("212c0101000200s-347 / 2022") == number_key("212C0101000200S/347/2022")


def test_the_receipt_is_one_and_its_page_tells_nothing_personal(w):
    case = register(actor=w.clerk, drafts=[draft(w)])[0]
    receipt = issue_receipt(actor=w.clerk, case=case)
    assert issue_receipt(actor=w.clerk, case=case) == receipt == verify_receipt(receipt.code.lower())
    assert verify_receipt(receipt.code.replace("-", " ").lower()) == verify_receipt(receipt.code.replace("-", "")) == receipt
    assert verify_receipt("NADA-NADA-NADA") is None


def test_nothing_half_remains_when_the_registration_fails(w, monkeypatch):
    from ventanilla.core.cases.services import intake
    file = intake._file
    monkeypatch.setattr(intake, "_file", lambda *a: (file(*a), 1 / 0))  # the folio is taken by then
    with pytest.raises(ZeroDivisionError):
        register(actor=w.clerk, drafts=[draft(w)])
    assert (Case.objects.count(), Letter.objects.count(), Move.objects.count(), Tray.objects.count()) == (0, 0, 0, 0)
    monkeypatch.undo()
    assert register(actor=w.clerk, drafts=[draft(w)])[0].number == 1


def test_the_key_of_a_letter_gives_it_to_nobody_who_may_not_read_it(w):
    """Of the same person, and of whoever reads it, a repetition is the same letter."""
    draft = LetterDraft(w.root, w.oficio, "Reservado", Sender("state", "Secretaría de Finanzas"), level=2)
    case, other = register(actor=w.head, drafts=[draft])[0], make.world()
    assert register(actor=w.head, drafts=[draft]) == register(actor=make.person(w.institution, w.root, "head"), drafts=[draft]) == [case]
    for who, mine in ((w.south_head, replace(draft, unit=w.south)), (other.head, replace(draft, unit=other.root, type=other.oficio))):
        with pytest.raises(NotAllowed):
            register(actor=who, drafts=[mine])
    assert Case.objects.count() == 1


FORM = {"uuid": "6b0e8a0e-0000-4000-8000-0000000000c1", "direction": "incoming", "order": "state", "organisation": "Secretaría de Finanzas",
        "subject": "Solicitud de información", "number": "SF/12/2026", "received_at": "2026-01-05T10:00", "sheets": 1, "medium": "paper",
        "priority": 3, "level": 0}


def key_in(page):
    return re.search(r'name="uuid" value="([0-9a-f-]{36})"', page)[1]


@pytest.mark.parametrize("change", [{"subject": "Otra solicitud"}, {"number": "SF/13/2026"}, {"signatory": "Ana Peña"}])
def test_the_next_letter_written_over_the_last_one_is_not_taken_for_it(w, client, change):
    """Whoever goes back in the browser has the same form, with its key."""
    client.force_login(w.clerk.user)
    data = {**FORM, "unit": w.root.pk, "type": w.oficio.pk}
    assert client.post(reverse("letter_register"), data).status_code == client.post(reverse("letter_register"), data).status_code == 302
    first = Case.objects.get()
    told = client.post(reverse("letter_register"), {**data, **change})
    page = told.content.decode()
    assert told.status_code == 422 and f"con otros datos; lo de entonces está en {first.folio}. Ahora no se guardó nada." in page
    assert Case.objects.get() == first and key_in(page) != data["uuid"]
    assert client.post(reverse("letter_register"), {**data, **change, "uuid": key_in(page)}).status_code == 302
    assert Case.objects.count() == 2 and Case.objects.get(pk=first.pk).subject == "Solicitud de información"


def test_the_next_letter_that_is_written_here_over_the_last_one_is_not_taken_for_it(w, client):
    client.force_login(w.head.user)
    data = {"uuid": FORM["uuid"], "unit": w.root.pk, "type": w.oficio.pk, "subject": "Aviso", "text": "Texto", "addressee": "Ayuntamiento",
            "purpose": "information"}
    assert client.post(reverse("letter_write"), data).status_code == client.post(reverse("letter_write"), data).status_code == 302
    told = client.post(reverse("letter_write"), {**data, "text": "Otro texto"})
    assert told.status_code == 422 and Case.objects.count() == 1
    assert client.post(reverse("letter_write"), {**data, "text": "Otro texto", "uuid": key_in(told.content.decode())}).status_code == 302
    assert list(Letter.objects.order_by("pk").values_list("text", flat=True)) == ["Texto", "Otro texto"]


def test_the_key_of_somebody_else_says_nothing_of_their_letter(w, client):
    client.force_login(w.clerk.user)
    data = {**FORM, "unit": w.root.pk, "type": w.oficio.pk}
    assert client.post(reverse("letter_register"), data).status_code == 302
    client.force_login(w.head.user)
    other = client.post(reverse("letter_register"), {**data, "subject": "Otro"})
    assert "ya se envió" not in other.content.decode() and Case.objects.count() == 1
