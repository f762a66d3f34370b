"""Why a due date is what it is: stored inputs, rendered by the kernel, never a stored sentence."""
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import numpy as np
from django.utils.translation import ngettext

from ventanilla.core.cases.limits import margin_of, within_margin
from ventanilla.core.cases.models import Case, Clock, Turn
from ventanilla.core.workdays.services import compiled, due
from ventanilla.lib import worktime as wt

LATER: Final = timedelta(seconds=1)
"""What a person asked for and was not given: the moment itself is not kept, only that the limit came before it."""


def derivation_of(what: Case | Turn) -> list[str]:
    """Spanish sentences from start to due date; empty when there is no clock."""
    turn_id = what.pk if isinstance(what, Turn) else None
    case_id = what.case_id if isinstance(what, Turn) else what.pk
    clock = Clock.objects.select_related("version").filter(case_id=case_id, turn_id=turn_id).first()
    return sentences(clock) if clock else []


def derivations_of(case: Case, turns: Sequence[Turn]) -> dict[int, list[str]]:
    """The derivation of each of these turns of the case that is due, by their keys; two queries for all of them.

    Turns sent together mostly hang from the same and run alike: what is said of one is said of the others.
    """
    above = {t.pk: t.due_at for t in turns}
    hang = {t.pk: above.get(t.parent_id) if t.parent_id else case.due_at for t in turns}
    clocks = Clock.objects.filter(case_id=case.pk, turn_id__in=[t.pk for t in turns if t.due_at])
    days = margin_of(case.institution.policy)
    found, known = {}, dict[tuple[Any, ...], list[str]]()
    for clock in clocks.select_related("version").prefetch_related("pauses"):
        assert clock.turn_id is not None
        limit = hang[clock.turn_id]
        left = bool(days and limit and clock.cap_at and wt.stamp(clock.cap_at) == _less(wt.stamp(limit), clock, days))
        name = _told(days) if left and clock.cap_at != limit else ""
        like = (clock.version_id, clock.start, clock.amount, clock.term_unit, clock.cap_at, clock.due_at, name)
        alone = bool(clock.pauses.all())
        found[clock.turn_id] = sentences(clock, name) if alone or like not in known else known[like]
        if not alone:
            known[like] = found[clock.turn_id]
    return found


def _less(above: int, clock: Clock, days: int) -> int:
    calendar = compiled(clock.version_id)
    return int(within_margin(np.array([above]), np.array([wt.stamp(clock.start)]), days, calendar)[0])


def _told(days: int) -> str:
    return ngettext("menos %(n)s día hábil de margen", "menos %(n)s días hábiles de margen", days) % {"n": days}


def sentences(clock: Clock, cap_name: str = "") -> list[str]:
    """The derivation of one clock in Spanish, the cap of the turn above included; `cap_name` is said beside it."""
    pauses = [wt.Pause(p.since, p.until, p.reason) for p in sorted(clock.pauses.all(), key=lambda p: p.since)]
    by_hand = clock.due_at if clock.term_unit == "by_hand" else None
    if by_hand and clock.cap_at:
        by_hand = clock.cap_at + LATER
    return due(start=clock.start, amount=clock.amount, version=clock.version, term_unit=clock.term_unit, by_hand=by_hand,
               cap_at=clock.cap_at, pauses=pauses, cap_name=cap_name).derivation
