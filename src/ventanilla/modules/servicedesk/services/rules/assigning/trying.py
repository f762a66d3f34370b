"""The rehearsal of a rule of assignment: which of the last month's tickets it would have got, and who had them in fact. It moves none."""
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.questionnaires.models import Response, Role
from ventanilla.modules.servicedesk.models import AssignmentRule, Team, Ticket
from ventanilla.modules.servicedesk.services.routing import wanted_teams
from ventanilla.modules.servicedesk.services.rules.assigning.deciding import KINDS, fits, rules_of, wanted_of, whole
from ventanilla.modules.servicedesk.services.rules.assigning.facts import Facts, Lookups
from ventanilla.modules.servicedesk.services.rules.trying import CHUNK, DAYS, EXAMPLES, MOST


@dataclass(frozen=True)
class AssignmentRehearsal:
    """What a rule would have got of the tickets received from `since` to `until`: how many it looked at, got, and found taken before.

    `before`: rules above it with how many tickets that also fit it; `teams` and `people`: who has, or had, those that it would have
    got, with how many (None: nobody). `examples` are only of tickets that the person who asks may read; `capped`: there were more
    than MOST tickets.
    """

    since: datetime
    until: datetime
    tickets: int
    got: int
    before: Sequence[tuple[str, int]]
    teams: Sequence[tuple[str, int]]
    people: Sequence[tuple[str | None, int]]
    examples: Sequence[Case]
    capped: bool


def rehearse_assignment(rule: AssignmentRule, until: datetime, *, person: Person, days: int = DAYS) -> AssignmentRehearsal:
    """Try one rule, on or not, where it stands, on the tickets of the `days` before `until`: with rules, hours and teams as they are now.

    Imported tickets count too. The number of queries grows only with how many hundreds of tickets there were.
    """
    since = until - timedelta(days=days)
    rows = Ticket.objects.filter(institution_id=rule.institution_id, case__kind__in=KINDS, case__received_at__gt=since,
                                 case__received_at__lte=until)
    ids = list(rows.order_by("-case_id").values_list("case_id", flat=True)[:MOST + 1])
    above = [r for r in rules_of(rule.institution_id) if (r.order, r.pk) < (rule.order, rule.pk) and r.pk != rule.pk]
    mine, taken = list[Ticket](), Counter[str]()
    for ticket, facts in _asked(ids[:MOST], _lookups(rule)):
        if fits(rule, facts):
            first = next((r for r in above if fits(r, facts)), None)
            if first is None:
                mine.append(ticket)
            else:
                taken[first.name] += 1
    return AssignmentRehearsal(since, until, len(ids[:MOST]), len(mine), taken.most_common(), _teams(mine), _people(mine),
                               _examples(mine, person), len(ids) > MOST)


def _lookups(rule: AssignmentRule) -> Lookups:
    """Units above each unit, read at once."""
    paths = Unit.objects.filter(institution_id=rule.institution_id).values_list("pk", "path")
    return Lookups({pk: [str(n) for n in path] for pk, path in paths})


def _asked(ids: Sequence[int], lookups: Lookups) -> Iterator[tuple[Ticket, Facts]]:
    """Tickets with their facts, some hundreds at a time."""
    teams: dict[int, Team] = {}
    for n in range(0, len(ids), CHUNK):
        values = _values(ids[n:n + CHUNK])
        tickets = list(whole(Ticket.objects.filter(case_id__in=ids[n:n + CHUNK])).order_by("-case_id"))
        teams = teams or {t.pk: t for t in Team.objects.filter(institution_id=tickets[0].institution_id).select_related("unit")}
        for ticket in tickets:
            if team := _catalogued(ticket, values.get(ticket.case_id, {}), teams):
                yield ticket, Facts(wanted_of(ticket, values.get(ticket.case_id, {}), team), lookups)


def _values(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for case_id, values in Response.objects.filter(case_id__in=ids, role=Role.RECORD).order_by("pk").values_list("case_id", "values"):
        found.setdefault(case_id or 0, {}).update(values)
    return found


def _catalogued(ticket: Ticket, values: Mapping[str, Any], teams: Mapping[int, Team]) -> Team | None:
    """The team that the catalogue and the answers chose; of a ticket without either, the one that has it."""
    wanted = next((teams[pk] for pk in wanted_teams(ticket.version, values) if pk in teams and teams[pk].active), None)
    return wanted or (ticket.version.team if ticket.version else ticket.team)


def _teams(tickets: Sequence[Ticket]) -> list[tuple[str, int]]:
    return Counter(t.team.name for t in tickets if t.team).most_common()


def _people(tickets: Sequence[Ticket]) -> list[tuple[str | None, int]]:
    counted = Counter(t.case.assignee_id for t in tickets)
    names = {p.pk: p.name for p in Person.objects.filter(pk__in=[pk for pk in counted if pk])}
    return [(names.get(pk or 0), n) for pk, n in counted.most_common()]


def _examples(tickets: Sequence[Ticket], person: Person) -> list[Case]:
    rows = Case.objects.visible_to(person).filter(pk__in=[t.case_id for t in tickets]).select_related("ticket__team", "assignee")
    return list(rows.order_by("-pk")[:EXAMPLES])
