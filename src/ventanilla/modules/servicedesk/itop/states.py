"""In which state of iTop a ticket of ours is shown: its plain state, made exact by clocks, authorisations and marks.

`escalated_tto` and `escalated_ttr` are what iTop would have stimulated by itself: the promise passed during the present
stretch of work (since it was last assigned, resumed or reopened). A mark (`models.CompatMark`) is what a program said that
our flow has no state for; it holds until the next step of the ticket.
"""
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Max, Q

from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.modules.servicedesk.itop.profile import PLAIN, SHOWN_AS
from ventanilla.modules.servicedesk.models.itop import CompatMark

STAYS: Final = ("prioritise", "reclassify", "correct", "major", "revise", "recompute", "absorb", "release", "split")
"""Moves that are no step of work."""


def statuses(cases: Iterable[Case], now: datetime) -> dict[int, str]:
    """Their state by case id. Reads at most four times, however many cases."""
    rows = {c.pk: c for c in cases}
    found = {pk: PLAIN[c.kind][c.state] for pk, c in rows.items()}
    marks = {m.case_id: m for m in CompatMark.objects.filter(case__in=list(rows))}
    late = _late([c for c in rows.values() if _doubtful(c)], now)
    last = _last_steps({*marks, *late, *(pk for pk, c in rows.items() if c.kind == "request" and c.state == "new")})
    for pk, move in last.items():
        found[pk] = _exact(rows[pk], found[pk], move, marks.get(pk), late.get(pk))
    return found


def _doubtful(case: Case) -> bool:
    return len(SHOWN_AS[case.kind][case.state]) > 1


def _exact(case: Case, plain: str, last: Move, mark: CompatMark | None, late: datetime | None) -> str:
    if mark and mark.move_id >= last.pk:
        return mark.state
    if case.kind == "request" and case.state == "new" and last.verb == "approve":
        plain = "approved"
    if late and late > last.at and case.kind in ("request", "incident"):
        return "escalated_tto" if case.state == "new" else "escalated_ttr"
    return plain


def _late(cases: Sequence[Case], now: datetime) -> dict[int, datetime]:
    """When the promise that counts in the present state passed: to take it, or to resolve it."""
    new = [c.pk for c in cases if c.kind in ("request", "incident") and c.state == "new"]
    taken = [c.pk for c in cases if c.kind in ("request", "incident") and c.state != "new"]
    rows = Clock.objects.filter(Q(case__in=new, kind="own") | Q(case__in=taken, kind="resolve"), turn_id=None, state="run", due_at__lt=now)
    late = {case_id: due for case_id, due in rows.values_list("case_id", "due_at") if due}
    counted = Move.objects.filter(case__in=late, verb__in=STAYS).order_by().values_list("case_id").annotate(at=Max("at"))
    for case_id, at in counted:  # a promise that was changed passed, at the earliest, when it was changed
        late[case_id] = max(late[case_id], at)
    return late


def _last_steps(wanted: Iterable[int]) -> Mapping[int, Move]:
    """The last step of each case that began a stretch. Taking what was assigned is none: for iTop both are `assigned`."""
    rows = Move.objects.filter(case__in=list(wanted), turn_id=None).exclude(verb__in=STAYS).exclude(verb="take", from_state="assigned")
    return {m.case_id: m for m in rows.order_by("case_id", "-pk").distinct("case_id")}


def status_of(case: Case, now: datetime) -> str:
    """Their state of one ticket."""
    return statuses([case], now)[case.pk]


def candidates(kind: str, state: str) -> tuple[set[str], set[str]]:
    """States of ours that are always shown as `state`, and those that may be."""
    shown = SHOWN_AS[kind]
    sure = {ours for ours, theirs in shown.items() if theirs == {state}}
    return sure, {ours for ours, theirs in shown.items() if state in theirs} - sure
