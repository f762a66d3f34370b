"""What is promised: objectives of the service level turned into clocks, and clocks moved when a promise changes.

Rules of a change in mid-life (docs/modules/servicedesk.md, "Clocks"): a clock keeps its start and its pauses and is counted
anew with the new goal and hours; time already worked is never lost; one that was taken stays taken.
"""
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ventanilla.core import plans, settled
from ventanilla.core.cases.clocks import govern, recount
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Clock, Move, Pause
from ventanilla.core.cases.terms import Goal, Term
from ventanilla.core.cases.words import labels_of, steps_of
from ventanilla.core.orgs.models import Unit
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.core.workdays.services import compiled, version_for
from ventanilla.modules.servicedesk.flow import HELD
from ventanilla.modules.servicedesk.models import KindLevel, Objective, ServiceLevel, Team, Ticket

if TYPE_CHECKING:
    from ventanilla.modules.servicedesk.services.importing.clocks import Counted
    from ventanilla.modules.servicedesk.services.importing.past import Happened

MATRIX = {(1, 1): 1, (1, 2): 2, (2, 1): 2, (1, 3): 3, (2, 2): 3, (3, 1): 3}
"""Priority by (impact, urgency), both 1 high to 3 low; the rest is 4 (ITIL's usual matrix)."""


def priority_of(impact: int, urgency: int) -> int:
    """1 critical to 4 low."""
    return MATRIX.get((impact, urgency), 4)


def version_of(level: ServiceLevel | None, unit: Unit) -> CalendarVersion:
    """Whose hours count: those the service level names, else those of the team's unit."""
    if level and level.calendar_id:
        found = settled.answered(_NEWEST, [level.calendar_id])
        if not found:
            raise CalendarVersion.DoesNotExist
        return found[0]
    return version_for(unit)


def hours_of(units: Sequence[int]) -> QuerySet[Ticket, Any]:
    """Ids of the open tickets that count the hours of these units (as `version_of`): of their teams, where the level names none."""
    rows = Ticket.objects.filter(Q(level=None) | Q(level__calendar=None), team__unit__in=units, case__closed_at=None)
    return rows.values("case_id")


_NEWEST = plans.Related(CalendarVersion, where="t.calendar_id = %s AND t.published_at IS NOT NULL ORDER BY t.number DESC LIMIT 1")


def open_then(calendar_version: int, at: datetime) -> bool:
    """Whether a moment (aware) lies in the hours of a calendar's version."""
    now = int(at.timestamp())
    before, after = compiled(calendar_version).worked(np.array([now, now + 1], dtype=np.int64))
    return bool(after > before)


def kind_levels(institution_id: int) -> dict[str, ServiceLevel]:
    """The service levels in use of what the desk opens itself, by kind."""
    rows = KindLevel.objects.filter(institution_id=institution_id, level__active=True)
    return {row.kind: row.level for row in rows.select_related("level")}


def goals_of(level: ServiceLevel | None, team: Team, priority: int, kind: str = "", hours: CalendarVersion | None = None) -> list[Goal]:
    """One clock per metric promised to a ticket of this kind at this priority (`objectives`); `hours` are `version_of` when at hand.

    Without a level, or with none that fits, there is one clock without a term: an explicit "none".
    """
    version = hours or version_of(level, team.unit)
    found = objectives(level, team, priority, kind)
    return [Goal(clock_kind(o), Term(o.minutes, "workminutes"), version) for o in found] or [Goal("resolve", Term(), version)]


def clock_kind(objective: Objective) -> str:
    """`own`, `resolve`, or `team<id>` for the internal agreement of one team."""
    return f"team{objective.team_id or 0}" if objective.metric == Objective.Metric.TEAM else objective.metric


def objectives(level: ServiceLevel | None, team: Team, priority: int, kind: str = "") -> list[Objective]:
    """Those that hold for a ticket of this kind and priority in the hands of this team, by metric (`chosen`)."""
    return chosen(objectives_of(level), team.pk, priority, kind) if level else []


_OBJECTIVES = plans.Related(Objective, where="t.level_id = %s ORDER BY t.id")


def objectives_of(level: ServiceLevel) -> Sequence[Objective]:
    """All that it promises; those at hand (`prefetch_related`), else one statement."""
    fetched = getattr(level, "_prefetched_objects_cache", {})
    return list(level.objectives.all()) if "objectives" in fetched else settled.answered(_OBJECTIVES, [level.pk])


def chosen(rows: Iterable[Objective], team_id: int, priority: int, kind: str = "") -> list[Objective]:
    """Of the objectives of a level the one per metric that is the most specific: one that names the kind beats one of any kind
    (another process has another pace), and among those one of that very priority beats one of any. `kind` empty: only those of any.
    """
    fitting = [o for o in rows if o.kind in ("", kind) and o.priority in (0, priority) and o.team_id in (None, team_id)]
    best: dict[str, Objective] = {}
    for one in sorted(fitting, key=lambda o: (o.kind != "", o.priority != 0, o.team_id is not None)):
        best[clock_kind(one)] = one
    return [best[name] for name in sorted(best)]


def keep_promise(case: Case, team: Team, at: datetime, *, level: ServiceLevel | None, state: str = "") -> None:
    """Bring the clocks of a locked open case in line with its service level, priority and team; the caller saves the case.

    `state` is the one it lands in, when that is another.
    """
    state = state or case.state
    wanted = {g.kind: g for g in goals_of(level, team, case.priority, case.kind)}
    clocks = {c.kind: c for c in Clock.objects.select_for_update().filter(case=case, turn_id=None)}
    for kind, clock in clocks.items():
        _follow(case, clock, wanted.get(kind), at, state)
    for kind, goal in wanted.items():
        if kind not in clocks:
            clocks[kind] = _new(case, goal, at, state)
    govern(case, list(clocks.values()))


def _follow(case: Case, clock: Clock, goal: Goal | None, at: datetime, state: str) -> None:
    """One that changed is counted anew from the same start with the same pauses.

    A promise towards the requester that is gone has no goal any more and goes on measuring; that of a team stops, and what
    the ticket was elsewhere is a pause of it when it comes back. What was taken stays taken.
    """
    inner, stopped = clock.kind.startswith("team"), clock.state == "stop"
    if inner and goal is None:
        clock.pauses.filter(until=None).update(until=at)
        clock.state, clock.stopped_at = "stop", clock.stopped_at if stopped else at
    elif inner or not stopped or clock.amount is None:
        if stopped and inner:
            _back(case, clock, at, state)
        clock.amount = goal.term.amount if goal else None
        if goal and goal.version:
            clock.term_unit, clock.version = goal.term.unit, goal.version
        recount(clock)
    clock.save()


def _back(case: Case, clock: Clock, at: datetime, state: str) -> None:
    """The ticket came back to a team: its agreement goes on, less the time in which another team had it."""
    Pause.objects.create(clock=clock, since=clock.stopped_at or at, until=at, reason=_("Lo tuvo otro equipo"))
    clock.state, clock.stopped_at = kind_of(case.kind).mode(clock.kind, state, waiting(case, state)), None
    if clock.state == "pause":
        Pause.objects.create(clock=clock, since=at, reason=_waiting_for(case))


def waiting(case: Case, state: str) -> Mapping[str, Any]:
    """What the present wait says of the clocks (`runs`), when the case is held in this state."""
    rows = Move.objects.filter(case=case, turn_id=None).order_by("id").values_list("to_state", "detail") if state == HELD else ()
    return said_by(rows, state)


def said_by(rows: Iterable[tuple[str, Mapping[str, Any]]], state: str) -> Mapping[str, Any]:
    """What the wait that goes on in this state said of the clocks, from the state and detail of each move in order."""
    from ventanilla.modules.servicedesk.services.importing.clocks import Waiting

    said = Waiting()
    for to, detail in rows:
        said.follow(to, detail)
    return said.detail if said.state == state else {}


def _waiting_for(case: Case) -> str:
    open_pause = Pause.objects.filter(clock__case=case, until=None).order_by("since").first()
    if open_pause:
        return open_pause.reason
    return labels_of(case.institution_id, kind_of(case.kind).flow).get(HELD) or _("En espera")


def _new(case: Case, goal: Goal, at: datetime, state: str) -> Clock:
    """A promise made in mid-life: towards the requester it counts from the beginning with every pause there was, of a team from now."""
    assert goal.version
    start = at if goal.kind.startswith("team") else case.received_at
    clock = Clock(case=case, kind=goal.kind, version=goal.version, start=start, amount=goal.term.amount, term_unit=goal.term.unit)
    lived = lived_clock(case, goal.kind, start, (at, state))
    clock.state, clock.stopped_at = lived.state, lived.stopped_at
    clock.save()
    Pause.objects.bulk_create(Pause(clock=clock, since=p.since, until=p.until, reason=p.reason) for p in lived.pauses)
    recount(clock)
    clock.save()
    return clock


def lived_clock(case: Case, clock_kind: str, start: datetime, now: tuple[datetime, str]) -> "Counted":
    """State and pauses that a clock of this kind would have by now, from the moves of the case since `start` (aware)."""
    rows = list(Move.objects.filter(case=case, turn_id=None).order_by("id").values_list(*MOVES))
    present = Case.objects.values_list("kind", flat=True).get(pk=case.pk)
    return lived(clock_kind, start, life(rows, case, present, start), (*now, case.kind, _waiting_for(case)))


MOVES = ("at", "to_state", "reason", "verb", "detail")
"""What of a move `life` reads."""


def life(rows: Sequence[tuple[datetime, str, str, str, Mapping[str, Any]]], case: Case, present: str, start: datetime) -> "list[Happened]":
    """What happened to a case, from its moves (MOVES) in order, as a clock that begins at `start` counts it; `present` is its kind now."""
    from ventanilla.modules.servicedesk.services.importing.past import Happened

    labels = steps_of(case.institution_id, kind_of(present).flow)
    kinds = kinds_over([detail for *_rest, detail in rows], present)
    return [Happened(at, max(at, start), verb, to, reason=reason or labels.get(verb, ""), detail=detail, kind=kind)
            for (at, to, reason, verb, detail), kind in zip(rows, kinds, strict=True)]


def lived(clock_kind: str, start: datetime, happened: "Sequence[Happened]", now: tuple[datetime, str, str, str]) -> "Counted":
    """The clock after all that; `now` is the moment, the state it lands in, the kind it is, and why it waits when it does.

    That of a team begins when the team gets the ticket, so only what holds now counts.
    """
    from ventanilla.modules.servicedesk.services.importing.clocks import Counted
    from ventanilla.modules.servicedesk.services.importing.past import Happened, Promise

    at, state, kind, why = now
    found = Counted(Promise(clock_kind, None, 0, start))
    since = happened[-1:] if clock_kind.startswith("team") else happened
    said = said_by(((e.state, e.detail) for e in happened), state)
    found.live([*since, Happened(at, at, "", state, reason=why, detail=said)], kind_of(kind))
    return found


def kinds_over(details: Sequence[Mapping[str, Any]], present: str) -> list[str]:
    """The kind that a ticket was after each of its moves, from their details in order; `present` when no move changed it."""
    kind: str = next((d["kind_before"] for d in details if d.get("kind_before")), present)
    found = []
    for detail in details:
        kind = (detail.get("kind") or kind) if detail.get("kind_before") else kind
        found.append(kind)
    return found


def clocks_of(case: Case) -> Sequence[Clock]:
    """The clocks of a ticket in the order in which they are shown: to take, to resolve, then internal ones."""
    order = {"own": 0, "resolve": 1}
    rows = Clock.objects.filter(case=case, turn_id=None).select_related("version").prefetch_related("pauses")
    return sorted(rows, key=lambda c: (order.get(c.kind, 2), c.pk))
