"""Trays follow the newest state of a case, whoever else brings them up to date meanwhile."""
import time
from threading import Thread

import pytest
from django.db import connection, transaction
from tests import make

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Tray
from ventanilla.core.cases.places import refresh
from ventanilla.core.cases.services import AnswerDraft

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
