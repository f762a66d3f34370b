"""Public pages without sign-in and without script: is this receipt genuine? Nothing personal is shown."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ventanilla.core.cases.words import STATE, own_word, seen
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.services import verify_receipt
from ventanilla.modules.correspondence.services.receipts import replaced_at


@require_safe
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Ask for a code, or tell what the receipt with that code says."""
    if typed := (request.GET.get("codigo") or request.GET.get("folio") or "").strip():
        return redirect("verify_code", typed[:20].upper())
    receipt = verify_receipt(code) if code else None
    if receipt:
        seen(receipt.case.institution_id, receipt.case.institution.words_changed)
    status = 404 if code and receipt is None else 200
    return render(request, "correspondence/verify.html", {
        "code": code, "receipt": receipt, "replaced": replaced_at(receipt) if receipt else None,
        "cancelled": own_word(receipt.case.institution_id, LETTER_FLOW, STATE, "cancelled") if receipt else ""}, status=status)
