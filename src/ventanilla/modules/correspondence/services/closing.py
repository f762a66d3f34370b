"""Concluding, reopening and cancelling a letter, and its due date. A cancelled folio stays visible as cancelled."""
from datetime import datetime

from ventanilla.core.cases.clocks import case_clocks_follow, extend_clock
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import moving
from ventanilla.core.cases.services import take_step
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.models import Letter
from ventanilla.modules.correspondence.models.letters import LEAVES


def conclude(*, actor: Person, case: Case, reason: str) -> Case:
    """Conclude with how it was attended. Raises Refused while turns are open."""
    return take_step(actor=actor, case=case, step="conclude", reason=reason)


def reopen(*, actor: Person, case: Case, reason: str) -> Case:
    """Open a concluded letter again, with the reason; one that had left is sent again, and waits for its acuse."""
    with moving(case, "reopen", actor, reason=reason) as move:
        if Letter.objects.filter(LEAVES, case=move.case).exists():
            move.land_in("sent")
        case_clocks_follow(move)
        return move.case


def cancel(*, actor: Person, case: Case, reason: str) -> Case:
    """Cancel a folio given by mistake; number and reason stay."""
    return take_step(actor=actor, case=case, step="cancel", reason=reason)


def set_due(*, actor: Person, case: Case, due_at: datetime, reason: str) -> Case:
    """Another due date for the letter: who sent it gave more time, or it was written wrong. Its turns keep theirs.

    Raises NotAllowed; Refused naming the field: past, the same, or sooner than an open turn.
    """
    with moving(case, "set_due", actor, reason=reason, given={"due": due_at}) as move:
        extend_clock(move, due_at)
        return move.case
