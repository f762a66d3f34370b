"""What is promised: objectives of the service level turned into clocks, and clocks moved when a promise changes.

Rules of a change in mid-life (docs/modules/servicedesk.md, "Clocks"): a clock keeps its start and its pauses and is counted
anew with the new goal and hours; time already worked is never lost; one that stopped stays as it was.
"""
from collections.abc import Sequence
from datetime import datetime

from ventanilla.core.cases.clocks import govern, recount
from ventanilla.core.cases.models import Case, Clock
from ventanilla.core.cases.terms import Goal, Term
from ventanilla.core.orgs.models import Unit
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.core.workdays.services import version_for
from ventanilla.modules.servicedesk.models import Objective, ServiceLevel, Team

MATRIX = {(1, 1): 1, (1, 2): 2, (2, 1): 2, (1, 3): 3, (2, 2): 3, (3, 1): 3}
"""Priority by (impact, urgency), both 1 high to 3 low; the rest is 4 (ITIL's usual matrix)."""


def priority_of(impact: int, urgency: int) -> int:
    """1 critical to 4 low."""
    return MATRIX.get((impact, urgency), 4)


def version_of(level: ServiceLevel | None, unit: Unit) -> CalendarVersion:
    """Whose hours count: those the service level names, else those of the team's unit."""
    if level and level.calendar_id:
        return CalendarVersion.objects.filter(calendar_id=level.calendar_id).newest().get()
    return version_for(unit)


def goals_of(level: ServiceLevel | None, team: Team, priority: int) -> list[Goal]:
    """One clock per metric promised at this priority (an objective of that very priority beats one of any).

    Without a level, or with none that fits, there is one clock without a term: an explicit "none".
    """
    version = version_of(level, team.unit)
    found = objectives(level, team, priority)
    return [Goal(clock_kind(o), Term(o.minutes, "workminutes"), version) for o in found] or [Goal("resolve", Term(), version)]


def clock_kind(objective: Objective) -> str:
    """`own`, `resolve`, or `team<id>` for the internal agreement of one team."""
    return f"team{objective.team_id or 0}" if objective.metric == Objective.Metric.TEAM else objective.metric


def objectives(level: ServiceLevel | None, team: Team, priority: int) -> list[Objective]:
    """Those that hold for a ticket of this priority in the hands of this team, by metric."""
    if level is None:
        return []
    fitting = [o for o in level.objectives.all() if o.priority in (0, priority) and o.team_id in (None, team.pk)]
    best: dict[str, Objective] = {}
    for one in sorted(fitting, key=lambda o: (o.priority != 0, o.team_id is not None)):
        best[clock_kind(one)] = one
    return [best[kind] for kind in sorted(best)]


def keep_promise(case: Case, team: Team, at: datetime, *, level: ServiceLevel | None) -> None:
    """Bring the clocks of a locked case in line with its service level, priority and team; the caller saves the case."""
    wanted = {g.kind: g for g in goals_of(level, team, case.priority)}
    clocks = {c.kind: c for c in Clock.objects.select_for_update().filter(case=case, turn_id=None)}
    for kind, clock in clocks.items():
        if clock.state != "stop":
            _follow(clock, wanted.get(kind), at)
    for kind, goal in wanted.items():
        if kind not in clocks:
            clocks[kind] = _new(case, goal, at)
    govern(case, list(clocks.values()))


def _follow(clock: Clock, goal: Goal | None, at: datetime) -> None:
    """A promise that is gone stops; one that changed is counted anew from the same start with the same pauses."""
    if goal is None:
        clock.state, clock.stopped_at = "stop", at
    else:
        assert goal.version
        clock.amount, clock.term_unit, clock.version = goal.term.amount, goal.term.unit, goal.version
        recount(clock)
    clock.save()


def _new(case: Case, goal: Goal, at: datetime) -> Clock:
    """A promise made in mid-life: towards the requester it counts from the beginning, of a team from now."""
    assert goal.version
    start = at if goal.kind.startswith("team") else case.received_at
    clock = Clock(case=case, kind=goal.kind, version=goal.version, start=start, amount=goal.term.amount, term_unit=goal.term.unit)
    recount(clock)
    clock.save()
    return clock


def clocks_of(case: Case) -> Sequence[Clock]:
    """The clocks of a ticket in the order in which they are shown: to take, to resolve, then internal ones."""
    order = {"own": 0, "resolve": 1}
    rows = Clock.objects.filter(case=case, turn_id=None).select_related("version").prefetch_related("pauses")
    return sorted(rows, key=lambda c: (order.get(c.kind, 2), c.pk))
