"""Automatic assignment: a team that shares by itself gives each new ticket to who knows the service and has least open."""
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from ventanilla.core import plans
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Team, Ticket
from ventanilla.modules.servicedesk.services.promising import open_then, version_of
from ventanilla.modules.servicedesk.services.working import assign


def share(case: Case) -> Person | None:
    """Assign a new ticket of an automatic team, by the system; None when nobody of it is there.

    Who has the skill of the service comes first, then who has fewest open tickets, then who joined first; whoever is away, or has
    as many as they take at once, gets none. Outside the hours of the promise only who is on call gets it; when nobody is, everybody
    counts.
    """
    ticket = Ticket.objects.select_related("team__unit", "service", "level").get(pk=case.pk)
    if ticket.team is None or not ticket.team.automatic:
        return None
    chosen = first_of(ticket.team, ticket, Load())
    if chosen is not None:
        assign(actor=None, case=case, team=ticket.team, person=chosen.person)
    return chosen.person if chosen else None


def first_of(team: Team, ticket: Ticket, load: "Load") -> "Agent | None":
    """Who of the team gets a ticket (with its service and level), as `share` says."""
    agents = load.free(present(team.pk))
    if not open_then(version_of(ticket.level, team.unit).pk, timezone.now()):
        agents = on_call(agents) or agents
    return load.least(skilled(agents, ticket) or agents)


def skilled(agents: "Sequence[Agent]", ticket: Ticket) -> "list[Agent]":
    """Those who know the service of the ticket."""
    return [a for a in agents if ticket.service and ticket.service.slug in a.skills]


# --- who is there --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Agent:
    """Somebody of a team who is not away: `place` is the order in which they joined, `capacity` how many open tickets they take,
    `on_call` their place among those on call now (None: they are not)."""

    person: Person
    place: int
    capacity: int | None
    on_call: int | None
    skills: Sequence[str]


_PERSON = plans.Columns(Person)
_PRESENT = f"""
WITH turns AS MATERIALIZED (SELECT team_id, person_id, min("order") AS place FROM servicedesk_oncall
  WHERE team_id = ANY (%s) AND starts_at <= %s AND ends_at > %s GROUP BY team_id, person_id)
SELECT m.team_id, m.id, m.capacity, CASE WHEN EXISTS (SELECT 1 FROM turns t WHERE t.team_id = m.team_id)
  THEN (SELECT t.place FROM turns t WHERE t.team_id = m.team_id AND t.person_id = p.id)
  WHEN m.on_call THEN 1 END, m.skills, {_PERSON.sql("p")}
FROM servicedesk_membership m JOIN orgs_person p ON p.id = m.person_id
WHERE m.team_id = ANY (%s) AND p.active AND NOT EXISTS (
  SELECT 1 FROM orgs_absence a WHERE a.person_id = p.id AND a.valid_from <= %s AND a.valid_to > %s)
ORDER BY m.id
"""


def present(team_id: int) -> list[Agent]:
    """Who of the team is active and not away today, in the order in which they joined. One statement."""
    return present_of([team_id])[team_id]


def present_of(team_ids: Iterable[int]) -> dict[int, list[Agent]]:
    """The same of several teams, by team; one statement for all.

    On call are those who have a turn now; while nobody of a team has one, those of it who are marked as always on call.
    """
    found: dict[int, list[Agent]] = {pk: [] for pk in team_ids}
    today, now = timezone.localdate(), timezone.now()
    for team_id, *agent in plans.rows(_PRESENT, [list(found), now, now, list(found), today, today]):
        found[team_id].append(Agent(_PERSON.instance(agent[4:]), *agent[:4]))
    return found


def on_call(agents: Iterable[Agent]) -> list[Agent]:
    """Of these who is called first: those on call whose place is the lowest."""
    called = [a for a in agents if a.on_call]
    return [a for a in called if a.on_call == min(one.on_call or 0 for one in called)]


def _nothing() -> None:
    """Whoever shares out one ticket holds nothing back."""


@dataclass
class Load:
    """How many open tickets people have in hand: counted when it decides something, and kept up while several are shared out.

    `hold` is called once before the first count: so that of those who share out at the same time each sees what the others did.
    """

    hold: Callable[[], None] = _nothing
    _held: dict[int, int] | None = None
    _given: dict[int, int] = field(default_factory=dict)

    def of(self, agent: Agent) -> int:
        """What the agent has in hand."""
        return self._counted([agent])[agent.person.pk] + self._given.get(agent.person.pk, 0)

    def free(self, agents: Iterable[Agent]) -> list[Agent]:
        """Those who may get one more. Nothing is counted of who takes any number."""
        listed = list(agents)
        self._counted([a for a in listed if a.capacity is not None])
        return [a for a in listed if a.capacity is None or self.of(a) < a.capacity]

    def least(self, agents: Sequence[Agent]) -> Agent | None:
        """Who has fewest, then who joined first; None of nobody. Of one alone nothing is counted."""
        if len(agents) > 1:
            self._counted(agents)
        return min(agents, key=lambda a: (self.of(a), a.place)) if len(agents) > 1 else next(iter(agents), None)

    def give(self, person: Person) -> None:
        """One more ticket is theirs, and not written yet."""
        self._given[person.pk] = self._given.get(person.pk, 0) + 1

    def _counted(self, agents: Iterable[Agent]) -> dict[int, int]:
        known = self._held or {}
        missing = [a.person.pk for a in agents if a.person.pk not in known]
        if missing and self._held is None:
            self.hold()
        if missing:
            self._held = known | dict.fromkeys(missing, 0) | dict(plans.rows(_HELD, [missing]))
        return self._held or {}


_HELD = """
SELECT assignee_id, count(*) FROM cases_case WHERE closed_at IS NULL AND assignee_id IS NOT NULL
  AND assignee_id = ANY (ARRAY(SELECT unnest(%s::bigint[]))) GROUP BY assignee_id
"""
