"""Major incidents: declared once, with the highest priority, the coordination told and those whom it touches; lifted with a reason
when the worst is over.
"""
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import override

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Move
from ventanilla.core.cases.moving import Moving, allowed_steps, moving
from ventanilla.core.cases.telling import people
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.flow import Step
from ventanilla.modules.servicedesk.flow import TAKEN_ALONG
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.services.major_telling import tell_declared, tell_over
from ventanilla.modules.servicedesk.services.promising import keep_promise, priority_of


def declare_major(*, actor: Person, case: Case, reason: str) -> Case:
    """Major incident: highest impact and urgency; whoever leads the unit is told at once, and whom it touches.

    Raises NotAllowed and Refused.
    """
    with moving(case, "major", actor, reason=reason) as move:
        ticket = _ticket(case)
        if ticket.major:
            raise Refused(_("Ya es un incidente mayor."))
        move.detail["before"] = [ticket.impact, ticket.urgency]
        _weigh(move, ticket, major=True, impact=1, urgency=1)
        _tell(case, people.people_of(case.unit_id, case.level, cap.CONCLUDE) - {actor.pk}, noop("Incidente mayor: %(folio)s"), move)
        tell_declared(move.case, move.at, {actor.pk})
        return move.case


def stand_down(*, actor: Person, case: Case, reason: str) -> Case:
    """No longer a major incident: impact and urgency are what they were before it was declared, and the same people are told.

    Raises NotAllowed and Refused.
    """
    with moving(case, "stand_down", actor, reason=reason) as move:
        ticket = _ticket(case)
        if not ticket.major:
            raise Refused(_("No es un incidente mayor."))
        impact, urgency = before_major(case) or (ticket.impact, ticket.urgency)
        move.detail["after"] = [impact, urgency]
        _weigh(move, ticket, major=False, impact=impact, urgency=urgency)
        told = people.people_of(case.unit_id, case.level, cap.CONCLUDE) - {actor.pk}
        _tell(case, told, noop("Ya no es un incidente mayor: %(folio)s"), move)
        tell_over(move.case, move.at, "stand_down")
        return move.case


def before_major(case: Case) -> tuple[int, int] | None:
    """Impact and urgency when it was declared; None when nothing tells."""
    said = Move.objects.filter(case=case, verb="major").order_by("-pk").values_list("detail", flat=True).first()
    before = (said or {}).get("before")
    return (int(before[0]), int(before[1])) if before else None


def steps_of(person: Person, case: Case) -> tuple[Step, ...]:
    """The steps that the person may take now, without those that the ticket's facts make idle: a major incident is declared once."""
    return tuple(usable(allowed_steps(person, case), case.ticket.major))


def usable(steps: Iterable[Step], major: bool) -> Iterable[Step]:
    """Steps without the one that would say again whether it is a major incident, and those that nobody chooses."""
    idle = {"major" if major else "stand_down"} | TAKEN_ALONG
    return (s for s in steps if s.name not in idle)


def _ticket(case: Case) -> Ticket:
    return Ticket.objects.select_for_update(of=("self",)).select_related("team__unit", "level").get(pk=case.pk)


def _weigh(move: Moving, ticket: Ticket, *, major: bool, impact: int, urgency: int) -> None:
    """The new priority, and its promise, counted from the beginning with the same pauses."""
    ticket.major, ticket.impact, ticket.urgency = major, impact, urgency
    ticket.save(update_fields=["major", "impact", "urgency"])
    move.case.priority = priority_of(impact, urgency)
    assert ticket.team
    keep_promise(move.case, ticket.team, move.at, level=ticket.level)


def _tell(case: Case, told: Iterable[int], title: str, move: Moving) -> None:
    with override(SPANISH):
        said = _(title) % {"folio": case.folio}
    notify(recipients=sorted(told), draft=NoticeDraft(
        "ticket", said, f"{move.step.name}:{case.pk}:{move.at.isoformat()}", case.subject[:300],
        kind_of(case.kind).detail_url(case.pk), case.pk))
