"""How late something may be due that hangs from something else: never after it, less the margin of the institution.

The margin (`Institution.policy["turn_margin"]`, whole working days, 0 when it says nothing) leaves whoever routed time to evaluate and
to answer in turn. Where it leaves nothing, because what is above is due too soon, the moment above holds as it is.
"""
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.orgs.models import Unit
from ventanilla.core.workdays.services import compiled, versions_for
from ventanilla.lib import worktime as wt

Ints = NDArray[np.int64]

MOST = 30
"""The widest margin, in working days."""


def margin_of(policy: Mapping[str, object]) -> int:
    """The margin in working days that an institution's policy says."""
    days = policy.get("turn_margin")
    return min(max(days, 0), MOST) if isinstance(days, int) else 0


def within_margin(above: Ints, starts: Ints, days: int, calendar: wt.WorkCalendar) -> Ints:
    """The moments that may not be passed (UTC seconds; NAT: no limit) by what starts at `starts` and hangs from `above`."""
    if not days:
        return above
    earlier = wt.days_before(above, days, calendar)
    return np.where((earlier == wt.NAT) | (earlier <= starts), above, earlier)


def limits(above: datetime | None, units: Iterable[Unit], at: datetime, days: int) -> dict[int, datetime | None]:
    """For each unit, by its calendar, until when it may be given something at `at` that hangs from `above` (aware moments)."""
    listed = list(units)
    if above is None or not days:
        return dict.fromkeys((u.pk for u in listed), above)
    seconds, start = np.array([wt.stamp(above)]), np.array([wt.stamp(at)])
    found = {pk: int(within_margin(seconds, start, days, compiled(version.pk))[0]) for pk, version in versions_for(listed).items()}
    return {pk: above if s == seconds[0] else datetime.fromtimestamp(s, UTC) for pk, s in found.items()}


def limit_for(case: Case, parent: Turn | None, unit: Unit, at: datetime) -> datetime | None:
    """Until when `unit` may be given a turn of the case, or one below `parent`; None without a limit."""
    above = parent.due_at if parent else case.due_at
    return limits(above, [unit], at, margin_of(case.institution.policy))[unit.pk] if above else None
