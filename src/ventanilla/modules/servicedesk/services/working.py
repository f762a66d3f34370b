"""Work on a ticket: assign, take, hold, resume, change its priority."""
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core import plans
from ventanilla.core.cases.clocks import case_clocks_follow, govern
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Clock, Pause
from ventanilla.core.cases.moving import Moving, first_step, moving
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import long_moment
from ventanilla.modules.servicedesk.models import HoldReason, Team, Ticket
from ventanilla.modules.servicedesk.services.family import carry
from ventanilla.modules.servicedesk.services.promising import keep_promise, priority_of


def assign(*, actor: Person | None, case: Case, team: Team, person: Person | None = None, reason: str = "") -> Case:
    """Give the ticket to a team and, when named, to an agent of it; promises towards the requester go on as they are.

    Raises NotAllowed, and Refused when the person does not work there.
    """
    _works(team, case)
    if person and not works_in(person, team):
        raise Refused(_("%(name)s no es de «%(team)s».") % {"name": person.name, "team": team.name}, "person")
    with moving(case, "assign", actor, reason=reason, given={"team": team}) as move:
        ticket = _ticket(move)
        moved_on = ticket.team_id != team.pk
        _give(move, ticket.team_id, team, person)
        ticket.team = team
        ticket.save(update_fields=["team"])
        case_clocks_follow(move)
        carry(move.case, team.unit)
        if moved_on:
            keep_promise(move.case, team, move.at, level=ticket.level, state=move.step.lands(move.case.state))
        return move.case


def assign_new(*, case: Case, team: Team, person: Person | None, reason: str = "") -> Moving:
    """The same by the system for a ticket of the team while it is being opened (`moving.first_step`); the person is of the team."""
    _works(team, case)
    move = first_step(case, "assign", reason=reason)
    _give(move, team.pk, team, person)
    return move


def _works(team: Team, case: Case) -> None:
    if team.institution_id != case.institution_id or not team.active:
        raise Refused(_("Ese equipo no está activo."), "team")


def _give(move: Moving, before: int | None, team: Team, person: Person | None) -> None:
    """What history and log say of it, and whose the case is then."""
    move.detail.update(team=team.pk, person=person.pk if person else None, team_before=before)
    move.shown.update(team=team.name, person=person.name if person else "")
    move.case.unit, move.case.assignee = team.unit, person


def works_in(person: Person, team: Team) -> bool:
    """A member of the team, or somebody who may answer in its unit."""
    return team.memberships.filter(person=person).exists() or reach_of(person).can(cap.ANSWER, team.unit_id)


def take(*, actor: Person, case: Case) -> Case:
    """The actor takes the ticket in hand; the clock to take it stops. Of two who take it at once the second is told."""
    with moving(case, "take", actor) as move:
        if move.case.assignee_id not in (None, actor.pk):
            move.detail["from_person"] = move.case.assignee_id
        move.case.assignee = actor
        Ticket.objects.filter(pk=case.pk, owned_at=None).update(owned_at=move.at)
        case_clocks_follow(move)
        return move.case


def hold(*, actor: Person, case: Case, why: HoldReason, note: str = "", until: datetime | None = None) -> Case:
    """Wait, with a reason of the catalogue: the clocks that it stops stand still until it is resumed, by itself at `until` (aware).

    Who holds it has taken it, unless the reason leaves the time to take it running: then somebody still has to.
    """
    if until and until <= timezone.now():
        raise Refused(_("Elija un momento que no haya pasado."), "until")
    said = _("Hasta el %(moment)s") % {"moment": long_moment(timezone.localtime(until))} if until else ""
    with moving(case, "hold", actor, reason=". ".join(filter(None, (f"{why.text}. {note}".strip(" ."), said)))) as move:
        move.detail["runs"] = why.runs
        Ticket.objects.filter(pk=case.pk).update(held_for=why, held_until=until)
        if "own" not in why.runs:
            _owned(move, actor)
        case_clocks_follow(move)
        return move.case


def resume(*, actor: Person | None, case: Case) -> Case:
    """What it waited for came; the clocks run on."""
    with moving(case, "resume", actor) as move:
        Ticket.objects.filter(pk=case.pk).update(held_for=None, held_until=None)
        _owned(move, actor)
        case_clocks_follow(move)
        return move.case


def _owned(move: Moving, actor: Person | None) -> None:
    """From now on it is in somebody's hands."""
    if move.case.assignee_id is None:
        move.case.assignee = actor
    Ticket.objects.filter(pk=move.case.pk, owned_at=None).update(owned_at=move.at)


def prioritise(*, actor: Person | None, case: Case, impact: int, urgency: int, reason: str) -> Case:
    """Another impact or urgency: the promise of the new priority holds, counted from the beginning with the same pauses."""
    if not {impact, urgency} <= {1, 2, 3}:
        raise Refused(_("Elija impacto y urgencia de la lista."), "impact")
    with moving(case, "prioritise", actor, reason=reason) as move:
        ticket = _ticket(move)
        move.detail.update(before=[ticket.impact, ticket.urgency], after=[impact, urgency])
        ticket.impact, ticket.urgency = impact, urgency
        ticket.save(update_fields=["impact", "urgency"])
        move.case.priority = priority_of(impact, urgency)
        assert ticket.team
        keep_promise(move.case, ticket.team, move.at, level=ticket.level)
        return move.case


def _ticket(move: Moving) -> Ticket:
    return Ticket.objects.select_for_update(of=("self",)).select_related("team__unit", "level").get(pk=move.case.pk)


def waits(case: Case) -> bool:
    """Whether it waits (held, or for an authorisation) and no promise runs meanwhile: then it shows no due moment."""
    return kind_of(case.kind).flow.mode(case.state) == "pause" and case.due_at is None


def waits_since(case: Case) -> Any:
    """The pause that runs now, or None."""
    return Pause.objects.filter(clock__case=case, until=None).order_by("since").first()


def govern_now(case: Case) -> None:
    """Project the governing clock again (after an import)."""
    govern(case, list(Clock.objects.filter(case=case, turn_id=None)))
    case.save(update_fields=["due_at", "amber_at"])


def works_somewhere(person: Person) -> bool:
    """Whether the person is of the desk: in a team, or with a right to work in the unit of one."""
    units = reach_of(person).within(cap.ANSWER, cap.ROUTE, cap.REGISTER)
    return bool(plans.rows(_TEAM, [person.institution_id, units, person.pk]))


_TEAM = """
SELECT 1 FROM servicedesk_team t WHERE t.institution_id = %s AND t.active AND (t.unit_id = ANY (%s::bigint[])
  OR EXISTS (SELECT 1 FROM servicedesk_membership m WHERE m.team_id = t.id AND m.person_id = %s)) LIMIT 1
"""
