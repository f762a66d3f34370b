"""Trays follow the newest state of a case, whoever else brings them up to date meanwhile."""
import time
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from tests import make

from ventanilla.core.cases import inbox
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Tray
from ventanilla.core.cases.places import refresh
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services import give

WAITS = "SELECT EXISTS (SELECT 1 FROM pg_locks l WHERE NOT l.granted AND pg_backend_pid() = ANY (pg_blocking_pids(l.pid)))"


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_refresh_beside_a_step_does_not_bring_the_past_back():
    w = make.world()
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]

    def beside() -> None:
        try:
            refresh([case.pk])
        finally:
            connection.close()

    other, end = Thread(target=beside), time.monotonic() + 120
    with transaction.atomic():
        spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Va la respuesta"))
        other.start()
        while not somebody_waits_for_us():
            assert time.monotonic() < end, "nobody waits"
            time.sleep(0.01)
    other.join(120)
    rows = Tray.objects.filter(case=case, turn_id=turn.pk).values_list("side", "tab")
    assert dict(rows) == {"holder": Tray.Tab.WAITING, "router": Tray.Tab.TO_EVALUATE}


@pytest.mark.django_db
@pytest.mark.parametrize("cap", [1, 3, 1000])
def test_a_tray_is_counted_to_the_limit_and_what_is_in_both_ways_once(monkeypatch, cap):
    """What waits in the trays of a unit and, also or only, for somebody by name."""
    monkeypatch.setattr(inbox, "CAP", cap)
    w = make.world()
    give(actor=None, person=w.staff, role="head", unit=w.north_1)
    for n in range(5):
        make.turn(make.letter(w), w.head, w.north)
        make.turn(make.letter(w, actor=w.north_head, unit=w.north), w.north_head, w.north_1, **({"person": w.staff} if n % 2 else {}))
    both = 0
    for person in (w.head, w.north_head, w.staff, w.nobody, w.clerk):
        tokens = inbox.work_tokens(reach_of(person))
        mine = Tray.objects.filter(Q(token__in=tokens) | Q(person=person))
        both += Tray.objects.filter(token__in=tokens, person=person).count()
        found = inbox.look(person, inbox.Place(limit=2), timezone.now())
        assert found.counts == {tab: min(cap + 1, mine.filter(tab=tab).count()) for tab in Tray.Tab.values}
        expected = list(mine.filter(tab=Tray.Tab.TO_DO).order_by("order_at", "pk").values_list("pk", flat=True))
        assert found.keys == expected[:2] and found.more == (len(expected) > 2)
        assert inbox.keys(person, inbox.Place(limit=100), timezone.now()) == expected
    assert both > 0
