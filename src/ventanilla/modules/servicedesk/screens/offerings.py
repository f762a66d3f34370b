"""The catalogue's own pages for whoever keeps it: offerings, the draft of the next version, trying it, publishing."""
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.forms import OfferingForm
from ventanilla.modules.servicedesk.forms_offering import Lists, as_typed, only_rows
from ventanilla.modules.servicedesk.models import Offering, OfferingVersion
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services import catalogue, keeping
from ventanilla.modules.servicedesk.services.catalogue import newer_forms
from ventanilla.modules.servicedesk.services.offering import FACTS, OfferingDraft, answers_of, retire, save_draft
from ventanilla.web.ui.refusals import blame


def keeper_of(request: HttpRequest) -> Person:
    """Who keeps the catalogues, or 404."""
    person = person_of(request)
    if not keeping.keeps(person):
        raise Http404
    return person


def offerings(request: HttpRequest) -> HttpResponse:
    """Every offering with its state."""
    person = keeper_of(request)
    rows = keeping.offerings(person).select_related("service__family")
    versions = OfferingVersion.objects.filter(offering__in=keeping.offerings(person)).exclude(state="retired").select_related(
        "team", "level", "form", "survey")
    found: dict[int, dict[str, OfferingVersion]] = {}
    for version in versions:
        found.setdefault(version.offering_id, {})[version.state] = version
    shown = [v["published"] for v in found.values() if "published" in v]
    newer = newer_forms(used for v in shown for used in (v.form, v.survey) if used)
    stale = {v.offering_id for v in shown if v.form_id in newer or v.survey_id in newer}
    return render(request, "servicedesk/offerings.html", {"stale": stale, "rows": [
        (o, found.get(o.pk, {})) for o in rows.order_by("service__family__order", "service__name", "name")]})


def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The draft of an offering (a new one without `pk`): it begins with the first change that is saved, then it is tried and published."""
    person = keeper_of(request)
    offering = keeping.offerings(person).filter(pk=pk).first() if pk else None
    if pk and offering is None:
        raise Http404
    draft = catalogue.next_version(offering) if offering else OfferingVersion(institution_id=person.institution_id, number=1)
    given = request.POST if request.method == "POST" else None
    lists = Lists(given, draft, person.institution_id)
    form = OfferingForm(given, instance=draft, institution_id=person.institution_id)
    moving = given is not None and only_rows(given)
    if moving:
        as_typed((form, *lists.steps, *lists.rules))
    elif given is not None and all([form.is_valid(), lists.is_valid()]) and (saved := _save(person, form, lists, offering)):
        messages.success(request, _("El borrador quedó guardado: nadie lo ve hasta que lo publique.") if saved.pk else _(
            "Dice lo mismo que lo publicado: no hay nada que guardar."))
        return redirect("offering", saved.offering_id)
    return render(request, "servicedesk/offering.html", {
        "form": form, "lists": lists, "offering": offering, "draft": draft if draft.pk else None, "number": draft.number,
        "changes": catalogue.differences(draft) if draft.pk else [],
        "versions": catalogue.history_of(offering) if offering else []},
        status=422 if form.is_bound and not moving else 200)


def _save(person: Person, form: OfferingForm, lists: Lists, offering: Offering | None) -> OfferingVersion | None:
    data: dict[str, Any] = form.cleaned_data
    asked = answers_of(data["form"])  # rules about another form's questions go with that form
    draft = OfferingDraft(data["name"], data["service"], data["team"], {name: data[name] for name in FACTS}, data["steps"].splitlines(),
                          lists.approvals, [r for r in lists.routing if f"{r['field']}={r['value']}" in asked])
    try:
        return save_draft(actor=person, draft=draft, offering=offering)
    except Refused as refusal:
        blame(form, refusal)
        return None


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """What is offered gets the form and survey that are published now."""
    person = keeper_of(request)
    offering = keeping.offerings(person).filter(pk=pk).first()
    if offering is None:
        raise Http404
    try:
        made = catalogue.renew_forms(actor=person, offering=offering)
        messages.success(request, _("Se publicó la versión %(n)s de «%(name)s» con el formulario nuevo.") % {
            "n": made.number, "name": offering.name})
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("offerings")


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft becomes what is offered."""
    person = keeper_of(request)
    draft = OfferingVersion.objects.filter(offering__in=keeping.offerings(person), offering_id=pk, state="draft").first()
    if draft is None:
        raise Http404
    try:
        catalogue.publish(actor=person, version=draft)
        messages.success(request, _("Se publicó: ya aparece en el catálogo."))
        return redirect("offerings")
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("offering", pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not offered any more; its tickets go on."""
    person = keeper_of(request)
    offering = keeping.offerings(person).filter(pk=pk).first()
    if offering is None:
        raise Http404
    try:
        retire(actor=person, offering=offering, reason=request.POST.get("reason", ""))
        messages.success(request, _("«%(name)s» ya no se ofrece; sus tickets siguen.") % {"name": offering.name})
        return redirect("offerings")
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("offering", pk)
