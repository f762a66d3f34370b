"""Notification rules for managers of the desk: list in order, editor, switch, rehearsal."""
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import NotificationRule
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.screens.rules.forms import RuleForm
from ventanilla.modules.servicedesk.services.managing import manages
from ventanilla.modules.servicedesk.services.rules import rehearse, save_rule
from ventanilla.modules.servicedesk.services.rules.events import LABELS
from ventanilla.modules.servicedesk.services.rules.facts import FIELDS as FACTS
from ventanilla.modules.servicedesk.services.rules.keeping import KEPT
from ventanilla.modules.servicedesk.services.rules.ordering import Kept, R
from ventanilla.modules.servicedesk.services.rules.recipients import ROLES
from ventanilla.modules.servicedesk.services.rules.texts import FIELDS
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import attempted


def manager_of(request: HttpRequest) -> Person:
    """A manager of the desk, or 404."""
    person = person_of(request)
    if not manages(person):
        raise Http404
    return person


def _rule(person: Person, pk: int) -> NotificationRule:
    rows = NotificationRule.objects.filter(institution_id=person.institution_id, pk=pk).prefetch_related("texts", "people")
    found = rows.first()
    if found is None:
        raise Http404
    return found


def told(rule: NotificationRule) -> list[str]:
    """Whom it tells, in words."""
    return [*(str(ROLES[r]) for r in rule.recipients if r in ROLES), *(p.name for p in rule.people.all())]


def narrowed(rule: NotificationRule) -> list[str]:
    """By what it looks at only some tickets, in words."""
    return [str(FACTS[part["field"]]).lower() for part in rule.condition.get("all", ()) if part.get("field") in FACTS]


def listing(request: HttpRequest) -> HttpResponse:
    """Every rule in its order, with what it does in a sentence."""
    person = manager_of(request)
    rules = NotificationRule.objects.filter(institution_id=person.institution_id).prefetch_related("texts", "people")
    rows = [(r, LABELS.get(r.event, r.event), told(r), narrowed(r)) for r in rules]
    return render(request, "servicedesk/rules/list.html", {"rows": rows, "on": sum(r.active for r, *_rest in rows)})


def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A rule, or (without `pk`) a new one; `previa` only shows how its words would read."""
    person = manager_of(request)
    rule = _rule(person, pk) if pk else None
    posted = request.method == "POST"
    form = RuleForm(request.POST if posted else None, institution_id=person.institution_id, rule=rule)
    if posted and "previa" not in request.POST and form.is_valid() and (
            saved := attempted(form, lambda: save_rule(actor=person, draft=form.draft(), rule=rule))):
        discard(person, f"rule-{pk or 'nueva'}")
        messages.success(request, _("La regla quedó guardada. Ensáyela antes de encenderla.") if not saved.active
                         else _("La regla quedó guardada y sigue encendida."))
        return redirect("rule", saved.pk)
    wrong = posted and "previa" not in request.POST
    return render(request, "servicedesk/rules/edit.html", {"form": form, "rule": rule, "fields": FIELDS, "preview": form.preview()},
                  status=422 if wrong else 200)


@require_POST
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Switch on or off, move up or down."""
    person = manager_of(request)
    return stepped(request, KEPT, _rule(person, pk), step, _("«%(name)s» está encendida: avisa desde ahora."), "rules")


def stepped(request: HttpRequest, kept: Kept[R], rule: R, step: str, on: str, back: str) -> HttpResponse:
    """Do the step to a rule of either kind and go back to their list; `on` says what begins when it is switched on."""
    person = manager_of(request)
    if step in ("encender", "apagar"):
        kept.switch(actor=person, rule=rule, active=step == "encender")
        messages.success(request, (on if step == "encender" else _("«%(name)s» está apagada.")) % {"name": rule.name})
    elif step in ("subir", "bajar"):
        kept.move(actor=person, rule=rule, up=step == "subir")
    else:
        raise Http404
    return redirect(back)


def rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    """What the rule would have sent in the last month; nothing is sent."""
    person = manager_of(request)
    rule = _rule(person, pk)
    found = rehearse(rule, timezone.now(), person=person)
    names: dict[int, Any] = {p.pk: p.name for p in Person.objects.filter(pk__in={m.person_id for m in found.examples})}
    return render(request, "servicedesk/rules/rehearsal.html", {
        "rule": rule, "event": LABELS.get(rule.event, rule.event), "found": found, "told": told(rule),
        "examples": [(m, names.get(m.person_id, "")) for m in found.examples]})
