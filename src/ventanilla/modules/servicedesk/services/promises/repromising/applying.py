"""Applying what is promised now to the open tickets that were promised something else: those of a service level, or of a team.

In parts, each a transaction with its tickets locked and a move for each: a job that is killed goes on where it was, and doing it again
changes nothing, for only what still differs is looked for.
"""
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Move
from ventanilla.core.cases.places import place
from ventanilla.core.cases.shifts import Foreseen
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.lib.spanish import number
from ventanilla.modules.servicedesk.models import ServiceLevel, Team
from ventanilla.modules.servicedesk.services import keeping
from ventanilla.modules.servicedesk.services.managing import require_manager
from ventanilla.modules.servicedesk.services.promises.repromising.foreseeing import as_it_is, foresee, of_team
from ventanilla.modules.servicedesk.services.promising import keep_promise

TASK: Final = "servicedesk.repromise"
PART: Final = 100
"""Tickets locked together."""
AT_ONCE: Final = 300
"""Tickets up to which `order` applies now; more are left to a job."""


Target = ServiceLevel | Team
"""Whose open tickets: those of a level that was edited, or of a team whose unit changed."""


def _named(target: Target) -> str:
    return "level" if isinstance(target, ServiceLevel) else "team"


def order(*, actor: Person, target: Target, reason: str = "") -> Foreseen | None:
    """Apply now, or as a job when many tickets change (then None, and a notice tells when it is done). By managers of the desk, of a
    team by who keeps it.

    Raises NotAllowed. Ordering twice while the job waits is one job.
    """
    from ventanilla.modules.servicedesk.tasks_promises import repromise

    found = foreseen(actor, target)
    if len(found.shifts) <= AT_ONCE:
        return apply(actor=actor, target=target, reason=reason)
    with suppress(AlreadyEnqueued), transaction.atomic():
        task = repromise.configure(queueing_lock=f"{TASK}:{_named(target)}:{target.pk}")
        task.defer(actor_id=actor.pk, reason=reason, **{f"{_named(target)}_id": target.pk})
    return None


def apply(*, actor: Person, target: Target, reason: str = "") -> Foreseen:
    """Bring every open ticket of the level, or of the team, in line with what is promised now; returns what this run changed.

    One log entry for the run with its counts, a move for each ticket. Raises NotAllowed.
    """
    found = foreseen(actor, target)
    ids = [s.case_id for s in found.shifts]
    done = sum(_part(actor, target, ids[n:n + PART], reason) for n in range(0, len(ids), PART))
    if done:
        verb = "servicedesk.repromise" if isinstance(target, ServiceLevel) else "servicedesk.repromise_team"
        record(verb, actor=actor, institution_id=target.institution_id, subject=f"{_named(target)}:{target.pk}",
               detail={"looked_at": found.looked_at, "changed": done, "late": len(found.become_late),
                       "in_time": len(found.stop_being_late), "flips": {f"{a}>{b}": n for (a, b), n in found.lights().items()}},
               personal={"reason": reason} if reason else {})
    return found


def apply_and_tell(*, actor: Person, target: Target, reason: str = "") -> int:
    """The job: apply, and tell who ordered it. Returns how many tickets changed in this run."""
    found, now = apply(actor=actor, target=target, reason=reason), timezone.now()
    text = _("Cambiaron %(n)s tickets de %(seen)s; %(late)s quedaron vencidos y %(saved)s dejaron de estarlo.") % {
        "n": number(len(found.shifts)), "seen": number(found.looked_at), "late": number(len(found.become_late)),
        "saved": number(len(found.stop_being_late))}
    notify(recipients=[actor.pk], draft=NoticeDraft("system", _("Se aplicaron las metas de «%(name)s»") % {"name": target.name},
                                                    f"repromise:{_named(target)}:{target.pk}:{now:%Y%m%d%H%M}", text))
    return len(found.shifts)


def foreseen(person: Person, target: Target) -> Foreseen:
    """What applying would change now. Raises NotAllowed."""
    require_manager(person)
    if target.institution_id != person.institution_id:
        raise NotAllowed
    if isinstance(target, ServiceLevel):
        return foresee({target.pk: as_it_is(target)}, timezone.now())
    if not keeping.teams(person, Team.objects.filter(pk=target.pk)).exists():
        raise NotAllowed
    return foresee(of_team(target), timezone.now(), target)


@transaction.atomic
def _part(actor: Person, target: Target, ids: Sequence[int], reason: str) -> int:
    """Those that are still open and of this level or team; how many there were."""
    whose = {f"ticket__{_named(target)}": target}
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=ids, closed_at=None, ticket__team__isnull=False, **whose)
    cases, at = list(rows.select_related("ticket__team__unit", "ticket__level").order_by("pk")), timezone.now()
    moves = []
    for case in cases:
        before = case.due_at
        assert case.ticket.team
        keep_promise(case, case.ticket.team, at, level=case.ticket.level)
        case.save(update_fields=["due_at", "amber_at"])
        detail: dict[str, Any] = {f"of_{_named(target)}": target.pk, "due_before": before, "due": case.due_at}
        moves.append(Move(institution_id=case.institution_id, case=case, verb="recompute", from_state=case.state, to_state=case.state,
                          actor=actor, unit_id=case.unit_id, reason=reason, detail=detail, at=at))
    Move.objects.bulk_create(moves)
    place([case.pk for case in cases])
    return len(cases)


_JOB = """
SELECT status::text FROM procrastinate_jobs
WHERE task_name = %s AND (args->>%s)::bigint = %s AND status IN ('todo', 'doing') ORDER BY id DESC LIMIT 1
"""


def running(target: Target) -> str:
    """"todo" or "doing" while a job of this level or team waits or works; empty when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_JOB, [TASK, f"{_named(target)}_id", target.pk])
        row = cursor.fetchone()
    return row[0] if row else ""
