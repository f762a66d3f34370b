"""The same thing done to the ticked tickets of the list: asked for on a page, and told row by row."""
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.screens.desk import agent_of
from ventanilla.modules.servicedesk.screens.joining.many_forms import ManyForm
from ventanilla.modules.servicedesk.screens.record import KINDS
from ventanilla.modules.servicedesk.services.many import LABELS, MOST, do_to_many
from ventanilla.web.ui.refusals import blame


def many_page(request: HttpRequest) -> HttpResponse:
    """Which tickets, and what to do with them (`action`); then what became of each."""
    person = agent_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    ids = list(dict.fromkeys(pk for text in asked.getlist("fila") if (pk := whole(text)) is not None))
    rows = _rows(person, ids)
    if not rows:
        messages.warning(request, _("Marque al menos un ticket en la lista."))
        return redirect("screen", "tickets")
    form = ManyForm(request.POST if "action" in request.POST else None, actor=person)
    if form.is_bound and form.is_valid():
        try:
            steps = do_to_many(actor=person, cases=ids, order=form.order())
            return render(request, "servicedesk/joining/many_done.html", {
                "done": [s for s in steps if s.done], "left": [s for s in steps if not s.done],
                "what": LABELS[form.cleaned_data["action"]], "unseen": len(ids) - len(steps)})
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            blame(form, refusal)
    return render(request, "servicedesk/joining/many.html", {
        "rows": [(c, state_of(c)) for c in rows], "form": form, "most": MOST, "over": len(ids) > MOST},
        status=422 if form.is_bound else 200)


def _rows(person: Person, ids: list[int]) -> list[Case]:
    seen = Case.objects.visible_to(person).filter(pk__in=ids[:MOST], kind__in=KINDS)
    return list(seen.select_related("ticket__team", "assignee").order_by("pk"))
