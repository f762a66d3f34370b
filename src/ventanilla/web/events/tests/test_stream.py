"""The whole way with real processes: a verb here, a relay and an events server there, browsers that listen."""
import pytest
from django.core import signing
from django.db import connection
from tests import make

from ventanilla.core.cases import services
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.notices import outbox
from ventanilla.core.notices.models import Notice
from ventanilla.web.events import hub as hubs
from ventanilla.web.events import tickets
from ventanilla.web.events.hub import Hub
from ventanilla.web.events.tests.processes import Browser, events, free_port, relay, wait
from ventanilla.web.events.tickets import Subscription

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]


@pytest.fixture
def w():
    made = make.world()
    outbox.rebase()
    return made


@pytest.fixture
def port():
    number = free_port()
    server = events(number)
    yield number
    server.kill()


@pytest.fixture
def teller():
    process = relay()
    yield process
    process.kill()


def test_everybody_up_the_chain_hears_and_nobody_else(w, port, teller):
    case = make.letter(w)
    north = make.turn(case, w.head, w.north)[0]
    child = make.turn(case, w.north_head, w.north_1, parent=north)[0]
    wait(lambda: Notice.objects.filter(person=w.north_1_head).exists())
    hearers = [Browser(port, p) for p in (w.head, w.north_head, w.north_1_head)]
    deaf = [Browser(port, p) for p in (w.south_head, w.nobody, w.admin)]
    services.answer(actor=w.north_1_head, turn=child, draft=AnswerDraft("Listo"))
    for browser in hearers:
        assert browser.news() == ("case", {"id": case.pk, "tray": True})
    assert hearers[0].news() == ("notice", {}) and hearers[1].news() == ("notice", {})
    assert [b.news(0.3) for b in (*deaf, hearers[2])] == [None] * 4


def test_false_old_and_foreign_requests_get_nothing(w, port):
    old = signing.dumps(w.head.pk, salt="otra cosa")
    assert Browser(port, ticket=old).status == 401 and Browser(port, ticket="").status == 401
    assert Browser(port, w.head, origin="http://localhost:8001").status == 403
    assert Browser(port, w.head, origin="").status == 200
    w.head.active = False
    w.head.save()
    assert Browser(port, w.head).status == 401


def test_a_stream_goes_on_where_it_stopped(w, port, teller):
    browser = Browser(port, w.head)
    first = make.letter(w)
    assert browser.news() == ("case", {"id": first.pk, "tray": True})
    browser.close()
    second = make.letter(w)
    witness = Browser(port, w.clerk)
    third = make.letter(w)
    while witness.news() != ("case", {"id": third.pk, "tray": True}):
        pass
    again = Browser(port, w.head, last=browser.last)
    assert [again.news()[1]["id"], again.news()[1]["id"]] == [second.pk, third.pk]
    assert Browser(port, w.head, last="otro-99").news() == ("resync", {})


def test_the_relay_killed_again_and_again_tells_each_once(w, port, teller):
    browser, cases = Browser(port, w.clerk), []
    for n in range(6):
        cases += [make.letter(w, subject=f"Oficio {n}").pk for _n in range(2)]
        teller.kill()
        teller.start()
    heard = [browser.news(40) for _n in cases]
    assert [data["id"] for _event, data in heard] == cases
    wait(lambda: "moves" not in outbox.waiting())
    assert Notice.objects.filter(kind="registered").count() == Notice.objects.values("dedupe").distinct().count()


def test_the_listener_comes_back_and_says_so(w, port, teller):
    browser = Browser(port, w.head)
    make.letter(w)
    assert browser.news()[0] == "case"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                       "WHERE datname = current_database() AND query LIKE 'LISTEN%' OR datname = current_database() "
                       "AND query = 'SELECT 1' AND pid <> pg_backend_pid()")
    news = [browser.news(30)]
    assert ("resync", {}) in news
    case = make.letter(w)
    found = browser.news(30)
    assert found == ("case", {"id": case.pk, "tray": True})


class Quiet(Hub):
    """A hub without a listener, for its rules alone."""

    def start(self):
        pass


def test_a_slow_browser_is_told_to_look_again(monkeypatch):
    monkeypatch.setattr(hubs, "QUEUE", 3)
    hub = Quiet()
    stream = hub.add(Subscription(1, frozenset({8}), frozenset({8})))
    for n in range(4):
        hub.publish({"k": "case", "c": n, "v": "x", "t": [8]})
    assert stream.queue.get_nowait()[1] == "resync" and stream.queue.empty()


def test_streams_of_a_person_are_bounded(monkeypatch):
    monkeypatch.setattr(hubs, "PER_PERSON", 2)
    hub = Quiet()
    first, *_others = [hub.add(Subscription(1, frozenset({8}), frozenset())) for _n in range(3)]
    assert first.queue.get_nowait() is None and len(hub.by_person[1]) == 2 and len(hub.by_token[8]) == 2
    for stream in list(hub.by_person[1]):
        hub.remove(stream)
    assert not hub.by_person and not hub.by_token


def test_tray_is_said_only_to_who_works_there():
    hub = Quiet()
    reader = hub.add(Subscription(1, frozenset({8}), frozenset()))
    worker = hub.add(Subscription(2, frozenset({8}), frozenset({8})))
    other = hub.add(Subscription(3, frozenset({9}), frozenset({9})))
    hub.publish({"k": "case", "c": 5, "v": "x", "t": [8, 12]})
    assert reader.queue.get_nowait()[2] == '{"id":5,"tray":false}'
    assert worker.queue.get_nowait()[2] == '{"id":5,"tray":true}' and other.queue.empty()


def test_a_ticket_is_short_lived(w):
    import time_machine
    with time_machine.travel("2026-11-20 10:00:00", tick=False):
        ticket = tickets.issue(w.head)
        assert tickets.redeem(ticket) == w.head.pk
    with time_machine.travel("2026-11-20 10:01:01", tick=False):
        assert tickets.redeem(ticket) is None
