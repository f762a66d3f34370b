"""The page of one step of a problem's action plan: corrected, or taken out, with the reason."""
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.flow import Step
from ventanilla.modules.servicedesk.forms_solving import EditStepForm
from ventanilla.modules.servicedesk.models import ProblemStep
from ventanilla.modules.servicedesk.screens.record import visible_ticket
from ventanilla.modules.servicedesk.services import solving
from ventanilla.modules.servicedesk.services.relations import is_staff
from ventanilla.web.ui.refusals import blame

FIELDS = ("text", "owner", "due_on", "definitive")


def edit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Correct the step or take it out. 404 unless of the desk."""
    case, person = visible_ticket(request, pk)
    row = ProblemStep.objects.filter(case=case, pk=number).select_related("owner").first()
    if row is None or not is_staff(reach_of(person), case):
        raise Http404
    form = EditStepForm(request.POST if request.method == "POST" else None, case=case, person=person,
                        initial={name: getattr(row, name) for name in FIELDS})
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, _saved(person, row, form))
            return redirect("ticket", case.pk)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            blame(form, refusal)
    return _shown(request, case, form)


def _saved(person: Person, row: ProblemStep, form: EditStepForm) -> str:
    data = form.cleaned_data
    if data["drop"]:
        solving.drop_step(actor=person, step=row, reason=data["reason"])
        return _("La acción salió del plan; la bitácora la conserva.")
    solving.edit_step(actor=person, step=row, reason=data["reason"], draft=solving.StepDraft(**{n: data[n] for n in FIELDS}))
    return _("La acción quedó corregida.")


def _shown(request: HttpRequest, case: Case, form: EditStepForm) -> HttpResponse:
    step = Step("plan_step", (), "", frozenset(), label=_("Corregir una acción del plan"))
    return render(request, "servicedesk/action.html", {"case": case, "ticket": case.ticket, "step": step, "form": form},
                  status=422 if form.is_bound else 200)
