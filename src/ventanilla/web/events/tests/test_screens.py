"""The centre shows one's own notices only while their matter opens; deadlines are told once."""
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Access, Clock, Move
from ventanilla.core.cases.telling import tell_deadlines, tell_moves, tell_note
from ventanilla.core.cases.terms import Term
from ventanilla.core.notices.models import Mark, Notice
from ventanilla.core.notices.services import NoticeDraft, notify

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def browser(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def kinds(person):
    return sorted(Notice.objects.filter(person=person).values_list("kind", flat=True))


def test_only_ones_own_and_only_while_the_matter_opens(w):
    case = make.letter(w, actor=w.clerk, subject="Los Álamos")
    tell_moves(list(Move.objects.select_related("case")))
    page = browser(w.head).get("/avisos/").content.decode()
    assert "Los Álamos" in page and "Los Álamos" not in browser(w.north_head).get("/avisos/").content.decode()
    assert browser(w.head).get("/avisos/numero/").json() == {"unread": 1}
    Access.objects.filter(case=case).delete()
    assert browser(w.head).get("/avisos/numero/").json() == {"unread": 0}
    assert "Los Álamos" not in browser(w.head).get("/avisos/?ver=todos").content.decode()


def test_a_folio_in_a_title_stays_on_one_line(w):
    notify(recipients=[w.head.pk], draft=NoticeDraft("system", "Le turnaron DGA/E/12/2026: <i>agua</i> y/o luz", "a"))
    notify(recipients=[w.head.pk], draft=NoticeDraft("system", f"Llegó {'DGA' * 9}/1/2026", "b"))
    page = browser(w.head).get("/avisos/").content.decode()
    assert '<span>Le turnaron <span class="nowrap">DGA/E/12/2026:</span> &lt;i&gt;agua&lt;/i&gt; y/o luz</span>' in page
    assert f"<span>Llegó {'DGA' * 9}/1/2026</span>" in page  # wider than a telephone


def test_opening_marks_as_read_and_never_leads_elsewhere(w):
    inside = notify(recipients=[w.head.pk], draft=NoticeDraft("system", "Listo", "a", url="/listas/"))[0]
    outside = notify(recipients=[w.head.pk], draft=NoticeDraft("system", "Listo", "b", url="//malo.example.org/"))[0]
    assert browser(w.head).get(f"/avisos/{inside.uuid}/")["Location"] == "/listas/"
    assert browser(w.head).get(f"/avisos/{outside.uuid}/")["Location"] == "/avisos/"
    assert browser(w.north_head).get(f"/avisos/{inside.uuid}/").status_code == 404
    assert not Notice.objects.filter(read_at=None).exists()


def test_marking_and_choosing(w):
    first, _second = (notify(recipients=[w.head.pk], draft=NoticeDraft("system", "Listo", k))[0] for k in "ab")
    client = browser(w.head)
    client.post("/avisos/leidos/", {"aviso": [str(first.uuid), "no"]})
    assert Notice.objects.filter(read_at=None).count() == 1
    browser(w.north_head).post("/avisos/leidos/", {"todos": "1"})
    assert Notice.objects.filter(read_at=None).count() == 1
    client.post("/avisos/leidos/", {"todos": "1"})
    assert not Notice.objects.filter(read_at=None).exists()
    assert client.post("/avisos/preferencias/", {"centro-turn": "on", "correo-turn": "now"}).status_code == 302
    assert w.head.notice_preferences.get(kind="turn").mail == "now"


def test_a_ticket_needs_a_session(w):
    assert Client().get("/eventos/boleto/").status_code == 401
    assert browser(w.head).get("/eventos/boleto/").json()["ticket"]
    assert Client().get("/avisos/").status_code == 302


def test_deadlines_are_told_once_to_who_must_act(w):
    make.turn(make.letter(w), w.head, w.north, term=Term(3))
    clock = Clock.objects.get(turn_id__isnull=False)
    tell_deadlines(clock.start)
    tell_deadlines(clock.amber_at - timedelta(minutes=1))
    assert not Notice.objects.exists()
    tell_deadlines(clock.amber_at)
    tell_deadlines(clock.amber_at)
    assert kinds(w.north_head) == ["due_soon"] and "due_soon" not in kinds(w.south_head)
    hour = timezone.localtime(clock.due_at)
    assert f"{hour.hour}:{hour.minute:02}." in Notice.objects.get(kind="due_soon", person=w.north_head).body
    Mark.objects.filter(pk="deadlines").update(at=clock.start)  # looked at twice, after a crash
    tell_deadlines(clock.due_at)
    assert kinds(w.north_head) == ["due_soon", "overdue"] and "overdue" in kinds(w.head)


def test_a_mention_reaches_only_who_may_read(w):
    from uuid import uuid4

    from ventanilla.core.cases.services import add_note
    case = make.letter(w)
    note = add_note(actor=w.head, case=case, text="Vea esto", uuid=uuid4())
    assert tell_note(note, [w.clerk, w.south_head, w.head]) == 1
    assert kinds(w.clerk) == ["mention"] and kinds(w.south_head) == []
