"""The receipt (acuse): issued once per case, with a code for the public verification page."""
import secrets

from django.db import transaction
from django.utils import timezone

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.correspondence.models import Receipt

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@transaction.atomic
def issue_receipt(*, actor: Person, case: Case) -> Receipt:
    """The receipt of the case; the same one each time. Raises NotAllowed when the case is not visible."""
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    receipt, made = Receipt.objects.get_or_create(case=case, defaults={
        "code": code, "issued_at": timezone.now(), "issued_by": actor, "sheets": case.letter.sheets,
        "annexes": case.letter.annexes})
    if made:
        record("letter.receipt", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}",
               case_id=case.pk, detail={"sheets": receipt.sheets})
    return receipt


def verify_receipt(code: str) -> Receipt | None:
    """The receipt with this code, for the public page (which shows nothing personal)."""
    return Receipt.objects.select_related("case__institution", "case__unit").filter(code=code.strip().upper()).first()
