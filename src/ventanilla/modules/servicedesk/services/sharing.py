"""Automatic assignment: a team that shares by itself gives each new ticket to who knows the service and has least open."""
import numpy as np
from django.db.models import Count
from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Absence, Person
from ventanilla.core.workdays.services import compiled
from ventanilla.modules.servicedesk.models import Membership, Team, Ticket
from ventanilla.modules.servicedesk.services.promising import version_of
from ventanilla.modules.servicedesk.services.working import assign


def share(case: Case) -> Person | None:
    """Assign a new ticket of an automatic team, by the system; None when nobody of it is there.

    Who has the skill of the service comes first, then who has fewest open tickets, then who joined first. Outside the hours of the
    promise only who is on call gets it; when nobody is, everybody counts.
    """
    ticket = Ticket.objects.select_related("team__unit", "service", "level").get(pk=case.pk)
    if ticket.team is None or not ticket.team.automatic:
        return None
    chosen = next(iter(_ranked(ticket.team, ticket.service.slug if ticket.service else "", on_call=not _open_now(ticket))), None)
    if chosen is not None:
        assign(actor=None, case=case, team=ticket.team, person=chosen)
    return chosen


def _open_now(ticket: Ticket) -> bool:
    """Whether the desk works at this moment, by the hours that the ticket's clocks count."""
    assert ticket.team
    now = int(timezone.now().timestamp())
    before, after = compiled(version_of(ticket.level, ticket.team.unit).pk).worked(np.array([now, now + 1], dtype=np.int64))
    return bool(after > before)


def _ranked(team: Team, skill: str, *, on_call: bool = False) -> list[Person]:
    today = timezone.localdate()
    away = Absence.objects.filter(valid_from__lte=today, valid_to__gt=today).values("person_id")
    rows = list(Membership.objects.filter(team=team, person__active=True).exclude(person__in=away).select_related("person"))
    rows = [r for r in rows if r.on_call] or rows if on_call else rows
    hands = Case.objects.filter(assignee__in=[r.person_id for r in rows], closed_at=None)
    held = dict(hands.values_list("assignee").annotate(n=Count("pk")))
    skilled = [r for r in rows if skill and skill in r.skills] or rows
    return [r.person for r in sorted(skilled, key=lambda r: (held.get(r.person_id, 0), r.pk))]

