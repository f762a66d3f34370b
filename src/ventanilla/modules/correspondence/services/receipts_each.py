"""Receipts of many letters at once, for whoever prints their labels, receipts or the list that goes with the messenger."""
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from ventanilla.core.audit.services import Line, record_many
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.correspondence.models import Letter, Receipt
from ventanilla.modules.correspondence.services.receipts import new_code


@transaction.atomic
def issue_receipts(*, actor: Person, cases: Sequence[Case]) -> list[Receipt]:
    """`issue_receipt` for each of these letters, in their order, by as many statements for many as for few.

    Raises NotAllowed when one of them is not visible; then none is issued.
    """
    ids = {case.pk for case in cases}
    if Case.objects.visible_to(actor).filter(pk__in=ids).count() < len(ids):
        raise NotAllowed
    known = _newest(ids)
    missing = [case for case in {case.pk: case for case in cases}.values() if case.pk not in known]
    if missing:
        letters = Letter.objects.in_bulk([case.pk for case in missing])
        Receipt.objects.bulk_create([Receipt(
            case=case, number=1, code=new_code(), issued_at=timezone.now(), issued_by=actor, sheets=letters[case.pk].sheets,
            annexes=letters[case.pk].annexes) for case in missing], ignore_conflicts=True)
        known = _newest(ids)
        record_many([Line("letter.receipt", case.institution_id, f"case:{case.pk}", actor.pk, case.pk,
                          detail={"sheets": letters[case.pk].sheets, "number": 1}) for case in missing])
    return [known[case.pk] for case in cases]


def _newest(ids: set[int]) -> dict[int, Receipt]:
    rows = Receipt.objects.filter(case__in=ids).select_related(
        "case__letter__sender_unit", "case__unit", "case__institution", "issued_by").order_by("number")
    return {row.case_id: row for row in rows}
