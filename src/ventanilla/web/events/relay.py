"""The relay: reads new moves and notices ten times a second and alone tells screens, webhooks and mail.

Business transactions never NOTIFY (it would serialise their commits). Each round is one transaction: notices,
webhook deliveries, NOTIFY and the mark commit together, so a relay killed at any point repeats nothing that was
seen and loses nothing. One relay works; a second one stands by.
"""
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from django.db import DatabaseError, connection, transaction

from ventanilla.core.cases.models import Access, Move
from ventanilla.core.cases.telling import tell_moves
from ventanilla.core.cases.telling.moves import SILENT
from ventanilla.core.notices import outbox, tasks
from ventanilla.core.notices.models import Mail, Notice
from ventanilla.web.events import wire

PERIOD: Final = 0.1      # seconds between looks
BATCH: Final = 500       # rows a round
LOCK: Final = 0x56454E54_52454C59  # "VENTRELY": one relay at a time in this database

Listener = Callable[[Sequence[Move]], None]
_listeners: list[Listener] = []


def on_moves(listener: Listener) -> Listener:
    """Register who else reads moves (webhooks): called in the round's transaction, in order, exactly once each."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def round_of_moves() -> int:
    """One round over new moves; returns how many there were."""
    with transaction.atomic():
        ids = outbox.take("moves", BATCH)
        found = {m.pk: m for m in Move.objects.filter(pk__in=ids).select_related("case", "case__institution")}
        moves = [found[i] for i in ids if found[i].source not in SILENT]
        tell_moves(moves)
        for listener in _listeners:
            listener(moves)
        _send(payload for payload in _news(moves))
    return len(ids)


def round_of_notices() -> int:
    """One round over new notices: their people's badges; returns how many there were."""
    with transaction.atomic():
        ids = outbox.take("notices", BATCH)
        people = Notice.objects.filter(pk__in=ids, shown=True).values_list("person_id", flat=True)
        _send(wire.notice_news(sorted(set(people))))
    return len(ids)


def _news(moves: Sequence[Move]) -> Iterable[str]:
    """One payload per case and verb, to every token that opens the case (now, or once did)."""
    tokens: dict[int, list[int]] = defaultdict(list)
    for token, case_id in Access.objects.filter(case__in={m.case_id for m in moves}).values_list("token", "case_id"):
        tokens[case_id].append(token)
    for case_id, verb in dict.fromkeys((m.case_id, m.verb) for m in moves):
        yield from wire.case_news(case_id, verb, tokens[case_id])


def _send(payloads: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for payload in payloads:
            cursor.execute("SELECT pg_notify(%s, %s)", [wire.CHANNEL, payload])


_ROUNDS: Final = {"moves": round_of_moves, "notices": round_of_notices}


def one_round() -> int:
    """Everything that is new now; returns how many rows were read."""
    done = sum(_ROUNDS[name]() for name in sorted(outbox.waiting()))
    if done and Mail.objects.filter(state="queued", attempts=0).exists():
        tasks.hurry()
    return done


def run(stopping: Callable[[], bool], *, period: float = PERIOD) -> None:
    """Work until `stopping()`. A lost database is waited for; who holds the lock works, others stand by."""
    while not stopping():
        try:
            if _alone():
                _work(stopping, period)
            else:
                time.sleep(period * 5)
        except DatabaseError:
            connection.close()
            time.sleep(1)


def _alone() -> bool:
    """Hold the lock on this connection (it goes with the connection)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _work(stopping: Callable[[], bool], period: float) -> None:
    while not stopping():
        began = time.monotonic()
        if not one_round():
            time.sleep(max(0.0, period - (time.monotonic() - began)))
