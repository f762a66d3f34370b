"""Why a due date is what it is: stored inputs, rendered by the kernel, never a stored sentence."""
from ventanilla.core.cases.models import Case, Clock, Turn
from ventanilla.core.workdays.services import due
from ventanilla.lib import worktime as wt


def derivation_of(what: Case | Turn) -> list[str]:
    """Spanish sentences from start to due date; empty when there is no clock."""
    turn_id = what.pk if isinstance(what, Turn) else None
    case_id = what.case_id if isinstance(what, Turn) else what.pk
    clock = Clock.objects.select_related("version").filter(case_id=case_id, turn_id=turn_id).first()
    return sentences(clock) if clock else []


def sentences(clock: Clock) -> list[str]:
    """The derivation of one clock in Spanish, the cap of the turn above included."""
    pauses = [wt.Pause(p.since, p.until, p.reason) for p in clock.pauses.order_by("since")]
    by_hand = clock.due_at if clock.term_unit == "by_hand" else None
    return due(start=clock.start, amount=clock.amount, version=clock.version, term_unit=clock.term_unit, by_hand=by_hand,
               cap_at=clock.cap_at, pauses=pauses).derivation
