"""The verb of the rules: a ticket is assigned by the system, and the reason names the rule."""
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from ventanilla.core import plans
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import Moving
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.services.rules.assigning.choosing import choose, take_turns
from ventanilla.modules.servicedesk.services.rules.assigning.deciding import Ruling, ruling_of
from ventanilla.modules.servicedesk.services.sharing import Load, first_of, share
from ventanilla.modules.servicedesk.services.working import assign, assign_new


class Newcomer(NamedTuple):
    """A ticket that is being opened: its case and itself, not written yet, and the rule that fits it (None: as its team shares)."""

    case: Case
    ticket: Ticket
    ruling: Ruling | None


def place_new(newcomers: Sequence[Newcomer]) -> Iterator[tuple[Newcomer, Moving]]:
    """Give tickets that are being opened to whom the rules, or their teams, choose; what nobody gets by itself is passed over.

    Inside the transaction that writes them. Where it matters how many somebody has, whoever opens others for the same teams waits.
    """
    take_turns(n.ruling for n in newcomers if n.ruling)
    load = Load(lambda: _alone(newcomers))
    for one in newcomers:
        move = _by_rule(one, one.ruling, load) if one.ruling else _by_team(one, load)
        if move and move.case.assignee:
            load.give(move.case.assignee)
        if move:
            yield one, move


_ALONE = """
SELECT pg_advisory_xact_lock(k)::text FROM (SELECT DISTINCT %s::bigint + t AS k FROM unnest(%s::bigint[]) AS u(t) ORDER BY k) sorted
"""
_TEAMS = 0x54454D << 40


def _alone(newcomers: Sequence[Newcomer]) -> None:
    """Until the end of the transaction nobody else shares out new tickets of these teams by what their people have in hand."""
    plans.rows(_ALONE, [_TEAMS, [n.ticket.team_id for n in newcomers if n.ticket.team_id]])


def _by_rule(one: Newcomer, ruling: Ruling, load: Load) -> Moving:
    person, why = choose(ruling, one.ticket, load)
    return assign_new(case=one.case, team=ruling.team, person=person, reason=_reason(ruling, why))


def _by_team(one: Newcomer, load: Load) -> Moving | None:
    team = one.ticket.team
    chosen = first_of(team, one.ticket, load) if team and team.automatic else None
    return assign_new(case=one.case, team=team, person=chosen.person) if team and chosen else None


def place(case: Case, ruling: Ruling) -> Person | None:
    """Assign a ticket to the team of the ruling and to whom its rule chooses; None when it only waits in the team."""
    person, why = choose(ruling, Ticket.objects.select_related("service", "level").get(pk=case.pk), Load())
    assign(actor=None, case=case, team=ruling.team, person=person, reason=_reason(ruling, why))
    return person


def _reason(ruling: Ruling, why: str) -> str:
    return _("Asignado por la regla «%(rule)s»: %(why)s.") % {"rule": ruling.rule.name, "why": why}


def distribute(case: Case) -> Person | None:
    """A ticket that nobody has in hand (it was authorised just now): by the rules, else as its team shares."""
    if case.assignee_id is not None:
        return None
    ruling = ruling_of(case)
    return place(case, ruling) if ruling else share(case)
