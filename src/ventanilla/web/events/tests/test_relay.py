"""From a verb to notices and news: who is told, exactly once, in safe order, whatever is killed."""
import json
import threading

import psycopg
import pytest
from django.db import connection, transaction
from tests import make

from ventanilla.core.cases import services
from ventanilla.core.cases.models import Access, Move, Turn
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.notices import outbox
from ventanilla.core.notices.models import Notice
from ventanilla.web.events import relay, wire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def w():
    made = make.world()
    outbox.rebase()
    return made


def drain():
    while relay.one_round():
        pass


def kinds(person):
    return list(Notice.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


def listening():
    own = psycopg.connect(**{k: v for k, v in connection.get_connection_params().items()
                             if k in ("dbname", "user", "password", "host", "port")}, autocommit=True)
    own.execute(f"LISTEN {wire.CHANNEL}")
    return own


def heard(own):
    """All that was told until now: what is committed first is heard first, and our own word comes last."""
    own.execute(f"NOTIFY {wire.CHANNEL}, 'null'")
    return list(iter(lambda: json.loads(next(own.notifies()).payload), None))


def test_each_is_told_what_concerns_them_and_nobody_what_they_did(w):
    case = make.letter(w, actor=w.clerk)
    north = make.turn(case, w.head, w.north)[0]
    child = make.turn(case, w.north_head, w.north_1, parent=north)[0]
    services.answer(actor=w.north_1_head, turn=child, draft=AnswerDraft("Listo"))
    drain()
    assert kinds(w.head) == ["registered", "answer"]
    assert kinds(w.north_head) == ["turn", "answer"]
    assert kinds(w.north_1_head) == ["turn"] and kinds(w.staff) == ["turn"]
    assert kinds(w.south_head) == kinds(w.nobody) == kinds(w.admin) == []


def test_sent_back_approved_returned_and_concluded(w):
    case = make.letter(w)
    north, south = make.turn(case, w.head, w.north, w.south)
    services.answer(actor=w.north_head, turn=north, draft=AnswerDraft("Va"))
    services.send_back(actor=w.head, turn=Turn.objects.get(pk=north.pk), reason="Falta el anexo")
    services.answer(actor=w.north_head, turn=Turn.objects.get(pk=north.pk), draft=AnswerDraft("Con anexo"))
    services.approve(actor=w.head, turn=Turn.objects.get(pk=north.pk))
    services.return_turn(actor=w.south_head, turn=south, reason="No es de aquí")
    drain()
    assert kinds(w.north_head) == ["turn", "sent_back", "approved"]
    assert "Falta el anexo" in Notice.objects.get(person=w.north_head, kind="sent_back").body
    assert kinds(w.head) == ["answer", "answer", "returned", "ready"]
    assert kinds(w.south_head) == ["turn"]


def test_a_reserved_matter_does_not_say_its_subject(w):
    case = make.letter(w, level=2, subject="Secreto")
    make.turn(case, w.head, w.north, text="Vea el secreto")
    drain()
    told = Notice.objects.get(person=w.north_head)
    assert "ecreto" not in told.title + told.body
    assert not Notice.objects.filter(person=w.clerk).exists()


def test_a_second_reading_adds_nothing(w):
    make.letter(w, actor=w.clerk)
    drain()
    before = Notice.objects.count()
    moves = Move.objects.select_related("case")
    from ventanilla.core.cases.telling import tell_moves
    tell_moves(moves)
    assert Notice.objects.count() == before == 1
    assert "moves" not in outbox.waiting() and relay.one_round() == 0


def test_what_was_not_committed_is_done_again_and_heard_once(w):
    case = make.letter(w, actor=w.clerk)
    own = listening()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        relay.round_of_moves()
        raise ZeroDivisionError
    assert not Notice.objects.exists() and heard(own) == []
    drain()
    news = heard(own)
    own.close()
    assert [n["v"] for n in news if n["k"] == "case"] == ["register"]
    assert set(news[0]["t"]) == set(Access.objects.filter(case=case).values_list("token", flat=True))
    assert [n["p"] for n in news if n["k"] == "notice"] == [[w.head.pk]]


def test_a_late_commit_is_found_and_holds_nobody_back(w):
    """The first transaction takes its number first and commits last; the second one is told meanwhile."""
    wrote, go = threading.Event(), threading.Event()
    ready = make.letter(w, actor=w.north_head, unit=w.north)
    drain()

    def slow():
        with transaction.atomic():
            make.letter(w, actor=w.clerk, subject="Lento")
            wrote.set()
            go.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    wrote.wait(10)
    make.turn(ready, w.north_head, w.north_1)
    drain()
    assert kinds(w.north_1_head) == ["turn"] and kinds(w.head) == []
    go.set()
    thread.join()
    drain()
    assert kinds(w.head) == ["registered"] and kinds(w.north_1_head) == ["turn"]


def test_a_backlog_is_read_in_batches_once(w, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 3)
    for n in range(8):
        make.letter(w, actor=w.clerk, subject=f"Oficio {n}")
    drain()
    assert Notice.objects.filter(person=w.head, kind="registered").count() == 8


def test_imported_history_tells_nobody(w):
    make.letter(w, actor=w.clerk, source="import")
    drain()
    assert not Notice.objects.exists()


def test_after_a_restore_old_rows_stay_silent(w):
    make.letter(w, actor=w.clerk)
    outbox.rebase()
    drain()
    assert not Notice.objects.exists()
    make.letter(w, actor=w.clerk)
    drain()
    assert Notice.objects.count() == 1
