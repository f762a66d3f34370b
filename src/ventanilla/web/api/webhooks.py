"""Webhooks: a delivery row per move and subscriber, written by the relay; sent signed, tried again, seen by people.

The signature is HMAC-SHA256 (RFC 2104) of "<unix time>.<body>", in `Ventanilla-Signature: t=<unix time>,v1=<hex>`.
A body holds ids and states, never a subject or a name: whoever receives it asks the API with a token of its own.
"""
import hashlib
import hmac
import json
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final

import httpx
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.cases.kinds import kinds
from ventanilla.core.cases.models import Move, Turn
from ventanilla.core.cases.words import steps_of
from ventanilla.web.api import guard
from ventanilla.web.api.models import Delivery, Subscription

PAUSES: Final = (10, 60, 300, 1800, 7200, 21600)  # seconds before the next try
MOST_ATTEMPTS: Final = 12


def events_of(institution_id: int) -> list[tuple[str, dict[str, str]]]:
    """What an address may ask for, by kind of matter: the kind, and each event with what its step is called there. Kinds that are routed
    have the steps of turns too."""
    found = []
    for kind in kinds():
        own = steps_of(institution_id, kind.flow)
        turns = steps_of(institution_id, TURN_FLOW) | steps_of(institution_id, INFO_FLOW) if "route" in own else {}
        told = {name: _("Turno: %(step)s") % {"step": label} for name, label in turns.items() if name not in own}
        steps = {"*": _("Todo"), "register": _("Registrar"), **own, **told}
        found.append((str(kind.label), {f"{kind.slug}.{name}": label for name, label in steps.items()}))
    return found


def unknown_events(institution_id: int, events: Collection[str]) -> set[str]:
    """Those that nothing would ever cause."""
    return set(events).difference({"*"}, *(named for _kind, named in events_of(institution_id)))


def enqueue(moves: Sequence[Move]) -> None:
    """Write the deliveries of these moves, in the relay's transaction; once each however often it is called."""
    wanted: dict[int, list[Subscription]] = {}
    for row in Subscription.objects.filter(active=True, institution_id__in={m.institution_id for m in moves}):
        wanted.setdefault(row.institution_id, []).append(row)
    if not wanted:
        return
    turns = dict(Turn.objects.filter(pk__in={m.turn_id for m in moves if m.turn_id}).values_list("pk", "uuid"))
    rows = [Delivery(subscription=s, move_id=m.pk, event=event_of(m), body=body_of(m, turns.get(m.turn_id or 0)))
            for m in moves for s in wanted.get(m.institution_id, ()) if s.wants(event_of(m))]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        from ventanilla.web.api.tasks import hurry

        hurry()


def event_of(move: Move) -> str:
    """`letter.route`, `letter.answer`…"""
    return f"{move.case.kind}.{move.verb}"


def body_of(move: Move, turn: object) -> str:
    """The JSON that is sent, the same for every try."""
    return json.dumps({
        "event": event_of(move), "move": move.pk, "at": move.at.isoformat(), "turn": str(turn) if turn else None,
        "case": {"uuid": str(move.case.uuid), "kind": move.case.kind, "state": move.case.state,
                 "url": f"{settings.BASE_URL.rstrip('/')}/api/v1/cases/{move.case.uuid}"},
    }, ensure_ascii=False, sort_keys=True)


def signature(secret: str, seconds: int, body: bytes) -> str:
    """The value of `Ventanilla-Signature`."""
    mark = hmac.new(secret.encode(), b"%d." % seconds + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={mark}"


def deliver_waiting(limit: int = 200) -> int:
    """Send what is due, one transaction each; several senders share the queue. Returns how many were accepted."""
    sent = 0
    with guard.client() as client:
        for _turn in range(limit):
            outcome = _deliver_one(client)
            if outcome is None:
                break
            sent += outcome
    return sent


def _deliver_one(client: httpx.Client) -> bool | None:
    with transaction.atomic():
        due = Delivery.objects.filter(state="queued", next_at__lte=timezone.now(), subscription__active=True)
        row = due.select_related("subscription").select_for_update(skip_locked=True, of=("self",)).order_by("next_at").first()
        if row is None:
            return None
        row.status, row.problem = _post(client, row)
        _keep(row)
    return row.state == Delivery.State.DELIVERED


def _post(client: httpx.Client, row: Delivery) -> tuple[int | None, str]:
    """The answer's status (None: no answer) and what went wrong."""
    body, now = row.body.encode(), int(timezone.now().timestamp())
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Ventanilla-Webhooks/1",
               "Ventanilla-Event": row.event, "Ventanilla-Delivery": str(row.uuid),
               "Ventanilla-Signature": signature(row.subscription.secret, now, body)}
    try:
        with client.stream("POST", row.subscription.url, content=body, headers=headers) as answer:
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        return None, f"{type(problem).__name__}: {problem}"[:300]
    if 300 <= status < 400:
        return status, _("La dirección redirige a otra; no se siguen redirecciones. Registre la dirección final.")
    return status, "" if status < 300 else f"HTTP {status}"


def _keep(row: Delivery) -> None:
    row.attempts += 1
    now = timezone.now()
    if row.status is not None and row.status < 300:
        row.state, row.delivered_at = Delivery.State.DELIVERED, now
    elif row.attempts >= MOST_ATTEMPTS or row.status == 410:
        row.state = Delivery.State.FAILED
    else:
        row.next_at = now + timedelta(seconds=PAUSES[min(row.attempts - 1, len(PAUSES) - 1)])
    row.save(update_fields=["state", "attempts", "status", "problem", "next_at", "delivered_at"])
