"""Deadlines approaching (amber) and passed (red): found by index since the last look, told once to who must act."""
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Clock, Turn
from ventanilla.core.cases.telling import people
from ventanilla.core.cases.telling.moves import about
from ventanilla.core.notices.models import Mark
from ventanilla.core.notices.services import NoticeDraft, notify_many
from ventanilla.core.orgs import capabilities as cap
from ventanilla.lib.spanish import long_moment

CHUNK: Final = 500
MOST_BACK: Final = timedelta(days=7)  # after a longer stop older ones are not told any more: the light shows them
_MOMENTS: Final = (("amber_at", "due_soon"), ("due_at", "overdue"))


def tell_deadlines(now: datetime) -> int:
    """Tell of every running clock whose amber or due moment lies in (last look, now]; returns how many clocks.

    `now` is aware. The first look only sets the mark. Repeating a look tells nobody twice: a notice's key holds clock
    and moment, so an extended deadline is a new fact.
    """
    with transaction.atomic():
        mark, made = Mark.objects.select_for_update().get_or_create(pk="deadlines", defaults={"at": now})
        since = max(mark.at or now, now - MOST_BACK)
        found = 0 if made else sum(_tell(name, kind, since, now) for name, kind in _MOMENTS)
        mark.at = max(now, mark.at or now)
        mark.save(update_fields=["at"])
    return found


def _tell(name: str, kind: str, since: datetime, now: datetime) -> int:
    """One of the two moments, in chunks by key."""
    passed = Clock.objects.filter(state="run", **{f"{name}__gt": since, f"{name}__lte": now})
    passed = passed.filter(case__closed_at=None).select_related("case").order_by("pk")
    last = found = 0
    while rows := list(passed.filter(pk__gt=last)[:CHUNK]):
        last, found = rows[-1].pk, found + len(rows)
        elsewhere = _told_elsewhere(rows)
        _write([c for c in rows if c.pk not in elsewhere], name, kind)
    return found


def _told_elsewhere(clocks: Sequence[Clock]) -> set[int]:
    """Ids of clocks whose moments the module of their kind tells by itself."""
    by_teller: dict[Callable[[Sequence[Clock]], Collection[int]], list[Clock]] = defaultdict(list)
    for clock in clocks:
        if own := kind_of(clock.case.kind).own_deadlines:
            by_teller[own].append(clock)
    return {pk for own, members in by_teller.items() for pk in own(members)}


def _write(clocks: Sequence[Clock], name: str, kind: str) -> None:
    turns = Turn.objects.in_bulk([c.turn_id for c in clocks if c.turn_id])
    told: list[tuple[int, NoticeDraft]] = []
    for clock in clocks:
        turn = turns.get(clock.turn_id) if clock.turn_id else None
        told += [(person_id, _draft(clock, name, kind)) for person_id in _who(clock, turn, kind)]
    notify_many(told)


def _who(clock: Clock, turn: Turn | None, kind: str) -> set[int]:
    """The holder and the head; of a passed deadline also who routed it. The case's own clock: who has it in hand, else the unit."""
    level = clock.case.level
    if turn is None and clock.case.assignee_id:
        heads = people.people_of(clock.case.unit_id, level, cap.ROUTE) if kind == "overdue" else set()
        return {clock.case.assignee_id} | heads
    if turn is None:
        waiting = Turn.objects.filter(case_id=clock.case_id).open().for_action().exists()
        wanted = (cap.ROUTE,) if waiting or kind == "overdue" else (cap.ROUTE, cap.CONCLUDE)
        return people.people_of(clock.case.unit_id, level, *wanted)
    heads = people.people_of(turn.unit_id, level, cap.ROUTE)
    routers = people.routers_of(turn, level) if kind == "overdue" else set()
    return people.holders_of(turn, level) | heads | routers


def _draft(clock: Clock, name: str, kind: str) -> NoticeDraft:
    case = clock.case
    assert clock.due_at is not None
    when = long_moment(timezone.localtime(clock.due_at))
    title = _("Por vencer") if kind == "due_soon" else _("Plazo vencido")
    words = _("Vence el %(when)s.") if kind == "due_soon" else _("Venció el %(when)s.")
    told = kind_of(case.kind).late_notice or kind
    return NoticeDraft(told, f"{title}: {case.folio}", f"{name}:{clock.pk}:{getattr(clock, name).timestamp():.0f}",
                       f"{about(case)}\n{words % {'when': when}}", kind_of(case.kind).detail_url(case.pk), case.pk)
