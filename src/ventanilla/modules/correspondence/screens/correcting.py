"""Correcting the facts of a letter: the form beside the scanned page, and a new receipt on demand."""
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.cases.models import Case, Move
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.words import step_of
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.forms import CorrectForm
from ventanilla.modules.correspondence.screens.attached import paper_beside
from ventanilla.modules.correspondence.screens.record import visible_case
from ventanilla.modules.correspondence.services import correct, renew_receipt
from ventanilla.modules.correspondence.services.correcting import VERB, changes_of, edition
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame


def correct_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form as registering, with what the register says now."""
    case, person = visible_case(request, pk)
    posted = request.method == "POST"
    form = CorrectForm(request.POST if posted else None, person=person, case=case)
    if posted and form.is_valid():
        if _corrected(request, person, case, form):
            return redirect("letter", pk)
    elif not _may(person, case):
        messages.warning(request, _("Los datos de este documento ya no se pueden corregir, o no le corresponde hacerlo."))
        return redirect("letter", pk)
    return render(request, "correspondence/correct.html", _context(case, form), status=422 if form.is_bound else 200)


def _may(person: Person, case: Case) -> bool:
    return any(step.name == VERB for step in allowed_steps(person, case))


def _corrected(request: HttpRequest, person: Person, case: Case, form: CorrectForm) -> bool:
    """True when nothing is left to do on this page."""
    try:
        correct(actor=person, case=case, draft=form.correction(), reason=form.cleaned_data["reason"])
    except NotAllowed:
        messages.warning(request, _("Los datos de este documento ya no se pueden corregir, o no le corresponde hacerlo."))
        return True
    except Refused as refusal:
        blame(form, refusal)
        return False
    discard(person, f"case-{case.pk}-{VERB}-{form.cleaned_data['seen']}")  # what was typed on older facts never comes back
    messages.success(request, _("Los datos quedaron corregidos; los anteriores se conservan en la historia."))
    return True


def _context(case: Case, form: CorrectForm) -> dict[str, object]:
    """With what somebody else corrected meanwhile, when that is why the form comes back."""
    now = edition(case)
    seen = form["seen"].value()
    meanwhile = Move.objects.filter(pk=now).select_related("actor").first() if str(seen) != str(now) else None
    return {"case": case, "letter": case.letter, "form": form, "edition": now, "meanwhile": meanwhile, "paper": paper_beside(case),
            "step": step_of(case.institution_id, LETTER_FLOW, VERB),
            "changes": changes_of(meanwhile) if meanwhile else []}


@require_POST
def new_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """A receipt with the corrected facts; those handed out stay valid."""
    case, person = visible_case(request, pk)
    try:
        receipt = renew_receipt(actor=person, case=case)
    except NotAllowed:
        raise Http404 from None
    messages.success(request, _("Se expidió el acuse %(code)s con los datos corregidos. Los anteriores siguen siendo válidos.")
                     % {"code": receipt.code})
    return redirect("letter", pk)
