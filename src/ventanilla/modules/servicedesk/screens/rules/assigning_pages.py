"""Rules of assignment for managers of the desk: list in order, editor, switch, rehearsal."""
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import AssignmentRule
from ventanilla.modules.servicedesk.screens.rules.assigning_forms import AssignmentForm
from ventanilla.modules.servicedesk.screens.rules.pages import manager_of, stepped
from ventanilla.modules.servicedesk.services.fields import fields_for
from ventanilla.modules.servicedesk.services.rules.assigning.keeping import KEPT, save_assignment
from ventanilla.modules.servicedesk.services.rules.assigning.trying import rehearse_assignment
from ventanilla.modules.servicedesk.services.rules.assigning.wording import Told, told
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import attempted


def _rule(person: Person, pk: int) -> AssignmentRule:
    found = AssignmentRule.objects.filter(institution_id=person.institution_id, pk=pk).select_related("team", "person").first()
    if found is None:
        raise Http404
    return found


def _told(person: Person, rules: list[AssignmentRule]) -> list[Told]:
    return told(rules, fields_for(person))


def listing(request: HttpRequest) -> HttpResponse:
    """Every rule in its order: what it looks at, to whom it gives tickets, and whether something in it is gone."""
    person = manager_of(request)
    rows = AssignmentRule.objects.filter(institution_id=person.institution_id).select_related("team", "person")
    found = _told(person, list(rows))
    return render(request, "servicedesk/rules/assignments.html", {
        "rows": found, "on": sum(t.rule.active for t in found), "broken": [t for t in found if t.rule.active and t.broken]})


def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A rule, or (without `pk`) a new one."""
    person = manager_of(request)
    rule = _rule(person, pk) if pk else None
    form = AssignmentForm(request.POST if request.method == "POST" else None, person=person, rule=rule)
    if request.method == "POST" and form.is_valid() and (
            saved := attempted(form, lambda: save_assignment(actor=person, draft=form.draft(), rule=rule))):
        discard(person, f"assignment-{pk or 'nueva'}")
        messages.success(request, _("La regla quedó guardada y sigue encendida.") if saved.active
                         else _("La regla quedó guardada. Ensáyela antes de encenderla."))
        return redirect("assignment", saved.pk)
    return render(request, "servicedesk/rules/assignment.html", {
        "form": form, "rule": rule, "broken": _told(person, [rule])[0].broken if rule else ()}, status=422 if form.is_bound else 200)


@require_POST
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Switch on or off, move up or down."""
    person = manager_of(request)
    return stepped(request, KEPT, _rule(person, pk), step, _("«%(name)s» está encendida: reparte desde ahora."), "assignments")


def rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    """Which tickets of the last month the rule would have got; none is moved."""
    person = manager_of(request)
    rule = _rule(person, pk)
    return render(request, "servicedesk/rules/assignment_rehearsal.html", {
        "told": _told(person, [rule])[0], "rule": rule, "found": rehearse_assignment(rule, timezone.now(), person=person)})
