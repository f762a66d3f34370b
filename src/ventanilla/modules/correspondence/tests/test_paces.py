"""How long stages took is kept by triggers: whatever happens to turns, answers and letters, the rows are those of a plain count."""
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Answer, Case, Turn
from ventanilla.modules.correspondence.models import Pace
from ventanilla.modules.correspondence.services import figures

STAGES = ("instruct", "read", "answer", "evaluate", "conclude")
AWAY = ("sent_back", "withdrawn")


class Undone(Exception):
    """Leaves a block that is taken back."""


def plain():
    """The stages of every turn, by reading everything in Python."""
    rows = {}
    for t in Turn.objects.filter(purpose="action", parent=None, case__kind="letter").select_related("case"):
        if t.state == "cancelled" or t.case.state == "cancelled":
            continue
        final = next((a for a in Answer.objects.filter(turn=t, partial=False) if a.verdict not in AWAY), None)
        pairs = [(t.case.received_at, t.sent_at), (t.sent_at, t.read_at), (t.read_at or t.sent_at, final and final.at),
                 (final and final.at, final and final.verdict_at), (final and final.verdict_at, t.case.closed_at)]
        rows[t.pk] = (t.unit_id, t.sent_at, *[(b - a).total_seconds() if a and b else None for a, b in pairs])
    return rows


def kept():
    return {p.turn_id: (p.unit_id, p.sent_at, *(getattr(p, name) for name in STAGES)) for p in Pace.objects.all()}


def same(one, other):
    assert one.keys() == other.keys()
    for pk, row in one.items():
        assert row[:2] == other[pk][:2] and row[2:] == pytest.approx(other[pk][2:]), pk


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_random_lives_leave_the_rows_of_a_plain_count(seed):
    w, chance, now = make.world(), random.Random(seed), timezone.now()
    units = [w.north, w.south, w.north_1]
    for n in range(12):
        case = make.letter(w, subject=f"Asunto {n}")
        make.turn(case, w.head, *chance.sample(units[:2], chance.choice((1, 2))), purpose=chance.choice(("action", "action", "information")))

    def moment():
        return now - timedelta(seconds=chance.randrange(1, 9_000_000))

    def answered(turn):
        partial = chance.random() < 0.3
        if partial or not Answer.objects.filter(turn=turn, partial=False).exclude(verdict__in=AWAY).exists():
            Answer.objects.create(turn=turn, person=w.north_head, partial=partial, at=moment())

    def judged(turn):
        verdict = chance.choice(("accepted", *AWAY))
        Answer.objects.filter(turn=turn, verdict="", partial=False).update(verdict=verdict, verdict_at=moment())

    doings = [
        answered, judged, lambda t: Turn.objects.filter(pk=t.pk).update(read_at=chance.choice((None, moment()))),
        lambda t: Turn.objects.filter(pk=t.pk).update(unit=chance.choice(units)),
        lambda t: Turn.objects.filter(pk=t.pk).update(**chance.choice(({"state": "sent", "closed_at": None}, {"state": "cancelled", "closed_at": now}))),
        lambda t: Turn.objects.filter(pk=t.pk).update(sent_at=moment()),
        lambda t: Case.objects.filter(pk=t.case_id).update(received_at=moment()),
        lambda t: Case.objects.filter(pk=t.case_id).update(closed_at=chance.choice((None, moment()))),
        lambda t: Case.objects.filter(pk=t.case_id).update(state=chance.choice(("registered", "registered", "cancelled"))),
        lambda t: Answer.objects.filter(turn=t, partial=True).delete(),
        lambda t: Answer.objects.filter(turn__case=t.case_id).update(at=moment()),
    ]
    with pytest.raises(Undone), transaction.atomic():  # what lives may be is guarded when it is committed; this is never
        for _time in range(250):
            chance.choice(doings)(chance.choice(list(Turn.objects.all())))
        same(kept(), plain())
        for _time in range(5):
            some, first, last = chance.sample(units, 2), *sorted((moment(), moment()))
            medians_are_those_of_the_rows([u.pk for u in some], first, last)
        raise Undone


def medians_are_those_of_the_rows(units, first, last):
    rows = [row[2:] for row in plain().values() if row[0] in units and first <= row[1] < last]
    for stage, column in zip(figures.stage_hours(units, first, last), zip(*rows, strict=True) if rows else [()] * 5, strict=True):
        values = [v / 3600 for v in column if v is not None]
        assert stage.times == len(values) and stage.hours == (pytest.approx(median(values)) if values else None)


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_its_letter_changed_at_once_are_both_counted():
    """Whoever comes second sees what the first wrote: ten rounds of two sessions that commit when they like."""
    w = make.world()
    now = timezone.now().replace(microsecond=0)
    for n in range(10):
        turn = make.turn(make.letter(w, subject=f"Asunto {n}"), w.head, w.north)[0]
        ready = Barrier(2)

        def session(act, ready=ready):
            try:
                with transaction.atomic():
                    ready.wait(10)
                    act()
            finally:
                connection.close()

        doings = (lambda turn=turn: Answer.objects.create(uuid=uuid4(), turn=turn, at=now + timedelta(hours=2)),
                  lambda turn=turn: Case.objects.filter(pk=turn.case_id).update(received_at=now - timedelta(days=9)),)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(session, doings))
    same(kept(), plain())
    assert Pace.objects.exclude(answer=None).count() == 10
