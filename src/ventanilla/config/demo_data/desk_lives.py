"""Two years of tickets, invented: when they came, who asked for what, and what happened to each of them until now."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import exp
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone

from ventanilla.config.demo_data import desk_tables as words
from ventanilla.config.demo_data.desk_catalogue import DESK, SECOND, Setup
from ventanilla.config.demo_data.desk_tables import ServiceRow
from ventanilla.config.demo_data.worktime import OfficeTime
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.servicedesk.models import OfferingVersion, Team
from ventanilla.modules.servicedesk.services.importing import Happened, Promise, TicketPast
from ventanilla.modules.servicedesk.services.promising import clock_kind, objectives, priority_of, version_of

T = TypeVar("T")
Arrival = tuple[datetime, ServiceRow, Unit]
CRITICAL = "Servicios críticos 24/7"
MONTHS = (1.2, 1.1, 1.05, 0.95, 1.05, 1.1, 0.85, 1.0, 1.1, 1.15, 1.05, 0.4)
"""Requests per month against the mean: budgets in January, vacations in July and December."""
PATHS = {"new": (), "approval": ("approval",), "assigned": ("assigned",), "in_progress": ("in_progress",),
         "pending": ("in_progress", "pending")}
STAGES = ("assigned", "in_progress", "pending", "new", "in_progress", "in_progress", "new", "in_progress", "pending", "in_progress")
FRESH = 60
"""How many of the last ones stand open, at one of STAGES."""
SOON, LATE = (4, 17, 29, 41, 53), (9, 15, 27, 33, 46, 57)
"""Which of them are soon due, and which are late: about one in ten. The others have time left."""


@dataclass
class Told:
    """A ticket that was invented, and what else belongs to it."""

    past: TicketPast
    row: ServiceRow
    version: OfferingVersion
    closed_at: datetime | None = None
    agent: Person | None = None
    approval: tuple[datetime, datetime, bool] | None = None


@dataclass
class Life:
    """One ticket while it is invented: the moment reached, its state, what happened."""

    setup: Setup
    office: OfficeTime
    row: ServiceRow
    version: OfferingVersion
    unit: Unit
    at: datetime
    team: Team
    state: str = ""
    agent: Person | None = None
    weights: tuple[int, int] = (3, 2)
    happened: list[Happened] = field(default_factory=list)
    promised: list[tuple[Team, datetime]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def rng(self) -> Random:
        """The demo's chance."""
        return self.setup.rng

    @property
    def whole_day(self) -> bool:
        """Attended at any hour."""
        return self.row.level == CRITICAL

    def wait(self, minutes: float) -> None:
        """Let time pass, of the office or of the wall."""
        if self.whole_day:
            self.at += timedelta(seconds=int(minutes * 60))
        else:
            self.at = max(self.at, self.office.moment(self.office.place(self.at) + int(minutes * 60)))

    def happen(self, verb: str, state: str, actor: Person | None = None, reason: str = "", **detail: Any) -> None:
        """A step, now."""
        self.state = state
        self.happened.append(Happened(self.at, self.at, verb, state, actor.pk if actor else None, reason, detail, self.team.unit_id))


def invent(setup: Setup, office: OfficeTime, first: date, now: datetime) -> list[Told]:
    """The tickets in order of arrival; what would happen after `now` has not happened yet."""
    told, came = [], arrivals(setup, office, first, now)
    for n, arrival in enumerate(came, start=FRESH - len(came)):
        life = _lived(setup, office, arrival) if n < 0 else _fresh(setup, office, _timely(setup, office, arrival, n, now), (
            STAGES[n % len(STAGES)], now))
        told.append(_told(life, arrival[2], now))
    return _repeated(sorted(told, key=lambda one: one.past.received_at))


def _repeated(told: list[Told]) -> list[Told]:
    """The last failures of a system, but for a few, are one and the same fault in other words, for the desk to find."""
    for n, subject in repeated([one.row.name if one.past.happened[-1].state != "cancelled" else "" for one in told]).items():
        past = told[n].past
        described = past.description.replace(past.subject, subject, 1)
        told[n] = replace(told[n], past=replace(past, subject=subject, description=described))
    return told


def repeated(services: Sequence[str]) -> dict[int, str]:
    """Of tickets by the names of their services, in order of arrival, which tell the repeated fault, and in whose words."""
    failures = [n for n, name in enumerate(services) if name == words.REPEATED_OF][-words.REPEATED_AMONG:]
    return {n: words.REPEATED[place % len(words.REPEATED)] for place, n in enumerate(failures) if place % words.REPEATED_BUT}


def _timely(setup: Setup, office: OfficeTime, arrival: Arrival, n: int, now: datetime) -> Arrival:
    """The arrival moved so that of what is promised in its stage a share is used: most have time, some little, some none.

    Those that came in a year that is complete stay, for its figures are given.
    """
    at, row, unit = arrival
    rng, version = setup.rng, setup.offers[row.name][1]
    low, high = (1.15, 1.7) if n in LATE else (0.86, 0.95) if n in SOON else (0.05, 0.5)
    metric = "own" if STAGES[n % len(STAGES)] in ("new", "assigned") else "resolve"
    used = _promised(version, row, version.team, metric) * 60 * rng.uniform(low, high)
    whole = row.level == CRITICAL
    moved = now - timedelta(seconds=int(used)) if whole else office.moment(max(office.place(now) - int(used), 0))
    same_year = timezone.localtime(at).year == timezone.localtime(moved).year == timezone.localtime(now).year
    return (min(moved, now), row, unit) if same_year else arrival


def _fresh(setup: Setup, office: OfficeTime, arrival: tuple[datetime, ServiceRow, Unit], wanted: tuple[str, datetime]) -> Life:
    """One of the last ones, as far as a stage, so that whoever opens the demo at any hour finds work in every state."""
    (at, row, unit), (stage, now) = arrival, wanted
    version = setup.offers[row.name][1]
    life = Life(setup, office, row, version, unit, at, version.team, weights=(version.impact, version.urgency))
    _asked(life)
    agent = setup.rng.choice(setup.agents[life.team.name])
    hold = setup.rng.choice(setup.holds)
    steps: dict[str, tuple[str, str, Person | None, str, dict[str, Any]]] = {
        "approval": ("ask_approval", "approval", None, "", {}),
        "assigned": ("assign", "assigned", setup.manager, "", {"team": life.team.name, "person": agent.name, "team_before": life.team.pk}),
        "in_progress": ("take", "in_progress", agent, "", {}), "pending": ("hold", "pending", agent, hold.text, {})}
    life.facts["held_for_id"] = hold.pk
    if row.approval and stage != "new":
        life.facts["approval"] = (at, now + timedelta(days=1), True)
    for name in PATHS["approval" if row.approval and stage != "new" else stage]:
        life.at = min(life.at + timedelta(minutes=setup.rng.randrange(2, 25)), now)
        life.agent = agent if name in ("assigned", "in_progress") else life.agent
        verb, state, actor, reason, detail = steps[name]
        life.happen(verb, state, actor, reason, **detail)
    return life


def arrivals(setup: Setup, office: OfficeTime, first: date, now: datetime) -> list[tuple[datetime, ServiceRow, Unit]]:
    """Exactly a year's shares in the calendar year that is complete; the same shares by chance before and after."""
    rng, year = setup.rng, now.year - 1
    today = timezone.localtime(now).date()
    spans = [(first, date(year, 1, 1)), (date(year, 1, 1), date(year + 1, 1, 1)), (date(year + 1, 1, 1), today + timedelta(days=1))]
    found = []
    for start, end in spans:
        days = [d for d in office.days if start <= d < end]
        if not days:
            continue
        whole = (start, end) == spans[1]
        count = words.YEARLY if whole else round(sum(words.YEARLY * MONTHS[d.month - 1] for d in days) / 251)
        services, units = _services(count, rng), _units(setup, count, rng)
        chosen = rng.choices(days, [MONTHS[d.month - 1] for d in days], k=count)
        found += [(_moment(office, day, row, rng), row, unit) for day, row, unit in zip(chosen, services, units, strict=True)]
    return _gathered(sorted((a for a in found if a[0] <= now), key=lambda a: (a[0], a[1].name, a[2].pk)))


def _gathered(came: list[Arrival]) -> list[Arrival]:
    """As many failures of a system among the last arrivals as the repeated fault takes: where they are fewer, some of the others change
    places with earlier failures of the same year, so that the figures of a year stay as they are given."""
    def free(row: ServiceRow) -> bool:
        return row.level != CRITICAL and row.name != words.REPEATED_OF

    recent = range(max(0, len(came) - words.REPEATED_WITHIN), len(came))
    there = sum(came[n][1].name == words.REPEATED_OF for n in recent)
    wanted = [n for n in recent if free(came[n][1])]
    earlier = [n for n in range(recent.start) if came[n][1].name == words.REPEATED_OF]
    missing = max(0, words.REPEATED_AMONG - there)
    for place in wanted[len(wanted) // 2 % 3::3]:
        year = timezone.localtime(came[place][0]).year
        other = next((n for n in reversed(earlier) if timezone.localtime(came[n][0]).year == year), None)
        if missing and other is not None:
            earlier.remove(other)
            (at, row, unit), (then, failure, where) = came[place], came[other]
            came[place], came[other] = (at, failure, unit), (then, row, where)
            missing -= 1
    return came


def _moment(office: OfficeTime, day: date, row: ServiceRow, rng: Random) -> datetime:
    at = office.moment(office.day_index(day) * 9 * 3600 + rng.randrange(9 * 3600 - 60))
    if row.level == "Servicios críticos 24/7" and rng.random() < 0.3:
        at += timedelta(hours=rng.randrange(7, 14))
        return at if timezone.localtime(at).date() == day else at - timedelta(hours=15)
    return at


def _services(count: int, rng: Random) -> list[ServiceRow]:
    """The most asked one has its share; the others by weight, with the largest remainders."""
    top = round(count * words.TOP_SERVICE / words.YEARLY)
    others = words.SERVICES[1:]
    return _dealt([words.SERVICES[0], *others], [top, *_parts(count - top, [row.weight for row in others])], rng)


def _units(setup: Setup, count: int, rng: Random) -> list[Unit]:
    """The unit that asks most has its share; headquarters ask more than regional departments."""
    units = [u for code, u in setup.org.units.items() if code not in (DESK, SECOND)]
    best = setup.org.units["212C0101010300T"]
    others = [u for u in units if u != best]
    top = round(count * words.TOP_UNIT / words.YEARLY)
    weights = [5 if u.level in ("directorate", "subdirectorate", "agency") else 3 if u.level == "office" else 1 for u in others]
    return _dealt([best, *others], [top, *_parts(count - top, weights)], rng)


def _parts(count: int, weights: Sequence[int]) -> list[int]:
    exact = [count * w / sum(weights) for w in weights]
    parts = [int(x) for x in exact]
    for n in sorted(range(len(exact)), key=lambda n: (parts[n] - exact[n], n))[: count - sum(parts)]:
        parts[n] += 1
    return parts


def _dealt(things: Sequence[T], counts: Sequence[int], rng: Random) -> list[T]:
    found = [thing for thing, n in zip(things, counts, strict=True) for _i in range(n)]
    rng.shuffle(found)
    return found


def _lived(setup: Setup, office: OfficeTime, arrival: tuple[datetime, ServiceRow, Unit]) -> Life:
    """A whole life, as if there were time enough."""
    at, row, unit = arrival
    version = setup.offers[row.name][1]
    life = Life(setup, office, row, version, unit, at, version.team, weights=(version.impact, version.urgency))
    _asked(life)
    if row.approval and not _approved(life):
        return life
    if life.rng.random() < 0.02:
        life.wait(life.rng.randrange(5, 200))
        life.happen("cancel", "cancelled", _asker(life), "Ya no se necesita")
        return life
    _owned(life)
    _worked(life)
    _solved(life)
    return life


def _asked(life: Life) -> None:
    rng, unit = life.rng, life.unit
    liaison, staff, head = life.setup.liaisons.get(unit.pk), life.setup.org.staff(unit), life.setup.org.head(unit)
    channel = rng.choices(("portal", "phone", "mail", "person"), (72, 15, 9, 4))[0]
    asks = (liaison or head) if life.row.audience == "liaisons" else rng.choice((staff, staff, head, liaison or staff))
    if life.row.internal:
        asks = rng.choice(life.setup.agents[life.row.team])
    for_whom = rng.choice((None, None, head if asks != head else staff)) if asks == liaison else None
    life.facts |= {"requester_id": asks.pk, "channel": channel, "beneficiary_id": for_whom.pk if for_whom else None}
    agent = None if channel == "portal" else rng.choice(life.setup.agents["Mesa de ayuda"])
    life.facts["registrar"] = agent.pk if agent else asks.pk
    life.happen("register", "new", agent or asks)


def _asker(life: Life) -> Person:
    return next(p for p in (*life.setup.org.people[life.unit.pk].values(), *life.setup.agents[life.row.team])
                if p.pk == life.facts["requester_id"])


def _approved(life: Life) -> bool:
    life.happen("ask_approval", "approval")
    life.wait(life.rng.randrange(30, 900))
    yes = life.rng.random() < 0.94
    life.facts["approval"] = (life.happened[-1].at, life.at, yes)
    life.happen("approve" if yes else "reject", "new" if yes else "rejected", None, "" if yes else "No hay presupuesto este trimestre")
    return yes


def _owned(life: Life) -> None:
    """Taken, most often long before the promise is over."""
    rng = life.rng
    goal = _goal(life, "own")
    if rng.random() < 0.35:
        life.wait(goal * rng.uniform(0.02, 0.2))
        life.agent = rng.choice(life.setup.agents[life.team.name])
        life.happen("assign", "assigned", life.setup.manager, team=life.team.name, person=life.agent.name, team_before=life.team.pk)
    life.wait(goal * (rng.uniform(0.03, 0.6) if rng.random() < 0.965 else rng.uniform(1.1, 2.5)))
    life.agent = life.agent or rng.choice(life.setup.agents[life.team.name])
    life.happen("take", "in_progress", life.agent)


def _goal(life: Life, metric: str) -> int:
    return _promised(life.version, life.row, life.team, metric, life.weights)


def _promised(version: OfferingVersion, row: ServiceRow, team: Team, metric: str, weights: tuple[int, int] | None = None) -> int:
    """Minutes of a promise."""
    priority = priority_of(*(weights or (version.impact, version.urgency)))
    found = [o for o in objectives(version.level, team, priority, row.kind) if o.metric == metric]
    return found[0].minutes if found else 480


def _worked(life: Life) -> None:
    """Another priority, another level of support, waiting for something."""
    rng, goal = life.rng, _goal(life, "resolve")
    life.wait(goal * rng.uniform(0.01, 0.12))
    if rng.random() < 0.03:
        before, life.weights = life.weights, (2, 1) if life.weights != (2, 1) else (1, 1)
        life.happen("prioritise", life.state, life.agent, "Afecta a toda el área", before=list(before), after=list(life.weights))
    if life.row.team == "Mesa de ayuda" and rng.random() < 0.3:
        _escalated(life)
    if rng.random() < 0.15:
        hold = rng.choice(life.setup.holds)
        life.facts["held_for_id"] = hold.pk
        life.happen("hold", "pending", life.agent, hold.text)
        life.wait(goal * rng.uniform(0.1, 1.5))
        life.happen("resume", "in_progress", life.agent)


def _escalated(life: Life) -> None:
    second = life.setup.teams["Soporte técnico"]
    before, life.team = life.team, second
    engineer = life.rng.choice(life.setup.agents["Soporte técnico"])
    life.happen("assign", "assigned", life.agent, "Requiere visita", team=second.name, person=engineer.name, team_before=before.pk)
    life.promised.append((second, life.at))
    life.agent = engineer
    life.wait(life.rng.randrange(5, 90))
    life.happen("take", "in_progress", engineer)


def _solved(life: Life) -> None:
    rng, goal = life.rng, _goal(life, "resolve")
    spread = exp(rng.gauss(-1.6, 0.7))
    life.wait(goal * (min(spread, 0.7) if rng.random() < 0.955 else rng.uniform(1.0, 2.2)))
    _resolve(life)
    if rng.random() < 0.025:
        life.wait(rng.randrange(30, 900))
        life.happen("reopen", "in_progress", _asker(life), "Sigue igual")
        life.wait(rng.randrange(20, 400))
        _resolve(life)
    if rng.random() < 0.6:
        life.wait(rng.randrange(5, 700))
        life.happen("close", "closed", _asker(life))
    else:
        life.at = life.office.moment(life.office.place(life.at) + 3 * 9 * 3600)
        life.happen("close", "closed")


def _resolve(life: Life) -> None:
    causes = life.setup.causes[life.row.kind]
    cause = life.rng.choices(causes, [6, 3, *([1] * (len(causes) - 2))])[0]
    life.facts |= {"cause_id": cause.pk, "solution": life.rng.choice(words.SOLUTIONS[life.row.kind])}
    life.happen("resolve", "resolved", life.agent, cause=cause.pk)


_ENDED = ("resolved", "closed")


def _told(life: Life, unit: Unit, now: datetime) -> Told:
    """The part of the life that has happened, as a history to write."""
    happened = [h for h in life.happened if h.at <= now] or life.happened[:1]
    state = happened[-1].state
    weights = next((tuple(h.detail["after"]) for h in reversed(happened) if h.verb == "prioritise"), (life.version.impact,
                                                                                                      life.version.urgency))
    moved = [(team, at) for team, at in life.promised if at <= now]
    team = moved[-1][0] if moved else life.version.team
    ended = state in _ENDED
    taken = [h for h in happened if h.verb == "take"]
    people = {p.pk: p for agents in life.setup.agents.values() for p in agents}
    agent = people.get(taken[-1].actor or 0) if taken else life.agent if state == "assigned" else None
    facts = {
        "service_id": life.version.offering.service_id, "version_id": life.version.pk, "level_id": life.version.level_id,
        "team_id": team.pk,
        "requester_id": life.facts["requester_id"], "beneficiary_id": life.facts["beneficiary_id"], "unit_id": unit.pk,
        "channel": life.facts["channel"], "impact": weights[0], "urgency": weights[1],
        "held_for_id": life.facts["held_for_id"] if state == "pending" else None,
        "cause_id": life.facts["cause_id"] if ended else None, "solution": life.facts["solution"] if ended else "",
        "resolved_by_id": agent.pk if ended and agent else None}
    subject = life.rng.choice(life.row.subjects)
    past = TicketPast(
        life.row.kind, team.unit, subject, happened[0].at, happened[0].at, happened, list(_promises(life, weights, moved)),
        desk=life.version.team.unit, priority=priority_of(*weights), registrar_id=life.facts["registrar"],
        assignee_id=agent.pk if agent else None,
        description=f"{subject}. {unit.name}.", words=unit.name, parties=list(_parties(life, unit)), facts=facts,
        uuid=UUID(int=life.rng.getrandbits(128), version=4))
    closed = next((h.at for h in reversed(happened) if h.state == "closed"), None) if state == "closed" else None
    return Told(past, life.row, life.version, closed, agent, life.facts.get("approval"))


def _promises(life: Life, weights: Sequence[int], moved: Sequence[tuple[Team, datetime]]) -> Iterator[Promise]:
    level, priority = life.version.level, priority_of(*weights)
    begun, hours = life.happened[0].at, _hours(life, life.version.team)
    for one in objectives(level, life.version.team, priority, life.row.kind):
        yield Promise(clock_kind(one), one.minutes, hours, begun)
    for team, at in moved:
        for one in objectives(level, team, priority, life.row.kind):
            if one.team_id == team.pk and team != life.version.team:
                yield Promise(clock_kind(one), one.minutes, _hours(life, team), at)


def _hours(life: Life, team: Team) -> int:
    """The version of the calendar that counts."""
    known, key = life.setup.hours, (life.version.level_id, team.pk)
    if key not in known:
        known[key] = version_of(life.version.level, team.unit).pk
    return known[key]


def _parties(life: Life, unit: Unit) -> Iterator[tuple[str, int]]:
    yield "requester", life.facts["requester_id"]
    if life.facts["beneficiary_id"]:
        yield "beneficiary", life.facts["beneficiary_id"]
    if unit.pk in life.setup.liaisons:
        yield "liaison", life.setup.liaisons[unit.pk].pk
