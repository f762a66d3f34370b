"""A ticket driven through the real verbs at random, and what the oracle expects of every clock of it.

The rules of a change in mid-life are those of `docs/modules/servicedesk.md` ("Clocks"), read anew here.
"""
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final

import time_machine

from ventanilla.core.cases.models import Case, Clock
from ventanilla.core.cases.services import recomputing
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.core.workdays.services import VersionDraft, draft_of, publish_version
from ventanilla.lib.tests.worktime_oracle import World
from ventanilla.lib.worktime import Coverage, Day, Kind
from ventanilla.modules.servicedesk import services as verbs
from ventanilla.modules.servicedesk.flow import METRICS
from ventanilla.modules.servicedesk.models import HoldReason, Objective, OfferingVersion, ServiceLevel, Team
from ventanilla.modules.servicedesk.services import solving
from ventanilla.modules.servicedesk.services.explaining import explain
from ventanilla.modules.servicedesk.tests.clocks.oracle import ENDED, TAKEN, Event, Seconds, Told, seconds_of, told
from ventanilla.modules.servicedesk.tests.desk import Desk

FIRST, LAST = date(2026, 11, 2), date(2027, 2, 28)
OFFICE: Final = {weekday: ((540, 1080),) for weekday in range(5)}
ALWAYS: Final = {weekday: ((0, 1440),) for weekday in range(7)}
FEDERAL: Final[dict[date, tuple[tuple[int, int], ...]]] = dict.fromkeys(
    (date(2026, 11, 16), date(2026, 12, 25), date(2027, 1, 1), date(2027, 2, 1)), ())
PROMISES: Final[dict[str, dict[tuple[str, int, str], int]]] = {
    "A": {("own", 0, ""): 60, ("own", 1, ""): 15, ("resolve", 0, ""): 480, ("resolve", 1, ""): 120, ("team", 0, ""): 240,
          ("resolve", 0, "incident"): 300, ("own", 1, "incident"): 10, ("team", 2, "request"): 90},
    "B": {("own", 0, ""): 45, ("resolve", 1, ""): 240, ("resolve", 3, ""): 900, ("resolve", 0, "request"): 700},
    "C": {},
}
"""Minutes by metric, priority (0: any) and kind (empty: any); A by the office's hours, B round the clock, C promises nothing."""


def world(closed: tuple[date, ...] = ()) -> World:
    """The office's hours, with days closed by decree."""
    return World("America/Mexico_City", OFFICE, FIRST, LAST, {**FEDERAL, **dict.fromkeys(closed, ())})


@dataclass
class Yard:
    """The desk, its three service levels, and the open seconds of each calendar as it is known so far."""

    d: Desk
    levels: dict[str, ServiceLevel] = field(default_factory=dict)
    versions: dict[str, OfferingVersion] = field(default_factory=dict)
    opened: dict[tuple[date, ...] | str, Seconds] = field(default_factory=dict)
    closed: tuple[date, ...] = ()
    reasons: list[HoldReason] = field(default_factory=list)

    def seconds(self, key: tuple[date, ...] | str) -> Seconds:
        """Every open second of a calendar: round the clock, or the office's with those days closed."""
        if key not in self.opened:
            self.opened[key] = seconds_of(World("America/Mexico_City", ALWAYS, FIRST, LAST) if key == "B" else world(key))  # type: ignore[arg-type]
        return self.opened[key]

    def close(self, day: date) -> None:
        """A contingency decreed later, published and recomputed at once."""
        calendar = Calendar.objects.get(institution=self.d.world.institution, unit=None, purpose="")
        held = draft_of(CalendarVersion.objects.filter(calendar=calendar).newest().get())
        days = (*held.days, Day(day, Kind.CONTINGENCY, "Contingencia", "Decreto"))
        publish_version(actor=None, calendar=calendar, draft=VersionDraft(held.coverage, days))
        recomputing.apply(actor=self.d.world.admin, calendar=calendar)
        self.closed = (*self.closed, day)


def yard(d: Desk) -> Yard:
    """Three service levels over the desk of the tests."""
    made, inst = Yard(d), d.world.institution
    made.reasons = [d.hold, *(HoldReason.objects.create(institution=inst, text=f"Sigue {'/'.join(runs)}", **{
        f"stops_{metric}": metric not in runs for metric in METRICS}) for runs in (("resolve",), ("team",), ("own", "team"), METRICS))]
    always = Calendar.objects.create(institution=inst, name="24/7", purpose="siempre")
    publish_version(actor=None, calendar=always, draft=VersionDraft(Coverage.always()))
    for name, promised in PROMISES.items():
        level = ServiceLevel.objects.create(institution=inst, name=f"Nivel {name}", calendar=always if name == "B" else None)
        Objective.objects.bulk_create(Objective(level=level, metric=m, priority=p, kind=k, minutes=n, team=d.second if m == "team" else None)
                                      for (m, p, k), n in promised.items())
        made.levels[name] = level
    for kind, base in (("request", d.version), ("incident", d.incident)):
        for name, level in made.levels.items():
            made.versions[f"{kind} {name}"] = OfferingVersion.objects.create(
                institution=inst, offering=base.offering, number=10 + ord(name) + 50 * (kind == "incident"), state="retired", team=d.first,
                level=level, kind=kind, published_at=base.published_at)
    return made


@dataclass
class Expected:
    """One clock as the rules say: what happened to it, what is promised (seconds), by which calendar."""

    life: list[Event]
    goal: int | None
    hours: tuple[date, ...] | str


class Ticket:
    """A ticket of the product and, beside it, what is expected of it."""

    def __init__(self, made: Yard, rng: Random) -> None:
        """Opened on a random moment of the first three weeks."""
        self.yard, self.rng = made, rng
        self.at = datetime(2026, 11, 2, 8, tzinfo=UTC) + timedelta(seconds=rng.randrange(20 * 86_400), microseconds=rng.randrange(999_999))
        self.level, self.team, self.kind, self.state = rng.choice("AAB"), "first", rng.choice(("request", "incident")), "new"
        self.priority, self.clocks, self.log = 4, dict[str, Expected](), [f"{self.at} {self.kind} {self.level}"]
        with time_machine.travel(self.at, tick=False):
            version = made.d.version if self.kind == "request" else made.d.incident
            version.level = made.levels[self.level]
            self.case = made.d.ticket(version=version)
        self.runs: tuple[str, ...] = ()
        self.begun: list[tuple[int, str, tuple[str, ...]]] = [(self.second, "new", ())]
        self.promise()

    @property
    def second(self) -> int:
        """Whole seconds of the present moment."""
        return int(self.at.timestamp() // 1)

    @property
    def actor(self) -> Any:
        """Who works in the team that has it."""
        return self.yard.d.manager if self.team == "first" else self.yard.d.engineer

    # the rules, read anew -----------------------------------------------------------------------------------------------

    def promise(self) -> None:
        """Bring what is expected in line with level, priority and team."""
        wanted = self.wanted()
        for name, minutes in wanted.items():
            if name not in self.clocks:
                begun = [(self.second, self.state, self.runs)] if name == "team" else self.begun
                start = [self.seen(name, *one) for one in begun]
                self.clocks[name] = Expected(start, None, self.hours)
            elif name == "team" and self.clocks[name].life[-1].state == "elsewhere":
                self.clocks[name].life.append(self.seen(name, self.second, self.state, self.runs))
            if not self.stopped(name):
                self.clocks[name].goal, self.clocks[name].hours = minutes, self.hours
        for name in set(self.clocks) - set(wanted):
            if name == "team" and self.clocks[name].life[-1].state not in ENDED | {"elsewhere"}:
                self.clocks[name].life.append(Event(self.second, "elsewhere"))
            elif name != "team" and not self.stopped(name):
                self.clocks[name].goal = None

    def wanted(self) -> dict[str, int | None]:
        """Goals in seconds: of this kind before one of any, then of this priority before one of any; nothing at all is a clock without a goal."""
        table = PROMISES[self.level]
        found: dict[str, int | None] = {}
        for metric in ("own", "resolve", "team"):
            exact = ((metric, p, k) for k in (self.kind, "") for p in (self.priority, 0))
            minutes = next((table[one] for one in exact if one in table), None)
            if minutes is not None and (metric != "team" or self.team == "second"):
                found[metric] = minutes * 60
        return found or {"resolve": None}

    @property
    def hours(self) -> tuple[date, ...] | str:
        return "B" if self.level == "B" else self.yard.closed

    def stopped(self, name: str) -> bool:
        """Whether it was taken in time or not, once and for all; without a goal there was nothing to keep."""
        one = self.clocks[name]
        return one.goal is not None and name == "own" and any(e.state in TAKEN for e in one.life)

    # the verbs ----------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Some verb that the state allows, some time later."""
        self.at += timedelta(seconds=self.rng.randrange(self.rng.choice((2, 600, 7200, 40_000, 3 * 86_400))),
                             microseconds=self.rng.randrange(999_999))
        name = self.rng.choice(self.allowed())
        self.log.append(f"{self.at} {name}")
        with time_machine.travel(self.at, tick=False):
            getattr(self, f"do_{name}")()

    def allowed(self) -> list[str]:
        """By the state, from the diagram of the flow."""
        if self.state in ("resolved", "closed"):
            return ["reopen", "close"] if self.state == "resolved" else ["reopen"]
        if self.state in ("approval", "rejected"):
            return ["decide"] if self.state == "approval" else ["appeal"]
        open_ = ["prioritise", "reclassify", "second", "first", "decree"]
        own = {"new": ["take", "take", "approval"], "assigned": ["take", "hold", "resolve"], "in_progress": ["hold", "hold", "resolve"],
               "pending": ["resume", "resume", "resolve"]}[self.state]
        return [*open_, *own, *own] if self.kind == "request" or "approval" not in own else [*open_, "take", "take"]

    @staticmethod
    def seen(name: str, at: int, state: str, runs: tuple[str, ...]) -> Event:
        """What a clock sees of a state: a wait whose reason does not stop it is none."""
        return Event(at, "goes on" if name in runs else state)

    def came(self, state: str, runs: tuple[str, ...] = ()) -> None:
        """The ticket landed in a state: every clock that is here lives on."""
        self.state, self.runs = state, runs
        self.begun.append((self.second, state, runs))
        for name, one in self.clocks.items():
            if one.life[-1].state != "elsewhere":
                one.life.append(self.seen(name, self.second, state, runs))

    def do_take(self) -> None:
        verbs.take(actor=self.actor, case=self.fresh())
        self.came("in_progress")

    def do_hold(self) -> None:
        why = self.rng.choice(self.yard.reasons)
        verbs.hold(actor=self.actor, case=self.fresh(), why=why)
        self.came("pending", tuple(why.runs))

    def do_resume(self) -> None:
        verbs.resume(actor=self.actor, case=self.fresh())
        self.came("in_progress")

    def do_resolve(self) -> None:
        verbs.resolve(actor=self.actor, case=self.fresh(), cause=self.yard.d.cause, solution="Listo")
        self.came("resolved")

    def do_close(self) -> None:
        verbs.close(actor=self.actor, case=self.fresh())
        self.came("closed")

    def do_reopen(self) -> None:
        verbs.reopen(actor=self.actor, case=self.fresh(), reason="Sigue igual")
        self.came("in_progress")

    def do_approval(self) -> None:
        verbs.ask_approvals(actor=None, case=self.fresh(), wanted=[{"label": "Jefatura", "who": [self.yard.d.asker_head.pk]}])
        self.came("approval")

    def do_decide(self) -> None:
        yes = self.rng.random() < 0.6
        verbs.decide(actor=self.yard.d.asker_head, case=self.fresh(), verdict=yes, reason="Así es")
        self.came("new" if yes else "rejected")

    def do_appeal(self) -> None:
        solving.take_reasoned(actor=self.actor, case=self.fresh(), step="appeal", reason="Otra vez")
        self.came("new")

    def do_first(self) -> None:
        self._assign("first", self.yard.d.first)

    def do_second(self) -> None:
        self._assign("second", self.yard.d.second)

    def _assign(self, name: str, team: Team) -> None:
        verbs.assign(actor=self.actor, case=self.fresh(), team=team)
        self.came("assigned")
        if self.team != name:
            self.team = name
            self.promise()

    def do_prioritise(self) -> None:
        impact, urgency = self.rng.randrange(1, 4), self.rng.randrange(1, 4)
        verbs.prioritise(actor=self.actor, case=self.fresh(), impact=impact, urgency=urgency, reason="Cambió")
        self.priority = {2: 1, 3: 2, 4: 3}.get(impact + urgency, 4)
        self.promise()

    def do_reclassify(self) -> None:
        self.level, self.kind = self.rng.choice("ABC"), self.rng.choice(("request", "incident"))
        version = self.yard.versions[f"{self.kind} {self.level}"]
        verbs.reclassify(actor=self.actor, case=self.fresh(), kind=self.kind, reason="Era otra cosa", version=version)
        self.promise()

    def do_decree(self) -> None:
        """A day of these weeks is closed; clocks that have not stopped, on the office's hours, are counted anew."""
        day = FIRST + timedelta(self.rng.randrange(60))
        if day in (*self.yard.closed, *FEDERAL) or day.weekday() > 4 or len(self.yard.closed) > 5:
            return
        self.yard.close(day)
        rows = {c.kind[:4].replace("reso", "resolve"): c for c in Clock.objects.filter(case=self.case)}
        for name, one in self.clocks.items():
            if one.hours != "B" and rows[name].state != "stop":
                one.hours = self.yard.closed

    def fresh(self) -> Case:
        return Case.objects.get(pk=self.case.pk)

    # the comparison -----------------------------------------------------------------------------------------------------

    def differences(self) -> list[str]:
        """Where the clocks in the database are not what the oracle says."""
        self.at += timedelta(seconds=self.rng.randrange(90_000))
        rows = {c.kind[:4].replace("reso", "resolve"): c for c in Clock.objects.filter(case=self.case).select_related("version")}
        wrong = [] if set(rows) == set(self.clocks) else [f"clocks {set(rows)} and not {set(self.clocks)}"]
        for name in set(rows) & set(self.clocks):
            wrong += self._compared(name, rows[name], self.clocks[name])
        return [f"{one}\n  {self.log}" for one in wrong + self._governed(list(rows.values()))]

    def _compared(self, name: str, row: Clock, one: Expected) -> list[str]:
        bounds = tuple(m * 60 for m in world().bounds)
        life = [Event(e.at, "closed" if e.state == "elsewhere" else e.state) for e in one.life]
        want = told(self.yard.seconds(one.hours), bounds, name, one.goal, life, self.second)  # type: ignore[arg-type]
        explained = explain(row, self.at)
        have = Told(int(row.due_at.timestamp()) if row.due_at else None, explained.used, row.state,
                    int(row.stopped_at.timestamp() // 1) if row.stopped_at else None)
        span = (self.second if want.stopped is None else want.stopped) - life[0].at
        wrong = [] if have == want else [f"{name}: {have}, expected {want}"]
        return wrong if abs(explained.total - span) == 0 else [*wrong, f"{name}: explains {explained.total} of {span} s"]

    def _governed(self, rows: list[Clock]) -> list[str]:
        """The light: the soonest that runs; when all stopped, the last."""
        running = [c.due_at for c in rows if c.state == "run" and c.due_at]
        stopped = [c.due_at for c in rows if c.due_at] if all(c.state == "stop" for c in rows) else []
        want, have = min(running) if running else max(stopped, default=None), self.fresh().due_at
        return [] if want == have else [f"the light shows {have}, expected {want}"]
