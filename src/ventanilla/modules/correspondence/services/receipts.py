"""The receipt (acuse): one per case until its facts are corrected, each with a code for the public verification page."""
import secrets
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import lock_case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.correspondence.models import Receipt

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS: Final = 3
GROUP: Final = 4
"""A code is three groups of four, told apart by hyphens."""


@transaction.atomic
def issue_receipt(*, actor: Person, case: Case) -> Receipt:
    """The receipt of the case, the newest when there are several; the same one each time.

    Raises NotAllowed when the case is not visible.
    """
    _visible(actor, case)
    return newest(case) or _issue(actor, case, 1)


@transaction.atomic
def renew_receipt(*, actor: Person, case: Case) -> Receipt:
    """A receipt that says what the register says now; the newest one, when it already does.

    Those handed out before stay valid and keep what they said. Raises NotAllowed when the case is not visible.
    """
    _visible(actor, case)
    lock_case(case.pk)
    last = newest(case)
    if last is None or last.facts:
        return _issue(actor, Case.objects.select_related("letter", "institution", "unit").get(pk=case.pk), last.number + 1 if last else 1)
    return last


def _visible(actor: Person, case: Case) -> None:
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed


def newest(case: Case) -> Receipt | None:
    """The last receipt issued for the case."""
    return Receipt.objects.filter(case=case).order_by("-number").first()


def _issue(actor: Person, case: Case, number: int) -> Receipt:
    receipt, made = Receipt.objects.get_or_create(case=case, number=number, defaults={
        "code": new_code(), "issued_at": timezone.now(), "issued_by": actor, "sheets": case.letter.sheets,
        "annexes": case.letter.annexes})
    if made:
        record("letter.receipt", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}",
               case_id=case.pk, detail={"sheets": receipt.sheets, "number": number})
    return receipt


def new_code() -> str:
    """The secret of a receipt's public page."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def facts_now(case: Case) -> dict[str, Any]:
    """What a receipt issued now would say, beside folio, moment, sheets and annexes."""
    letter = case.letter
    return {"sender": letter.sender, "number": letter.number, "subject": case.subject}


def freeze_receipts(case: Case) -> int:
    """Before a correction: the receipts handed out keep what they said. Returns how many did not have it yet."""
    return Receipt.objects.filter(case=case, facts={}).update(facts=facts_now(case))


def replaced_at(receipt: Receipt) -> datetime | None:
    """When a newer receipt of the same letter was issued; None for the newest."""
    later = Receipt.objects.filter(case_id=receipt.case_id, number__gt=receipt.number).order_by("-number").first()
    return later.issued_at if later else None


def as_printed(typed: str) -> str:
    """A code as the paper has it, however it was typed: `7kxm q2wp 9rta` is `7KXM-Q2WP-9RTA`. Empty for what is no code."""
    plain = "".join(typed.upper().replace("-", " ").split())
    if len(plain) != GROUPS * GROUP or not set(plain) <= set(ALPHABET):
        return ""
    return "-".join(plain[n:n + GROUP] for n in range(0, len(plain), GROUP))


def verify_receipt(code: str) -> Receipt | None:
    """The receipt with this code, for the public page (which shows nothing personal)."""
    return Receipt.objects.select_related("case__institution", "case__unit").filter(code=as_printed(code) or None).first()
