"""Applying what a service level promises now to the open tickets that were promised something else.

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
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.lib.spanish import number
from ventanilla.modules.servicedesk.models import ServiceLevel
from ventanilla.modules.servicedesk.services.managing import require_manager
from ventanilla.modules.servicedesk.services.promises.repromising.foreseeing import Foreseen, as_it_is, foresee
from ventanilla.modules.servicedesk.services.promising import keep_promise

TASK: Final = "servicedesk.repromise"
PART: Final = 100
"""Tickets locked together."""
AT_ONCE: Final = 300
"""Tickets up to which `order` applies now; more are left to a job."""


def order(*, actor: Person, level: ServiceLevel, reason: str = "") -> Foreseen | None:
    """Apply now, or as a job when many tickets change (then None, and a notice tells when it is done). By managers of the desk.

    Raises NotAllowed. Ordering twice while the job waits is one job.
    """
    from ventanilla.modules.servicedesk.tasks_promises import repromise

    found = _foreseen(actor, level)
    if len(found.shifts) <= AT_ONCE:
        return apply(actor=actor, level=level, reason=reason)
    with suppress(AlreadyEnqueued), transaction.atomic():
        repromise.configure(queueing_lock=f"{TASK}:{level.pk}").defer(actor_id=actor.pk, level_id=level.pk, reason=reason)
    return None


def apply(*, actor: Person, level: ServiceLevel, reason: str = "") -> Foreseen:
    """Bring every open ticket of the level in line with what it promises now; returns what this run changed. Raises NotAllowed.

    One log entry for the run with its counts, a move for each ticket.
    """
    found = _foreseen(actor, level)
    ids = [s.case_id for s in found.shifts]
    done = sum(_part(actor, level, ids[n:n + PART], reason) for n in range(0, len(ids), PART))
    if done:
        record("servicedesk.repromise", actor=actor, institution_id=level.institution_id, subject=f"level:{level.pk}",
               detail={"looked_at": found.looked_at, "changed": done, "late": len(found.become_late),
                       "in_time": len(found.stop_being_late), "flips": {f"{a}>{b}": n for (a, b), n in found.lights().items()}},
               personal={"reason": reason} if reason else {})
    return found


def apply_and_tell(*, actor: Person, level: ServiceLevel, reason: str = "") -> int:
    """The job: apply, and tell who ordered it. Returns how many tickets changed in this run."""
    found, now = apply(actor=actor, level=level, reason=reason), timezone.now()
    text = _("Cambiaron %(n)s tickets de %(seen)s; %(late)s quedaron vencidos y %(saved)s dejaron de estarlo.") % {
        "n": number(len(found.shifts)), "seen": number(found.looked_at), "late": number(len(found.become_late)),
        "saved": number(len(found.stop_being_late))}
    notify(recipients=[actor.pk], draft=NoticeDraft("system", _("Se aplicaron las metas de «%(name)s»") % {"name": level.name},
                                                    f"repromise:{level.pk}:{now:%Y%m%d%H%M}", text))
    return len(found.shifts)


def _foreseen(actor: Person, level: ServiceLevel) -> Foreseen:
    require_manager(actor)
    if level.institution_id != actor.institution_id:
        raise NotAllowed
    return foresee({level.pk: as_it_is(level)}, timezone.now())


@transaction.atomic
def _part(actor: Person, level: ServiceLevel, ids: Sequence[int], reason: str) -> int:
    """Those that are still open and of this level; how many there were."""
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=ids, closed_at=None, ticket__level=level, ticket__team__isnull=False)
    cases, at = list(rows.select_related("ticket__team__unit", "ticket__level").order_by("pk")), timezone.now()
    moves = []
    for case in cases:
        before = case.due_at
        assert case.ticket.team
        keep_promise(case, case.ticket.team, at, level=case.ticket.level)
        case.save(update_fields=["due_at", "amber_at"])
        detail: dict[str, Any] = {"level": level.pk, "due_before": before, "due": case.due_at}
        moves.append(Move(institution_id=case.institution_id, case=case, verb="recompute", from_state=case.state, to_state=case.state,
                          actor=actor, unit_id=case.unit_id, reason=reason, detail=detail, at=at))
    Move.objects.bulk_create(moves)
    place([case.pk for case in cases])
    return len(cases)


_JOB = """
SELECT status::text FROM procrastinate_jobs
WHERE task_name = %s AND (args->>'level_id')::bigint = %s AND status IN ('todo', 'doing') ORDER BY id DESC LIMIT 1
"""


def running(level: ServiceLevel) -> str:
    """"todo" or "doing" while a job of this level waits or works; empty when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_JOB, [TASK, level.pk])
        row = cursor.fetchone()
    return row[0] if row else ""
