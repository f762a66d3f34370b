"""Public pages without sign-in and without script: is this receipt genuine? Nothing personal is shown."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ventanilla.core.cases.words import STATE, own_word, seen
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.services import verify_receipt
from ventanilla.modules.correspondence.services.receipts import as_printed, replaced_at


@require_safe
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Ask for a code, or tell what the receipt with that code says. What was typed and is no code (a folio) is told."""
    typed = request.GET.get("codigo", "").strip()[:200]
    if known := as_printed(typed):
        return redirect("verify_code", known)
    receipt, code = (verify_receipt(code) if code else None), code or typed
    if receipt:
        seen(receipt.case.institution_id, receipt.case.institution.words_changed)
    status = 404 if code and receipt is None else 200
    return render(request, "correspondence/verify.html", {
        "code": code, "receipt": receipt, "replaced": replaced_at(receipt) if receipt else None,
        "cancelled": own_word(receipt.case.institution_id, LETTER_FLOW, STATE, "cancelled") if receipt else ""}, status=status)
