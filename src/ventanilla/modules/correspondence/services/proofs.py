"""The log of one letter with its proof, for whoever must be shown that nothing was altered."""
import json

from ventanilla.core.audit.proofs import proof_of
from ventanilla.core.audit.sealing import seal
from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed


def may_prove(person: Person, case: Case) -> bool:
    """Whoever reads the log of the institution, or concludes in the unit in charge (its head); and sees the letter."""
    reach = reach_of(person)
    return reach.can(cap.AUDIT) or reach.can(cap.CONCLUDE, case.unit_id)


def export_proof(*, actor: Person, case: Case) -> bytes:
    """JSON that `lib/auditproof.py` verifies without the platform; the same as `ventanilla audit proof FOLIO`.

    What is not sealed yet is sealed first. Holds no personal part of the log. Raises NotAllowed.
    """
    if not may_prove(actor, case) or not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed
    seal()
    made = json.dumps(proof_of(case.pk), ensure_ascii=False, indent=1, default=str).encode()
    record("letter.proof", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"bytes": len(made)})
    return made
