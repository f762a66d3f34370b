"""What a threshold does once it is reached: tells people, raises the priority, passes the ticket to another team.

All of it in the transaction that writes it down. Of several thresholds reached at once each person is told the furthest one, and the
priority rises one step only.
"""
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.cases.telling.moves import about
from ventanilla.core.notices.services import NoticeDraft, notify_many
from ventanilla.lib.spanish import long_moment
from ventanilla.modules.servicedesk.models import Escalated, Objective, Team, Ticket
from ventanilla.modules.servicedesk.services.promises.escalating.moments import Reached
from ventanilla.modules.servicedesk.services.promises.escalating.recipients import told_by
from ventanilla.modules.servicedesk.services.promising import priority_of
from ventanilla.modules.servicedesk.services.rules.recipients import Circle
from ventanilla.modules.servicedesk.services.sharing import share
from ventanilla.modules.servicedesk.services.working import assign, prioritise


def reach(case: Case, reached: Sequence[Reached], now: datetime) -> None:
    """Do it for a locked open ticket; `reached` in order of their moments."""
    rows = [Escalated.objects.create(clock=r.clock, escalation=r.escalation, reached_at=r.at or now, at=now) for r in reached]
    furthest = _told(case, rows)
    done = _acted(case, reached)
    for row in rows:
        told = sorted(person for person, mine in furthest.items() if mine == row)
        row.done = {"goal": row.clock.amount, "told": told} | done.get(row.escalation_id, {})
    Escalated.objects.bulk_update(rows, ["done"])
    notify_many([(person, _notice(case, row, done)) for person, row in sorted(furthest.items())])


def _told(case: Case, rows: Sequence[Escalated]) -> dict[int, Escalated]:
    """By person the furthest threshold that tells them; those who have it now, before it passes to others."""
    circle = Circle.around({case.pk})
    return {person: row for row in rows for person in told_by(row.escalation, case, circle)}


def _acted(case: Case, reached: Sequence[Reached]) -> dict[int, dict[str, Any]]:
    """By threshold what was done besides telling, where the state of the ticket allows it."""
    done: dict[int, dict[str, Any]] = {}
    raising = next((r.escalation for r in reversed(reached) if r.escalation.raises), None)
    passing = next((r.escalation for r in reversed(reached) if r.escalation.team_id), None)
    if raising and (priority := _raise(case, why(raising.percent, raising.metric))):
        done.setdefault(raising.pk, {})["raised"] = priority
    if passing and passing.team and _pass(case, passing.team, why(passing.percent, passing.metric)):
        done.setdefault(passing.pk, {})["team"] = passing.team_id
    return done


def why(percent: int | None, metric: str) -> str:
    """The reason that the history tells."""
    label = str(Objective.Metric(metric).label).lower()
    if percent is None:
        return _("Escalamiento: por vencer el %(clock)s") % {"clock": label}
    return _("Escalamiento: llegó al %(n)s %% del %(clock)s") % {"n": percent, "clock": label}


def raised(impact: int, urgency: int) -> tuple[int, int]:
    """Impact and urgency (1 high to 3 low) one step of priority higher: more urgent first, then of more impact; the highest stays."""
    before = priority_of(impact, urgency)
    while priority_of(impact, urgency) == before and (impact, urgency) != (1, 1):
        impact, urgency = (impact, urgency - 1) if urgency > 1 else (impact - 1, urgency)
    return impact, urgency


def _raise(case: Case, reason: str) -> int:
    """The new priority; 0 when its kind or state has none to raise, or it is the highest."""
    ticket = Ticket.objects.get(pk=case.pk)
    impact, urgency = raised(ticket.impact, ticket.urgency)
    if kind_of(case.kind).flow.find("prioritise", case.state) is None or case.priority == 1:
        return 0
    case.priority = prioritise(actor=None, case=case, impact=impact, urgency=urgency, reason=reason).priority
    return case.priority


def _pass(case: Case, team: Team, reason: str) -> bool:
    """Whether it passed: not to the team that has it, to one that is off, or from a state in which nothing is assigned."""
    ticket = Ticket.objects.get(pk=case.pk)
    if ticket.team_id == team.pk or not team.active or kind_of(case.kind).flow.find("assign", case.state) is None:
        return False
    assign(actor=None, case=case, team=team, reason=reason)
    share(case)
    return True


def _notice(case: Case, row: Escalated, done: dict[int, dict[str, Any]]) -> NoticeDraft:
    percent, clock = row.escalation.percent, row.clock
    late = percent is not None and percent >= 100
    values = {"n": percent, "clock": str(Objective.Metric(row.escalation.metric).label).lower(), "folio": case.folio}
    usual = {None: _("Por vencer: %(folio)s"), 100: _("Plazo vencido: %(folio)s")}
    title = usual.get(percent) or _("Va en el %(n)s %% del %(clock)s: %(folio)s")
    lines = [about(case)]
    if clock.due_at:
        when = long_moment(timezone.localtime(clock.due_at))
        lines.append((_("Venció el %(when)s.") if late else _("Vence el %(when)s.")) % {"when": when})
    for acted in done.values():
        if "raised" in acted:
            lines.append(_("Subió su prioridad: %(priority)s.") % {"priority": Priority(acted["raised"]).label})
        if "team" in acted:
            lines.append(_("Pasó al equipo «%(team)s».") % {"team": Team.objects.get(pk=acted["team"]).name})
    return NoticeDraft("ticket_late", title % values, f"escalated:{row.pk}", "\n".join(lines),
                       kind_of(case.kind).detail_url(case.pk), case.pk)
