"""The next threshold of each running clock, kept by index; and the look each minute for those that are reached.

A move of a ticket (also the recomputation of its deadlines) rewrites what comes next, in the relay's transaction, so nothing is missed
and nothing scans the clocks.
"""
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.core.cases.moving import lock_case
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.models import Alarm, Escalated, ServiceLevel, Ticket
from ventanilla.modules.servicedesk.services.promises.escalating.moments import Reached, escalations_for, thresholds_of
from ventanilla.modules.servicedesk.services.promises.escalating.reaching import reach

KINDS: Final = frozenset(flow.slug for flow in FLOWS)
CHUNK: Final = 500


@dataclass(frozen=True)
class Point:
    """A threshold of a clock as it is shown: its percentage (None: amber), its moment (None: not while it waits), whether it was told."""

    percent: int | None
    at: datetime | None
    told: bool


def own_deadlines(clocks: Sequence[Clock]) -> Collection[int]:
    """For the core: clocks whose level has thresholds of its own, so that the two usual notices are not sent besides."""
    return escalations_for([c for c in clocks if c.turn_id is None])


def rearm_moved(moves: Sequence[Move]) -> None:
    """For the relay: what comes next for the tickets that moved."""
    ids = {m.case_id for m in moves if m.case.kind in KINDS}
    if ids:
        rearm(ids, timezone.now())


def rearm_level(level: ServiceLevel) -> int:
    """What comes next for every open ticket of a level whose thresholds were edited; returns how many tickets."""
    ids = list(Case.objects.filter(closed_at=None, ticket__level=level).order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), CHUNK):
        with transaction.atomic():
            rearm(ids[first:first + CHUNK], timezone.now())
    return len(ids)


def rearm(case_ids: Collection[int], now: datetime) -> None:
    """Write the next moment of each clock of these tickets. A threshold that lies ahead once more, for the promise was extended, may
    be reached again."""
    watched = set(Ticket.objects.filter(case__in=case_ids, level__escalations__active=True).values_list("case_id", flat=True))
    clocks = list(Clock.objects.filter(case__in=watched, turn_id=None)) if watched else []
    by_clock: dict[int, list[Reached]] = defaultdict(list)
    for one in thresholds_of(clocks):
        by_clock[one.clock.pk].append(one)
    _clear([one for found in by_clock.values() for one in found if one.at and one.at > now], now)
    standing = _standing(by_clock)
    coming = {pk: min(ahead) for pk, found in by_clock.items() if (ahead := [r.at for r in _open(found, standing) if r.at])}
    Alarm.objects.filter(clock__case__in=case_ids).exclude(pk__in=list(coming)).delete()
    Alarm.objects.bulk_create([Alarm(clock_id=pk, at=at) for pk, at in coming.items()], update_conflicts=True, unique_fields=["clock"],
                              update_fields=["at"])


def _clear(ahead: Sequence[Reached], now: datetime) -> None:
    """A pause never moves a share that was used before it, but it moves amber, which is counted back from the due moment: that one is
    only new with another goal."""
    goals = {(one.clock.pk, one.escalation.pk): (one.escalation.percent, one.clock.amount) for one in ahead}
    rows = Escalated.objects.filter(clock__in={c for c, _e in goals}, cleared_at=None) if goals else ()
    found = [(row, goals[row.clock_id, row.escalation_id]) for row in rows if (row.clock_id, row.escalation_id) in goals]
    wrong = [row.pk for row, (percent, goal) in found if percent is not None or row.done.get("goal") != goal]
    Escalated.objects.filter(pk__in=wrong).update(cleared_at=now)


def _standing(clock_ids: Iterable[int]) -> set[tuple[int, int]]:
    return set(Escalated.objects.filter(clock__in=list(clock_ids), cleared_at=None).values_list("clock_id", "escalation_id"))


def _open(found: Iterable[Reached], standing: Collection[tuple[int, int]]) -> list[Reached]:
    """Not yet reached, as far as is written, and not before the threshold was made."""
    return [r for r in found if r.at and r.at > r.escalation.since and (r.clock.pk, r.escalation.pk) not in standing]


def look(now: datetime) -> int:
    """Do what the thresholds say that were reached by `now` (aware); returns how many clocks. Each ticket in a transaction of its own,
    and none twice: what is reached is written with what is done."""
    rows = Alarm.objects.filter(at__lte=now).order_by("at", "pk").values_list("pk", "clock__case_id")[:CHUNK]
    return sum(_one(clock_id, case_id, now) for clock_id, case_id in list(rows))


@transaction.atomic
def _one(clock_id: int, case_id: int, now: datetime) -> int:
    """The ticket is locked first, as by every verb; what is due is computed anew."""
    case = lock_case(case_id)
    clock = Clock.objects.filter(pk=clock_id, alarm__at__lte=now).first()
    if clock is None:
        return 0
    reached = [r for r in _open(thresholds_of([clock]), _standing([clock_id])) if r.at and r.at <= now]
    if reached and case.closed_at is None:
        reach(case, sorted(reached, key=_order), now)
    rearm([case_id], now)
    return int(bool(reached))


def _order(one: Reached) -> tuple[datetime, int]:
    assert one.at
    return one.at, one.escalation.percent or 0


def points_of(clocks: Sequence[Clock]) -> dict[int, list[Point]]:
    """By clock its thresholds in order of their percentage, for the page that explains it. Reads a constant number of times."""
    done = {(e.clock_id, e.escalation_id): e.reached_at for e in Escalated.objects.filter(clock__in=clocks, cleared_at=None)}
    found: dict[int, list[Point]] = defaultdict(list)
    for one in thresholds_of(clocks):
        reached = done.get((one.clock.pk, one.escalation.pk))
        found[one.clock.pk].append(Point(one.escalation.percent, reached or one.at, reached is not None))
    return found

