"""Concluding, reopening and cancelling a letter. A cancelled folio stays visible as cancelled."""
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.services import take_step
from ventanilla.core.orgs.models import Person


def conclude(*, actor: Person, case: Case, reason: str) -> Case:
    """Conclude with how it was attended. Raises Refused while turns are open."""
    return take_step(actor=actor, case=case, step="conclude", reason=reason)


def reopen(*, actor: Person, case: Case, reason: str) -> Case:
    """Open a concluded letter again, with the reason."""
    return take_step(actor=actor, case=case, step="reopen", reason=reason)


def cancel(*, actor: Person, case: Case, reason: str) -> Case:
    """Cancel a folio given by mistake; number and reason stay."""
    return take_step(actor=actor, case=case, step="cancel", reason=reason)
