"""What is done with a circular once it was sent: who has not read it is reminded, and it is cancelled as a whole."""
import io
import re
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests import make
from tests.pages import as_, text

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Answer, Attachment, Case, Move, Turn
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.cases.telling import tell_moves
from ventanilla.core.documents.services import FileDraft, store
from ventanilla.core.notices.models import Mail, Notice
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import ArchiveSeries, Circular
from ventanilla.modules.correspondence.services import circulars, circulars_sent
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular
from ventanilla.modules.correspondence.services.circulars_sent import cancel_circular, remind_circular, remind_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def circular(w, *units, **extra):
    return send_circular(actor=w.head, draft=CircularDraft(
        w.root, w.oficio, "Cierre de ejercicio", "Calendario.", units or [w.north, w.south], **extra))


def letter_to(sent, unit):
    return Case.objects.get(letter__circular=sent, letter__addressee_unit=unit)


def read(w, sent):
    """The north reads it."""
    spine.acknowledge(actor=w.north_head, turn=Turn.objects.get(case=letter_to(sent, w.north)))


def annex(w):
    return store(actor=w.head, files=[FileDraft("anexo.pdf", io.BytesIO(uuid4().bytes))])[0].document


def reminded():
    return sorted(Notice.objects.filter(kind="reminder").values_list("person_id", flat=True))


# --- reminding ------------------------------------------------------------------------------------------------


def test_whoever_has_not_read_it_is_told_once_in_the_centre_and_by_mail(w):
    sent = circular(w)
    read(w, sent)
    key = uuid4()
    made = [remind_circular(actor=w.head, circular=sent, uuid=key) for _twice in range(2)]
    assert made[0] == made[1] and made[0].addressees == 1
    assert reminded() == [w.south_head.pk]
    notice = Notice.objects.get(kind="reminder")
    assert (notice.url, notice.body) == (reverse("letter", args=[letter_to(sent, w.south).pk]), "Cierre de ejercicio")
    assert list(Mail.objects.values_list("to", flat=True)) == [w.south_head.user.email]
    assert Entry.objects.filter(verb="letter.circular_reminded", subject=f"circular:{sent.pk}").count() == 1


def test_it_is_not_repeated_within_the_hour_and_ends_when_all_have_read_it(w):
    sent = circular(w)
    first = remind_circular(actor=w.head, circular=sent)
    with pytest.raises(Refused, match="espere una hora"):
        remind_circular(actor=w.head, circular=sent)
    type(first).objects.update(at=timezone.now() - timedelta(hours=2))
    assert remind_circular(actor=w.head, circular=sent).addressees == 2
    type(first).objects.update(at=timezone.now() - timedelta(hours=2))
    Turn.objects.filter(case__letter__circular=sent).update(read_at=timezone.now())
    with pytest.raises(Refused, match="ya la leyeron"):
        remind_circular(actor=w.head, circular=sent)


def test_whoever_has_several_of_its_letters_is_told_once_and_led_to_the_circular(w):
    give(actor=None, person=w.south_head, role="head", unit=w.north)
    w.north_head.grants.all().delete()
    sent = circular(w)
    remind_circular(actor=w.head, circular=sent)
    assert reminded() == [w.south_head.pk]
    assert Notice.objects.get(kind="reminder").url == reverse("circular", args=[sent.pk])


def test_only_who_routes_where_it_was_written_reminds_and_cancels(w):
    sent = circular(w)
    for who in (w.north_head, w.south_head, w.staff):
        with pytest.raises(NotAllowed):
            remind_circular(actor=who, circular=sent)
        with pytest.raises(NotAllowed):
            cancel_circular(actor=who, circular=sent, reason="No")
    page = text(as_(w.north_head).get(reverse("circular", args=[sent.pk])))
    assert "Cancelar la circular" not in page and "Recordar a quien" not in page
    assert as_(w.north_head).get(reverse("circular_cancel", args=[sent.pk])).status_code == 404
    assert as_(w.north_head).post(reverse("circular_remind", args=[sent.pk]), {"uuid": uuid4()}).status_code == 404
    assert as_(w.staff).get(reverse("circular_cancel", args=[sent.pk])).status_code == 404


def test_the_platform_reminds_by_itself_once_when_its_working_days_have_passed(w):
    sent = circular(w, remind_after=3)
    assert sent.remind_at > timezone.now() + timedelta(days=2)
    assert remind_due(timezone.now()) == 0 and reminded() == []
    read(w, sent)
    due = sent.remind_at + timedelta(hours=1)
    assert [remind_due(due) for _morning in range(2)] == [1, 0]
    assert reminded() == [w.south_head.pk]
    sent.refresh_from_db()
    assert sent.remind_at is None and sent.reminders.get().person is None
    assert "Lo envió la plataforma." in text(as_(w.head).get(reverse("circular", args=[sent.pk])))


def test_one_that_everybody_has_read_is_not_looked_at_again(w):
    sent = circular(w, w.north, remind_after=1)
    read(w, sent)
    assert remind_due(sent.remind_at) == 0
    sent.refresh_from_db()
    assert sent.remind_at is None and not sent.reminders.exists()


def test_the_page_reminds_and_says_when_it_last_did(w):
    sent, head = circular(w), as_(w.head)
    address = reverse("circular", args=[sent.pk])
    page = text(head.get(address))
    assert "Recordar a quien no la ha leído (2)" in page and "Último recordatorio" not in page
    data = {"uuid": str(uuid4())}
    for _twice in range(2):
        assert head.post(reverse("circular_remind", args=[sent.pk]), data).status_code == 302
    assert sent.reminders.count() == 1 and len(reminded()) == 2
    page = text(head.get(address))
    assert "Último recordatorio" in page and w.head.name in page


def test_the_form_asks_when_to_remind(w):
    data = {"uuid": uuid4(), "unit": w.root.pk, "type": w.oficio.pk, "subject": "Cierre", "text": "Texto", "units": [w.north.pk],
            "purpose": "information", "remind_after": "5"}
    assert as_(w.head).post(reverse("letter_write"), data).status_code == 302
    sent = Circular.objects.get()
    assert "se le recordará después del" in text(as_(w.head).get(reverse("circular", args=[sent.pk])))


# --- cancelling -----------------------------------------------------------------------------------------------


def test_every_letter_keeps_its_folio_as_cancelled_and_what_was_read_stays(w):
    sent = circular(w)
    read(w, sent)
    folios = list(Case.objects.filter(letter__circular=sent).order_by("pk").values_list("folio", flat=True))
    cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha")
    cases = list(Case.objects.filter(letter__circular=sent).order_by("pk"))
    assert [c.folio for c in cases] == folios and {c.state for c in cases} == {"cancelled"}
    states = dict(Turn.objects.filter(case__in=cases).values_list("unit__name", "state"))
    assert states == {"Dirección Norte": "read", "Dirección Sur": "cancelled"}
    sent.refresh_from_db()
    assert (sent.cancelled_by, sent.cancel_reason) == (w.head, "Cambió la fecha")
    with pytest.raises(Refused, match="se canceló el"):
        cancel_circular(actor=w.head, circular=sent, reason="Otra vez")
    with pytest.raises(Refused, match="se canceló el"):
        remind_circular(actor=w.head, circular=sent)
    assert "Cambió" not in Entry.objects.get(verb="letter.circular_cancelled", subject=f"circular:{sent.pk}").detail


def test_of_one_for_action_what_is_done_stays_and_what_is_owed_is_withdrawn_with_what_hangs_from_it(w):
    sent = circular(w, w.north, w.south, w.north_1, purpose="action")
    done, routed, answered = (Turn.objects.get(case=letter_to(sent, unit)) for unit in (w.north, w.south, w.north_1))
    spine.answer(actor=w.north_head, turn=done, draft=AnswerDraft("Enterados"))
    spine.approve(actor=w.head, turn=done)
    below = make.turn(routed.case, w.south_head, w.south_1, parent=routed)[0]
    spine.answer(actor=w.north_1_head, turn=answered, draft=AnswerDraft("Va"))
    cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha")
    found = dict(Turn.objects.filter(pk__in=[done.pk, routed.pk, below.pk, answered.pk]).values_list("pk", "state"))
    assert found == {done.pk: "closed", routed.pk: "cancelled", below.pk: "cancelled", answered.pk: "cancelled"}
    assert Answer.objects.get(turn=done).verdict == "accepted"
    assert {c.state for c in Case.objects.filter(letter__circular=sent)} == {"cancelled"}


def test_what_was_delivered_outside_keeps_its_delivery_and_what_is_archived_stays_there(w):
    sent = circular(w, w.north, outsiders=["Ana Ruiz, Finanzas"])
    inside, outside = letter_to(sent, w.north), letter_to(sent, None)
    letters.note_delivery(actor=w.head, case=outside, draft=letters.DeliveryDraft(timezone.now(), "personal", "Ana Ruiz"))
    file = letters.open_file(actor=w.head, unit=w.root, title="Circulares", series=ArchiveSeries.objects.get(institution=w.institution))
    letters.archive(actor=w.head, case=inside, draft=letters.PlaceDraft(file, 1))
    cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha")
    inside.refresh_from_db()
    outside.refresh_from_db()
    assert (inside.state, outside.state, outside.letter.delivered_to) == ("archived", "cancelled", "Ana Ruiz")
    page = text(as_(w.head).get(reverse("letter", args=[inside.pk])))
    assert "La circular de este oficio se canceló" in page and "Cambió la fecha" in page


def test_each_addressee_is_told_once_with_the_reason(w):
    sent = circular(w)
    read(w, sent)
    cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha")
    moves = Move.objects.filter(case__letter__circular=sent, verb__in=["cancel_circular", "withdraw"]).select_related("case")
    for _twice in range(2):
        tell_moves(list(moves))
    told = Notice.objects.filter(body__contains="Cambió la fecha")
    assert sorted(told.values_list("person_id", flat=True)) == sorted([w.north_head.pk, w.south_head.pk])


def test_the_page_asks_why_and_says_it_afterwards(w):
    sent, head = circular(w, w.north, outsiders=["Ana Ruiz, Finanzas"]), as_(w.head)
    address, page = reverse("circular_cancel", args=[sent.pk]), reverse("circular", args=[sent.pk])
    assert "A quienes son de fuera (1), avíseles usted." in text(head.get(address))
    assert head.post(address, {"uuid": uuid4(), "reason": " "}).status_code == 422
    data = {"uuid": uuid4(), "reason": "Cambió la fecha"}
    assert [head.post(address, data).status_code for _twice in range(2)] == [302, 422]
    assert Move.objects.filter(verb="cancel_circular").count() == 2
    shown = text(head.get(page))
    assert "Esta circular se canceló el" in shown and "Cambió la fecha" in shown
    assert "Cancelar la circular" not in shown and "Recordar a quien" not in shown
    rows = as_(w.head).get(reverse("screen_json", args=["circulares"]), {"cancelada": "si"}).json()["filas"]
    assert [row["subject"] for row in rows] == ["Cierre de ejercicio"]
    assert head.get(reverse("screen_json", args=["circulares"]), {"cancelada": "no"}).json()["filas"] == []


def test_the_database_keeps_who_when_and_why_together(w):
    sent = circular(w)
    for changed in ({"cancelled_at": timezone.now()}, {"cancel_reason": "Así"}, {"cancelled_by": w.head}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Circular.objects.filter(pk=sent.pk).update(**changed)


# --- many at once, killed, twice at once ----------------------------------------------------------------------


@pytest.mark.parametrize("at", ["route_each", "take_step_each", "record"])
def test_killed_while_it_is_sent_nothing_of_it_is_there_and_its_form_sends_it_whole(w, monkeypatch, at):
    def killed(**_given):
        raise SystemExit

    draft = CircularDraft(w.root, w.oficio, "Cierre", "Calendario.", [w.north, w.south], annexes=[annex(w)])
    with monkeypatch.context() as patch:
        patch.setattr(circulars, at, killed if at != "record" else lambda *_a, **_k: killed())
        with pytest.raises(SystemExit):
            send_circular(actor=w.head, draft=draft)
    assert not Circular.objects.exists() and not Case.objects.exists() and not Turn.objects.exists()
    sent = [send_circular(actor=w.head, draft=draft) for _twice in range(2)]
    assert sent[0] == sent[1]
    assert list(Case.objects.order_by("pk").values_list("number", "state")) == [(1, "concluded"), (2, "concluded")]
    assert Attachment.objects.filter(role="annex").count() == Turn.objects.count() == 2


@pytest.mark.parametrize("at", ["withdraw_each", "take_step_each", "record"])
def test_killed_while_it_is_cancelled_it_stands_and_is_cancelled_whole_afterwards(w, monkeypatch, at):
    sent = circular(w)
    before = list(Case.objects.order_by("pk").values_list("folio", "state"))
    real = getattr(circulars_sent, at)

    def killed(*given, **named):
        real(*given, **named)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(circulars_sent, at, killed)
        with pytest.raises(SystemExit):
            cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha")
    assert list(Case.objects.order_by("pk").values_list("folio", "state")) == before
    assert Turn.objects.open().count() == 2 and not Move.objects.filter(verb="cancel_circular").exists()
    cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha")
    assert list(Case.objects.order_by("pk").values_list("folio", "state")) == [(folio, "cancelled") for folio, _state in before]
    assert Move.objects.filter(verb="cancel_circular").count() == 2 and not Turn.objects.open().exists()


def test_what_was_passed_on_for_information_is_withdrawn_too_also_below_a_turn_that_is_done(w):
    sent = circular(w, w.north, w.south, w.north_1, purpose="action")
    done, owed, deep = (Turn.objects.get(case=letter_to(sent, unit)) for unit in (w.north, w.south, w.north_1))
    told = [make.turn(done.case, w.north_head, w.north_2, parent=done, purpose="information")[0],
            make.turn(owed.case, w.south_head, w.south_1, parent=owed, purpose="information")[0]]
    below = make.turn(deep.case, w.north_1_head, w.north_2, parent=deep)[0]
    told.append(make.turn(deep.case, w.north_2_head, w.south_1, parent=below, purpose="information")[0])
    for turn, writer, judge in ((done, w.north_head, w.head), (below, w.north_2_head, w.north_1_head)):
        spine.answer(actor=writer, turn=turn, draft=AnswerDraft("Va"))
        spine.approve(actor=judge, turn=turn)
    cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha")
    assert set(Turn.objects.filter(pk__in=[t.pk for t in told]).values_list("state", flat=True)) == {"cancelled"}
    assert not Turn.objects.filter(case__letter__circular=sent).open().exists()
    assert set(Turn.objects.filter(pk__in=[done.pk, below.pk]).values_list("state", flat=True)) == {"closed"}


def test_one_key_reminds_of_two_circulars(w):
    key, both = str(uuid4()), [circular(w), circular(w)]
    for sent in (*both, both[0]):
        assert as_(w.head).post(reverse("circular_remind", args=[sent.pk]), {"uuid": key}).status_code == 302
    assert [sent.reminders.count() for sent in both] == [1, 1]


def test_one_that_only_goes_outside_has_no_turns_and_is_cancelled_too(w):
    for purpose in ("information", "action"):
        sent = send_circular(actor=w.head, draft=CircularDraft(w.root, w.oficio, "Cierre", "Texto.", [], purpose, outsiders=["Ana Ruiz", "Congreso"]))
        assert set(sent.letters.values_list("case__state", flat=True)) == {"sent"} and not Turn.objects.exists()
        with pytest.raises(Refused, match="ya la leyeron"):
            remind_circular(actor=w.head, circular=sent)
        cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha")
        assert set(sent.letters.values_list("case__state", flat=True)) == {"cancelled"}


# --- sent again -----------------------------------------------------------------------------------------------


def test_a_form_that_comes_back_with_something_else_is_told_and_the_next_time_is_meant(w):
    head, address = as_(w.head), reverse("letter_write")
    data = {"uuid": str(uuid4()), "unit": w.root.pk, "type": w.oficio.pk, "subject": "Cierre", "text": "Texto", "units": [w.north.pk],
            "others": "Congreso", "purpose": "information"}
    assert [head.post(address, data).status_code for _twice in range(2)] == [302, 302]
    for change in ({"units": [w.north.pk, w.south.pk]}, {"text": "Otro"}, {"subject": "Otro"}, {"others": "Congreso\nAyuntamiento"}):
        told = head.post(address, data | change)
        page = told.content.decode()
        assert told.status_code == 422 and "como circular a 2 destinatarios. Ahora no se envió nada" in page, page
        assert data["uuid"] not in page
    assert Circular.objects.count() == 1 and Case.objects.count() == 2
    again = re.search(r'name="uuid" value="([^"]+)"', page)[1]
    assert head.post(address, data | change | {"uuid": again}).status_code == 302
    assert sorted(len(c.letters.all()) for c in Circular.objects.all()) == [2, 3]


def test_the_key_of_a_circular_opens_it_to_nobody_else(w):
    draft = CircularDraft(w.root, w.oficio, "Cierre", "Calendario.", [w.north])
    send_circular(actor=w.head, draft=draft)
    stranger = make.world()
    for who, mine in ((make.person(w.institution, w.root, "head"), draft),
                      (stranger.head, replace(draft, unit=stranger.root, type=stranger.oficio, addressees=[stranger.north]))):
        with pytest.raises(NotAllowed):
            send_circular(actor=who, draft=mine)


def test_a_circular_to_many_costs_no_more_statements_than_one_to_few(w):
    def statements(work):
        with CaptureQueriesContext(connection) as asked:
            return work(), len(asked)

    units = [make.unit(w.institution, f"Oficina {n}", w.root, code=f"OF{n}") for n in range(30)]
    counts = []
    circular(w)  # what is settled is read once
    for some in (units[:22], units):
        sent, sending = statements(lambda some=some: circular(w, *some, annexes=[annex(w)]))
        _made, reminding = statements(lambda sent=sent: remind_circular(actor=w.head, circular=sent))
        _same, cancelling = statements(lambda sent=sent: cancel_circular(actor=w.head, circular=sent, reason="Cambió la fecha"))
        counts.append((sending, reminding, cancelling))
    assert counts[0] == counts[1] and max(counts[0]) <= 80


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_one_circular():
    w = make.world()
    draft, found, ready = CircularDraft(w.root, w.oficio, "Cierre", "Calendario.", [w.north, w.south]), [], Barrier(2, timeout=120)

    def send():
        try:
            ready.wait()
            found.append(send_circular(actor=w.head, draft=draft).pk)
        finally:
            connection.close()

    both = [Thread(target=send) for _twice in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(120)
    assert len(found) == 2 and len(set(found)) == 1
    assert sorted(Case.objects.values_list("number", flat=True)) == [1, 2] and Turn.objects.count() == 2
