"""Which rule of assignment fits a ticket: the first of those that are on, and whose team and person are still there."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from ventanilla.core import plans, settled
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.definition.conditions import Condition
from ventanilla.core.questionnaires.models import Response, Role
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.models import AssignmentRule, Team, Ticket
from ventanilla.modules.servicedesk.services.routing import routed
from ventanilla.modules.servicedesk.services.rules.assigning.facts import Facts, Lookups, Wanted, ready

KINDS: Final = ASKED
"""Kinds of ticket that rules assign: what somebody asks for. A problem, a change goes where it was made."""
MOST: Final = 2000
NEVER: Final = Condition("any")
_kept: dict[int, tuple[AssignmentRule, Condition]] = {}
"""Rules and their conditions by the rule's key, as they were changed last."""


@dataclass(frozen=True)
class Ruling:
    """The rule that decides, and the team that gets the ticket by it."""

    rule: AssignmentRule
    team: Team


_ACTIVE = """
SELECT r.id, r.changed_at FROM servicedesk_assignmentrule r
LEFT JOIN servicedesk_team t ON t.id = r.team_id LEFT JOIN orgs_person p ON p.id = r.person_id
WHERE r.institution_id = %s AND r.active AND t.active IS NOT FALSE AND p.active IS NOT FALSE ORDER BY r."order", r.id
"""
_TEAM = plans.Related(Team, "unit", where="t.id = %s AND t.active")


def rules_of(institution_id: int) -> list[AssignmentRule]:
    """The rules that are on and not broken, in order. One statement with a kept plan, and one for rules that this process does not know.

    Of a rule that is kept only what stands in `changed_at` is read; who got the last ticket is not (see `choosing`).
    """
    return settled.answered(_rules, [institution_id])


def _rules(params: Sequence[Any]) -> list[AssignmentRule]:
    found = plans.rows(_ACTIVE, params)
    missing = [pk for pk, changed_at in found if pk not in _kept or _kept[pk][0].changed_at != changed_at]
    if missing:
        if len(_kept) >= MOST:
            _kept.clear()
        rows = AssignmentRule.objects.in_bulk(missing if _kept else [pk for pk, _at in found])
        _kept.update({pk: (rule, _tree(rule.condition)) for pk, rule in rows.items()})
    return [_kept[pk][0] for pk, _at in found if pk in _kept]


def fits(rule: AssignmentRule, facts: Facts) -> bool:
    """Whether the rule's condition holds; one that cannot be read fits nothing, and stops nothing else."""
    kept = _kept.get(rule.pk)
    tree = kept[1] if kept and kept[0].changed_at == rule.changed_at else _tree(rule.condition)
    return tree.holds(facts)


def _tree(data: Any) -> Condition:
    try:
        return ready(data)
    except Refused:
        return NEVER


def ruling_for(wanted: Wanted, rules: Sequence[AssignmentRule], lookups: Lookups) -> Ruling | None:
    """The first rule that fits; None when none does, and for kinds that rules do not assign."""
    facts = Facts(wanted, lookups)
    for rule in rules if wanted.kind in KINDS else ():
        if fits(rule, facts) and (team := _team(rule, wanted)) and (rule.person_id is None or _there(rule, team)):
            return Ruling(rule, team)
    return None


def _team(rule: AssignmentRule, wanted: Wanted) -> Team | None:
    """The rule's team; that of the catalogue when it names none."""
    if rule.team_id in (None, wanted.team.pk) and (wanted.team.active or rule.team_id is None):
        return wanted.team
    return next(iter(settled.answered(_TEAM, [rule.team_id])), None)


def _there(rule: AssignmentRule, team: Team) -> bool:
    """Whether the named person is (still) of that team."""
    return team.memberships.filter(person=rule.person_id).exists()


# --- of tickets that there are -------------------------------------------------------------------------------


def whole(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Tickets with what `wanted_of` reads of them."""
    return rows.select_related("case", "service", "version__form", "version__team__unit", "level", "team__unit")


def wanted_of(ticket: Ticket, values: Mapping[str, Any], team: Team) -> Wanted:
    """What was asked for in a ticket that there is; `team` is the one that the catalogue chose."""
    case, service = ticket.case, ticket.service
    return Wanted(case.institution_id, case.kind, case.subject, case.received_at, case.priority, ticket.channel, team, ticket.level,
                  ticket.unit_id, ticket.service_id, service.family_id if service else None, ticket.version, values)


def ruling_of(case: Case) -> Ruling | None:
    """The rule that fits a ticket that there is, as it is now."""
    rules = rules_of(case.institution_id) if case.kind in KINDS else []
    ticket = whole(Ticket.objects.filter(pk=case.pk)).first() if rules else None
    if ticket is None or ticket.team is None:
        return None
    ticket.case = case
    rows = Response.objects.filter(case=case, role=Role.RECORD).order_by("pk").values_list("values", flat=True)
    values = {key: value for one in rows for key, value in one.items()}
    team = routed(ticket.version, values) or (ticket.version.team if ticket.version else ticket.team)
    return ruling_for(wanted_of(ticket, values, team), rules, Lookups())
