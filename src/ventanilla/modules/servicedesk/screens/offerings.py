"""The catalogue's own pages for whoever keeps it: offerings, the draft of the next version, trying it, publishing."""
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.audit.services import record as log
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.forms import OfferingForm
from ventanilla.modules.servicedesk.forms_offering import Lists
from ventanilla.modules.servicedesk.models import Offering, OfferingVersion
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services import catalogue
from ventanilla.modules.servicedesk.services.catalogue import newer_forms


def keeper_of(request: HttpRequest) -> Person:
    """Who keeps the catalogues, or 404."""
    person = person_of(request)
    if not reach_of(person).can(cap.ADMIN_CATALOGUES):
        raise Http404
    return person


def offerings(request: HttpRequest) -> HttpResponse:
    """Every offering with its state."""
    person = keeper_of(request)
    rows = Offering.objects.filter(institution_id=person.institution_id).select_related("service__family")
    versions = OfferingVersion.objects.filter(institution_id=person.institution_id).exclude(state="retired").select_related(
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
    """The draft of an offering (a new one without `pk`): saved as often as wished, then tried and published."""
    person = keeper_of(request)
    offering = Offering.objects.filter(institution_id=person.institution_id, pk=pk).first() if pk else None
    if pk and offering is None:
        raise Http404
    try:
        draft = catalogue.start_version(actor=person, offering=offering) if offering else OfferingVersion(
            institution_id=person.institution_id, number=1)
    except NotAllowed:
        raise Http404 from None
    given = request.POST if request.method == "POST" else None
    lists = Lists(given, draft, person.institution_id)
    form = OfferingForm(given, instance=draft, institution_id=person.institution_id)
    if given is not None and all([form.is_valid(), lists.is_valid()]) and (saved := _save(person, form, lists, offering)):
        messages.success(request, _("El borrador quedó guardado."))
        return redirect("offering", saved.offering_id)
    return render(request, "servicedesk/offering.html", {
        "form": form, "lists": lists, "offering": offering, "draft": draft if offering else None,
        "changes": catalogue.differences(draft) if offering else [],
        "promised": catalogue.try_out(draft) if offering else [],
        "versions": list(OfferingVersion.objects.filter(offering=offering).exclude(state="draft").order_by("-number")) if offering else []},
        status=422 if form.is_bound else 200)


def _save(person: Person, form: OfferingForm, lists: Lists, offering: Offering | None) -> OfferingVersion | None:
    data: dict[str, Any] = form.cleaned_data
    draft: OfferingVersion = form.save(commit=False)
    draft.tasks = [line.strip()[:300] for line in data["steps"].splitlines() if line.strip()][:50]
    draft.approvals, draft.routing = lists.approvals, lists.routing
    try:
        with transaction.atomic():
            if offering is None:
                offering = Offering(institution_id=person.institution_id, slug=slugify(data["name"])[:80])
            offering.name, offering.service = data["name"], data["service"]
            offering.save()
            draft.offering = offering
            draft.save()
            log("servicedesk.offering", actor=person, institution_id=person.institution_id, subject=f"offering:{offering.pk}",
                detail={"version": draft.number})
    except IntegrityError:
        form.add_error("name", _("Ya hay un servicio con ese nombre."))
        return None
    return draft


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """What is offered gets the form and survey that are published now."""
    person = keeper_of(request)
    offering = Offering.objects.filter(institution_id=person.institution_id, pk=pk).first()
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
    draft = OfferingVersion.objects.filter(institution_id=person.institution_id, offering_id=pk, state="draft").first()
    if draft is None:
        raise Http404
    try:
        catalogue.publish(actor=person, version=draft)
        messages.success(request, _("Se publicó: ya aparece en el catálogo."))
        return redirect("offerings")
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("offering", pk)
